package expr

import (
	"errors"
	"strconv"

	"syncline/schema"
)

// The exact arithmetic of decimal and money, shared by both languages. A
// number literal beside money is an amount of the money's currency.

var (
	errCurrencies = errors.New("money of two currencies cannot be computed or compared")
	errMoney      = errors.New("money cannot be multiplied by money")
	errNumber     = errors.New("the number cannot be read, or is too large")
)

type operation uint8

const (
	opAdd operation = iota
	opSubtract
	opMultiply
)

// compute returns a op b of decimals and money.
func compute(op operation, a, b schema.Value) (schema.Value, error) {
	if op == opMultiply && a.Kind() == schema.KindMoney && b.Kind() == schema.KindMoney {
		return schema.Value{}, errMoney
	}
	if op != opMultiply {
		a, b = alike(a, b), alike(b, a)
	}
	f := [...]func(a, b schema.Value) (schema.Value, error){schema.Add, schema.Sub, schema.Mul}[op]
	v, err := f(a, b)
	return v, numberError(err)
}

// compareNumbers orders two decimals, or two amounts of one currency.
func compareNumbers(a, b schema.Value) (int, error) {
	c, err := schema.Cmp(alike(a, b), alike(b, a))
	return c, numberError(err)
}

// alike makes a number beside money an amount of its currency.
func alike(v, beside schema.Value) schema.Value {
	if beside.Kind() != schema.KindMoney || v.Kind() == schema.KindMoney {
		return v
	}
	if v.Kind() == schema.KindInt {
		return schema.Money(strconv.FormatInt(v.Int(), 10), beside.Currency())
	}
	return schema.Money(v.Text(), beside.Currency())
}

func numberError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, schema.ErrCurrencies):
		return errCurrencies
	}
	return errNumber
}

// exactly returns the number that a text writes, as a decimal.
func exactly(text string) (schema.Value, bool) {
	v, err := schema.ParseDecimal(text)
	return v, err == nil
}
