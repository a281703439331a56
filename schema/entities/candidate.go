package entities

import "syncline/schema"

// Candidate is the ready model of a person who may be hired.
var Candidate = &schema.Entity{
	Name: "candidate",
	Doc:  "A person who may be hired.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "first_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The given name or names.", Class: schema.Personal},
		{Name: "last_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The family name or names.", Class: schema.Personal},
		{Name: "preferred_name", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person wants to be called.", Class: schema.Personal},
		{Name: "email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "The address to write to.", Class: schema.Personal},
		{Name: "phone", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The number to call.", Class: schema.Personal},
		{Name: "location", Type: schema.Type{Kind: schema.KindString}, Doc: "Where the person lives, as people write it: city, region, country.", Class: schema.Personal},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country the person lives in.", Class: schema.Personal},
		{Name: "headline", Type: schema.Type{Kind: schema.KindString}, Doc: "One line about the person, such as the present title.", Class: schema.Personal},
		{Name: "summary", Type: schema.Type{Kind: schema.KindText}, Doc: "The profile in a few paragraphs.", Class: schema.Personal},
		{Name: "current_employer", Type: schema.Type{Kind: schema.KindString}, Doc: "Where the person works now.", Class: schema.Personal},
		{Name: "current_title", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person works as now.", Class: schema.Personal},
		{Name: "profile_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "The public profile, such as on a professional network.", Class: schema.Personal},
		{Name: "website", Type: schema.Type{Kind: schema.KindURL}, Doc: "The person's own site or portfolio.", Class: schema.Personal},
		{Name: "skills", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "What the person can do.", Class: schema.Personal},
		{Name: "languages", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "The languages the person speaks.", Class: schema.Personal},
		{Name: "tags", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "Words recruiters file the person under."},
		{Name: "source", Type: schema.Type{Kind: schema.KindText}, Doc: "Where the person was found, in the system's own words."},
		{Name: "stage", Type: schema.Type{Kind: schema.KindEnum, Ordered: true, Words: []string{"applied", "screening", "interview", "offer", "hired", "rejected", "withdrawn"}}, Doc: "How far the person has come, over all applications."},
		{Name: "available_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The first day the person could start.", Class: schema.Personal},
		{Name: "notice_period", Type: schema.Type{Kind: schema.KindString}, Doc: "How long the person is bound to the present employer, as people write it.", Class: schema.Personal},
		{Name: "expected_salary", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The pay the person asks for.", Class: schema.Pay},
		{Name: "work_authorisation", Type: schema.Type{Kind: schema.KindString}, Doc: "Where, and until when, the person may work.", Class: schema.Protected},
		{Name: "date_of_birth", Type: schema.Type{Kind: schema.KindDate}, Doc: "The day the person was born.", Class: schema.Protected},
		{Name: "gender", Type: schema.Type{Kind: schema.KindString}, Doc: "The gender the person gave.", Class: schema.Protected},
		{Name: "ethnicity", Type: schema.Type{Kind: schema.KindString}, Doc: "The ethnicity the person gave.", Class: schema.Protected},
		{Name: "disability", Type: schema.Type{Kind: schema.KindString}, Doc: "The disability the person gave.", Class: schema.Protected},
		{Name: "veteran_status", Type: schema.Type{Kind: schema.KindString}, Doc: "The veteran status the person gave.", Class: schema.Protected},
		{Name: "consent_given_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the person agreed that the data is kept.", Class: schema.Personal},
		{Name: "consent_until", Type: schema.Type{Kind: schema.KindDate}, Doc: "The last day the data may be kept.", Class: schema.Personal},
		{Name: "do_not_contact", Type: schema.Type{Kind: schema.KindBool}, Doc: "Whether the person asked not to be written to or called.", Class: schema.Personal},
		{Name: "owner_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "The recruiter who looks after the person.", Class: schema.Personal},
		{Name: "created_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the person was first entered."},
	},
}
