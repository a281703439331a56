package schema_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/schema"
)

func TestStates(t *testing.T) {
	for _, c := range []struct {
		value schema.Value
		state schema.State
		blank bool
	}{
		{schema.Value{}, schema.Absent, false},
		{schema.NullValue(), schema.Null, true},
		{schema.String(""), schema.Empty, true},
		{schema.List(), schema.Empty, true},
		{schema.EmptyValue(schema.KindSet), schema.Empty, true},
		{schema.String(" \t\u00a0\u2003"), schema.Present, true},
		{schema.String(" x"), schema.Present, false},
		{schema.Int(0), schema.Present, false},
		{schema.Bool(false), schema.Present, false},
		{schema.Object(nil, nil), schema.Present, false},
	} {
		if c.value.State() != c.state || c.value.Blank() != c.blank {
			t.Errorf("%s: %s, blank %v", c.value.Display(), c.value.State(), c.value.Blank())
		}
	}
}

func TestDisplayHidesNothing(t *testing.T) {
	for want, v := range map[string]schema.Value{
		`a\nb\x1b[31m`:    schema.String("a\nb\x1b[31m"),
		`a\u202eb`:        schema.String("a\u202eb"),
		`[1, {a: x}]`:     schema.List(schema.Int(1), schema.Object([]string{"a"}, []schema.Value{schema.String("x")})),
		`12.50 EUR`:       schema.Money("12.50", "EUR"),
		`Zoë & José 😆 日本`: schema.String("Zoë & José 😆 日本"),
	} {
		if got := v.Display(); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestTypesComeBack(t *testing.T) {
	for _, text := range []string{
		"any", "string?", "list(string)", "set(list(int?))?", "ref(job)", "ref", "enum", "enum(a, b)", `enum(low < "mid way" < high)?`,
		`object(a = string, "odd name" = list(object(b = int)))`, "list", "timestamp",
	} {
		got, err := schema.ParseType(text)
		if err != nil || got.String() != text {
			t.Errorf("%s became %s, %v", text, got, err)
		}
	}
	for text, at := range map[string]int{"": 0, "strin": 0, "list(": 5, "list()": 5, "string(int)": 7, "enum(a, a)": 9, "enum(a, b < c)": 11, "ref(job": 7, "int x": 4, "object(a)": 8, strings.Repeat("list(", 70): 325} {
		_, err := schema.ParseType(text)
		var syntax *schema.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != at {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimal(t), decimal(t)
		for name, c := range map[string]struct {
			compute func(a, b schema.Value) (schema.Value, error)
			exact   func(z, x, y *big.Rat) *big.Rat
		}{"+": {schema.Add, (*big.Rat).Add}, "-": {schema.Sub, (*big.Rat).Sub}, "*": {schema.Mul, (*big.Rat).Mul}} {
			got, err := c.compute(a, b)
			if err != nil {
				t.Fatal(err)
			}
			if want := c.exact(new(big.Rat), rat(t, a), rat(t, b)); rat(t, got).Cmp(want) != 0 {
				t.Fatalf("%s %s %s is not %s", a.Text(), name, b.Text(), got.Text())
			}
			if again, err := schema.ParseDecimal(got.Text()); err != nil || again.Text() != got.Text() {
				t.Fatalf("%s is not canonical", got.Text())
			}
		}
		if order, err := schema.Cmp(a, b); err != nil || order != rat(t, a).Cmp(rat(t, b)) {
			t.Fatalf("%s and %s: %d, %v", a.Text(), b.Text(), order, err)
		}
	})
}

func rat(t *rapid.T, v schema.Value) *big.Rat {
	r, ok := new(big.Rat).SetString(v.Text())
	if !ok {
		t.Fatalf("not a number: %s", v.Text())
	}
	return r
}

func TestIntArithmetic(t *testing.T) {
	edges := []int64{0, 1, -1, 2, -2, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 32, -1 << 32, 1 << 31, 3037000500}
	for _, a := range edges {
		for _, b := range edges {
			x, y := big.NewInt(a), big.NewInt(b)
			checkInt(t, "+", schema.Add, new(big.Int).Add(x, y), a, b)
			checkInt(t, "-", schema.Sub, new(big.Int).Sub(x, y), a, b)
			checkInt(t, "*", schema.Mul, new(big.Int).Mul(x, y), a, b)
		}
	}
}

func checkInt(t *testing.T, name string, compute func(a, b schema.Value) (schema.Value, error), want *big.Int, a, b int64) {
	got, err := compute(schema.Int(a), schema.Int(b))
	if want.IsInt64() != (err == nil) || err == nil && got.Int() != want.Int64() {
		t.Errorf("%d %s %d gave %d, %v", a, name, b, got.Int(), err)
	}
}

func TestMoneyArithmetic(t *testing.T) {
	euro, more, yen := schema.Money("12.50", "EUR"), schema.Money("0.505", "EUR"), schema.Money("100", "JPY")
	for _, c := range []struct {
		compute func(a, b schema.Value) (schema.Value, error)
		a, b    schema.Value
		shown   string
		err     error
	}{
		{schema.Add, euro, euro, "25.00 EUR", nil},
		{schema.Add, euro, more, "13.005 EUR", nil},
		{schema.Sub, euro, euro, "0.00 EUR", nil},
		{schema.Mul, euro, schema.Int(2), "25.00 EUR", nil},
		{schema.Mul, schema.Decimal("0.1"), euro, "1.25 EUR", nil},
		{schema.Mul, yen, schema.Decimal("1.5"), "150 JPY", nil},
		{schema.Add, euro, yen, "", schema.ErrCurrencies},
		{schema.Sub, euro, schema.Int(1), "", schema.ErrNotNumbers},
		{schema.Mul, euro, euro, "", schema.ErrNotNumbers},
		{schema.Add, schema.String("1"), schema.Int(1), "", schema.ErrNotNumbers},
		{schema.Add, schema.NullValue(), schema.Int(1), "", schema.ErrNotNumbers},
		{schema.Mul, schema.Decimal("1" + strings.Repeat("0", 300)), schema.Decimal("1" + strings.Repeat("0", 300)), "", schema.ErrOverflow},
	} {
		got, err := c.compute(c.a, c.b)
		if !errors.Is(err, c.err) || err == nil && got.Display() != c.shown {
			t.Errorf("%s and %s: %s, %v", c.a.Display(), c.b.Display(), got.Display(), err)
		}
	}
	if _, err := schema.Cmp(euro, yen); !errors.Is(err, schema.ErrCurrencies) {
		t.Error(err)
	}
}

func TestEqualTellsApart(t *testing.T) {
	for _, pair := range [][2]schema.Value{
		{schema.Money("1", "EUR"), schema.Money("1", "JPY")}, {schema.Money("1", "EUR"), schema.Decimal("1")}, {schema.Int(1), schema.Bool(true)},
		{schema.String("a"), schema.String("b")}, {schema.NullValue(), schema.String("")}, {schema.Value{}, schema.NullValue()},
		{schema.List(schema.Int(1)), schema.Set(schema.Int(1))}, {schema.List(schema.Int(1)), schema.List(schema.Int(1), schema.Int(1))},
		{schema.Object([]string{"a"}, []schema.Value{schema.Int(1)}), schema.Object([]string{"b"}, []schema.Value{schema.Int(1)})},
	} {
		if schema.Equal(pair[0], pair[1]) || pair[0].Hash(1) == pair[1].Hash(1) {
			t.Errorf("%s and %s are equal", pair[0].Display(), pair[1].Display())
		}
	}
}

func TestCompareAcrossKinds(t *testing.T) {
	if order, ok := schema.Compare(schema.Int(10), schema.Decimal("9.5")); !ok || order <= 0 {
		t.Error("10 is not more than 9.5")
	}
	for _, pair := range [][2]schema.Value{
		{schema.Money("1", "EUR"), schema.Money("1", "JPY")}, {schema.String("1"), schema.Int(1)}, {schema.NullValue(), schema.NullValue()},
		{schema.Object(nil, nil), schema.Object(nil, nil)}, {schema.Value{}, schema.Int(1)},
	} {
		if _, ok := schema.Compare(pair[0], pair[1]); ok {
			t.Errorf("%s and %s have an order", pair[0].Display(), pair[1].Display())
		}
	}
}
