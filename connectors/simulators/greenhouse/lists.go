package greenhouse

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// list answers a listing: those that changed at a time or after it, and that
// have the values that the query names.
func list(table, at, since string, equal ...string) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		return page(c, table, c.Store.List(table, func(o simulators.Object) bool {
			return !before(o, at, c.URL.Query().Get(since)) && !slices.ContainsFunc(equal, func(name string) bool {
				want := c.URL.Query().Get(name)
				return want != "" && text(o[name]) != want
			})
		}))
	}
}

func listCandidates(c *simulators.Call) simulators.Reply {
	q := c.URL.Query()
	email := strings.ToLower(q.Get("email"))
	var ids []string
	if q.Get("candidate_ids") != "" && email == "" {
		if ids = strings.Split(q.Get("candidate_ids"), ","); len(ids) > 50 {
			return invalid("candidate_ids", "has more than 50 ids")
		}
	}
	found := c.Store.List("candidates", func(o simulators.Object) bool {
		return !before(o, "updated_at", q.Get("updated_after")) && (email == "" || hasAddress(o, email)) && (ids == nil || slices.Contains(ids, text(o["id"])))
	})
	return page(c, "candidates", found)
}

func hasAddress(candidate simulators.Object, email string) bool {
	addresses, _ := candidate["email_addresses"].([]any)
	return slices.ContainsFunc(addresses, func(v any) bool {
		o, _ := v.(simulators.Object)
		return strings.ToLower(text(o["value"])) == email
	})
}

// before reports whether a record's time is before one of a query.
func before(o simulators.Object, at, since string) bool {
	bound, err := time.Parse(time.RFC3339, since)
	if since == "" || err != nil {
		return false
	}
	t, err := time.Parse(time.RFC3339, text(o[at]))
	return err != nil || t.Before(bound)
}

// page answers one page, with a link to the next where there is one.
func page(c *simulators.Call, what string, all []simulators.Object) simulators.Reply {
	size, number := numbered(c, "per_page", 100), numbered(c, "page", 1)
	if size < 1 || size > 500 || number < 1 {
		return invalid("per_page", "must be between 1 and 500")
	}
	if number > 1 {
		if reply, ok := c.Expired(); ok {
			return reply
		}
	}
	size = c.PageSize(size)
	from := min((number-1)*size, len(all))
	to := min(from+size, len(all))
	out := make([]any, 0, to-from)
	for _, o := range all[from:to] {
		out = append(out, shown(c, what, o))
	}
	header := map[string]string{"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49"}
	if to < len(all) {
		q := c.URL.Query()
		q.Set("page", strconv.Itoa(number+1))
		header["Link"] = fmt.Sprintf("<http://%s%s?%s>; rel=\"next\"", c.Host, c.URL.Path, q.Encode())
	}
	return simulators.Reply{Status: http.StatusOK, Header: header, Body: out, Said: fmt.Sprintf("%d of %d %s", len(out), len(all), what)}
}

func numbered(c *simulators.Call, name string, otherwise int) int {
	given := c.URL.Query().Get(name)
	if given == "" {
		return otherwise
	}
	n, _ := strconv.Atoi(given) // 0 is refused
	return n
}

// get answers a record by its id.
func get(table string) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		o := c.Store.Get(table, c.PathValue("id"))
		if o == nil {
			return missing(table)
		}
		return simulators.Reply{Status: http.StatusOK, Body: shown(c, table, o), Said: name(table, o)}
	}
}

// shown is a record as it is answered: a candidate with its applications.
func shown(c *simulators.Call, table string, o simulators.Object) simulators.Object {
	if table != "candidates" {
		return o
	}
	ids, whole := []any{}, []any{}
	for _, a := range c.Store.List("applications", func(a simulators.Object) bool { return text(a["candidate_id"]) == text(o["id"]) }) {
		ids, whole = append(ids, a["id"]), append(whole, a)
	}
	o["application_ids"], o["applications"] = ids, whole
	return o
}

// name is what a person calls a record.
func name(table string, o simulators.Object) string {
	return fmt.Sprintf("%s %s", strings.TrimSuffix(table, "s"), text(o["id"]))
}

// text is a value as it stands in an address.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
