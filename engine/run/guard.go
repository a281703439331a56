package run

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"syncline/engine/decide"
	"syncline/engine/plans"
)

// reasonWithheld is why a write waits that a guard withheld; the kind of change
// follows.
const reasonWithheld = "withheld"

// mass is a kind of change that is counted before it is let through.
type mass struct {
	end   int
	kind  massKind
	field string // of overwrites
}

func (a mass) compare(b mass) int {
	return cmp.Or(a.end-b.end, int(a.kind)-int(b.kind), strings.Compare(a.field, b.field))
}

type massKind uint8

const (
	creates massKind = iota
	overwrites
	clears
	deletes
	missings // links that would end because a record is not there any more
)

var massNames = [...]string{creates: "creates", overwrites: "overwrites", clears: "clears", deletes: "deletes", missings: "missing"}

// String returns the name of the kind, as `guard` and -allow write it.
func (k massKind) String() string { return massNames[k] }

// count counts what a page wants to change, and predicts it.
func (p *pass) count(_ context.Context, page []*subject) error {
	for _, s := range page {
		p.masses(s, func(m mass) { p.wantedMass[m]++ })
		p.shifted(s)
		p.predict(s)
		if !p.Write {
			p.foresee(s)
		}
	}
	return nil
}

// masses calls fn with every mass change a subject is part of.
func (p *pass) masses(s *subject, fn func(mass)) {
	if s.ends() && s.verdict.Cause >= 0 {
		fn(mass{end: s.verdict.Cause, kind: missings})
	}
	for _, end := range s.fatal() {
		fn(mass{end: end, kind: deletes})
	}
	if s.held.kind != free {
		return
	}
	for i := range s.writes {
		p.massesOf(&s.writes[i], fn)
	}
}

// ends reports whether the link of the subject would end.
func (s *subject) ends() bool {
	return s.verdict.Fate == decide.Unlinks || s.verdict.Fate == decide.Archives || s.verdict.Fate == decide.Deletes
}

// massesOf calls fn with every mass change one write is.
func (p *pass) massesOf(w *outgoing, fn func(mass)) {
	switch w.verb {
	case verbCreate:
		fn(mass{end: w.end, kind: creates})
	case verbDelete, verbArchive:
		fn(mass{end: w.end, kind: deletes})
	case verbUpdate:
		p.massesOfParts(w, fn)
	}
}

func (p *pass) massesOfParts(w *outgoing, fn func(mass)) {
	for i := range w.parts {
		if m, ok := p.massOf(w, &w.parts[i]); ok {
			fn(m)
		}
	}
}

// massOf says what kind of mass change one part of an update is, if any.
func (p *pass) massOf(w *outgoing, part *part) (mass, bool) {
	switch {
	case part.wanted.First || part.wanted.Tidy:
	case part.wanted.Clear:
		return mass{end: w.end, kind: clears}, true
	case !part.wanted.Pre.Blank():
		return mass{end: w.end, kind: overwrites, field: p.Pipeline.Units[part.unit].Name}, true
	}
	return mass{}, false
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

// withhold closes the gate to every kind that is over its ceiling, what an
// unfinished pass wrote already counted in.
func (p *pass) withhold() {
	p.judge()
	for _, m := range slices.SortedFunc(maps.Keys(p.wantedMass), mass.compare) {
		n := p.wantedMass[m]
		if limit, ok := p.ceiling(m); ok && n > 0 && n+p.spent[m] > limit {
			p.shutGate(m, n+p.spent[m], limit)
		}
	}
	sortWithheld(p.reports.Withheld)
}

// shutGate lets nothing more of a kind through in this pass, and tells.
func (p *pass) shutGate(m mass, n, limit int) {
	p.closed[m] = true
	p.alarm(plans.Withheld{End: p.ends[m.end].Name, Kind: m.kind.String(), Field: m.field, Count: n, Ceiling: limit, Written: p.spent[m]})
}

// alarm reports what is withheld: once, in one message that says what would
// let it through.
func (p *pass) alarm(w plans.Withheld) {
	if p.Undo != nil {
		w.Command = "rollback"
	}
	p.reports.Withheld = append(p.reports.Withheld, w)
	p.emit(Event{Kind: Withheld, End: w.End, Text: w.Text()})
	p.tell(Notice{Kind: "withheld", End: w.End, Text: w.Text()})
}

// ceiling returns how many changes of a kind may pass; false: any number.
func (p *pass) ceiling(m mass) (int, bool) {
	if n, ok := p.Allow[m.kind.String()]; ok {
		return n, true
	}
	c := p.declared(m.kind, p.ends[m.end].firstDone)
	if c == nil {
		return 0, false
	}
	return c.Of(p.linkedBefore), true
}

// declared is the ceiling of a kind as the configuration says, else the
// default; nil for none.
func (p *pass) declared(kind massKind, firstDone bool) *decide.Ceiling {
	if c := ceilingOf(&p.Pipeline.Ceilings, kind); c != nil {
		return c
	}
	defaults := decide.Defaults(!firstDone)
	return ceilingOf(&defaults, kind)
}

func ceilingOf(c *decide.Ceilings, kind massKind) *decide.Ceiling {
	switch kind {
	case missings:
		return c.Missing
	case creates:
		return c.Creates
	case overwrites:
		return c.Overwrites
	case clears:
		return c.Clears
	}
	return c.Deletes
}

// gated takes out of a subject what is withheld, and pays for the rest: what a
// page decides afresh cannot pass a ceiling that the count had kept.
func (p *pass) gated(s *subject) {
	x := &p.spares
	x.masses = x.masses[:0]
	p.masses(s, func(m mass) { x.masses = append(x.masses, m) })
	for _, m := range x.masses {
		if !p.afford(m) {
			p.shut(s, m)
		}
	}
}

// shut removes one kind of change from the subject; it waits, so that the next
// pass decides it again.
func (p *pass) shut(s *subject, m mass) {
	s.waitsWithheld(m)
	if m.kind == missings || m.kind == deletes && p.Undo == nil {
		s.verdict = decide.Verdict{Fate: decide.Waits, Cause: -1, Reason: "withheld"}
		return
	}
	kept := s.writes[:0]
	for i := range s.writes {
		w := s.writes[i]
		if w.end == m.end {
			if m.kind == creates && w.verb == verbCreate || m.kind == deletes && w.verb != verbUpdate && w.verb != verbCreate {
				continue
			}
			w.parts = keepParts(w.parts, func(part part) bool {
				is, counts := p.massOf(&w, &part)
				keep := w.verb != verbUpdate || !counts || is != m
				if !keep {
					s.units[part.unit].Close = false // a choice stands until it is written
				}
				return keep
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

// waitsWithheld notes what of a subject was withheld at an end, in one reason.
func (s *subject) waitsWithheld(m mass) {
	what := m.kind.String()
	if m.field != "" {
		what += " of " + m.field
	}
	for i := range s.waits {
		if w := &s.waits[i]; w.end == m.end && w.withheld() {
			w.reason += ", " + what
			return
		}
	}
	s.waits = append(s.waits, waiting{end: m.end, reason: reasonWithheld + ": " + what})
}

func (w *waiting) withheld() bool { return strings.HasPrefix(w.reason, reasonWithheld) }

func keepParts(parts []part, keep func(part) bool) []part {
	out := parts[:0]
	for _, x := range parts {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}
