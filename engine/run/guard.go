package run

import (
	"context"
	"fmt"
	"slices"

	"syncline/engine/decide"
	"syncline/engine/plans"
)

// reasonWithheld is why a write waits that a guard withheld.
const reasonWithheld = "withheld: over the ceiling"

// mass is a kind of change that is counted before it is let through.
type mass struct {
	end   int
	kind  massKind
	field string // of overwrites
}

type massKind uint8

const (
	creates massKind = iota
	overwrites
	clears
	deletes
)

var massNames = [...]string{creates: "creates", overwrites: "overwrites", clears: "clears", deletes: "deletes"}

// String returns the name of the kind, as `guard` and -allow write it.
func (k massKind) String() string { return massNames[k] }

// count counts what a page wants to change, and predicts it.
func (p *pass) count(_ context.Context, page []*subject) error {
	for _, s := range page {
		p.masses(s, func(m mass) { p.wantedMass[m]++ })
		p.predict(s)
		if !p.Write {
			p.foresee(s)
		}
	}
	return nil
}

// masses calls fn with every mass change a subject is part of.
func (p *pass) masses(s *subject, fn func(mass)) {
	for _, end := range s.fatal() {
		fn(mass{end: end, kind: deletes})
	}
	if s.held.kind != free {
		return
	}
	for _, w := range s.writes {
		if w.verb == verbCreate {
			fn(mass{end: w.end, kind: creates})
			continue
		}
		if w.verb == verbDelete || w.verb == verbArchive {
			fn(mass{end: w.end, kind: deletes})
			continue
		}
		for _, part := range w.parts {
			switch {
			case part.wanted.First || part.wanted.Tidy:
			case part.wanted.Clear:
				fn(mass{end: w.end, kind: clears})
			case !part.wanted.Pre.Blank():
				fn(mass{end: w.end, kind: overwrites, field: p.Pipeline.Units[part.unit].Name})
			}
		}
	}
}

// fatal returns the ends whose records are to be deleted or archived.
func (s *subject) fatal() []int {
	if s.verdict.Fate != decide.Archives && s.verdict.Fate != decide.Deletes {
		return nil
	}
	var ends []int
	for i := range s.obs {
		if s.verdict.Ends.Has(i) {
			ends = append(ends, i)
		}
	}
	return ends
}

// withhold closes the gate to every kind that is over its ceiling.
func (p *pass) withhold() {
	p.closed = map[mass]bool{}
	for m, n := range p.wantedMass {
		limit, ok := p.ceiling(m)
		if !ok || n <= limit {
			continue
		}
		p.closed[m] = true
		w := plans.Withheld{End: p.ends[m.end].Name, Kind: m.kind.String(), Field: m.field, Count: n, Ceiling: limit}
		p.reports.Withheld = append(p.reports.Withheld, w)
		text := fmt.Sprintf("%d %s at %s are over the ceiling of %d and were withheld; if this is right: run -allow %s=%d", n, w.Kind, w.End, limit, w.Kind, n)
		p.emit(Event{Kind: Withheld, End: w.End, Text: text})
		p.tell(Notice{Kind: "withheld", End: w.End, Text: text})
	}
	sortWithheld(p.reports.Withheld)
}

// ceiling returns how many changes of a kind may pass; false: any number.
func (p *pass) ceiling(m mass) (int, bool) {
	if n, ok := p.Allow[m.kind.String()]; ok {
		return n, true
	}
	defaults := decide.Defaults(!p.ends[m.end].firstDone)
	c := ceilingOf(&p.Pipeline.Ceilings, m.kind)
	if c == nil {
		c = ceilingOf(&defaults, m.kind)
	}
	if c == nil {
		return 0, false
	}
	return c.Of(p.linkedBefore), true
}

func ceilingOf(c *decide.Ceilings, kind massKind) *decide.Ceiling {
	switch kind {
	case creates:
		return c.Creates
	case overwrites:
		return c.Overwrites
	case clears:
		return c.Clears
	}
	return c.Deletes
}

// gated takes out of a subject what is withheld. It reports whether anything
// was.
func (p *pass) gated(s *subject) bool {
	if len(p.closed) == 0 {
		return false
	}
	var shut []mass // gathered first: shutting one moves the writes about
	p.masses(s, func(m mass) {
		if p.closed[m] && !slices.Contains(shut, m) {
			shut = append(shut, m)
		}
	})
	for _, m := range shut {
		p.shut(s, m)
	}
	return len(shut) > 0
}

// shut removes one kind of change from the subject; it waits, so that the next
// pass decides it again.
func (p *pass) shut(s *subject, m mass) {
	s.waits = append(s.waits, waiting{end: m.end, reason: reasonWithheld})
	if m.kind == deletes && p.Undo == nil {
		s.verdict = decide.Verdict{Fate: decide.Waits, Cause: -1, Reason: "withheld"}
		return
	}
	kept := s.writes[:0]
	for _, w := range s.writes {
		if w.end == m.end {
			if m.kind == creates && w.verb == verbCreate || m.kind == deletes && w.verb != verbUpdate && w.verb != verbCreate {
				continue
			}
			w.parts = keepParts(w.parts, func(part part) bool {
				clear := m.kind == clears && part.wanted.Clear
				over := m.kind == overwrites && !part.wanted.Clear && !part.wanted.First && p.Pipeline.Units[part.unit].Name == m.field
				return !clear && !over
			})
			if len(w.parts) == 0 && w.verb == verbUpdate {
				continue
			}
		}
		kept = append(kept, w)
	}
	clear(s.writes[len(kept):]) // their parts may be another's memory now
	s.writes = kept
}

func keepParts(parts []part, keep func(part) bool) []part {
	out := parts[:0]
	for _, x := range parts {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}
