package memory_test

import (
	"strconv"
	"testing"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/schema"
)

var textType = schema.Type{Kind: schema.KindString}

// TestAlter holds that a change of the schema shows in the objects, in what is
// read and in the hash, and moves no revision.
func TestAlter(t *testing.T) {
	for _, c := range []struct {
		what  string
		alter func(*memory.Table)
		field string // that Objects names now, and reads show
		want  schema.Value
		gone  bool // "name" is no field any more
	}{
		{"drop", func(x *memory.Table) { x.Drop("name") }, "note", schema.String("7"), true},
		{"rename", func(x *memory.Table) { x.Rename("name", "title") }, "title", schema.String("A"), true},
		{"retype", func(x *memory.Table) {
			x.Retype("note", schema.Type{Kind: schema.KindInt}, func(v schema.Value) schema.Value {
				n, _ := strconv.ParseInt(v.Text(), 10, 64)
				return schema.Int(n)
			})
		}, "note", schema.Int(7), false},
	} {
		e := newEnd(t, memory.Options{}, memory.Layout{Fields: []schema.Field{{Name: "note", Type: textType}}})
		e.table.Set("a", memory.Fields{"note": schema.String("7")})
		before, stamp := e.get("a"), e.stamp()
		c.alter(e.table)
		e.sel.Shape = schema.NewShape(schema.Field{Name: "name"}, schema.Field{Name: c.field})
		after := e.get("a")
		if got := after.Record.Get(c.field); got.Kind() != c.want.Kind() || !schema.Equal(got, c.want) {
			t.Errorf("%s: %s is %s", c.what, c.field, got.Plain())
		}
		if got := after.Record.Get("name"); got.IsAbsent() != c.gone {
			t.Errorf("%s: name is %s", c.what, got.Plain())
		}
		if after.Record.Revision != before.Record.Revision || after.Hash == before.Hash || e.stamp() == stamp {
			t.Errorf("%s: revision %s after %s, stamp %s after %s", c.what, after.Record.Revision, before.Record.Revision, e.stamp(), stamp)
		}
		if res := e.write("update", "a", "new"); c.gone != (connectors.KindOf(res.Err) == connectors.Refused && res.Err != nil) {
			t.Errorf("%s: a write of name: %v", c.what, res.Err)
		}
		if f, ok := e.field(c.field); !ok || f.Type.Kind != schema.KindString && c.what != "retype" {
			t.Errorf("%s: the object's field %s: %v, %v", c.what, c.field, f.Type, ok)
		}
	}
}

func TestARequiredField(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Add(schema.Field{Name: "email", Type: textType, Required: true})
	if f, ok := e.field("email"); !ok || !f.Required {
		t.Error("the object does not tell the new field")
	}
	if res := e.write("create", "", "C"); !refusedFor(res.Err, "email") || len(e.table.IDs()) != 2 {
		t.Errorf("a record without a required field: %v", res.Err)
	}
	if res := e.write("update", "a", "x"); res.Err != nil {
		t.Errorf("a record that lacks it already cannot be changed: %v", res.Err)
	}
	e.table.Add(schema.Field{Name: "name", Type: textType, Required: true, MaxLength: 3})
	if res := e.write("update", "a", ""); !refusedFor(res.Err, "name") {
		t.Errorf("a required field emptied: %v", res.Err)
	}
	if res := e.write("update", "a", "abcd"); !refusedFor(res.Err, "name") {
		t.Errorf("a text that is too long: %v", res.Err)
	}
}

func TestPicklists(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Words("name", "open", "closed")
	if res := e.write("update", "a", "ajar"); !refusedFor(res.Err, "name") {
		t.Errorf("a word that is in no list: %v", res.Err)
	}
	if res := e.write("update", "a", "open"); res.Err != nil {
		t.Error(res.Err)
	}
	e.table.Words("name", "closed")
	if got := e.name("a"); got != "open" {
		t.Errorf("the word that left the list became %q", got)
	}
	if res := e.write("update", "b", "open"); !refusedFor(res.Err, "name") {
		t.Errorf("a word that left the list: %v", res.Err)
	}
	e.table.Words("name")
	e.table.Add(schema.Field{Name: "name", Type: schema.EnumOf("x", "y")})
	if res := e.write("update", "b", "z"); !refusedFor(res.Err, "name") {
		t.Errorf("a word that is not the type's: %v", res.Err)
	}
	if res := e.write("update", "b", "y"); res.Err != nil {
		t.Error(res.Err)
	}
}

func refusedFor(err error, field string) bool {
	e, ok := err.(*connectors.Error)
	return ok && e.Kind == connectors.Refused && e.Field == field
}

func (e *end) stamp() string {
	e.Helper()
	s, err := e.conn.(connectors.Stamper).Stamp(e.Context(), e.sel)
	if err != nil {
		e.Fatal(err)
	}
	return s
}

func (e *end) field(name string) (schema.Field, bool) {
	e.Helper()
	objects, err := e.conn.(connectors.Lister).Objects(e.Context())
	if err != nil {
		e.Fatal(err)
	}
	for _, f := range objects[0].Fields {
		if f.Name == name {
			return f, true
		}
	}
	return schema.Field{}, false
}

func TestRenamedBack(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	before := e.get("a").Hash
	e.table.Rename("name", "title")
	e.table.Rename("title", "name")
	if got := e.get("a"); got.Record.Get("name").Text() != "A" || got.Hash != before {
		t.Errorf("renamed and back: %s", got.Record.Get("name").Plain())
	}
}
