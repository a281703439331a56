package schema

import (
	"errors"
	"math"
	"math/bits"

	"github.com/cockroachdb/apd/v3"
)

// The reasons why arithmetic has no result.
var (
	ErrCurrencies = errors.New("amounts of two currencies")
	ErrOverflow   = errors.New("the result has more digits than can be held")
	ErrNotNumbers = errors.New("expected numbers, or amounts of money")
)

// exact computes without rounding.
var exact = apd.BaseContext

// number is an exact number to compute with.
type number struct{ apd.Decimal }

// numberOf returns the number a present int, decimal or amount of money holds.
func numberOf(v Value) (n number, ok bool) {
	switch {
	case v.state != Present:
		return n, false
	case v.kind == KindInt:
		n.SetInt64(v.num)
		return n, true
	case v.kind != KindDecimal && v.kind != KindMoney:
		return n, false
	}
	text, reason := canonicalDecimal(v.text)
	if reason != "" {
		return n, false
	}
	_, _, err := n.SetString(text)
	return n, err == nil
}

func (n *number) cmp(o number) int { return n.Cmp(&o.Decimal) }

// Add returns a + b, exactly: of int and decimal, or of money of one currency.
func Add(a, b Value) (Value, error) {
	if err := alike(a, b); err != nil {
		return Value{}, err
	}
	return compute(a, b, addInts, exact.Add)
}

// Sub returns a - b, exactly: of int and decimal, or of money of one currency.
func Sub(a, b Value) (Value, error) {
	if err := alike(a, b); err != nil {
		return Value{}, err
	}
	return compute(a, b, subInts, exact.Sub)
}

// Mul returns a · b, exactly: of int and decimal, or of money and a number.
func Mul(a, b Value) (Value, error) {
	if a.kind == KindMoney && b.kind == KindMoney {
		return Value{}, ErrNotNumbers
	}
	return compute(a, b, mulInts, exact.Mul)
}

// Cmp compares two numbers, or two amounts of one currency: -1, 0 or 1.
func Cmp(a, b Value) (int, error) {
	if err := alike(a, b); err != nil {
		return 0, err
	}
	order, ok := compareNumbers(a, b)
	if !ok {
		return 0, ErrNotNumbers
	}
	return order, nil
}

// alike refuses to mix money with plain numbers, and two currencies.
func alike(a, b Value) error {
	switch {
	case (a.kind == KindMoney) != (b.kind == KindMoney):
		return ErrNotNumbers
	case a.Currency() != b.Currency():
		return ErrCurrencies
	}
	return nil
}

// operation is one of apd's, on plain decimals.
type operation = func(result, x, y *apd.Decimal) (apd.Condition, error)

func compute(a, b Value, ints func(a, b int64) (int64, bool), numbers operation) (Value, error) {
	if a.kind == KindInt && b.kind == KindInt && a.Is() && b.Is() {
		n, ok := ints(a.num, b.num)
		if !ok {
			return Value{}, ErrOverflow
		}
		return Int(n), nil
	}
	x, okX := numberOf(a)
	y, okY := numberOf(b)
	if !okX || !okY {
		return Value{}, ErrNotNumbers
	}
	var result apd.Decimal
	if _, err := numbers(&result, &x.Decimal, &y.Decimal); err != nil {
		return Value{}, ErrOverflow
	}
	text, reason := canonicalDecimal(result.Text('f'))
	if reason != "" {
		return Value{}, ErrOverflow
	}
	if a.kind != KindMoney && b.kind != KindMoney {
		return Decimal(text), nil
	}
	unit := a
	if b.kind == KindMoney {
		unit = b
	}
	digits, _ := CurrencyDigits(unit.Currency())
	return Money(padFraction(text, digits), unit.Currency()), nil
}

func addInts(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}

func subInts(a, b int64) (int64, bool) {
	difference := a - b
	return difference, (difference < a) == (b > 0)
}

func mulInts(a, b int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if (a < 0) != (b < 0) {
		return -int64(low), high == 0 && low <= math.MaxInt64+1
	}
	return int64(low), high == 0 && low <= math.MaxInt64
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
