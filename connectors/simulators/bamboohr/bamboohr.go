// Package bamboohr simulates BambooHR's API v1 and its event-based webhooks, as
// far as connectors/vendors/bamboohr.hcl speaks them.
//
// Source: the vendor's description of its API, github.com/BambooHR/bhr-api-python,
// as of June 2026, and its documentation. Where they leave something open the
// simulator is strict: a value that is in none of the account's lists, a field
// that it does not know and a null are refused. It has no pages, as the original
// has none for what is read here, no OAuth and no access levels, and a row with a
// day to come is kept and does not take effect. Enter at [New]; [Put], [Delete]
// and [Row] are what a person does who works there.
package bamboohr

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"syncline/connectors/simulators"
)

// The credentials of the simulated account. They open nothing else.
const (
	Key    = "fake-bamboohr-key"
	Secret = "fake-bamboohr-webhook-key"
)

const block = `system "bamboohr" {
  connector      = "bamboohr"
  url            = "ADDRESS"
  api_key        = secret("env:BAMBOOHR_API_KEY")
  webhook_secret = secret("env:BAMBOOHR_WEBHOOK_SECRET")
}
`

// New makes a simulated BambooHR: an account with a dozen employees, one of whom
// left, their histories of jobs, employment and pay, and who may log in.
func New(o simulators.Options) *simulators.Server {
	return simulators.New(simulators.Vendor{
		Name:  "bamboohr",
		Doc:   "BambooHR: the API v1, and event-based webhooks.",
		Block: block,
		Env:   map[string]string{"BAMBOOHR_API_KEY": Key, "BAMBOOHR_WEBHOOK_SECRET": Secret},
		Fill:  fill,
		Admit: admit,
		Routes: map[string]simulators.Handler{
			"POST /api/v1/reports/custom":                  report,
			"GET /api/v1/employees/changed":                changed,
			"POST /api/v1/employees":                       addEmployee,
			"GET /api/v1/employees/{id}":                   getEmployee,
			"POST /api/v1/employees/{id}":                  changeEmployee,
			"GET /api/v1/employees/{id}/tables/{table}":    listRows,
			"POST /api/v1_1/employees/{id}/tables/{table}": addRow,
			"GET /api/v1/meta/users":                       listUsers,
			"GET /api/v1/meta/fields":                      listFields,
		},
		Refuse: refuse,
		Sign:   sign,
	}, o)
}

// admit wants the key as the user of basic auth.
func admit(c *simulators.Call) *simulators.Reply {
	if user, _, ok := c.BasicAuth(); !ok || user != Key {
		return &simulators.Reply{Status: http.StatusUnauthorized, Said: "whoever asks does not have the key " + Key}
	}
	return nil
}

// refuse words what is answered to a request that no handler saw: too many of
// them are answered 503.
func refuse(_ *simulators.Call, why simulators.Refusal) simulators.Reply {
	if why.Status == http.StatusTooManyRequests {
		return simulators.Reply{Status: http.StatusServiceUnavailable}
	}
	return simulators.Reply{}
}

// sign signs a webhook as the vendor does: the body, then the moment.
func sign(d *simulators.Delivery) {
	moment := strconv.FormatInt(d.At.Unix(), 10)
	m := hmac.New(sha256.New, []byte(Secret))
	_, _ = m.Write(append(append([]byte{}, d.Body...), moment...)) // a hash takes everything
	d.Header["X-BambooHR-Timestamp"] = moment
	d.Header["X-BambooHR-Signature"] = hex.EncodeToString(m.Sum(nil))
}

// tell has whoever listens be told what happened to an employee.
func tell(c *simulators.Call, what, id string, fields []string) {
	data := simulators.Object{"companyId": "12345", "employeeId": id}
	if what == "updated" {
		data["changedFields"] = fields
	}
	c.Tell(simulators.Object{"type": "employee." + what, "timestamp": c.Now.UTC().Format(time.RFC3339), "data": data})
}

// invalid is the answer to what cannot be.
func invalid(status int, why string) simulators.Reply {
	return simulators.Reply{Status: status, Header: map[string]string{"X-BambooHR-Error-Message": why}, Said: "refused: " + why}
}

func missing(what string) simulators.Reply { return invalid(http.StatusNotFound, what+" not found") }

// stamp is how moments are written: to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }

// text is a value as it stands in an address; "" of nothing.
func text(v any) string {
	s, _ := v.(string)
	return s
}
