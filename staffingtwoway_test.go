package syncline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/salesforce"
	"syncline/engine"
)

// TestStaffingDrift holds R2.10: what is only read at an end, and was edited
// there anyway, is put back, reported, or put to a person who accepts it, as its
// field declares.
func TestStaffingDrift(t *testing.T) {
	x := staffing(t, simulators.Options{Seed: 2})
	x.run()
	x.contact(mina, map[string]any{"LastName": "Smith", "Title": "Lead", "Employer__c": "Acme"})
	x.ask("greenhouse", "PATCH", "/v1/jobs/6002", `{"name": "Data Wizard"}`)
	x.crm.asked, x.ats.asked = nil, nil
	x.said.Reset()
	x.run()
	x.same("R2.10: the name is put back", []string{"Okafor|Lead|Acme"}, x.see(mina, "LastName", "Title", "Employer__c"))
	x.same("R2.10: nothing else is written", []string{"Contact: LastName"}, kinds(x.crm))
	x.same("R2.10: the job's name is put back in the ATS", []string{"PATCH /v1/jobs/6002"}, x.ats.wrote())
	x.hears("R2.10: the title is reported", "finding: 1 × edited where it does not travel, kept")
	x.hears("R2.10: the employer is put to recruiting", "review 53001: field current_employer")
	x.idle("the drift")

	x.settle("current_employer", "keep")
	x.idle("the employer was accepted")
	x.same("R2.10: what was accepted stays", []string{"Okafor|Lead|Acme"}, x.see(mina, "LastName", "Title", "Employer__c"))
	x.candidate("53001", `{"company": "Initech", "title": "Head of Data"}`)
	x.run()
	x.same("R2.10: until the ATS says something new", []string{"Okafor|Head of Data|Initech"}, x.see(mina, "LastName", "Title", "Employer__c"))
	if open := x.items(""); len(open) > 0 {
		t.Errorf("open: %+v", open)
	}
}

// contact changes a contact of Salesforce, as somebody of sales would.
func (x *firm) contact(email string, fields map[string]any) {
	x.crm.server.Edit(func(c *simulators.Call) {
		for _, o := range c.Store.List("Contact", func(o simulators.Object) bool { return o["Email"] == email }) {
			salesforce.Put(c, "Contact", fmt.Sprint(o["Id"]), fields)
		}
	})
}

// see reads fields of the contacts with an address.
func (x *firm) see(email string, fields ...string) (lines []string) {
	for _, o := range x.crm.held("Contact", func(o simulators.Object) bool { return o["Email"] == email }) {
		cells := make([]string, len(fields))
		for i, f := range fields {
			cells[i] = fmt.Sprint(o[f])
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return lines
}

// candidate changes a candidate of the ATS, as a recruiter would.
func (x *firm) candidate(id string, body string) {
	x.t.Helper()
	x.ask("greenhouse", "PATCH", "/v1/candidates/"+id, body)
}

// items are what waits for a person about a field; "": all.
func (x *firm) items(field string) []engine.OpenItem {
	x.t.Helper()
	items, err := x.engine.Conflicts(x.t.Context(), x.config, engine.ConflictsOptions{Field: field, Reveal: true})
	if err != nil {
		x.t.Fatal(err)
	}
	return items
}

// settle answers the one item of a field.
func (x *firm) settle(field, choice string) {
	x.t.Helper()
	items := x.items(field)
	if len(items) != 1 {
		x.t.Fatalf("%d items of the field %s: %+v", len(items), field, items)
	}
	if _, err := x.engine.Resolve(x.t.Context(), x.config, items[0].ID, choice, "a person"); err != nil {
		x.t.Fatal(err)
	}
}

// TestStaffingBothWays holds R2.3, the three answers of a field that both ends
// may change, and R2.5: what is left to a person is worked through.
func TestStaffingBothWays(t *testing.T) {
	x := staffing(t, simulators.Options{Seed: 2})
	x.run()
	x.candidate("53001", number("+1 212-555-0183"))
	x.run()
	x.same("R2.2: from the ATS", []string{"+12125550183"}, x.see(mina, "MobilePhone"))
	x.contact(mina, map[string]any{"MobilePhone": "+1 212-555-0184"})
	x.run()
	x.same("R2.2: and from Salesforce", []string{"+12125550184"}, x.reached("phone_numbers"))

	x.numbers("+1 212-555-0185", "+1 212-555-0186")
	x.run()
	x.same("R2.3: both changed the number, the ATS wins", []string{"+12125550185"}, x.see(mina, "MobilePhone"))
	x.same("R2.3: both changed the number, the ATS wins", []string{"+1 212-555-0185"}, x.reached("phone_numbers"))
	x.idle("the conflict was decided")

	x.candidate("53001", `{"addresses": [{"type": "home", "value": "Boston"}], "title": "Baker"}`)
	x.contact(mina, map[string]any{"MailingCity": "Denver"})
	x.run()
	x.same("R2.5: the field stands still, the others go on", []string{"Denver|Baker"}, x.see(mina, "MailingCity", "Title"))
	x.said.Reset()
	x.pass(3 * time.Hour)
	x.idle("three hours")
	x.silent("escalation")
	x.pass(time.Hour)
	x.idle("four hours")
	x.hears("R2.3: it is still open", "escalation", "field location: open since")
	x.settle("location", "crm")
	x.run()
	x.same("R2.5: the answer is applied", []string{"Denver"}, x.reached("addresses"))
	if open := x.items(""); len(open) > 0 {
		t.Errorf("open: %+v", open)
	}
	x.idle("the answer was applied")
}

// TestStaffingUnavailable holds the second answer of R2.3: what was decided and
// cannot be written is tried for eight hours, then put to a person, and to
// somebody else where it stays open.
func TestStaffingUnavailable(t *testing.T) {
	x := staffing(t, simulators.Options{Seed: 2})
	x.run()
	x.numbers("+1 212-555-0191", "+1 212-555-0192")
	x.candidate("53002", `{"last_name": "Linde"}`)
	x.crm.closed = true
	x.mayFail()
	tries := len(x.crm.asked)
	x.pass(7 * time.Hour)
	x.mayFail()
	if open := x.items(""); len(open) > 0 || len(x.crm.asked) == tries {
		t.Errorf("R2.3: after seven hours there are %+v, and %d requests", open, len(x.crm.asked)-tries)
	}
	x.pass(time.Hour)
	x.mayFail()
	if open := x.items(""); len(open) != 1 || open[0].Field != "phone" || !strings.Contains(open[0].Reason, "stayed out of reach") {
		t.Errorf("R2.3: after eight hours there are %+v\n%s", open, &x.said)
	}
	x.said.Reset()
	x.pass(4 * time.Hour)
	x.mayFail()
	x.hears("R2.3: it stays open", "escalation", "field phone: open since")

	x.crm.closed = false
	x.pass(time.Hour)
	x.mayFail()
	x.same("what nobody was asked about goes on", []string{"Linde"}, x.see("jonas.lindqvist@example.com", "LastName"))
	x.same("R2.3: once it can be written, it is, and nobody has to answer", []string{"+12125550191"}, x.see(mina, "MobilePhone"))
	if open := x.items(""); len(open) > 0 {
		t.Errorf("open: %+v", open)
	}
	x.idle("Salesforce took writes again")
}

// numbers has both sides change the number of the first candidate.
func (x *firm) numbers(ats, crm string) {
	x.t.Helper()
	x.candidate("53001", number(ats))
	x.contact(mina, map[string]any{"MobilePhone": crm})
}

func number(n string) string { return `{"phone_numbers": [{"type": "mobile", "value": "` + n + `"}]}` }

// reached is how the first candidate is reached, as the ATS has it.
func (x *firm) reached(field string) []string {
	return []string{fmt.Sprint(first(x.ats.held("candidates", nil)[0][field]))}
}

// hears expects a line among what was told that has all parts.
func (x *stage) hears(what string, parts ...string) {
	x.t.Helper()
	for line := range strings.Lines(x.said.String()) {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) }) {
			return
		}
	}
	x.t.Errorf("%s: nobody was told %q; told was:\n%s", what, parts, &x.said)
}

// silent expects that something was not told.
func (x *stage) silent(part string) {
	x.t.Helper()
	if strings.Contains(x.said.String(), part) {
		x.t.Errorf("somebody was told %q:\n%s", part, &x.said)
	}
}
