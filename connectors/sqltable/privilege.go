package sqltable

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
)

// Privileges returns how a database grants: by column, where SQL does. The
// object is split as the dialect's catalogue joins it, and account quotes
// whoever is granted to.
func (d *Dialect) Privileges(split func(object string) []string, account func(to string) string) *connectors.Privileges {
	return &connectors.Privileges{
		Of: func(n *connectors.Need) ([]connectors.Right, []string) { return rightsOf(n, d.Locks) },
		Grant: func(rights []connectors.Right, to string) []string {
			var out []string
			for _, r := range rights {
				what := r.Name
				if r.Fields != nil {
					columns := make([]string, len(r.Fields))
					for i, f := range r.Fields {
						columns[i] = d.quote(f)
					}
					what += " (" + strings.Join(columns, ", ") + ")"
				}
				out = append(out, "GRANT "+what+" ON "+d.quote(split(r.Object)...)+" TO "+account(to)+";")
			}
			return out
		},
	}
}

// rightsOf returns what the statements of this package take: a create may give
// the id and the first revision, an update sets the next, and a delete locks its
// row before.
func rightsOf(n *connectors.Need, locks bool) (rights []connectors.Right, open []string) {
	if n.Object == "" {
		return nil, []string{"the table is not named: name it with object in the source"}
	}
	if n.ID == "" {
		open = append(open, "the column of the primary key is not known here: name it with id in the source")
	}
	add := func(name string, fields ...string) {
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "" })
		slices.Sort(fields)
		rights = append(rights, connectors.Right{Object: n.Object, Name: name, Fields: slices.Compact(fields)})
	}
	writes := func(verb string) bool { return slices.Contains(n.Verbs, verb) }
	add("SELECT", append(slices.Clone(n.Reads), n.ID, n.Revision)...)
	if writes("create") {
		add("INSERT", append(slices.Clone(n.Creates), n.ID, n.Revision)...)
		if n.ID != "" {
			open = append(open, "the right to insert "+n.ID+" is not needed where the database gives it")
		}
	}
	switch {
	case writes("update"):
		add("UPDATE", append(slices.Clone(n.Updates), n.Revision)...)
	case writes("delete") && locks && n.Revision+n.ID != "":
		add("UPDATE", lockable(n))
		open = append(open, "the right to update "+lockable(n)+" is what locking a row before it is deleted takes")
	}
	if writes("delete") {
		rights = append(rights, connectors.Right{Object: n.Object, Name: "DELETE"})
	}
	return rights, open
}

// lockable is the column whose update stands for the right to lock a row.
func lockable(n *connectors.Need) string {
	if n.ID != "" {
		return n.ID
	}
	return n.Revision
}

// Needed returns the rights that a need takes of the table as it is: what the
// database gives by itself is not granted.
func (c *Conn) Needed(ctx context.Context, n *connectors.Need) ([]connectors.Right, error) {
	t, err := c.table(ctx, n.Object)
	if err != nil {
		return nil, err
	}
	need := *n
	if need.Object = t.Name; need.ID == "" {
		need.ID = t.id()
	}
	rights, _ := rightsOf(&need, c.d.Locks)
	for i := range rights {
		r := &rights[i]
		r.Fields = slices.DeleteFunc(r.Fields, func(f string) bool { return c.given(t, &need, r.Name, f) })
	}
	return rights, nil
}

// given reports whether the database sets a column by itself.
func (c *Conn) given(t *Table, n *connectors.Need, right, field string) bool {
	at := t.Column(field)
	if at < 0 || field != n.ID && field != n.Revision {
		return false
	}
	col := &t.Columns[at]
	switch {
	case right == "INSERT" && slices.Contains(n.Creates, field), right == "UPDATE" && slices.Contains(n.Updates, field):
		return false
	case right == "INSERT" && field == n.ID:
		return col.Auto || col.Generated || col.Default && c.d.Returning
	case right == "INSERT":
		return col.Default || col.Generated || col.Renewed
	}
	return right == "UPDATE" && field == n.Revision && field != n.ID && (col.Generated || col.Renewed)
}

// Held returns every right that the user has.
func (c *Conn) Held(ctx context.Context) ([]connectors.Right, error) {
	if c.d.Held == nil {
		return nil, &connectors.Error{Kind: connectors.Unsupported, Op: "read", Where: "the user's rights", Err: plain("this database has none")}
	}
	var out []connectors.Right
	err := c.d.Held(ctx, c.db, func(object, right, column string) {
		at := slices.IndexFunc(out, func(r connectors.Right) bool { return r.Object == object && r.Name == right })
		if at < 0 {
			at, out = len(out), append(out, connectors.Right{Object: object, Name: right})
		}
		if column != "" {
			out[at].Fields = append(out[at].Fields, column)
		}
	})
	return out, c.d.Fail("read", "the user's rights", err)
}
