package ldap

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// suiteSchema has an attribute for each field of the suite; "name" is OpenLDAP's
// own, an attribute of names.
const suiteSchema = `
attributetype ( 1.3.6.1.4.1.99999.1.1 NAME 'note' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.2 NAME 'number' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.3 NAME 'amount' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.4 NAME 'flag' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.5 NAME 'day' EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.6 NAME 'moment' EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.1.7 NAME 'loose' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'row' DESC 'what the suite reads' SUP top STRUCTURAL
	MUST uid MAY ( name $ note $ number $ amount $ flag $ day $ moment $ loose ) )
`

// place is a server with a tree for each test, and a connection as somebody
// else.
type place struct {
	server *connectortest.Slapd
	other  *driver.Conn
	n      atomic.Int64
}

// free returns a loopback address that nobody listens on now.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func newPlace(t testing.TB, d connectortest.Directory) *place {
	t.Helper()
	d.Schema, d.Plain = []string{"core", "cosine", "inetorgperson"}, free(t)
	if d.Files == nil {
		d.Files = map[string]string{}
	}
	d.Files["suite.schema"] = suiteSchema
	d.Config = "include {dir}/suite.schema\n" + d.Config
	p := &place{server: connectortest.OpenLDAP(t, d)}
	other, err := driver.DialURL(p.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if err := other.Bind("cn=manager,dc=test", "secret"); err != nil {
		t.Fatal(err)
	}
	p.other = other
	return p
}

// tree makes an empty branch and settings that lead to it.
func (p *place) tree(t testing.TB) (string, connectors.Settings) {
	t.Helper()
	base := fmt.Sprintf("ou=t%d,dc=test", p.n.Add(1))
	p.add(t, base, map[string][]string{"objectClass": {"organizationalUnit"}})
	return base, settings(p.server.URL, base)
}

func settings(url, base string) connectors.Settings {
	return connectors.Settings{
		System: "people", Secret: func(string) (string, error) { return "secret", nil },
		Values: map[string]schema.Value{
			"url": schema.String(url), "base": schema.String(base), "bind_dn": schema.String("cn=manager,dc=test"), "page_size": schema.Int(200),
		},
	}
}

// add makes an entry as somebody else would.
func (p *place) add(t testing.TB, dn string, values map[string][]string) {
	t.Helper()
	r := driver.NewAddRequest(dn, nil)
	for name, v := range values {
		if len(v) > 0 {
			r.Attribute(name, v)
		}
	}
	if err := p.other.Add(r); err != nil {
		t.Fatalf("%s: %v", dn, err)
	}
}

// set changes an entry as somebody else would; no values take an attribute
// away.
func (p *place) set(t testing.TB, dn string, values map[string][]string) {
	t.Helper()
	r := driver.NewModifyRequest(dn, nil)
	for name, v := range values {
		r.Replace(name, v)
	}
	if err := p.other.Modify(r); err != nil {
		t.Fatalf("%s: %v", dn, err)
	}
}

func (p *place) remove(t testing.TB, dn string) {
	t.Helper()
	if err := p.other.Del(driver.NewDelRequest(dn, nil)); err != nil {
		t.Fatal(err)
	}
}

// make makes a branch for the conformance suite.
func (p *place) make(revision string) func(testing.TB, []schema.Field, []connectortest.Row) connectortest.Place {
	return func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
		base, s := p.tree(t)
		dn := func(id string) string { return named("uid", id) + "," + base }
		known := map[string]bool{}
		edit := func(r connectortest.Row) {
			values := map[string][]string{}
			for _, f := range fields {
				values[f.Name] = spelled(t, f, r.Values[f.Name])
			}
			if known[r.ID] {
				p.set(t, dn(r.ID), values)
				return
			}
			known[r.ID], values["objectClass"] = true, []string{"row"}
			p.add(t, dn(r.ID), values)
		}
		for _, r := range rows {
			edit(r)
		}
		return connectortest.Place{
			Settings: s, Selection: connectors.Selection{Object: "row", ID: "uid", Revision: revision, Cursor: "modifyTimestamp"},
			Edit: edit, Remove: func(id string) { p.remove(t, dn(id)) },
		}
	}
}

// spelled is a value as the directory stores it.
func spelled(t testing.TB, f schema.Field, v schema.Value) []string {
	t.Helper()
	if v.IsAbsent() {
		return nil
	}
	a := &attribute{name: f.Name, single: true}
	if f.Name == "day" || f.Name == "moment" {
		a.form = asTime
	}
	values, err := a.store(v)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// many are the entries that are there from the start, below ou=many.
const many = 10_000

func start() string {
	var b strings.Builder
	person := func(cn string) {
		fmt.Fprintf(&b, "dn: cn=%s,dc=test\nobjectClass: person\nsn: x\nuserPassword: secret\n\n", cn)
	}
	person("bounded")
	person("reader")
	person("stranger")
	b.WriteString("dn: ou=many,dc=test\nobjectClass: organizationalUnit\n\n")
	for i := range many {
		fmt.Fprintf(&b, "dn: uid=%05d,ou=many,dc=test\nobjectClass: row\n\n", i)
	}
	b.WriteString("dn: ou=old,dc=test\nobjectClass: organizationalUnit\n\n")
	for i := range 3 {
		fmt.Fprintf(&b, "dn: uid=old%d,ou=old,dc=test\nobjectClass: row\nmodifyTimestamp: 202%d0101000000Z\nmodifiersName: cn=ann,dc=test\n\n", i, i)
	}
	b.WriteString("dn: uid=bad,ou=old,dc=test\nobjectClass: row\nloose:: /w==\nmodifyTimestamp: 20220101000000Z\n\n")
	b.WriteString("dn: ou=parts,dc=test\nobjectClass: organizationalUnit\n\ndn: uid=here,ou=parts,dc=test\nobjectClass: row\n\n" +
		"dn: ou=far,ou=parts,dc=test\nobjectClass: referral\nobjectClass: extensibleObject\nref: ldap://elsewhere.example/ou=far,dc=test\n\n")
	return b.String()
}

// TestOpenLDAP shares one server among the tests that need no other.
func TestOpenLDAP(t *testing.T) {
	p := newPlace(t, connectortest.Directory{
		LDIF: start(), Config: "referral ldap://elsewhere.example\n",
		Limits: `limits dn.exact=cn=bounded,dc=test size=500
limits dn.exact=cn=reader,dc=test size=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree=ou=many,dc=test by dn.exact=cn=stranger,dc=test none by * read
access to * by * read
`,
	})
	// The suite wants ids that it chooses, which those of uid are.
	chosen := Definition()
	chosen.Facts.Create = connectors.CreateExternalID
	unasserted := chosen
	unasserted.Facts.Grade = connectors.ReadBeforeWrite
	unasserted.Open = func(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
		c, err := open(ctx, s)
		if err == nil {
			c.(*Conn).root.assertion = false
		}
		return c, err
	}
	for name, h := range map[string]connectortest.Harness{
		"revision":   {Definition: chosen, Make: p.make("entryCSN"), Sizes: []int{0, 1, 200, 201, 401}},
		"compared":   {Definition: chosen, Make: p.make(""), Sizes: []int{1}},
		"unasserted": {Definition: unasserted, Make: p.make(""), Sizes: []int{1}},
	} {
		h.NullIsEmpty = true
		t.Run("conformance/"+name, func(t *testing.T) { connectortest.Run(t, h) })
	}
	for name, test := range map[string]func(*testing.T, *place){
		"what a class holds": testClass, "names": testNames, "injection": testInjection, "bytes": testBytes, "limits": testLimits,
		"vanishing": testVanishing, "credentials": testCredentials, "elsewhere": testElsewhere, "renaming": testRenaming,
		"archiving": testArchiving, "refusals": testRefusals, "incremental": testIncremental, "somebody in between": testBetween,
		"cut connections": testCut, "values": testValues, "many queries": testManyQueries, "what it states": testStates,
	} {
		t.Run(name, func(t *testing.T) { test(t, p) })
	}
}
