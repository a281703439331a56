package syncline_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/greenhouse"
	"syncline/connectors/simulators/salesforce"
)

// firm is the staffing firm of examples/ats-and-salesforce.
type firm struct {
	*stage
	ats, crm *actor
}

func staffing(t *testing.T, o simulators.Options) *firm {
	x := enter(t, "ats-and-salesforce", cast{"ats_url", greenhouse.Key, greenhouse.New, o}, cast{"crm_url", "", salesforce.New, o})
	return &firm{x, x.actors["greenhouse"], x.actors["salesforce"]}
}

const invoices = "SELECT number, account_number, cents, overdue, remark FROM invoices ORDER BY number"

// TestStaffing plays the first days of the README: R2.1, R2.2, R2.7, R2.8.
func TestStaffing(t *testing.T) {
	x := staffing(t, simulators.Options{Seed: 1})
	before := x.rows("live/finance.db", invoices)
	x.run()
	x.same("R2.1: what is written in Salesforce, and where", []string{
		"Account: Billed__c Overdue__c", "Contact: Email FirstName LastName MobilePhone", "Job_Order__c: Recruiting_Status__c",
	}, kinds(x.crm))
	x.same("R2.2: what Salesforce says is written in the ATS", []string{"PATCH /v1/jobs/6001", "PATCH /v1/jobs/6002", "PATCH /v1/jobs/6003"}, x.ats.wrote())
	x.same("R2.1: billing is shown", []string{"C-1001 31040.5 12640.5", "C-1002 9300 0", "C-1003 26251 26251", "C-1004", "C-1005", "C-1006"}, x.accounts())
	x.everybody()
	x.idle("the first run")
	x.minimal()

	x.ask("greenhouse", "POST", "/v1/applications/69001/move", `{"to_stage_id": 7004}`)
	x.crm.asked = nil
	x.run()
	x.same("R2.8: an offer", []string{"Placement__c: Candidate__c Job_Order__c Status__c"}, kinds(x.crm))
	x.same("R2.8: an offer", []string{"Mina Okafor on REQ-101: Offered"}, x.placements())
	x.ask("greenhouse", "POST", "/v1/applications/69001/hire", `{}`)
	x.run()
	x.same("R2.8: the status alone travels", []string{"Placement__c: Status__c"}, kinds(x.crm))
	x.same("R2.8: the status alone travels", []string{"Mina Okafor on REQ-101: Active"}, x.placements())

	x.order("REQ-104", map[string]any{"Approved__c": true})
	x.ats.asked = nil
	x.run()
	x.same("R2.1: an approved order is a job in the ATS", []string{"POST /v1/jobs", "PATCH /v1/jobs/6101"}, x.ats.wrote())
	x.same("R2.1: an approved order is a job in the ATS", []string{"REQ-104 Site Engineer, Express Logistics, open, 4 openings"}, x.jobs(6101))
	x.run()
	x.crm.asked = nil
	x.ats.server.Edit(func(c *simulators.Call) { change(c, "jobs", "6101", "status", "closed") })
	x.run()
	x.same("R2.8: the job is closed", []string{"Job_Order__c: Recruiting_Status__c"}, kinds(x.crm))

	x.ats.wrote()
	x.undeclared()
	x.run()
	x.same("R2.7, R2.8: fields that nobody declared change, and nothing is written", nil, append(kinds(x.crm), x.ats.wrote()...))
	x.same("R2.8: finance is never written to", before, x.rows("live/finance.db", invoices))
	x.same("R2.8: and its sums follow it", []string{"C-1002 9301 0"}, x.booked()[1:2])
}

// minimal holds R2.7: Salesforce is asked for the fields that are declared and what
// tells one edit from the next, and nothing of an invoice is in any request.
func (x *firm) minimal() {
	x.t.Helper()
	for _, r := range append(x.crm.asked, x.ats.asked...) {
		for _, no := range []string{"Skills__c", "Description", "Department", "FROM+Opportunity", "Bill_Rate__c", "Margin__c", "Amount", "Industry", "NEVER"} {
			if strings.Contains(r.Path+r.Body, no) {
				x.t.Errorf("R2.7: %s is in %s %s %s", no, r.Method, r.Path, r.Body)
			}
		}
	}
}

// undeclared has people change what no field of the example names.
func (x *firm) undeclared() {
	x.t.Helper()
	x.crm.server.Edit(func(c *simulators.Call) {
		for object, fields := range map[string]map[string]any{
			"Contact": {"Skills__c": "Rust", "Description": "x", "Department": "y"}, "Opportunity": {"StageName": "Closed Won", "Amount": json.Number("7")},
			"Account": {"Industry": "Retail", "Phone": "1"}, "Job_Order__c": {"Margin__c": json.Number("9"), "Openings__c": json.Number("9")},
			"Placement__c": {"Bill_Rate__c": json.Number("300"), "Start_Date__c": "2026-05-01"},
		} {
			for _, r := range c.Store.List(object, nil) {
				salesforce.Put(c, object, fmt.Sprint(r["Id"]), fields)
			}
		}
	})
	x.ats.server.Edit(func(c *simulators.Call) {
		for _, r := range c.Store.List("candidates", nil) {
			change(c, "candidates", fmt.Sprint(r["id"]), "tags", []any{"new"})
		}
		for _, r := range c.Store.List("jobs", nil) {
			change(c, "jobs", fmt.Sprint(r["id"]), "confidential", true)
		}
	})
	x.ask("greenhouse", "PATCH", "/v1/applications/69001", `{"recruiter_id": 4002, "source_id": 5}`)
}

// booked has finance book an invoice, and is what sales sees of it after the next run.
func (x *firm) booked() []string {
	x.edit("live/finance.db", "INSERT INTO invoices (number, account_number, cents) VALUES ('2026-0100', 'C-1002', 100)")
	x.run()
	return x.accounts()
}

// change edits a record of the ATS, as a person there would.
func change(c *simulators.Call, table, id, field string, v any) {
	r := c.Store.Get(table, id)
	r[field], r["updated_at"] = v, c.Now.UTC().Format("2006-01-02T15:04:05.000Z")
	c.Store.Put(table, id, r)
}

// everybody expects each candidate of the ATS to be one contact, with the values
// that the ATS has.
func (x *firm) everybody() {
	x.t.Helper()
	want, got := []string{}, []string{}
	for _, p := range x.ats.held("candidates", nil) {
		want = append(want, fmt.Sprint(p["first_name"], " ", p["last_name"], " ", first(p["email_addresses"]), " ", first(p["phone_numbers"])))
	}
	for _, c := range x.crm.held("Contact", func(o simulators.Object) bool { return !strings.HasPrefix(fmt.Sprint(o["Email"]), "person") }) {
		got = append(got, fmt.Sprint(c["FirstName"], " ", c["LastName"], " ", c["Email"], " ", c["MobilePhone"]))
	}
	slices.Sort(want)
	slices.Sort(got)
	x.same("each candidate is one contact", plain(want), plain(got))
}

// plain takes out of lines how a number is written.
func plain(lines []string) []string {
	for i := range lines {
		lines[i] = strings.NewReplacer("-", "", "+1 ", "+1", "(", "", ")", "").Replace(lines[i])
	}
	return lines
}

func first(list any) any {
	if all, _ := list.([]any); len(all) > 0 {
		return all[0].(simulators.Object)["value"]
	}
	return nil
}

func (x *firm) accounts() (lines []string) {
	for _, a := range x.crm.held("Account", nil) {
		line := fmt.Sprint(a["AccountNumber"])
		if a["Billed__c"] != nil {
			line += fmt.Sprint(" ", a["Billed__c"], " ", a["Overdue__c"])
		}
		lines = append(lines, line)
	}
	return lines
}

// placements are those that came from the ATS.
func (x *firm) placements() (lines []string) {
	for _, p := range x.crm.held("Placement__c", func(o simulators.Object) bool { return o["Job_Order__c"] != nil }) {
		who := x.crm.held("Contact", func(o simulators.Object) bool { return o["Id"] == p["Candidate__c"] })
		what := x.crm.held("Job_Order__c", func(o simulators.Object) bool { return o["Id"] == p["Job_Order__c"] })
		lines = append(lines, fmt.Sprintf("%v on %v: %v", who[0]["Name"], what[0]["Order_Number__c"], p["Status__c"]))
	}
	return lines
}

// jobs are those of the ATS from an id on.
func (x *firm) jobs(from int) (lines []string) {
	for _, j := range x.ats.held("jobs", nil) {
		if client, _, _ := strings.Cut(fmt.Sprint(j["notes"]), " · "); fmt.Sprint(j["id"]) >= fmt.Sprint(from) {
			lines = append(lines, fmt.Sprintf("%v %v, %s, %v, %d openings", j["requisition_id"], j["name"], client, j["status"], len(j["openings"].([]any))))
		}
	}
	return lines
}

// order changes an order, as somebody of sales would.
func (x *firm) order(number string, fields map[string]any) {
	x.crm.server.Edit(func(c *simulators.Call) {
		for _, o := range c.Store.List("Job_Order__c", func(o simulators.Object) bool { return o["Order_Number__c"] == number }) {
			salesforce.Put(c, "Job_Order__c", fmt.Sprint(o["Id"]), fields)
		}
	})
}

// kinds are the objects that were written to in Salesforce since the last call,
// each with all fields that were.
func kinds(crm *actor) (lines []string) {
	fields := map[string]map[string]bool{}
	for _, w := range wrote(crm) {
		if fields[w.object] == nil {
			fields[w.object] = map[string]bool{}
		}
		for name := range w.fields {
			fields[w.object][name] = true
		}
	}
	for _, object := range slices.Sorted(maps.Keys(fields)) {
		lines = append(lines, object+": "+strings.Join(slices.Sorted(maps.Keys(fields[object])), " "))
	}
	crm.asked = nil
	return lines
}

// written is one write of one record of Salesforce.
type written struct {
	method, object string
	fields         map[string]any
}

// wrote takes the requests by which the engine wrote to Salesforce apart: several
// records may stand in one.
func wrote(crm *actor) (out []written) {
	for _, r := range crm.asked {
		if r.Method == http.MethodGet || r.Path == "/services/oauth2/token" {
			continue
		}
		var body struct {
			Parts []struct {
				Method, URL string
				Body        map[string]any
			} `json:"compositeRequest"`
		}
		_ = json.Unmarshal([]byte(r.Body), &body) // what is no composite request has no parts
		for _, p := range body.Parts {
			out = append(out, written{p.Method, objectIn(p.URL), p.Body})
		}
		if body.Parts == nil {
			var fields map[string]any
			_ = json.Unmarshal([]byte(r.Body), &fields) // a deletion has none
			out = append(out, written{r.Method, objectIn(r.Path), fields})
		}
	}
	return out
}

func objectIn(path string) string {
	_, rest, _ := strings.Cut(path, "/sobjects/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}
