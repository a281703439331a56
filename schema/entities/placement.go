package entities

import "syncline/schema"

// Placement is the ready model of a candidate whom an agency brought to a client.
var Placement = &schema.Entity{
	Name: "placement",
	Doc:  "A candidate whom an agency brought to a client.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "Who was placed."},
		{Name: "job", Type: schema.RefTo("job"), Doc: "The position filled."},
		{Name: "application", Type: schema.RefTo("application"), Doc: "The application that led to it."},
		{Name: "account", Type: schema.RefTo("account"), Doc: "The client."},
		{Name: "contact", Type: schema.RefTo("contact"), Doc: "Whom the candidate reports to at the client."},
		{Name: "status", Type: schema.EnumOf("planned", "active", "completed", "ended_early", "cancelled"), Doc: "Where the assignment stands."},
		{Name: "kind", Type: schema.EnumOf("permanent", "contract", "temporary", "contract_to_hire"), Doc: "What was sold."},
		{Name: "starts_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The first day."},
		{Name: "ends_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The last day agreed on."},
		{Name: "fee", Type: schema.Type{Kind: schema.KindMoney}, Doc: "What the client pays once.", Class: schema.Pay},
		{Name: "bill_rate", Type: schema.Type{Kind: schema.KindMoney}, Doc: "What the client pays per unit.", Class: schema.Pay},
		{Name: "pay_rate", Type: schema.Type{Kind: schema.KindMoney}, Doc: "What the candidate gets per unit.", Class: schema.Pay},
		{Name: "rate_unit", Type: schema.EnumOf("hour", "day", "week", "month"), Doc: "The unit of the rates.", Class: schema.Pay},
		{Name: "guarantee_ends_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "Until when the fee is paid back if the candidate leaves."},
		{Name: "recruiter_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who placed the candidate.", Class: schema.Personal},
	},
}
