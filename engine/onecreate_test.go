package engine_test

import (
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/memory"
)

// TestOneCreate holds that a create of which nobody knows whether it happened
// is never made twice, however little the end can tell: one that cannot be
// searched is asked about, one that can be is searched first.
func TestOneCreate(t *testing.T) {
	for _, c := range []struct {
		what   string
		ladder connectors.CreateLadder
		kind   memory.Kind
		asks   bool
		plain  bool
	}{
		{"unsearchable, late", connectors.CreateUnsafe, memory.Late, true, false},
		{"unsearchable, lost", connectors.CreateUnsafe, memory.Lost, true, false},
		{"searchable, lost", connectors.CreateKeySearch, memory.Lost, false, false},
		{"by our id, late", connectors.CreateExternalID, memory.Late, false, false},
		{"by our plain id, late", connectors.CreateExternalID, memory.Late, false, true},
		{"by our plain id, lost", connectors.CreateExternalID, memory.Lost, false, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			facts := memory.DefaultFacts()
			facts.Create, facts.Plain = c.ladder, c.plain
			p := newPairOf(t, memory.Options{Facts: &facts, NoFinder: c.ladder == connectors.CreateUnsafe},
				"notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
			p.ats.Put("1", person("a@example.test", "one", ""))
			crm := p.world.System("crm")
			crm.Inject(memory.Fault{Kind: c.kind, Verb: "create", Times: 1})
			crm.Inject(memory.Fault{Kind: memory.Stale, Op: "find", Times: 1}) // the search is behind at first
			p.run()
			p.run()
			if items := p.open(); len(items) > 0 != c.asks {
				t.Errorf("law 7: asked %v, want %v: %+v", len(items) > 0, c.asks, items)
			}
			crm.Heal()
			crm.Deliver()
			p.run()
			p.run()
			ids := p.crm.IDs()
			if len(ids) != 1 {
				t.Errorf("law 7: %d records in the crm, want one", len(ids))
			}
			if c.plain && strings.ContainsFunc(strings.Join(ids, ""), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
				t.Errorf("the id is not of letters and digits: %v", ids)
			}
		})
	}
}
