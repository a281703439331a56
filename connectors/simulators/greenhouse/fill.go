package greenhouse

import (
	"fmt"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// stages are those of every job, in order.
var stages = []string{"Application Review", "Phone Screen", "Face to Face", "Offer"}

// people are invented. The seed says what they apply for, and how far they are.
var people = []string{
	"Mina Okafor", "Jonas Lindqvist", "Aiko Tanaka", "Rafael Souza", "Priya Raman", "Tomasz Zieliński", "Chloé Martin", "Kwame Mensah",
	"Elif Yılmaz", "Noah Fischer", "Sofía Hernández", "Liam O'Connor", "Wei Zhang", "Anika Patel", "Marco Rossi", "Ingrid Dahl",
	"Yusuf Demir", "Hana Novák", "Diego Castillo", "Leila Haddad", "Pavel Ivanov", "Grace Kim", "Oluwaseun Bello", "Emma van Dijk",
}

// fill makes the organization that is there at first; with offers, to some of
// whom an offer was made.
func fill(c *simulators.Call, offers bool) {
	made := c.Now.Add(-90 * 24 * time.Hour)
	for i, person := range []string{"Ada Admin", "Rui Recruiter", "Cora Coordinator"} {
		first, last, _ := strings.Cut(person, " ")
		id := 4001 + i
		c.Store.Put("users", fmt.Sprint(id), simulators.Object{
			"id": id, "name": person, "first_name": first, "last_name": last, "primary_email_address": address(person), "emails": []any{address(person)},
			"disabled": false, "site_admin": i == 0, "employee_id": nil, "linked_candidate_ids": []any{}, "offices": []any{}, "departments": []any{},
			"created_at": stamp(made), "updated_at": stamp(made),
		})
	}
	for i, job := range []string{"Backend Engineer", "Data Analyst", "Account Manager"} {
		id := 6001 + i
		c.Store.Put("jobs", fmt.Sprint(id), simulators.Object{
			"id": id, "name": job, "requisition_id": fmt.Sprintf("REQ-%d", 101+i), "notes": nil, "confidential": false, "status": "open", "is_template": false, "copied_from_id": nil,
			"departments": []any{}, "offices": []any{}, "hiring_team": simulators.Object{}, "openings": []any{},
			"custom_fields": simulators.Object{}, "keyed_custom_fields": simulators.Object{},
			"created_at": stamp(made), "opened_at": stamp(made), "closed_at": nil, "updated_at": stamp(made),
		})
		for n, stage := range stages {
			sid := 7001 + 10*i + n
			c.Store.Put("job_stages", fmt.Sprint(sid), simulators.Object{
				"id": sid, "name": stage, "job_id": id, "priority": n, "active": true, "interviews": []any{}, "created_at": stamp(made), "updated_at": stamp(made),
			})
		}
	}
	for i, person := range people {
		then := *c
		then.Now = c.Now.Add(-time.Duration(len(people)-i) * 24 * time.Hour)
		job := 6001 // the first is on the first job, whatever the seed
		if i > 0 {
			job += c.Rand.IntN(3)
		}
		if application := arrive(&then, i, person, job, offers); offers {
			offer(&then, i, application)
		}
	}
}

// arrive adds somebody who applied for a job; with offers, for the one that was
// offered.
func arrive(c *simulators.Call, n int, person string, job int, offers bool) simulators.Object {
	first, last, _ := strings.Cut(person, " ")
	o, no := newPerson(c, simulators.Object{
		"first_name": first, "last_name": last,
		"email_addresses": []any{simulators.Object{"value": address(person), "type": "personal"}},
		"phone_numbers":   []any{simulators.Object{"value": fmt.Sprintf("+1 212-555-01%02d", c.Rand.IntN(100)), "type": "mobile"}},
	})
	if no != nil {
		panic("greenhouse: the people it begins with are not complete: " + no.Said)
	}
	stage := c.Rand.IntN(3)
	if offered, ok := offered[n]; ok && offers {
		job, stage = offered.job, len(stages)-1
	}
	return apply(c, o, simulators.Object{"job_id": job, "initial_stage_id": 7001 + 10*(job-6001) + stage}, false)
}

// address is an invented person's, in ASCII.
func address(person string) string {
	plain := strings.NewReplacer(" ", ".", "'", "", "ń", "n", "é", "e", "ı", "i", "í", "i", "á", "a").Replace(strings.ToLower(person))
	return plain + "@example.com"
}
