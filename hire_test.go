package syncline_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/bamboohr"
	"syncline/connectors/simulators/greenhouse"
	"syncline/connectors/simulators/scim"
	"syncline/connectors/simulators/servicenow"
	"syncline/engine"
	"syncline/engine/plans"
)

// hiring is the example on its stage.
func hiring(t *testing.T, o simulators.Options) *stage {
	o.Offers = true
	return enter(t, "hire-to-hris",
		cast{"ats_url", greenhouse.Key, greenhouse.New, o}, cast{"hris_url", bamboohr.Key, bamboohr.New, o},
		cast{"directory_url", "", scim.New, o}, cast{"it_url", "", servicenow.New, o},
	)
}

// hire is what a recruiter does with an application.
func (x *stage) hire(applications ...int) {
	x.t.Helper()
	for _, id := range applications {
		x.ask("greenhouse", "POST", fmt.Sprintf("/v1/applications/%d/hire", id), "{}")
	}
}

// staff are the employees who came through the ATS, as the HRIS has them.
func (x *stage) staff(fields ...string) (lines []string) {
	for _, o := range x.actors["bamboohr"].held("employees", func(o simulators.Object) bool { return o["customApplication"] != nil }) {
		lines = append(lines, joined(o, fields))
	}
	return lines
}

// accounts are those of the directory that were not there at first.
func (x *stage) accounts() (lines []string) {
	for _, o := range x.actors["scim"].held("Users", nil)[5:] {
		name, work := o["name"].(simulators.Object), o["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].(simulators.Object)
		email := o["emails"].([]any)[0].(simulators.Object)
		lines = append(lines, fmt.Sprint(joined(o, []string{"userName", "title", "active"}), "|", joined(name, []string{"givenName", "familyName"}), "|", work["department"], "|", email["value"]))
	}
	return lines
}

// requests are those of IT that were not there at first.
func (x *stage) requests() (lines []string) {
	for _, o := range x.actors["servicenow"].held("sc_request", nil)[1:] {
		lines = append(lines, joined(o, []string{"short_description", "description", "correlation_id"}))
	}
	return lines
}

func joined(o simulators.Object, fields []string) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		if parts[i] = fmt.Sprint(o[f]); o[f] == nil {
			parts[i] = ""
		}
	}
	return strings.Join(parts, "|")
}

// facts are what is compared of an employee.
var facts = []string{"id", "customApplication", "firstName", "lastName", "workEmail", "homeEmail", "jobTitle", "department", "location", "hireDate", "payRate", "customWeeklyHours"}

// TestHireToHRIS plays the story of the README: R3.3, R3.5, R4.1, R4.4, R4.5.
func TestHireToHRIS(t *testing.T) {
	x := hiring(t, simulators.Options{Seed: 1})
	x.idle("offers that were accepted, and nobody who is hired") // R4.1
	x.same("R4.1: nobody is an employee by an offer", nil, append(x.staff(facts...), append(x.accounts(), x.requests()...)...))

	x.hire(69002, 69003, 69004, 69006, 69007, 69012, 69013) // and not 69005
	p := x.run()
	x.same("R4.1, R4.4, R4.5: whoever is hired is an employee, with the pay that was offered; R3.3: at a place that the HRIS lists", []string{
		"113|69002|Jonas|Lindqvist|jonas.lindqvist@acme.example|jonas.lindqvist@example.com|Data Analyst|Data|Berlin|2026-04-07|62000 EUR|40",
		"114|69003|Aiko|Tanaka|aiko.tanaka@acme.example|aiko.tanaka@example.com|Account Manager|Customers|New York|2026-04-08|58000.5 USD|24.5",
		"115|69006|Tomasz|Zieliński|tomasz.zielinski@acme.example|tomasz.zielinski@example.com|Backend Engineer|Engineering|New York|2026-04-11|103000 USD|40",
		"116|69013|Wei|Zhang|wei.zhang@acme.example|wei.zhang@example.com|Data Analyst|Data||2026-04-18|71000 EUR|40",
	}, x.staff(facts...))
	x.same("R4.1: each has an account", []string{
		"jonas.lindqvist@acme.example|Data Analyst|true|Jonas|Lindqvist|Data|jonas.lindqvist@acme.example",
		"aiko.tanaka@acme.example|Account Manager|true|Aiko|Tanaka|Customers|aiko.tanaka@acme.example",
		"tomasz.zielinski@acme.example|Backend Engineer|true|Tomasz|Zieliński|Engineering|tomasz.zielinski@acme.example",
		"wei.zhang@acme.example|Data Analyst|true|Wei|Zhang|Data|wei.zhang@acme.example",
	}, x.accounts())
	x.same("R4.1: and a request for the equipment", []string{
		"Equipment for Jonas Lindqvist|Data Analyst, Data, Berlin, 2026-04-07|joiner-113", "Equipment for Aiko Tanaka|Account Manager, Customers, New York, 2026-04-08|joiner-114",
		"Equipment for Tomasz Zieliński|Backend Engineer, Engineering, New York, 2026-04-11|joiner-115", "Equipment for Wei Zhang|Data Analyst, Data, 2026-04-18|joiner-116",
	}, x.requests())
	x.kept(p["employees"])
	x.idle("the hires")
	x.unpaid()

	x.corrected()
	x.leaves()
	x.idle("all of it")
}

// kept: what does not fit is kept from the HRIS, each with its reason and told
// to the owner; the others go on (R4.4, R4.5, R4.7).
func (x *stage) kept(p plans.PipelineSummary) {
	x.t.Helper()
	if p.Reviews != 4 {
		x.t.Errorf("%d reviews, want 4\n%s", p.Reviews, &x.said)
	}
	for _, want := range []string{
		"ats/53004: hired without an accepted offer", "ats/53007: the pay is outside of what the job is paid", "ats/53012: hired without an accepted offer",
		`field location: the values table does not have this word: "the moon"`,
	} {
		if !strings.Contains(x.said.String(), want) {
			x.t.Errorf("nobody is told %q:\n%s", want, &x.said)
		}
	}
	items, err := x.engine.Conflicts(x.t.Context(), x.config, engine.ConflictsOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, i := range items {
		if i.Alert != "people" {
			x.t.Errorf("%s is nobody's: %+v", i.Record, i)
		}
	}
}

// unpaid: no pay is in any request to the directory or to IT, and no entry of
// another person.
func (x *stage) unpaid() {
	x.t.Helper()
	for _, name := range []string{"scim", "servicenow"} {
		for _, r := range x.actors[name].asked {
			for _, pay := range []string{"62000", "58000", "103000", "71000", "EUR", "USD"} {
				if strings.Contains(r.Body, pay) {
					x.t.Errorf("%s is told the pay: %s", name, r.Body)
				}
			}
		}
	}
}

// corrected: after the hire the HRIS is right about the person, pay is not
// written again, and a corrected offer passes (R3.5, R4.4).
func (x *stage) corrected() {
	x.t.Helper()
	x.ask("bamboohr", "POST", "/api/v1/employees/115", `{"lastName":"Okonkwo-Zieliński","payRate":"110000.00 USD"}`)
	x.ask("greenhouse", "PATCH", "/v1/candidates/53002", `{"first_name":"Joe"}`)
	x.offer("81006", "salary", simulators.Object{"value": json.Number("113000"), "currency": "USD"})
	x.offer("81001", "salary", simulators.Object{"value": json.Number("66000"), "currency": "EUR"})
	x.offer("81008", "work_location", "Berlin")
	x.run()
	x.run()
	var names []string
	for _, o := range x.actors["greenhouse"].held("candidates", nil) {
		if id := fmt.Sprint(o["id"]); id == "53002" || id == "53006" {
			names = append(names, fmt.Sprint(o["first_name"], " ", o["last_name"]))
		}
	}
	x.same("R4.4: the HRIS is right after the hire", []string{"Jonas Lindqvist", "Tomasz Okonkwo-Zieliński"}, names)
	x.same("R4.4: pay is written once, and a corrected offer passes; R3.5: what was blank is filled", []string{
		"Lindqvist|Berlin|62000 EUR", "Tanaka|New York|58000.5 USD", "Okonkwo-Zieliński|New York|110000.00 USD", "Zhang|Berlin|71000 EUR", "Martin|New York|113000 USD",
	}, x.staff("lastName", "location", "payRate"))
	x.same("R4.4: the directory follows the HRIS, and the login stays", []string{"tomasz.zielinski@acme.example|Backend Engineer|true|Tomasz|Okonkwo-Zieliński|Engineering|tomasz.zielinski@acme.example"}, x.accounts()[2:3])
}

// offer changes a field of an offer, as a person would.
func (x *stage) offer(id, field string, v any) {
	x.actors["greenhouse"].server.Edit(func(c *simulators.Call) {
		o := c.Store.Get("offers", id)
		o["custom_fields"].(simulators.Object)[field] = v
		o["keyed_custom_fields"].(simulators.Object)[field].(simulators.Object)["value"] = v
		o["updated_at"] = c.Now.UTC().Format("2006-01-02T15:04:05.000Z")
		c.Store.Put("offers", id, o)
	})
}

// leaves: whoever the HRIS says has left cannot log in, and nobody else is
// touched.
func (x *stage) leaves() {
	x.t.Helper()
	x.ask("bamboohr", "POST", "/api/v1_1/employees/114/tables/employmentStatus",
		`{"date":"2026-03-01","employmentStatus":"Terminated","terminationTypeId":"Resignation (Voluntary)","terminationReasonId":"Other employment","terminationRehireId":"Yes"}`)
	x.actors["scim"].wrote()
	x.run()
	x.same("who has left cannot log in", []string{"PATCH /scim/v2/Users/2819c223-7f76-453a-919d-000000413867"}, x.actors["scim"].wrote())
	active := 0
	for _, o := range x.actors["scim"].held("Users", nil) {
		if o["active"] == true {
			active++
		}
	}
	if active != 5+4 || !strings.Contains(x.accounts()[1], "|false|") {
		x.t.Errorf("%d accounts are active, want 9: %q", active, x.accounts())
	}
}
