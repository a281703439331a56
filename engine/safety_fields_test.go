package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestSafetyAllPhonesNull: an export of the ats forgot a column: the text is
// null for all 100 people. A naive engine clears it in the crm a hundred times
// (empty = "clear"), or quietly takes for granted that everybody is without
// (empty = "keep"). Ceilings would not help where they are set high.
func TestSafetyAllPhonesNull(t *testing.T) {
	for _, empty := range []string{"clear", "keep", "review"} {
		t.Run(empty, func(t *testing.T) {
			p := staffed(t, 100, told(mirror, "$EMPTY", empty, "$GUARD", "guard {\n clears {\n count = 1000\n }\n }"))
			for i := range 100 {
				p.set(i, "phone", schema.NullValue())
			}
			p.set(3, "role", schema.String("baker"))
			n := p.writes()
			s := p.run()
			w := withheldOf(s, "changed")
			if w == nil || w.End != "ats" || w.Field != "summary" || w.Count != 100 || w.Of != 100 || len(s.Withheld) != 1 {
				t.Fatalf("withheld: %+v", s.Withheld)
			}
			if p.writes() != n+1 || s.Reviews != 0 || s.Ends[0].Waiting != 100 {
				t.Errorf("%d writes, %+v", p.writes()-n, s)
			}
			p.hears("field summary of 100 of 100 linked records at ats changed at once, to one and the same value", "run -allow changed=100")
			for i := range 100 {
				p.hire(i)
			}
			if s := p.run(); len(s.Withheld) != 0 || s.Waiting != 0 || s.Ends[0].Agreed != 100 {
				t.Errorf("after it healed: %+v", s)
			}
			p.agrees()
		})
	}
}

// TestSafetyCollapse: a default was set over a field of six in ten people. A
// naive engine overwrites 60 good values; a ceiling of 20 % set aside, since
// this team changes much at once and raised it.
func TestSafetyCollapse(t *testing.T) {
	p := staffed(t, 100, told(mirror, "$GUARD", "guard {\n overwrites {\n share = \"90%\"\n }\n }"))
	for i := range 60 {
		p.set(i, "role", schema.String("(please choose)"))
		p.set(i, "name", schema.String(fmt.Sprint("new ", i)))
	}
	s := p.run()
	w := withheldOf(s, "changed")
	if w == nil || w.Field != "role" || w.Count != 60 || len(s.Withheld) != 1 || s.Ends[1].Updated != 60 || p.changed("role") != 0 || p.changed("name") != 60 {
		t.Fatalf("%+v, %+v", s.Withheld, s.Ends)
	}
	for i := range 60 {
		p.set(i, "role", schema.String([]string{"engineer", "nurse", "driver"}[i%3]))
	}
	if s := p.run(); len(s.Withheld) != 0 || s.Waiting != 0 {
		t.Errorf("after it healed: %+v", s)
	}
	p.agrees()
}

// TestSafetyMeantForAll: everybody's role is renamed, and that is meant. One
// message says all that has to be granted; then it is written, with nothing
// else to repair.
func TestSafetyMeantForAll(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	for i := range 100 {
		p.set(i, "role", schema.String(fmt.Sprint("role ", i%7)))
	}
	n := p.writes()
	s := p.run()
	if w := withheldOf(s, "changed"); w == nil || w.Grant() != "-allow changed=100 -allow overwrites=100" || len(s.Withheld) != 1 || p.writes() != n {
		t.Fatalf("withheld: %+v", s.Withheld)
	}
	if s := p.allowed("changed", 100); withheldOf(s, "overwrites") == nil || p.writes() != n {
		t.Errorf("half of the grants: %+v", s.Withheld)
	}
	s, err := p.pass(engine.RunOptions{Allow: map[string]int{"changed": 100, "overwrites": 100}})
	if err != nil || len(s.Withheld) != 0 || s.Ends[1].Updated != 100 {
		t.Errorf("granted: %v, %+v", err, s)
	}
	p.agrees()
}

// TestSafetyNewWords: the ats renames its picklist. The table of words knows
// none of the new ones. A naive engine writes them through, or puts a hundred
// questions to a person who has one problem.
func TestSafetyNewWords(t *testing.T) {
	text := strings.Replace(told(mirror), "ats = \"role\"", "ats {\n path = \"role\"\n values = { engineer = \"engineer\", nurse = \"nurse\", driver = \"driver\" }\n }", 1)
	p := staffed(t, 100, text)
	for i := range 100 {
		p.set(i, "role", schema.String(fmt.Sprint("R-", i%3)))
	}
	p.set(3, "name", schema.String("new name"))
	n := p.writes()
	s := p.run()
	if w := withheldOf(s, "changed"); w == nil || w.Field != "role" || s.Reviews != 0 || p.writes() != n+1 {
		t.Fatalf("%d writes, %+v", p.writes()-n, s)
	}
	p.hears("field role of 100 of 100 linked records at ats cannot be read any more")
	for i := range 100 {
		p.set(i, "role", schema.String([]string{"engineer", "nurse", "driver"}[i%3]))
	}
	if s := p.run(); len(s.Withheld) != 0 || s.Waiting != 0 || s.Reviews != 0 {
		t.Errorf("after it healed: %+v", s)
	}
	p.agrees()
}

// TestSafetyUpperCase: the crm upper-cases whatever it is given, and does not
// say so. It speaks of names as well as the ats: a naive engine takes that for
// 100 edits, and shouts every name back into the ats.
func TestSafetyUpperCase(t *testing.T) {
	text := strings.Replace(told(mirror), "    field \"headline\" {\n      ats = \"name\"\n      crm = \"name\"\n    }\n", "", 1)
	text = strings.TrimSuffix(strings.TrimSpace(text), "}") + `
  field "headline" {
    direction = "ats <-> crm"
    ats       = "name"
    crm       = "name"
    conflict {
      rules       = ["review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
`
	p := newPairOf(t, memory.Options{NoConfirm: true}, text)
	for i := range 100 {
		p.hire(i)
	}
	p.run()
	for _, id := range p.crm.IDs() { // what the system makes of it
		r := p.crm.Record(id)
		p.crm.Set(id, memory.Fields{"name": schema.String(strings.ToUpper(r["name"].Text()))})
	}
	p.logged = nil
	s := p.run()
	w := withheldOf(s, "changed")
	if w == nil || w.End != "crm" || w.Field != "headline" || w.Count != 100 {
		t.Fatalf("withheld: %+v", s.Withheld)
	}
	if got := p.ats.Record("7")["name"].Text(); got != "name 7" || len(p.world.System("ats").Writes()) != 0 {
		t.Errorf("the ats was shouted at: %q", got)
	}
	p.hears("field headline of 100 of 100 linked records at crm changed at once", "run -allow changed=100 -allow overwrites=100")
}

// TestSafetyFewRecords: nineteen of nineteen changed. That is a busy day of a
// small team and no alarm; and so are 79 of 100.
func TestSafetyFewRecords(t *testing.T) {
	for _, c := range []struct{ people, changed int }{{19, 19}, {100, 79}} {
		p := staffed(t, c.people, told(mirror, "$GUARD", "guard {\n overwrites {\n count = 1000\n }\n }"))
		for i := range c.changed {
			p.set(i, "name", schema.String(fmt.Sprint("new ", i)))
		}
		if s := p.run(); len(s.Withheld) != 0 || s.Ends[1].Updated != c.changed {
			t.Errorf("%d of %d: %+v", c.changed, c.people, s)
		}
		p.agrees()
	}
}

// TestSafetyMappingChanges: the configuration reads a field otherwise from now
// on. Every value changes, and nothing at the ends did: that is no alarm, and
// nothing is written.
func TestSafetyMappingChanges(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	n := p.writes()
	p.reload(strings.Replace(told(mirror), "ats = \"role\"", "ats {\n path = \"role\"\n read = \"value.upperAscii()\"\n write = \"value.lowerAscii()\"\n }", 1))
	if s := p.run(); len(s.Withheld) != 0 || p.writes() != n {
		t.Errorf("%d writes, %+v", p.writes()-n, s)
	}
}

// TestSafetyIllFieldStaysBehind: while a field looks broken, new people are still
// created, and a plan marks what a run would hold back.
func TestSafetyIllFieldStaysBehind(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	for i := range 99 {
		p.set(i, "phone", schema.NullValue())
	}
	p.set(99, "phone", schema.String("about somebody else"))
	p.hire(100)
	s := p.run()
	if w := withheldOf(s, "changed"); w == nil || w.Count != 100 || s.Ends[1].Created != 1 {
		t.Fatalf("%+v", s)
	}
	plan, err := p.engine.Plan(context.Background(), p.config, engine.PlanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, r := range plan.Records {
		if r.Withheld != "" {
			marked++
		}
	}
	if marked != 100 {
		t.Errorf("a plan marks %d of 100", marked)
	}
}
