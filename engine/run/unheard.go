package run

import "syncline/engine/decide"

// unheard is an end that has something to say of what a record at another end
// would be made of, and whose record cannot be read now; -1: there is none.
func (p *pass) unheard(s *subject, end int) int {
	for i := range p.ends {
		if s.link.Ends[i].Record == "" || s.obs[i] != nil || s.seen[i] != decide.Unknown {
			continue
		}
		if p.feeds(i, end) {
			return i
		}
	}
	return -1
}
