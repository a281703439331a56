package syncline_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/greenhouse"
	"syncline/engine"
)

func sourcing(t *testing.T, o simulators.Options) *stage {
	return enter(t, "sourcing-to-ats", cast{"ats_url", greenhouse.Key, greenhouse.New, o})
}

const prospects = "SELECT id, ats_id, status FROM prospects ORDER BY id"

// TestSourcingToATS plays the story of the README: R0.1 to R0.5, R0.7, R0.8.
func TestSourcingToATS(t *testing.T) {
	x := sourcing(t, simulators.Options{Seed: 1})
	ats := x.actors["greenhouse"]

	first := x.run()
	x.same("R0.1: whoever is approved is there after the pass", []string{
		"1|53025|applied", "2|53026|applied", "3|53001|applied", "4|53027|applied", "5||", "6|53028|applied", "7||", "8||",
	}, x.rows("live/sourcing.db", prospects))
	if p := first["candidates"]; p.Linked != 5 || p.Reviews != 3 {
		t.Errorf("%d linked and %d reviews, want 5 and 3: no job, no address, no number\n%s", p.Linked, p.Reviews, &x.said)
	}
	x.same("R0.3: by equal title, or by the table", []string{"53025 Backend Engineer", "53026 Backend Engineer", "53027 Account Manager", "53028 Data Analyst"}, applied(ats, 53024))
	x.nothingElse(ats)
	ats.wrote()
	x.idle("the first run")

	x.edit("live/sourcing.db", "UPDATE prospects SET approved = 1 WHERE id = 5")
	x.run()
	x.same("R0.1: an approval", []string{"POST /v1/candidates"}, ats.wrote())

	x.ask("greenhouse", "POST", "/v1/applications/69025/advance", `{"from_stage_id": 7001}`)
	x.ask("greenhouse", "POST", "/v1/applications/69026/reject", `{}`)
	x.ask("greenhouse", "POST", "/v1/applications/69027/hire", `{}`)
	x.run()
	x.same("R0.4: the status comes back", []string{
		"1|53025|screening", "2|53026|rejected", "3|53001|applied", "4|53027|hired", "5|53029|applied", "6|53028|applied", "7||", "8||",
	}, x.rows("live/sourcing.db", prospects))

	x.edit("live/sourcing.db", "UPDATE prospects SET status = 'hired' WHERE id = 1")
	x.edit("live/sourcing.db", "UPDATE prospects SET role = 'Server Developer' WHERE id = 6")
	x.run()
	x.same("R0.3: a correction moves the candidate, R0.7: the ATS' status stands", []string{"POST /v1/applications/69028/transfer_to_job"}, ats.wrote())
	x.same("R0.3: to the right job", []string{"53028 Backend Engineer"}, applied(ats, 53027)[:1])
	x.same("R0.7: the ATS' status stands", []string{"1|screening"}, x.rows("live/sourcing.db", "SELECT id, status FROM prospects WHERE id = 1"))
	x.idle("all of it")
	x.once(ats)
}

// TestSourcingOnTheWorstDay: requests are refused, break, get lost after they
// were carried out, reads are stale and pages expire; and in the end everybody
// is there, once (R0.5).
func TestSourcingOnTheWorstDay(t *testing.T) {
	lost := 0
	for seed := range uint64(4) {
		faults := simulators.Faults{simulators.Limit: 0.2, simulators.Broken: 0.1, simulators.Commit: 0.3, simulators.Lost: 0.3, simulators.Expire: 0.1, simulators.Stale: 0.2}
		x := sourcing(t, simulators.Options{Seed: seed, Page: 7, Faults: faults})
		ats := x.actors["greenhouse"]
		for range 12 {
			x.mayFail()
		}
		for _, r := range ats.asked {
			if r.Fault == simulators.Lost || r.Fault == simulators.Commit {
				lost++
			}
		}
		x.same(fmt.Sprint("everybody is there, with seed ", seed), []string{"1", "2", "3", "4", "6"}, x.rows("live/sourcing.db", "SELECT id FROM prospects WHERE ats_id IS NOT NULL AND status IS NOT NULL"))
		x.once(ats)
	}
	if lost < 4 {
		t.Errorf("%d answers were lost: the test proves little", lost)
	}
}

// mayFail makes a pass that may end in an error, and lets time go by.
func (x *stage) mayFail() {
	x.t.Helper()
	x.pass(10 * time.Minute)
	if summary, err := x.engine.Run(x.t.Context(), x.config, engine.RunOptions{}); err != nil {
		x.tell(err.Error())
	} else if summary == nil {
		x.t.Fatal("no summary and no error")
	}
}

// once expects that nobody is in the ATS twice by address, and nobody on a job
// twice.
func (x *stage) once(ats *actor) {
	x.t.Helper()
	seen := map[string]bool{}
	for _, p := range ats.held("candidates", nil) {
		addresses, _ := json.Marshal(p["email_addresses"])
		if key := strings.ToLower(string(addresses)); seen[key] {
			x.t.Errorf("there are two of %s", key)
		} else {
			seen[key] = true
		}
	}
}

// applied are the candidates above a number with their jobs.
func applied(ats *actor, above int64) (out []string) {
	for _, a := range ats.held("applications", nil) {
		if id := fmt.Sprint(a["candidate_id"]); id > fmt.Sprint(above) {
			out = append(out, fmt.Sprint(id, " ", a["jobs"].([]any)[0].(simulators.Object)["name"]))
		}
	}
	return out
}

// nothingElse holds R0.8 and R0.2: what has no field is in no request, and the
// members that are sent are the declared ones.
func (x *stage) nothingElse(ats *actor) {
	x.t.Helper()
	for _, r := range ats.asked {
		text := fmt.Sprint(r.Path, r.Header, r.Body)
		if strings.Contains(text, "NEVER") {
			x.t.Errorf("%s %s carries what must not leave: %s", r.Method, r.Path, r.Body)
		}
	}
	x.same("R0.2: what is sent", []string{
		"activity_feed_notes", "addresses", "applications", "body", "email_addresses", "first_name", "job_id", "last_name", "phone_numbers", "source_id",
		"type", "user_id", "value", "visibility",
	}, members(ats.asked))
}
