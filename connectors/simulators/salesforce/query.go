package salesforce

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// query answers a query of SOQL; with all, deleted records too.
func query(all bool) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		q := c.URL.Query().Get("q")
		s, err := parse(q)
		if err != nil {
			return fault(c, http.StatusBadRequest, "MALFORMED_QUERY", err.Error()+" in: "+q)
		}
		name, o, ok := objectOf(c, s.from)
		if !ok {
			return fault(c, http.StatusBadRequest, "INVALID_TYPE", fmt.Sprintf("sObject type '%s' is not supported.", s.from))
		}
		if code, why := check(&o, &s); code != "" {
			return fault(c, http.StatusBadRequest, code, why)
		}
		found := c.Store.List(name, func(r simulators.Object) bool { return (all || r["IsDeleted"] != true) && s.holds(r) })
		if s.limit > 0 && len(found) > s.limit {
			found = found[:s.limit]
		}
		records := make([]any, len(found))
		for i, r := range found {
			records[i] = shown(name, r, s.fields)
		}
		locator := fmt.Sprintf("01g%015d", c.Store.Next("locators", 1))
		c.Store.Put("locators", locator, simulators.Object{"records": records})
		return page(c, locator, records, 0)
	}
}

// more answers a further page of a query, as it was when it was asked.
func more(c *simulators.Call) simulators.Reply {
	if r, ok := c.Expired(); ok {
		return r
	}
	locator, at, _ := strings.Cut(c.PathValue("locator"), "-")
	from, err := strconv.Atoi(at)
	held := c.Store.Get("locators", locator)
	records, _ := held["records"].([]any)
	if err != nil || from < 1 || from > len(records) {
		return fault(c, http.StatusBadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator")
	}
	return page(c, locator, records, from)
}

func page(c *simulators.Call, locator string, records []any, from int) simulators.Reply {
	to := min(from+c.PageSize(pageSize), len(records))
	body := map[string]any{"totalSize": len(records), "done": to == len(records), "records": records[from:to]}
	if to < len(records) {
		body["nextRecordsUrl"] = base + "query/" + locator + "-" + strconv.Itoa(to)
	}
	r := reply(c, http.StatusOK, body)
	r.Said = fmt.Sprintf("%d of %d records", to-from, len(records))
	return r
}

// check says what a query asks that cannot be: the code and why.
func check(o *sobject, s *statement) (code, why string) {
	seen := map[string]bool{}
	for i, asked := range s.fields {
		name, _, ok := o.fieldOf(asked)
		switch {
		case !ok:
			return "INVALID_FIELD", fmt.Sprintf("No such column '%s' on entity '%s'.", asked, s.from)
		case seen[name]:
			return "MALFORMED_QUERY", "duplicate field selected: " + asked
		}
		seen[name], s.fields[i] = true, name
	}
	for i := range s.where {
		w := &s.where[i]
		name, f, ok := o.fieldOf(w.field)
		if !ok {
			return "INVALID_FIELD", fmt.Sprintf("No such column '%s' on entity '%s'.", w.field, s.from)
		}
		if w.in == nil && f.kind != datetime {
			return "INVALID_FIELD", fmt.Sprintf("value of filter criterion for field '%s' must not be a dateTime", w.field)
		}
		for _, v := range w.in {
			if worded := f.kind == text || f.kind == email; worded != v.quoted {
				return "INVALID_FIELD", fmt.Sprintf("filter criterion for field '%s' is of another type: see whether it should be enclosed in quotes", w.field)
			}
		}
		w.field = name
	}
	return "", ""
}

// holds reports whether a record fits the query: texts are compared without
// their case.
func (s *statement) holds(r simulators.Object) bool {
	for _, w := range s.where {
		if w.in == nil {
			at, err := time.Parse(stampForm, worded(r[w.field]))
			if err != nil || at.Before(w.since) {
				return false
			}
			continue
		}
		have := worded(r[w.field])
		if r[w.field] == nil || !slices.ContainsFunc(w.in, func(v literal) bool {
			return v.text == have || w.field != "Id" && strings.EqualFold(v.text, have)
		}) {
			return false
		}
	}
	return true
}

// worded is a value as a query writes it.
func worded(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(v)
}

// shown is a record as a query shows it: each field that was selected.
func shown(object string, r simulators.Object, fields []string) simulators.Object {
	out := simulators.Object{"attributes": simulators.Object{"type": object, "url": base + "sobjects/" + object + "/" + worded(r["Id"])}}
	for _, f := range fields {
		out[f] = r[f]
	}
	return out
}

const (
	replicated = 15 * 24 * time.Hour // how far back the log of deletions goes
	dateForm   = "2006-01-02T15:04:05-07:00"
)

// deleted answers the log of deletions. Seconds of the bounds do not count.
func deleted(c *simulators.Call) simulators.Reply {
	name, _, ok := objectOf(c, c.PathValue("object"))
	if !ok {
		return fault(c, http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
	}
	start, err := time.Parse(dateForm, c.URL.Query().Get("start"))
	end, err2 := time.Parse(dateForm, c.URL.Query().Get("end"))
	start, end = start.Truncate(time.Minute), end.Truncate(time.Minute).Add(time.Minute)
	switch {
	case err != nil || err2 != nil:
		return fault(c, http.StatusBadRequest, "INVALID_DATE_FORMAT", "start and end have to be dates with a time and a zone")
	case end.Sub(start) <= time.Minute:
		return fault(c, http.StatusBadRequest, "INVALID_REPLICATION_DATE", "startDate must be before endDate by more than a minute")
	case c.Now.Sub(start) > replicated:
		return fault(c, http.StatusBadRequest, "INVALID_REPLICATION_DATE", "startDate cannot be more than 15 days ago")
	}
	records := []any{}
	for _, r := range c.Store.List(name, func(r simulators.Object) bool { return r["IsDeleted"] == true }) {
		at, err := time.Parse(stampForm, worded(r["deletedDate"]))
		if err == nil && !at.Before(start) && at.Before(end) {
			records = append(records, simulators.Object{"id": r["Id"], "deletedDate": r["deletedDate"]})
		}
	}
	r := reply(c, http.StatusOK, simulators.Object{
		"deletedRecords": records, "earliestDateAvailable": stamp(c.Now.Add(-replicated)), "latestDateCovered": stamp(c.Now.Truncate(time.Minute)),
	})
	r.Said = fmt.Sprintf("%d deleted records", len(records))
	return r
}
