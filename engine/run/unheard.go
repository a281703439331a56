package run

import (
	"slices"

	"syncline/engine/decide"
	"syncline/engine/plans"
)

// unheard is an end that has something to say of what a record at another end
// would be made of, and whose record cannot be read now; -1: there is none.
func (p *pass) unheard(s *subject, end int) int {
	for i := range p.ends {
		if s.link.Ends[i].Record == "" || s.obs[i] != nil || s.seen[i] != decide.Unknown {
			continue
		}
		if slices.ContainsFunc(p.Pipeline.Units, func(u *plans.Unit) bool { return u.Unit.Ends[i].Speaks && u.Unit.Ends[end].Hears }) {
			return i
		}
	}
	return -1
}
