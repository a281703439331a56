package sqltable

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"strconv"

	"syncline/connectors"
	"syncline/schema"
)

// Text returns a value as the exact text that every database reads: decimals
// by their digits, lists and objects as JSON.
func Text(v schema.Value) (any, error) {
	switch v.Kind() {
	case schema.KindInt:
		return strconv.FormatInt(v.Int(), 10), nil
	case schema.KindBool:
		return strconv.FormatBool(v.Bool()), nil
	case schema.KindTimestamp:
		return v.Time().Format("2006-01-02T15:04:05.000000Z"), nil
	case schema.KindList, schema.KindSet:
		if v.State() == schema.Empty {
			return "[]", nil
		}
		return string(v.AppendJSON(nil)), nil
	case schema.KindObject:
		return string(v.AppendJSON(nil)), nil
	case schema.KindMoney:
		return nil, plain("money is an amount and a currency: write each to its own column")
	}
	return v.Text(), nil
}

// Common gives meaning to errors that no database made: of the network, of a
// context, of database/sql itself.
func Common(err error) Failure {
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Failure{Kind: connectors.Unavailable}
	case errors.Is(err, driver.ErrBadConn), errors.As(err, &network):
		return Failure{Kind: connectors.Unavailable, Text: "the database cannot be reached", Hint: "see that the database runs and can be reached"}
	}
	return Failure{Kind: connectors.Failed}
}
