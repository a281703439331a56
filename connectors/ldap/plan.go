package ldap

import (
	"fmt"
	"slices"
	"strings"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/schema"
)

// plan is how one selection reads and writes the entries of one class.
type plan struct {
	class  string
	object object
	attrs  []*attribute // that are read; the first hashed of them tell two states of an entry apart
	hashed int
	ask    []string // the names asked for: those of attrs, and what a write needs
	id     int      // place in attrs
	rev    int      // -1: a hash; -1 of the ones below: none
	at     int
	author int
	trace  int
	cursor int
	slots  []int // place by slot
}

// stateName is the attribute that changes with every write of an entry, where
// the server is OpenLDAP.
const stateName = "entryCSN"

// newPlan resolves the names of a selection.
func (c *Conn) newPlan(sel *connectors.Selection) (*plan, error) {
	cl := c.schema.byClass[strings.ToLower(sel.Object)]
	if cl == nil && (len(c.schema.classes) > 0 || !nameLike(sel.Object)) {
		return nil, &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: sel.Object, Err: plain("there is no such object class"),
			Hint: "name a class of the directory's schema, such as inetOrgPerson",
		}
	}
	p := &plan{class: sel.Object}
	if cl != nil {
		p.class = cl.name
	}
	p.object = c.objectOf(p.class, cl)
	id := sel.ID
	if id == "" {
		id = c.idName()
	}
	var err error
	need := func(path string) int {
		if path == "" || err != nil {
			return -1
		}
		var n int
		n, err = p.use(c.schema, path)
		return n
	}
	p.id, p.rev, p.trace, p.cursor = need(id), need(sel.Revision), need(sel.Trace), need(sel.Cursor)
	for _, f := range sel.Shape.Fields() {
		p.slots = append(p.slots, need(schema.PathTo(f.Name).String()))
	}
	p.at, p.author = need(sel.At), need(sel.Author)
	p.hashed = len(p.attrs)
	for _, name := range sel.Writes {
		need(schema.PathTo(name).String())
	}
	p.optional(c)
	return p, err
}

// optional reads what the server knows of an entry by itself and the selection
// does not name.
func (p *plan) optional(c *Conn) {
	also := func(place *int, name string) {
		if *place < 0 && c.schema.attribute(name) != nil {
			*place, _ = p.use(c.schema, name)
		}
	}
	also(&p.at, c.atName())
	also(&p.author, "modifiersName")
	for _, a := range p.attrs {
		if a.name != dnName && a.name != parentName {
			p.ask = append(p.ask, a.name)
		}
	}
	for _, name := range []string{stateName, p.object.archiveSet[0]} {
		if name != "" && !slices.Contains(p.ask, name) {
			p.ask = append(p.ask, name)
		}
	}
}

// objectOf completes what the settings say of a class.
func (c *Conn) objectOf(name string, cl *class) object {
	o, ok := c.objects[strings.ToLower(name)]
	if !ok {
		o = c.objects[""]
	}
	if o.parent == "" {
		o.parent = o.base
	}
	if o.rdn == "" {
		o.rdn = "cn"
		if cl != nil && !c.root.active && c.schema.has(cl, "uid") {
			o.rdn = "uid"
		}
	}
	return o
}

// use returns the place of an attribute, which is read from now on.
func (p *plan) use(d *directory, path string) (int, error) {
	parsed, err := schema.ParsePath(path)
	a := d.attribute(parsed.Top())
	if err != nil || !parsed.IsTop() || a == nil {
		return -1, &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: p.class, Field: path, Err: plain("there is no such attribute"),
			Hint: "correct the name, or add the attribute to the directory's schema",
		}
	}
	if n := p.place(a.name); n >= 0 {
		return n, nil
	}
	p.attrs = append(p.attrs, a)
	return len(p.attrs) - 1, nil
}

// place returns where an attribute is read to; -1 where it is not.
func (p *plan) place(name string) int {
	return slices.IndexFunc(p.attrs, func(a *attribute) bool { return strings.EqualFold(a.name, name) })
}

// filter is the condition on entries of the class; more narrows it.
func (p *plan) filter(more string) string {
	return fmt.Sprintf("(&(objectClass=%s)%s%s)", driver.EscapeFilter(p.class), p.object.filter, more)
}

// is is the condition that an attribute holds a value.
func (a *attribute) is(value string) string {
	return "(" + a.name + "=" + driver.EscapeFilter(value) + ")"
}

// named is a value as it stands in a DN. Blanks of any kind at its ends would be
// taken for none, so all but the space are written by their number.
func named(name, value string) string {
	var b strings.Builder
	for _, r := range driver.EscapeDN(value) {
		if r < ' ' || r == 0x7f {
			fmt.Fprintf(&b, `\%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return name + "=" + b.String()
}

// anyOf is the condition that one of others holds.
func anyOf(conditions []string) string {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return "(|" + strings.Join(conditions, "") + ")"
}

// request is a search for entries of the class.
func (p *plan) request(base, filter string, limit int) *driver.SearchRequest {
	return &driver.SearchRequest{BaseDN: base, Scope: driver.ScopeWholeSubtree, Filter: filter, Attributes: p.ask, SizeLimit: limit}
}

// plan returns the plan of a selection, made once.
func (c *Conn) plan(sel *connectors.Selection) (*plan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.plans[sel]; p != nil {
		return p, nil
	}
	p, err := c.newPlan(sel)
	if err != nil {
		return nil, err
	}
	if len(c.plans) >= maxPlans {
		clear(c.plans)
	}
	c.plans[sel] = p
	return p, nil
}

// maxPlans bounds the plans kept: selections are made anew for each pass.
const maxPlans = 64
