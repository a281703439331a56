package engine_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/schema"
)

// pair is two systems in memory, ats and crm, and a configuration over them.
type pair struct {
	testing.TB
	now      time.Time
	world    *memory.World
	ats, crm *memory.Table
	engine   *engine.Engine
	config   *pipelines.Config
	logged   []string
	asked    map[string]int // requests that were looked at, by system
	folder   string

	normalise func(field string, v schema.Value) schema.Value // of what the crm stores; nil: nothing
	hook      func(system, op string, ended bool)             // of every request; nil: none
}

const pairHead = `
engine {
  state = "state"
}
system "ats" {
  connector = "memory"
}
system "crm" {
  connector = "memory"
}
`

// newPair compiles the configuration, which stands behind pairHead.
func newPair(t testing.TB, text string, more ...*connectors.Definition) *pair {
	t.Helper()
	return newPairOf(t, memory.Options{}, text, more...)
}

// newPairOf is newPair over another kind of system.
func newPairOf(t testing.TB, o memory.Options, text string, more ...*connectors.Definition) *pair {
	t.Helper()
	p := &pair{TB: t, asked: map[string]int{}, now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return p.now }
	o.Clock, o.Hook = clock, p.told
	p.world = memory.NewWorld(o)
	var fields []schema.Field
	for _, name := range []string{"email", "name", "phone", "role", "job"} {
		fields = append(fields, schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}})
	}
	p.ats = p.world.System("ats").Table("people", memory.Layout{Fields: fields})
	p.crm = p.world.System("crm").Table("people", memory.Layout{Fields: fields, Normalise: p.stored})
	p.world.System("crm").Table("jobs", memory.Layout{Fields: []schema.Field{{Name: "title", Type: schema.Type{Kind: schema.KindString}}}})
	d := p.world.Definition()
	p.engine = engine.New(engine.Options{
		Connectors: append(more, &d), Clock: clock, Log: func(_, text string) { p.logged = append(p.logged, text) },
	})
	folder := t.TempDir()
	p.folder = folder
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(pairHead+text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems := p.engine.Load(context.Background(), engine.Source{Path: folder})
	if problems.Failed() {
		t.Fatal(problems)
	}
	p.config = c
	return p
}

// stored is what the crm makes of a value.
func (p *pair) stored(field string, v schema.Value) schema.Value {
	if p.normalise != nil {
		return p.normalise(field, v)
	}
	return v
}

// told is told of every request.
func (p *pair) told(system, op string, ended bool) {
	if p.hook != nil {
		p.hook(system, op, ended)
	}
}

func (p *pair) run() plans.PipelineSummary {
	p.Helper()
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	if err != nil {
		p.Fatal(err)
	}
	p.now = p.now.Add(time.Hour)
	for _, e := range s.Pipelines[0].Ends {
		if e.Read != e.SetAside+e.Review+e.Waiting+e.InFlight+e.Agreed {
			p.Errorf("law 6: the counts of %s do not add up: %+v", e.End, e)
		}
	}
	return s.Pipelines[0]
}

func (p *pair) open() []engine.OpenItem {
	p.Helper()
	items, err := p.engine.Conflicts(context.Background(), p.config, engine.ConflictsOptions{})
	if err != nil {
		p.Fatal(err)
	}
	return items
}

func (p *pair) resolve(id, choice string) {
	p.Helper()
	if _, err := p.engine.Resolve(context.Background(), p.config, id, choice, "tester"); err != nil {
		p.Fatal(err)
	}
}

func person(email, name, phone string) memory.Fields {
	f := memory.Fields{"email": schema.String(email), "name": schema.String(name)}
	if phone != "" {
		f["phone"] = schema.String(phone)
	}
	return f
}

const twoWay = `
pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"
  source "ats" {
    object = "people"
    allow  = ["read", "update"]
  }
  source "crm" {
    object = "people"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "email" }
    duplicates = "review"
  }
  field "email" {
    direction = "ats -> crm"
    ats       = "email"
    crm       = "email"
  }
  field "headline" {
    direction = "ats <-> crm"
    ats       = "name"
    crm       = "name"
    conflict {
      rules       = ["review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.boss
      }
    }
  }
}
`

// TestConflictIsResolvedAndEscalated proves R1.7 and R2.5: both sides edited
// means a person decides, the named one hears of it after the window, and the
// choice is applied by the next run, unless somebody edited since.
func TestConflictIsResolvedAndEscalated(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	if s := p.run(); s.Ends[1].Created != 1 {
		t.Fatalf("the first run: %+v", s)
	}
	crm := p.crm.IDs()[0]
	p.ats.Set("1", memory.Fields{"name": schema.String("from ats")})
	p.crm.Set(crm, memory.Fields{"name": schema.String("from crm")})
	if s := p.run(); s.Conflicts != 1 || s.Ends[0].Review != 1 || s.Ends[1].Updated != 0 {
		t.Fatalf("a conflict: %+v", s)
	}
	items := p.open()
	if len(items) != 1 || len(items[0].Sides) != 2 {
		t.Fatalf("open: %+v", items)
	}
	p.resolve(items[0].ID, "crm")
	p.ats.Set("1", memory.Fields{"name": schema.String("edited since")})
	if p.run(); len(p.open()) != 1 || p.open()[0].Choice != "" {
		t.Fatalf("a choice that was made on other values was kept or applied: %+v", p.open())
	}
	p.now = p.now.Add(5 * time.Hour)
	p.logged = nil
	p.run()
	if !strings.Contains(strings.Join(p.logged, "\n"), "escalation") {
		t.Errorf("after the window nobody was told: %q", p.logged)
	}
	p.logged = nil
	if p.run(); strings.Contains(strings.Join(p.logged, "\n"), "escalation") {
		t.Errorf("told again: %q", p.logged)
	}
	p.resolve(items[0].ID, "crm")
	s := p.run()
	got := p.ats.Record("1")
	if len(p.open()) != 0 || s.Ends[0].Updated != 1 || got["name"].Text() != "from crm" {
		t.Fatalf("the choice was not applied: %+v, %s", s, got["name"].Display())
	}
}

// TestMatchReview proves R3.2: a second record of one end with one key waits
// for a person, whose answer is durable.
func TestMatchReview(t *testing.T) {
	for _, choice := range []string{"not-same", "link"} {
		t.Run(choice, func(t *testing.T) {
			p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
			p.ats.Put("1", person("a@example.test", "one", ""))
			p.run()
			p.ats.Put("2", person("a@example.test", "two", ""))
			if s := p.run(); s.Reviews != 1 || s.Ends[1].Created != 0 {
				t.Fatalf("a duplicate: %+v", s)
			}
			item := p.open()[0]
			answer := choice
			for _, c := range item.Choices {
				if choice == "link" && strings.HasPrefix(c, "link:") {
					answer = c
				}
			}
			p.resolve(item.ID, answer)
			s := p.run()
			if choice == "not-same" && (s.Reviews != 0 || s.Ends[1].Created != 1) {
				t.Errorf("not the same: %+v", s)
			}
			if choice == "link" && s.Ends[1].Created != 0 {
				t.Errorf("linked, and created all the same: %+v", s)
			}
			if s = p.run(); s.Ends[1].Created != 0 {
				t.Errorf("again: %+v", s)
			}
		})
	}
}

// TestWebhookIsToldOnce proves R4.7 and "one message per change of state": a
// webhook hears of a review once, in one message, without values.
func TestWebhookIsToldOnce(t *testing.T) {
	var got []map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		got = append(got, m)
	}))
	defer server.Close()
	p := newPair(t, "notify \"ops\" {\n  connector = \"webhook\"\n  url = \""+server.URL+"\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay, hooks())
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("a@example.test", "two", ""))
	p.ats.Put("3", person("no address at all", "three", ""))
	p.run()
	p.run()
	if len(got) != 1 {
		t.Fatalf("%d messages: %v", len(got), got)
	}
	text, err := json.Marshal(got[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, personal := range []string{"a@example.test", "no address", "three"} {
		if strings.Contains(string(text), personal) {
			t.Errorf("the message holds %q: %s", personal, text)
		}
	}
	server.Close()
	p.ats.Put("4", person("nor here", "four", ""))
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	if err != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "ops") {
		t.Errorf("a place that does not answer: %v, %+v", err, s.Warnings)
	}
}

// TestLookup proves R0.3: a value is written as what another table calls it,
// waits while that is not there, and goes once it is.
func TestLookup(t *testing.T) {
	p := newPair(t, `
notify "ops" {
  connector = "log"
}
entity "applicant" {
  extends = "candidate"
  attribute "role" {
    type = "string"
  }
}
pipeline "people" {
  entity = "applicant"
  alert  = notify.ops
  source "ats" {
    object = "people"
  }
  source "crm" {
    object = "people"
    allow  = ["read", "create", "update"]
  }
  lookup "job" {
    system = system.crm
    object = "jobs"
    where  = { title = "entity.role" }
    none   = "park"
  }
  match {
    key "email" { field = "email" }
  }
  field "email" {
    direction = "ats -> crm"
    ats       = "email"
    crm       = "email"
  }
  field "role" {
    direction = "ats -> crm"
    lossy     = "the CRM keeps the job's own name"
    ats       = "role"
    crm {
      path  = "job"
      write = "'job: ' + lookup.job.title"
    }
  }
}
`)
	jobs := p.world.System("crm").Table("jobs", memory.Layout{Fields: []schema.Field{{Name: "title", Type: schema.Type{Kind: schema.KindString}}}})
	p.ats.Put("1", memory.Fields{"email": schema.String("a@example.test"), "role": schema.String("Tester")})
	if s := p.run(); s.Ends[1].Created != 0 || s.Ends[0].Waiting != 1 {
		t.Fatalf("a job that is not there: %+v", s)
	}
	p.tellsWhy("ats/1", "waits")
	jobs.Put("7", memory.Fields{"title": schema.String("Tester")})
	if s := p.run(); s.Ends[1].Created != 1 || s.Waiting != 0 {
		t.Fatalf("a job that came: %+v", s)
	}
	if got := p.crm.Record(p.crm.IDs()[0]); got["job"].Text() != "job: Tester" {
		t.Errorf("written: %s", got["job"].Display())
	}
}

// TestTwinsHoldTheirPartner proves R0.5: while a person is asked which of two
// records of one end stands, the record of the other end that has their key
// waits, and no third is made.
func TestTwinsHoldTheirPartner(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.crm.Put("x", person("A@example.test", "one", ""))
	p.crm.Put("y", person("a@example.test", "two", ""))
	s := p.run()
	if s.Reviews != 2 || s.Linked != 0 || s.Ends[1].Created != 0 || s.Ends[0].Waiting != 1 || s.Ends[1].Review != 2 {
		t.Fatalf("two of one end, one of the other: %+v", s)
	}
	for _, item := range p.open() {
		if item.Record == "crm/y" {
			p.resolve(item.ID, "link:crm/x")
		}
	}
	s = p.run()
	if s.Reviews != 0 || s.Linked != 1 || s.Ends[1].Created != 0 || s.Ends[1].SetAside != 1 {
		t.Fatalf("after the answer: %+v", s)
	}
	if s = p.run(); s.Reviews != 0 || s.Linked != 1 || s.Ends[1].SetAside != 1 {
		t.Fatalf("the answer did not last: %+v", s)
	}
}

// TestWhatAnEndedLinkLeftBehind proves that a record whose partner was deleted
// by hand counts as set aside, in the pass that ends the link and in every
// later one.
func TestWhatAnEndedLinkLeftBehind(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.run()
	p.crm.Delete(p.crm.IDs()[0])
	for pass := range 3 {
		if s := p.run(); s.Linked != 1 || s.Ends[0].SetAside != 1 || s.Ends[0].Agreed != 1 || s.Ends[1].Created != 0 {
			t.Fatalf("pass %d: %+v", pass+1, s)
		}
	}
}

// TestArgumentFails proves that a create whose argument cannot be evaluated is
// not sent without it: the record waits for a person, the others go on.
func TestArgumentFails(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+
		strings.Replace(twoWay, `allow  = ["read", "create", "update"]`, `allow  = ["read", "create", "update"]
    create = { phone = "string(int(entity.headline))" }`, 1))
	p.ats.Put("1", person("a@example.test", "no number", ""))
	p.ats.Put("2", person("b@example.test", "7", ""))
	s := p.run()
	if s.Ends[1].Created != 1 || s.Reviews != 1 || s.Ends[0].Review != 1 {
		t.Fatalf("one argument of two fails: %+v", s)
	}
	if got := p.crm.Record(p.crm.IDs()[0]); got["email"].Text() != "b@example.test" {
		t.Errorf("created: %s", got["email"].Display())
	}
}
