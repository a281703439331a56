package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/schema"
)

// full is a source of randomness at its greatest: breakers stay open for nearly
// as long as they may.
type full struct{}

func (full) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0
	}
	b[0], b[1], b[2], b[3], b[4] = 0xff, 0xff, 0xff, 0xff, 0x10 // 73 s of the first two minutes
	return len(b), nil
}

var _ io.Reader = full{}

// often makes passes five minutes apart, as cron does, and counts the requests
// that a system got.
func (p *pair) often(passes int, system string) (requests int, last plans.PipelineSummary) {
	p.Helper()
	old := p.hook
	defer func() { p.hook = old }()
	p.hook = func(name, op string, ended bool) {
		if name == system && !ended {
			requests++
		}
		if old != nil {
			old(name, op, ended)
		}
	}
	for range passes {
		s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
		if s == nil {
			p.Fatal(err)
		}
		last = s.Pipelines[0]
		p.now = p.now.Add(5 * time.Minute)
	}
	return requests, last
}

// TestSafetySystemIsDown: the crm does not answer for a day. A naive engine
// that runs every five minutes reads all the other ends 288 times, and adds its
// retries to the crm's troubles. Here it is left alone for longer and longer,
// and asked with one request; when it answers, everything goes on by itself.
func TestSafetySystemIsDown(t *testing.T) {
	p := staffed(t, 30, told(mirror))
	p.set(1, "role", schema.String("baker"))
	crm := p.world.System("crm")
	crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "read"})
	crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "check"})
	requests, s := p.often(288, "crm")
	if requests > 100 || s.Failed == "" {
		t.Fatalf("%d requests in a day: %+v", requests, s)
	}
	if len(s.Breakers) != 1 || s.Breakers[0].End != "crm" || s.Breakers[0].Failures < 10 {
		t.Errorf("breakers: %+v", s.Breakers)
	}
	info, err := p.engine.State(context.Background(), p.config)
	if err != nil || len(info.Breakers) != 1 || info.Breakers[0].Failures != s.Breakers[0].Failures {
		t.Errorf("state: %v, %+v", err, info.Breakers)
	}
	crm.Heal()
	p.now = p.now.Add(time.Hour)
	if _, s := p.often(1, "crm"); s.Failed != "" || len(s.Breakers) != 0 || s.Ends[1].Updated != 1 {
		t.Errorf("after it came back: %+v", s)
	}
	p.agrees()
}

// TestSafetyOneBadMinute: the crm goes down in the middle of one run, with a page
// of writes under way, and each of their records is looked for. A naive breaker
// counts every request, and leaves a system alone that is well again when the
// next run comes. Here a run counts once.
func TestSafetyOneBadMinute(t *testing.T) {
	p := staffed(t, 30, told(mirror))
	for i := range 12 {
		p.set(i, "name", schema.String(fmt.Sprint("new ", i)))
	}
	crm := p.world.System("crm")
	crm.Inject(memory.Fault{Kind: memory.Lost, Op: "write"})
	failed := 0
	p.hook = func(name, op string, ended bool) {
		switch {
		case name != "crm" || ended:
		case op == "write" && failed == 0:
			crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "get"})
			failed = 1
		case op == "get" && failed > 0:
			failed++
		}
	}
	if _, s := p.often(1, "crm"); len(s.Breakers) != 1 || s.Breakers[0].Failures != 1 || s.Breakers[0].Open {
		t.Errorf("breakers: %+v", s.Breakers)
	}
	if failed < 6 {
		t.Fatalf("%d reads failed: the test proves nothing", failed)
	}
	crm.Heal()
	p.now = p.now.Add(-5*time.Minute + time.Second)
	if s := p.run(); s.Failed != "" || len(s.Breakers) != 0 {
		t.Errorf("at once after it came back: %+v", s)
	}
	p.agrees()
}

// TestSafetyProbeAtOnce: the owner repaired the crm and does not want to wait
// for the hour to pass.
func TestSafetyProbeAtOnce(t *testing.T) {
	p := staffed(t, 3, told(mirror))
	crm := p.world.System("crm")
	crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "read"})
	var s plans.PipelineSummary
	for range 40 {
		if _, s = p.often(1, "crm"); strings.Contains(s.Failed, "left alone until") {
			break
		}
		p.now = p.now.Add(-5*time.Minute + time.Second)
	}
	if !strings.Contains(s.Failed, "run -allow probe=1") {
		t.Fatalf("never left alone: %+v", s)
	}
	crm.Heal()
	p.now = p.now.Add(-5 * time.Minute)
	if s := p.allowed("probe", 1); s.Failed != "" || len(s.Breakers) != 0 {
		t.Errorf("probed: %+v", s)
	}
}

// TestSafetyWritesFail: the crm can be read and takes no writes: a maintenance
// window. A naive engine sends every write of every record in every run; here
// one write tries it, and the rest waits, with the reason and the time.
func TestSafetyWritesFail(t *testing.T) {
	p := staffed(t, 100, told(mirror))
	for i := range 40 {
		p.set(i, "name", schema.String(fmt.Sprint("new ", i)))
	}
	crm := p.world.System("crm")
	crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "write"})
	calls := p.calls("crm", "write", func() { p.often(60, "crm") })
	if calls > 30 {
		t.Errorf("%d writes were tried in 60 runs", calls)
	}
	_, s := p.often(1, "crm")
	if s.Ends[0].Waiting != 40 || len(s.Breakers) != 1 || s.Breakers[0].Field != "(writes)" {
		t.Fatalf("%+v", s)
	}
	stories, err := p.engine.Explain(context.Background(), p.config, "ats/3", "", false)
	if err != nil || len(stories) != 1 || len(stories[0].Queue) != 1 {
		t.Fatalf("explain: %v, %+v", err, stories)
	}
	crm.Heal()
	p.now = p.now.Add(time.Hour)
	if _, s := p.often(1, "crm"); s.Ends[1].Updated != 40 || s.Waiting != 0 || len(s.Breakers) != 0 {
		t.Errorf("after it came back: %+v", s)
	}
	p.agrees()
}

// calls counts the calls of one operation while fn runs.
func (p *pair) calls(system, op string, fn func()) (n int) {
	old := p.hook
	defer func() { p.hook = old }()
	p.hook = func(name, done string, ended bool) {
		if name == system && done == op && !ended {
			n++
		}
	}
	fn()
	return n
}

// TestSafetyTooManyRequests: the crm says that it had enough for a minute. A
// naive engine sends the other nine pages, is told so nine times, and is locked
// out. One that can wait a little does; what would take too long waits in the
// state until its time.
func TestSafetyTooManyRequests(t *testing.T) {
	for _, patient := range []bool{false, true} {
		t.Run(fmt.Sprint(patient), func(t *testing.T) {
			facts := memory.DefaultFacts()
			facts.Batch = 4
			p := newPairOf(t, memory.Options{Facts: &facts}, told(mirror))
			slept := time.Duration(0)
			if patient {
				p.rebuild(func(o *engine.Options) {
					o.Sleep = func(_ context.Context, d time.Duration) error { slept += d; return nil }
				})
			}
			for i := range 40 {
				p.hire(i)
			}
			p.world.System("crm").Inject(memory.Fault{Kind: memory.Limited, Op: "write", After: 3, Times: 2, RetryAfter: time.Second})
			var s plans.PipelineSummary
			calls := p.calls("crm", "write", func() { s = p.run() })
			if patient && (slept != 2*time.Second || s.Ends[1].Created != 40 || calls != 12) {
				t.Errorf("patient: slept %v, %d calls, %+v", slept, calls, s)
			}
			if !patient && (calls != 4 || s.Ends[1].Created != 12 || len(s.Breakers) != 1) {
				t.Errorf("%d calls: %+v", calls, s)
			}
			for range 3 {
				s = p.run()
			}
			if len(s.Breakers) != 0 {
				t.Errorf("afterwards: %+v", s)
			}
			p.agrees()
		})
	}
}

// rebuild makes the engine anew with other options.
func (p *pair) rebuild(change func(*engine.Options)) {
	p.Helper()
	d := p.world.Definition()
	o := engine.Options{
		Connectors: []*connectors.Definition{&d}, Clock: func() time.Time { return p.now }, Random: full{},
		Log: func(_, text string) { p.logged = append(p.logged, text) },
	}
	change(&o)
	p.engine = engine.New(o)
	c, problems := p.engine.Load(context.Background(), engine.Source{Path: p.folder})
	if problems.Failed() {
		p.Fatal(problems)
	}
	p.config = c
}

// TestSafetyFloodHidesNoAlarm: forty records of another kind of trouble come
// first. The message names ten of them, says how many more there are, and names
// the field that is left alone all the same.
func TestSafetyFloodHidesNoAlarm(t *testing.T) {
	p := staffed(t, 80, told(mirror, "$DRIFT", "review", "$GUARD", "guard {\n overwrites {\n count = 1000\n }\n changed {\n count = 1000\n }\n }"))
	for _, id := range p.crm.IDs()[:40] {
		p.crm.Set(id, memory.Fields{"name": schema.String("edited")})
	}
	p.crm.Words("role", "nobody")
	for i := range 80 {
		p.set(i, "role", schema.String(fmt.Sprint("role ", i)))
	}
	p.run()
	all := strings.Join(p.logged, "\n")
	if strings.Count(all, "field role at crm is left alone until") != 1 || strings.Count(all, "\n  review ") != 10 || !strings.Contains(all, "and 30 reviews more") {
		t.Errorf("told:\n%s", all)
	}
}

// TestSafetyOnePicklistValue: one value of one record is not in the crm's
// picklist. A naive engine stops the run, or never sends that record again: the
// field waits for a person, and the rest of the record goes.
func TestSafetyOnePicklistValue(t *testing.T) {
	p := staffed(t, 40, told(mirror))
	p.crm.Words("role", "engineer", "nurse", "driver")
	p.set(1, "role", schema.String("astronaut"))
	p.set(1, "name", schema.String("new name"))
	p.set(2, "name", schema.String("another name"))
	s := p.run()
	if s.Reviews != 1 || s.Ends[1].Updated != 2 || p.crm.Record(p.crm.IDs()[1])["name"].Text() != "new name" {
		t.Fatalf("%+v", s)
	}
	if items := p.open(); len(items) != 1 || items[0].Field != "role" || !strings.Contains(items[0].Reason, "refused by") {
		t.Errorf("open: %+v", items)
	}
	p.crm.Words("role")
	if s := p.run(); s.Reviews != 0 || s.Ends[1].Updated != 1 {
		t.Errorf("after the picklist was extended: %+v", s)
	}
	p.agrees()
}

// TestSafetyPicklistOfAll: somebody emptied the picklist: the crm refuses the
// role of everybody. A naive engine sends 300 doomed writes in every run and
// puts 300 questions to a person. One message says so; the names go on, the
// roles wait, and one write tries now and then.
func TestSafetyPicklistOfAll(t *testing.T) {
	facts := memory.DefaultFacts()
	facts.Batch = 10
	p := newPairOf(t, memory.Options{Facts: &facts}, told(mirror, "$GUARD", "guard {\n overwrites {\n count = 1000\n }\n changed {\n count = 1000\n }\n }"))
	for i := range 300 {
		p.hire(i)
	}
	p.run()
	p.logged = nil
	p.crm.Words("role", "nobody")
	for i := range 300 {
		p.set(i, "role", schema.String(fmt.Sprint("role ", i%5)))
		p.set(i, "name", schema.String(fmt.Sprint("new ", i)))
	}
	n := p.writes()
	s := p.run()
	if s.Reviews != 0 || s.Ends[1].Updated != 300 || s.Ends[0].Waiting != 300 || p.changed("name") != 300 {
		t.Fatalf("%+v", s)
	}
	if got := p.writes() - n; got > 300+30 {
		t.Errorf("%d writes for 300 names", got)
	}
	if len(s.Breakers) != 1 || s.Breakers[0].Field != "role" || !s.Breakers[0].Open {
		t.Errorf("breakers: %+v", s.Breakers)
	}
	if all := strings.Join(p.logged, "\n"); strings.Count(all, "field role at crm is left alone until") != 1 || strings.Contains(all, "failures") || strings.Count(all, "\n") > 3 {
		t.Errorf("told:\n%s", all)
	}
	n = p.writes()
	for range 3 {
		p.run()
	}
	if got := p.writes() - n; got > 3 {
		t.Errorf("%d writes in three runs", got)
	}
	p.crm.Words("role")
	p.now = p.now.Add(2 * time.Hour)
	if s := p.run(); s.Waiting != 0 || len(s.Breakers) != 0 || s.Ends[1].Updated != 300 {
		t.Errorf("after the picklist was back: %+v", s)
	}
	p.agrees()
}
