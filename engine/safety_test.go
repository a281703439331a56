package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/schema"
)

// The files safety_*_test.go tell what happens in the world, what an engine
// that only compares and writes would do with it, and what happens instead.

// mirror is a pipeline in which the ats speaks of everything and the crm
// follows; $ATS, $CRM and $GUARD stand for what a story adds.
const mirror = `
notify "ops" {
  connector = "log"
}
entity "person" {
  extends = "candidate"
  attribute "role" {
    type = "string"
  }
}
pipeline "people" {
  entity           = "person"
  alert            = notify.ops
  system_of_record = "ats"
  source "ats" {
    object = "people"
    allow  = ["read", "update"]
    $ATS
  }
  source "crm" {
    object = "people"
    allow  = ["read", "create", "update", "delete"]
    $CRM
  }
  $GUARD
  match {
    key "email" { field = "email" }
  }
  fields "ats -> crm" {
    drift = "$DRIFT"
    empty = "$EMPTY"
    field "email" {
      ats = "email"
      crm = "email"
    }
    field "headline" {
      ats = "name"
      crm = "name"
    }
    field "summary" {
      ats = "phone"
      crm = "phone"
    }
    field "role" {
      ats = "role"
      crm = "role"
    }
  }
}
`

// told fills the places of a pipeline's text: pairs of a place and its text.
func told(text string, pairs ...string) string {
	for _, p := range []string{"$DRIFT", "keep", "$EMPTY", "clear", "$ATS", "", "$CRM", "", "$GUARD", ""} {
		pairs = append(pairs, p)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// staffed returns a pair of systems that hold n people and agree.
func staffed(t testing.TB, n int, text string) *pair {
	t.Helper()
	p := newPair(t, text)
	for i := range n {
		p.hire(i)
	}
	if s := p.run(); s.Linked != n || s.Ends[1].Created != n {
		t.Fatalf("the first run over %d people: %+v", n, s)
	}
	p.logged = nil
	return p
}

// hire puts person i into the ats.
func (p *pair) hire(i int) {
	p.ats.Put(fmt.Sprint(i), memory.Fields{
		"email": schema.String(fmt.Sprintf("p%d@example.test", i)), "name": schema.String(fmt.Sprint("name ", i)),
		"phone": schema.String(fmt.Sprint("about ", i)), "role": schema.String([]string{"engineer", "nurse", "driver"}[i%3]),
	})
}

// set gives one field of person i in the ats a value.
func (p *pair) set(i int, field string, v schema.Value) {
	p.ats.Set(fmt.Sprint(i), memory.Fields{field: v})
}

// pass makes one pass under these options; the error is the pipeline's.
func (p *pair) pass(o engine.RunOptions) (plans.PipelineSummary, error) {
	p.Helper()
	s, err := p.engine.Run(context.Background(), p.config, o)
	p.now = p.now.Add(time.Hour)
	if s == nil {
		p.Fatal(err)
	}
	return s.Pipelines[0], err
}

// allowed makes one pass with ceilings granted.
func (p *pair) allowed(kind string, n int) plans.PipelineSummary {
	p.Helper()
	s, err := p.pass(engine.RunOptions{Allow: map[string]int{kind: n}})
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// withheld returns what a pass withheld of a kind; nil: nothing.
func withheldOf(s plans.PipelineSummary, kind string) *plans.Withheld {
	i := slices.IndexFunc(s.Withheld, func(w plans.Withheld) bool { return w.Kind == kind })
	if i < 0 {
		return nil
	}
	return &s.Withheld[i]
}

// writes is how many changes arrived at the crm so far.
func (p *pair) writes() int { return len(p.world.System("crm").Writes()) }

// hears fails unless a message to the owner holds all the words, and none of
// the people's values.
func (p *pair) hears(words ...string) {
	p.Helper()
	all := strings.Join(p.logged, "\n")
	for _, w := range words {
		if !strings.Contains(all, w) {
			p.Errorf("nobody was told %q:\n%s", w, all)
		}
	}
	if strings.Contains(all, "@example.test") || strings.Contains(all, "about ") {
		p.Errorf("a message holds a value:\n%s", all)
	}
}

// agrees fails unless the two systems hold the same people, and a plan has
// nothing to do.
func (p *pair) agrees() {
	p.Helper()
	if a, b := rows(p.ats), rows(p.crm); !slices.Equal(a, b) {
		p.Errorf("the systems differ:\n%q\n%q", a, b)
	}
	plan, err := p.engine.Plan(context.Background(), p.config, engine.PlanOptions{})
	if err != nil {
		p.Fatal(err)
	}
	if n := plan.Totals[plans.Create] + plan.Totals[plans.Update] + plan.Totals[plans.Delete]; n != 0 {
		p.Errorf("a plan after everything healed has %d writes", n)
	}
}

func rows(t *memory.Table) []string {
	var out []string
	for _, id := range t.IDs() {
		r := t.Record(id)
		out = append(out, r["email"].Text()+"|"+r["name"].Text()+"|"+r["phone"].Text()+"|"+r["role"].Text())
	}
	slices.Sort(out)
	return out
}

// kill makes a pass that is killed at the so-manyth operation of the crm, before
// or after it is carried out. It reports whether the pass came to its end before.
func (p *pair) kill(op string, times int, after bool) (finished bool) {
	p.Helper()
	old, state, copied := p.hook, filepath.Join(p.folder, "state"), filepath.Join(p.folder, "killed")
	n := 0
	p.hook = func(system, done string, ended bool) {
		if system != "crm" || done != op || ended != after {
			return
		}
		if n++; n == times {
			if err := os.CopyFS(copied, os.DirFS(state)); err != nil {
				p.Fatal(err)
			}
			panic(killed{})
		}
	}
	defer func() {
		p.hook = old
		p.now = p.now.Add(time.Hour)
		switch r := recover(); r.(type) {
		case nil:
		case killed:
			if err := errors.Join(os.RemoveAll(state), os.Rename(copied, state)); err != nil {
				p.Fatal(err)
			}
		default:
			panic(r)
		}
	}()
	_, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	return err == nil
}

// reload compiles another text over the same state.
func (p *pair) reload(text string) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, "main.hcl"), []byte(pairHead+text), 0o600); err != nil {
		p.Fatal(err)
	}
	c, problems := p.engine.Load(context.Background(), engine.Source{Path: p.folder})
	if problems.Failed() {
		p.Fatal(problems)
	}
	p.config = c
}
