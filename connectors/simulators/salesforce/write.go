package salesforce

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// change is one write of one record.
type change struct {
	method string
	object string
	id     string // or the name of an external id
	value  string // of the external id
	since  string // If-Unmodified-Since
	body   simulators.Object
	part   string // which part of the request it is
}

// outcome is what became of one.
type outcome struct {
	status  int
	id      string
	created bool
	problem *problem
}

func refused(status int, code, message string, fields ...string) outcome {
	return outcome{status: status, problem: &problem{message, code, append([]string{}, fields...)}}
}

// row answers a write of one record by an address of its own.
func row(c *simulators.Call) simulators.Reply {
	body, ok := c.JSON()
	if !ok && c.Method != http.MethodDelete {
		return fault(c, http.StatusBadRequest, "JSON_PARSER_ERROR", "the body is no object")
	}
	ch, ok := changeAt(c.Method, c.URL.EscapedPath())
	if !ok {
		return fault(c, http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
	}
	ch.body, ch.since = body, c.Header.Get("If-Unmodified-Since")
	out := write(c, ch)
	r := reply(c, out.status, out.body(ch))
	r.Said = said(ch, out)
	return r
}

func said(ch change, out outcome) string {
	if out.problem != nil {
		return "refused: " + out.problem.Code + ", " + out.problem.Message
	}
	return strings.ToLower(ch.method) + " " + ch.object + " " + out.id
}

// changeAt reads the address of a row: an object, and an id or an external id
// with its value.
func changeAt(method, path string) (change, bool) {
	rest, ok := strings.CutPrefix(path, base+"sobjects/")
	var parts []string
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "/"), "/") {
		text, err := url.PathUnescape(part)
		ok = ok && err == nil && text != ""
		parts = append(parts, text)
	}
	ch := change{method: method}
	for i, into := range []*string{&ch.object, &ch.id, &ch.value} {
		if i < len(parts) {
			*into = parts[i]
		}
	}
	switch len(parts) {
	case 1:
		ok = ok && method == http.MethodPost
	case 2:
		ok = ok && (method == http.MethodPatch || method == http.MethodDelete)
	case 3:
		ok = ok && method == http.MethodPatch
	default:
		ok = false
	}
	return ch, ok
}

// body is the answer to one write; nil: none.
func (o outcome) body(ch change) any {
	switch {
	case o.problem != nil:
		return []problem{*o.problem}
	case ch.method == http.MethodPost || ch.value != "":
		made := simulators.Object{"id": o.id, "success": true, "errors": []any{}}
		if ch.value != "" {
			made["created"] = o.created
		}
		return made
	}
	return nil
}

// write carries out one change.
func write(c *simulators.Call, ch change) outcome {
	name, o, ok := objectOf(c, ch.object)
	if !ok {
		return refused(http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
	}
	if c.Meets(simulators.Lock, ch.part) {
		return refused(http.StatusBadRequest, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
	}
	switch {
	case ch.method == http.MethodDelete:
		return deleteRow(c, name, ch)
	case ch.method == http.MethodPost:
		return create(c, name, &o, ch.body)
	case ch.value != "":
		return upsert(c, name, &o, ch)
	}
	return update(c, name, &o, ch)
}

// alive gives a record, or why there is none.
func alive(c *simulators.Call, name, id string) (simulators.Object, *outcome) {
	r := c.Store.Get(name, id)
	switch {
	case r == nil:
		out := refused(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: "+id)
		return nil, &out
	case r["IsDeleted"] == true:
		out := refused(http.StatusNotFound, "ENTITY_IS_DELETED", "entity is deleted")
		return nil, &out
	}
	return r, nil
}

func deleteRow(c *simulators.Call, name string, ch change) outcome {
	if ch.since != "" {
		return refused(http.StatusBadRequest, "INVALID_HEADER", "conditional headers are not supported with DELETE")
	}
	if _, no := alive(c, name, ch.id); no != nil {
		return *no
	}
	remove(c, name, ch.id, simulators.Object{"LastModifiedDate": stamp(c.Now), "SystemModstamp": stamp(c.Now), "LastModifiedById": author})
	return outcome{status: http.StatusNoContent, id: ch.id}
}

func update(c *simulators.Call, name string, o *sobject, ch change) outcome {
	r, no := alive(c, name, ch.id)
	if no != nil {
		return *no
	}
	if ch.since != "" {
		bound, err := time.Parse(http.TimeFormat, ch.since)
		if err != nil {
			return refused(http.StatusBadRequest, "INVALID_HEADER", "If-Unmodified-Since is no date of HTTP")
		}
		if at, err := time.Parse(stampForm, worded(r["LastModifiedDate"])); err != nil || at.After(bound) {
			return refused(http.StatusPreconditionFailed, "PRECONDITION_FAILED", "the record was modified since")
		}
	}
	if no := invalid(o, ch.body, false); no != nil {
		return *no
	}
	put(c, name, o, ch.id, ch.body, author)
	return outcome{status: http.StatusNoContent, id: ch.id}
}

func create(c *simulators.Call, name string, o *sobject, body simulators.Object) outcome {
	if no := invalid(o, body, true); no != nil {
		return *no
	}
	for field, f := range o.fields {
		if f.external && body[field] != nil && len(keyed(c, name, field, worded(body[field]))) > 0 {
			return refused(http.StatusBadRequest, "DUPLICATE_VALUE", "duplicate value found: "+field, field)
		}
	}
	return outcome{status: http.StatusCreated, id: put(c, name, o, "", body, author), created: true}
}

// keyed are the records that have a value of an external id.
func keyed(c *simulators.Call, name, field, value string) []simulators.Object {
	return c.Store.List(name, func(r simulators.Object) bool {
		return r["IsDeleted"] != true && strings.EqualFold(worded(r[field]), value)
	})
}

func upsert(c *simulators.Call, name string, o *sobject, ch change) outcome {
	field, f, ok := o.fieldOf(ch.id)
	switch _, inside := ch.body[field]; {
	case !ok || !f.external:
		return refused(http.StatusBadRequest, "INVALID_FIELD", "Provided external ID field does not exist or is not accessible: "+ch.id)
	case inside:
		return refused(http.StatusBadRequest, "INVALID_FIELD", "The "+field+" field should not be specified in the sobject data.")
	}
	have := keyed(c, name, field, ch.value)
	if no := invalid(o, ch.body, len(have) == 0); no != nil {
		return *no
	}
	body := simulators.Object{field: ch.value}
	for k, v := range ch.body {
		body[k] = v
	}
	if len(have) > 0 {
		return outcome{status: http.StatusOK, id: put(c, name, o, worded(have[0]["Id"]), body, author)}
	}
	return outcome{status: http.StatusCreated, id: put(c, name, o, "", body, author), created: true}
}

// invalid says what is wrong with what is written; nil where nothing is. The
// names become those of the fields.
func invalid(o *sobject, body simulators.Object, made bool) *outcome {
	no := func(code, message string, fields ...string) *outcome {
		out := refused(http.StatusBadRequest, code, message, fields...)
		return &out
	}
	for _, given := range slices.Sorted(maps.Keys(body)) {
		v := body[given]
		name, f, ok := o.fieldOf(given)
		switch {
		case !ok:
			return no("INVALID_FIELD", fmt.Sprintf("No such column '%s' on sobject", given))
		case name == "Id":
			return no("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
		case f.fixed:
			return no("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: "+name, name)
		case v != nil && !f.takes(v):
			return no("JSON_PARSER_ERROR", "Cannot deserialize the value of "+name, name)
		case f.kind == email && v != nil && worded(v) != "" && !addressed(worded(v)):
			return no("INVALID_EMAIL_ADDRESS", name+": invalid email address: "+worded(v), name)
		case f.required && (v == nil || v == ""):
			return no("REQUIRED_FIELD_MISSING", "Required fields are missing: ["+name+"]", name)
		}
		if delete(body, given); v == "" && f.kind != text {
			v = nil
		}
		body[name] = v
	}
	var missing []string
	for _, name := range o.required() {
		if made && body[name] == nil {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return no("REQUIRED_FIELD_MISSING", "Required fields are missing: ["+strings.Join(missing, ", ")+"]", missing...)
	}
	return nil
}

func addressed(text string) bool {
	_, err := mail.ParseAddress(text)
	return err == nil
}

// takes reports whether a field can hold a value.
func (f field) takes(v any) bool {
	switch f.kind {
	case number:
		_, ok := v.(json.Number)
		return ok
	case truth:
		_, ok := v.(bool)
		return ok
	}
	s, ok := v.(string)
	forms := map[byte][]string{date: {time.DateOnly}, datetime: {"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000Z0700"}}[f.kind]
	return ok && (forms == nil || slices.ContainsFunc(forms, func(form string) bool {
		at, err := time.Parse(form, s)
		return err == nil && at.Nanosecond()%int(time.Millisecond) == 0
	}))
}
