package bamboohr

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// Put changes fields of an employee, or adds one, as a person would: without an
// id it gets one. It returns the id.
func Put(c *simulators.Call, id string, in simulators.Object) string {
	o := c.Store.Get("employees", id)
	if o == nil {
		return added(c, in)
	}
	updated(c, o, in)
	return id
}

// Delete removes an employee for good.
func Delete(c *simulators.Call, id string) {
	if c.Store.Get("employees", id) == nil {
		return
	}
	c.Store.Delete("employees", id)
	for table := range columns {
		for _, r := range c.Store.List(table, func(r simulators.Object) bool { return text(r["employeeId"]) == id }) {
			c.Store.Delete(table, text(r["id"]))
		}
	}
	note(c, id, "Deleted")
	tell(c, "deleted", id, nil)
}

// added makes an employee, and the first rows of its tables.
func added(c *simulators.Call, in simulators.Object) string {
	id := strconv.FormatInt(c.Store.Next("employees", 101), 10)
	o := simulators.Object{"id": id, "status": "Active", "employmentHistoryStatus": "Full-Time"}
	begins := text(in["hireDate"])
	if begins == "" {
		begins = today(c)
	}
	keep(c, "employmentStatus", simulators.Object{"employeeId": id, "date": begins, "employmentStatus": "Full-Time", "comment": ""})
	maps.Copy(o, in)
	jobs(c, o, in, begins)
	saved(c, o, "Inserted")
	tell(c, "created", id, nil)
	tell(c, "updated", id, slices.Sorted(maps.Keys(in)))
	return id
}

// updated writes fields of an employee.
func updated(c *simulators.Call, o, in simulators.Object) {
	maps.Copy(o, in)
	jobs(c, o, in, today(c))
	saved(c, o, "Updated")
	tell(c, "updated", text(o["id"]), slices.Sorted(maps.Keys(in)))
}

// jobs adds a row to jobInfo where fields changed that follow it; what changes
// twice on one day is one row.
func jobs(c *simulators.Call, o, in simulators.Object, day string) {
	if !slices.ContainsFunc(columns["jobInfo"], func(name string) bool { return in[name] != nil }) {
		return
	}
	row := simulators.Object{"employeeId": o["id"], "date": day, "reportsTo": o["supervisor"]}
	for _, r := range c.Store.List("jobInfo", func(r simulators.Object) bool { return r["employeeId"] == o["id"] && r["date"] == day }) {
		row["id"] = r["id"]
	}
	for _, name := range []string{"jobTitle", "department", "division", "location"} {
		row[name] = o[name]
	}
	keep(c, "jobInfo", row)
}

// saved keeps an employee, and that it changed.
func saved(c *simulators.Call, o simulators.Object, action string) {
	first := text(o["preferredName"])
	if first == "" {
		first = text(o["firstName"])
	}
	o["displayName"], o["lastChanged"] = first+" "+text(o["lastName"]), stamp(c.Now)
	c.Store.Put("employees", text(o["id"]), o)
	note(c, text(o["id"]), action)
}

// note keeps what happened last to an employee, also to one who is deleted.
func note(c *simulators.Call, id, action string) {
	c.Store.Put("changes", id, simulators.Object{"id": id, "action": action, "lastChanged": stamp(c.Now)})
}

func today(c *simulators.Call) string { return c.Now.UTC().Format(time.DateOnly) }

func addEmployee(c *simulators.Call) simulators.Reply {
	in, ok := c.JSON()
	if !ok {
		return invalid(http.StatusBadRequest, "the body is no JSON object")
	}
	if strings.TrimSpace(text(in["firstName"])) == "" || strings.TrimSpace(text(in["lastName"])) == "" {
		return invalid(http.StatusBadRequest, "the first and the last name are needed")
	}
	if no := checked(c, "", nil, in); no != nil {
		return *no
	}
	id := added(c, in)
	return simulators.Reply{
		Status: http.StatusCreated, Said: "added employee " + id,
		Header: map[string]string{"Location": fmt.Sprintf("http://%s/employees/employee.php?id=%s", c.Host, id)},
	}
}

func changeEmployee(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("employees", c.PathValue("id"))
	if o == nil {
		return missing("employee")
	}
	in, ok := c.JSON()
	if !ok {
		return invalid(http.StatusBadRequest, "the body is no JSON object")
	}
	for _, name := range []string{"firstName", "lastName"} {
		if v, given := in[name]; given && strings.TrimSpace(text(v)) == "" {
			return invalid(http.StatusBadRequest, name+" is needed")
		}
	}
	if no := checked(c, text(o["id"]), o, in); no != nil {
		return *no
	}
	updated(c, o, in)
	return simulators.Reply{Status: http.StatusOK, Said: "changed employee " + text(o["id"])}
}

func getEmployee(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("employees", c.PathValue("id"))
	if o == nil {
		return missing("employee")
	}
	wanted := []string{"firstName", "lastName"}
	if asked := c.URL.Query().Get("fields"); asked != "" {
		wanted = strings.Split(asked, ",")
	}
	if len(wanted) > mostFields {
		return invalid(http.StatusBadRequest, "too many fields")
	}
	return simulators.Reply{Status: http.StatusOK, Body: shown(o, wanted), Said: "employee " + text(o["id"])}
}
