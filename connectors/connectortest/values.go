package connectortest

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"syncline/connectors"
	"syncline/schema"
)

//go:embed testdata/naughty_strings.json
var naughtyJSON []byte

// naughty returns texts that break programs.
func naughty(t *testing.T) []string {
	var texts []string
	if err := json.Unmarshal(naughtyJSON, &texts); err != nil {
		t.Fatal(err)
	}
	return append(texts, " leading", "trailing ", "a\nb", "a\r\nb", "a\rb", "\"", "\"\"", ",", ";", "\t", `\`, `\"`, "'", "=1+1", "null", "NULL", "0", "é", "e\u0301")
}

// samples returns values for a field of the suite.
func samples(f schema.Field) []schema.Value {
	moment := time.Date(2024, 2, 29, 23, 59, 58, 123456000, time.UTC)
	switch f.Type.Kind {
	case schema.KindInt:
		return []schema.Value{schema.Int(0), schema.Int(-1), schema.Int(1<<53 + 1), schema.Int(-1 << 62)}
	case schema.KindDecimal:
		return []schema.Value{schema.Decimal("0"), schema.Decimal("-12.5"), schema.Decimal("12345678901234.5678")}
	case schema.KindBool:
		return []schema.Value{schema.Bool(true), schema.Bool(false)}
	case schema.KindDate:
		return []schema.Value{schema.Date(moment), schema.Date(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC))}
	case schema.KindTimestamp:
		return []schema.Value{schema.Timestamp(moment), schema.Timestamp(time.Date(1950, 6, 1, 0, 0, 0, 0, time.UTC))}
	}
	return []schema.Value{schema.String("x"), schema.String("")}
}

// testValues writes every kind of value and null, and reads each back: in a
// listing, and by somebody else's hand into a listing.
func testValues(t *testing.T, h Harness) {
	for _, f := range h.fields() {
		values := samples(f)
		if f.Type.Nullable {
			values = append(values, schema.NullValue())
		}
		for _, v := range values {
			b := open(t, h, Row{ID: "a", Values: map[string]schema.Value{"name": schema.String("n"), f.Name: v}})
			b.reads(f, v, b.all()["a"])
			if h.writes("update") && (!v.IsNull() || h.Definition.Facts.SaysNull) {
				b.writes(f, v)
			}
		}
	}
}

func (b *bench) reads(f schema.Field, want schema.Value, got listed) {
	b.Helper()
	if got.rec == nil {
		b.Errorf("%s: the record is not listed", f.Name)
		return
	}
	v := got.rec.Get(f.Name)
	if v.IsAbsent() {
		b.Errorf("%s: it is absent, want %s", f.Name, want.State())
		return
	}
	if want.Blank() && v.Blank() {
		if v.State() != want.State() && !b.h.NullIsEmpty {
			b.Errorf("%s: it is %s, want %s", f.Name, v.State(), want.State())
		}
		return
	}
	have, err := f.Type.Normal(v, schema.Norm{})
	if err != nil {
		b.Errorf("%s: what was read does not fit its type: %v", f.Name, err)
		return
	}
	if wanted, err := f.Type.Normal(want, schema.Norm{}); err != nil || !schema.Equal(have, wanted) {
		b.Errorf("%s: read %q, want %q", f.Name, have.Display(), want.Display())
	}
}

func (b *bench) writes(f schema.Field, v schema.Value) {
	b.Helper()
	other := samples(f)[0]
	if schema.Equal(other, v) {
		other = samples(f)[1]
	}
	b = open(b.T, b.h, Row{ID: "a", Values: map[string]schema.Value{"name": schema.String("n"), f.Name: other}})
	results := b.write(b.update(b.all()["a"], map[string]schema.Value{f.Name: v}))
	if results[0].Err != nil {
		b.Errorf("%s: writing %s %q: %v", f.Name, v.State(), v.Display(), results[0].Err)
		return
	}
	list := b.all()
	b.agrees(results[0], list)
	b.reads(f, v, list["a"])
}

// refuses reports whether the connector may refuse a text.
func (h Harness) refuses(text string) bool {
	return h.NoZero && strings.Contains(text, "\x00") ||
		h.NoControls && strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF })
}

// testNaughty creates and updates records with texts that break programs, and
// reads every one back as it was, or finds it refused.
func testNaughty(t *testing.T, h Harness) {
	if !h.writes("create") || !h.writes("update") {
		return // it writes nothing
	}
	texts := naughty(t)
	size := len(texts)
	if h.Most > 0 {
		size = h.Most
	}
	for part := range slices.Chunk(texts, size) {
		testTexts(t, h, part)
	}
}

func testTexts(t *testing.T, h Harness, texts []string) {
	b := open(t, h)
	changes := make([]connectors.Change, len(texts))
	for i, text := range texts {
		changes[i] = b.create(Row{ID: number(i), Values: map[string]schema.Value{"name": schema.String(text), "note": schema.String("n")}})
	}
	results := b.write(changes...)
	list := b.all()
	for i, res := range results {
		if res.Err != nil {
			if !h.refuses(texts[i]) {
				t.Errorf("text %d, %q, is refused: %v", i, texts[i], res.Err)
			}
			continue
		}
		b.agrees(res, list)
		if got := list[res.ID].rec; got != nil && got.Get("name").Text() != texts[i] {
			t.Errorf("text %d: wrote %q, read %q", i, texts[i], got.Get("name").Text())
		}
	}
}
