package scim

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"syncline/connectors/simulators"
)

// most is how many resources a page has at most.
const most = 100

// equality is the filter that the directory knows.
var equality = regexp.MustCompile(`^(\S+) [eE][qQ] (".*"|true|false)$`)

// list answers a page, numbered from 1 by its first resource.
func (k kind) list(c *simulators.Call) simulators.Reply {
	q := c.URL.Query()
	fits, no := k.filter(q.Get("filter"))
	if no != nil {
		return *no
	}
	first, err := strconv.Atoi(q.Get("startIndex"))
	if err != nil || first < 1 {
		first = 1 // RFC 7644, 3.4.2.4
	}
	count, err := strconv.Atoi(q.Get("count"))
	if err != nil {
		count = most
	}
	all := c.Store.List(k.table, fits)
	from := min(first-1, len(all))
	to := min(from+c.PageSize(min(max(count, 0), most)), len(all))
	out := make([]any, 0, to-from)
	for _, o := range all[from:to] {
		out = append(out, o)
	}
	return answer(http.StatusOK, simulators.Object{
		"schemas": []any{listSchema}, "totalResults": len(all), "startIndex": first, "itemsPerPage": len(out), "Resources": out,
	}, fmt.Sprintf("%d of %d %s", len(out), len(all), strings.ToLower(k.table)))
}

// filter reads an equality.
func (k kind) filter(text string) (func(simulators.Object) bool, *simulators.Reply) {
	if text == "" {
		return nil, nil
	}
	var want any
	parts := equality.FindStringSubmatch(text)
	if parts == nil || json.Unmarshal([]byte(parts[2]), &want) != nil {
		no := refused(http.StatusBadRequest, "invalidFilter", "only an equality is known")
		return nil, &no
	}
	return func(o simulators.Object) bool {
		name := member(o, parts[1])
		if have, ok := o[name].(string); ok && name == k.unique { // caseExact is false
			s, _ := want.(string)
			return strings.EqualFold(have, s)
		}
		return o[name] == want
	}, nil
}

func (k kind) get(c *simulators.Call) simulators.Reply {
	o := c.Store.Get(k.table, c.PathValue("id"))
	if o == nil {
		return k.missing()
	}
	return k.shown(http.StatusOK, o, k.called(o))
}

func (k kind) create(c *simulators.Call) simulators.Reply {
	in, ok := c.JSON()
	schemas, _ := in["schemas"].([]any)
	switch {
	case !ok:
		return refused(http.StatusBadRequest, "invalidSyntax", "the body is no JSON object")
	case !holds(schemas, k.schema), in[enterprise] != nil && !holds(schemas, enterprise):
		return refused(http.StatusBadRequest, "invalidValue", "schemas does not name every schema that is used")
	}
	o, no := k.write(c, "", in)
	if no != nil {
		return *no
	}
	return k.shown(http.StatusCreated, o, "added "+k.called(o))
}

func holds(list []any, want string) bool {
	for _, v := range list {
		if v == want {
			return true
		}
	}
	return false
}

// write keeps a resource under an id, or under a new one.
func (k kind) write(c *simulators.Call, id string, in simulators.Object) (simulators.Object, *simulators.Reply) {
	if strings.TrimSpace(text(in[k.unique])) == "" {
		no := refused(http.StatusBadRequest, "invalidValue", k.unique+" is required")
		return nil, &no
	}
	for _, other := range c.Store.List(k.table, nil) {
		if other["id"] != id && strings.EqualFold(text(other[k.unique]), text(in[k.unique])) {
			no := refused(http.StatusConflict, "uniqueness", k.unique+" is taken")
			return nil, &no
		}
	}
	version, created := 1, stamp(c.Now)
	if was := c.Store.Get(k.table, id); was != nil {
		meta := was["meta"].(simulators.Object)
		version, created = versionOf(was)+1, text(meta["created"])
	} else {
		id = fmt.Sprintf("2819c223-7f76-453a-919d-%012d", c.Store.Next(k.table, 413861))
	}
	o := maps.Clone(in)
	if _, ok := o["active"].(bool); !ok && k == users {
		o["active"] = true
	}
	o["id"], o["meta"] = id, simulators.Object{
		"resourceType": k.name, "created": created, "lastModified": stamp(c.Now), "version": fmt.Sprintf(`W/"%d"`, version),
	}
	c.Store.Put(k.table, id, o)
	return c.Store.Get(k.table, id), nil
}

// versionOf is how often a resource was written.
func versionOf(o simulators.Object) (n int) {
	meta, _ := o["meta"].(simulators.Object)
	_, _ = fmt.Sscanf(text(meta["version"]), `W/"%d"`, &n) // it is ours
	return n
}

func (k kind) patch(c *simulators.Call) simulators.Reply {
	o, no := k.current(c)
	if no != nil {
		return *no
	}
	in, _ := c.JSON()
	schemas, _ := in["schemas"].([]any)
	operations, _ := in["Operations"].([]any)
	if !holds(schemas, patchSchema) || len(operations) == 0 {
		return refused(http.StatusBadRequest, "invalidSyntax", "the body is no PatchOp")
	}
	for _, v := range operations {
		op, _ := v.(simulators.Object)
		if why := apply(o, op); why != "" {
			return refused(http.StatusBadRequest, why, fmt.Sprintf("the operation %v of %v", op["op"], op["path"]))
		}
	}
	if o, no = k.write(c, c.PathValue("id"), o); no != nil {
		return *no
	}
	return k.shown(http.StatusOK, o, "changed "+k.called(o))
}

func (k kind) remove(c *simulators.Call) simulators.Reply {
	o, no := k.current(c)
	if no != nil {
		return *no
	}
	c.Store.Delete(k.table, text(o["id"]))
	return simulators.Reply{Status: http.StatusNoContent, Said: "deleted " + k.called(o)}
}

// current is the resource that is to be written, if whoever writes has seen it
// as it is.
func (k kind) current(c *simulators.Call) (simulators.Object, *simulators.Reply) {
	o := c.Store.Get(k.table, c.PathValue("id"))
	if o == nil {
		no := k.missing()
		return nil, &no
	}
	if want := c.Header.Get("If-Match"); want != "" && want != o["meta"].(simulators.Object)["version"] {
		no := refused(http.StatusPreconditionFailed, "", "the resource has another version")
		return nil, &no
	}
	return o, nil
}

func (k kind) missing() simulators.Reply {
	return refused(http.StatusNotFound, "", "there is no such "+k.name)
}

// shown answers a resource with its version.
func (k kind) shown(status int, o simulators.Object, said string) simulators.Reply {
	r := answer(status, o, said)
	r.Header["ETag"] = text(o["meta"].(simulators.Object)["version"])
	return r
}

// called is what a person calls a resource.
func (k kind) called(o simulators.Object) string { return k.name + " " + text(o["id"]) }
