package schema_test

import (
	"strings"
	"testing"
	"time"

	"syncline/schema"
)

// normalAlready are values in the normal form of a type: they must cost
// nothing.
var normalAlready = []struct {
	want  string
	value schema.Value
}{
	{"any", schema.String("x")},
	{"string", schema.Text(schema.KindString, "Annelise van den Berghe")},
	{"text", schema.String("Two lines\nof text")},
	{"email", schema.String("annelise.berghe+x@mail.example.com")},
	{"phone", schema.String("+32470123456")},
	{"country", schema.String("BE")},
	{"int", schema.Int(5)},
	{"int", schema.String("12345")},
	{"decimal", schema.Decimal("12.5")},
	{"bool", schema.Bool(true)},
	{"date", schema.String("2024-02-29")},
	{"timestamp", schema.String("2024-02-29T10:00:00.25+02:00")},
	{"timestamp", schema.Timestamp(time.UnixMicro(5))},
	{"money", schema.Money("12.50", "EUR")},
	{"enum(applied, screening)", schema.String("screening")},
	{"ref(job)", schema.String("42")},
	{"list(string)", schema.List(schema.String("b"), schema.String("a"))},
	{"set(string)", schema.Set(schema.String("a"), schema.String("b"))},
}

func TestNormalFormsCostNoMemory(t *testing.T) {
	for _, c := range normalAlready {
		want := parseTypes(c.want)[0]
		if n := testing.AllocsPerRun(100, func() { _, _ = want.Normal(c.value, region) }); n != 0 {
			t.Errorf("%s: %v allocations", c.want, n)
		}
	}
}

func TestHashCostsNoMemory(t *testing.T) {
	for _, v := range []schema.Value{
		schema.String("annelise@example.com"), schema.Int(1), schema.Money("1.50", "EUR"),
		schema.String(strings.Repeat("long ", 1000)), schema.List(schema.String("a"), schema.Int(2)),
	} {
		if n := testing.AllocsPerRun(1000, func() { v.Hash(7) }); n != 0 {
			t.Errorf("%s of %d bytes: %v allocations", v.Kind(), len(v.Text()), n)
		}
	}
}

func TestDecodeObjectAllocatesOnce(t *testing.T) {
	raw, rec := []byte(flatRecord), schema.NewRecord(wantedShape)
	n := testing.AllocsPerRun(100, func() { _ = schema.DecodeObject(raw, wantedShape, rec) })
	if n != 1 || rec.Get("email").Text() == "" {
		t.Errorf("%v allocations", n)
	}
}

func TestShapeOfKeyCostsNoMemory(t *testing.T) {
	key := []byte("updated_at")
	n := testing.AllocsPerRun(100, func() {
		if wantedShape.SlotOf(key) != wantedShape.Slot("updated_at") {
			t.Fatal("another slot")
		}
	})
	if n != 0 || wantedShape.Slot("nowhere") != -1 || schema.NewShape().Slot("") != -1 {
		t.Errorf("%v allocations", n)
	}
}
