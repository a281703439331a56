package salesforce

import (
	"maps"
	"slices"
	"strings"

	"syncline/connectors/simulators"
)

// sobject is a kind of record.
type sobject struct {
	prefix string // of its ids
	merges bool
	fields map[string]field
}

// field is a field of one.
type field struct {
	kind     byte // one of the kinds below
	required bool
	fixed    bool // only the system writes it
	external bool // an external id, and unique
}

// The kinds of fields, by the letters that define takes.
const (
	text     = 't'
	number   = 'n'
	truth    = 'b'
	date     = 'd'
	datetime = 'm'
	email    = 'e'
)

// system are the fields that every object has.
const system = "Id:t. IsDeleted:b. CreatedDate:m. CreatedById:t. LastModifiedDate:m. LastModifiedById:t. SystemModstamp:m. " + Key + ":t#"

const person = " FirstName:t LastName:t! Name:t. Salutation:t Email:e Phone:t MobilePhone:t Fax:t Title:t OwnerId:t LeadSource:t Description:t DoNotCall:b HasOptedOutOfEmail:b MasterRecordId:t."

// standard are the objects of every organization, and Placement__c and
// Job_Order__c, which this one has made.
func standard() map[string]sobject {
	return map[string]sobject{
		"Account": {"001", true, define(system + " Name:t! AccountNumber:t Type:t ParentId:t OwnerId:t Industry:t NumberOfEmployees:n AnnualRevenue:n Phone:t Fax:t Website:t Site:t AccountSource:t Rating:t Description:t" +
			" BillingStreet:t BillingCity:t BillingState:t BillingPostalCode:t BillingCountry:t ShippingStreet:t ShippingCity:t ShippingState:t ShippingPostalCode:t ShippingCountry:t LastActivityDate:d. MasterRecordId:t. Billed__c:n Overdue__c:n")},
		"Contact": {"003", true, define(system + person + " HomePhone:t OtherPhone:t Department:t Birthdate:d AccountId:t ReportsToId:t MailingStreet:t MailingCity:t MailingState:t MailingPostalCode:t MailingCountry:t" +
			" OtherStreet:t OtherCity:t OtherState:t OtherPostalCode:t OtherCountry:t AssistantName:t AssistantPhone:t EmailBouncedDate:m. EmailBouncedReason:t. LastActivityDate:d. Skills__c:t Available_From__c:d Employer__c:t")},
		"Lead": {"00Q", true, define(system + person + " Company:t! Website:t Status:t Industry:t Rating:t NumberOfEmployees:n AnnualRevenue:n Street:t City:t State:t PostalCode:t Country:t" +
			" IsConverted:b. ConvertedDate:d. ConvertedContactId:t. ConvertedAccountId:t. ConvertedOpportunityId:t.")},
		"Opportunity": {"006", false, define(system + " Name:t! StageName:t! CloseDate:d! AccountId:t ContactId:t OwnerId:t Amount:n Probability:n Type:t LeadSource:t NextStep:t Description:t CampaignId:t ForecastCategoryName:t" +
			" IsClosed:b. IsWon:b. LastActivityDate:d.")},
		"Placement__c": {"a00", false, define(system + " Name:t. OwnerId:t Candidate__c:t! Opportunity__c:t Job_Order__c:t Status__c:t Start_Date__c:d End_Date__c:d Bill_Rate__c:n Remote__c:b Signed_At__c:m")},
		"Job_Order__c": {"a02", false, define(system + " Name:t! OwnerId:t Order_Number__c:t Account__c:t Opportunity__c:t Approved__c:b Openings__c:n Recruiting_Status__c:t Margin__c:n")},
	}
}

// define reads "LastName:t! Id:t. Key__c:t#": required, fixed, external.
func define(line string) map[string]field {
	out := map[string]field{}
	for _, word := range strings.Fields(line) {
		name, how, _ := strings.Cut(word, ":")
		out[name] = field{kind: how[0], required: strings.Contains(how, "!"), fixed: strings.Contains(how, "."), external: strings.Contains(how, "#")}
	}
	return out
}

// Define adds a custom object with fields as in "Name:t! Amount__c:n": a text
// that is required, and a number. The letters are t, n, b, d, m for a moment,
// and e for an e-mail.
func Define(c *simulators.Call, object, fields string) {
	c.Store.Put("sobjects", object, simulators.Object{"name": object, "fields": fields})
}

// objectOf finds an object by its name, whose case does not count.
func objectOf(c *simulators.Call, name string) (string, sobject, bool) {
	for known, o := range standard() {
		if strings.EqualFold(known, name) {
			return known, o, true
		}
	}
	if o := c.Store.Get("sobjects", name); o != nil {
		fields, _ := o["fields"].(string)
		return name, sobject{prefix: "a01", fields: define(system + " " + fields)}, true
	}
	return "", sobject{}, false
}

// fieldOf finds a field by its name, whose case does not count.
func (o *sobject) fieldOf(name string) (string, field, bool) {
	if f, ok := o.fields[name]; ok {
		return name, f, true
	}
	for known, f := range o.fields {
		if strings.EqualFold(known, name) {
			return known, f, true
		}
	}
	return "", field{}, false
}

// required are the fields that a record cannot be without.
func (o *sobject) required() []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for name, f := range o.fields {
			if f.required && !yield(name, true) {
				return
			}
		}
	})))
}
