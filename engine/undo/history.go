package undo

import (
	"fmt"
	"slices"
	"strings"

	"syncline/engine/audit"
	"syncline/schema"
)

// history is everything that was ever written to one record: one lane for
// each unit, and the lane "" for the record as a whole.
type history struct {
	pipeline, entity, end string
	lanes                 []lane
	record                string // after the last write
	hash                  uint64
	revision              string
}

// lane is the writes of one unit, oldest first.
type lane struct {
	unit  string
	marks []mark
}

// mark is one write of a unit, or of a whole record.
type mark struct {
	seq      uint64
	run      string
	kind     string
	record   string
	selected bool
	readable bool
	since    uint64 // the first entry that it takes back; 0: none
	before   schema.Value
	after    schema.Value
	fields   []Field
	mapping  uint64
	standing []int // the marks that stood before it
}

// add takes a write in. The entry's memory is the journal's.
func (h *history) add(e *audit.Entry, s *Selection) {
	h.pipeline, h.entity, h.end = strings.Clone(e.Pipeline), strings.Clone(e.Entity), strings.Clone(e.End)
	h.record, h.hash, h.revision = strings.Clone(e.Record), 0, ""
	fits := s.fits(e)
	mark := func(unit string) {
		m := mark{seq: e.Seq, run: strings.Clone(e.Run), kind: strings.Clone(e.Kind), record: h.record, selected: fits && s.asks(unit), readable: e.Readable}
		h.lane(unit).add(m, e.Values)
	}
	if e.Kind == "update" {
		for _, unit := range e.Units {
			mark(strings.Clone(unit))
		}
	} else {
		mark("")
	}
	for _, v := range e.Values {
		switch v.Role {
		case Hash:
			h.hash = uint64(v.Value.Int())
		case Revision:
			h.revision = v.Value.Text()
		}
	}
}

func (h *history) lane(unit string) *lane {
	for i := range h.lanes {
		if h.lanes[i].unit == unit {
			return &h.lanes[i]
		}
	}
	h.lanes = append(h.lanes, lane{unit: unit})
	return &h.lanes[len(h.lanes)-1]
}

// add takes in a write with its values. Those of a unit follow one another,
// its fields before its mapping, as a write leaves them.
func (l *lane) add(m mark, values []audit.Value) {
	var fields []Field
	for _, v := range values {
		switch v.Role {
		case Path:
			fields = append(fields, Field{Name: v.Unit, Path: v.Value.Text()})
		case Was:
			if name, ok := strings.CutPrefix(v.Unit, Record); ok {
				fields = append(fields, Field{Name: name, Was: v.Value})
			} else if n := len(fields); n > 0 {
				fields[n-1].Was = v.Value
			}
		case Became:
			if n := len(fields); n > 0 {
				fields[n-1].Became = v.Value
			}
		case Mapping:
			if v.Unit == l.unit {
				m.fields, m.mapping = fields, uint64(v.Value.Int())
			}
			fields = nil
		case Since:
			if v.Unit == l.unit {
				m.since = uint64(v.Value.Int())
			}
		case Before:
			if v.Unit == l.unit {
				m.before = v.Value
			}
		case After:
			if v.Unit == l.unit {
				m.after = v.Value
			}
		}
	}
	if l.unit == "" {
		m.fields = fields
	}
	l.marks = append(l.marks, m)
}

// stand notes, mark by mark, which writes stood before it, and returns those
// that stand now. A write that takes others back leaves what stood before the
// first of them.
func (l *lane) stand() []int {
	var standing []int
	for i := range l.marks {
		m := &l.marks[i]
		m.standing = standing
		if m.since == 0 {
			standing = append(slices.Clip(standing), i)
			continue
		}
		standing = nil
		for k := range l.marks[:i] {
			if l.marks[k].seq == m.since {
				standing = l.marks[k].standing
			}
		}
	}
	return standing
}

// items returns what is wanted back of the record.
func (h *history) items() []Item {
	var out []Item
	var whole *Item
	for i := range h.lanes {
		item, ok := h.item(&h.lanes[i])
		if !ok {
			continue
		}
		out = append(out, item)
		if item.Unit == "" {
			whole = &out[len(out)-1]
		}
	}
	if whole == nil || whole.Kind != "create" || whole.Verdict == Already {
		return out
	}
	w := *whole
	for i := range h.lanes {
		l := &h.lanes[i]
		for _, k := range l.stand() {
			if m := &l.marks[k]; w.Verdict == Wanted && !m.selected && m.seq > w.Since {
				w.refuse(since(m))
			}
		}
	}
	return []Item{w} // with the record go its fields
}

func (i *Item) refuse(reason string) { i.Verdict, i.Reason = Refused, reason }

func since(m *mark) string {
	if m.run == "" {
		return "written since"
	}
	return "written since by run " + m.run
}

// item returns what is wanted back of a lane; false for nothing.
func (h *history) item(l *lane) (Item, bool) {
	if !slices.ContainsFunc(l.marks, func(m mark) bool { return m.selected }) {
		return Item{}, false
	}
	standing := l.stand()
	last := &l.marks[len(l.marks)-1]
	out := Item{
		Pipeline: h.pipeline, Entity: h.entity, End: h.end, Record: h.record, Unit: l.unit,
		After: last.after, Mapping: last.mapping, Hash: h.hash, Revision: h.revision, Kind: last.kind,
	}
	at := slices.IndexFunc(standing, func(i int) bool { return l.marks[i].selected })
	switch {
	case at >= 0:
		out.from(&l.marks[standing[at]], last)
		for _, i := range standing[at:] {
			m := &l.marks[i]
			if !m.selected {
				out.refuse(since(m))
			}
			if !slices.Contains(out.Runs, m.run) {
				out.Runs = append(out.Runs, m.run)
			}
		}
	case last.since != 0:
		first := l.undoing()
		if !last.selected || slices.ContainsFunc(l.marks, func(m mark) bool { return m.selected && m.seq == l.marks[first].since }) {
			out.Verdict, out.Reason = Already, fmt.Sprintf("taken back already by run %s", last.run)
			break
		}
		out.from(&l.marks[first], last)
		out.Runs = append(out.Runs, last.run)
	default:
		out.refuse(since(last))
	}
	if out.Verdict == Wanted && !(last.readable && l.marks[out.first(l)].readable) {
		out.refuse("its values were forgotten")
	}
	return out, true
}

// undoing returns the first of the rollbacks that are asked for and that nothing
// else follows.
func (l *lane) undoing() int {
	first := len(l.marks) - 1
	for first > 0 && l.marks[first-1].selected && l.marks[first-1].since != 0 {
		first--
	}
	return first
}

// from says from which write on everything is taken back.
func (i *Item) from(first, last *mark) {
	i.Since, i.Kind, i.Undoes, i.Before = first.seq, first.kind, first.since != 0, first.before
	for k, f := range first.fields {
		if k < len(last.fields) && f.Path != last.fields[k].Path {
			i.refuse("its place at the end is another since")
		}
		if k < len(last.fields) {
			f.Became = last.fields[k].Became
		}
		i.Fields = append(i.Fields, f)
	}
}

func (i *Item) first(l *lane) int {
	return max(0, slices.IndexFunc(l.marks, func(m mark) bool { return m.seq == i.Since }))
}
