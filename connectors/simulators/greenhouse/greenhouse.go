// Package greenhouse simulates Greenhouse's Harvest API v1 and its webhooks, as
// far as connectors/vendors/greenhouse.hcl speaks it.
//
// Source: the vendor's documentation, github.com/grnhse/greenhouse-api-docs, as
// of September 2025. Where that leaves something open (what a write without
// On-Behalf-Of is answered), the simulator is strict. It does not sign
// addresses of documents, and does not know custom fields. Enter at [New].
package greenhouse

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"syncline/connectors/simulators"
)

// The credentials of the simulated organization. They open nothing else.
const (
	Key    = "fake-greenhouse-key"
	Secret = "fake-greenhouse-webhook-secret"
	User   = "4001" // who writes, in On-Behalf-Of
)

const block = `system "greenhouse" {
  connector      = "greenhouse"
  url            = "ADDRESS"
  api_key        = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of   = "4001"
  webhook_secret = secret("env:GREENHOUSE_WEBHOOK_SECRET")
}
`

// New makes a simulated Greenhouse: an organization with three jobs, their
// stages, a few users and two dozen candidates.
func New(o simulators.Options) *simulators.Server {
	return simulators.New(simulators.Vendor{
		Name:  "greenhouse",
		Doc:   "Greenhouse Recruiting: the Harvest API v1, and webhooks.",
		Block: block,
		Env:   map[string]string{"GREENHOUSE_API_KEY": Key, "GREENHOUSE_WEBHOOK_SECRET": Secret},
		Fill:  func(c *simulators.Call) { fill(c, o.Offers) },
		Admit: admit,
		Routes: map[string]simulators.Handler{
			"GET /v1/candidates":                           listCandidates,
			"GET /v1/candidates/{id}":                      get("candidates"),
			"POST /v1/candidates":                          addCandidate,
			"POST /v1/prospects":                           addProspect,
			"PATCH /v1/candidates/{id}":                    editCandidate,
			"DELETE /v1/candidates/{id}":                   deleteCandidate,
			"GET /v1/candidates/{id}/activity_feed":        activityFeed,
			"POST /v1/candidates/{id}/activity_feed/notes": addNote,
			"POST /v1/candidates/{id}/attachments":         addAttachment,
			"PUT /v1/candidates/{id}/anonymize":            anonymize,
			"POST /v1/candidates/{id}/applications":        addApplication,
			"GET /v1/applications":                         list("applications", "last_activity_at", "last_activity_after", "status"),
			"GET /v1/applications/{id}":                    get("applications"),
			"PATCH /v1/applications/{id}":                  act(update),
			"DELETE /v1/applications/{id}":                 deleteApplication,
			"POST /v1/applications/{id}/advance":           act(advance),
			"POST /v1/applications/{id}/move":              act(move),
			"POST /v1/applications/{id}/transfer_to_job":   act(transfer),
			"POST /v1/applications/{id}/hire":              act(hire),
			"POST /v1/applications/{id}/reject":            act(reject),
			"POST /v1/applications/{id}/unreject":          act(unreject),
			"GET /v1/jobs":                                 list("jobs", "updated_at", "updated_after", "requisition_id"),
			"POST /v1/jobs":                                addJob,
			"GET /v1/jobs/{id}":                            get("jobs"),
			"PATCH /v1/jobs/{id}":                          editJob,
			"GET /v1/job_stages":                           list("job_stages", "updated_at", "updated_after"),
			"GET /v1/job_stages/{id}":                      get("job_stages"),
			"GET /v1/users":                                list("users", "updated_at", "updated_after", "employee_id"),
			"GET /v1/users/{id}":                           get("users"),
			"GET /v1/offers":                               list("offers", "updated_at", "updated_after"),
			"GET /v1/offers/{id}":                          get("offers"),
		},
		Refuse: refuse,
		Sign:   sign,
	}, o)
}

// admit wants the key as the user of basic auth, no body with a GET, and a user
// on whose behalf is written.
func admit(c *simulators.Call) *simulators.Reply {
	if user, _, ok := c.BasicAuth(); !ok || user != Key {
		return &simulators.Reply{Status: http.StatusUnauthorized, Body: message("Invalid Basic Auth credentials"), Said: "whoever asks does not have the key " + Key}
	}
	if c.Method == http.MethodGet {
		if len(c.Content) > 0 {
			return &simulators.Reply{Status: http.StatusForbidden, Body: message("Forbidden"), Said: "a GET with a body is not read"}
		}
		return nil
	}
	if c.Store.Get("users", c.Header.Get("On-Behalf-Of")) == nil {
		return &simulators.Reply{Status: http.StatusForbidden, Body: message("Forbidden"), Said: "On-Behalf-Of names no user: this is " + User}
	}
	return nil
}

// refuse words what is answered to a request that no handler saw.
func refuse(c *simulators.Call, why simulators.Refusal) simulators.Reply {
	switch why.Status {
	case http.StatusTooManyRequests:
		return simulators.Reply{Body: message("Rate limit exceeded"), Header: map[string]string{
			"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(c.Now.Add(why.Wait).Unix(), 10),
		}}
	case http.StatusNotFound:
		return simulators.Reply{Body: message("Resource not found")}
	}
	return simulators.Reply{Body: message("Server error")}
}

// sign signs a webhook as the vendor does.
func sign(d *simulators.Delivery) {
	m := hmac.New(sha256.New, []byte(Secret))
	_, _ = m.Write(d.Body) // a hash takes everything
	d.Header["Signature"] = "sha256 " + hex.EncodeToString(m.Sum(nil))
	d.Header["Greenhouse-Event-ID"] = fmt.Sprintf("event-%d", d.Number)
}

func message(text string) simulators.Object { return simulators.Object{"message": text} }

// invalid is the answer to a value that cannot be.
func invalid(field, why string) simulators.Reply {
	return simulators.Reply{Status: http.StatusUnprocessableEntity, Said: "refused: " + field + " " + why, Body: simulators.Object{
		"message": "Validation error", "errors": []any{simulators.Object{"message": why, "field": field}},
	}}
}

func missing(what string) simulators.Reply {
	return simulators.Reply{Status: http.StatusNotFound, Body: message("Resource not found"), Said: "there is no such " + what}
}

// stamp is how times are written.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
