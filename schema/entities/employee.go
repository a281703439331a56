package entities

import "syncline/schema"

// Employee is the ready model of a person who works for the company.
var Employee = &schema.Entity{
	Name: "employee",
	Doc:  "A person who works for the company.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "The candidate the person was."},
		{Name: "employee_number", Type: schema.Type{Kind: schema.KindString}, Doc: "The number in personnel administration.", Class: schema.Personal},
		{Name: "first_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The given name or names.", Class: schema.Personal},
		{Name: "last_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The family name or names.", Class: schema.Personal},
		{Name: "preferred_name", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person wants to be called.", Class: schema.Personal},
		{Name: "work_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "The address at the company.", Class: schema.Personal},
		{Name: "personal_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "The private address.", Class: schema.Personal},
		{Name: "work_phone", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The number at the company.", Class: schema.Personal},
		{Name: "personal_phone", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The private number.", Class: schema.Personal},
		{Name: "status", Type: schema.EnumOf("pending", "active", "on_leave", "terminated"), Doc: "Whether the person works now."},
		{Name: "title", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person works as."},
		{Name: "department", Type: schema.Type{Kind: schema.KindString}, Doc: "The part of the company."},
		{Name: "team", Type: schema.Type{Kind: schema.KindString}, Doc: "The team inside the department."},
		{Name: "cost_centre", Type: schema.Type{Kind: schema.KindString}, Doc: "The cost centre the pay is booked on."},
		{Name: "location", Type: schema.Type{Kind: schema.KindString}, Doc: "Where the person works."},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country the person works in."},
		{Name: "manager", Type: schema.RefTo("employee"), Doc: "Whom the person reports to."},
		{Name: "employment_type", Type: schema.EnumOf("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship"), Doc: "The kind of contract."},
		{Name: "hours_per_week", Type: schema.Type{Kind: schema.KindDecimal}, Doc: "The hours agreed on."},
		{Name: "hired_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The first day of work.", Class: schema.Personal},
		{Name: "probation_ends_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The last day of probation.", Class: schema.Personal},
		{Name: "terminated_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The last day of work.", Class: schema.Personal},
		{Name: "termination_reason", Type: schema.Type{Kind: schema.KindString}, Doc: "Why the person left, in the system's own words.", Class: schema.Protected},
		{Name: "salary", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The fixed pay.", Class: schema.Pay},
		{Name: "salary_period", Type: schema.EnumOf("hour", "day", "week", "month", "year"), Doc: "What the pay is for.", Class: schema.Pay},
		{Name: "home_address", Type: schema.Type{Kind: schema.KindText}, Doc: "Where the person lives.", Class: schema.Personal},
		{Name: "date_of_birth", Type: schema.Type{Kind: schema.KindDate}, Doc: "The day the person was born.", Class: schema.Protected},
		{Name: "nationality", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country the person is a citizen of.", Class: schema.Protected},
		{Name: "gender", Type: schema.Type{Kind: schema.KindString}, Doc: "The gender the person gave.", Class: schema.Protected},
		{Name: "national_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The number at the state: tax, social security.", Class: schema.Protected},
	},
}
