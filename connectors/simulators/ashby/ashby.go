// Package ashby simulates Ashby's API and its webhooks, as far as
// connectors/vendors/ashby.hcl speaks it.
//
// Source: the vendor's documentation, developers.ashbyhq.com, as of November
// 2026. Every call is a POST that answers 200 also when it fails, and says so in
// the body. Where the documentation leaves something open (which code a value
// has that cannot be, who is the author of a key's note), the simulator has one
// word for it, and is strict. It knows neither custom fields nor files. Enter at
// [New].
package ashby

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// The credentials of the simulated organization. They open nothing else.
const (
	Key    = "fake-ashby-key"
	Secret = "fake-ashby-webhook-secret"
)

const block = `system "ashby" {
  connector      = "ashby"
  url            = "ADDRESS"
  api_key        = secret("env:ASHBY_API_KEY")
  webhook_secret = secret("env:ASHBY_WEBHOOK_SECRET")
}
`

// New makes a simulated Ashby: an organization with three jobs on one interview
// plan, a few users and two dozen candidates.
func New(o simulators.Options) *simulators.Server {
	return simulators.New(simulators.Vendor{
		Name:  "ashby",
		Doc:   "Ashby: its API of calls by POST, and webhooks.",
		Block: block,
		Env:   map[string]string{"ASHBY_API_KEY": Key, "ASHBY_WEBHOOK_SECRET": Secret},
		Fill:  fill,
		Admit: admit,
		Reads: reads,
		Routes: map[string]simulators.Handler{
			"POST /candidate.list":          list("candidates", nil),
			"POST /candidate.info":          info("candidates", "id", "candidate_not_found"),
			"POST /candidate.search":        searchCandidates,
			"POST /candidate.create":        addCandidate,
			"POST /candidate.update":        editCandidate,
			"POST /candidate.createNote":    addNote,
			"POST /candidate.listNotes":     listNotes,
			"POST /candidate.addTag":        tag(true),
			"POST /candidate.removeTag":     tag(false),
			"POST /candidate.anonymize":     anonymize,
			"POST /application.list":        list("applications", nil),
			"POST /application.info":        info("applications", "applicationId", "application_not_found"),
			"POST /application.create":      addApplication,
			"POST /application.update":      act(credit),
			"POST /application.changeStage": act(changeStage),
			"POST /application.transfer":    act(transfer),
			"POST /job.list":                list("jobs", ofStatus),
			"POST /job.info":                info("jobs", "id", "job_not_found"),
			"POST /job.search":              searchJobs,
			"POST /job.create":              addJob,
			"POST /job.update":              editJob,
			"POST /job.setStatus":           setStatus,
			"POST /interviewStage.info":     info("stages", "interviewStageId", "interview_stage_not_found"),
			"POST /user.list":               list("users", enabled),
			"POST /user.info":               info("users", "userId", "user_not_found"),
			"POST /user.search":             searchUsers,
		},
		Refuse: refuse,
		Sign:   sign,
	}, o)
}

// admit wants the key as the user of basic auth.
func admit(c *simulators.Call) *simulators.Reply {
	if user, _, ok := c.BasicAuth(); !ok || user != Key {
		return &simulators.Reply{Status: http.StatusUnauthorized, Body: failure("unauthorized", ""), Said: "whoever asks does not have the key " + Key}
	}
	return nil
}

// reads reports whether a call changes nothing: its name says so.
func reads(c *simulators.Call) bool {
	_, verb, _ := strings.Cut(c.URL.Path, ".")
	switch verb {
	case "list", "info", "search", "listNotes":
		return true
	}
	return false
}

// refuse words what is answered to a request that no handler saw.
func refuse(_ *simulators.Call, why simulators.Refusal) simulators.Reply {
	return simulators.Reply{Body: failure(strings.ReplaceAll(strings.ToLower(http.StatusText(why.Status)), " ", "_"), "")}
}

// sign signs a webhook as the vendor does.
func sign(d *simulators.Delivery) {
	m := hmac.New(sha256.New, []byte(Secret))
	_, _ = m.Write(d.Body) // a hash takes everything
	d.Header["Ashby-Signature"] = "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// done is the answer to a call that was carried out.
func done(results any, said string) simulators.Reply {
	return simulators.Reply{Status: http.StatusOK, Body: simulators.Object{"success": true, "results": results}, Said: said}
}

// failed is the answer to a call that was not.
func failed(code, why string) simulators.Reply {
	return simulators.Reply{Status: http.StatusOK, Body: failure(code, why), Said: "refused: " + strings.TrimSpace(code+" "+why)}
}

func failure(code, why string) simulators.Object {
	return simulators.Object{"success": false, "errors": []any{code}, "errorInfo": simulators.Object{"code": code, "message": why, "requestId": "simulated"}}
}

func invalid(why string) simulators.Reply { return failed("invalid_input", why) }

// tell sends the webhook of an action.
func tell(c *simulators.Call, action, what string, o simulators.Object) {
	c.Tell(simulators.Object{"action": action, "data": simulators.Object{what: o}})
}

// stamp is how times are written.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ID is the id of the nth record of a kind, as Ashby's are: a UUID.
func ID(kind byte, n int64) string { return fmt.Sprintf("%08x-0000-4000-8000-%012d", kind, n) }

// The kinds of records, as their ids tell them apart.
const (
	Candidate   = 0xca
	Application = 0xa0
	Job         = 0x0b
	Stage       = 0x57
	User        = 0x05
	Note        = 0x0e
	plan        = 0x91
	reason      = 0xa1
)

// next gives the id of a new record.
func next(c *simulators.Call, table string, kind byte) string {
	return ID(kind, c.Store.Next(table, 1))
}

// text is a member of a request that is a text; "" where it is none.
func text(v any) string {
	s, _ := v.(string)
	return s
}
