package entities

import "syncline/schema"

// Application is the ready model of one candidate's way through one job.
var Application = &schema.Entity{
	Name: "application",
	Doc:  "One candidate's way through one job.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "Who applies."},
		{Name: "job", Type: schema.RefTo("job"), Doc: "What for."},
		{Name: "stage", Type: schema.Type{Kind: schema.KindEnum, Ordered: true, Words: []string{"applied", "screening", "interview", "offer", "hired", "rejected", "withdrawn"}}, Doc: "How far the application has come."},
		{Name: "status", Type: schema.EnumOf("active", "on_hold", "hired", "rejected", "withdrawn"), Doc: "Whether the application is still being worked on."},
		{Name: "source", Type: schema.Type{Kind: schema.KindText}, Doc: "Where the application came from, in the system's own words."},
		{Name: "referrer_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who recommended the candidate.", Class: schema.Personal},
		{Name: "cover_letter", Type: schema.Type{Kind: schema.KindText}, Doc: "What the candidate wrote.", Class: schema.Personal},
		{Name: "resume_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "Where the résumé lies.", Class: schema.Personal},
		{Name: "answers", Type: schema.Type{Kind: schema.KindObject}, Doc: "The answers to the questions of the posting.", Class: schema.Personal},
		{Name: "score", Type: schema.Type{Kind: schema.KindDecimal}, Doc: "How well the candidate fits, on the system's own scale.", Class: schema.Personal},
		{Name: "rejection_reason", Type: schema.Type{Kind: schema.KindString}, Doc: "Why the application ended, in the system's own words.", Class: schema.Personal},
		{Name: "applied_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the application came in."},
		{Name: "stage_changed_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the stage changed last."},
		{Name: "closed_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the application ended."},
		{Name: "recruiter_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who works on the application.", Class: schema.Personal},
	},
}
