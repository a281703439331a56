package schema

// ParseDecimal reads an exact number: digits, at most one point, a sign, an
// exponent. Its text becomes canonical: no exponent, no needless zeros.
func ParseDecimal(text string) (Value, error) { return Value{}, nil }

// ParseMoney reads an amount and its ISO 4217 currency: "12.50 EUR", "EUR 12.5".
func ParseMoney(text string) (Value, error) { return Value{}, nil }

// Add returns a + b, exactly, of int, decimal or money of one currency.
func Add(a, b Value) (Value, error) { return Value{}, nil }

// Sub returns a - b, exactly, of int, decimal or money of one currency.
func Sub(a, b Value) (Value, error) { return Value{}, nil }

// Mul returns a · b, exactly, of int and decimal, or money and a number.
func Mul(a, b Value) (Value, error) { return Value{}, nil }

// Cmp compares two numbers, or two amounts of one currency: -1, 0 or 1.
func Cmp(a, b Value) (int, error) { return 0, nil }
