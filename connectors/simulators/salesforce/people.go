package salesforce

import (
	"fmt"
	"maps"
	"strings"

	"syncline/connectors/simulators"
)

// admin is the user who works there, and author the one that Syncline is.
const (
	admin  = "005000000000001AAA"
	author = "005000000000002AAA"
)

// Put changes fields of a record, or makes it, as a person would: without an id
// it gets one. It returns the id.
func Put(c *simulators.Call, object, id string, fields map[string]any) string {
	name, o, ok := objectOf(c, object)
	if !ok {
		panic("salesforce: there is no object " + object)
	}
	return put(c, name, &o, id, fields, admin)
}

// put writes a record by a user.
func put(c *simulators.Call, name string, o *sobject, id string, fields map[string]any, user string) string {
	if id == "" {
		id = newID(o.prefix, c.Store.Next(name, 1))
	}
	r := c.Store.Get(name, id)
	if r == nil {
		r = simulators.Object{"Id": id, "IsDeleted": false, "CreatedDate": stamp(c.Now), "CreatedById": user, "OwnerId": user}
		for field, f := range o.fields {
			if _, set := r[field]; !set {
				r[field] = nil
				if f.kind == truth {
					r[field] = false
				}
			}
		}
	}
	maps.Copy(r, fields)
	if o.fields["LastName"].required {
		r["Name"] = strings.TrimSpace(worded(r["FirstName"]) + " " + worded(r["LastName"]))
	}
	r["LastModifiedDate"], r["LastModifiedById"], r["SystemModstamp"] = stamp(c.Now), user, stamp(c.Now)
	c.Store.Put(name, id, r)
	return id
}

// Delete moves a record to the recycle bin.
func Delete(c *simulators.Call, object, id string) {
	name, _, _ := objectOf(c, object)
	remove(c, name, id, nil)
}

// Merge moves records to the recycle bin that were another all along.
func Merge(c *simulators.Call, object, winner string, losers ...string) {
	name, o, _ := objectOf(c, object)
	if !o.merges {
		panic("salesforce: " + object + " cannot be merged")
	}
	for _, id := range losers {
		remove(c, name, id, simulators.Object{"MasterRecordId": winner})
	}
	put(c, name, &o, winner, nil, admin)
}

func remove(c *simulators.Call, name, id string, fields simulators.Object) {
	r := c.Store.Get(name, id)
	if r == nil {
		return
	}
	maps.Copy(r, fields)
	r["IsDeleted"], r["deletedDate"] = true, stamp(c.Now)
	c.Store.Put(name, id, r)
}

// newID makes an id: 15 signs, and three that tell which of them are capital.
func newID(prefix string, n int64) string {
	id := fmt.Sprintf("%sF%011d", prefix, n)
	for i := 0; i < 15; i += 5 {
		bits := 0
		for j := range 5 {
			if ch := id[i+j]; ch >= 'A' && ch <= 'Z' {
				bits |= 1 << j
			}
		}
		id += string("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits])
	}
	return id
}

// fill makes what the organization holds at first.
func fill(c *simulators.Call) {
	accounts := []string{"Burlington Textiles", "Dickenson plc", "Edge Communications", "Express Logistics", "GenePoint", "Pyramid Construction"}
	first := []string{"Ada", "Émile", "Grace", "Jürgen", "Noor", "Sean", "Tomás", "Wen"}
	last := []string{"O'Brien", "Lovelace", "Müller", "Ncube", "Okafor", "Sørensen", "van Dijk", "Wu"}
	var companies, people []string
	for i, name := range accounts {
		companies = append(companies, Put(c, "Account", "", simulators.Object{
			"Name": name, "AccountNumber": fmt.Sprintf("C-%d", 1001+i), "Phone": fmt.Sprintf("+1 202 555 01%02d", i), "Industry": "Staffing", "NumberOfEmployees": 40 * (i + 1), "BillingCity": "Austin", "Website": fmt.Sprintf("https://company%d.example.com", i),
		}))
	}
	for i := range 24 {
		f, l := first[c.Rand.IntN(len(first))], last[c.Rand.IntN(len(last))]
		people = append(people, Put(c, "Contact", "", simulators.Object{
			"FirstName": f, "LastName": l, "Email": fmt.Sprintf("person%d@example.com", i), "MobilePhone": fmt.Sprintf("+1 202 555 02%02d", i),
			"AccountId": companies[c.Rand.IntN(len(companies))], "Title": "Analyst", "MailingCity": "Boston", "Skills__c": "SQL;Go", "LeadSource": "Web",
		}))
	}
	var jobs []string
	for i := range 6 {
		Put(c, "Lead", "", simulators.Object{"FirstName": first[i], "LastName": last[i], "Company": accounts[i], "Email": fmt.Sprintf("lead%d@example.com", i), "Status": "Open - Not Contacted"})
		job := Put(c, "Opportunity", "", simulators.Object{"Name": "Analysts for " + accounts[i], "StageName": "Prospecting", "CloseDate": "2026-12-31", "AccountId": companies[i], "Amount": 12000 + 500*i})
		Put(c, "Placement__c", "", simulators.Object{"Name": fmt.Sprintf("P-%04d", i+1), "Candidate__c": people[i], "Opportunity__c": job, "Status__c": "Active", "Start_Date__c": "2026-02-01", "Bill_Rate__c": 95 + i})
		jobs = append(jobs, job)
	}
	for i, title := range []string{"Backend Engineer", "Data Analyst", "Account Manager", "Site Engineer"} {
		Put(c, "Job_Order__c", "", simulators.Object{
			"Name": title, "Order_Number__c": fmt.Sprintf("REQ-%d", 101+i), "Account__c": companies[i], "Opportunity__c": jobs[i], "Approved__c": i < 3, "Openings__c": 1 + i, "Margin__c": 20 + i,
		})
	}
}
