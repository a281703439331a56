package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestSafetyWorkflowSetsItBack: an automation of the crm sets a field back
// whenever somebody writes it. A naive engine that restores what drifted writes
// it in every run for years, and wakes the automation each time.
func TestSafetyWorkflowSetsItBack(t *testing.T) {
	p := staffed(t, 3, told(mirror, "$DRIFT", "restore"))
	id := p.crm.IDs()[1]
	p.hook = func(system, op string, ended bool) {
		if system == "crm" && op == "write" && ended && p.crm.Record(id)["role"].Text() != "fixed" {
			p.crm.Set(id, memory.Fields{"role": schema.String("fixed")})
		}
	}
	p.set(1, "role", schema.String("baker"))
	n := p.writes()
	for range 6 {
		p.run()
	}
	if got := p.writes() - n; got > 3 {
		t.Fatalf("%d writes in six runs", got)
	}
	items := p.open()
	if len(items) != 1 || items[0].Field != "role" || !strings.Contains(items[0].Reason, "written to crm 2026-03-01 09:00:00") {
		t.Fatalf("open: %+v", items)
	}
	if all := strings.Join(p.logged, "\n"); strings.Count(all, "written again and again") != 1 {
		t.Errorf("told:\n%s", all)
	}
	p.set(1, "name", schema.String("new name"))
	if s := p.run(); s.Ends[1].Updated != 1 || p.crm.Record(id)["name"].Text() != "new name" || s.Reviews != 1 {
		t.Errorf("the other fields: %+v", s)
	}
	p.resolve(items[0].ID, "keep")
	n = p.writes()
	for range 3 {
		if s := p.run(); s.Reviews != 0 || p.writes() != n {
			t.Errorf("after the answer: %+v", s)
		}
	}
}

// TestSafetyReleased: the automation is switched off, and the owner says whose
// value stands: it is written, and the next edit travels as ever.
func TestSafetyReleased(t *testing.T) {
	p := staffed(t, 3, told(mirror, "$DRIFT", "restore"))
	id, fights := p.crm.IDs()[1], true
	p.hook = func(system, op string, ended bool) {
		if fights && system == "crm" && op == "write" && ended {
			p.crm.Set(id, memory.Fields{"role": schema.String("fixed")})
		}
	}
	p.set(1, "role", schema.String("baker"))
	for range 4 {
		p.run()
	}
	fights = false
	p.resolve(p.open()[0].ID, "ats")
	if s := p.run(); s.Reviews != 0 || p.crm.Record(id)["role"].Text() != "baker" {
		t.Fatalf("released: %+v", s)
	}
	p.set(1, "role", schema.String("fixed"))
	p.run()
	p.set(1, "role", schema.String("baker"))
	if s := p.run(); s.Reviews != 0 {
		t.Errorf("a release does not last: %+v", p.open())
	}
	p.agrees()
}

// TestSafetyNormalisingVendor: the crm shortens every name to four letters,
// whatever is written. A naive engine sees its own write as an edit and writes
// it again, for ever.
func TestSafetyNormalisingVendor(t *testing.T) {
	for _, drift := range []string{"keep", "restore"} {
		for _, silent := range []bool{false, true} {
			t.Run(fmt.Sprint(drift, silent), func(t *testing.T) {
				p := newPairOf(t, memory.Options{NoConfirm: silent}, told(mirror, "$DRIFT", drift))
				p.normalise = func(field string, v schema.Value) schema.Value {
					if field == "name" && len(v.Text()) > 4 {
						return schema.String(v.Text()[:4])
					}
					return v
				}
				for i := range 5 {
					p.hire(i)
				}
				for range 12 {
					p.run()
				}
				if got := p.writes(); got > 5*4 {
					t.Errorf("%d writes for five people", got)
				}
				n := p.writes()
				for range 4 {
					p.run()
				}
				if p.writes() != n {
					t.Errorf("it goes on: %d more", p.writes()-n)
				}
			})
		}
	}
}

// TestSafetyTwoInstances: a second Syncline, of another team, carries the same
// field the other way and calls x what the first calls y. Each sees nothing but
// edits of the other: two naive engines write by turns as long as they run.
func TestSafetyTwoInstances(t *testing.T) {
	p := staffed(t, 3, told(mirror))
	other := p.second(strings.NewReplacer(
		`"ats -> crm" {`, `"crm -> ats" {`, `allow  = ["read", "create", "update", "delete"]`, `allow = ["read"]`,
		"crm = \"role\"", "crm {\n path = \"role\"\n values = { x = \"y\", y = \"x\", nurse = \"nurse\", driver = \"driver\", engineer = \"engineer\" }\n }",
	).Replace(told(mirror)))
	other.run()
	p.set(1, "role", schema.String("x"))
	n := p.writes() + len(p.world.System("ats").Writes())
	for range 10 {
		p.run()
		other.run()
	}
	if got := p.writes() + len(p.world.System("ats").Writes()) - n; got > 12 {
		t.Errorf("%d writes in ten rounds", got)
	}
	if len(p.open())+len(other.open()) == 0 {
		t.Error("nobody was asked")
	}
	n = p.writes() + len(p.world.System("ats").Writes())
	for range 3 {
		p.run()
		other.run()
	}
	if p.writes()+len(p.world.System("ats").Writes()) != n {
		t.Error("they go on")
	}
}

// second is another engine, with a state of its own, over the same systems.
func (p *pair) second(text string) *pair {
	p.Helper()
	o := &pair{TB: p.TB, now: p.now, world: p.world, ats: p.ats, crm: p.crm, folder: p.TempDir()}
	d := p.world.Definition()
	o.engine = engine.New(engine.Options{Connectors: []*connectors.Definition{&d}, Clock: func() time.Time { return o.now }})
	if err := os.WriteFile(filepath.Join(o.folder, "main.hcl"), []byte(pairHead+text), 0o600); err != nil {
		p.Fatal(err)
	}
	c, problems := o.engine.Load(context.Background(), engine.Source{Path: o.folder})
	if problems.Failed() {
		p.Fatal(problems)
	}
	o.config = c
	return o
}

// TestSafetyChangedTheirMind: somebody switches a field to and fro, once a
// month. An engine that calls every value it wrote before an oscillation stops
// at the third: the last edit has to stand, and nobody is asked.
func TestSafetyChangedTheirMind(t *testing.T) {
	p := staffed(t, 3, told(mirror))
	for i := range 12 {
		p.set(1, "role", schema.String([]string{"open", "closed"}[i%2]))
		p.now = p.now.AddDate(0, 1, 0)
		if s := p.run(); s.Reviews != 0 || s.Ends[1].Updated != 1 {
			t.Fatalf("month %d: %+v", i, s)
		}
	}
	p.agrees()
}
