package engine_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/schema"
)

var update = flag.Bool("update", false, "write generated pages anew")

// weather is one thing that goes wrong, and when it is over.
type weather struct {
	what   string
	strike func(p *pair)
	over   func(p *pair) // nil: the faults go, and what was late arrives
	asks   int           // how many questions are left for a person afterwards
	gone   string        // who was taken away at one end, and stays at the other as declared
}

func fault(system string, f memory.Fault) func(*pair) {
	return func(p *pair) { p.world.System(system).Inject(f) }
}

func manners(m memory.Manners) func(*pair) {
	return func(p *pair) { p.world.System("crm").Behave(m) }
}

var weathers = []weather{
	{what: "nothing", strike: func(*pair) {}},
	{what: "the target cannot be reached", strike: fault("crm", memory.Fault{Kind: memory.Unavailable})},
	{what: "the target goes down at the first write", strike: fault("crm", memory.Fault{Kind: memory.Unavailable, Op: "write"})},
	{what: "the target goes down at reads by id", strike: fault("crm", memory.Fault{Kind: memory.Unavailable, Op: "get"})},
	{what: "the source cannot be reached", strike: fault("ats", memory.Fault{Kind: memory.Unavailable})},
	{what: "writes are limited", strike: fault("crm", memory.Fault{Kind: memory.Limited, Op: "write", RetryAfter: time.Minute})},
	{what: "a budget of 4 requests is used up", strike: manners(memory.Manners{Budget: 4, Window: time.Hour})},
	{what: "writes are denied", strike: fault("crm", memory.Fault{Kind: memory.Denied, Op: "write"})},
	{what: "the credential expires on the way", strike: manners(memory.Manners{Calls: 4})},
	{what: "one record may not be read", strike: func(p *pair) {
		p.world.System("crm").Inject(memory.Fault{Kind: memory.Denied, Op: "get", ID: p.partner("1@x.test")})
	}},
	{what: "one value is refused", strike: fault("crm", memory.Fault{Kind: memory.Refused, Verb: "update", Times: 1, Field: "name"})},
	{what: "a create is refused", strike: fault("crm", memory.Fault{Kind: memory.Refused, Verb: "create"})},
	{what: "a record moves while it is written", strike: fault("crm", memory.Fault{Kind: memory.Moved, Verb: "update", Times: 1})},
	{what: "the answer to an update is lost", strike: fault("crm", memory.Fault{Kind: memory.Lost, Verb: "update", Times: 1})},
	{what: "the answer to a create is lost", strike: fault("crm", memory.Fault{Kind: memory.Lost, Verb: "create", Times: 1})},
	{what: "an update is done and said to have failed", strike: fault("crm", memory.Fault{Kind: memory.Lying, Verb: "update", Times: 1})},
	{what: "an update is lost with its answer", strike: fault("crm", memory.Fault{Kind: memory.Dropped, Verb: "update", Times: 1})},
	{what: "a create is lost with its answer", strike: fault("crm", memory.Fault{Kind: memory.Dropped, Verb: "create", Times: 1})},
	{what: "an update arrives after everything else", strike: fault("crm", memory.Fault{Kind: memory.Late, Verb: "update", Times: 1})},
	{what: "a create arrives after everything else", strike: fault("crm", memory.Fault{Kind: memory.Late, Verb: "create", Times: 1})},
	{what: "a created record is not shown yet", strike: fault("crm", memory.Fault{Kind: memory.Hidden, Verb: "create"})},
	{what: "reads by id are of yesterday", strike: fault("crm", memory.Fault{Kind: memory.Stale, Op: "get"})},
	{what: "every second read by id is of yesterday", strike: fault("crm", memory.Fault{Kind: memory.Stale, Op: "get", Every: 2})},
	{what: "changes are seen a minute late", strike: manners(memory.Manners{Lag: time.Minute})},
	{what: "a listing names records twice", strike: fault("crm", memory.Fault{Kind: memory.Duplicate, Op: "read"})},
	{what: "a listing stops and says so", strike: fault("crm", memory.Fault{Kind: memory.Incomplete})},
	{what: "a listing stops and says nothing", strike: fault("crm", memory.Fault{Kind: memory.Cut})},
	{what: "a listing is empty", strike: fault("crm", memory.Fault{Kind: memory.Empty})},
	{what: "a listing comes in another order", strike: manners(memory.Manners{Order: memory.Shuffled})},
	{what: "a record cannot be read", strike: fault("ats", memory.Fault{Kind: memory.Unreadable, ID: "1"})},
	{what: "a field is shown empty everywhere", strike: fault("crm", memory.Fault{Kind: memory.Blanked, Field: "name"})},
	{what: "the target's clock is a day ahead", strike: manners(memory.Manners{Skew: 24 * time.Hour, Step: time.Second})},
	{what: "a deleted id is given to a new record", strike: func(p *pair) {
		p.world.System("crm").Behave(memory.Manners{ReuseIDs: true})
		p.crm.Delete(p.partner("3@x.test"))
	}, gone: "3@x.test"},
	{what: "a field is renamed in the target", strike: func(p *pair) { p.crm.Rename("name", "full_name") }, over: func(p *pair) { p.crm.Rename("full_name", "name") }},
	{what: "a field becomes required in the target", strike: func(p *pair) {
		p.crm.Add(schema.Field{Name: "role", Type: schema.Type{Kind: schema.KindString}, Required: true})
	}, over: func(p *pair) {
		p.crm.Add(schema.Field{Name: "role", Type: schema.Type{Kind: schema.KindString, Nullable: true}})
	}},
	{what: "a word leaves a picklist", strike: func(p *pair) { p.crm.Words("name", "two", "three") }, over: func(p *pair) { p.crm.Words("name") }},
}

const weatherHead = `# What happens in bad weather

A pipeline keeps four people in agreement: their names both ways, new people from the source to the target. Since the
last run one name was edited in the source, another in the target, and one person was added to the source. Then
something goes wrong in one run. The table says what that run wrote, what it left and whom it told, how it ended, and
what became of it when the weather was over. It is made by a test (` + "`TestWeather`" + ` in ` + "`engine`" + `), which also holds that in
every row, once it is over, the ends agree, nobody is there twice, and nothing is left to plan.

| what goes wrong | written | left | told | exit | once it is over |
| --- | --- | --- | --- | --- | --- |
`

// TestWeather holds what a run does in every kind of weather, and that
// everything agrees once it is over. docs/weather.md is the table; -update
// writes it anew.
func TestWeather(t *testing.T) {
	const page = "../docs/weather.md"
	var b strings.Builder
	b.WriteString(weatherHead)
	for _, w := range weathers {
		t.Run(w.what, func(t *testing.T) { b.WriteString(w.row(t)) })
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got, rest, more := strings.Cut(string(text), "\n## ")
	if more {
		rest = "\n## " + rest
	}
	if *update {
		if err := os.WriteFile(page, []byte(b.String()+rest), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(b.String(), got); diff != "" {
		t.Errorf("%s is not what happens (-happens +page; -update writes it anew):\n%s", page, diff)
	}
}

// row lives through one weather and says what happened.
func (w *weather) row(t *testing.T) string {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+strings.Replace(twoWay, `["review"]`, `["system_of_record"]`, 1))
	for _, n := range []string{"one", "two", "three"} {
		id := fmt.Sprint(len(p.ats.IDs()) + 1)
		p.ats.Put(id, person(id+"@x.test", n, ""))
	}
	p.run()
	p.run()
	p.ats.Set("1", memory.Fields{"name": schema.String("one edited")})
	p.crm.Set(p.partner("2@x.test"), memory.Fields{"name": schema.String("two edited")})
	p.ats.Put("4", person("4@x.test", "four", ""))
	p.logged = nil
	w.strike(p)
	p.requests()
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	for _, x := range endsOf(s) {
		if x.Read != x.SetAside+x.Review+x.Waiting+x.InFlight+x.NotReached+x.Agreed {
			t.Errorf("law 6: the counts of %s do not add up: %+v", x.End, x)
		}
	}
	row := fmt.Sprintf("| %s | %s | %s | %s | %s | ", w.what, written(p.requests()), left(s), heard(p.logged), exitOf(s, err))
	return row + w.after(p) + " |\n"
}

// after ends the weather, lets everything come to rest, and says how it ended.
func (w *weather) after(p *pair) string {
	p.Helper()
	for _, name := range []string{"ats", "crm"} {
		p.world.System(name).Heal()
		p.world.System(name).Deliver()
	}
	if w.over != nil {
		w.over(p)
	} else {
		p.world.System("crm").Behave(memory.Manners{})
	}
	p.now = p.now.Add(24 * time.Hour)
	runs := 1
	for p.run(); p.wants() && runs < 5; runs++ {
		p.run()
	}
	if p.wants() {
		p.Errorf("law 5: it does not come to rest")
	}
	items := p.open()
	if len(items) != w.asks {
		p.Errorf("law 3: %d questions are left, want %d: %+v", len(items), w.asks, items)
	}
	p.agreed(w.gone)
	out := fmt.Sprintf("agrees after %s", plural(runs, "run"))
	if len(items) > 0 {
		out += ", " + plural(len(items), "question") + " left"
	}
	return out
}

// agreed holds that everybody is at either end once, with one name, but for one
// who is gone at one.
func (p *pair) agreed(gone string) {
	p.Helper()
	names := map[string][]string{}
	for _, table := range []*memory.Table{p.ats, p.crm} {
		for _, id := range table.IDs() {
			r := table.Record(id)
			names[r["email"].Text()] = append(names[r["email"].Text()], r["name"].Text())
		}
	}
	for email, n := range names {
		if email != gone && (len(n) != 2 || n[0] != n[1]) {
			law := "law 3"
			if len(n) > 2 {
				law = "law 7"
			}
			p.Errorf("%s: %s is called %q", law, email, n)
		}
	}
	if p.ats.Record("2")["name"].Text() != "two edited" || p.ats.Record("1")["name"].Text() != "one edited" {
		p.Errorf("law 4: an edit was lost: %v", names)
	}
}

// wants reports whether a plan has something to write.
func (p *pair) wants() bool {
	p.Helper()
	plan, err := p.engine.Plan(context.Background(), p.config, engine.PlanOptions{})
	if err != nil {
		p.Fatal(err)
	}
	return slices.ContainsFunc(plan.Records, func(r plans.PlannedRecord) bool {
		return r.Kind == plans.Create || r.Kind == plans.Update || r.Kind == plans.Archive || r.Kind == plans.Delete || r.Kind == plans.Waiting
	})
}

func (p *pair) partner(email string) string {
	for _, id := range p.crm.IDs() {
		if p.crm.Record(id)["email"].Text() == email {
			return id
		}
	}
	return ""
}

// requests returns the changes that arrived at either system since it was last
// asked.
func (p *pair) requests() (out []string) {
	for _, name := range []string{"ats", "crm"} {
		writes := p.world.System(name).Writes()
		for _, x := range writes[p.asked[name]:] {
			what := name + ": " + x.Change.Verb
			if x.Err != nil {
				what += " (not confirmed)"
			}
			out = append(out, what)
		}
		p.asked[name] = len(writes)
	}
	slices.Sort(out)
	return out
}
