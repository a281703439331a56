package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/schema"
)

// hide makes the ats list, and get by id, only the people that keep lets
// through: another tenant's credential, or a lost permission. show ends it.
func (p *pair) hide(keep func(i int) bool, n int) (show func()) {
	var hidden []int
	for i := range n {
		if !keep(i) {
			p.ats.Delete(fmt.Sprint(i))
			hidden = append(hidden, i)
		}
	}
	return func() {
		for _, i := range hidden {
			p.hire(i)
		}
	}
}

// TestSafetyEmptyListing: the export of the ats holds its header alone. A naive
// engine deletes everybody in the crm. Nothing is concluded from it, whatever is
// granted, and the owner hears of it in every run: it is a fault that does not
// end by itself.
func TestSafetyEmptyListing(t *testing.T) {
	for _, n := range []int{1, 40} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := staffed(t, n, told(mirror, "$ATS", `removed = "delete"`))
			show := p.hide(func(int) bool { return false }, n)
			writes := p.writes()
			for range 2 {
				p.logged = nil
				s := p.allowed("missing", n)
				w := withheldOf(s, "empty")
				if w == nil || w.End != "ats" || w.Count != n || w.Grant() != "" || len(s.Withheld) != 1 {
					t.Fatalf("withheld: %+v", s.Withheld)
				}
				if s.Linked != n || p.writes() != writes || len(p.crm.IDs()) != n {
					t.Errorf("%d writes, %d linked", p.writes()-writes, s.Linked)
				}
				p.hears(fmt.Sprintf("the listing of ats is empty, and %d", n), "nothing was concluded from it")
			}
			show()
			if s := p.run(); len(s.Withheld) != 0 || s.Linked != n || p.writes() != writes {
				t.Errorf("after the export was right again: %+v", s)
			}
			p.agrees()
		})
	}
}

// TestSafetyCutListing: the ats lists 40 of 100 people, says that this is all,
// and answers "gone" to every other id: a credential lost sight of a branch. A
// naive engine deletes 60 people in the crm (removed = "delete"), or unlinks
// them and creates them again once the credential is right.
func TestSafetyCutListing(t *testing.T) {
	for _, removed := range []string{"unlink", "delete"} {
		t.Run(removed, func(t *testing.T) {
			p := staffed(t, 100, told(mirror, "$ATS", fmt.Sprintf("removed = %q", removed)))
			show := p.hide(func(i int) bool { return i < 40 }, 100)
			p.set(3, "role", schema.String("baker"))
			n := p.writes()
			s := p.run()
			w := withheldOf(s, "missing")
			if w == nil || w.End != "ats" || w.Count != 60 || w.Of != 100 || len(s.Withheld) != 1 {
				t.Fatalf("withheld: %+v", s.Withheld)
			}
			if s.Linked != 100 || p.writes() != n+1 || len(p.crm.IDs()) != 100 {
				t.Errorf("%d writes, %d linked", p.writes()-n, s.Linked)
			}
			p.hears("the listing of ats says that it is complete and lacks 60 of 100 linked records", "run -allow missing=60")
			show()
			p.set(3, "role", schema.String("driver"))
			p.hire(3)
			if s := p.run(); len(s.Withheld) != 0 || s.Linked != 100 || s.Ends[1].Created+s.Ends[1].Deleted != 0 || s.Reviews != 0 {
				t.Errorf("after the credential was right again: %+v", s)
			}
			p.agrees()
		})
	}
}

// TestSafetyRealDeletions: sixty people really left. Somebody says so once, and
// they are let go; nothing else has to be repaired.
func TestSafetyRealDeletions(t *testing.T) {
	p := staffed(t, 100, told(mirror, "$ATS", "removed = \"delete\""))
	p.hide(func(i int) bool { return i < 40 }, 100)
	p.run()
	if s := p.allowed("missing", 59); withheldOf(s, "missing") == nil {
		t.Errorf("a grant of one less: %+v", s.Withheld)
	}
	if s := p.allowed("missing", 60); withheldOf(s, "deletes") == nil || len(p.crm.IDs()) != 100 {
		t.Errorf("the listing is believed, and 60 deletes at the crm are another question: %+v", s.Withheld)
	}
	s, err := p.pass(engine.RunOptions{Allow: map[string]int{"missing": 60, "deletes": 60}})
	if err != nil || len(s.Withheld) != 0 || s.Linked != 40 || len(p.crm.IDs()) != 40 {
		t.Errorf("both granted: %v, %+v", err, s)
	}
	p.agrees()
}

// TestSafetyAnotherTenant: the credential of the ats is another company's: none
// of its five people is ours. Few enough to be under every ceiling, so that a
// naive engine unlinks our five and creates theirs in our crm.
func TestSafetyAnotherTenant(t *testing.T) {
	p := staffed(t, 5, told(mirror))
	show := p.hide(func(int) bool { return false }, 5)
	for i := 200; i < 205; i++ {
		p.hire(i)
	}
	n := p.writes()
	s := p.run()
	if w := withheldOf(s, "missing"); w == nil || w.Count != 5 || s.Linked != 5 || p.writes() != n || s.Ends[0].Waiting != 5 {
		t.Fatalf("%d writes: %+v", p.writes()-n, s)
	}
	if s := p.run(); withheldOf(s, "missing") == nil || p.writes() != n {
		t.Errorf("a run later it is believed: %+v", s)
	}
	for i := 200; i < 205; i++ {
		p.ats.Delete(fmt.Sprint(i))
	}
	show()
	if s := p.run(); len(s.Withheld) != 0 || s.Linked != 5 || p.writes() != n {
		t.Errorf("after it healed: %+v", s)
	}
	p.agrees()
}

// TestSafetySentinel: a sandbox was refreshed from a copy that lacks the newest
// people: three of a hundred are not listed, far under every ceiling. A naive
// engine ends three links, and goes on as if nothing were wrong. A record that
// is always there says that this is not the system it should be: nothing at all
// is decided.
func TestSafetySentinel(t *testing.T) {
	p := staffed(t, 100, told(mirror, "$ATS", "sentinel = [\"98\", \"99\"]"))
	p.run()
	show := p.hide(func(i int) bool { return i < 97 }, 100)
	p.set(3, "role", schema.String("baker"))
	n := p.writes()
	s, err := p.pass(engine.RunOptions{})
	if err == nil || !strings.Contains(s.Failed, "lacks 2 of 2 sentinel records (98, 99): nothing was decided") || p.writes() != n {
		t.Fatalf("%d writes, %v: %+v", p.writes()-n, err, s)
	}
	p.hears("sentinel")
	if _, err := p.pass(engine.RunOptions{Allow: map[string]int{"missing": 100}}); err == nil {
		t.Error("a grant lets a listing without its sentinel pass")
	}
	show()
	if s := p.run(); s.Linked != 100 || p.writes() != n+1 {
		t.Errorf("after it healed: %+v", s)
	}
	p.agrees()
}

// TestSafetySentinelAtFirst: the very first run meets a wrong tenant. There is
// nothing to compare it with, so that a naive engine loads 100 strangers.
func TestSafetySentinelAtFirst(t *testing.T) {
	p := newPair(t, told(mirror, "$ATS", "sentinel = \"4711\""))
	for i := range 100 {
		p.hire(i)
	}
	if s, err := p.pass(engine.RunOptions{}); err == nil || p.writes() != 0 {
		t.Fatalf("%+v", s)
	}
	p.ats.Put("4711", memory.Fields{"email": schema.String("sentinel@example.test"), "name": schema.String("name s")})
	if s := p.run(); s.Linked != 101 {
		t.Errorf("%+v", s)
	}
	for i := range 3 {
		if s := p.run(); s.Linked != 101 || s.Failed != "" {
			t.Errorf("run %d: %+v", i, s)
		}
	}
}

// TestSafetyRenumbered: the ats was migrated: every person has another id, and
// the old ids are gone. A naive engine unlinks 100 people, asks 100 questions
// or creates 100 people a second time, and loses what was agreed about them.
func TestSafetyRenumbered(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	n := p.writes()
	for i := range 100 {
		old := p.ats.Record(fmt.Sprint(i))
		p.ats.Delete(fmt.Sprint(i))
		p.ats.Put(fmt.Sprint("c-", i), old)
	}
	p.ats.Set("c-7", memory.Fields{"role": schema.String("baker")})
	s := p.run()
	w := withheldOf(s, "renamed")
	if w == nil || w.Count != 100 || w.Of != 100 || len(s.Withheld) != 1 {
		t.Fatalf("withheld: %+v", s.Withheld)
	}
	if p.writes() != n || s.Linked != 100 || s.Reviews != 0 || s.Ends[0].Waiting != 100 {
		t.Errorf("%d writes: %+v", p.writes()-n, s)
	}
	p.hears("100 of 100 linked records at ats came back under other ids", "run -allow renamed=100")
	if s := p.allowed("renamed", 100); len(s.Withheld) != 0 || s.Linked != 100 || s.Reviews != 0 || p.writes() != n+1 || s.Ends[1].Updated != 1 {
		t.Errorf("granted: %d writes, %+v", p.writes()-n, s)
	}
	if s := p.run(); s.Linked != 100 || s.Ends[0].Agreed != 100 || p.writes() != n+1 {
		t.Errorf("afterwards: %+v", s)
	}
	p.agrees()
}

// TestSafetyRenumberedInPart: half of the ids changed, and the rest is missing
// for another reason. Granting the one does not grant the other.
func TestSafetyRenumberedInPart(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	for i := range 90 {
		old := p.ats.Record(fmt.Sprint(i))
		p.ats.Delete(fmt.Sprint(i))
		if i < 60 {
			p.ats.Put(fmt.Sprint("c-", i), old)
		}
	}
	if s := p.run(); withheldOf(s, "renamed") == nil || withheldOf(s, "renamed").Count != 60 {
		t.Fatalf("withheld: %+v", s.Withheld)
	}
	s := p.allowed("renamed", 60)
	if w := withheldOf(s, "missing"); w == nil || w.Count != 30 || s.Linked != 100 || s.Reviews != 0 {
		t.Errorf("the other 30: %+v, %+v", s.Withheld, s)
	}
}

// TestSafetyCutListingOfTheCopy: the crm's listing is cut, and people are hired
// meanwhile. A naive engine creates again whom it does not see there.
func TestSafetyCutListingOfTheCopy(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	ids := p.crm.IDs()
	var kept []memory.Fields
	for _, id := range ids[20:] {
		kept = append(kept, p.crm.Record(id))
		p.crm.Delete(id)
	}
	p.hire(100)
	s := p.run()
	if w := withheldOf(s, "missing"); w == nil || w.End != "crm" || w.Count != 80 || s.Linked < 100 {
		t.Fatalf("withheld: %+v, %+v", s.Withheld, s)
	}
	for i, id := range ids[20:] {
		p.crm.Put(id, kept[i])
	}
	if s := p.run(); s.Linked != 101 || len(p.crm.IDs()) != 101 || s.Reviews != 0 {
		t.Errorf("after it healed: %+v", s)
	}
	p.agrees()
}

// TestSafetyPlanTellsOfListings: a plan says what is doubted, before anything
// is run.
func TestSafetyPlanTellsOfListings(t *testing.T) {
	p := staffed(t, 100, told(mirror, "$ATS", "removed = \"delete\""))
	p.hide(func(i int) bool { return i < 40 }, 100)
	plan, err := p.engine.Plan(context.Background(), p.config, engine.PlanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if w := plan.Summary.Pipelines[0].Withheld; len(w) != 1 || w[0].Kind != "missing" || plan.Totals[plans.Delete] != 0 || plan.Totals[plans.Unlink] != 0 {
		t.Errorf("%+v, %v", w, plan.Totals)
	}
}
