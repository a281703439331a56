package entities

import "syncline/schema"

// Contact is the ready model of a person at a company one does business with.
var Contact = &schema.Entity{
	Name: "contact",
	Doc:  "A person at a company one does business with.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "account", Type: schema.RefTo("account"), Doc: "The company."},
		{Name: "first_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The given name or names.", Class: schema.Personal},
		{Name: "last_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The family name or names.", Class: schema.Personal},
		{Name: "email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "The address to write to.", Class: schema.Personal},
		{Name: "phone", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The number at work.", Class: schema.Personal},
		{Name: "mobile", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The mobile number.", Class: schema.Personal},
		{Name: "title", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person works as.", Class: schema.Personal},
		{Name: "department", Type: schema.Type{Kind: schema.KindString}, Doc: "The part of the company."},
		{Name: "role", Type: schema.Type{Kind: schema.KindString}, Doc: "What the person is to us, such as hiring manager or billing."},
		{Name: "profile_url", Type: schema.Type{Kind: schema.KindURL}, Doc: "The public profile, such as on a professional network.", Class: schema.Personal},
		{Name: "location", Type: schema.Type{Kind: schema.KindString}, Doc: "Where the person works.", Class: schema.Personal},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country the person works in.", Class: schema.Personal},
		{Name: "language", Type: schema.Type{Kind: schema.KindString}, Doc: "The language to write in.", Class: schema.Personal},
		{Name: "do_not_contact", Type: schema.Type{Kind: schema.KindBool}, Doc: "Whether the person asked not to be written to or called.", Class: schema.Personal},
		{Name: "summary", Type: schema.Type{Kind: schema.KindText}, Doc: "What is worth knowing.", Class: schema.Personal},
		{Name: "tags", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "Words the person is filed under."},
		{Name: "owner_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who looks after the person.", Class: schema.Personal},
	},
}
