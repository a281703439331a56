package entities

import "syncline/schema"

// Offer is the ready model of what a candidate is offered.
var Offer = &schema.Entity{
	Name: "offer",
	Doc:  "What a candidate is offered.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "application", Type: schema.RefTo("application"), Doc: "The application the offer answers."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "Who gets the offer."},
		{Name: "job", Type: schema.RefTo("job"), Doc: "The position offered."},
		{Name: "status", Type: schema.EnumOf("draft", "approval", "approved", "sent", "accepted", "declined", "withdrawn", "expired"), Doc: "How far the offer has come."},
		{Name: "version", Type: schema.Type{Kind: schema.KindInt}, Doc: "The number of the offer among those made to the candidate."},
		{Name: "title", Type: schema.Type{Kind: schema.KindString}, Doc: "The title offered."},
		{Name: "salary", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The fixed pay offered.", Class: schema.Pay},
		{Name: "salary_period", Type: schema.EnumOf("hour", "day", "week", "month", "year"), Doc: "What the pay is for.", Class: schema.Pay},
		{Name: "bonus", Type: schema.Type{Kind: schema.KindMoney}, Doc: "The variable pay offered, per year.", Class: schema.Pay},
		{Name: "sign_on_bonus", Type: schema.Type{Kind: schema.KindMoney}, Doc: "What is paid once at the start.", Class: schema.Pay},
		{Name: "equity", Type: schema.Type{Kind: schema.KindString}, Doc: "The shares offered, as people write it.", Class: schema.Pay},
		{Name: "employment_type", Type: schema.EnumOf("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship"), Doc: "The kind of contract offered."},
		{Name: "starts_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The first day of work."},
		{Name: "expires_on", Type: schema.Type{Kind: schema.KindDate}, Doc: "The last day to accept."},
		{Name: "sent_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the offer went out."},
		{Name: "answered_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the candidate answered."},
		{Name: "decline_reason", Type: schema.Type{Kind: schema.KindString}, Doc: "Why the candidate declined, in the system's own words.", Class: schema.Personal},
		{Name: "document_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "Where the letter lies.", Class: schema.Pay},
	},
}
