package entities

import "syncline/schema"

// Job is the ready model of a position to be filled.
var Job = &schema.Entity{
	Name: "job",
	Doc:  "A position to be filled.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "title", Type: schema.Type{Kind: schema.KindString}, Doc: "What the position is called."},
		{Name: "requisition_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The number of the approved request to hire."},
		{Name: "description", Type: schema.Type{Kind: schema.KindText}, Doc: "The text of the posting."},
		{Name: "status", Type: schema.EnumOf("draft", "open", "on_hold", "filled", "closed"), Doc: "Whether people are being looked for."},
		{Name: "department", Type: schema.Type{Kind: schema.KindString}, Doc: "The part of the company that hires."},
		{Name: "team", Type: schema.Type{Kind: schema.KindString}, Doc: "The team inside the department."},
		{Name: "location", Type: schema.Type{Kind: schema.KindString}, Doc: "Where the work is done, as people write it."},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country the work is done in."},
		{Name: "workplace", Type: schema.EnumOf("on_site", "hybrid", "remote"), Doc: "Where the work may be done from."},
		{Name: "employment_type", Type: schema.EnumOf("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship"), Doc: "The kind of contract."},
		{Name: "seniority", Type: schema.Type{Kind: schema.KindString}, Doc: "The level, in the company's own words."},
		{Name: "openings", Type: schema.Type{Kind: schema.KindInt}, Doc: "How many people are to be hired."},
		{Name: "salary_min", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The least pay planned.", Class: schema.Pay},
		{Name: "salary_max", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The most pay planned.", Class: schema.Pay},
		{Name: "salary_period", Type: schema.EnumOf("hour", "day", "week", "month", "year"), Doc: "What the pay is for.", Class: schema.Pay},
		{Name: "account", Type: schema.RefTo("account"), Doc: "The client the position is with, for an agency."},
		{Name: "hiring_manager_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who decides on the hire.", Class: schema.Personal},
		{Name: "recruiter_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who looks for people.", Class: schema.Personal},
		{Name: "posting_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "Where the posting can be read."},
		{Name: "tags", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "Words the position is filed under."},
		{Name: "opened_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The day the search began."},
		{Name: "target_start", Type: schema.Type{Kind: schema.KindDate}, Doc: "The day somebody should start."},
		{Name: "closed_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The day the search ended."},
	},
}
