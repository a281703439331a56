package ashby

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

// filter says which records of a table a listing is of.
type filter func(in, o simulators.Object) bool

// list answers a listing: all records, or those that changed since the token of
// the last one.
func list(table string, of filter) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		in, _ := c.JSON()
		since := time.Time{}
		if token := text(in["syncToken"]); token != "" {
			micro, err := strconv.ParseInt(strings.TrimPrefix(token, "sync-"), 10, 64)
			if err != nil {
				return failed("sync_token_invalid", "")
			}
			if c.Meets(simulators.Expire, "token") {
				return failed("sync_token_expired", "")
			}
			since = time.UnixMicro(micro)
		}
		return page(c, in, table, c.Store.List(table, func(o simulators.Object) bool {
			return (of == nil || of(in, o)) && !changed(o).Before(since)
		}))
	}
}

// changed is when a record changed last.
func changed(o simulators.Object) time.Time {
	t, _ := time.Parse(time.RFC3339, text(o["updatedAt"]))
	return t
}

// overlap is how much of the past a sync token tells again, so that nothing of
// the moment it was given in is lost.
const overlap = time.Second

// page answers one page, with a cursor where there is a next one, and with a
// sync token where there is none.
func page(c *simulators.Call, in simulators.Object, table string, all []simulators.Object) simulators.Reply {
	size := 100
	if n, ok := in["limit"].(json.Number); ok {
		asked, err := n.Int64()
		if err != nil || asked < 1 || asked > 100 {
			return invalid("limit must be between 1 and 100")
		}
		size = int(asked)
	}
	from := 0
	if cursor := text(in["cursor"]); cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "after-"))
		if err != nil || n < 1 {
			return invalid("cursor is none that was given")
		}
		from = min(n, len(all))
	}
	to := min(from+c.PageSize(size), len(all))
	body := simulators.Object{"success": true, "results": all[from:to], "moreDataAvailable": to < len(all)}
	if to < len(all) {
		body["nextCursor"] = fmt.Sprint("after-", to)
	} else {
		body["syncToken"] = fmt.Sprint("sync-", c.Now.Add(-overlap).UnixMicro())
	}
	return simulators.Reply{Status: http.StatusOK, Body: body, Said: fmt.Sprintf("%d of %d %s", to-from, len(all), table)}
}

// info answers a record by its id.
func info(table, member, missing string) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		in, _ := c.JSON()
		o := c.Store.Get(table, text(in[member]))
		if o == nil {
			return failed(missing, "")
		}
		return done(o, "")
	}
}

// search answers the records that fit; one that names nothing is refused.
func search(c *simulators.Call, table string, fits map[string]func(o simulators.Object, want string) bool) simulators.Reply {
	in, _ := c.JSON()
	named := 0
	found := c.Store.List(table, func(simulators.Object) bool { return true })
	for member, fit := range fits {
		want := text(in[member])
		if want == "" {
			continue
		}
		named++
		found = slices.DeleteFunc(found, func(o simulators.Object) bool { return !fit(o, want) })
	}
	if named == 0 {
		return invalid("nothing is looked for")
	}
	return done(found, fmt.Sprintf("found %d %s", len(found), table))
}

// is compares a member of a record, capitals aside.
func is(member string) func(simulators.Object, string) bool {
	return func(o simulators.Object, want string) bool { return strings.EqualFold(text(o[member]), want) }
}

func searchUsers(c *simulators.Call) simulators.Reply {
	return search(c, "users", map[string]func(simulators.Object, string) bool{"email": is("email")})
}

// enabled leaves out the users who no longer may, unless they are asked for.
func enabled(in, o simulators.Object) bool {
	return in["includeDeactivated"] == true || o["isEnabled"] == true
}
