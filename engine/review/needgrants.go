package review

import (
	"slices"

	"syncline/connectors"
)

// GrantTo adds the statements that give an account what each system needs,
// where the system grants in a form that can be written down.
func (n *Needs) GrantTo(account string) {
	for _, s := range n.Systems {
		p := s.definition.Privileges
		if p == nil {
			s.Notes = append(s.Notes, "cannot be granted by a statement: give it what the table says")
			continue
		}
		var rights []connectors.Right
		for _, o := range s.Objects {
			r, open := p.Of(o.Need())
			rights = append(rights, r...)
			for _, note := range open {
				s.Notes = append(s.Notes, o.Object+": "+note)
			}
		}
		s.Grants = p.Grant(rights, account)
	}
}

// Need is the object's need as a connector takes it.
func (o *ObjectNeed) Need() *connectors.Need {
	n := &connectors.Need{Object: o.Object, ID: o.id, Revision: o.revision}
	for _, v := range o.Verbs {
		n.Verbs = append(n.Verbs, v.Verb)
		var fields []string
		for _, f := range v.Fields {
			fields = append(fields, f.Field)
		}
		switch v.Verb {
		case "read":
			n.Reads = fields
		case "create":
			n.Creates = fields
		case "update":
			n.Updates = fields
		}
	}
	return n
}

// rank is a verb's place in a list.
func rank(verb string) int {
	if i := slices.Index(verbOrder, verb); i >= 0 {
		return i
	}
	return len(verbOrder)
}
