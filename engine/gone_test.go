package engine_test

import (
	"slices"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestGoneAgainstAnEditThatWaits holds that a record is not taken away with an
// edit in it that never reached the other end: its partner going in the
// meantime is a question for a person.
func TestGoneAgainstAnEditThatWaits(t *testing.T) {
	text := strings.Replace(twoWay, `allow  = ["read", "update"]`, `allow  = ["read", "update"]
    removed = "delete"`, 1)
	text = strings.Replace(text, `"create", "update"]`, `"create", "update", "delete"]`, 1)
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+text)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.ats.Put("3", person("c@example.test", "three", "")) // an empty listing would prove nothing
	p.run()
	crm := p.crm.IDs()

	p.crm.Set(crm[0], memory.Fields{"name": schema.String("edited in the crm")})
	p.world.System("ats").Inject(memory.Fault{Kind: memory.Unavailable, Op: "write", Times: 1})
	if s := p.run(); s.Ends[0].Updated != 0 || s.Waiting == 0 {
		t.Fatalf("the edit should wait: %+v", s)
	}
	p.ats.Delete("1")
	p.ats.Delete("2")
	for range 3 {
		p.run()
	}
	if p.crm.Record(crm[0]) == nil {
		t.Error("law 1: the edited record was deleted, and the edit is nowhere")
	}
	if p.crm.Record(crm[1]) != nil {
		t.Error("nobody edited the other record, and it is still there")
	}
	asked := func(i engine.OpenItem) bool { return strings.Contains(i.Reason, "gone at one end, changed at another") }
	if items := p.open(); !slices.ContainsFunc(items, asked) {
		t.Errorf("open: %+v", items)
	}
}

// TestLeftBehindIsNotMadeTwice holds that who comes back under the key of a
// link that ended is not created beside the record that link left behind.
func TestLeftBehindIsNotMadeTwice(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.run()
	p.ats.Delete("1")
	p.run()
	p.run()
	if n := len(p.crm.IDs()); n != 2 {
		t.Fatalf("%d records in the crm: the link ends, and its record stays", n)
	}
	p.ats.Put("3", person("a@example.test", "one again", ""))
	p.run()
	p.run()
	if n := len(p.crm.IDs()); n != 2 {
		t.Errorf("law 7: %d records in the crm, want the two there were", n)
	}
	if items := p.open(); len(items) != 1 || !strings.Contains(items[0].Reason, "link") {
		t.Errorf("open: %+v", items)
	}
}
