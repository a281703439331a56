package run

import (
	"context"
	"errors"
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// sendAll is the door: every change that leaves for a system goes through it.
// What the pipeline does not declare there is refused before the connector is
// asked, whatever decided on it; the others go on.
func (p *pass) sendAll(ctx context.Context, e *endPass, changes []connectors.Change) ([]connectors.Result, error) {
	if e.declares(changes) {
		return p.sendOut(ctx, e, changes)
	}
	results := make([]connectors.Result, len(changes))
	may, at := []connectors.Change{}, []int{}
	for i := range changes {
		if results[i].Err = e.beyond(&changes[i]); results[i].Err == nil {
			may, at = append(may, changes[i]), append(at, i)
		}
	}
	if len(may) == 0 {
		return results, nil
	}
	sent, err := p.sendOut(ctx, e, may)
	if err != nil || len(sent) != len(may) {
		return sent, err
	}
	for i, r := range sent {
		results[at[i]] = r
	}
	return results, nil
}

// declares reports whether all changes may leave.
func (e *endPass) declares(changes []connectors.Change) bool {
	for i := range changes {
		if e.beyond(&changes[i]) != nil {
			return false
		}
	}
	return true
}

var (
	errVerbBeyond  = errors.New("the `allow` of the end does not have this verb")
	errFieldBeyond = errors.New("the pipeline declares nothing that writes this field")
	errOtherBeyond = errors.New("the pipeline does not write this object")
)

// beyond returns why a change is more than the pipeline declares for the end,
// nil when it is not.
func (e *endPass) beyond(c *connectors.Change) error {
	if !e.May(c.Verb) {
		return e.barred(c, "", errVerbBeyond)
	}
	if e.Selection.Object != e.Object || len(c.With) > 0 {
		return e.barred(c, "", errOtherBeyond)
	}
	for _, list := range [...][]connectors.Assignment{c.Set, c.Args} {
		for i := range list {
			if !e.writes(c.Verb, list[i].Path) {
				return e.barred(c, list[i].Path.Top(), errFieldBeyond)
			}
		}
	}
	return nil
}

// writes reports whether the pipeline declares that the field is written here, or
// is an argument of the creating call.
func (e *endPass) writes(verb string, path schema.Path) bool {
	if _, ok := slices.BinarySearch(e.Selection.Writes, path.Top()); ok || verb != verbCreate {
		return ok
	}
	for i := range e.Create {
		if e.Create[i].Path.Top() == path.Top() {
			return true
		}
	}
	return false
}

func (e *endPass) barred(c *connectors.Change, field string, why error) error {
	where := e.Object
	if c.ID != "" {
		where += " record " + c.ID
	}
	return &connectors.Error{
		Kind: connectors.Unsupported, Op: c.Verb, Where: where, Field: field, Err: why,
		Hint: "nothing was sent; declare it in the pipeline if it is wanted, and report it if it is not",
	}
}
