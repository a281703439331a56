package bamboohr

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// field is a field of an employee.
type field struct {
	kind  string // as the account's description of its fields has it
	fixed bool   // it follows from something else
	table string // the table whose latest row it follows, if any
}

// fields are those of the account: the usual ones, and some of its own.
var fields = map[string]field{
	"id": {kind: "integer", fixed: true}, "firstName": {kind: "text"}, "lastName": {kind: "text"}, "middleName": {kind: "text"}, "preferredName": {kind: "text"},
	"displayName": {kind: "text", fixed: true}, "employeeNumber": {kind: "text"}, "workEmail": {kind: "email"}, "homeEmail": {kind: "email"},
	"workPhone": {kind: "phone"}, "workPhoneExtension": {kind: "text"}, "mobilePhone": {kind: "phone"}, "homePhone": {kind: "phone"},
	"address1": {kind: "text"}, "address2": {kind: "text"}, "city": {kind: "text"}, "state": {kind: "state"}, "zipcode": {kind: "text"}, "country": {kind: "country"},
	"dateOfBirth": {kind: "date"}, "gender": {kind: "gender"}, "hireDate": {kind: "date"}, "originalHireDate": {kind: "date", fixed: true}, "terminationDate": {kind: "date", fixed: true},
	"jobTitle": {kind: "list", table: "jobInfo"}, "department": {kind: "list", table: "jobInfo"}, "division": {kind: "list", table: "jobInfo"}, "location": {kind: "list", table: "jobInfo"},
	"supervisor": {kind: "employee", fixed: true}, "supervisorId": {kind: "integer", fixed: true},
	"employmentHistoryStatus": {kind: "list", fixed: true}, "status": {kind: "status", fixed: true}, "lastChanged": {kind: "timestamp", fixed: true},
	"payRate": {kind: "currency"}, "customApplication": {kind: "text"}, "customBadge": {kind: "text"}, "customWeeklyHours": {kind: "text"},
}

// lists are what the account's lists hold.
var lists = map[string][]string{
	"jobTitle":   {"Account Manager", "Backend Engineer", "Data Analyst", "HR Administrator", "Lead Engineer"},
	"department": {"Customers", "Data", "Engineering", "Human Resources"},
	"division":   {"Americas", "Europe"},
	"location":   {"Lindon", "London", "Remote", "Berlin", "New York"},
	"country":    {"Canada", "Germany", "United Kingdom", "United States"},
	"gender":     {"Female", "Male", "Non-binary"},
	"status":     {"Contractor", "Full-Time", "Part-Time", "Terminated"},
	"type":       {"Death", "Resignation (Voluntary)", "Termination (Involuntary)"},
	"reason":     {"End of Season", "Other employment", "Performance"},
	"rehire":     {"No", "Yes", "Upon review"},
}

// address are the fields that need a country.
var address = []string{"address1", "address2", "city", "state", "zipcode"}

// checked says what is wrong with fields that are to be written; nil: nothing.
func checked(c *simulators.Call, id string, was, in simulators.Object) *simulators.Reply {
	refused := func(why string) *simulators.Reply {
		no := invalid(http.StatusConflict, why)
		return &no
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		f, known := fields[name]
		v, isText := in[name].(string)
		switch {
		case !known:
			return refused("there is no field " + name)
		case f.fixed:
			return refused(name + " cannot be changed here")
		case !isText:
			return refused(name + " has to be a text")
		case v != "" && lists[name] != nil && !slices.Contains(lists[name], v):
			return refused(name + " is in none of the account's lists")
		case v != "" && f.kind == "date" && !day(v):
			return refused(name + " is no date")
		case v != "" && f.kind == "email" && !strings.Contains(v, "@"):
			return refused(name + " is no address")
		case v != "" && name == "workEmail" && taken(c, id, v):
			return refused("the work email is another employee's")
		}
		if slices.Contains(address, name) && v != "" && text(in["country"]) == "" && text(was["country"]) == "" {
			return refused("an address needs a country")
		}
	}
	return nil
}

func day(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// taken reports whether another employee has the address.
func taken(c *simulators.Call, id, email string) bool {
	return len(c.Store.List("employees", func(o simulators.Object) bool {
		return text(o["id"]) != id && strings.EqualFold(text(o["workEmail"]), email)
	})) > 0
}

// shown are the fields of an employee that were asked for: what is not known is
// left out, and so is nothing said of it.
func shown(o simulators.Object, wanted []string) simulators.Object {
	out := simulators.Object{"id": o["id"]}
	for _, name := range wanted {
		f, known := fields[name]
		if !known {
			continue
		}
		v := o[name]
		if s, _ := v.(string); s == "" {
			v = nil
			if f.kind == "date" {
				v = "0000-00-00"
			}
		}
		out[name] = v
	}
	return out
}

// listFields tells which fields there are.
func listFields(*simulators.Call) simulators.Reply {
	out := []any{}
	for n, name := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, simulators.Object{"id": n + 1, "name": name, "type": fields[name].kind, "alias": name})
	}
	return simulators.Reply{Status: http.StatusOK, Body: out, Said: "the fields"}
}
