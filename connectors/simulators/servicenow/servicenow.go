// Package servicenow simulates an instance of ServiceNow, as far as
// connectors/vendors/servicenow.hcl speaks its Table API: incidents, requests,
// requested items and users, with encoded queries, pages by Link, journal
// entries, basic auth and OAuth.
//
// Source: the vendor's Table API reference and "Encoded Queries" of the
// ServiceNow SDK 4.8.0. Where they leave something open the simulator is
// strict: a query that it does not know is refused. A column that a table does
// not have is passed over. It holds no business rules, no access rules and no
// approvals. Enter at [New]; [Put] is what a person does who works there.
package servicenow

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// The credentials of the simulated instance. They open nothing else.
const (
	User     = "syncline"
	Password = "fake-servicenow-password"
	Client   = "fake-servicenow-client"
	Secret   = "fake-servicenow-client-secret"
	Refresh  = "fake-servicenow-refresh-token"
)

const block = `system "servicenow" {
  connector = "servicenow"
  url       = "ADDRESS"
  user      = "syncline"
  password  = secret("env:SERVICENOW_PASSWORD")
}
`

const (
	base  = "/api/now/table/{table}"
	token = "/oauth_token.do"
)

// New makes a simulated ServiceNow: a few users and incidents.
func New(o simulators.Options) *simulators.Server {
	return simulators.New(simulators.Vendor{
		Name:  "servicenow",
		Doc:   "ServiceNow: the Table API.",
		Block: block,
		Env:   map[string]string{"SERVICENOW_PASSWORD": Password},
		Fill:  fill,
		Admit: admit,
		Routes: map[string]simulators.Handler{
			"POST " + token:            session,
			"GET " + base:              at(list),
			"POST " + base:             at(create),
			"GET " + base + "/{id}":    at(get),
			"PATCH " + base + "/{id}":  at(update),
			"DELETE " + base + "/{id}": at(remove),
		},
		Refuse: func(_ *simulators.Call, why simulators.Refusal) simulators.Reply {
			return failure(why.Status, http.StatusText(why.Status), "")
		},
	}, o)
}

// admit wants the user and the password, or a token that was given.
func admit(c *simulators.Call) *simulators.Reply {
	if c.URL.Path == token || asks(c) != "" {
		return nil
	}
	no := failure(http.StatusUnauthorized, "User Not Authenticated", "Required to provide Auth information")
	no.Said = "whoever asks is not " + User + " with the password " + Password
	return &no
}

// asks is the user who asks, "" where nobody may.
func asks(c *simulators.Call) string {
	if user, password, ok := c.BasicAuth(); ok && user == User && password == Password {
		return user
	}
	if given, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer "); ok && c.Store.Get("oauth", given) != nil {
		return User
	}
	return ""
}

// session gives an access token for the one of a user's consent.
func session(c *simulators.Call) simulators.Reply {
	form, err := url.ParseQuery(string(c.Content))
	switch {
	case err != nil, form.Get("grant_type") != "refresh_token":
		return simulators.Reply{Status: http.StatusBadRequest, Body: simulators.Object{"error": "invalid_request"}, Said: "refused: no refresh token"}
	case form.Get("client_id") != Client, form.Get("client_secret") != Secret, form.Get("refresh_token") != Refresh:
		return simulators.Reply{Status: http.StatusUnauthorized, Body: simulators.Object{"error": "access_denied"}, Said: "refused: unknown client or token"}
	}
	given := "fake-access-token-" + strconv.FormatInt(c.Store.Next("oauth", 1), 10)
	c.Store.Put("oauth", given, simulators.Object{"at": stamp(c.Now)})
	return simulators.Reply{Status: http.StatusOK, Said: "a session", Body: simulators.Object{
		"access_token": given, "refresh_token": Refresh, "scope": "useraccount", "token_type": "Bearer", "expires_in": 1799,
	}}
}

// at finds the table that a request is about.
func at(handle func(*simulators.Call, *table) simulators.Reply) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		t := tables[c.PathValue("table")]
		if t == nil {
			return failure(http.StatusBadRequest, "Invalid table "+c.PathValue("table"), "")
		}
		return handle(c, t)
	}
}

// failure is an answer that refuses.
func failure(status int, message, detail string) simulators.Reply {
	why := simulators.Object{"message": message, "detail": nil}
	if detail != "" {
		why["detail"] = detail
	}
	return simulators.Reply{Status: status, Said: "refused: " + message, Body: simulators.Object{"error": why, "status": "failure"}}
}

func missing() simulators.Reply {
	return failure(http.StatusNotFound, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
}

const stampForm = "2006-01-02 15:04:05"

// stamp is how moments are written: in UTC, to the second.
func stamp(t time.Time) string { return t.UTC().Format(stampForm) }

// text is a value as a column holds it.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
