package syncline_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/bamboohr"
	"syncline/connectors/simulators/greenhouse"
	"syncline/connectors/simulators/scim"
	"syncline/connectors/simulators/servicenow"
	"syncline/engine"
)

// wholeDay is who is hired on it, and what becomes of it: each once.
func (x *stage) wholeDay(when string) {
	x.t.Helper()
	x.same(when+": everybody is an employee, once", []string{"Lindqvist", "Tanaka", "Zieliński"}, sorted(x.staff("lastName")))
	x.same(when+": with one account", []string{"aiko.tanaka@acme.example", "jonas.lindqvist@acme.example", "tomasz.zielinski@acme.example"}, sorted(firsts(x.accounts())))
	x.same(when+": and one request", []string{"Equipment for Aiko Tanaka", "Equipment for Jonas Lindqvist", "Equipment for Tomasz Zieliński"}, sorted(firsts(x.requests())))
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

func firsts(lines []string) []string {
	for i := range lines {
		lines[i], _, _ = strings.Cut(lines[i], "|")
	}
	return lines
}

// TestHiringOnTheWorstDay: requests are refused, break, get lost after they were
// carried out, and reads are stale at all four; in the end everything of a hire
// is there, once (R4.1).
func TestHiringOnTheWorstDay(t *testing.T) {
	lost := 0
	for seed := range uint64(3) {
		faults := simulators.Faults{simulators.Limit: 0.1, simulators.Broken: 0.1, simulators.Commit: 0.3, simulators.Lost: 0.3, simulators.Stale: 0.2}
		x := hiring(t, simulators.Options{Seed: seed, Page: 7, Faults: faults})
		for _, id := range []int{53002, 53003, 53006} {
			x.hired(id)
		}
		for range 12 {
			x.mayFail()
		}
		for _, a := range x.actors {
			for _, r := range a.asked {
				if r.Fault == simulators.Lost || r.Fault == simulators.Commit {
					lost++
				}
			}
		}
		x.wholeDay(fmt.Sprint("with seed ", seed))
	}
	if lost < 6 {
		t.Errorf("%d answers were lost: the test proves little", lost)
	}
}

// hired hires a candidate without a request, which a fault could hit.
func (x *stage) hired(candidate int) {
	x.actors["greenhouse"].server.Edit(func(c *simulators.Call) {
		at := c.Now.UTC().Format("2006-01-02T15:04:05.000Z")
		for _, a := range c.Store.List("applications", func(a simulators.Object) bool { return fmt.Sprint(a["candidate_id"]) == fmt.Sprint(candidate) }) {
			a["status"], a["current_stage"], a["last_activity_at"] = "hired", nil, at
			c.Store.Put("applications", fmt.Sprint(a["id"]), a)
		}
		o := c.Store.Get("candidates", fmt.Sprint(candidate))
		o["updated_at"], o["last_activity"] = at, at
		c.Store.Put("candidates", fmt.Sprint(candidate), o)
	})
}

// TestHiringCutShort: a pass that ends in the middle of a write, at each of the
// three that are written to, leaves nothing out and nothing twice (R4.1).
func TestHiringCutShort(t *testing.T) {
	for _, which := range []string{"hris_url", "directory_url", "it_url"} {
		ctx, stop := context.WithCancel(t.Context())
		cuts := func(variable, key string, make func(simulators.Options) *simulators.Server) cast {
			return cast{variable, key, func(o simulators.Options) *simulators.Server {
				tell := o.Log
				o.Log = func(r simulators.Request) {
					if tell(r); variable == which && r.Status == http.StatusCreated {
						stop()
					}
				}
				return make(o)
			}, simulators.Options{Seed: 1, Offers: true}}
		}
		x := enter(t, "hire-to-hris",
			cuts("ats_url", greenhouse.Key, greenhouse.New), cuts("hris_url", bamboohr.Key, bamboohr.New),
			cuts("directory_url", "", scim.New), cuts("it_url", "", servicenow.New))
		x.hire(69002, 69003, 69006)
		if _, err := x.engine.Run(ctx, x.config, engine.RunOptions{}); err == nil || ctx.Err() == nil {
			t.Errorf("%s: the pass was not cut short: %v", which, err)
		}
		x.pass(10 * time.Minute)
		x.run()
		x.pass(10 * time.Minute)
		x.run()
		x.wholeDay("cut short at " + which)
		x.idle("a pass that was cut short at " + which)
	}
}
