package rest

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"syncline/schema"
)

// Codecs are the forms of values on the wire that have a name in vendor files,
// beside TimeLayout.
func Codecs() []*Codec {
	return []*Codec{EpochSeconds(), EpochMillis(), NumberText(), BoolText(), IDText(), ZeroDate()}
}

var (
	errNoNumber = errors.New("expected a number")
	errNoTime   = errors.New("expected a time")
	errNoText   = errors.New("expected a text")
	errNoBool   = errors.New("expected true or false")
)

// EpochSeconds is a time as seconds since 1970, a number or a text of one,
// fractions included.
func EpochSeconds() *Codec { return epoch("epoch", 1e6) }

// EpochMillis is a time as milliseconds since 1970, as EpochSeconds is.
func EpochMillis() *Codec { return epoch("epoch_ms", 1e3) }

// epoch counts units of so many microseconds.
func epoch(name string, micros int64) *Codec {
	return &Codec{
		Name: name,
		Decode: func(v schema.Value) (schema.Value, error) {
			n, err := schema.ParseDecimal(v.Plain())
			if err != nil {
				return schema.Value{}, errNoNumber
			}
			if n, err = schema.Mul(n, schema.Int(micros)); err != nil {
				return schema.Value{}, err
			}
			text, _, _ := strings.Cut(n.Plain(), ".") // finer than a microsecond
			whole, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return schema.Value{}, errNoTime
			}
			return schema.Timestamp(time.UnixMicro(whole)), nil
		},
		Encode: func(v schema.Value) (schema.Value, error) {
			t, err := momentOf(v)
			if err != nil {
				return schema.Value{}, err
			}
			return parts(t.UnixMicro(), micros)
		},
	}
}

// parts returns a number of microseconds as units of so many, exactly.
func parts(n, micros int64) (schema.Value, error) {
	if n%micros == 0 {
		return schema.Int(n / micros), nil
	}
	unit := "0.001"
	if micros == 1e6 {
		unit = "0.000001"
	}
	return schema.Mul(schema.Int(n), schema.Decimal(unit))
}

// TimeLayout is a time or a date in a layout of package time. A layout without
// a zone is in UTC.
func TimeLayout(layout string) *Codec {
	return &Codec{
		Name: "layout " + strconv.Quote(layout),
		Decode: func(v schema.Value) (schema.Value, error) {
			t, err := time.Parse(layout, v.Plain())
			if err != nil {
				return schema.Value{}, errNoTime
			}
			return schema.Timestamp(t), nil
		},
		Encode: func(v schema.Value) (schema.Value, error) {
			t, err := momentOf(v)
			if err != nil {
				return schema.Value{}, err
			}
			return schema.String(t.UTC().Format(layout)), nil
		},
	}
}

// NumberText is a number that the API writes as a text.
func NumberText() *Codec {
	return &Codec{
		Name:   "number_text",
		Decode: numberOf,
		Encode: asText,
	}
}

// BoolText is a truth value that the API writes as the text true or false, or
// as 1 or 0.
func BoolText() *Codec {
	return &Codec{
		Name: "bool_text",
		Decode: func(v schema.Value) (schema.Value, error) {
			b, err := strconv.ParseBool(v.Plain())
			if err != nil {
				return schema.Value{}, errNoBool
			}
			return schema.Bool(b), nil
		},
		Encode: asText,
	}
}

// ZeroDate is a date that the API writes as 0000-00-00, or as an empty text,
// where there is none.
func ZeroDate() *Codec {
	return &Codec{
		Name: "zero_date",
		Decode: func(v schema.Value) (schema.Value, error) {
			text := v.Text()
			if v.Kind() != schema.KindString {
				return schema.Value{}, errNoText
			}
			if text == "" || text == "0000-00-00" {
				return schema.NullValue(), nil
			}
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				return schema.Value{}, errNoTime
			}
			return schema.String(text), nil
		},
		Encode: asText,
	}
}

// IDText is an id that the API writes as a number, read as text with every
// digit, and written as a number.
func IDText() *Codec {
	return &Codec{
		Name:   "id",
		Decode: asText,
		Encode: numberOf,
	}
}

// numberOf reads an exact number from a number or the text of one: a whole
// one that fits is an int, as in JSON.
func numberOf(v schema.Value) (schema.Value, error) {
	n, err := schema.ParseDecimal(v.Plain())
	if err != nil {
		return schema.Value{}, errNoNumber
	}
	if whole, err := strconv.ParseInt(n.Plain(), 10, 64); err == nil {
		return schema.Int(whole), nil
	}
	return n, nil
}

func asText(v schema.Value) (schema.Value, error) {
	switch v.Kind() {
	case schema.KindObject, schema.KindList, schema.KindSet:
		return schema.Value{}, errNoText
	}
	if v.State() == schema.Empty {
		return v, nil
	}
	return schema.String(v.Plain()), nil
}

// momentOf returns the moment of a timestamp, or the beginning of a date.
func momentOf(v schema.Value) (time.Time, error) {
	n, err := schema.Type{Kind: schema.KindTimestamp}.Normal(v, schema.Norm{})
	if err != nil || !n.Is() {
		if t, err := time.Parse(time.DateOnly, v.Text()); err == nil {
			return t, nil
		}
		return time.Time{}, errNoTime
	}
	return n.Time(), nil
}
