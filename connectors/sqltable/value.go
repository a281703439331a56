package sqltable

import (
	"strconv"
	"strings"
	"time"

	"syncline/schema"
)

// value turns what a column stores into a value of the wanted type: a column
// of JSON of no wanted type holds what its text says.
func (c *Column) value(stored cell, t schema.Type) (schema.Value, error) {
	if t.Kind == schema.KindAny && stored.tag != cellNull && strings.HasPrefix(c.Native, "json") {
		return stored.json(t)
	}
	return stored.valueOf(t)
}

// valueOf turns a cell into a value of the wanted type. What does not fit the
// type is an error that names the kind of problem, not the value.
func (c cell) valueOf(t schema.Type) (schema.Value, error) {
	if c.tag == cellNull {
		return schema.NullValue(), nil
	}
	switch t.Kind {
	case schema.KindInt:
		return c.int()
	case schema.KindBool:
		return c.bool()
	case schema.KindDecimal:
		return c.decimal()
	case schema.KindTimestamp:
		return c.timestamp()
	case schema.KindDate:
		return c.date()
	case schema.KindList, schema.KindSet, schema.KindObject:
		return c.json(t)
	case schema.KindAny:
		return c.natural(), nil
	}
	return schema.Text(t.Kind, c.string()), nil
}

// natural returns a cell as what it is stored as.
func (c cell) natural() schema.Value {
	switch c.tag {
	case cellInt:
		return schema.Int(c.num)
	case cellBool:
		return schema.Bool(c.num != 0)
	case cellFloat:
		return schema.Text(schema.KindDecimal, c.string())
	}
	return schema.String(c.text)
}

func (c cell) int() (schema.Value, error) {
	switch c.tag {
	case cellInt, cellBool:
		return schema.Int(c.num), nil
	case cellFloat:
		if n := int64(c.real); float64(n) == c.real {
			return schema.Int(n), nil
		}
		return schema.Value{}, plain("it has a fraction where a whole number is wanted")
	}
	s := strings.TrimSpace(c.text)
	if s == "" {
		return schema.Text(schema.KindInt, ""), nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return schema.Value{}, plain("it is not a whole number of 64 bits")
	}
	return schema.Int(n), nil
}

func (c cell) bool() (schema.Value, error) {
	switch c.tag {
	case cellInt, cellBool:
		if c.num == 0 || c.num == 1 {
			return schema.Bool(c.num == 1), nil
		}
		return schema.Value{}, plain("it is a number other than 0 and 1 where true or false is wanted")
	}
	switch strings.ToLower(strings.TrimSpace(c.text)) {
	case "":
		return schema.Text(schema.KindBool, ""), nil
	case "t", "true", "1", "y", "yes", "on":
		return schema.Bool(true), nil
	case "f", "false", "0", "n", "no", "off":
		return schema.Bool(false), nil
	}
	return schema.Value{}, plain("it is neither true nor false")
}

func (c cell) decimal() (schema.Value, error) {
	s := strings.TrimSpace(c.string())
	if !number(s) && s != "" {
		return schema.Value{}, plain("it is not a number")
	}
	return schema.Text(schema.KindDecimal, s), nil
}

// number reports whether s is a decimal number, with an exponent or without.
func number(s string) bool {
	s = strings.TrimLeft(s, "+-")
	mantissa, exponent, found := strings.Cut(strings.ToLower(s), "e")
	if found {
		if _, err := strconv.Atoi(exponent); err != nil {
			return false
		}
	}
	digits := 0
	for i, r := range mantissa {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.' && strings.IndexByte(mantissa, '.') == i:
		default:
			return false
		}
	}
	return digits > 0
}

func (c cell) timestamp() (schema.Value, error) {
	if c.tag == cellInt {
		return schema.Timestamp(epoch(c.num)), nil
	}
	s := strings.TrimSpace(c.string())
	if s == "" {
		return schema.Text(schema.KindTimestamp, ""), nil
	}
	t, ok := ParseTime(s)
	if !ok {
		return schema.Value{}, plain("it is not a date and time")
	}
	return schema.Timestamp(t), nil
}

func (c cell) date() (schema.Value, error) {
	if c.tag == cellInt {
		return schema.Text(schema.KindDate, epoch(c.num).Format(time.DateOnly)), nil
	}
	s := strings.TrimSpace(c.string())
	if s == "" {
		return schema.Text(schema.KindDate, ""), nil
	}
	if len(s) > 10 {
		if _, ok := ParseTime(s); ok {
			s = s[:10]
		}
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return schema.Value{}, plain("it is not a date as YYYY-MM-DD")
	}
	return schema.Text(schema.KindDate, s), nil
}

// json reads a list or an object; a text of a list's single element is not
// one.
func (c cell) json(t schema.Type) (schema.Value, error) {
	if strings.TrimSpace(c.text) == "" && c.tag != cellInt && c.tag != cellFloat {
		return schema.Text(t.Kind, ""), nil
	}
	v, err := schema.FromJSON([]byte(c.string()))
	if err != nil {
		return schema.Value{}, plain("it is not JSON")
	}
	return v, nil
}

// epoch reads a number as seconds since 1970, or milliseconds where seconds
// would lie beyond the year 5000.
func epoch(n int64) time.Time {
	if n > 1e11 || n < -1e11 {
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}
