// Package connectortest is the conformance suite: what every connector passes.
//
// A connector's test gives [Run] a [Harness]: its definition, and a function
// that makes a fresh system with one object of given fields and rows. For
// each test the suite asks for a [Place], opens it through the definition as
// the engine would, and looks at what comes back:
//
//	connectortest.Run(t, connectortest.Harness{
//		Definition: sqlite.Definition(),
//		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
//			// make a table with a text key "id" and these fields, insert the rows
//			return connectortest.Place{
//				Settings:  connectors.Settings{System: "crm", Values: …},
//				Selection: connectors.Selection{Object: "people", ID: "id", Revision: "rev", Cursor: "updated_at"},
//				Edit:      …, // somebody else changes or makes a row
//				Remove:    …, // somebody else removes a row
//			}
//		},
//	})
//
// The suite fills Shape and Writes of the selection. What a connector claims
// in its facts or by an ability it is tested for; what it does not claim it
// is tested to refuse clearly. Sessions and plain writers pass the same tests.
//
// This is the only package outside tests that imports testing.
package connectortest

import (
	"context"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// Row is one record as the suite wants it to be.
type Row struct {
	ID     string
	Values map[string]schema.Value // by field; one that is not in it is null
}

// Place is a system made for one test.
type Place struct {
	Settings  connectors.Settings
	Selection connectors.Selection // Object and the paths; the suite adds Shape and Writes

	// Edit changes the values of a row, or makes it, as somebody else would.
	// nil: nobody else can.
	Edit func(row Row)
	// Remove takes a row out as somebody else would. nil: nobody else can.
	Remove func(id string)
}

// Harness is a connector under test.
type Harness struct {
	Definition connectors.Definition

	// Make makes a system with one object that has a text id and these
	// fields, and holds the rows. t cleans up.
	Make func(t testing.TB, fields []schema.Field, rows []Row) Place

	// Kinds are the kinds of fields the connector can hold, as itself or in a
	// form it reads back as the declared type. nil: all that Fields has.
	Kinds []schema.Kind

	// NullIsEmpty says that null and empty read back alike.
	NullIsEmpty bool

	// NoZero says that a text with a zero byte is refused.
	NoZero bool

	// NoControls says that a text is refused that has a control character other
	// than a line break and a tab, or what XML cannot say.
	NoControls bool

	// Most is how many records a place has at most in tests that are not of
	// paging, for servers that are slow with many. 0: as many as they like.
	Most int

	// Sizes are the numbers of records for the tests of paging. nil: 0, 1,
	// 4095, 4096, 4097.
	Sizes []int
}

// Fields returns the fields the suite uses: one per kind, named for it, and
// "name" and "note", texts of which the second may be null.
func Fields() []schema.Field {
	field := func(name string, kind schema.Kind) schema.Field {
		return schema.Field{Name: name, Type: schema.Type{Kind: kind, Nullable: true}}
	}
	return []schema.Field{
		{Name: "name", Type: schema.Type{Kind: schema.KindString}},
		field("note", schema.KindString),
		field("number", schema.KindInt),
		field("amount", schema.KindDecimal),
		field("flag", schema.KindBool),
		field("day", schema.KindDate),
		field("moment", schema.KindTimestamp),
	}
}

// Run holds a connector to everything it claims.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.Sizes == nil {
		h.Sizes = []int{0, 1, 4095, 4096, 4097}
	}
	for _, c := range []struct {
		name string
		test func(*testing.T, Harness)
	}{
		{"definition", testDefinition},
		{"claims", testClaims},
		{"objects", testObjects},
		{"paging", testPaging},
		{"hashes", testHashes},
		{"values", testValues},
		{"naughty strings", testNaughty},
		{"concurrent decoding", testConcurrentDecode},
		{"incremental", testIncremental},
		{"get", testGet},
		{"find", testFind},
		{"stamp", testStamp},
		{"create", testCreate},
		{"update", testUpdate},
		{"delete", testDelete},
		{"condition", testCondition},
		{"refusals", testRefusals},
		{"cancelled", testCancelled},
		{"close", testClose},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, h) })
	}
}

// fields returns the fields of the suite this connector can hold.
func (h Harness) fields() []schema.Field {
	if h.Kinds == nil {
		return Fields()
	}
	var out []schema.Field
	for _, f := range Fields() {
		for _, k := range h.Kinds {
			if f.Type.Kind == k {
				out = append(out, f)
			}
		}
	}
	return out
}

// bench is an open system and the selection of everything in it.
type bench struct {
	*testing.T
	h     Harness
	ctx   context.Context
	place Place
	conn  connectors.Conn
	sel   *connectors.Selection
	sent  int // changes so far: each is an operation of its own
}

func open(t *testing.T, h Harness, rows ...Row) *bench {
	t.Helper()
	b := &bench{T: t, h: h, ctx: t.Context(), place: h.Make(t, h.fields(), rows)}
	b.conn = b.open()
	sel := b.place.Selection
	sel.Shape = schema.NewShape(h.fields()...)
	for _, f := range h.fields() {
		sel.Writes = append(sel.Writes, f.Name)
	}
	b.sel = &sel
	return b
}

func (b *bench) open() connectors.Conn {
	b.Helper()
	conn, err := b.h.Definition.Open(b.ctx, b.place.Settings)
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	b.Cleanup(func() { conn.Close() })
	return conn
}

// row returns a row whose values follow from its id.
func row(id string) Row {
	return Row{ID: id, Values: map[string]schema.Value{"name": schema.String("name of " + id)}}
}

func (h Harness) writes(verb string) bool {
	return h.Definition.Facts.Grade != connectors.GradeNone && h.Definition.Facts.Can(verb)
}
