package sqltable

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/schema"
)

func TestCellsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.OneOf(
			rapid.Just[any](nil),
			rapid.Map(rapid.Int64(), func(n int64) any { return n }),
			rapid.Map(rapid.Float64(), func(n float64) any { return n }),
			rapid.Map(rapid.String(), func(s string) any { return s }),
			rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		), 1, 20).Draw(t, "row")
		raw, err := appendRow(nil, row)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := readCells(nil, string(raw), len(row))
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range cells {
			if c.value() != row[i] {
				t.Fatalf("cell %d: %v became %v", i, row[i], c.value())
			}
		}
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if _, err := readCells(nil, string(raw[:cut]), len(row)); err == nil {
			t.Fatalf("a row cut off at %d of %d is read", cut, len(raw))
		}
	})
}

func FuzzReadCells(f *testing.F) {
	f.Add("\x03\x05hello\x01\x02\x00")
	f.Add("\x03\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
	f.Add("\x02\x00")
	f.Fuzz(func(t *testing.T, raw string) {
		if cells, err := readCells(nil, raw, 3); err == nil && len(cells) != 3 {
			t.Fatal("cells lack")
		}
	})
}

func TestTimesKeepTheirSpelling(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.UTC)
	for sample, want := range map[string]string{
		"2020-01-01 00:00:00":              "2026-01-02 03:04:05",
		"2020-01-01T00:00:00Z":             "2026-01-02T03:04:05Z",
		"2020-01-01T00:00:00.000Z":         "2026-01-02T03:04:05.678Z",
		"2020-01-01 00:00:00.000000+00:00": "2026-01-02 03:04:05.678901+00:00",
		"2020-01-01 00:00:00.5+00":         "2026-01-02 03:04:05.6+00",
		"":                                 "2026-01-02T03:04:05.678901Z",
	} {
		got := SpellTime(at, sample)
		if got != want {
			t.Errorf("like %q: %q, want %q", sample, got, want)
		}
		if back, ok := ParseTime(got); !ok || back.Truncate(time.Second) != at.Truncate(time.Second) {
			t.Errorf("%q is read as %v", got, back)
		}
	}
	for _, text := range []string{"", "soon", "2026-13-01", "2026-01-02 25:00:00", "infinity"} {
		if _, ok := ParseTime(text); ok {
			t.Errorf("%q is a time", text)
		}
	}
	if zoned, _ := ParseTime("2026-01-02T05:04:05+02:00"); zoned != time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) {
		t.Errorf("with a zone: %v", zoned)
	}
}

func TestQuoting(t *testing.T) {
	for _, d := range []Dialect{{Quoted: '"'}, {Quoted: '`'}} {
		q := string(d.Quoted)
		if got := d.quote(`a`+q+`; DROP`, "b\x00"); got != q+`a`+q+q+`; DROP`+q+"."+q+"b"+q {
			t.Errorf("%s", got)
		}
	}
}

func TestTriggersThatSetAColumn(t *testing.T) {
	for text, want := range map[string]bool{
		"CREATE TRIGGER x AFTER UPDATE ON p BEGIN UPDATE p SET rev = rev + 1 WHERE id = NEW.id; END": true,
		`CREATE TRIGGER x ... UPDATE p SET name = 'x', "rev"=2; END`:                                 true,
		"BEGIN NEW.rev := OLD.rev + 1; RETURN NEW; END":                                              true,
		"SET NEW.`rev` = 5": true,
		"BEGIN INSERT INTO log SELECT * FROM p WHERE rev = 1; END": false,
		"UPDATE p SET prev = 1":                            false,
		"UPDATE p SET name = 'x' ; SELECT 1 WHERE rev = 2": false,
	} {
		if got := SetBy([]string{text}, "rev"); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestValuesThatDoNotFit(t *testing.T) {
	text := func(s string) cell { return cell{tag: cellText, text: s} }
	for _, c := range []struct {
		cell cell
		kind schema.Kind
	}{
		{text("ten"), schema.KindInt},
		{text("9223372036854775808"), schema.KindInt},
		{cell{tag: cellFloat, real: 1.5}, schema.KindInt},
		{cell{tag: cellInt, num: 2}, schema.KindBool},
		{text("maybe"), schema.KindBool},
		{text("1.2.3"), schema.KindDecimal},
		{text("NaN"), schema.KindDecimal},
		{text("31.12.2026"), schema.KindDate},
		{text("yesterday"), schema.KindTimestamp},
		{text("{"), schema.KindObject},
	} {
		if v, err := c.cell.valueOf(schema.Type{Kind: c.kind}); err == nil {
			t.Errorf("%+v is %v", c.cell, v.State())
		}
	}
}

func TestBlanksGoWhereTheyCan(t *testing.T) {
	d := &Dialect{Bind: func(_ *Column, v schema.Value) (any, error) { return Text(v) }}
	column := func(k schema.Kind, nullable bool) *Column {
		return &Column{Name: "c", Type: schema.Type{Kind: k, Nullable: nullable}}
	}
	for _, c := range []struct {
		column  *Column
		value   schema.Value
		want    any
		refused bool
	}{
		{column(schema.KindString, true), schema.NullValue(), nil, false},
		{column(schema.KindString, false), schema.NullValue(), "", false},
		{column(schema.KindString, true), schema.String(""), "", false},
		{column(schema.KindInt, true), schema.String(""), nil, false},
		{column(schema.KindInt, false), schema.String(""), nil, true},
		{column(schema.KindInt, false), schema.NullValue(), nil, true},
		{column(schema.KindInt, true), schema.String("x"), nil, true},
		{column(schema.KindInt, true), schema.Value{}, nil, true},
	} {
		got, err := d.store(c.column, c.value)
		if got != c.want || (err != nil) != c.refused {
			t.Errorf("%+v into %+v: %v %v", c.value, c.column, got, err)
		}
	}
}
