package servicenow

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncline/connectors/simulators"
)

// table is a table of the instance.
type table struct {
	name, prefix string // of its numbers; "": it has none
	columns      []string
	references   []string // columns that hold the sys_id of another record
	journals     []string // columns that only take entries
	unique       string
}

// task are the columns of everything that is worked on.
var task = []string{
	"short_description", "description", "state", "impact", "urgency", "assigned_to", "assignment_group", "close_notes", "correlation_id", "active", "parent",
}

var tables = map[string]*table{
	"incident": {
		name: "incident", prefix: "INC", journals: []string{"comments", "work_notes"},
		columns:    append(slices.Clone(task), "category", "subcategory", "caller_id", "contact_type", "close_code"),
		references: []string{"assigned_to", "assignment_group", "parent", "caller_id"},
	},
	"sc_request": {
		name: "sc_request", prefix: "REQ", journals: []string{"comments", "work_notes"},
		columns:    append(slices.Clone(task), "requested_for", "request_state", "approval"),
		references: []string{"assigned_to", "assignment_group", "parent", "requested_for"},
	},
	"sc_req_item": {
		name: "sc_req_item", prefix: "RITM", journals: []string{"comments", "work_notes"},
		columns:    append(slices.Clone(task), "request", "cat_item", "quantity", "stage", "approval"),
		references: []string{"assigned_to", "assignment_group", "parent", "request", "cat_item"},
	},
	"sys_user": {
		name: "sys_user", unique: "user_name",
		columns: []string{
			"user_name", "first_name", "last_name", "email", "employee_number", "title", "department", "manager", "location", "phone", "mobile_phone", "active",
		},
		references: []string{"department", "manager", "location"},
	},
}

// open is a record as a table makes it.
func (t *table) open(c *simulators.Call, user string) simulators.Object {
	o := simulators.Object{"sys_created_on": stamp(c.Now), "sys_created_by": user, "sys_mod_count": "-1"}
	for _, column := range t.columns {
		o[column] = ""
	}
	o["active"] = "true"
	n := c.Store.Next(t.name, 1)
	o["sys_id"] = fmt.Sprintf("9d385017c6112287%02x%014x", len(t.name), n)
	if t.prefix != "" {
		o["number"] = fmt.Sprintf("%s%07d", t.prefix, 10000+n)
		o["state"], o["impact"], o["urgency"], o["opened_at"], o["closed_at"] = "1", "3", "3", stamp(c.Now), ""
	}
	switch t.name {
	case "incident":
		o["resolved_at"], o["made_sla"], o["sys_class_name"] = "", "true", "incident"
	case "sc_request":
		o["request_state"], o["approval"] = "requested", "requested"
	case "sc_req_item":
		o["stage"], o["approval"], o["quantity"] = "waiting_for_approval", "requested", "1"
	}
	return o
}

// write keeps what a request or a person says of a record. Columns that the
// table does not have are passed over.
func (t *table) write(c *simulators.Call, user string, o, in simulators.Object) simulators.Object {
	for name, v := range in {
		if slices.Contains(t.columns, name) {
			o[name] = text(v)
		}
	}
	for _, column := range t.journals {
		o[column] = "" // as it is read without display values
		if said := text(in[column]); said != "" {
			c.Store.Put("sys_journal_field", strconv.FormatInt(c.Store.Next("sys_journal_field", 1), 10), simulators.Object{
				"element_id": o["sys_id"], "name": t.name, "element": column, "value": said, "sys_created_by": user, "sys_created_on": stamp(c.Now),
			})
		}
	}
	if t.prefix != "" {
		o["priority"] = priority(text(o["impact"]), text(o["urgency"]))
	}
	count, _ := strconv.Atoi(text(o["sys_mod_count"])) // it is ours
	o["sys_mod_count"], o["sys_updated_on"], o["sys_updated_by"] = strconv.Itoa(count+1), stamp(c.Now), user
	c.Store.Put(t.name, text(o["sys_id"]), maps.Clone(o))
	return o
}

// priority follows impact and urgency, each 1 to 3, as in the base system.
func priority(impact, urgency string) string {
	i, _ := strconv.Atoi(impact)
	u, _ := strconv.Atoi(urgency)
	if i < 1 || i > 3 || u < 1 || u > 3 {
		return "4"
	}
	return strconv.Itoa(i + u - 1)
}

// taken reports whether another record has the value that only one may have.
func (t *table) taken(c *simulators.Call, id string, value any) bool {
	return t.unique != "" && len(c.Store.List(t.name, func(o simulators.Object) bool {
		return o["sys_id"] != id && strings.EqualFold(text(o[t.unique]), text(value))
	})) > 0
}

// Put writes columns of a record of a table, or makes it where no sys_id is
// given, as somebody who works there would. It returns the sys_id.
func Put(c *simulators.Call, name, id string, columns simulators.Object) string {
	t := tables[name]
	if t == nil {
		panic("servicenow: there is no table " + name)
	}
	o := c.Store.Get(name, id)
	if o == nil {
		o = t.open(c, "beth.anglin")
	}
	return text(t.write(c, "beth.anglin", o, columns)["sys_id"])
}
