package s3_test

import (
	"net/http"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/s3"
	"syncline/schema"
)

// TestConformance runs the suite against Versity's gateway.
func TestConformance(t *testing.T) {
	server := serve(t)
	for name, kinds := range map[string][]schema.Kind{"people.jsonl": nil, "people.csv": {schema.KindString}} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition:  s3.Definition(),
				Kinds:       kinds,
				Sizes:       []int{0, 1, 4097},
				NullIsEmpty: kinds != nil,
				NoZero:      true,
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					b, key := server.bucket(t), "out/"+name
					l := &connectortest.Lines{
						T: t, CSV: kinds != nil, Fields: fields,
						Read: func() string { return b.get(key) }, Write: func(text string) { b.put(key, text) },
					}
					l.Begin(rows)
					return connectortest.Place{
						Settings:  b.settings(key),
						Selection: connectors.Selection{Object: name, ID: "id"},
						Edit:      l.Edit,
						Remove:    l.Remove,
					}
				},
			})
		})
	}
}

// TestMetadataStays holds that a new state has what the old one had beside its
// bytes, and that none is written that would lose something.
func TestMetadataStays(t *testing.T) {
	b := serve(t).bucket(t)
	had := http.Header{"Content-Type": {"text/csv; header=present"}, "Cache-Control": {"no-store"}, "X-Amz-Meta-Owner": {"hr team"}, "Content-Disposition": {`attachment; filename="a b.csv"`}}
	b.do("PUT", "a.csv", had, "id,name\n1,Ada\n")
	s, err := connectortest.Rename(t, connectortest.Opened(t, s3.Definition(), b.settings("a.csv")))
	if err == nil {
		err = s.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	text, has := b.do("GET", "a.csv", nil, "")
	if text != "id,name\n1,Augusta\n" {
		t.Errorf("it is %q", text)
	}
	for name := range had {
		if has.Get(name) != had.Get(name) {
			t.Errorf("%s is %q, want %q", name, has.Get(name), had.Get(name))
		}
	}
	b.do("PUT", "tagged.csv", http.Header{"X-Amz-Tagging": {"kind=people"}}, "id,name\n1,Ada\n")
	s, err = connectortest.Rename(t, connectortest.Opened(t, s3.Definition(), b.settings("tagged.csv")))
	if err == nil {
		err = s.Commit(t.Context())
	}
	connectortest.Says(t, err, connectors.Unsupported, "has tags")
	b.do("PUT", "packed.csv", http.Header{"Content-Encoding": {"gzip"}}, "\x1f\x8b")
	_, err = connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), b.settings("packed.csv")))
	connectortest.Says(t, err, connectors.Unreadable, "packed")
}

// TestInit holds that a file begins as init says, once, and that nothing is made
// before somebody may make it.
func TestInit(t *testing.T) {
	b := serve(t).bucket(t)
	set := b.settings("new/a.csv")
	set.Folder = t.TempDir()
	laid(t, set.Folder, "begin.csv", "id,name\n1,Ada\n2,Bob\n")
	set.Values["init"] = schema.String("begin.csv")
	conn := connectortest.Opened(t, s3.Definition(), set)
	if n, err := connectortest.Count(t.Context(), conn); n != 2 || err != nil {
		t.Errorf("before: %d %v", n, err)
	}
	_, err := connectortest.Rename(t, conn)
	connectortest.Says(t, err, connectors.Unsupported, "does not exist yet")
	set.Seed = true
	connectortest.Opened(t, s3.Definition(), set)
	b.put("new/a.csv", b.get("new/a.csv")+"3,Eve\n")
	if n, err := connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), set)); n != 3 || err != nil {
		t.Errorf("after: %d %v", n, err)
	}
}
