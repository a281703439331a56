package engine_test

import (
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestCreationWaitsForItsSource: a record that could not be created is created
// later out of what the other end says of it, and not out of nothing where that
// end cannot be read in between.
func TestCreationWaitsForItsSource(t *testing.T) {
	p := staffed(t, 3, told(mirror, "$ATS", "cursor = \"role\"\n    sweep = \"900h\""))
	crm, ats := p.world.System("crm"), p.world.System("ats")
	crm.Inject(memory.Fault{Kind: memory.Dropped, Op: "write"})
	for i := 3; i < 5; i++ {
		p.hire(i)
		p.set(i, "role", schema.String([]string{3: "y", 4: "z"}[i])) // the cursor goes on: the first is not listed again
		_, _ = p.pass(engine.RunOptions{})                           // nothing arrives
	}
	crm.Heal()
	crm.Inject(memory.Fault{Kind: memory.Refused, Verb: "create", Times: 2}) // had they arrived, it would say so: they are made afresh
	ats.Inject(memory.Fault{Kind: memory.Denied, Op: "get", ID: "3"})
	s, err := p.pass(engine.RunOptions{})
	if err != nil || s.Reviews != 0 || s.Waiting == 0 {
		t.Errorf("who cannot be read has to wait: %v %+v", err, s)
	}
	for _, id := range p.crm.IDs() {
		if r := p.crm.Record(id); !r["email"].Is() {
			t.Errorf("a record was made of nothing: %v", r)
		}
	}
	ats.Heal()
	for range 3 {
		if _, err := p.pass(engine.RunOptions{}); err != nil {
			t.Error(err)
		}
	}
	if n := len(p.crm.IDs()); n != 5 {
		t.Errorf("%d records, want 5", n)
	}
	p.agrees()
}
