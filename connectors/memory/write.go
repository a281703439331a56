package memory

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"syncline/connectors"
	"syncline/schema"
)

func (c *conn) write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	t, err := c.enter(ctx, "write", sel.Object)
	if err != nil {
		return nil, err
	}
	defer c.system.world.mu.Unlock()
	out := make([]connectors.Result, len(changes))
	for i := range changes {
		ch := changes[i]
		// The caller may use its memory again.
		ch.Set, ch.Seen, ch.Args = slices.Clone(ch.Set), slices.Clone(ch.Seen), slices.Clone(ch.Args)
		out[i] = c.one(sel, t, &ch)
		c.system.writes = append(c.system.writes, Write{Object: t.name, Change: ch, Err: out[i].Err})
	}
	return out, nil
}

// one carries a change out, with the faults that befall changes.
func (c *conn) one(sel *connectors.Selection, t *Table, ch *connectors.Change) connectors.Result {
	f := c.system.due("write", t.name, ch.Verb, ch.ID, changes)
	if f == nil {
		return c.apply(sel, t, ch)
	}
	switch f.Kind {
	case Lost, Lying:
		c.apply(sel, t, ch)
	case Late:
		late := *ch
		c.system.late = append(c.system.late, func() { c.apply(sel, t, &late) })
	case Hidden:
		res := c.apply(sel, t, ch)
		if res.Err == nil && ch.Verb == "create" {
			st := t.rows[res.ID].now
			st.unseen = true
			c.system.late = append(c.system.late, func() { st.unseen = false })
		}
		return res
	}
	return connectors.Result{Err: f.problem("write", t.name)}
}

func (c *conn) apply(sel *connectors.Selection, t *Table, ch *connectors.Change) connectors.Result {
	idempotent := c.system.world.facts.Create == connectors.CreateIdempotency && ch.Operation != ""
	if res, ok := c.system.done[ch.Operation]; ok && idempotent {
		if res.Confirmed != nil {
			res.Confirmed = res.Confirmed.Clone() // who asked owns it
		}
		return res
	}
	id, next, err := c.prepare(t, ch)
	if err != nil {
		return connectors.Result{Err: err}
	}
	st := t.store(id, next, c.system.world.options.Actor, ch.Operation)
	res := connectors.Result{ID: id, Revision: c.system.revision(st), Hash: st.hash}
	if !c.system.world.options.NoConfirm && st.presence == connectors.Live {
		res.Confirmed = schema.NewRecord(sel.Shape)
		c.decode(sel, t, id, st, res.Confirmed)
	}
	if idempotent {
		kept := res
		if res.Confirmed != nil {
			kept.Confirmed = res.Confirmed.Clone()
		}
		c.system.done[ch.Operation] = kept
	}
	return res
}

// prepare checks a change and returns the state it leads to.
func (c *conn) prepare(t *Table, ch *connectors.Change) (string, *state, error) {
	if !c.system.world.facts.Can(ch.Verb) {
		return "", nil, refuse(connectors.Unsupported, t, "", "this system cannot "+ch.Verb)
	}
	if ch.Verb == "create" {
		return c.prepareCreate(t, ch)
	}
	if ch.Verb == "restore" {
		return t.prepareRestore(ch.ID)
	}
	old := t.live(ch.ID)
	if old == nil {
		return "", nil, refuse(connectors.NotFound, t, "", "there is no such record")
	}
	if err := c.guard(t, ch, old); err != nil {
		return "", nil, err
	}
	switch ch.Verb {
	case "archive":
		return ch.ID, old.as(connectors.Archived, ""), nil
	case "delete":
		return ch.ID, old.as(connectors.Gone, ""), nil
	case "merge":
		into := argument(ch, "into")
		if t.live(into) == nil || into == ch.ID {
			return "", nil, refuse(connectors.Refused, t, "into", "the record to merge into is not there")
		}
		return ch.ID, old.as(connectors.Merged, into), nil
	}
	next := old.as(connectors.Live, "")
	return ch.ID, next, t.assign(ch.ID, next, ch.Set)
}

// prepareRestore returns the state of an archived record that is taken back
// into use.
func (t *Table) prepareRestore(id string) (string, *state, error) {
	r := t.rows[id]
	if r == nil || r.now.presence != connectors.Archived {
		return "", nil, refuse(connectors.NotFound, t, "", "there is no such archived record")
	}
	return id, r.now.as(connectors.Live, ""), nil
}

func (c *conn) prepareCreate(t *Table, ch *connectors.Change) (string, *state, error) {
	id := ch.NewID
	for _, a := range ch.Set {
		if a.Path.Top() == t.layout.ID {
			id = a.Value.Text()
		}
	}
	if id == "" {
		id = t.reusable()
	}
	if id == "" {
		c.system.nextID++
		id = t.name + "-" + strconv.FormatInt(c.system.nextID, 10)
	}
	if t.live(id) != nil {
		return "", nil, refuse(connectors.Refused, t, t.layout.ID, "a record with this id exists")
	}
	next := &state{}
	if err := t.assign(id, next, ch.Set); err != nil {
		return "", nil, err
	}
	return id, next, t.filled(next)
}

// grade is the condition that a change is held to.
func (c *conn) grade(t *Table, ch *connectors.Change) connectors.Grade {
	w := c.system.world
	if ch.Revision == "" && w.facts.Grade < connectors.Compared && slices.Contains(w.options.Compares, t.name) {
		return connectors.Compared
	}
	return w.facts.Grade
}

// guard holds a change to the condition of its grade.
func (c *conn) guard(t *Table, ch *connectors.Change, old *state) error {
	switch c.grade(t, ch) {
	case connectors.IfMatch, connectors.UnmodifiedSince, connectors.RevisionMatch:
		if ch.Revision == "" {
			return refuse(connectors.Refused, t, "", "the change names no revision")
		}
		if ch.Revision != c.system.revision(old) {
			return refuse(connectors.Moved, t, "", "the record was changed by someone else")
		}
	case connectors.Compared:
		for _, a := range ch.Seen {
			shown := a.Path.Rest().Of(old.get(a.Path.Top()), true)
			if !same(shown, a.Value) && !(shown.IsAbsent() && a.Value.IsNull()) {
				return refuse(connectors.Moved, t, a.Path.String(), "the field was changed by someone else")
			}
		}
	}
	return nil
}

// assign sets the values of a change in a state.
func (t *Table) assign(id string, next *state, set []connectors.Assignment) error {
	shape := schema.NewShape(t.layout.Fields...)
	for _, a := range set {
		name := a.Path.Top()
		if name == t.layout.ID || a.Value.IsAbsent() {
			continue
		}
		slot := shape.Slot(name)
		if t.missing(name) {
			return t.declined("missing field", name, "there is no such field")
		}
		if slot < 0 && !t.layout.Open {
			return refuse(connectors.Refused, t, name, "there is no such field")
		}
		if slot >= 0 && shape.Field(slot).ReadOnly {
			return refuse(connectors.Refused, t, name, "the field cannot be written")
		}
		v := a.Value
		if !a.Path.IsTop() {
			var err error
			if v, err = a.Path.Rest().Set(next.get(name), v); err != nil {
				return refuse(connectors.Refused, t, a.Path.String(), "the path cannot be written")
			}
		}
		if slot >= 0 {
			if err := t.takes(shape.Field(slot), v); err != nil {
				return err
			}
		}
		next.set(name, v)
	}
	return t.unique(id, next)
}

// filled refuses a new record that lacks what every record must have.
func (t *Table) filled(next *state) error {
	for _, f := range t.layout.Fields {
		if f.Required && f.Name != t.layout.ID && bare(next.get(f.Name)) {
			return t.declined("required field", f.Name, "the field is required")
		}
	}
	return nil
}

func (t *Table) unique(id string, next *state) error {
	for _, field := range t.layout.Unique {
		v := next.get(field)
		if !v.Is() {
			continue
		}
		for other := range t.rows {
			if st := t.live(other); other != id && st != nil && same(st.get(field), v) {
				return refuse(connectors.Refused, t, field, "another record holds this value")
			}
		}
	}
	return nil
}

func argument(ch *connectors.Change, name string) string {
	for _, a := range ch.Args {
		if a.Path.Top() == name {
			return a.Value.Text()
		}
	}
	return ""
}

func refuse(kind connectors.ErrorKind, t *Table, field, what string) error {
	return &connectors.Error{Kind: kind, Op: "write", Where: t.name, Field: field, Err: fmt.Errorf("%s", what)}
}
