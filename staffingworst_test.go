package syncline_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/simulators"
	"syncline/engine"
	"syncline/engine/serve"
)

// TestStaffingOnTheWorstDay: requests are refused, break, get lost after they were
// carried out, sessions end, rows are locked; and when the weather is better
// everybody and everything is there, once.
func TestStaffingOnTheWorstDay(t *testing.T) {
	lost := 0
	for seed := range uint64(2) {
		faults := simulators.Faults{
			simulators.Limit: 0.2, simulators.Broken: 0.1, simulators.Commit: 0.3, simulators.Lost: 0.3, simulators.Expire: 0.1, simulators.Session: 0.1, simulators.Lock: 0.1,
		}
		x := staffing(t, simulators.Options{Seed: seed, Page: 7, Faults: faults})
		x.ats.server.Edit(func(c *simulators.Call) { change(c, "applications", "69001", "status", "hired") })
		x.order("REQ-104", map[string]any{"Approved__c": true})
		for range 8 {
			x.mayFail()
		}
		clear(faults)
		x.retryDead()
		for range 4 {
			x.pass(time.Hour)
			x.mayFail()
		}
		for _, r := range append(x.ats.asked, x.crm.asked...) {
			if r.Fault == simulators.Lost || r.Fault == simulators.Commit {
				lost++
			}
		}
		x.everybody()
		x.same(fmt.Sprint("who was hired is placed, with seed ", seed), []string{"Mina Okafor on REQ-101: Active"}, x.placements())
		x.same(fmt.Sprint("the order is one job, with seed ", seed), []string{"REQ-104 Site Engineer, Express Logistics, open, 4 openings"}, x.jobs(6101))
		x.same(fmt.Sprint("the sums are there, with seed ", seed), []string{"C-1001 31040.5 12640.5", "C-1002 9300 0", "C-1003 26251 26251"}, x.accounts()[:3])
		if open := x.items(""); len(open) > 0 {
			t.Errorf("seed %d: open: %+v", seed, open)
		}
	}
	if lost < 4 {
		t.Errorf("%d answers were lost: the test proves little", lost)
	}
}

// retryDead says retry to what was given up after five lost answers.
func (x *stage) retryDead() {
	x.t.Helper()
	dead, err := x.engine.Queue(x.t.Context(), x.config, engine.QueueOptions{Kind: "dead"})
	if err != nil {
		x.t.Fatal(err)
	}
	var ids []string
	for _, item := range dead {
		ids = append(ids, item.ID)
	}
	if _, err := x.engine.Retry(x.t.Context(), x.config, ids, "a person", nil); err != nil && len(ids) > 0 {
		x.t.Fatal(err)
	}
}

// TestStaffingDoesNotCompile holds that the decisions have to be made: R2.2, R2.3,
// and that nothing can lead into finance: R2.8.
func TestStaffingDoesNotCompile(t *testing.T) {
	for _, tt := range []struct{ why, file, from, to, code string }{
		{"R2.3: no answer to who wins", "candidates.hcl", `rules       = ["system_of_record"]`, "", "SYN4002"},
		{"R2.3: no answer to what is tried again", "candidates.hcl", `unavailable = wait("8h")`, "", "SYN4002"},
		{"R2.3: nobody is told", "candidates.hcl", "to    = notify.operations", "", "SYN1007"},
		{"R2.2: both ways, and no rule", "candidates.hcl", `fields "ats -> crm"`, `fields "ats <-> crm"`, "SYN4002"},
		{"R2.8: a sum leads back", "billing.hcl", `fields "finance -> crm"`, `fields "crm -> finance"`, "SYN4005"},
	} {
		x := &stage{t: t, folder: filepath.Join(t.TempDir(), "firm")}
		if err := os.CopyFS(x.folder, os.DirFS("examples/ats-and-salesforce")); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(x.folder, tt.file)
		text := string(read(t, file))
		if !strings.Contains(text, tt.from) {
			t.Fatalf("%s has no %q", tt.file, tt.from)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(text, tt.from, tt.to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems := engine.New(engine.Options{Connectors: offered()}).Load(t.Context(), engine.Source{Path: x.folder})
		if !problems.Failed() || string(problems[0].Code) != tt.code {
			t.Errorf("%s: %v", tt.why, problems)
		}
	}
}

// TestStaffingFlood holds R2.4: three hundred changes within seconds are buffered
// while the ATS is slow, what waits is visible, each record is read and written
// once more and not once a change, within the vendor's limit, and none is dropped.
func TestStaffingFlood(t *testing.T) {
	const people, changes = 15, 300 // more people at once, and the guard would take it for an accident
	var service *engine.Service
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			_, err = service.Accept("ats", &connectors.Delivery{Method: r.Method, Header: r.Header, Body: body})
		}
		if err != nil {
			t.Error(err)
		}
	}))
	defer hook.Close()
	x := staffing(t, simulators.Options{Seed: 3, Webhook: hook.URL})
	x.run()
	x.ats.asked, x.crm.asked = nil, nil
	passes := make(chan serve.Report, 1000)
	ready := make(chan *engine.Service, 1)
	ctx, end := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		over <- x.engine.Serve(ctx, x.config, engine.ServeOptions{
			Drain: 30 * time.Second, Ready: func(v *engine.Service) { ready <- v }, Done: func(r serve.Report) { passes <- r },
		})
	}()
	service = <-ready
	x.ats.gate.Lock() // it answers nobody
	x.ats.server.Edit(func(c *simulators.Call) {
		for i := range changes {
			id := fmt.Sprint(53001 + i%people)
			change(c, "candidates", id, "company", fmt.Sprint("employer ", i))
			c.Tell(simulators.Object{"action": "update_candidate", "payload": simulators.Object{"candidate": simulators.Object{"id": id}}})
		}
	})
	if err := x.ats.server.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	if waiting := service.Status(); !slices.ContainsFunc(waiting.Pipelines, func(p engine.PipelineStatus) bool {
		return p.Name == "candidates" && p.Inbox >= people
	}) {
		t.Errorf("R2.4: what waits is not visible: %+v", waiting.Pipelines)
	}
	x.ats.gate.Unlock()
	for open := true; open; {
		<-passes
		open = slices.ContainsFunc(service.Status().Pipelines, func(p engine.PipelineStatus) bool { return p.Inbox > 0 })
	}
	end()
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	last := make([]string, people)
	for i := range changes {
		last[i%people] = fmt.Sprint("employer ", i)
	}
	x.same("R2.4: each candidate ends with the last change", last, x.employers()[:people])
	if n := len(wrote(x.crm)); n < people || n > 2*people {
		t.Errorf("R2.4: %d writes for %d changes of %d records", n, changes, people)
	}
	if most := x.ats.busiest(10 * time.Second); most == 0 || most > 50 {
		t.Errorf("R2.4: %d requests within ten seconds, and the vendor allows 50", most)
	}
}

// employers are those of the contacts who are candidates, in the order of the ATS.
func (x *firm) employers() (lines []string) {
	for _, p := range x.ats.held("candidates", nil) {
		lines = append(lines, x.see(fmt.Sprint(first(p["email_addresses"])), "Employer__c")...)
	}
	return lines
}

// busiest is the most requests that came within a span.
func (a *actor) busiest(span time.Duration) (most int) {
	for i, r := range a.asked {
		n := 0
		for _, later := range a.asked[i:] {
			if !later.Webhook && later.At.Sub(r.At) < span {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
