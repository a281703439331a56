package bamboohr

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"syncline/connectors/simulators"
)

// columns are those of each table.
var columns = map[string][]string{
	"jobInfo":          {"date", "location", "division", "department", "jobTitle", "reportsTo"},
	"employmentStatus": {"date", "employmentStatus", "comment", "terminationTypeId", "terminationReasonId", "terminationRehireId"},
	"compensation":     {"startDate", "endDate", "rate", "type", "exempt", "reason", "comment", "paidPer", "paySchedule"},
}

// Row adds a row to a table of an employee, as a person would: with a day that
// has come it takes effect.
func Row(c *simulators.Call, id, table string, row simulators.Object) {
	o := c.Store.Get("employees", id)
	row["employeeId"] = id
	keep(c, table, row)
	if o != nil && text(row["date"]) <= today(c) {
		effect(c, o, table, row)
	}
}

// keep writes a row, with an id of its own unless it has one.
func keep(c *simulators.Call, table string, row simulators.Object) {
	if row["id"] == nil {
		row["id"] = strconv.FormatInt(c.Store.Next(table, 1), 10)
	}
	for _, name := range columns[table] {
		if _, ok := row[name]; !ok {
			row[name] = nil
		}
	}
	c.Store.Put(table, text(row["id"]), row)
}

// effect changes what follows a row.
func effect(c *simulators.Call, o simulators.Object, table string, row simulators.Object) {
	var what []string
	set := func(name string, v any) {
		if v != nil && v != o[name] {
			o[name], what = v, append(what, name)
		}
	}
	switch table {
	case "jobInfo":
		for _, name := range []string{"jobTitle", "department", "division", "location"} {
			set(name, row[name])
		}
		if boss := named(c, text(row["reportsTo"])); boss != nil {
			set("supervisor", row["reportsTo"])
			set("supervisorId", boss["id"])
		}
	case "employmentStatus":
		left, leaves := o["status"] == "Inactive", row["employmentStatus"] == "Terminated"
		set("employmentHistoryStatus", row["employmentStatus"])
		switch {
		case leaves:
			set("status", "Inactive")
			set("terminationDate", row["date"])
		case left: // who comes back
			set("originalHireDate", o["hireDate"])
			set("hireDate", row["date"])
			set("status", "Active")
			set("terminationDate", "")
		}
	}
	saved(c, o, "Updated")
	tell(c, "updated", text(o["id"]), what)
}

// named finds an employee as the account writes names: "Kim, Grace".
func named(c *simulators.Call, name string) simulators.Object {
	for _, o := range c.Store.List("employees", func(o simulators.Object) bool { return written(o) == name }) {
		return o
	}
	return nil
}

func written(o simulators.Object) string { return text(o["lastName"]) + ", " + text(o["firstName"]) }

func listRows(c *simulators.Call) simulators.Reply {
	table, id := c.PathValue("table"), c.PathValue("id")
	if columns[table] == nil || id != "all" && c.Store.Get("employees", id) == nil {
		return missing("employee or table")
	}
	out := []any{}
	for _, r := range c.Store.List(table, func(r simulators.Object) bool { return id == "all" || r["employeeId"] == id }) {
		out = append(out, r)
	}
	return simulators.Reply{Status: http.StatusOK, Body: out, Said: fmt.Sprintf("%d rows of %s", len(out), table)}
}

func addRow(c *simulators.Call) simulators.Reply {
	table, id := c.PathValue("table"), c.PathValue("id")
	if columns[table] == nil || c.Store.Get("employees", id) == nil {
		return missing("employee or table")
	}
	in, ok := c.JSON()
	if !ok {
		return invalid(http.StatusBadRequest, "the body is no JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(columns[table], name) {
			return invalid(http.StatusNotAcceptable, "there is no column "+name)
		}
	}
	if why := incomplete(c, table, in); why != "" {
		return invalid(http.StatusNotAcceptable, why)
	}
	Row(c, id, table, in)
	return simulators.Reply{Status: http.StatusOK, Said: "added a row to " + table + " of employee " + id}
}

// incomplete says what is wrong with a row; "" where nothing is.
func incomplete(c *simulators.Call, table string, in simulators.Object) string {
	wanted := map[string]string{}
	switch table {
	case "jobInfo":
		wanted = map[string]string{"jobTitle": "jobTitle", "department": "department", "division": "division", "location": "location"}
		if boss := text(in["reportsTo"]); boss != "" && named(c, boss) == nil {
			return "reportsTo is no employee"
		}
	case "employmentStatus":
		if in["employmentStatus"] == nil {
			return "employmentStatus is needed"
		}
		wanted["employmentStatus"] = "status"
		if in["employmentStatus"] == "Terminated" {
			for i, name := range columns[table][3:] {
				if in[name] == nil {
					return name + " is needed of who leaves"
				}
				wanted[name] = []string{"type", "reason", "rehire"}[i]
			}
		}
	}
	if first := columns[table][0]; !day(text(in[first])) {
		return first + " is no date"
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if v := in[name]; v != nil && !slices.Contains(lists[wanted[name]], text(v)) {
			return name + " is in none of the account's lists"
		}
	}
	return ""
}

// listUsers tells who may log in, by id.
func listUsers(c *simulators.Call) simulators.Reply {
	out := simulators.Object{}
	for _, u := range c.Store.List("users", nil) {
		out[fmt.Sprint(u["id"])] = u
	}
	return simulators.Reply{Status: http.StatusOK, Body: out, Said: "who may log in"}
}
