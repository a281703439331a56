package servicenow

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// list answers a page of the records that fit, with links to the first and the
// next.
func list(c *simulators.Call, t *table) simulators.Reply {
	q := c.URL.Query()
	asked, ok := parse(q.Get("sysparm_query"))
	if !ok {
		return failure(http.StatusBadRequest, "Invalid query", "this simulator does not know it")
	}
	all := c.Store.List(t.name, func(o simulators.Object) bool {
		for name := range q {
			if _, column := o[name]; column && text(o[name]) != q.Get(name) {
				return false
			}
		}
		return asked.fits(o)
	})
	asked.sort(all)
	limit, offset := number(q.Get("sysparm_limit"), 10000), number(q.Get("sysparm_offset"), 0)
	if offset > 0 {
		if reply, gone := c.Expired(); gone {
			return reply
		}
	}
	from := min(offset, len(all))
	to := min(from+c.PageSize(limit), len(all))
	out := make([]any, 0, to-from)
	for _, o := range all[from:to] {
		out = append(out, shown(c, t, o))
	}
	links := []string{link(c, 0, "first")}
	if to < len(all) {
		links = append(links, link(c, to, "next"))
	}
	return simulators.Reply{
		Status: http.StatusOK, Body: simulators.Object{"result": out}, Said: fmt.Sprintf("%d of %d of %s", len(out), len(all), t.name),
		Header: map[string]string{"Link": strings.Join(links, ","), "X-Total-Count": strconv.Itoa(len(all))},
	}
}

func number(given string, otherwise int) int {
	if n, err := strconv.Atoi(given); err == nil && n >= 0 {
		return n
	}
	return otherwise
}

func link(c *simulators.Call, offset int, rel string) string {
	q := c.URL.Query()
	q.Set("sysparm_offset", strconv.Itoa(offset))
	return fmt.Sprintf(`<http://%s%s?%s>;rel="%s"`, c.Host, c.URL.Path, q.Encode(), rel)
}

// query is an encoded query: conditions on moments, and columns to sort by.
type query struct {
	since map[string]time.Time
	order []string
}

func parse(text string) (query, bool) {
	q := query{since: map[string]time.Time{}}
	for part := range strings.SplitSeq(text, "^") {
		if part == "" {
			continue
		}
		if column, ok := strings.CutPrefix(part, "ORDERBY"); ok {
			q.order = append(q.order, column)
			continue
		}
		column, value, ok := strings.Cut(part, ">=")
		bound, err := time.Parse(stampForm, value)
		if !ok || err != nil {
			return query{}, false
		}
		q.since[column] = bound
	}
	return q, true
}

func (q query) fits(o simulators.Object) bool {
	for column, bound := range q.since {
		if at, err := time.Parse(stampForm, text(o[column])); err != nil || at.Before(bound) {
			return false
		}
	}
	return true
}

func (q query) sort(all []simulators.Object) {
	slices.SortStableFunc(all, func(a, b simulators.Object) int {
		for _, column := range q.order {
			if n := strings.Compare(text(a[column]), text(b[column])); n != 0 {
				return n
			}
		}
		return 0
	})
}

// shown is a record as it is answered: a reference is an object with a link,
// unless the links are not wanted.
func shown(c *simulators.Call, t *table, o simulators.Object) simulators.Object {
	if c.URL.Query().Get("sysparm_exclude_reference_link") == "true" {
		return o
	}
	for _, column := range t.references {
		if id := text(o[column]); id != "" {
			o[column] = simulators.Object{"link": fmt.Sprintf("http://%s/api/now/table/%s/%s", c.Host, column, id), "value": id}
		}
	}
	return o
}

func get(c *simulators.Call, t *table) simulators.Reply {
	o := c.Store.Get(t.name, c.PathValue("id"))
	if o == nil {
		return missing()
	}
	return result(c, t, http.StatusOK, o, called(t, o))
}

func create(c *simulators.Call, t *table) simulators.Reply {
	in, ok := c.JSON()
	switch {
	case !ok:
		return failure(http.StatusBadRequest, "Exception while reading request", "the body is no JSON object")
	case t.taken(c, "", in[t.unique]):
		return failure(http.StatusForbidden, "Operation Failed", "Unique Key violation")
	}
	o := t.write(c, asks(c), t.open(c, asks(c)), in)
	return result(c, t, http.StatusCreated, o, "added "+called(t, o))
}

func update(c *simulators.Call, t *table) simulators.Reply {
	o := c.Store.Get(t.name, c.PathValue("id"))
	if o == nil {
		return missing()
	}
	in, ok := c.JSON()
	unique, given := in[t.unique]
	switch {
	case !ok:
		return failure(http.StatusBadRequest, "Exception while reading request", "the body is no JSON object")
	case given && t.taken(c, text(o["sys_id"]), unique):
		return failure(http.StatusForbidden, "Operation Failed", "Unique Key violation")
	}
	o = t.write(c, asks(c), o, in)
	return result(c, t, http.StatusOK, o, "changed "+called(t, o))
}

func remove(c *simulators.Call, t *table) simulators.Reply {
	o := c.Store.Get(t.name, c.PathValue("id"))
	if o == nil {
		return missing()
	}
	c.Store.Delete(t.name, text(o["sys_id"]))
	return simulators.Reply{Status: http.StatusNoContent, Said: "deleted " + called(t, o)}
}

func result(c *simulators.Call, t *table, status int, o simulators.Object, said string) simulators.Reply {
	return simulators.Reply{Status: status, Body: simulators.Object{"result": shown(c, t, o)}, Said: said}
}

// called is what a person calls a record.
func called(t *table, o simulators.Object) string {
	if t.prefix == "" {
		return t.name + " " + text(o["sys_id"])
	}
	return text(o["number"])
}
