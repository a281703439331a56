package ldap

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
)

// Conn is an open directory with every ability the contract names but
// sessions and stamps. It may be used concurrently.
type Conn struct {
	to      *target
	objects map[string]object // by class in lower case; "" is what holds for all
	clock   func() time.Time
	root    root
	schema  *directory

	mu     sync.Mutex
	idle   []*line
	closed bool
	plans  map[*connectors.Selection]*plan
}

var (
	_ connectors.Lister  = (*Conn)(nil)
	_ connectors.Reader  = (*Conn)(nil)
	_ connectors.Getter  = (*Conn)(nil)
	_ connectors.Finder  = (*Conn)(nil)
	_ connectors.Writer  = (*Conn)(nil)
	_ connectors.Checker = (*Conn)(nil)
)

// object is what the settings say of one object class.
type object struct {
	base, filter, rdn, parent string
	page                      uint32
	archiveSet                [2]string // attribute and value
	archiveTo                 string
}

// root is what a server says of itself.
type root struct {
	paging, assertion, oneDomain bool
	active                       bool   // Active Directory
	service                      string // which of its servers: change numbers are each server's own
}

const (
	pagingControl    = "1.2.840.113556.1.4.319"
	assertionControl = "1.3.6.1.1.12"
	domainControl    = "1.2.840.113556.1.4.1339"
	activeCapability = "1.2.840.113556.1.4.800"
)

// connect makes the first connection and learns what the server is.
func connect(ctx context.Context, t *target, objects map[string]object, clock func() time.Time) (*Conn, error) {
	c := &Conn{to: t, objects: objects, clock: clock, plans: map[*connectors.Selection]*plan{}}
	if err := c.learn(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// learn reads the root DSE and the schema.
func (c *Conn) learn(ctx context.Context) error {
	dse, err := c.entryAt(ctx, "", []string{"supportedControl", "supportedCapabilities", "subschemaSubentry", "dsServiceName"})
	if err != nil {
		return fault("open", "the root DSE", err)
	}
	controls := dse.GetAttributeValues("supportedControl")
	c.root = root{
		paging: slices.Contains(controls, pagingControl), assertion: slices.Contains(controls, assertionControl),
		oneDomain: slices.Contains(controls, domainControl),
		active:    slices.Contains(dse.GetAttributeValues("supportedCapabilities"), activeCapability),
		service:   dse.GetAttributeValue("dsServiceName"),
	}
	c.schema = newDirectory(nil, nil)
	at := dse.GetAttributeValue("subschemaSubentry")
	if at == "" {
		return nil
	}
	found, err := c.search(ctx, &driver.SearchRequest{
		BaseDN: at, Scope: driver.ScopeBaseObject, Filter: "(objectClass=subschema)", Attributes: []string{"attributeTypes", "objectClasses"},
	})
	if err != nil || len(found.Entries) == 0 {
		return fault("open", "the schema", err)
	}
	c.schema = newDirectory(found.Entries[0].GetAttributeValues("attributeTypes"), found.Entries[0].GetAttributeValues("objectClasses"))
	return nil
}

// entryAt reads one entry by its DN.
func (c *Conn) entryAt(ctx context.Context, dn string, attributes []string) (*driver.Entry, error) {
	found, err := c.search(ctx, &driver.SearchRequest{
		BaseDN: dn, Scope: driver.ScopeBaseObject, Filter: "(objectClass=*)", Attributes: attributes,
	})
	if err != nil {
		return nil, err
	}
	if len(found.Entries) != 1 {
		return nil, driver.NewError(driver.LDAPResultNoSuchObject, plain("there is no such entry"))
	}
	return found.Entries[0], nil
}

// search runs one search. What was found before an error comes with it.
func (c *Conn) search(ctx context.Context, r *driver.SearchRequest) (found *driver.SearchResult, err error) {
	if c.root.oneDomain {
		r.Controls = append(r.Controls, driver.NewControlString(domainControl, false, ""))
	}
	err = c.do(ctx, func(l *driver.Conn) (err error) {
		found, err = l.Search(r)
		return err
	})
	return found, err
}

// do runs a request on a connection that is free.
func (c *Conn) do(ctx context.Context, request func(*driver.Conn) error) error {
	l, err := c.lease(ctx)
	if err != nil {
		return err
	}
	if err = l.on(ctx, request); err != nil && !answered(err) {
		l.cut()
		return err
	}
	c.free(l)
	return err
}

// Close ends the connections.
func (c *Conn) Close() error {
	c.mu.Lock()
	idle := c.idle
	c.idle, c.closed = nil, true
	c.mu.Unlock()
	for _, l := range idle {
		l.cut()
	}
	return nil
}

// States says what is true of this very directory.
func (c *Conn) States() connectors.Facts {
	f := facts()
	if !c.root.assertion {
		f.Grade = connectors.ReadBeforeWrite
	}
	f.Attribution = !c.root.active
	archives := slices.ContainsFunc(slicesOf(c.objects), func(o object) bool { return o.archiveTo != "" || o.archiveSet[0] != "" })
	f.Verbs = slices.DeleteFunc(f.Verbs, func(v connectors.Verb) bool { return v.Name == "archive" && !archives })
	return f
}

func slicesOf(m map[string]object) []object {
	var all []object
	for _, o := range m {
		all = append(all, o)
	}
	return all
}

// Check tells whether the directory answers and its bases are there.
func (c *Conn) Check(ctx context.Context) error {
	for _, o := range slicesOf(c.objects) {
		for _, dn := range []string{o.base, o.parent, o.archiveTo} {
			if dn == "" {
				continue
			}
			if _, err := c.entryAt(ctx, dn, []string{"1.1"}); err != nil {
				return fault("read", dn, err)
			}
		}
	}
	return nil
}

// Objects lists the object classes that an entry can have.
func (c *Conn) Objects(context.Context) ([]connectors.Object, error) {
	var out []connectors.Object
	for _, cl := range c.schema.classes {
		if cl.abstract {
			continue
		}
		out = append(out, connectors.Object{
			Name: cl.name, Doc: cl.doc, Fields: c.schema.fields(cl), ID: c.idName(), At: c.atName(), Open: len(c.schema.attrs) == 0,
		})
	}
	slices.SortFunc(out, func(a, b connectors.Object) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

func (c *Conn) idName() string {
	if c.root.active {
		return "objectGUID"
	}
	return "entryUUID"
}

func (c *Conn) atName() string {
	if c.root.active {
		return "whenChanged"
	}
	return "modifyTimestamp"
}

// objectsOf reads the settings of the objects; each completes what holds for
// all.
func objectsOf(s connectors.Settings) (map[string]object, error) {
	all := object{base: s.Text("base"), page: uint32(min(max(s.Int("page_size"), 1), mostPage))}
	if s.Values["page_size"].IsAbsent() {
		all.page = 500
	}
	objects := map[string]object{"": all}
	for _, b := range s.Blocks {
		o := all
		text := func(name string, to *string) {
			if v := b.Values[name].Text(); v != "" {
				*to = v
			}
		}
		var set string
		text("base", &o.base)
		text("filter", &o.filter)
		text("rdn", &o.rdn)
		text("parent", &o.parent)
		text("archive_to", &o.archiveTo)
		text("archive_set", &set)
		if set != "" {
			name, value, ok := strings.Cut(set, "=")
			if !ok || value == "" || !nameLike(name) {
				return nil, wrong("archive_set", "it is not an attribute and its value", "write employeeType=former")
			}
			o.archiveSet = [2]string{name, value}
		}
		objects[strings.ToLower(b.Label)] = o
	}
	for _, o := range slicesOf(objects) {
		if err := o.check(); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// check holds what the settings say of an object to the grammar of LDAP.
func (o object) check() error {
	for name, dn := range map[string]string{"base": o.base, "parent": o.parent, "archive_to": o.archiveTo} {
		if dn == "" && name != "base" {
			continue
		}
		if d, err := driver.ParseDN(dn); err != nil || len(d.RDNs) == 0 {
			return wrong(name, "it is not a DN", "write a DN such as ou=people,dc=example,dc=org")
		}
	}
	if o.filter != "" {
		if _, err := driver.CompileFilter(o.filter); err != nil {
			return wrong("filter", "it is not a filter", "write a filter in parentheses, such as (employeeType=staff)")
		}
	}
	if o.rdn != "" && !nameLike(o.rdn) {
		return wrong("rdn", "it is not the name of an attribute", "write one such as uid")
	}
	return nil
}
