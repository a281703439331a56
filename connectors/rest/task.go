package rest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// task is one change under way.
type task struct {
	c    *conn
	p    *plan
	o    *Object
	ch   *connectors.Change
	res  *connectors.Result
	verb string
	in   *Input
	id   string // of the record, as the engine knows it

	parts []part
	was   *fetched // the record, read before; nil: it was not
	rev   string   // the revision to send as a condition
	told  string   // the revision that the last answer told
	done  int      // requests that were carried out
	last  *call    // the last of them

	bundled bool // it was looked at for a batch
	undone  bool // the batch gave it back, to be sent again
}

// part is what of a change one Write carries out.
type part struct {
	w    *Write
	set  []placed
	args schema.Value
}

// task resolves a change. What cannot be done stands in the result.
func (c *conn) task(p *plan, ch *connectors.Change, res *connectors.Result) *task {
	copied := *ch
	t := &task{c: c, p: p, o: p.o, ch: &copied, res: res, verb: ch.Verb, in: c.input(p.o.Name), id: ch.ID}
	t.in.Change, t.in.Fields = t.ch, p.names
	if err := t.resolve(); err != nil {
		res.Err = t.failure(err)
	}
	return t
}

func (t *task) resolve() error {
	w := t.o.Write(t.verb)
	if w == nil && !(t.verb == verbUpdate && t.o.serves()) {
		return &connectors.Error{
			Kind: connectors.Unsupported, Op: t.verb, Where: t.o.Name, Err: errors.New("the API cannot do this to this object"),
			Hint: "it can " + t.o.verbs(),
		}
	}
	if t.verb == verbCreate {
		t.chosenID()
	} else {
		var ok bool
		if t.in.ParentID, t.in.ID, ok = t.o.split(t.ch.ID); !ok {
			return t.refuse(connectors.NotFound, "there is no such record")
		}
	}
	if t.verb == verbCreate {
		t.givenFields(w)
	}
	args, err := arguments(t.ch.Args)
	if err != nil {
		return err
	}
	set, err := t.placed(t.ch.Set)
	if err != nil {
		return err
	}
	if t.verb == verbCreate && t.o.Identity.Qualified && t.in.ParentID == "" {
		return t.refuse(connectors.Refused, "a new record needs the id of its parent, in "+t.o.Identity.Parent)
	}
	if t.verb == verbUpdate {
		return t.share(w, set, args)
	}
	t.parts = []part{{w: w, set: set, args: args}}
	if w.Lost.By == connectors.CreateMarker {
		if f, ok := t.o.Field(w.Lost.Field); ok && !slices.ContainsFunc(set, func(p placed) bool { return p.field == f }) {
			t.parts[0].set = append(t.parts[0].set, placed{f, f.target(), schema.String(t.ch.Operation)})
		}
	}
	return t.takes(w, set)
}

// givenFields sets what a create is given of the record's own fields, besides
// the arguments that it declares.
func (t *task) givenFields(w *Write) {
	var args []connectors.Assignment
	set := slices.Clone(t.ch.Set)
	for _, a := range t.ch.Args {
		declared := slices.ContainsFunc(w.Args, func(f schema.Field) bool { return f.Name == a.Path.Top() })
		if _, known := t.o.Field(a.Path.Top()); known && !declared {
			set = append(set, a)
		} else {
			args = append(args, a)
		}
	}
	t.ch.Set, t.ch.Args = set, args
}

// chosenID takes the id of a new record from what is set, where it is.
func (t *task) chosenID() {
	for _, a := range t.ch.Set {
		if t.o.isID(a.Path.Top()) && a.Value.Is() {
			t.ch.NewID = a.Value.Plain()
		}
	}
	t.in.ID = t.ch.NewID
}

func (o *Object) serves() bool {
	return slices.ContainsFunc(o.Writes, func(w Write) bool { return len(w.Serves) > 0 })
}

func (o *Object) verbs() string {
	names := make([]string, len(o.Writes))
	for i := range o.Writes {
		names[i] = o.Writes[i].Verb
	}
	return strings.Join(names, ", ")
}

func (t *task) refuse(kind connectors.ErrorKind, why string) error {
	return &connectors.Error{Kind: kind, Op: t.verb, Where: t.o.Name, Err: fmt.Errorf("%s", why)}
}

// share gives each field of an update to the verb that serves it, and the
// rest to the update itself.
func (t *task) share(w *Write, set []placed, args schema.Value) error {
	rest := slices.Clone(set)
	for i := range t.o.Writes {
		verb := &t.o.Writes[i]
		for s := range verb.Serves {
			pt, left, err := t.served(verb, &verb.Serves[s], rest, args)
			if err != nil {
				return err
			}
			if pt != nil {
				t.parts, rest = append(t.parts, *pt), left
			}
		}
	}
	if len(rest) == 0 && len(t.parts) > 0 {
		return nil
	}
	if w == nil {
		return t.untaken(rest[0])
	}
	t.parts = append([]part{{w: w, set: rest, args: args}}, t.parts...)
	return t.takes(w, rest)
}

// served returns the part that a verb takes of an update, and what is left;
// nil where it takes none.
func (t *task) served(w *Write, s *Serve, set []placed, args schema.Value) (*part, []placed, error) {
	at := slices.IndexFunc(set, func(p placed) bool { return p.field.Name == s.Field })
	if at < 0 {
		return nil, set, nil
	}
	out := &part{w: w, args: args}
	names := append([]string{s.Field}, s.Also...)
	var left []placed
	for _, p := range set {
		if !slices.Contains(names, p.field.Name) {
			left = append(left, p)
			continue
		}
		name := p.field.Name
		if name == s.Field {
			name = or(s.Arg, name)
		}
		next, err := schema.PathTo(name).Set(out.args, p.value)
		if err != nil {
			return nil, set, err
		}
		out.args = next
	}
	if s.When == nil {
		return out, left, nil
	}
	in := *t.in
	in.Args = out.args
	v, err := s.When(&in)
	if err != nil {
		return nil, set, t.refuse(connectors.Refused, "what decides whether "+w.Verb+" is meant failed: "+err.Error())
	}
	if !v.Bool() {
		return nil, set, nil
	}
	return out, left, nil
}

// takes holds that every field is taken by a step.
func (t *task) takes(w *Write, set []placed) error {
	for _, p := range set {
		if !slices.ContainsFunc(w.Steps, func(s Step) bool { return s.takes(p.field) }) {
			return t.untaken(p)
		}
	}
	return nil
}

func (t *task) untaken(p placed) error {
	return &connectors.Error{
		Kind: connectors.Refused, Op: t.verb, Where: t.o.Name, Field: p.field.Name, Err: errNotTaken, Hint: "leave the field out of what is written",
	}
}

func (s *Step) takes(f *Field) bool {
	return s.Encoding != Nothing && (s.Takes == nil || slices.Contains(s.Takes, f.Name))
}
