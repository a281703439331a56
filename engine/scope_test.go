package engine_test

import (
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/schema"
)

// TestWhenLooksAtTheEntity holds that an end's `when` is asked about the entity
// as it stands: who belongs there is kept in agreement, who does not any more is
// left alone, and comes back.
func TestWhenLooksAtTheEntity(t *testing.T) {
	p := staffed(t, 3, told(mirror, "$CRM", `when = "entity.role != 'retired'"`))
	p.set(1, "name", schema.String("new name"))
	if s := p.run(); s.Ends[1].Updated != 1 || s.Reviews+s.Waiting != 0 {
		t.Fatalf("law 3: an edit of somebody who belongs there: %+v", s)
	}
	p.set(1, "role", schema.String("retired"))
	p.run()
	p.set(1, "name", schema.String("another name"))
	if s := p.run(); s.Ends[1].Updated != 0 {
		t.Errorf("an edit of somebody who does not belong there any more: %+v", s)
	}
	p.set(1, "role", schema.String("nurse"))
	if s := p.run(); s.Ends[1].Updated != 1 {
		t.Errorf("an edit of somebody who belongs there again: %+v", s)
	}
	p.agrees()
}

// TestWhatIsNotShownYetIsNotGone holds that a record which a system does not
// show yet, because it was made less than the system's lag ago, is not taken
// for one that somebody deleted: nothing is archived or deleted for it.
func TestWhatIsNotShownYetIsNotGone(t *testing.T) {
	facts := memory.DefaultFacts()
	facts.Lag = 90 * time.Minute
	p := newPairOf(t, memory.Options{Facts: &facts}, told(mirror, "$CRM", `removed = "delete"`, `allow  = ["read", "update"]`, `allow  = ["read", "update", "delete"]`))
	for i := range 40 {
		p.hire(i)
	}
	p.run()
	p.hire(40)
	crm := p.world.System("crm")
	crm.Inject(memory.Fault{Kind: memory.Hidden, Op: "write", Times: 1})
	p.run()
	p.run() // an hour later a whole listing lacks it, and a read by id does not find it
	if n := len(p.ats.IDs()); n != 41 {
		t.Fatalf("law 1: %d of 41 people are left in the ats", n)
	}
	crm.Heal()
	crm.Deliver()
	p.now = p.now.Add(time.Hour)
	p.run()
	p.agrees()
}
