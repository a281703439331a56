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
func (p *pass) belied(e *endPass) []state.Entry {
	for _, entry := range e.made {
		delete(e.shown, entry.Entity)
	}
	var out []state.Entry
	for _, x := range slices.Sorted(maps.Keys(e.shown)) {
		if e.seen.has(x) || p.ended.has(x) {
			continue
		}
		out = append(out, state.Entry{Raw: e.shown[x], Entity: x})
	}
	return out
}
