package memory_test

import (
	"testing"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/schema"
)

// TestCompares holds that a change which names no revision is held by what it saw
// where an object says so, and by nothing else where a revision is named.
func TestCompares(t *testing.T) {
	for _, c := range []struct {
		compares       []string
		revision, seen string
		want           connectors.ErrorKind
	}{
		{[]string{"people"}, "", "A", 0},
		{[]string{"people"}, "", "B", connectors.Moved},
		{[]string{"people"}, "no such", "A", connectors.Moved},
		{[]string{"jobs"}, "", "A", connectors.Refused},
		{nil, "", "A", connectors.Refused},
	} {
		e := newEnd(t, memory.Options{Compares: c.compares}, memory.Layout{})
		name := schema.PathTo("name")
		res, err := e.conn.(connectors.Writer).Write(t.Context(), e.sel, []connectors.Change{{
			Operation: "1", Verb: "update", ID: "a", Revision: c.revision,
			Set:  []connectors.Assignment{{Path: name, Value: schema.String("new")}},
			Seen: []connectors.Assignment{{Path: name, Value: schema.String(c.seen)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		done := e.name("a") == "new"
		if ok := c.want == 0; ok != done || ok != (res[0].Err == nil) || !ok && connectors.KindOf(res[0].Err) != c.want {
			t.Errorf("%v, revision %q, seen %q: %v, the name is %s", c.compares, c.revision, c.seen, res[0].Err, e.name("a"))
		}
	}
}
