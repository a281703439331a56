package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/schema"
)

const twoLogs = "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"

func (p *pair) queue(o engine.QueueOptions) []engine.QueueItem {
	p.Helper()
	items, err := p.engine.Queue(context.Background(), p.config, o)
	if err != nil {
		p.Fatal(err)
	}
	return items
}

// sent counts what was asked of crm, refused or not.
func (p *pair) sent() int { return len(p.world.System("crm").Writes()) }

// journaled returns the outcomes of the journal's entries of a kind.
func (p *pair) journaled(kind string) []string {
	p.Helper()
	var out []string
	err := p.engine.Audit(context.Background(), p.config, audit.Filter{Kind: kind}, func(x audit.Entry) error {
		out = append(out, x.Outcome+": "+x.Rule)
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return out
}

// TestDeadLetter proves R2.4 and R3.8 for a write that an end refuses again and
// again: it is given up after a while, nobody hears of it twice, everybody can
// see it, and it goes on when somebody says so or when its record changes.
func TestDeadLetter(t *testing.T) {
	for _, verb := range []string{"create", "update"} {
		t.Run(verb, func(t *testing.T) {
			p := newPair(t, twoLogs+twoWay)
			p.ats.Put("1", person("a@example.test", "one", ""))
			if verb == "update" {
				p.run()
				p.ats.Set("1", memory.Fields{"name": schema.String("two")})
			}
			p.world.System("crm").Inject(memory.Fault{Kind: memory.Refused, Op: "write", Verb: verb})
			for n := range 4 {
				if s := p.run(); s.Reviews != 1 || s.Standing.Dead.Count != 0 {
					t.Fatalf("pass %d: %+v", n, s)
				}
			}
			if q := p.queue(engine.QueueOptions{Kind: engine.QueueFailing}); len(q) != 1 || q[0].Attempts != 4 {
				t.Fatalf("before: %+v", q)
			}
			if s := p.run(); s.Reviews != 0 || s.Standing.Dead.Count != 1 || verb == "update" && s.Closed["it is a dead letter now"] != 1 {
				t.Fatalf("the fifth refusal: %+v", s)
			}
			told := strings.Count(strings.Join(p.logged, "\n"), "dead letter ")
			writes := p.sent()
			for range 3 {
				if s := p.run(); s.Standing.Dead.Count != 1 || s.Ends[0].SetAside != 1 {
					t.Fatalf("later: %+v", s)
				}
			}
			if plan, err := p.engine.Plan(context.Background(), p.config, engine.PlanOptions{}); err != nil || plan.Totals[plans.Create]+plan.Totals[plans.Update] != 0 {
				t.Errorf("a plan wants to write it: %v %+v", err, plan.Totals)
			}
			if again := strings.Count(strings.Join(p.logged, "\n"), "dead letter "); told != 1 || again != 1 {
				t.Errorf("told %d times, then %d: %q", told, again, p.logged)
			}
			if p.sent() != writes {
				t.Errorf("it was sent again")
			}
			dead := p.queue(engine.QueueOptions{Kind: engine.QueueDead})
			if len(dead) != 1 || dead[0].Attempts != 5 || !strings.Contains(dead[0].Reason, "refused") {
				t.Fatalf("the queue: %+v", dead)
			}
			if stories, err := p.engine.Explain(context.Background(), p.config, "ats/1", "", false); err != nil || len(stories) != 1 ||
				!strings.Contains(stories[0].Aside+fmt.Sprint(stories[0].Queue), "refused") {
				t.Errorf("the story: %v %+v", err, stories)
			}

			// Said again while it is still refused: one more attempt, the latest values.
			p.retry(dead[0].ID)
			if p.run(); p.sent() != writes+1 || p.queue(engine.QueueOptions{Kind: engine.QueueDead})[0].Attempts != 6 {
				t.Errorf("a retry: %d writes, %+v", p.sent()-writes, p.queue(engine.QueueOptions{}))
			}
			// The record changes: one more, and it is accepted.
			p.world.System("crm").Heal()
			if p.run(); p.sent() != writes+1 {
				t.Errorf("it was sent although nothing changed")
			}
			p.ats.Set("1", memory.Fields{"name": schema.String("three")})
			s := p.run()
			if s.Standing.Dead.Count != 0 || p.crm.Record(p.crm.IDs()[0])["name"].Text() != "three" || len(p.queue(engine.QueueOptions{})) != 0 {
				t.Errorf("after the change: %+v, %+v", s, p.queue(engine.QueueOptions{}))
			}
			got := p.journaled("dead letter")
			if len(got) != 2 || !strings.HasPrefix(got[0], "opened") || !strings.Contains(got[1], "delivered") {
				t.Errorf("the journal: %q", got)
			}
		})
	}
}

func (p *pair) retry(ids ...string) {
	p.Helper()
	if out, err := p.engine.Retry(context.Background(), p.config, ids, "tester", nil); err != nil || out.Stored != len(ids) {
		p.Fatal(err, out)
	}
}

// TestDropped proves that a dropped letter is out of sight until its record
// changes, and that what only waits cannot be dropped.
func TestDropped(t *testing.T) {
	p := newPair(t, twoLogs+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.world.System("crm").Inject(memory.Fault{Kind: memory.Refused, Op: "write"})
	p.run()
	failing := p.queue(engine.QueueOptions{})[0]
	if out, err := p.engine.Drop(context.Background(), p.config, []string{failing.ID}, "no", "tester", nil); err != nil || len(out.Refused) != 1 {
		t.Errorf("what is still tried was dropped: %v %+v", err, out)
	}
	for range 4 {
		p.run()
	}
	dead := p.queue(engine.QueueOptions{})[0]
	for n := range 2 {
		out, err := p.engine.Drop(context.Background(), p.config, []string{dead.ID}, "left", "tester", nil)
		if err != nil || out.Stored != 1-n || out.Same != n {
			t.Errorf("drop %d: %v %+v", n, err, out)
		}
	}
	writes := p.sent()
	if s := p.run(); s.Standing.Dead.Count != 0 || p.sent() != writes || len(p.queue(engine.QueueOptions{})) != 0 {
		t.Errorf("dropped: %+v", s)
	}
	p.ats.Set("1", memory.Fields{"name": schema.String("two")})
	if s := p.run(); p.sent() != writes+1 || s.Standing.Dead.Count != 1 {
		t.Errorf("its record changed: %+v, %d writes", s, p.sent()-writes)
	}
}

const cursorEnd = "    object = \"people\"\n    cursor = \"role\"\n    sweep = \"900h\"\n    allow  = [\"read\", \"update\"]"

// TestQuestionAtACursor proves that an answer about a record that belongs to
// nobody is applied although its end lists only what changed, and that the
// question closes by itself when the record is gone.
func TestQuestionAtACursor(t *testing.T) {
	for _, way := range []string{"answered", "gone"} {
		t.Run(way, func(t *testing.T) {
			p := newPair(t, twoLogs+strings.Replace(twoWay, "    object = \"people\"\n    allow  = [\"read\", \"update\"]", cursorEnd, 1))
			p.ats.Put("1", person("a@example.test", "one", ""))
			p.run()
			p.ats.Put("2", person("a@example.test", "two", ""))
			if s := p.run(); s.Reviews != 1 {
				t.Fatalf("a duplicate: %+v", s)
			}
			if s := p.run(); s.Reviews != 1 || s.Ends[0].Review != 1 {
				t.Fatalf("a quiet pass: %+v", s)
			}
			if way == "gone" {
				p.ats.Delete("2")
				if s := p.run(); s.Reviews != 0 || s.Closed["its record is gone or settled"] != 1 {
					t.Errorf("it is gone: %+v", s)
				}
				return
			}
			p.resolve(p.open()[0].ID, "not-same")
			if s := p.run(); s.Reviews != 0 || s.Ends[1].Created != 1 {
				t.Errorf("the answer was not applied: %+v", s)
			}
		})
	}
}

// TestStale proves that a choice is refused when the item is not any more what
// somebody saw, with what changed, and that two people cannot answer over one
// another unseen.
func TestStale(t *testing.T) {
	p := newPair(t, twoLogs+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	crm := p.crm.IDs()[0]
	p.ats.Set("1", memory.Fields{"name": schema.String("from ats")})
	p.crm.Set(crm, memory.Fields{"name": schema.String("from crm")})
	p.run()
	item := p.open()[0]
	seen := engine.Pick{ID: item.ID, Saw: item.Saw}
	p.crm.Set(crm, memory.Fields{"name": schema.String("edited since")})
	p.run()
	_, err := p.engine.ResolveSeen(context.Background(), p.config, seen, "crm", "one")
	var stale *engine.StaleError
	if !errors.As(err, &stale) || len(stale.Changed) != 1 || !strings.Contains(stale.Changed[0], "crm now shows") {
		t.Fatalf("a run updated it: %v", err)
	}
	seen.Saw = p.open()[0].Saw
	for n, choice := range []string{"crm", "crm", "ats"} {
		_, err := p.engine.ResolveSeen(context.Background(), p.config, seen, choice, fmt.Sprint("person ", n))
		if n == 0 && err != nil || n > 0 && (!errors.As(err, &stale) || !strings.Contains(stale.Changed[0], "person 0 chose crm")) {
			t.Errorf("answer %d: %v", n, err)
		}
	}
	p.resolve(item.ID, "crm")
	if n := len(p.journaled("choice")); n != 1 {
		t.Errorf("the same choice twice is %d entries", n)
	}
	if _, err := p.engine.Withdraw(context.Background(), p.config, engine.Pick{ID: item.ID}, "one"); err != nil || p.open()[0].Choice != "" {
		t.Errorf("withdrawn: %v, %+v", err, p.open())
	}
	if p.run(); len(p.open()) != 1 {
		t.Errorf("a choice that was withdrawn was applied")
	}
}

// conflicting makes people whom both ends edited, and returns their pair.
func conflicting(t testing.TB, n int) *pair {
	p := newPair(t, twoLogs+twoWay)
	for i := range n {
		p.ats.Put(fmt.Sprint(i), person(fmt.Sprintf("p%d@example.test", i), "one", ""))
	}
	p.run()
	for _, id := range p.crm.IDs() {
		p.crm.Set(id, memory.Fields{"name": schema.String("crm " + p.crm.Record(id)["email"].Text())})
	}
	for i := range n {
		p.ats.Set(fmt.Sprint(i), memory.Fields{"name": schema.String("ats " + fmt.Sprint(i))})
	}
	p.unguarded(n)
	return p
}

// unguarded runs with every ceiling raised.
func (p *pair) unguarded(n int) plans.PipelineSummary {
	p.Helper()
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{Allow: map[string]int{"changed": n, "overwrites": n}})
	if err != nil {
		p.Fatal(err)
	}
	return s.Pipelines[0]
}

// held is what the ends hold, by address.
func (p *pair) held() map[string]string {
	out := map[string]string{}
	for _, table := range []*memory.Table{p.ats, p.crm} {
		for _, id := range table.IDs() {
			r := table.Record(id)
			out[r["email"].Text()] += r["name"].Text() + "|"
		}
	}
	return out
}

// TestBulk proves that many answers at once come to what they do one by one,
// in any order and given twice, each with its own line in the journal.
func TestBulk(t *testing.T) {
	const n = 2200 // more than a page
	ctx := context.Background()
	p := conflicting(t, n)
	survey, err := p.engine.Survey(ctx, p.config, engine.ConflictsOptions{Field: "headline"}, "ats")
	if err != nil || len(survey.Picks) != n || len(survey.Fit) != 1 || survey.Fit[0].Count != n {
		t.Fatalf("%v %d", err, len(survey.Picks))
	}
	picks := survey.Picks
	for round := range 2 {
		slices.Reverse(picks)
		for i := range picks {
			picks[i].Saw = "" // what it shows by then, an own choice included
		}
		out, err := p.engine.ResolveAll(ctx, p.config, picks, "ats", "tester", nil)
		if err != nil || out.Stored != n*(1-round) || out.Same != n*round || len(out.Refused) != 0 {
			t.Fatalf("round %d: %v %+v", round, err, out)
		}
	}
	if got := len(p.journaled("choice")); got != n {
		t.Errorf("%d lines for %d choices", got, n)
	}

	const few = 40
	single, bulk := conflicting(t, few), conflicting(t, few)
	for _, item := range single.open() {
		single.resolve(item.ID, "ats")
	}
	survey, err = bulk.engine.Survey(ctx, bulk.config, engine.ConflictsOptions{}, "ats")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bulk.engine.ResolveAll(ctx, bulk.config, survey.Picks, "ats", "tester", nil); err != nil {
		t.Fatal(err)
	}
	single.unguarded(few)
	bulk.unguarded(few)
	if fmt.Sprint(single.held()) != fmt.Sprint(bulk.held()) || len(single.open())+len(bulk.open()) != 0 {
		t.Errorf("one by one %v, at once %v", single.held(), bulk.held())
	}
}

// TestOrphans proves that nothing stays open that nobody can close: what
// belongs to a field that is gone closes with the next run, what belongs to a
// pipeline that is gone is shown as such, and forgotten when somebody says so.
func TestOrphans(t *testing.T) {
	p := conflicting(t, 2)
	text := twoLogs + twoWay
	p.reload(strings.Replace(text, "field \"headline\"", "field \"summary\"", 1))
	if s := p.unguarded(9); s.Closed["its field is not in the configuration"] != 2 {
		t.Errorf("a renamed field: %+v", s)
	}
	for _, i := range p.open() {
		if i.Field != "summary" || i.Orphaned {
			t.Errorf("still open: %+v", i)
		}
	}
	p = conflicting(t, 2)
	p.reload(strings.Replace(text, "pipeline \"people\"", "pipeline \"persons\"", 1))
	items := p.open()
	for _, i := range items {
		if !i.Orphaned || fmt.Sprint(i.Choices) != "[drop]" || i.Alert != "" {
			t.Errorf("of a pipeline that is gone: %+v", i)
		}
		for _, side := range i.Sides {
			if strings.Contains(side.Value, "ats 1") {
				t.Errorf("a value of which nobody knows the label is shown: %q", side.Value)
			}
		}
		p.resolve(i.ID, "drop")
	}
	if len(items) != 2 || len(p.open()) != 0 {
		t.Errorf("%d orphans, %d left", len(items), len(p.open()))
	}
}

// TestItemOfAnEndedLink proves that the end of a link closes what was open of
// it.
func TestItemOfAnEndedLink(t *testing.T) {
	p := conflicting(t, 2)
	p.now = p.now.Add(time.Hour)
	p.ats.Delete("1")
	for _, id := range p.crm.IDs() {
		if strings.HasPrefix(p.crm.Record(id)["email"].Text(), "p1@") {
			p.crm.Delete(id)
		}
	}
	if s := p.run(); len(p.open()) != 1 || s.Conflicts != 1 {
		t.Errorf("%+v, %+v", s, p.open())
	}
	if got := p.journaled("conflict"); len(got) != 3 || !strings.HasPrefix(got[2], "closed after 1h") {
		t.Errorf("the journal: %q", got)
	}
}

// post is what a webhook got.
type post struct {
	Key     string
	Counts  map[string]int
	Notices []struct{ Kind, Record, Text, Key string }
}

// TestEscalation proves R1.7 for a webhook: a message that could not be
// delivered is tried again by the next run, one whose run was killed comes once
// more under the same key, nobody hears the same twice otherwise, and the end
// of it is told once.
func TestEscalation(t *testing.T) {
	var got []post
	var during func()
	down := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m post
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Header.Get("Idempotency-Key") != m.Key {
			t.Errorf("%v, key %q and %q", err, r.Header.Get("Idempotency-Key"), m.Key)
		}
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		got = append(got, m)
		if during != nil {
			during()
		}
	}))
	defer server.Close()
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"webhook\"\n  url = \""+server.URL+"\"\n}\n"+twoWay, hooks())
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	crm := p.crm.IDs()[0]
	p.ats.Set("1", memory.Fields{"name": schema.String("secret from ats")})
	p.crm.Set(crm, memory.Fields{"name": schema.String("secret from crm")})
	p.run()
	p.now = p.now.Add(5 * time.Hour)
	for range 2 { // down: it stays due
		s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
		if err != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "the next run tries again") {
			t.Fatalf("down: %v %q", err, s.Warnings)
		}
	}
	if due := p.queue(engine.QueueOptions{Kind: engine.QueueDue}); len(due) != 1 || !strings.Contains(due[0].Reason, "boss") {
		t.Errorf("what is due: %+v", due)
	}
	// Killed after the message left, before the state knew: the folder as it was.
	down = false
	killed := filepath.Join(t.TempDir(), "killed")
	during = func() {
		if err := os.CopyFS(killed, os.DirFS(p.config.Engine.State)); err != nil {
			t.Error(err)
		}
	}
	p.run()
	during = nil
	if err := errors.Join(os.RemoveAll(p.config.Engine.State), os.Rename(killed, p.config.Engine.State)); err != nil {
		t.Fatal(err)
	}
	p.run()
	if len(got) != 2 || got[0].Key == "" || got[0].Key != got[1].Key || got[0].Notices[0].Key != got[1].Notices[0].Key || got[1].Counts["escalation"] != 1 {
		t.Fatalf("killed in between: %+v", got)
	}
	p.run()
	p.resolve(p.open()[0].ID, "crm")
	for range 3 {
		p.run()
	}
	if len(got) != 3 || got[2].Counts["settled"] != 1 || got[2].Key == got[1].Key || got[2].Notices[0].Record != got[1].Notices[0].Record {
		t.Fatalf("the end of it: %+v", got)
	}
	if text := fmt.Sprint(got); strings.Contains(text, "secret") || strings.Contains(text, "a@example") {
		t.Errorf("a message holds a value: %s", text)
	}
}
