package entities

import "syncline/schema"

// Evaluation is the ready model of what one person thinks of a candidate.
var Evaluation = &schema.Entity{
	Name: "evaluation",
	Doc:  "What one person thinks of a candidate.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "interview", Type: schema.RefTo("interview"), Doc: "The talk it is about."},
		{Name: "application", Type: schema.RefTo("application"), Doc: "The application it is about."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "Who is judged."},
		{Name: "author_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who judges.", Class: schema.Personal},
		{Name: "recommendation", Type: schema.Type{Kind: schema.KindEnum, Ordered: true, Words: []string{"strong_no", "no", "mixed", "yes", "strong_yes"}}, Doc: "The judgement, from worst to best.", Class: schema.Personal},
		{Name: "score", Type: schema.Type{Kind: schema.KindDecimal}, Doc: "The judgement as a number, on the system's own scale.", Class: schema.Personal},
		{Name: "scores", Type: schema.Type{Kind: schema.KindObject}, Doc: "The judgement by criterion.", Class: schema.Personal},
		{Name: "strengths", Type: schema.Type{Kind: schema.KindText}, Doc: "What speaks for the candidate.", Class: schema.Personal},
		{Name: "concerns", Type: schema.Type{Kind: schema.KindText}, Doc: "What speaks against the candidate.", Class: schema.Personal},
		{Name: "comment", Type: schema.Type{Kind: schema.KindText}, Doc: "The judgement in words.", Class: schema.Personal},
		{Name: "submitted_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the judgement was given."},
	},
}
