// Package scim simulates a directory that speaks SCIM 2.0, as far as
// connectors/vendors/scim.hcl speaks it: users and groups, found by a filter,
// changed by PATCH, with versions.
//
// Source: RFC 7643 (schemas) and RFC 7644 (protocol). Where they leave it to
// the server, the simulator is strict: a write to a version that is not the
// current one fails, a path that selects nothing is noTarget, and a filter other
// than an equality is not known. Enter at [New]; [Put] is what a person does who
// works there.
package scim

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// Token is the bearer token of the simulated directory. It opens nothing else.
const Token = "fake-scim-token"

// The schemas of what it holds.
const (
	userSchema  = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterprise  = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	listSchema  = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error"
)

const base = "/scim/v2"

const block = `system "scim" {
  connector = "scim"
  url       = "ADDRESS/scim/v2"
  token     = secret("env:SCIM_TOKEN")
}
`

// kind is what a resource is: its schema, and the attribute that only one has.
type kind struct {
	table, name, schema, unique string
}

var (
	users  = kind{"Users", "User", userSchema, "userName"}
	groups = kind{"Groups", "Group", groupSchema, "displayName"}
)

// New makes a simulated directory: five people and a group.
func New(o simulators.Options) *simulators.Server {
	routes := map[string]simulators.Handler{}
	for _, k := range []kind{users, groups} {
		all := base + "/" + k.table
		routes["GET "+all], routes["POST "+all] = k.list, k.create
		routes["GET "+all+"/{id}"], routes["PATCH "+all+"/{id}"], routes["DELETE "+all+"/{id}"] = k.get, k.patch, k.remove
	}
	return simulators.New(simulators.Vendor{
		Name:   "scim",
		Doc:    "A directory: users and groups over SCIM 2.0.",
		Block:  block,
		Env:    map[string]string{"SCIM_TOKEN": Token},
		Fill:   fill,
		Admit:  admit,
		Routes: routes,
		Refuse: func(_ *simulators.Call, why simulators.Refusal) simulators.Reply {
			return refused(why.Status, "", http.StatusText(why.Status))
		},
	}, o)
}

func admit(c *simulators.Call) *simulators.Reply {
	if c.Header.Get("Authorization") == "Bearer "+Token {
		return nil
	}
	no := refused(http.StatusUnauthorized, "", "Authorization failure")
	no.Said = "whoever asks does not have the token " + Token
	return &no
}

// refused is an answer that refuses, as RFC 7644, 3.12 has it.
func refused(status int, why, detail string) simulators.Reply {
	body := simulators.Object{"schemas": []any{errorSchema}, "status": strconv.Itoa(status), "detail": detail}
	if why != "" {
		body["scimType"] = why
	}
	r := answer(status, body, "")
	r.Said = "refused: " + detail
	return r
}

// answer is what is answered: JSON of a type of its own.
func answer(status int, body any, said string) simulators.Reply {
	return simulators.Reply{Status: status, Body: body, Said: said, Header: map[string]string{"Content-Type": "application/scim+json"}}
}

// stamp is how times are written.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// text is an attribute that is a text, "" where it is none.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// member finds an attribute by its name, whose case does not count.
func member(o simulators.Object, name string) string {
	for have := range o {
		if strings.EqualFold(have, name) {
			return have
		}
	}
	return name
}
