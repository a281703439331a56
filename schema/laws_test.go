package schema_test

import (
	"bytes"
	"cmp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/schema"
)

var region = schema.Norm{Region: "US"}

func TestNormalIsIdempotent(t *testing.T) {
	for _, want := range everyType {
		t.Run(want.String(), rapid.MakeCheck(func(t *rapid.T) {
			v := valueFor(want).Draw(t, "v")
			once, err := want.Normal(v, region)
			if err != nil {
				if schema.AsUnfit(err) == nil {
					t.Fatalf("not an Unfit: %v", err)
				}
				return
			}
			twice, err := want.Normal(once, region)
			if err != nil {
				t.Fatalf("%s became %s, which does not fit: %v", v.Display(), once.Display(), err)
			}
			if !schema.Equal(once, twice) {
				t.Fatalf("%s became %s, then %s", v.Display(), once.Display(), twice.Display())
			}
		}))
	}
}

func TestNormalFitsItsKind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(everyType).Draw(t, "type")
		v, err := want.Normal(valueFor(want).Draw(t, "v"), region)
		if err == nil && want.Kind != schema.KindAny && v.Kind() != want.Kind && !v.IsNull() && !v.IsAbsent() {
			t.Fatalf("%s gave a %s", want, v.Kind())
		}
	})
}

func TestNaughtyStringsAreHarmless(t *testing.T) {
	for _, text := range readCases[[]string](t, "naughty_strings.json") {
		for _, want := range everyType {
			for _, v := range []schema.Value{schema.String(text), schema.List(schema.String(text)), schema.Object([]string{text}, []schema.Value{schema.String(text)})} {
				once, err := want.Normal(v, region)
				if err != nil {
					continue
				}
				if twice, err := want.Normal(once, region); err != nil || !schema.Equal(once, twice) {
					t.Errorf("%s: %q became %q, then %q: %v", want, text, once.Display(), twice.Display(), err)
				}
				if back := fromBinary(t, once); !schema.Equal(back, once) {
					t.Errorf("%s: %q does not come back", want, text)
				}
			}
		}
	}
}

func TestEqualIsAnEquivalence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(everyType).Draw(t, "type")
		a, b, c := normal(t, want), normal(t, want), normal(t, want)
		if !schema.Equal(a, a) {
			t.Fatal("not reflexive")
		}
		if schema.Equal(a, b) != schema.Equal(b, a) {
			t.Fatal("not symmetric")
		}
		if schema.Equal(a, b) && schema.Equal(b, c) && !schema.Equal(a, c) {
			t.Fatal("not transitive")
		}
		if copied := fromBinary(t, a); !schema.Equal(a, copied) || a.Hash(7) != copied.Hash(7) {
			t.Fatal("a copy is another value")
		}
	})
}

func normal(t *rapid.T, want schema.Type) schema.Value {
	v, err := want.Normal(valueFor(want).Draw(t, "v"), region)
	if err != nil {
		return schema.NullValue()
	}
	return v
}

func TestHashFollowsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyValue(2).Draw(t, "a"), anyValue(2).Draw(t, "b")
		if schema.Equal(a, b) != (a.Hash(1) == b.Hash(1)) {
			t.Fatalf("%s and %s: equal %v, hashes %x and %x", a.Display(), b.Display(), schema.Equal(a, b), a.Hash(1), b.Hash(1))
		}
		if a.Is() && a.Hash(1) == a.Hash(2) {
			t.Fatal("the seed does not matter")
		}
	})
}

func TestCompareIsATotalOrder(t *testing.T) {
	for _, want := range parseTypes("string", "int", "decimal", "bool", "date", "timestamp", "enum(c < a < b)", "list(int)", "country") {
		t.Run(want.String(), rapid.MakeCheck(func(t *rapid.T) {
			a, b, c := normal(t, want), normal(t, want), normal(t, want)
			if !a.Is() || !b.Is() || !c.Is() {
				return
			}
			ab, ok := want.Compare(a, b)
			ba, _ := want.Compare(b, a)
			bc, _ := want.Compare(b, c)
			ac, _ := want.Compare(a, c)
			switch {
			case !ok:
				if want.Kind != schema.KindList {
					t.Fatalf("no order between %s and %s", a.Display(), b.Display())
				}
			case cmp.Compare(ab, 0) != -cmp.Compare(ba, 0):
				t.Fatal("not antisymmetric")
			case (ab == 0) != schema.Equal(a, b):
				t.Fatalf("%s and %s: order %d, equal %v", a.Display(), b.Display(), ab, schema.Equal(a, b))
			case ab <= 0 && bc <= 0 && ac > 0:
				t.Fatal("not transitive")
			}
		}))
	}
}

func TestBinaryComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "v")
		if back := fromBinary(t, v); !schema.Equal(v, back) {
			t.Fatalf("%s came back as %s", v.Display(), back.Display())
		}
	})
}

func fromBinary(t interface{ Fatal(...any) }, v schema.Value) schema.Value {
	back, rest, err := schema.DecodeBinary(append(v.AppendBinary(nil), 0xAA))
	if err != nil || len(rest) != 1 {
		t.Fatal(err, "bytes left", len(rest))
	}
	return back
}

func TestRecordComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := schema.NewShape(schema.Field{Name: "a"}, schema.Field{Name: "b"})
		r := schema.NewRecord(shape)
		r.ID, r.Revision = rapid.String().Draw(t, "id"), rapid.String().Draw(t, "revision")
		r.Author, r.Trace, r.At = "someone", "t", schema.Timestamp(time.UnixMicro(rapid.Int64Range(0, 1e16).Draw(t, "at")))
		r.Slots[1] = anyValue(2).Draw(t, "b")
		raw := r.AppendBinary([]byte("before"))[len("before"):]
		back := schema.NewRecord(shape)
		rest, err := back.DecodeBinary(append(raw, 1, 2))
		if err != nil || len(rest) != 2 {
			t.Fatal(err)
		}
		if back.ID != r.ID || back.Revision != r.Revision || back.Author != r.Author || back.Trace != r.Trace || !schema.Equal(back.At, r.At) {
			t.Fatal("the facts differ")
		}
		if !back.Slots[0].IsAbsent() || !schema.Equal(back.Slots[1], r.Slots[1]) {
			t.Fatal("the slots differ")
		}
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if _, err := back.DecodeBinary(raw[:cut:cut]); err == nil {
			t.Fatal("a record cut off was read")
		}
	})
}

func TestRecordOfAnotherShapeIsRefused(t *testing.T) {
	raw := schema.NewRecord(schema.NewShape(schema.Field{Name: "a"})).AppendBinary(nil)
	_, err := schema.NewRecord(schema.NewShape()).DecodeBinary(raw)
	if err == nil || !strings.Contains(err.Error(), "another shape") {
		t.Error(err)
	}
}

func TestDecodeBinaryRefuses(t *testing.T) {
	const text, list, present = byte(schema.KindString), byte(schema.KindList), byte(schema.Present) << 6
	deep := bytes.Repeat([]byte{present | list, 1}, 70)
	for name, raw := range map[string][]byte{
		"nothing": {}, "text cut off": {present | text, 5, 'a'}, "a length without end": {present | text, 0x80}, "a length beyond 64 bits": {present | text, 255, 255, 255, 255, 255, 255, 255, 255, 255, 127},
		"a count beyond the bytes": {present | list, 9, 0}, "an unknown kind": {present | 40}, "null of a kind": {byte(schema.Null)<<6 | text}, "present without text": {present | text, 0},
		"a list without elements": {present | list, 0}, "bool of 2": {present | byte(schema.KindBool), 2}, "bool cut off": {present | byte(schema.KindBool)}, "too deep": append(deep, 0),
	} {
		if v, rest, err := schema.DecodeBinary(raw); err == nil || v.Is() || len(rest) != len(raw) {
			t.Errorf("%s was read as %s", name, v.Display())
		}
	}
	record := schema.NewRecord(schema.NewShape())
	for name, raw := range map[string][]byte{
		"bytes left over": {8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7}, "another version": {7, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0}, "nothing inside": {0, 0, 0, 0, 0},
	} {
		if _, err := record.DecodeBinary(raw); err == nil {
			t.Errorf("a record with %s was read", name)
		}
	}
	if rest, err := record.DecodeBinary([]byte{7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9}); err != nil || len(rest) != 1 {
		t.Error(err)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	r := schema.NewRecord(schema.NewShape(schema.Field{Name: "a"}))
	r.Slots[0] = schema.Int(1)
	c := r.Clone()
	r.Reset()
	if c.Get("a").Int() != 1 {
		t.Fatal("the clone changed with the original")
	}
}
