package funcs

import (
	"errors"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"syncline/schema"
)

var errNumber = errors.New("it is no number, or a number too large")

var numbers = Family{
	Name: "Numbers and money",
	Doc:  "Decimal and money are exact: nothing passes through a binary fraction.",
	Funcs: []*Func{
		{
			Name: "decimal", Doc: "The exact number of a text, an int or a decimal.",
			Params: []Param{{Name: "value", Type: anyType}}, Result: nullable(decimalType), Errors: "what is no number; a blank text gives null",
			Examples: []Example{{"decimal('0.10') + decimal('0.20') == decimal('0.3')", "true"}, {"decimal(' 1e3 ')", "decimal('1000')"}, {"decimal('')", "null"}, {"decimal('1,5')", "error"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				if args[0].Blank() {
					return schema.NullValue(), nil
				}
				return decimalOf(args[0])
			},
		},
		{
			Name: "parse_number", Doc: "The number a person wrote, with the sign that separates the fraction; the other separators, blanks and currency signs are dropped.",
			Params: []Param{{Name: "text", Type: stringType}, {Name: "fraction", Type: stringType}}, Result: nullable(decimalType), Errors: "what is no number, and a fraction sign other than . and ,",
			Examples: []Example{{"parse_number('1.234,50 €', ',')", "decimal('1234.5')"}, {"parse_number('$1,234.50', '.')", "decimal('1234.5')"}, {"parse_number('', ',')", "null"}, {"parse_number('n/a', '.')", "error"}},
			Call:     parseNumber,
		},
		{
			Name: "money", Doc: "An amount of a currency, three letters.",
			Params: []Param{{Name: "amount", Type: anyType}, {Name: "currency", Type: stringType}}, Result: moneyType, Errors: "an amount that is no number, and an unknown currency",
			Examples: []Example{{"amount(money('1200.50', 'EUR'))", "decimal('1200.5')"}, {"money(5, 'EUR') + money(7, 'EUR') == money(12, 'EUR')", "true"}, {"money('1', 'EURO')", "error"}, {"money('1', 'EUR') < money('2', 'USD')", "error"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				n, err := decimalOf(args[0])
				if err != nil {
					return n, err
				}
				m, err := schema.ParseMoney(n.Text() + " " + strings.ToUpper(strings.TrimSpace(args[1].Text())))
				if err != nil {
					return schema.Value{}, errors.New("it is no amount of a currency")
				}
				return m, nil
			},
		},
		{
			Name: "amount", Doc: "The amount of money, without its currency.", Params: []Param{{Name: "money", Type: moneyType}}, Result: decimalType,
			Examples: []Example{{"amount(money('80', 'CHF')) == 80", "true"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				return schema.ParseDecimal(args[0].Text())
			},
		},
		{
			Name: "currency", Doc: "The currency of money.", Params: []Param{{Name: "money", Type: moneyType}}, Result: stringType,
			Examples: []Example{{"currency(money('80', 'CHF'))", "'CHF'"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				return schema.String(args[0].Currency()), nil
			},
		},
		{
			Name: "round", Doc: "Rounds a number to so many digits after the point. The mode is half_up (the default: 2.5 is 3), half_even, up (away from zero) or down.",
			Params: []Param{{Name: "number", Type: anyType}, {Name: "digits", Type: intType, Optional: true}, {Name: "mode", Type: stringType, Optional: true}}, Result: decimalType,
			Errors:   "what is no number, digits outside 0 to 20, and an unknown mode",
			Examples: []Example{{"round(decimal('2.5'))", "decimal('3')"}, {"round(decimal('2.665'), 2, 'half_even')", "decimal('2.66')"}, {"round(decimal('-1.21'), 1, 'up')", "decimal('-1.3')"}, {"round(decimal('1'), 99)", "error"}},
			Call:     round,
		},
		{
			Name: "to_int", Doc: "The whole number of an int, a decimal or a text; a fraction is cut off.",
			Params: []Param{{Name: "value", Type: anyType}}, Result: nullable(intType), Errors: "what is no number, and a number beyond 64 bits; a blank text gives null",
			Examples: []Example{{"to_int('42')", "42"}, {"to_int(decimal('-3.9'))", "-3"}, {"to_int('')", "null"}, {"to_int('abc')", "error"}, {"to_int('99999999999999999999')", "error"}},
			Call:     toInt,
		},
		{
			Name: "truth", Doc: "What a text says: yes, y, true, t, on, 1 and x are true; no, n, false, f, off and 0 are false; blank gives null.",
			Params: []Param{{Name: "text", Type: stringType}}, Result: nullable(boolType), Errors: "any other word",
			Examples: []Example{{"truth('Yes')", "true"}, {"truth(' 0 ')", "false"}, {"truth('')", "null"}, {"truth('maybe')", "error"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				switch strings.ToLower(strings.TrimSpace(args[0].Text())) {
				case "":
					return schema.NullValue(), nil
				case "yes", "y", "true", "t", "on", "1", "x":
					return schema.Bool(true), nil
				case "no", "n", "false", "f", "off", "0":
					return schema.Bool(false), nil
				}
				return schema.Value{}, errors.New("it says neither yes nor no")
			},
		},
	},
}

func decimalOf(v schema.Value) (schema.Value, error) {
	switch {
	case v.Kind() == schema.KindDecimal:
		return v, nil
	case v.Kind() == schema.KindInt:
		return schema.Decimal(strconv.FormatInt(v.Int(), 10)), nil
	case Textual(v.Kind()):
		if d, err := schema.ParseDecimal(strings.TrimSpace(v.Text())); err == nil && d.Is() {
			return d, nil
		}
	}
	return schema.Value{}, errNumber
}

func parseNumber(_ *Context, args []schema.Value) (schema.Value, error) {
	fraction := args[1].Text()
	if fraction != "." && fraction != "," {
		return schema.Value{}, errors.New("the fraction sign is . or ,")
	}
	if args[0].Blank() {
		return schema.NullValue(), nil
	}
	var b strings.Builder
	for _, r := range args[0].Text() {
		switch {
		case '0' <= r && r <= '9' || r == '-' || r == '+':
			b.WriteRune(r)
		case string(r) == fraction:
			b.WriteByte('.')
		}
	}
	return decimalOf(schema.String(b.String()))
}

var modes = map[string]apd.Rounder{"half_up": apd.RoundHalfUp, "half_even": apd.RoundHalfEven, "up": apd.RoundUp, "down": apd.RoundDown}

func round(_ *Context, args []schema.Value) (schema.Value, error) {
	n, err := decimalOf(args[0])
	if err != nil {
		return n, err
	}
	places, mode := int64(0), apd.RoundHalfUp
	if len(args) > 1 {
		places = args[1].Int()
	}
	if len(args) > 2 {
		known := false
		if mode, known = modes[args[2].Text()]; !known {
			return schema.Value{}, errors.New("the mode is half_up, half_even, up or down")
		}
	}
	if places < 0 || places > 20 {
		return schema.Value{}, errors.New("it rounds to 0 to 20 digits")
	}
	d, _, err := apd.NewFromString(n.Text())
	if err != nil {
		return schema.Value{}, errNumber
	}
	context := apd.Context{Precision: uint32(d.NumDigits()) + 450, Rounding: mode, MaxExponent: apd.MaxExponent, MinExponent: apd.MinExponent}
	if _, err := context.Quantize(d, d, int32(-places)); err != nil {
		return schema.Value{}, errNumber
	}
	return schema.ParseDecimal(d.Text('f'))
}

func toInt(_ *Context, args []schema.Value) (schema.Value, error) {
	if args[0].Kind() == schema.KindInt {
		return args[0], nil
	}
	if args[0].Blank() {
		return schema.NullValue(), nil
	}
	d, err := decimalOf(args[0])
	if err != nil {
		return d, err
	}
	whole, _, _ := strings.Cut(d.Text(), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return schema.Value{}, errNumber
	}
	return schema.Int(n), nil
}
