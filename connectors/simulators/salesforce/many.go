package salesforce

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"syncline/connectors/simulators"
)

const (
	mostParts   = 25  // of a composite request
	mostRecords = 200 // of a collection
)

var reference = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// composite answers several requests that stand in one.
func composite(c *simulators.Call) simulators.Reply {
	body, _ := c.JSON()
	parts, ok := body["compositeRequest"].([]any)
	if !ok || len(parts) == 0 || len(parts) > mostParts {
		return fault(c, http.StatusBadRequest, "LIMIT_EXCEEDED", fmt.Sprintf("a composite request has 1 to %d parts", mostParts))
	}
	if body["allOrNone"] == true {
		return fault(c, http.StatusBadRequest, "UNKNOWN_EXCEPTION", "allOrNone is not simulated")
	}
	seen := map[string]bool{}
	var out []any
	for _, p := range parts {
		part, _ := p.(simulators.Object)
		ref := worded(part["referenceId"])
		if !reference.MatchString(ref) || seen[ref] {
			return fault(c, http.StatusBadRequest, "JSON_PARSER_ERROR", "referenceId must begin with a letter, hold letters, digits and _, and be there once: "+ref)
		}
		seen[ref] = true
		ch, why := partOf(part)
		if why != "" {
			return fault(c, http.StatusBadRequest, "INVALID_INPUT", why)
		}
		ch.part = ref
		done := write(c, ch)
		out = append(out, simulators.Object{"body": done.body(ch), "httpHeaders": simulators.Object{}, "httpStatusCode": done.status, "referenceId": ref})
	}
	r := reply(c, http.StatusOK, simulators.Object{"compositeResponse": out})
	r.Said = fmt.Sprintf("%d requests in one", len(out))
	return r
}

// partOf reads one part of a composite request.
func partOf(part simulators.Object) (ch change, why string) {
	headers, _ := part["httpHeaders"].(simulators.Object)
	for name := range headers {
		switch strings.ToLower(name) {
		case "accept", "authorization", "content-type":
			return ch, "the header " + name + " cannot be set in a subrequest"
		}
	}
	ch, ok := changeAt(worded(part["method"]), worded(part["url"]))
	if !ok {
		return ch, "the subrequest is not simulated: " + worded(part["method"]) + " " + worded(part["url"])
	}
	ch.body, _ = part["body"].(simulators.Object)
	if ch.body == nil && ch.method != http.MethodDelete {
		return ch, "the subrequest has no body"
	}
	ch.since = worded(headers["If-Unmodified-Since"])
	return ch, ""
}

// createMany answers a collection of new records: each is made or refused by
// itself.
func createMany(c *simulators.Call) simulators.Reply {
	body, _ := c.JSON()
	records, ok := body["records"].([]any)
	if !ok || len(records) == 0 || len(records) > mostRecords || body["allOrNone"] == true {
		return fault(c, http.StatusBadRequest, "INVALID_INPUT", fmt.Sprintf("a collection has 1 to %d records, and allOrNone is not simulated", mostRecords))
	}
	var out []any
	for i, r := range records {
		record, _ := r.(simulators.Object)
		attributes, _ := record["attributes"].(simulators.Object)
		ch := change{method: http.MethodPost, object: worded(attributes["type"]), part: strconv.Itoa(i), body: record}
		if ch.object == "" {
			return fault(c, http.StatusBadRequest, "INVALID_INPUT", "a record has no attributes with a type")
		}
		delete(record, "attributes")
		out = append(out, write(c, ch).saved())
	}
	r := reply(c, http.StatusOK, out)
	r.Said = fmt.Sprintf("a collection of %d records", len(out))
	return r
}

// deleteMany answers a collection of records to be deleted. An id's beginning
// says whose it is.
func deleteMany(c *simulators.Call) simulators.Reply {
	ids := strings.Split(c.URL.Query().Get("ids"), ",")
	if len(c.Content) > 0 || len(ids) > mostRecords || ids[0] == "" {
		return fault(c, http.StatusBadRequest, "INVALID_INPUT", fmt.Sprintf("ids has to name 1 to %d records, and there is no body", mostRecords))
	}
	var out []any
	for i, id := range ids {
		ch := change{method: http.MethodDelete, object: ownerOf(c, id), id: id, part: strconv.Itoa(i)}
		out = append(out, write(c, ch).saved())
	}
	r := reply(c, http.StatusOK, out)
	r.Said = fmt.Sprintf("a collection of %d deletions", len(out))
	return r
}

// ownerOf finds the object of an id.
func ownerOf(c *simulators.Call, id string) string {
	for name := range standard() {
		if c.Store.Get(name, id) != nil {
			return name
		}
	}
	for _, o := range c.Store.List("sobjects", nil) {
		if name := worded(o["name"]); c.Store.Get(name, id) != nil {
			return name
		}
	}
	return ""
}

// saved is the result of one record of a collection.
func (o outcome) saved() simulators.Object {
	if o.problem == nil {
		return simulators.Object{"id": o.id, "success": true, "errors": []any{}}
	}
	return simulators.Object{"success": false, "errors": []any{simulators.Object{"statusCode": o.problem.Code, "message": o.problem.Message, "fields": o.problem.Fields}}}
}
