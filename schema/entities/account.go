package entities

import "syncline/schema"

// Account is the ready model of a company one does business with.
var Account = &schema.Entity{
	Name: "account",
	Doc:  "A company one does business with.",
	Fields: []schema.Field{
		{Name: "external_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The id under which another system knows the record."},
		{Name: "name", Type: schema.Type{Kind: schema.KindString}, Doc: "What the company is called."},
		{Name: "legal_name", Type: schema.Type{Kind: schema.KindString}, Doc: "The name in the register."},
		{Name: "kind", Type: schema.EnumOf("prospect", "client", "former_client", "vendor", "partner"), Doc: "What the company is to us."},
		{Name: "website", Type: schema.Type{Kind: schema.KindURL}, Doc: "The company's site."},
		{Name: "phone", Type: schema.Type{Kind: schema.KindPhone}, Doc: "The number of the switchboard."},
		{Name: "industry", Type: schema.Type{Kind: schema.KindString}, Doc: "The industry, in the system's own words."},
		{Name: "employees", Type: schema.Type{Kind: schema.KindInt}, Doc: "How many people work there."},
		{Name: "tax_id", Type: schema.Type{Kind: schema.KindString}, Doc: "The number for taxes."},
		{Name: "street", Type: schema.Type{Kind: schema.KindString}, Doc: "Street and number."},
		{Name: "postal_code", Type: schema.Type{Kind: schema.KindString}, Doc: "The postal code."},
		{Name: "city", Type: schema.Type{Kind: schema.KindString}, Doc: "The city."},
		{Name: "region", Type: schema.Type{Kind: schema.KindString}, Doc: "The state, province or canton."},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}, Doc: "The country."},
		{Name: "parent", Type: schema.RefTo("account"), Doc: "The company it belongs to."},
		{Name: "description", Type: schema.Type{Kind: schema.KindText}, Doc: "What is worth knowing."},
		{Name: "tags", Type: schema.SetOf(schema.Type{Kind: schema.KindString}), Doc: "Words the company is filed under."},
		{Name: "owner_email", Type: schema.Type{Kind: schema.KindEmail}, Doc: "Who looks after the company.", Class: schema.Personal},
	},
}
