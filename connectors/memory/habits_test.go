package memory_test

import (
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/schema"
)

func TestHabits(t *testing.T) {
	moment := func(text string) schema.Value {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return schema.Timestamp(at)
	}
	s, d := schema.String, schema.Decimal
	for _, c := range []struct {
		habit    memory.Habit
		in, want schema.Value
	}{
		{memory.Trim(), s("  Ada  L. \t"), s("Ada  L.")},
		{memory.Trim(), schema.NullValue(), schema.NullValue()},
		{memory.Collapse(), s(" Ada \t  L. "), s("Ada L.")},
		{memory.Lower(), s("Ada@EXAMPLE.org"), s("ada@example.org")},
		{memory.Lower(), schema.Text(schema.KindEmail, "ADA@x.org"), schema.Text(schema.KindEmail, "ada@x.org")},
		{memory.Lower(), schema.Set(s("A"), s("b")), schema.Set(s("a"), s("b"))},
		{memory.Title(), s("ada van LOVELACE"), s("Ada Van Lovelace")},
		{memory.Title(), s("élodie  o"), s("Élodie  O")},
		{memory.Shorten(3), s("äöüß"), s("äöü")},
		{memory.Shorten(3), s("abc"), s("abc")},
		{memory.Zoneless(), s("2026-03-01T08:00:00+02:00"), s("2026-03-01T08:00:00")},
		{memory.Zoneless(), s("2026-03-01T08:00:00Z"), s("2026-03-01T08:00:00")},
		{memory.Zoneless(), s("not-a-time"), s("not-a-time")},
		{memory.Coarse(time.Second), moment("2026-03-01T08:00:05.999Z"), moment("2026-03-01T08:00:05Z")},
		{memory.Coarse(time.Minute), moment("2026-03-01T08:00:59Z"), moment("2026-03-01T08:00:00Z")},
		{memory.Round(2), d("1.005"), d("1.01")},
		{memory.Round(2), d("1.004"), d("1")},
		{memory.Round(2), d("-9.999"), d("-10")},
		{memory.Round(0), d("99.5"), d("100")},
		{memory.Round(0), d("-0.4"), d("0")},
		{memory.Round(1), schema.Money("12.25", "EUR"), schema.Money("12.3", "EUR")},
		{memory.Round(2), schema.Int(7), schema.Int(7)},
		{memory.Round(2), s("1.005"), s("1.005")},
	} {
		got := c.habit.Do(c.in)
		if got.State() != c.want.State() || got.Kind() != c.want.Kind() || !schema.Equal(got, c.want) {
			t.Errorf("%s: %s becomes %s, want %s", c.habit.Name, c.in.Plain(), got.Plain(), c.want.Plain())
		}
	}
}

// TestHabitsSettle holds that a value a habit was applied to stays as it is:
// writing back what is shown changes nothing.
func TestHabitsSettle(t *testing.T) {
	values := []schema.Value{
		schema.String("  Ada  LOVELACE of somewhere far away "), schema.Decimal("12.34567"), schema.Money("0.999", "EUR"),
		schema.String("2026-03-01T08:00:00.5+02:00"), schema.Timestamp(time.Date(2026, 3, 1, 8, 0, 5, 999e6, time.UTC)),
		schema.List(schema.String(" A "), schema.String("b")), schema.Bool(true),
	}
	names := map[string]bool{}
	for _, h := range memory.Habits() {
		if h.Name == "" || h.Doc == "" || names[h.Name] {
			t.Errorf("habit %q has no name of its own, or no doc", h.Name)
		}
		names[h.Name] = true
		for _, v := range values {
			once := h.Do(v)
			if twice := h.Do(once); !schema.Equal(once, twice) {
				t.Errorf("%s: %s becomes %s, and that %s", h.Name, v.Plain(), once.Plain(), twice.Plain())
			}
		}
	}
}

func TestHabitsOfATable(t *testing.T) {
	layout := memory.Layout{Habits: map[string][]memory.Habit{"name": {memory.Lower(), memory.Shorten(3)}}}
	e := newEnd(t, memory.Options{}, layout)
	res := e.write("update", "a", "ABCDE")
	if res.Err != nil || res.Confirmed.Get("name").Text() != "abc" || e.name("a") != "abc" {
		t.Errorf("%v, the record says %q", res.Err, e.name("a"))
	}
	if e.table.Put("b", memory.Fields{"name": schema.String("XYZZ")}); e.name("b") != "xyz" {
		t.Errorf("a person's edit is kept as %q", e.name("b"))
	}
}
