package engine_test

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/schema"
)

const folkPipeline = `
engine { state = "state" }
notify "ops" { connector = "log" }
system "ats" { connector = "memory" }
system "crm" {
  connector = "./folk.hcl"
  url       = "URL"
  key       = secret("env:KEY")
  timeout   = "2s"
  retry {
    attempts = 2
    backoff  = "1s..10s"
  }
}
pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"
  source "ats" {
    object = "people"
    allow  = ["read", "update", "delete"]
  }
  source "crm" {
    object  = "people"
    allow   = ["read", "create", "update"]
    removed = "delete"
    CURSOR
  }
  match {
    key "email" { field = "email" }
  }
  field "email" {
    direction = "ats -> crm"
    ats       = "email"
    crm       = "mail"
  }
  field "headline" {
    direction = "ats <-> crm"
    ats       = "name"
    crm       = "name"
    conflict {
      rules       = ["system_of_record"]
      unavailable = "review"
      escalate {
        after = "40h"
        to    = notify.ops
      }
    }
  }
}
`

// troubled is a system in memory, ats, and folk behind an HTTP server, crm, both
// kept in agreement.
type troubled struct {
	*testing.T
	whole  bool
	mu     sync.Mutex
	now    time.Time
	slept  time.Duration
	ats    *memory.Table
	crm    *folk
	folder string
	host   string
	text   string
	engine *engine.Engine
	config *pipelines.Config
	logged []string
}

// newTroubled brings five people into agreement; the crm is listed whole in every
// run, or by what changed.
func newTroubled(t *testing.T, whole bool) *troubled {
	t.Helper()
	x := staffless(t, whole)
	x.run()
	x.run()
	return x
}

// twin is another world that stands where this one does.
func (x *troubled) twin(t *testing.T) *troubled {
	t.Helper()
	y := staffless(t, x.whole)
	y.now, y.crm.people, y.crm.serial = x.now, maps.Clone(x.crm.people), x.crm.serial
	if err := os.CopyFS(filepath.Join(y.folder, "state"), os.DirFS(filepath.Join(x.folder, "state"))); err != nil {
		t.Fatal(err)
	}
	return y
}

// staffless is a world whose people are at the ats alone.
func staffless(t *testing.T, whole bool) *troubled {
	t.Helper()
	x := &troubled{T: t, whole: whole, now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), folder: t.TempDir()}
	x.crm = &folk{clock: x.clock, people: map[string]man{
		"g7": {ID: "g7", Name: "name 7", Mail: "7@x.test", Changed: "2026-02-01T08:00:00Z"}, // and nobody of ours yet
	}}
	web := httptest.NewServer(x.crm)
	t.Cleanup(web.Close)
	world := memory.NewWorld(memory.Options{Clock: x.clock})
	text := schema.Type{Kind: schema.KindString, Nullable: true}
	x.ats = world.System("ats").Table("people", memory.Layout{Fields: []schema.Field{{Name: "email", Type: text}, {Name: "name", Type: text}}})
	d := world.Definition()
	x.engine = engine.New(engine.Options{
		Connectors: []*connectors.Definition{&d}, Clock: x.clock, Sleep: x.sleep,
		Log: func(_, text string) { x.logged = append(x.logged, text) },
		Env: func(name string) (string, bool) { return "key-obviously-fake", name == "KEY" },
	})
	vendor, err := os.ReadFile("testdata/folk.hcl")
	if err != nil {
		t.Fatal(err)
	}
	cursor := `cursor = "changed_at"`
	if whole {
		cursor = ""
	}
	x.text = strings.Replace(folkPipeline, "CURSOR", cursor, 1)
	x.write("folk.hcl", string(vendor))
	x.host = web.Listener.Addr().String()
	x.use(web.URL)
	for i := 1; i <= 5; i++ {
		x.hire(i)
	}
	return x
}

func (x *troubled) clock() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now
}

// sleep lets the time pass that somebody waits.
func (x *troubled) sleep(ctx context.Context, d time.Duration) error {
	x.pass(d)
	x.mu.Lock()
	x.slept += d
	x.mu.Unlock()
	return ctx.Err()
}

func (x *troubled) pass(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(d)
}

func (x *troubled) write(name, text string) {
	x.Helper()
	if err := os.WriteFile(filepath.Join(x.folder, name), []byte(text), 0o600); err != nil {
		x.Fatal(err)
	}
}

// use has the crm asked at an address from now on.
func (x *troubled) use(url string) {
	x.Helper()
	x.write("main.hcl", strings.Replace(x.text, "URL", url, 1))
	c, problems := x.engine.Load(x.Context(), engine.Source{Path: x.folder})
	if problems.Failed() {
		x.Fatalf("%+v", problems)
	}
	x.config = c
}

func (x *troubled) hire(i int) {
	x.ats.Put(fmt.Sprint(i), memory.Fields{"email": schema.String(fmt.Sprintf("%d@x.test", i)), "name": schema.String(fmt.Sprint("name ", i))})
}

func (x *troubled) rename(i int, name string) {
	x.ats.Set(fmt.Sprint(i), memory.Fields{"name": schema.String(name)})
}

// run makes a run in sound weather.
func (x *troubled) run() *plans.Summary {
	x.Helper()
	s, err := x.attempt()
	if err != nil || s.Pipelines[0].Failed != "" {
		x.Fatalf("a run in sound weather: %v %+v", err, s)
	}
	return s
}

// attempt makes a run, an hour after the last one, and holds that its counts
// add up.
func (x *troubled) attempt() (*plans.Summary, error) {
	x.Helper()
	x.pass(time.Hour)
	s, err := x.engine.Run(x.Context(), x.config, engine.RunOptions{})
	for _, e := range endsOf(s) {
		if e.Read != e.SetAside+e.Review+e.Waiting+e.InFlight+e.NotReached+e.Agreed {
			x.Errorf("law 6: the counts of %s do not add up: %+v", e.End, e)
		}
	}
	return s, err
}

// wants returns what a plan would write.
func (x *troubled) wants() (out []plans.PlannedRecord) {
	x.Helper()
	plan, err := x.engine.Plan(x.Context(), x.config, engine.PlanOptions{})
	if err != nil {
		x.Fatal(err)
	}
	for _, r := range plan.Records {
		switch r.Kind {
		case plans.Create, plans.Update, plans.Archive, plans.Delete, plans.Waiting:
			out = append(out, r)
		}
	}
	return out
}

// recovers lets everything come to rest, and judges by what the servers hold:
// everybody is there once, under the name that was typed last.
func (x *troubled) recovers(typed map[string]string) string {
	x.Helper()
	x.pass(24 * time.Hour)
	runs := 1
	for x.run(); len(x.wants()) > 0; runs++ {
		if runs == 5 {
			x.Errorf("law 5: it does not come to rest: %+v", x.wants())
			break
		}
		x.run()
	}
	ats := map[string][]string{}
	for _, id := range x.ats.IDs() {
		r := x.ats.Record(id)
		ats[r["email"].Text()] = append(ats[r["email"].Text()], r["name"].Text())
	}
	crm := x.crm.names()
	for _, mail := range slices.Sorted(maps.Keys(typed)) {
		if a, b := ats[mail], crm[mail]; len(a) != 1 || len(b) != 1 || a[0] != typed[mail] || b[0] != typed[mail] {
			x.Errorf("%s was called %q last, and is %q at the ats and %q at the crm", mail, typed[mail], a, b)
		}
	}
	if len(crm) != len(typed) || len(ats) != len(typed) {
		x.Errorf("%d people at the ats, %d at the crm, want %d", len(ats), len(crm), len(typed))
	}
	items, err := x.engine.Conflicts(x.Context(), x.config, engine.ConflictsOptions{})
	if err != nil || len(items) > 0 {
		x.Errorf("questions are left: %+v, %v", items, err)
	}
	return "agrees after " + plural(runs, "run")
}
