package ldap

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/schema"
)

func TestSettings(t *testing.T) {
	for name, change := range map[string]func(connectors.Settings, map[string]schema.Value){
		"url":         func(s connectors.Settings, _ map[string]schema.Value) { s.Values["url"] = schema.String("http://x") },
		"url (empty)": func(s connectors.Settings, _ map[string]schema.Value) { s.Values["url"] = schema.String("") },
		"url (password)": func(s connectors.Settings, _ map[string]schema.Value) {
			s.Values["url"] = schema.String("ldap://me:hunter2@x")
		},
		"url (dn)": func(s connectors.Settings, _ map[string]schema.Value) {
			s.Values["url"] = schema.String("ldap://x/dc=hunter2")
		},
		"base": func(s connectors.Settings, _ map[string]schema.Value) { s.Values["base"] = schema.String("people") },
		"base (none)": func(s connectors.Settings, _ map[string]schema.Value) {
			s.Values["base"] = schema.String("")
		},
		"filter":      func(_ connectors.Settings, o map[string]schema.Value) { o["filter"] = schema.String("a=b)(") },
		"rdn":         func(_ connectors.Settings, o map[string]schema.Value) { o["rdn"] = schema.String("cn=x,ou") },
		"parent":      func(_ connectors.Settings, o map[string]schema.Value) { o["parent"] = schema.String("nowhere") },
		"archive_to":  func(_ connectors.Settings, o map[string]schema.Value) { o["archive_to"] = schema.String("nowhere") },
		"archive_set": func(_ connectors.Settings, o map[string]schema.Value) { o["archive_set"] = schema.String("former") },
	} {
		s := settings("ldap://127.0.0.1:1", "dc=test")
		s.Blocks = []connectors.SettingsBlock{{Name: "object", Label: "person", Values: map[string]schema.Value{}}}
		change(s, s.Blocks[0].Values)
		_, err := Definition().Open(t.Context(), s)
		var e *connectors.Error
		name, _, _ = strings.Cut(name, " ")
		if !errors.As(err, &e) || e.Where != name || e.Hint == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestActiveDirectory reads a schema, an id and an attribute in the ways of
// Active Directory.
func TestActiveDirectory(t *testing.T) {
	d := newDirectory([]string{
		"( 1.2.840.113556.1.4.2 NAME 'objectGUID' SYNTAX '1.3.6.1.4.1.1466.115.121.1.40' SINGLE-VALUE NO-USER-MODIFICATION )",
		"( 1.2.840.113556.1.2.120 NAME 'uSNChanged' SYNTAX '1.2.840.113556.1.4.906' SINGLE-VALUE NO-USER-MODIFICATION )",
		"( 2.5.4.31 NAME 'member' SYNTAX '1.3.6.1.4.1.1466.115.121.1.12' )",
		"( 2.5.4.3 NAME 'cn' SYNTAX '1.3.6.1.4.1.1466.115.121.1.15{64}' SINGLE-VALUE )",
	}, []string{
		"( 2.5.6.0 NAME 'top' ABSTRACT MUST (objectClass $ objectGUID ) MAY (cn $ uSNChanged ) )",
		"( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST (cn ) MAY (member ) )",
	})
	c := &Conn{root: root{active: true}, schema: d, objects: map[string]object{"": {base: "dc=test"}}, plans: map[*connectors.Selection]*plan{}}
	objects, _ := c.Objects(t.Context())
	var got []string
	for _, f := range objects[0].Fields {
		got = append(got, f.Name+" "+f.Type.String())
	}
	want := []string{"dn string?", "parent string?", "cn string?", "member set(string)?", "objectGUID string?", "uSNChanged int?"}
	if objects[0].ID != "objectGUID" || !reflect.DeepEqual(got, want) {
		t.Errorf("id %s, fields %q", objects[0].ID, got)
	}
	p, err := c.plan(&connectors.Selection{Object: "PERSON", Shape: schema.NewShape(set("member"))})
	if err != nil {
		t.Fatal(err)
	}
	guid := "\x78\x56\x34\x12\xcd\xab\x01\xef\x01\x02\x03\x04\x05\x06\x07\x08"
	found := &driver.Entry{DN: `CN=a\, b,OU=x,DC=test`, Attributes: []*driver.EntryAttribute{
		{Name: "ObjectGUID", Values: []string{guid}}, {Name: "member", Values: nil}, {Name: "member;range=0-1499", Values: []string{"CN=z"}},
	}}
	e := p.entry(found)
	id, err := p.idOf(e.values)
	if back, ok := p.attrs[p.id].idValue(id); err != nil || id != "12345678-abcd-ef01-0102-030405060708" || !ok || back != guid {
		t.Errorf("%s %v %v", id, err, ok)
	}
	if _, ok := p.attrs[p.id].idValue("nobody"); ok {
		t.Error("a text that is no UUID is an id")
	}
	if g := p.got(e, schema.NewShape(set("member"))); connectors.KindOf(g.Err) != connectors.Unreadable {
		t.Errorf("an attribute in parts: %+v", g)
	}
	if above(found.DN) != "OU=x,DC=test" || p.object.rdn != "cn" {
		t.Errorf("%q %q", above(found.DN), p.object.rdn)
	}
}

func TestTimes(t *testing.T) {
	want := time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)
	for _, s := range []string{"20240229235958Z", "20240229235958.0Z", "20240301005958+0100", "240229235958Z", "2024-02-29T23:59:58Z"} {
		if got, ok := readTime(s); !ok || !got.Equal(want) {
			t.Errorf("%s: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "20240230000000Z", "0", "soon", "99999999999999999999"} {
		if got, ok := readTime(s); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
	if got, ok := readTime(spellTime(want.Add(120 * time.Microsecond))); !ok || !got.Equal(want.Add(120*time.Microsecond)) {
		t.Errorf("%v", got)
	}
}

// TestAnswers holds the meanings of what servers answer, and that nothing of
// their text is told.
func TestAnswers(t *testing.T) {
	for code, want := range map[uint16]connectors.ErrorKind{
		driver.LDAPResultBusy: connectors.Limited, driver.LDAPResultUnavailable: connectors.Unavailable, driver.LDAPResultSizeLimitExceeded: connectors.Limited,
		driver.LDAPResultInvalidCredentials: connectors.Denied, driver.LDAPResultReferral: connectors.Denied, driver.LDAPResultOther: connectors.Uncertain,
		driver.LDAPResultTimeLimitExceeded: connectors.Uncertain, driver.LDAPResultAssertionFailed: connectors.Moved, driver.ErrorNetwork: connectors.Uncertain,
		driver.LDAPResultConstraintViolation: connectors.Refused, 77: connectors.Failed,
	} {
		err := unsure("update", "person a", driver.NewError(code, errors.New("mail: C4NARY")), "mail")
		if connectors.KindOf(err) != want || strings.Contains(err.Error(), "C4NARY") {
			t.Errorf("%d: %v is %v, want %v", code, err, connectors.KindOf(err), want)
		}
	}
}

// FuzzDescribe reads anything as a definition of a schema.
func FuzzDescribe(f *testing.F) {
	f.Add("( 2.5.4.3 NAME ( 'cn' 'commonName' ) DESC 'a (b) $' SUP name SYNTAX 1.2.3{64} X-ORIGIN 'x' )")
	f.Add("( ( ) ' $")
	f.Fuzz(func(t *testing.T, text string) {
		d := newDirectory([]string{text, "( 1.1 NAME 'a' SUP b )", "( 1.2 NAME 'b' SUP a )"}, []string{text, "( 1.3 NAME 'c' SUP c MAY ( a $ b ) )"})
		for _, c := range d.classes {
			d.fields(c)
		}
	})
}

// FuzzEntry reads anything as an entry's bytes.
func FuzzEntry(f *testing.F) {
	p := &plan{attrs: []*attribute{{name: "a"}, {name: "b"}}, rev: -1, at: -1, author: -1, trace: -1, hashed: 2}
	raw, _ := (&entry{values: [][]string{{"x", ""}, {"y"}}}).append(nil, 0)
	f.Add(raw)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		values, err := p.readEntry(b)
		if err != nil {
			return
		}
		again, _ := (&entry{values: values}).append(nil, 0)
		if back, err := p.readEntry(again); err != nil || !reflect.DeepEqual(back, values) {
			t.Errorf("%q %q %v", values, back, err)
		}
	})
}
