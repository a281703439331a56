package review

import (
	"slices"

	"syncline/connectors"
)

// Access is what a credential may do, beside what it has to.
type Access struct {
	Missing     []connectors.Right `json:"missing"`
	Superfluous []connectors.Right `json:"superfluous"`
	CannotTell  string             `json:"cannot_tell,omitempty"` // why nothing is known
	Failed      bool               `json:"failed,omitempty"`      // it was asked, and did not answer
}

// Compare holds the rights that are needed against those that are held, both
// ways.
func (s *SystemNeeds) Compare(needed, held []connectors.Right) {
	s.Access = &Access{Missing: without(needed, held), Superfluous: without(held, needed)}
}

// CannotTell notes why nothing is known of what the credential may do.
func (s *SystemNeeds) CannotTell(why string, failed bool) {
	s.Access = &Access{Missing: []connectors.Right{}, Superfluous: []connectors.Right{}, CannotTell: why, Failed: failed}
}

// Short reports whether some credential may do less than it has to, or did not
// say.
func (n *Needs) Short() bool {
	return slices.ContainsFunc(n.Systems, func(s *SystemNeeds) bool {
		return s.Access != nil && (s.Access.Failed || len(s.Access.Missing) > 0)
	})
}

// without returns the rights of a list that another does not have.
func without(list, other []connectors.Right) []connectors.Right {
	type key struct{ object, name, field string }
	has := map[key]bool{}
	for _, r := range other {
		has[key{r.Object, r.Name, ""}] = r.Fields == nil
		for _, f := range r.Fields {
			has[key{r.Object, r.Name, f}] = true
		}
	}
	out := []connectors.Right{}
	for _, r := range list {
		if r.Fields == nil {
			if !has[key{r.Object, r.Name, ""}] {
				out = append(out, r)
			}
			continue
		}
		var fields []string
		for _, f := range r.Fields {
			if !has[key{r.Object, r.Name, f}] {
				fields = append(fields, f)
			}
		}
		if len(fields) > 0 {
			out = append(out, connectors.Right{Object: r.Object, Name: r.Name, Fields: fields})
		}
	}
	return out
}
