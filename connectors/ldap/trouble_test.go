package ldap

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/go-ldap/ldap/v3"
	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/schema"
)

func sets(pairs ...string) []connectors.Assignment {
	var out []connectors.Assignment
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, connectors.Assignment{Path: schema.PathTo(pairs[i]), Value: schema.String(pairs[i+1])})
	}
	return out
}

func opened(t testing.TB, s connectors.Settings) *Conn {
	t.Helper()
	c, err := Definition().Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*Conn)
}

// listing reads a whole listing as far as it goes.
func listing(t testing.TB, c *Conn, sel *connectors.Selection, from connectors.Checkpoint) (got []connectors.Got, faults []error, next connectors.Checkpoint, complete bool) {
	t.Helper()
	stream, err := c.Read(t.Context(), sel, from, false)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	for {
		err := stream.Next(t.Context(), &b)
		if err == io.EOF {
			next, complete = stream.Done()
			return got, faults, next, complete
		}
		if err != nil {
			next, complete = stream.Done()
			return got, append(faults, err), next, complete
		}
		for i := range b.Items {
			rec := schema.NewRecord(sel.Shape)
			if err := stream.Decode(&b.Items[i], rec); err != nil {
				faults = append(faults, err)
				continue
			}
			got = append(got, connectors.Got{Record: rec, Hash: b.Items[i].Hash})
		}
	}
}

// all reads a listing without fault.
func all(t testing.TB, c *Conn, sel *connectors.Selection) []connectors.Got {
	t.Helper()
	got, faults, _, complete := listing(t, c, sel, nil)
	if len(faults) > 0 || !complete {
		t.Fatalf("complete %v, %v", complete, faults)
	}
	return got
}

// person is a selection of people, whose ids the server gives.
func person(fields ...schema.Field) *connectors.Selection {
	sel := &connectors.Selection{Object: "inetOrgPerson", Shape: schema.NewShape(fields...)}
	for _, f := range fields {
		sel.Writes = append(sel.Writes, f.Name)
	}
	return sel
}

func text(name string) schema.Field {
	return schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}}
}

func set(name string) schema.Field {
	return schema.Field{Name: name, Type: schema.SetOf(schema.Type{Kind: schema.KindString}).OrNull()}
}

func testClass(t *testing.T, p *place) {
	_, s := p.tree(t)
	objects, err := opened(t, s).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(objects, func(o connectors.Object) bool { return o.Name == "inetOrgPerson" })
	if i < 0 || objects[i].ID != "entryUUID" || slices.ContainsFunc(objects, func(o connectors.Object) bool { return o.Name == "top" }) {
		t.Fatalf("%d objects", len(objects))
	}
	want := map[string]string{
		"sn": "set(string)?", "displayName": "string?", "jpegPhoto": "set(string)?", "employeeNumber": "string?",
		"modifyTimestamp": "timestamp?", "dn": "string?", "parent": "string?",
	}
	for _, f := range objects[i].Fields {
		if w, ok := want[f.Name]; ok && f.Type.String() == w {
			delete(want, f.Name)
		}
		if f.Name == "modifyTimestamp" && !f.ReadOnly || f.Name == "sn" && f.ReadOnly {
			t.Errorf("%s: read only %v", f.Name, f.ReadOnly)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found so: %v", want)
	}
}

// testNames gives entries names that mean something in a DN and in a filter,
// renames them, and finds each by its name alone.
func testNames(t *testing.T, p *place) {
	base, s := p.tree(t)
	s.Blocks = []connectors.SettingsBlock{{Name: "object", Label: "inetOrgPerson", Values: map[string]schema.Value{"rdn": schema.String("cn")}}}
	c, sel := opened(t, s), person(text("cn"), text("sn"), text("dn"))
	hostile := []string{
		",", "+", `"`, `\`, "<", ">", ";", "#a", " a", "a ", "=", "\x00", "*", "(", ")", "*)(uid=*", `a\2c`, "a,ou=x,dc=test", "é", "日本語", "\u202e", "\n", "\t", "'", "a+b=c",
	}
	rapid.Check(t, func(r *rapid.T) {
		// The rule of cn ignores case and more than one space: two names that
		// differ by more than that are made of a number and what is hostile.
		name := func(n int) string {
			return fmt.Sprint(n) + strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 1, 4).Draw(r, "name"), "")
		}
		first, second := name(1), name(2)
		if rapid.Bool().Draw(r, "leading") {
			first, second = strings.TrimPrefix(first, "1")+"1", strings.TrimPrefix(second, "2")+"2"
		}
		res, err := c.Write(t.Context(), sel, []connectors.Change{{Verb: "create", Set: sets("cn", first, "sn", "x")}})
		if err != nil || res[0].Err != nil {
			r.Fatalf("%q: %v %v", first, err, res)
		}
		defer func() {
			if got, err := c.Get(t.Context(), sel, []string{res[0].ID}); err == nil && got[0].Record != nil {
				p.remove(t, got[0].Record.Get("dn").Text())
			}
		}()
		holds(r, t, c, sel, res[0], first)
		up := connectors.Change{Verb: "update", ID: res[0].ID, Hash: res[0].Hash, Set: sets("cn", second)}
		res2, err := c.Write(t.Context(), sel, []connectors.Change{up})
		if err != nil || res2[0].Err != nil {
			r.Fatalf("%q to %q: %v %v", first, second, err, res2)
		}
		holds(r, t, c, sel, res2[0], second)
	})
	if left := all(t, c, sel); len(left) != 0 {
		t.Errorf("%d entries are left below %s", len(left), base)
	}
}

// holds sees that an entry has a name, and is found by it alone.
func holds(r *rapid.T, t *testing.T, c *Conn, sel *connectors.Selection, res connectors.Result, name string) {
	got, err := c.Get(t.Context(), sel, []string{res.ID})
	if err != nil || got[0].Record == nil || got[0].Record.Get("cn").Text() != name || got[0].Hash != res.Hash {
		r.Fatalf("%q: %+v %v", name, got, err)
	}
	found, err := c.Find(t.Context(), sel, []connectors.Query{{Paths: []string{"cn"}, Values: [][]schema.Value{{schema.String(name)}}}})
	if err != nil || len(found[0]) != 1 || found[0][0].Record.ID != res.ID {
		r.Fatalf("%q is not found: %v %v", name, found, err)
	}
}

func testInjection(t *testing.T, p *place) {
	base, s := p.tree(t)
	for _, uid := range []string{"a", "b"} {
		p.add(t, "uid="+uid+","+base, map[string][]string{"objectClass": {"row"}, "note": {"n" + uid}})
	}
	c, sel := opened(t, s), rowSelection()
	sel.ID = "uid"
	for _, hostile := range []string{"*", "*)(uid=*", "*)(|(uid=*", "a)(uid=b", `\2a`, "a*", "\x00", "(&)", "a)(objectClass=*))(|(uid=a", "\xff*"} {
		got, err := c.Get(t.Context(), sel, []string{hostile})
		if err != nil || got[0].Presence != connectors.Gone {
			t.Errorf("id %q: %+v %v", hostile, got, err)
		}
		found, err := c.Find(t.Context(), sel, []connectors.Query{{Paths: []string{"note"}, Values: [][]schema.Value{{schema.String(hostile)}}}})
		if err != nil || len(found[0]) != 0 {
			t.Errorf("note %q finds %d, %v", hostile, len(found[0]), err)
		}
	}
	for _, path := range []string{"uid=*)(cn", "`uid)(x`", "dn", "no such"} {
		if _, err := c.Find(t.Context(), sel, []connectors.Query{{Paths: []string{path}, Values: [][]schema.Value{{schema.String("a")}}}}); err == nil {
			t.Errorf("the path %q is searched for", path)
		}
	}
	for _, object := range []string{"row)(uid=a", "*", "", "(x)"} {
		other := *sel
		other.Object = object
		if _, err := c.Read(t.Context(), &other, nil, true); connectors.KindOf(err) != connectors.Unreadable {
			t.Errorf("the class %q: %v", object, err)
		}
	}
}

// testBytes writes what is no text as base64, and finds an entry whose text is
// none unreadable, alone.
func testBytes(t *testing.T, p *place) {
	base, s := p.tree(t)
	p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"a"}, "sn": {"a"}, "jpegPhoto": {"\xff\xd8\x00\xff"}})
	c, sel := opened(t, s), person(set("jpegPhoto"), text("cn"))
	was := all(t, c, sel)[0]
	if got := was.Record.Get("jpegPhoto").Items()[0].Text(); got != "/9gA/w==" {
		t.Errorf("read %q", got)
	}
	photo := connectors.Assignment{Path: schema.PathTo("jpegPhoto"), Value: schema.Set(schema.String("/9gB"), schema.String("/9gC"))}
	r, err := c.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: []connectors.Assignment{photo}}})
	if err != nil || r[0].Err != nil {
		t.Fatalf("%v %v", err, r)
	}
	if got := all(t, c, sel)[0]; got.Record.Get("jpegPhoto").Len() != 2 || got.Hash != r[0].Hash {
		t.Errorf("%+v", got.Record)
	}
	r, err = c.Write(t.Context(), sel, []connectors.Change{
		{Verb: "update", ID: was.Record.ID, Hash: r[0].Hash, Set: sets("jpegPhoto", "not base64")},
		{Verb: "create", Set: sets("uid", "C4NARY\xff", "sn", "x")},
	})
	if err == nil && !strings.Contains(fmt.Sprint(r[1].Err), "UTF-8") {
		t.Errorf("bytes that are no text: %v", r[1].Err)
	}
	for i := range r {
		if err != nil || connectors.KindOf(r[i].Err) != connectors.Refused || strings.Contains(r[i].Err.Error(), "C4NARY") {
			t.Errorf("%v %v", err, r[i].Err)
		}
	}
	old, sel2 := opened(t, settings(p.server.URL, "ou=old,dc=test")), rowSelection()
	sel2.Shape = schema.NewShape(text("loose"))
	got, faults, _, complete := listing(t, old, sel2, nil)
	if len(got) != 3 || len(faults) != 1 || !complete || connectors.KindOf(faults[0]) != connectors.Unreadable || !strings.Contains(faults[0].Error(), "field loose") {
		t.Errorf("%d records, %v, complete %v", len(got), faults, complete)
	}
}

// testLimits reads more entries than a server wants to tell.
func testLimits(t *testing.T, p *place) {
	as := func(user string) *Conn {
		s := settings(p.server.URL, "ou=many,dc=test")
		s.Values["bind_dn"] = schema.String("cn=" + user + ",dc=test")
		return opened(t, s)
	}
	got, faults, next, complete := listing(t, as("bounded"), rowSelection(), nil)
	if complete || next != nil || len(faults) != 1 || connectors.KindOf(faults[0]) != connectors.Limited || len(got) > 500 {
		t.Errorf("bounded: %d entries, complete %v, next %q, %v", len(got), complete, next, faults)
	}
	var e *connectors.Error
	if errors.As(faults[0], &e) && !strings.Contains(e.Hint, "prtotal") {
		t.Errorf("the hint is %q", e.Hint)
	}
	if got := all(t, as("reader"), rowSelection()); len(got) != many {
		t.Errorf("reader: %d entries", len(got))
	}
	// Who may read nothing sees nothing, and is not told that this is all.
	s := settings(p.server.URL, "ou=many,dc=test")
	s.Values["bind_dn"] = schema.String("cn=stranger,dc=test")
	stranger := opened(t, s)
	if _, faults, _, complete := listing(t, stranger, rowSelection(), nil); complete || len(faults) != 1 {
		t.Errorf("stranger: complete %v, %v", complete, faults)
	}
	if _, err := stranger.Get(t.Context(), rowSelection(), []string{"10000000-0000-0000-0000-000000000000"}); err == nil {
		t.Error("who may not read is told that nobody is there")
	}
}

func testVanishing(t *testing.T, p *place) {
	base, s := p.tree(t)
	s.Values["page_size"] = schema.Int(2)
	for i := range 6 {
		p.add(t, fmt.Sprintf("uid=%d,%s", i, base), map[string][]string{"objectClass": {"row"}})
	}
	c, sel := opened(t, s), rowSelection()
	sel.ID = "uid"
	stream, err := c.Read(t.Context(), sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	seen := map[string]bool{}
	for page := 0; ; page++ {
		if err := stream.Next(t.Context(), &b); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, it := range b.Items {
			seen[it.ID] = true
		}
		if page == 0 {
			p.remove(t, "uid=5,"+base)
		}
	}
	if _, complete := stream.Done(); !complete || len(seen) != 5 || seen["5"] {
		t.Errorf("complete %v, %v", complete, seen)
	}
}

func testCredentials(t *testing.T, p *place) {
	base, s := p.tree(t)
	s.Secret = func(string) (string, error) { return "hunter2", nil }
	if _, err := Definition().Open(t.Context(), s); connectors.KindOf(err) != connectors.Denied || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a wrong password: %v", err)
	}
	s.Secret = func(string) (string, error) { return "", nil }
	var e *connectors.Error
	if _, err := Definition().Open(t.Context(), s); !errors.As(err, &e) || e.Where != "password" {
		t.Errorf("an empty password: %v", err)
	}
	s = settings(p.server.URL, base)
	s.Values["bind_dn"] = schema.String("cn=reader,dc=test")
	r, err := opened(t, s).Write(t.Context(), rowSelection(), []connectors.Change{{Verb: "create", Set: sets("uid", "x")}})
	if err != nil || connectors.KindOf(r[0].Err) != connectors.Denied {
		t.Errorf("who may only read: %v %v", err, r)
	}
	s.Values["base"] = schema.String("ou=nowhere,dc=test")
	if err := opened(t, s).Check(t.Context()); connectors.KindOf(err) != connectors.NotFound {
		t.Errorf("a base that is not there: %v", err)
	}
	if err := opened(t, settings(p.server.URL, base)).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// testElsewhere reads trees that other servers hold, wholly or in part.
func testElsewhere(t *testing.T, p *place) {
	c := opened(t, settings(p.server.URL, "ou=parts,dc=test"))
	got, faults, _, complete := listing(t, c, rowSelection(), nil)
	if complete || len(got) != 1 || len(faults) != 1 || !strings.Contains(faults[0].Error(), "another server") {
		t.Errorf("%d entries, complete %v, %v", len(got), complete, faults)
	}
	c = opened(t, settings(p.server.URL, "dc=other"))
	if _, faults, _, complete := listing(t, c, rowSelection(), nil); complete || len(faults) != 1 || connectors.KindOf(faults[0]) != connectors.Denied {
		t.Errorf("complete %v, %v", complete, faults)
	}
}

func testRenaming(t *testing.T, p *place) {
	base, s := p.tree(t)
	p.add(t, "ou=other,"+base, map[string][]string{"objectClass": {"organizationalUnit"}})
	p.add(t, "cn=Ann+uid=ann,"+base, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"Ann", "Annie"}, "sn": {"A"}, "uid": {"ann"}})
	c, sel := opened(t, s), person(set("cn"), text("sn"), text("uid"), text("parent"), text("dn"))
	now := all(t, c, sel)[0]
	step := func(want string, changed ...connectors.Assignment) {
		t.Helper()
		r, err := c.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: now.Record.ID, Hash: now.Hash, Set: changed}})
		if err != nil || r[0].Err != nil {
			t.Fatalf("%s: %v %v", want, err, r)
		}
		now = all(t, c, sel)[0]
		if got := now.Record.Get("dn").Text(); got != want || r[0].Hash != now.Hash {
			t.Errorf("it is at %q, want %q; hash told: %v", got, want, r[0].Hash == now.Hash)
		}
	}
	cn := func(names ...string) connectors.Assignment {
		var v []schema.Value
		for _, n := range names {
			v = append(v, schema.String(n))
		}
		return connectors.Assignment{Path: schema.PathTo("cn"), Value: schema.Set(v...)}
	}
	step("cn=Ann+uid=ann,"+base, cn("Ann", "Anna"))
	step("cn=Anna+uid=ann,"+base, cn("Anna"))
	step("cn=anna+uid=ann,"+base, cn("anna"))
	step("cn=Bea+uid=bea,ou=other,"+base, cn("Bea", "Beatrix"), sets("uid", "bea")[0], sets("sn", "B")[0], sets("parent", "ou=other,"+base)[0])
	if now.Record.Get("cn").Len() != 2 || now.Record.Get("sn").Text() != "B" {
		t.Errorf("%+v", now.Record)
	}
	p.add(t, "cn=Cid+uid=bea,ou=other,"+base, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"Cid"}, "sn": {"C"}, "uid": {"bea"}})
	twice := []connectors.Change{
		{Verb: "update", ID: now.Record.ID, Hash: now.Hash, Set: sets("sn", "C")}, {Verb: "update", ID: now.Record.ID, Hash: now.Hash, Set: sets("sn", "D")},
	}
	if r, err := c.Write(t.Context(), sel, twice); err != nil || r[0].Err != nil || connectors.KindOf(r[1].Err) != connectors.Moved {
		t.Errorf("twice at once: %v %v", err, r)
	}
	again, err := c.Get(t.Context(), sel, []string{now.Record.ID})
	if err != nil {
		t.Fatal(err)
	}
	now = again[0]
	r, err := c.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: now.Record.ID, Hash: now.Hash, Set: []connectors.Assignment{cn("Cid")}}})
	var e *connectors.Error
	if err != nil || !errors.As(r[0].Err, &e) || e.Kind != connectors.Refused || !strings.EqualFold(e.Field, "cn") {
		t.Errorf("a name that is taken: %v %v", err, r)
	}
}

func testArchiving(t *testing.T, p *place) {
	base, s := p.tree(t)
	p.add(t, "ou=people,"+base, map[string][]string{"objectClass": {"organizationalUnit"}})
	p.add(t, "ou=former,"+base, map[string][]string{"objectClass": {"organizationalUnit"}})
	p.add(t, "uid=a,ou=people,"+base, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"a"}, "sn": {"a"}, "uid": {"a"}})
	s.Values["base"] = schema.String("ou=people," + base)
	bare := opened(t, s)
	sel := person(text("sn"), text("employeeType"))
	now := all(t, bare, sel)[0]
	away := connectors.Change{Verb: "archive", ID: now.Record.ID, Hash: now.Hash}
	if r, err := bare.Write(t.Context(), sel, []connectors.Change{away}); err != nil || connectors.KindOf(r[0].Err) != connectors.Unsupported {
		t.Errorf("without a way to archive: %v %v", err, r)
	}
	s.Blocks = []connectors.SettingsBlock{{Name: "object", Label: "inetOrgPerson", Values: map[string]schema.Value{
		"archive_set": schema.String("employeeType=former"), "archive_to": schema.String("ou=former," + base),
	}}}
	c := opened(t, s)
	if r, err := c.Write(t.Context(), sel, []connectors.Change{away}); err != nil || r[0].Err != nil {
		t.Fatalf("%v %v", err, r)
	}
	if left := all(t, c, sel); len(left) != 0 {
		t.Errorf("%d entries are listed", len(left))
	}
	got, err := c.Get(t.Context(), sel, []string{now.Record.ID})
	if err != nil || got[0].Presence != connectors.Archived || got[0].Record.Get("employeeType").Text() != "former" {
		t.Errorf("%+v %v", got, err)
	}
}

func testRefusals(t *testing.T, p *place) {
	base, s := p.tree(t)
	p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}, "note": {"n"}})
	p.add(t, "uid=below,uid=a,"+base, map[string][]string{"objectClass": {"row"}})
	c := opened(t, s)
	sel := rowSelection()
	sel.ID = "uid"
	sel.Shape = schema.NewShape(append(slices.Clone(sel.Shape.Fields()), text("number"), text("moment"), text("entryUUID"))...)
	now := all(t, c, sel)[0]
	change := func(verb string, set ...connectors.Assignment) connectors.Change {
		return connectors.Change{Verb: verb, ID: "a", Revision: now.Record.Revision, Set: set}
	}
	for _, x := range []struct {
		change connectors.Change
		field  string
	}{
		{change("update", sets("number", "C4NARY")...), "number"},
		{change("update", sets("moment", "C4NARY")...), "moment"},
		{change("update", sets("entryUUID", "C4NARY")...), "entryUUID"},
		{change("update", sets("dn", "C4NARY")...), "dn"},
		{change("update", sets("uid", "C4NARY")...), "uid"},
		{change("update", sets("nosuch", "C4NARY")...), "nosuch"},
		{change("update", sets("sn", "C4NARY")...), ""},
		{change("delete"), ""},
		{connectors.Change{Verb: "create", Set: sets("note", "C4NARY")}, "uid"},
		{connectors.Change{Verb: "create", Set: sets("uid", "a")}, "uid"},
		{connectors.Change{Verb: "create", Set: sets("uid", "x", "objectClass", "device")}, ""},
	} {
		r, err := c.Write(t.Context(), sel, []connectors.Change{x.change})
		var e *connectors.Error
		if err != nil || !errors.As(r[0].Err, &e) || e.Kind != connectors.Refused || e.Field != x.field || strings.Contains(e.Error()+e.Hint, "C4NARY") {
			t.Errorf("%s %v: %v %v, want field %q", x.change.Verb, x.change.Set, err, r[0].Err, x.field)
		}
	}
}

// testIncremental reads what changed since, with a clock that the server's
// times are before.
func testIncremental(t *testing.T, p *place) {
	s := settings(p.server.URL, "ou=old,dc=test")
	c, sel := opened(t, s), rowSelection()
	sel.ID, sel.Cursor, sel.Shape = "uid", "modifyTimestamp", schema.NewShape(text("uid"))
	got, faults, next, complete := listing(t, c, sel, nil)
	if len(got) != 4 || !complete || len(faults) != 0 {
		t.Fatalf("%d entries, complete %v, %v", len(got), complete, faults)
	}
	if a := got[0].Record; a.Author != "cn=ann,dc=test" || a.At.Time().Year() != 2020 {
		t.Errorf("changed by %q at %v", a.Author, a.At.Display())
	}
	got, _, next2, complete := listing(t, c, sel, next)
	if len(got) != 2 || complete || string(next2) != string(next) { // of one moment
		t.Errorf("since %s: %d entries, complete %v, next %s", next, len(got), complete, next2)
	}
	if _, err := c.Read(t.Context(), sel, []byte("\x01other"), false); connectors.KindOf(err) != connectors.Unreadable {
		t.Errorf("a checkpoint of another connector: %v", err)
	}
	// What changes while a listing runs is read again: no checkpoint is later
	// than the listing's beginning.
	s.Clock = func() time.Time { return time.Date(2021, 6, 1, 0, 5, 0, 0, time.UTC) }
	if _, _, next, _ := listing(t, opened(t, s), sel, nil); !strings.Contains(string(next), "20210601000000Z") {
		t.Errorf("the next listing begins at %s", next)
	}
	sel2 := *sel
	sel2.Cursor = "uid"
	if _, err := c.Read(t.Context(), &sel2, nil, false); connectors.KindOf(err) != connectors.Unsupported {
		t.Errorf("a cursor that is no time: %v", err)
	}
}

// testValues holds that an update leaves the values it is told to, whatever
// they were, and what somebody else holds beside them.
func testValues(t *testing.T, p *place) {
	base, s := p.tree(t)
	c, sel := opened(t, s), person(set("mail"), text("title"), text("sn"))
	p.add(t, "cn=a,"+base, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"a"}, "sn": {"a"}, "telephoneNumber": {"1"}})
	words := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a@x.org", "B@x.org", "c d@x.org", "*@x.org", "(e)@x.org"}), 0, 4, rapid.ID)
	rapid.Check(t, func(r *rapid.T) {
		now := all(t, c, sel)[0]
		var mails []schema.Value
		for _, m := range words.Draw(r, "mail") {
			mails = append(mails, schema.String(m))
		}
		title := rapid.SampledFrom([]string{"", "Dr", "dr", "Prof"}).Draw(r, "title")
		want := schema.Set(mails...)
		changed := []connectors.Assignment{{Path: schema.PathTo("mail"), Value: want}, sets("title", title)[0]}
		res, err := c.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: now.Record.ID, Hash: now.Hash, Set: changed}})
		if err != nil || res[0].Err != nil {
			r.Fatalf("%v %v", err, res)
		}
		after := all(t, c, sel)[0]
		if res[0].Hash != after.Hash || res[0].Revision != after.Record.Revision {
			r.Fatal("the result is not what the listing shows")
		}
		have, _ := set("mail").Type.Normal(after.Record.Get("mail"), schema.Norm{})
		wanted, _ := set("mail").Type.Normal(want, schema.Norm{})
		if after.Record.Get("mail").Len() != want.Len() || want.Len() > 0 && !schema.Equal(have, wanted) || after.Record.Get("title").Text() != title {
			r.Fatalf("wanted %v %q, there is %v %q", want.Display(), title, after.Record.Get("mail").Display(), after.Record.Get("title").Text())
		}
	})
	raw, err := p.other.Search(&driver.SearchRequest{BaseDN: "cn=a," + base, Filter: "(objectClass=*)"})
	if err != nil || raw.Entries[0].GetAttributeValue("telephoneNumber") != "1" {
		t.Errorf("what the pipeline does not know is not as it was: %v", err)
	}
}

// testManyQueries asks for more than one search takes, and for values that the
// directory finds equal by its own rules.
func testManyQueries(t *testing.T, p *place) {
	base, s := p.tree(t)
	for i := range 120 {
		p.add(t, fmt.Sprintf("cn=p%d,%s", i, base), map[string][]string{
			"objectClass": {"inetOrgPerson"}, "cn": {fmt.Sprintf("p%d", i)}, "sn": {"same"}, "mail": {fmt.Sprintf("P%d@X.org", i)},
			"telephoneNumber": {fmt.Sprintf("+41 44 668-%04d", i)},
		})
	}
	c, sel := opened(t, s), person(text("mail"))
	var queries []connectors.Query
	ask := func(path, value string) {
		queries = append(queries, connectors.Query{Paths: []string{path}, Values: [][]schema.Value{{schema.String(value)}}})
	}
	for i := range 120 {
		ask("mail", fmt.Sprintf("p%d@x.org", i))
		ask("telephoneNumber", fmt.Sprintf("+41446%d", 680000+i))
	}
	ask("sn", "same")
	found, err := c.Find(t.Context(), sel, queries)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 240 {
		if len(found[i]) != 1 || found[i][0].Record.Get("mail").Text() != fmt.Sprintf("P%d@X.org", i/2) {
			t.Fatalf("query %d found %d", i, len(found[i]))
		}
	}
	if len(found[240]) != mostFound {
		t.Errorf("of 120 that fit, %d are told", len(found[240]))
	}
}

func testStates(t *testing.T, p *place) {
	_, s := p.tree(t)
	c := opened(t, s)
	if f := c.States(); f.Grade != connectors.RevisionMatch || f.Can("archive") || !f.Attribution {
		t.Errorf("%+v", f)
	}
	c.root = root{active: true}
	if f := c.States(); f.Grade != connectors.ReadBeforeWrite || f.Attribution {
		t.Errorf("%+v", f)
	}
}
