package undo

import (
	"slices"
	"strings"
	"time"

	"syncline/engine/audit"
)

// Selection says which writes are wanted back: those that fit everything that
// is set.
type Selection struct {
	Runs     []string
	Entities []string // public ids
	Trace    string
	Pipeline string
	Units    []string // fields or groups; whole records are not asked for then
	End      string
	From     time.Time
	Until    time.Time
}

// fits reports whether a write is asked for.
func (s *Selection) fits(e *audit.Entry) bool {
	among := func(list []string, has string) bool { return len(list) == 0 || slices.Contains(list, has) }
	text := func(want, has string) bool { return want == "" || want == has }
	return among(s.Runs, e.Run) && among(s.Entities, e.Entity) && text(s.Trace, e.Trace) && text(s.Pipeline, e.Pipeline) &&
		text(s.End, e.End) && (s.From.IsZero() || !e.Time.Before(s.From)) && (s.Until.IsZero() || e.Time.Before(s.Until))
}

// asks reports whether a unit of a write that fits is asked for; "" is the
// whole record.
func (s *Selection) asks(unit string) bool {
	return len(s.Units) == 0 || unit != "" && slices.Contains(s.Units, unit)
}

// Source reads the journal, oldest entry first. Values are open where the
// salts tell; an entry is only valid until the next.
type Source func(salts audit.Salts, each func(*audit.Entry) error) error

// Gathered is what a selection comes to.
type Gathered struct {
	Items []Item
	Links int // links that begin or end in the selection: they write nothing, and stay
}

// place is where writes happen: a record of an entity.
type place struct{ entity, end string }

// Gather returns what the selection asks for, in the order of the journal. It
// reads the journal twice: once to learn which records are meant, once for
// all that was ever written to those. Their values are held in memory.
func Gather(read Source, s *Selection, salts audit.Salts) (Gathered, error) {
	var out Gathered
	wanted := map[place]int{}
	entities := map[string]bool{}
	first := audit.Salts(nil)
	if s.Trace != "" {
		first = salts // a trace is sealed
	}
	err := read(first, func(e *audit.Entry) error {
		switch {
		case !s.fits(e):
		case !written(e):
			if e.Kind == "link" || e.Kind == "unlink" {
				out.Links++
			}
		default:
			at := place{e.Entity, e.End}
			if _, ok := wanted[at]; !ok {
				at.entity, at.end = strings.Clone(e.Entity), strings.Clone(e.End)
				wanted[at] = len(wanted)
				entities[at.entity] = true
			}
		}
		return nil
	})
	if err != nil || len(wanted) == 0 {
		return out, err
	}
	records := make([]history, len(wanted))
	err = read(only(salts, entities), func(e *audit.Entry) error {
		if n, ok := wanted[place{e.Entity, e.End}]; ok && written(e) {
			records[n].add(e, s)
		}
		return nil
	})
	for i := range records {
		out.Items = append(out.Items, records[i].items()...)
	}
	return out, err
}

func only(salts audit.Salts, entities map[string]bool) audit.Salts {
	return func(entity string) ([16]byte, bool) {
		if !entities[entity] {
			return [16]byte{}, false
		}
		return salts(entity)
	}
}

// written reports whether the entry is of a write to a system: those alone say
// how the write was guarded.
func written(e *audit.Entry) bool { return e.Grade != "" && e.End != "" && e.Entity != "" }
