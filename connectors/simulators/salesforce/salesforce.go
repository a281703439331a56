// Package salesforce simulates an organization of Salesforce, as far as
// connectors/vendors/salesforce.hcl speaks its REST API: OAuth, SOQL with the
// pages of a query, deleted records, rows, upserts, collections and composite
// requests.
//
// Source: the vendor's REST API Developer Guide, SOQL and SOSL Reference and
// Object Reference, as of Summer '26. Where they leave something open the
// simulator is strict: a query that it does not know is malformed. It holds no
// triggers, no sharing and no field-level security, and it looks at what a JWT
// claims, not at who signed it. Enter at [New]; [Put], [Delete] and [Merge] are
// what a person does who works there.
package salesforce

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// The credentials of the simulated organization. They open nothing else.
const (
	Client  = "fake-salesforce-consumer-key"
	Secret  = "fake-salesforce-consumer-secret"
	Refresh = "fake-salesforce-refresh-token"
	User    = "syncline@example.com" // who the JWT bearer flow logs in as
	Key     = "Syncline_Key__c"      // the external id that every object has
)

const (
	base     = "/services/data/v66.0/"
	pageSize = 2000
)

const block = `system "salesforce" {
  connector     = "salesforce"
  url           = "ADDRESS"
  client_id     = "fake-salesforce-consumer-key"
  client_secret = secret("env:SALESFORCE_CLIENT_SECRET")
  external_id   = "Syncline_Key__c"
}
`

// New makes a simulated Salesforce: a few accounts with their contacts, leads,
// opportunities, and job orders and placements, which are custom objects.
func New(o simulators.Options) *simulators.Server {
	return simulators.New(simulators.Vendor{
		Name:  "salesforce",
		Doc:   "Salesforce: the REST API v66.0.",
		Block: block,
		Env:   map[string]string{"SALESFORCE_CLIENT_SECRET": Secret},
		Fill:  fill,
		Admit: admit,
		Routes: map[string]simulators.Handler{
			"POST /services/oauth2/token":                         token,
			"GET " + base + "{$}":                                 resources,
			"GET " + base + "query":                               query(false),
			"GET " + base + "queryAll":                            query(true),
			"GET " + base + "query/{locator}":                     more,
			"GET " + base + "sobjects/{object}/deleted/":          deleted,
			"POST " + base + "sobjects/{object}":                  row,
			"PATCH " + base + "sobjects/{object}/{id}":            row,
			"DELETE " + base + "sobjects/{object}/{id}":           row,
			"PATCH " + base + "sobjects/{object}/{field}/{value}": row,
			"POST " + base + "composite":                          composite,
			"POST " + base + "composite/sobjects":                 createMany,
			"DELETE " + base + "composite/sobjects":               deleteMany,
		},
		Refuse: refuse,
	}, o)
}

// lasting is how many requests a session is good for at least: who renews it has
// others under way.
const lasting = 8

// admit wants a session that has not ended.
func admit(c *simulators.Call) *simulators.Reply {
	if c.URL.Path == "/services/oauth2/token" {
		return nil
	}
	session, _ := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	held := c.Store.Get("sessions", session)
	if held != nil {
		used, _ := held["used"].(int)
		if held["used"] = used + 1; used < lasting || !c.Meets(simulators.Session, "") {
			c.Store.Put("sessions", session, held)
			return nil
		}
	}
	c.Store.Delete("sessions", session)
	r := fault(c, http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid")
	return &r
}

// refuse words what is answered to a request that no handler saw.
func refuse(c *simulators.Call, why simulators.Refusal) simulators.Reply {
	switch {
	case c.URL.Path == "/services/oauth2/token":
		return simulators.Reply{Status: http.StatusServiceUnavailable}
	case why.Status == http.StatusTooManyRequests:
		return fault(c, http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
	case why.Status == http.StatusNotFound:
		if strings.HasPrefix(c.URL.Path, base+"query/") {
			return fault(c, http.StatusBadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator")
		}
		return fault(c, http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
	}
	return fault(c, why.Status, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support")
}

// problem is one element of an answer that refuses.
type problem struct {
	Message string   `json:"message"`
	Code    string   `json:"errorCode"`
	Fields  []string `json:"fields"`
}

// fault is an answer that refuses.
func fault(c *simulators.Call, status int, code, message string, fields ...string) simulators.Reply {
	r := reply(c, status, []problem{{message, code, append([]string{}, fields...)}})
	r.Said = "refused: " + code + ", " + message
	return r
}

// reply is an answer with the header that every answer has.
func reply(c *simulators.Call, status int, body any) simulators.Reply {
	return simulators.Reply{Status: status, Body: body, Header: map[string]string{
		"Sforce-Limit-Info": fmt.Sprintf("api-usage=%d/100000", c.Store.Next("calls", 1)),
		"Date":              c.Now.UTC().Format(http.TimeFormat),
	}}
}

// resources answers which resources there are.
func resources(c *simulators.Call) simulators.Reply {
	return reply(c, http.StatusOK, map[string]string{"query": base + "query", "queryAll": base + "queryAll", "sobjects": base + "sobjects", "composite": base + "composite"})
}

// token gives a session.
func token(c *simulators.Call) simulators.Reply {
	refused := func(code, why string) simulators.Reply {
		return simulators.Reply{Status: http.StatusBadRequest, Body: map[string]string{"error": code, "error_description": why}, Said: why}
	}
	form, err := formOf(c)
	if err != nil {
		return refused("invalid_request", "the body is no form")
	}
	switch form.Get("grant_type") {
	case "client_credentials":
		if form.Get("client_id") != Client || form.Get("client_secret") != Secret {
			return refused("invalid_client", "invalid client credentials")
		}
	case "refresh_token":
		if form.Get("client_id") != Client || form.Get("refresh_token") != Refresh {
			return refused("invalid_grant", "expired access/refresh token")
		}
	case "urn:ietf:params:oauth:grant-type:jwt-bearer":
		if why := claimed(form.Get("assertion"), c.Now); why != "" {
			return refused("invalid_grant", why)
		}
	default:
		return refused("unsupported_grant_type", "grant type not supported")
	}
	session := "00D000000000001!fake." + strconv.FormatInt(c.Store.Next("sessions", 1), 10)
	c.Store.Put("sessions", session, simulators.Object{"at": stamp(c.Now)})
	return simulators.Reply{Status: http.StatusOK, Said: "a session", Body: map[string]string{
		"access_token": session, "instance_url": "http://" + c.Host, "token_type": "Bearer", "issued_at": strconv.FormatInt(c.Now.UnixMilli(), 10),
	}}
}

const stampForm = "2006-01-02T15:04:05.000-0700"

// stamp is how moments are written: to the second, as Salesforce keeps them.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(stampForm) }
