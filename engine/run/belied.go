package run

import (
	"maps"
	"slices"

	"syncline/engine/state"
)

// belie notes that a linked record is there by its id. If a complete listing
// lacks it, one of the two is wrong, and a later pass has to ask again.
func (e *endPass) belie(s *subject, end int, o *observation) {
	if s.link.Entity == 0 || o.Index >= 0 {
		return
	}
	if e.shown == nil {
		e.shown = map[state.Entity]uint64{}
	}
	e.shown[s.link.Entity] = s.link.Ends[end].Raw
}

// belied returns what the listing lacks although a read by id showed it, as
// entries: the next listing is held against them too.
func (p *pass) belied(e *endPass) ([]state.Entry, error) {
	for _, entry := range e.made {
		delete(e.shown, entry.Entity)
	}
	maps.DeleteFunc(e.shown, func(x state.Entity, _ uint64) bool { return e.seen.has(x) || p.ended.has(x) })
	owners := slices.Sorted(maps.Keys(e.shown))
	var out []state.Entry
	err := p.Store.View(func(v *state.View) error {
		return v.LinksOf(owners, func(_ int, l *state.Link) error {
			if k := l.End(e.number); k >= 0 && l.State == state.Active && l.Ends[k].Record != "" {
				out = append(out, state.Entry{Raw: e.shown[l.Entity], Entity: l.Entity})
			}
			return nil
		})
	})
	return out, err
}
