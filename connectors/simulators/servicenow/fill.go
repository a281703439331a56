package servicenow

import (
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// fill makes the instance that is there at first.
func fill(c *simulators.Call) {
	then := *c
	then.Now = c.Now.Add(-30 * 24 * time.Hour)
	caller := ""
	for i, person := range []string{"Ada Admin", "Beth Anglin", "Femi Adeyemi", "Olga Petrova"} {
		first, last, _ := strings.Cut(person, " ")
		name := strings.ToLower(first + "." + last)
		caller = Put(&then, "sys_user", "", simulators.Object{
			"user_name": name, "first_name": first, "last_name": last, "email": name + "@acme.example", "employee_number": []string{"1001", "", "1004", "1005"}[i],
		})
	}
	for _, what := range []string{"Badge does not open the door", "Screen flickers", "No sound in the big meeting room"} {
		Put(&then, "incident", "", simulators.Object{"short_description": what, "caller_id": caller, "category": "hardware", "contact_type": "phone"})
	}
	Put(&then, "sc_request", "", simulators.Object{"short_description": "A second screen", "requested_for": caller})
}
