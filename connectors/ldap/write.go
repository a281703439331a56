package ldap

import (
	"context"
	"slices"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/schema"
)

// Write carries out the changes one after the other: a directory has no
// transactions. Each is one request, but for a new name or place together with
// other values, which is two.
func (c *Conn) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault("write", sel.Object, err)
	}
	p, err := c.plan(sel)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range changes {
		if changes[i].ID != "" && changes[i].Verb != "create" {
			ids = append(ids, changes[i].ID)
		}
	}
	found, err := c.byID(ctx, p, ids)
	if err != nil {
		return nil, err
	}
	w := &writer{c: c, p: p, sel: sel, found: found, results: make([]connectors.Result, len(changes)), wanted: make([]*entry, len(changes))}
	for i := range changes {
		w.results[i].ID = changes[i].ID
		w.results[i].Err = w.one(ctx, i, &changes[i])
	}
	w.confirm(ctx, changes)
	return w.results, nil
}

// writer is one page of changes.
type writer struct {
	c       *Conn
	p       *plan
	sel     *connectors.Selection
	found   map[string][]*entry
	results []connectors.Result
	wanted  []*entry // by change: what its entry is to be afterwards
}

// one carries out a change.
func (w *writer) one(ctx context.Context, i int, ch *connectors.Change) error {
	if err := ctx.Err(); err != nil {
		return fault(ch.Verb, w.p.class, err)
	}
	switch ch.Verb {
	case "create":
		return w.create(ctx, i, ch)
	case "update", "archive", "delete":
	default:
		return &connectors.Error{Kind: connectors.Unsupported, Op: ch.Verb, Where: w.p.class, Err: plain("a directory knows create, update, archive and delete")}
	}
	now := w.found[ch.ID]
	switch len(now) {
	case 0:
		return w.fail(ch, connectors.NotFound, "", "there is no such entry")
	case 1:
	default:
		return w.fail(ch, connectors.Refused, w.p.attrs[w.p.id].name, "several entries have this id")
	}
	if err := w.holds(ch, now[0]); err != nil {
		return err
	}
	w.found[ch.ID] = []*entry{{dn: now[0].dn, values: now[0].values, parted: true}} // seen once
	switch ch.Verb {
	case "update":
		return w.update(ctx, i, ch, now[0])
	case "archive":
		return w.archive(ctx, ch, now[0])
	}
	return w.delete(ctx, ch, now[0])
}

func (w *writer) fail(ch *connectors.Change, kind connectors.ErrorKind, field, why string) error {
	return &connectors.Error{Kind: kind, Op: ch.Verb, Where: w.p.class + " " + ch.ID, Field: field, Err: plain(why)}
}

// holds reports whether an entry is still as the change saw it.
func (w *writer) holds(ch *connectors.Change, now *entry) error {
	if now.parted {
		return w.fail(ch, connectors.Moved, "", "an earlier change of this page wrote the entry, or its values come in parts")
	}
	hash := w.p.hash(now)
	switch {
	case ch.Revision != "" && (w.p.rev >= 0 || len(ch.Seen) == 0):
		if w.p.revision(now.values, hash) != ch.Revision {
			return w.fail(ch, connectors.Moved, "", "the entry has another revision")
		}
		return nil
	case len(ch.Seen) == 0 && ch.Hash != hash:
		return w.fail(ch, connectors.Moved, "", "the entry is not the one last seen")
	}
	for _, seen := range ch.Seen {
		if why := w.sees(now, seen); why != "" {
			return w.fail(ch, connectors.Moved, seen.Path.Top(), why)
		}
	}
	return nil
}

// sees compares an attribute with the value last seen, in normal form; "" when
// they are equal.
func (w *writer) sees(now *entry, seen connectors.Assignment) string {
	slot := w.sel.Shape.Slot(seen.Path.Top())
	if slot < 0 || !seen.Path.IsTop() {
		return "the attribute is not among those the pipeline reads"
	}
	t := w.sel.Shape.Field(slot).Type
	n := w.p.slots[slot]
	have, err := w.p.attrs[n].value(t, now.values[n])
	if err != nil {
		return "the attribute holds what its type does not allow"
	}
	if have.Blank() && seen.Value.Blank() || schema.Equal(have, seen.Value) {
		return ""
	}
	a, errA := t.Normal(have, schema.Norm{})
	b, errB := t.Normal(seen.Value, schema.Norm{})
	if errA == nil && errB == nil && schema.Equal(a, b) {
		return ""
	}
	return "the attribute holds another value than last seen"
}

// unchanged is the control that lets a write happen only to the entry that was
// read: by what the server changes with every write, else by the values that
// can be compared. None where the server does not know it.
func (w *writer) unchanged(e *entry) []driver.Control {
	if !w.c.root.assertion {
		return nil
	}
	filter := "(" + stateName + "=" + driver.EscapeFilter(e.state) + ")"
	if e.state == "" {
		filter = "(&(objectClass=*)"
		for n, a := range w.p.attrs {
			switch {
			case !a.compares || a.fixed || a.name == parentName:
			case len(e.values[n]) == 0:
				filter += "(!(" + a.name + "=*))"
			default:
				for _, v := range e.values[n] {
					filter += a.is(v)
				}
			}
		}
		filter += ")"
	}
	packet, err := driver.CompileFilter(filter)
	if err != nil {
		return nil
	}
	return []driver.Control{driver.NewControlString(assertionControl, true, string(packet.Bytes()))}
}

// assigned hands over what a change sets, its arguments included, since an
// entry has no other place for them: each attribute once.
func (w *writer) assigned(ch *connectors.Change, each func(a *attribute, values []string) error) error {
	seen := map[string]bool{}
	for _, set := range slices.Concat(ch.Set, ch.Args) {
		a := w.c.schema.attribute(set.Path.Top())
		switch {
		case a == nil || !set.Path.IsTop():
			return w.fail(ch, connectors.Refused, set.Path.String(), "there is no such attribute, or it is not written whole")
		case a.fixed:
			return w.fail(ch, connectors.Refused, a.name, "only the server writes this")
		case seen[a.name]:
			continue
		}
		seen[a.name] = true
		values, err := a.store(set.Value)
		if err != nil {
			return w.fail(ch, connectors.Refused, a.name, err.Error())
		}
		if err := each(a, values); err != nil {
			return err
		}
	}
	return nil
}

// delete deletes an entry.
func (w *writer) delete(ctx context.Context, ch *connectors.Change, now *entry) error {
	r := driver.NewDelRequest(now.dn, w.unchanged(now))
	err := w.c.do(ctx, func(l *driver.Conn) error { return l.Del(r) })
	return unsure(ch.Verb, w.p.class+" "+ch.ID, err)
}

// confirm completes the results of written entries with what the directory
// holds now. One that somebody wrote meanwhile stays without a hash: the next
// listing shows it as changed.
func (w *writer) confirm(ctx context.Context, changes []connectors.Change) {
	var ids []string
	for i := range changes {
		if w.results[i].Err == nil && w.wanted[i] != nil {
			ids = append(ids, w.results[i].ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	found, err := w.c.byID(ctx, w.p, ids)
	if err != nil {
		return
	}
	for i := range changes {
		r := &w.results[i]
		if r.Err != nil || w.wanted[i] == nil || len(found[r.ID]) != 1 || !w.p.same(found[r.ID][0], w.wanted[i]) {
			continue
		}
		now := found[r.ID][0]
		r.Hash = w.p.hash(now)
		r.Revision = w.p.revision(now.values, r.Hash)
	}
}

// same reports whether an entry holds what a write left there, as far as
// others than the server can write it.
func (p *plan) same(now, wanted *entry) bool {
	for n, a := range p.attrs[:p.hashed] {
		if !a.fixed && !slices.Equal(now.values[n], wanted.values[n]) {
			return false
		}
	}
	return true
}
