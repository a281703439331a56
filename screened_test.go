package syncline_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/push"
	"syncline/connectors/simulators"
	"syncline/engine"
	"syncline/pipelines"
)

// screeningSecret signs what the screening product pushes.
const screeningSecret = "obviously not a secret"

// screening is the example on the stage, with one ATS.
type screening struct {
	*stage
	at    tracker
	ats   *actor
	box   connectors.Receiver
	asked []simulators.Request // all that the engine asked the ATS so far
}

// screenings begins with everybody at the phone screen.
func screenings(t *testing.T, at tracker) *screening {
	t.Setenv("SCREENING_SECRET", screeningSecret)
	x := &screening{stage: enterAs(t, "screening-to-ats", at.files, at.cast), at: at}
	x.ats = x.actors[at.name]
	for _, o := range x.ats.held("candidates", nil) {
		x.moves(x.at.address(o), "Phone Screen")
	}
	x.pass(time.Hour)
	x.box = x.pushed()
	return x
}

// pushed opens the connector that takes what is pushed, as `serve` does.
func (x *screening) pushed() connectors.Receiver {
	x.t.Helper()
	at := slices.IndexFunc(x.config.Systems, func(s *pipelines.System) bool { return s.Name == "screening" })
	sys, d := x.config.Systems[at], push.Definition()
	conn, err := d.Open(x.t.Context(), connectors.Settings{
		System: sys.Name, Folder: x.folder, Values: sys.Values, Blocks: sys.Blocks, Clock: x.clock,
		Secret: func(string) (string, error) { return screeningSecret, nil },
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { conn.Close() })
	return conn.(connectors.Receiver)
}

// result is what the screening product found out. What is not given is as most
// results have it.
type result struct {
	who        string // the address
	revision   int
	stage      string
	judged     time.Time
	confidence float64
	needs      string // an accommodation
	email      string // another address than that of the ids
	candidate  string // another id than that of the address
}

// body is the delivery of a result: the members of the contract, and one that
// the configuration does not name.
func (x *screening) body(r result) []byte {
	candidate, job := x.ids(r.who)
	if r.candidate != "" {
		candidate = r.candidate
	}
	all := []any{}
	for n := r.revision; n > 0; n-- { // the newest first
		judged := r.judged.Add(time.Duration(n-r.revision) * time.Minute).UTC().Format(time.RFC3339)
		confidence := 0.9
		if n == r.revision && r.confidence > 0 {
			confidence = r.confidence
		}
		all = append(all, map[string]any{
			"revision": n, "evaluated_at": judged, "score": 80 + n, "confidence": confidence,
			"rationale": fmt.Sprint("Knows queues, reason ", n, "."), "evaluator": "Screening Agent", "model": "screen-4", "prompt": "backend-v12",
		})
	}
	email := r.who
	if r.email != "" {
		email = r.email
	}
	body, err := json.Marshal(map[string]any{
		"id": candidate + "." + job, "revision": r.revision, "trace_id": fmt.Sprintf("trace-%s-%d", candidate, r.revision), "candidate_id": candidate, "email": email,
		"requisition_id": job, "stage": r.stage, "evaluated_at": r.judged.UTC().Format(time.RFC3339), "results": all,
		"accommodation": map[bool]any{true: r.needs, false: nil}[r.needs != ""],
		"demographics":  map[string]any{"age_band": "NEVER 50-59", "gender": "NEVER f"},
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return body
}

// send pushes a delivery under a secret.
func (x *screening) send(body []byte, secret string) error {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	_, err := x.box.Receive(&connectors.Delivery{
		Method: http.MethodPost, Header: map[string][]string{"Screening-Signature": {"sha256=" + hex.EncodeToString(m.Sum(nil))}}, Body: body, At: x.clock(),
	})
	return err
}

// tells pushes results, and makes a pass over them.
func (x *screening) tells(results ...result) {
	x.t.Helper()
	for _, r := range results {
		if err := x.send(x.body(r), screeningSecret); err != nil {
			x.t.Fatal(err)
		}
	}
	x.run()
}

// clockNow is the time, to the second, as results tell it.
func (x *screening) clockNow() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now.Truncate(time.Second)
}

// wrote are the writes to the ATS since the last call, in words that all vendors
// have.
func (x *screening) wrote() (lines []string) {
	for _, r := range x.ats.asked {
		if word := x.at.write(r); word != "" {
			lines = append(lines, word)
		}
	}
	x.asked, x.ats.asked = append(x.asked, x.ats.asked...), nil
	return lines
}

// open are the items that wait for a person about a candidate, by pipeline and
// reason.
func (x *screening) open(candidate string) (lines []string) {
	x.t.Helper()
	for _, i := range x.items() {
		if strings.Contains(fmt.Sprint(i.Record, i.Sides), candidate) {
			lines = append(lines, i.Pipeline+": "+i.Reason)
		}
	}
	slices.Sort(lines)
	return lines
}

func (x *screening) items() []engine.OpenItem {
	x.t.Helper()
	items, err := x.engine.Conflicts(x.t.Context(), x.config, engine.ConflictsOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	return items
}

// stands expects how far somebody is, what was written since, and what waits.
func (x *screening) stands(what, who, stage string, wrote []string, open ...string) {
	x.t.Helper()
	candidate, _ := x.ids(who)
	x.same(what+": the stage", []string{stage}, []string{x.stageOf(who)})
	x.same(what+": what was written", wrote, x.wrote())
	x.same(what+": what waits", open, x.open(candidate))
}
