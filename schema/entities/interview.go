package entities

import "syncline/schema"

// Interview is the ready model of a talk with a candidate.
var Interview = &schema.Entity{
	Name: "interview",
	Doc:  "A talk with a candidate.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "application", Type: schema.RefTo("application"), Doc: "The application the talk belongs to."},
		{Name: "candidate", Type: schema.RefTo("candidate"), Doc: "Who is talked to."},
		{Name: "job", Type: schema.RefTo("job"), Doc: "The position it is about."},
		{Name: "title", Type: schema.Type{Kind: schema.KindString}, Doc: "What the talk is called, such as \"Technical interview\"."},
		{Name: "kind", Type: schema.EnumOf("phone", "video", "on_site", "test", "other"), Doc: "How people meet."},
		{Name: "status", Type: schema.EnumOf("planned", "confirmed", "done", "no_show", "cancelled"), Doc: "Whether the talk took place."},
		{Name: "starts_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the talk begins."},
		{Name: "ends_at", Type: schema.Type{Kind: schema.KindTimestamp}, Doc: "When the talk ends."},
		{Name: "time_zone", Type: schema.Type{Kind: schema.KindString}, Doc: "The zone in which people agreed on the time, such as Europe/Berlin."},
		{Name: "location", Type: schema.Type{Kind: schema.KindString}, Doc: "Where people meet."},
		{Name: "meeting_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "Where people meet online.", Class: schema.Personal},
		{Name: "organiser_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who invites.", Class: schema.Personal},
		{Name: "interviewers", Type: schema.SetOf(schema.Type{Kind: schema.KindEmail}), Doc: "The addresses of those who ask.", Class: schema.Personal},
		{Name: "notes", Type: schema.Type{Kind: schema.KindText}, Doc: "What the interviewers should know.", Class: schema.Personal},
	},
}
