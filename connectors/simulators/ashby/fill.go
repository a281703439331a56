package ashby

import (
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// stages are those of the one interview plan, in order, with their types.
var stages = [][2]string{
	{"Application Review", "PreInterviewScreen"}, {"Phone Screen", "Active"}, {"Face to Face", "Active"}, {"Offer", "Offer"}, {"Hired", "Hired"}, {"Archived", "Archived"},
}

// people are invented. The seed says what they apply for, and how far they are.
var people = []string{
	"Mina Okafor", "Jonas Lindqvist", "Aiko Tanaka", "Rafael Souza", "Priya Raman", "Tomasz Zieliński", "Chloé Martin", "Kwame Mensah",
	"Elif Yılmaz", "Noah Fischer", "Sofía Hernández", "Liam O'Connor", "Wei Zhang", "Anika Patel", "Marco Rossi", "Ingrid Dahl",
	"Yusuf Demir", "Hana Novák", "Diego Castillo", "Leila Haddad", "Pavel Ivanov", "Grace Kim", "Oluwaseun Bello", "Emma van Dijk",
}

// fill makes the organization that is there at first.
func fill(c *simulators.Call) {
	long := *c
	long.Now = c.Now.Add(-90 * 24 * time.Hour)
	for _, person := range []string{"Ada Admin", "Rui Recruiter", "Cora Coordinator"} {
		first, last, _ := strings.Cut(person, " ")
		id := next(c, "users", User)
		c.Store.Put("users", id, simulators.Object{
			"id": id, "firstName": first, "lastName": last, "email": address(person), "globalRole": "Elevated Access", "isEnabled": true, "managerId": nil, "updatedAt": stamp(long.Now),
		})
	}
	for i, stage := range stages {
		id := next(c, "stages", Stage)
		c.Store.Put("stages", id, simulators.Object{
			"id": id, "title": stage[0], "type": stage[1], "orderInInterviewPlan": 1001 + i, "interviewStageGroupId": ID(plan, 9), "interviewPlanId": ID(plan, 1),
		})
	}
	for i, title := range []string{"Backend Engineer", "Data Analyst", "Account Manager"} {
		o := newJob(&long, simulators.Object{
			"title": title, "teamId": ID(plan, 7), "locationId": ID(plan, 8), "customRequisitionId": "REQ-" + []string{"101", "102", "103"}[i],
		})
		o["status"], o["openedAt"] = "Open", stamp(long.Now)
		keepJob(&long, o, simulators.Object{})
	}
	for i, person := range people {
		then := *c
		then.Now = c.Now.Add(-time.Duration(len(people)-i) * 24 * time.Hour)
		job := int64(1) // the first is on the first job, whatever the seed
		if i > 0 {
			job += int64(c.Rand.IntN(3))
		}
		arrive(&then, person, job, int64(1+c.Rand.IntN(3)))
	}
}

// arrive adds somebody who applied for a job.
func arrive(c *simulators.Call, person string, job, stage int64) {
	o, no := newPerson(c, simulators.Object{"name": person, "email": address(person), "phoneNumber": "+1 212-555-0100"})
	if no != nil {
		panic("ashby: the people it begins with are not complete: " + no.Said)
	}
	apply(c, o, c.Store.Get("jobs", ID(Job, job)), c.Store.Get("stages", ID(Stage, stage)))
}

// address is an invented person's, in ASCII.
func address(person string) string {
	plain := strings.NewReplacer(" ", ".", "'", "", "ń", "n", "é", "e", "ı", "i", "í", "i", "á", "a").Replace(strings.ToLower(person))
	return plain + "@example.com"
}
