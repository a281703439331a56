package bamboohr

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// mostFields is how many fields one request may ask for.
const mostFields = 400

// asked is the body of a request for a report.
type asked struct {
	Title   string
	Fields  []string
	Filters struct {
		LastChanged *struct{ Value, IncludeNull string }
		EmployeeIDs []json.Number `json:"employeeIds"`
	}
	FilterDuplicates string
}

// report answers a report of all employees, former ones too, or of those that
// changed at a moment or after it.
func report(c *simulators.Call) simulators.Reply {
	switch {
	case !strings.EqualFold(c.URL.Query().Get("format"), "json"):
		return missing("report format")
	case c.Header.Get("Content-Type") != "application/json": // nothing may follow it
		return invalid(http.StatusBadRequest, "Malformed XML")
	}
	var a asked
	if err := json.Unmarshal(c.Content, &a); err != nil {
		return invalid(http.StatusBadRequest, "the body is no JSON object")
	}
	if len(a.Fields) > mostFields {
		return invalid(http.StatusBadRequest, "too many fields")
	}
	var since time.Time
	if f := a.Filters.LastChanged; f != nil {
		var err error
		if since, err = time.Parse(time.RFC3339, f.Value); err != nil {
			return invalid(http.StatusBadRequest, "lastChanged is no moment")
		}
	}
	head, out := []any{}, []any{}
	for _, name := range a.Fields {
		if f, known := fields[name]; known {
			head = append(head, simulators.Object{"id": name, "type": f.kind, "name": name})
		}
	}
	for _, o := range c.Store.List("employees", nil) {
		wanted := a.Filters.EmployeeIDs == nil || slices.Contains(a.Filters.EmployeeIDs, json.Number(text(o["id"])))
		if wanted && !before(o, since) {
			out = append(out, shown(o, a.Fields))
		}
	}
	return simulators.Reply{Status: http.StatusOK, Body: simulators.Object{"title": a.Title, "fields": head, "employees": out}, Said: fmt.Sprintf("a report of %d employees", len(out))}
}

// before reports whether something changed before a moment.
func before(o simulators.Object, since time.Time) bool {
	at, err := time.Parse(time.RFC3339, text(o["lastChanged"]))
	return err != nil || at.Before(since)
}

// changed tells who was added, changed or deleted at a moment or after it. None
// is an empty list, and no empty object.
func changed(c *simulators.Call) simulators.Reply {
	since, err := time.Parse(time.RFC3339, c.URL.Query().Get("since"))
	if err != nil {
		return invalid(http.StatusBadRequest, "since is no moment")
	}
	kind := strings.ToLower(c.URL.Query().Get("type"))
	if !slices.Contains([]string{"", "all", "inserted", "updated", "deleted"}, kind) {
		return invalid(http.StatusBadRequest, "there is no such type")
	}
	latest, found := "", simulators.Object{}
	for _, o := range c.Store.List("changes", nil) {
		if before(o, since) || kind != "" && kind != "all" && !strings.EqualFold(kind, text(o["action"])) {
			continue
		}
		latest, found[text(o["id"])] = max(latest, text(o["lastChanged"])), o
	}
	var employees any = found
	if len(found) == 0 {
		employees = []any{}
	}
	return simulators.Reply{Status: http.StatusOK, Body: simulators.Object{"latest": latest, "employees": employees}, Said: fmt.Sprintf("%d changes", len(found))}
}
