package ldap

import (
	"context"
	"slices"
	"strings"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
)

// create adds an entry under the parent of new entries, or the one that the
// change names.
func (w *writer) create(ctx context.Context, i int, ch *connectors.Change) error {
	values := map[string][]string{}
	parent, id := w.p.object.parent, w.p.attrs[w.p.id]
	err := w.assigned(ch, func(a *attribute, v []string) error {
		if a.name == parentName {
			if len(v) > 0 {
				parent = v[0]
			}
			return nil
		}
		values[a.name] = v
		return nil
	})
	if err != nil {
		return err
	}
	name := w.p.object.rdn
	if a := w.c.schema.attribute(name); a != nil {
		name = a.name
	}
	if len(values[name]) == 0 && strings.EqualFold(name, id.name) && ch.NewID != "" {
		values[name] = []string{ch.NewID}
	}
	if len(values[name]) == 0 {
		return &connectors.Error{
			Kind: connectors.Refused, Op: ch.Verb, Where: w.p.class, Field: name, Err: plain("nothing names the new entry"),
			Hint: "map a value to " + name + ", or choose another attribute with object { rdn = … }",
		}
	}
	if len(values["objectClass"]) == 0 {
		values["objectClass"] = []string{w.p.class}
	}
	r := driver.NewAddRequest(named(name, values[name][0])+","+parent, nil)
	var sent []string
	for attr, v := range values {
		if len(v) > 0 {
			r.Attribute(attr, v)
			sent = append(sent, attr)
		}
	}
	err = w.c.do(ctx, func(l *driver.Conn) error { return l.Add(r) })
	if err = unsure(ch.Verb, w.p.class, err, sent...); err != nil {
		return w.named(err, name)
	}
	return w.created(ctx, i, r.DN, values)
}

// named says which attribute makes a name that is taken.
func (w *writer) named(err error, rdn string) error {
	if e, ok := err.(*connectors.Error); ok && e.Err == plain(meanings[driver.LDAPResultEntryAlreadyExists].text) {
		e.Field = rdn
	}
	return err
}

// created reads a new entry: only the server knows its id.
func (w *writer) created(ctx context.Context, i int, dn string, values map[string][]string) error {
	raw, err := w.c.entryAt(ctx, dn, w.p.ask)
	if err != nil {
		return &connectors.Error{
			Kind: connectors.Uncertain, Op: "create", Where: w.p.class, Err: plain("the entry was added, and cannot be read"),
			Hint: "see that bind_dn may read what it adds",
		}
	}
	now := w.p.entry(raw)
	if w.results[i].ID, err = w.p.idOf(now.values); err != nil {
		return err
	}
	w.wanted[i] = &entry{values: slices.Clone(now.values)}
	for attr, v := range values {
		if n := w.p.place(attr); n >= 0 && attr != "objectClass" {
			w.wanted[i].values[n] = v
		}
	}
	return nil
}

// edit is what an update asks of one attribute.
type edit struct {
	a    *attribute
	n    int // its place; -1 where it is not read
	want []string
}

// update changes the values that differ. What names the entry is changed by a
// new name, and its parent by moving it.
func (w *writer) update(ctx context.Context, i int, ch *connectors.Change, now *entry) error {
	var edits []edit
	err := w.assigned(ch, func(a *attribute, v []string) error {
		if a == w.p.attrs[w.p.id] {
			return w.fail(ch, connectors.Refused, a.name, "the id of an entry is not changed")
		}
		edits = append(edits, edit{a, w.p.place(a.name), v})
		return nil
	})
	if err != nil {
		return err
	}
	now, err = w.rename(ctx, ch, now, edits)
	if err != nil {
		return err
	}
	w.wanted[i] = &entry{values: slices.Clone(now.values)}
	r := driver.NewModifyRequest(now.dn, w.unchanged(now))
	for _, e := range edits {
		if e.a.name == parentName {
			continue
		}
		w.modify(r, e, now)
		if e.n >= 0 {
			w.wanted[i].values[e.n] = e.want
		}
	}
	if len(r.Changes) == 0 {
		return nil
	}
	err = w.c.do(ctx, func(l *driver.Conn) error { return l.Modify(r) })
	err = unsure(ch.Verb, w.p.class+" "+ch.ID, err, attributes(edits)...)
	if e, ok := err.(*connectors.Error); ok && now.renamed {
		e.Kind, e.Hint = connectors.Uncertain, "the entry has its new name, and not its new values: the next run reads it"
	}
	return err
}

func attributes(edits []edit) []string {
	names := make([]string, len(edits))
	for i, e := range edits {
		names[i] = e.a.name
	}
	return names
}

// modify asks for the values that differ, by name where the server can tell
// values apart: what somebody else adds meanwhile stays.
func (w *writer) modify(r *driver.ModifyRequest, e edit, now *entry) {
	if e.n < 0 || !e.a.compares && !w.c.root.active {
		r.Replace(e.a.name, e.want)
		return
	}
	have := now.values[e.n]
	if out := missing(have, e.want); len(out) > 0 {
		r.Delete(e.a.name, out)
	}
	if in := missing(e.want, have); len(in) > 0 {
		r.Add(e.a.name, in)
	}
}

// missing returns what one list has and another has not.
func missing(from, in []string) []string {
	var out []string
	for _, v := range from {
		if !slices.Contains(in, v) {
			out = append(out, v)
		}
	}
	return out
}

// rename gives an entry the name and the place that the edits want, and returns
// it as it is then. An entry that is named by what stays is left.
func (w *writer) rename(ctx context.Context, ch *connectors.Change, now *entry, edits []edit) (*entry, error) {
	names, err := namesOf(now.dn)
	if err != nil {
		return now, w.fail(ch, connectors.Refused, dnName, "the server's DN cannot be read")
	}
	next := &entry{dn: now.dn, state: now.state, values: slices.Clone(now.values)}
	parent, renamed := above(now.dn), false
	for _, e := range edits {
		if e.a.name == parentName {
			if len(e.want) == 0 {
				return now, w.fail(ch, connectors.Refused, parentName, "an entry is below another one")
			}
			renamed = renamed || !sameDN(parent, e.want[0])
			parent = e.want[0]
			continue
		}
		for k := range names {
			if !strings.EqualFold(names[k].Type, e.a.name) || slices.Contains(e.want, names[k].Value) {
				continue
			}
			if len(e.want) == 0 {
				return now, w.fail(ch, connectors.Refused, e.a.name, "it names the entry and cannot be empty")
			}
			next.named(e.n, names[k].Value, e.want[0])
			names[k].Value, renamed = e.want[0], true
		}
	}
	if !renamed {
		return now, nil
	}
	return w.move(ctx, ch, next, names, parent)
}

// named puts a name in place of another one.
func (e *entry) named(n int, old, name string) {
	if n < 0 {
		return
	}
	values := append(missing(e.values[n], []string{old}), name)
	slices.Sort(values)
	e.values[n] = slices.Compact(values)
}

// move gives an entry a name under a parent.
func (w *writer) move(ctx context.Context, ch *connectors.Change, e *entry, names []driver.AttributeTypeAndValue, parent string) (*entry, error) {
	var rdn []string
	for _, n := range names {
		rdn = append(rdn, named(n.Type, n.Value))
	}
	name := strings.Join(rdn, "+")
	r := driver.NewModifyDNWithControlsRequest(e.dn, name, true, "", w.unchanged(e))
	if !sameDN(parent, above(e.dn)) {
		r.NewSuperior = parent
	}
	err := w.c.do(ctx, func(l *driver.Conn) error { return l.ModifyDN(r) })
	if err = unsure(ch.Verb, w.p.class+" "+ch.ID, err); err != nil {
		return e, w.named(err, names[0].Type)
	}
	e.dn, e.state, e.renamed = name+","+parent, "", true
	for n, a := range w.p.attrs {
		switch a.name {
		case dnName:
			e.values[n] = []string{e.dn}
		case parentName:
			e.values[n] = []string{parent}
		}
	}
	return e, nil
}

// namesOf returns the values that name an entry under its parent.
func namesOf(dn string) ([]driver.AttributeTypeAndValue, error) {
	d, err := driver.ParseDN(dn)
	if err != nil || len(d.RDNs) == 0 {
		return nil, plain("it is not a DN")
	}
	var names []driver.AttributeTypeAndValue
	for _, a := range d.RDNs[0].Attributes {
		names = append(names, *a)
	}
	return names, nil
}

func sameDN(a, b string) bool {
	x, err := driver.ParseDN(a)
	y, err2 := driver.ParseDN(b)
	if err != nil || err2 != nil {
		return a == b
	}
	return x.EqualFold(y)
}

// archive puts an entry aside as the settings say.
func (w *writer) archive(ctx context.Context, ch *connectors.Change, now *entry) error {
	set, to := w.p.object.archiveSet, w.p.object.archiveTo
	if set[0] == "" && to == "" {
		return &connectors.Error{
			Kind: connectors.Unsupported, Op: ch.Verb, Where: w.p.class, Err: plain("nothing says how an entry is archived"),
			Hint: `write object "` + w.p.class + `" { archive_set = "employeeType=former" }, or archive_to`,
		}
	}
	if set[0] != "" {
		r := driver.NewModifyRequest(now.dn, w.unchanged(now))
		r.Replace(set[0], []string{set[1]})
		err := w.c.do(ctx, func(l *driver.Conn) error { return l.Modify(r) })
		if err = unsure(ch.Verb, w.p.class+" "+ch.ID, err, set[0]); err != nil {
			return err
		}
		now = &entry{dn: now.dn, values: slices.Clone(now.values)}
		if n := w.p.place(set[0]); n >= 0 {
			now.values[n] = []string{set[1]}
		}
	}
	names, err := namesOf(now.dn)
	if to == "" || err != nil || sameDN(above(now.dn), to) {
		return nil
	}
	_, err = w.move(ctx, ch, now, names, to)
	return err
}
