package funcs

import (
	"errors"

	"github.com/nyaruka/phonenumbers"

	"syncline/schema"
)

var regionParam = Param{Name: "region", Type: stringType, Optional: true}

var phones = Family{
	Name: "Phones",
	Doc:  "Phone numbers by libphonenumber's data. The region is a two-letter country code for numbers written without one; it defaults to the variable `region` of the configuration.",
	Funcs: []*Func{
		{
			Name: "phone", Doc: "The international form of a phone number, as E.164.",
			Params: []Param{{Name: "number", Type: stringType}, regionParam}, Result: nullable(stringType),
			Errors:   "what is no phone number; a blank text gives null",
			Examples: []Example{{"phone('(415) 555-2671', 'US')", "'+14155552671'"}, {"phone('+49 30 901820')", "'+4930901820'"}, {"phone('', 'US')", "null"}, {"phone('call me', 'US')", "error"}},
			Call: func(c *Context, args []schema.Value) (schema.Value, error) {
				if args[0].Blank() {
					return schema.NullValue(), nil
				}
				n, err := parsePhone(c, args)
				if err != nil {
					return schema.Value{}, err
				}
				return schema.String(phonenumbers.Format(n, phonenumbers.E164)), nil
			},
		},
		{
			Name: "phone_valid", Doc: "Reports whether a text is a phone number that can exist.",
			Params: []Param{{Name: "number", Type: stringType}, regionParam}, Result: boolType,
			Examples: []Example{{"phone_valid('+14155552671')", "true"}, {"phone_valid('12', 'US')", "false"}},
			Call: func(c *Context, args []schema.Value) (schema.Value, error) {
				n, err := parsePhone(c, args)
				return schema.Bool(err == nil && phonenumbers.IsPossibleNumber(n)), nil
			},
		},
		{
			Name: "phone_country", Doc: "The country of a phone number, two capital letters; null when the number has none.",
			Params: []Param{{Name: "number", Type: stringType}, regionParam}, Result: nullable(stringType),
			Errors:   "what is no phone number",
			Examples: []Example{{"phone_country('+41 44 668 18 00')", "'CH'"}, {"phone_country('x')", "error"}},
			Call: func(c *Context, args []schema.Value) (schema.Value, error) {
				n, err := parsePhone(c, args)
				if err != nil {
					return schema.Value{}, err
				}
				if code := phonenumbers.GetRegionCodeForNumber(n); len(code) == 2 {
					return schema.String(code), nil
				}
				return schema.NullValue(), nil
			},
		},
	},
}

func parsePhone(c *Context, args []schema.Value) (*phonenumbers.PhoneNumber, error) {
	region := c.Region
	if len(args) > 1 {
		region = args[1].Text()
	}
	if len(args[0].Text()) > 250 {
		return nil, errors.New("it is no phone number")
	}
	n, err := phonenumbers.Parse(args[0].Text(), region)
	if err != nil {
		return nil, errors.New("it is no phone number, or has no country code and no region is known")
	}
	return n, nil
}
