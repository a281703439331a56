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
			Name: "phone", Doc: "The normal form of a phone number: E.164, and ;ext= where it has an extension.",
			Params: []Param{{Name: "number", Type: stringType}, regionParam}, Result: nullable(stringType),
			Errors:   "what is no phone number; a blank text gives null",
			Examples: []Example{{"phone('(415) 555-2671', 'US')", "'+14155552671'"}, {"phone('+49 30 901820')", "'+4930901820'"}, {"phone('', 'US')", "null"}, {"phone('call me', 'US')", "error"}},
			Call: func(c *Context, args []schema.Value) (schema.Value, error) {
				if args[0].Blank() {
					return schema.NullValue(), nil
				}
				return normalPhone(c, args)
			},
		},
		{
			Name: "phone_valid", Doc: "Reports whether a text is a phone number that can exist.",
			Params: []Param{{Name: "number", Type: stringType}, regionParam}, Result: boolType,
			Examples: []Example{{"phone_valid('+14155552671')", "true"}, {"phone_valid('12', 'US')", "false"}},
			Call: func(c *Context, args []schema.Value) (schema.Value, error) {
				_, err := normalPhone(c, args)
				return schema.Bool(err == nil && !args[0].Blank()), nil
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

var phoneType = schema.Type{Kind: schema.KindPhone}

// normalPhone is the schema's own normal form, so that a number that is read
// through phone equals one that is not.
func normalPhone(c *Context, args []schema.Value) (schema.Value, error) {
	if len(args[0].Text()) > 250 {
		return schema.Value{}, errPhone
	}
	v, err := phoneType.Normal(args[0], schema.Norm{Region: regionOf(c, args)})
	if err != nil {
		return schema.Value{}, errPhone
	}
	return schema.String(v.Text()), nil
}

var errPhone = errors.New("it is no phone number, or has no country code and no region is known")

func regionOf(c *Context, args []schema.Value) string {
	if len(args) > 1 {
		return args[1].Text()
	}
	return c.Region
}

func parsePhone(c *Context, args []schema.Value) (*phonenumbers.PhoneNumber, error) {
	if len(args[0].Text()) > 250 {
		return nil, errPhone
	}
	n, err := phonenumbers.Parse(args[0].Text(), regionOf(c, args))
	if err != nil {
		return nil, errPhone
	}
	return n, nil
}
