package schema_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/schema"
)

func TestJSONComesBackInNormalForm(t *testing.T) {
	for _, want := range everyType {
		if want.Kind == schema.KindAny || want.Kind == schema.KindObject || want.Elem != nil && want.Elem.Kind == schema.KindObject {
			continue // an unknown type cannot tell a date from its text
		}
		t.Run(want.String(), rapid.MakeCheck(func(t *rapid.T) {
			v := normal(t, want)
			raw := v.AppendJSON(nil)
			read, err := schema.FromJSON(raw)
			if err != nil {
				t.Fatalf("%s: %v", raw, err)
			}
			back, err := want.Normal(read, region)
			if want.Kind == schema.KindList || want.Kind == schema.KindSet {
				if want.Elem == nil {
					return
				}
			}
			if err != nil || !schema.Equal(v, back) {
				t.Fatalf("%s was written as %s and came back as %s: %v", v.Display(), raw, back.Display(), err)
			}
		}))
	}
}

func TestJSONIsValidForAnyValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(anyValue(3), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) schema.Value { return schema.String(string(b)) })).Draw(t, "v")
		raw := v.AppendJSON(nil)
		if !json.Valid(raw) {
			t.Fatalf("not valid: %s", raw)
		}
		first, err := schema.FromJSON(raw)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if again := first.AppendJSON(nil); string(again) != string(raw) && v.Kind() != schema.KindMoney && !strings.Contains(string(raw), `"currency"`) {
			t.Fatalf("%s was written again as %s", raw, again)
		}
	})
}

func TestFromJSON(t *testing.T) {
	for raw, want := range map[string]schema.Value{
		`null`:                    schema.NullValue(),
		` true `:                  schema.Bool(true),
		`""`:                      schema.String(""),
		`"é\u00e9\ud83d\ude06\n"`: schema.String("éé😆\n"),
		`-0`:                      schema.Int(0),
		`9223372036854775807`:     schema.Int(9223372036854775807),
		`-9223372036854775808`:    schema.Int(-9223372036854775808),
		`9223372036854775808`:     schema.Decimal("9223372036854775808"),
		`0.1`:                     schema.Decimal("0.1"),
		`1.50e3`:                  schema.Int(1500),
		`12345678901234567.890`:   schema.Decimal("12345678901234567.89"),
		`[]`:                      schema.List(),
		`{}`:                      schema.Object(nil, nil),
		`{"a":[1,{"b":null}]}`: schema.Object([]string{"a"}, []schema.Value{schema.List(schema.Int(1),
			schema.Object([]string{"b"}, []schema.Value{schema.NullValue()}))}),
	} {
		got, err := schema.FromJSON([]byte(raw))
		if err != nil || !schema.Equal(got, want) {
			t.Errorf("%s gave %s, %v", raw, got.Display(), err)
		}
	}
}

func TestFromJSONRefuses(t *testing.T) {
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	for raw, at := range map[string]int{
		``: 0, `{`: 1, `[1 2]`: 3, `{"a":1,}`: 7, `{"a":1,"a":2}`: 8, `"\x"`: 1, `"\ud800"`: 1, `"\ud800\u0041"`: 1, "\"\xff\"         ": 3, "\"abcdefgh\xff\"         ": 11, "\"\xff\"": 3,
		"\"a\tb\"": 2, `"abc`: 4, `01`: 2, `1.`: 2, `-`: 1, `1e`: 2, `1e999999999999`: 0, `nul`: 0, `1 1`: 2, deep: 64, `{1:2}`: 1, "\xef\xbb\xbf1": 0, "1\x00": 1, `NaN`: 0,
	} {
		v, err := schema.FromJSON([]byte(raw))
		var syntax *schema.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q gave %s, %v", raw, v.Display(), err)
		} else if syntax.Offset != at {
			t.Errorf("%q: offset %d instead of %d", raw, syntax.Offset, at)
		}
	}
}

// TestViewJSONReadsAsFromJSON holds that a view is the same value, or the same
// mistake.
func TestViewJSONReadsAsFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.Custom(func(t *rapid.T) []byte { return object(t, 2).AppendJSON(nil) }), rapid.SliceOf(rapid.Byte())).Draw(t, "raw")
		raw = raw[:rapid.IntRange(0, len(raw)).Draw(t, "cut")]
		copied, err := schema.FromJSON(raw)
		seen, viewErr := schema.ViewJSON(raw)
		if !schema.Equal(copied, seen) || (err == nil) != (viewErr == nil) || err != nil && err.Error() != viewErr.Error() {
			t.Fatalf("%q: %s, %v instead of %s, %v", raw, seen.Display(), viewErr, copied.Display(), err)
		}
	})
}

func TestDecodeObjectIsTheProjection(t *testing.T) {
	shape := schema.NewShape(schema.Field{Name: "a"}, schema.Field{Name: "é "}, schema.Field{Name: "bc"}, schema.Field{Name: "nowhere"})
	rapid.Check(t, func(t *rapid.T) {
		raw := object(t, 2).AppendJSON(nil)
		checkProjection(t, raw, shape)
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if err := schema.DecodeObject(raw[:cut], shape, schema.NewRecord(shape)); err == nil {
			t.Fatalf("read although cut off: %s", raw[:cut])
		}
	})
}

func checkProjection(t interface{ Fatalf(string, ...any) }, raw []byte, shape *schema.Shape) {
	whole, wholeErr := schema.FromJSON(raw)
	rec := schema.NewRecord(shape)
	rec.Slots[0] = schema.String("of the record before")
	err := schema.DecodeObject(raw, shape, rec)
	switch {
	case wholeErr == nil && whole.Kind() != schema.KindObject:
		if err == nil {
			t.Fatalf("%q is no object", raw)
		}
	case wholeErr == nil && err != nil:
		t.Fatalf("%q: %v", raw, err)
	case wholeErr == nil:
		for i, f := range shape.Fields() {
			if got, want := rec.Slots[i], whole.Field(f.Name); !schema.Equal(got, want) {
				t.Fatalf("%q: %s is %s instead of %s", raw, f.Name, got.Display(), want.Display())
			}
		}
	case err != nil:
		for _, v := range rec.Slots {
			if !v.IsAbsent() {
				t.Fatalf("%q left a value behind", raw)
			}
		}
	}
}

// TestDecodeObjectReadsTheMembersWanted holds that a narrowed slot shows of an
// object what is wanted, exactly as it is read whole, and everything else as
// ever.
func TestDecodeObjectReadsTheMembersWanted(t *testing.T) {
	wanted := []string{"a", "é ", "nowhere"}
	shape := schema.NewShape(schema.Field{Name: "a"}, schema.Field{Name: "o"})
	narrow := shape.Narrowed(map[string][]string{"o": wanted, "unknown": {"a"}})
	if got, ok := narrow.Members(1); !ok || !slices.Equal(got, wanted) {
		t.Errorf("it reads %q of o", got)
	}
	if _, ok := narrow.Members(0); ok {
		t.Error("a slot nobody named was narrowed")
	}
	rapid.Check(t, func(t *rapid.T) {
		inside := rapid.OneOf(rapid.Custom(func(t *rapid.T) schema.Value { return object(t, 2) }), rapid.Just(schema.NullValue()), rapid.Just(schema.List(schema.Int(1)))).Draw(t, "inside")
		raw := schema.Object([]string{"o", "a"}, []schema.Value{inside, object(t, 1)}).AppendJSON(nil)
		full, part := schema.NewRecord(shape), schema.NewRecord(narrow)
		if err := errors.Join(schema.DecodeObject(raw, shape, full), schema.DecodeObject(raw, narrow, part)); err != nil {
			t.Fatal(err)
		}
		if !schema.Equal(full.Get("a"), part.Get("a")) || full.Get("o").State() != part.Get("o").State() || full.Get("o").Kind() != part.Get("o").Kind() {
			t.Fatalf("%s", raw)
		}
		if full.Get("o").Kind() != schema.KindObject {
			return
		}
		for _, name := range part.Get("o").Names() {
			if !slices.Contains(wanted, name) {
				t.Fatalf("%s: read %q", raw, name)
			}
		}
		for _, name := range wanted {
			if got, want := part.Get("o").Field(name), full.Get("o").Field(name); !schema.Equal(got, want) {
				t.Fatalf("%s: %s is %s instead of %s", raw, name, got.Display(), want.Display())
			}
		}
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if err := schema.DecodeObject(raw[:cut], narrow, schema.NewRecord(narrow)); err == nil {
			t.Fatalf("read although cut off: %s", raw[:cut])
		}
	})
}

func TestDecodeObjectChecksWhatANarrowedSlotSkips(t *testing.T) {
	shape := schema.NewShape(schema.Field{Name: "o"}).Narrowed(map[string][]string{"o": {"a"}})
	for _, inside := range []string{`"a":1,"b":[1 2]`, `"a":1,"a":2`, `"a":1,"\u0061":2`, `"b":01`, `"b" 1`, `"b":1,`, `"b":` + strings.Repeat("[", 63) + strings.Repeat("]", 63)} {
		if err := schema.DecodeObject([]byte(`{"o":{`+inside+`}}`), shape, schema.NewRecord(shape)); err == nil {
			t.Errorf("%q was read", inside)
		}
	}
}

func TestDecodeObjectRefusesAWantedKeyTwice(t *testing.T) {
	shape := schema.NewShape(schema.Field{Name: "a"})
	for _, raw := range []string{`{"a":"x","a":"y"}`, `{"a":null,"a":1}`, `{"a":"","\u0061":1}`} {
		if err := schema.DecodeObject([]byte(raw), shape, schema.NewRecord(shape)); err == nil {
			t.Errorf("%s was read", raw)
		}
	}
}

func TestDecodeObjectChecksWhatItSkips(t *testing.T) {
	shape := schema.NewShape(schema.Field{Name: "a"})
	for _, inside := range []string{strings.Repeat("[", 64) + strings.Repeat("]", 64), `[1 2]`, `{"x" 1}`, `{"x":1]`, `01`, `"` + "\xff" + `"`, `tru`, `[,]`} {
		if err := schema.DecodeObject([]byte(`{"a":1,"skipped":`+inside+`}`), shape, schema.NewRecord(shape)); err == nil {
			t.Errorf("%q was skipped", inside)
		}
	}
}

func TestAbsentFieldsAreNotWritten(t *testing.T) {
	v := schema.Object([]string{"a", "b", "c"}, []schema.Value{{}, schema.Int(1), {}})
	if got := string(v.AppendJSON(nil)); got != `{"b":1}` {
		t.Error(got)
	}
}

func TestErrorsNameNoValue(t *testing.T) {
	const secret = "4f8c1"
	shape := schema.NewShape(schema.Field{Name: "a"})
	errs := []error{}
	for _, want := range everyType {
		_, err := want.Normal(schema.String("@"+secret+"\x00@"), region)
		errs = append(errs, err)
		_, err = want.Normal(schema.Object([]string{"a"}, []schema.Value{schema.List(schema.String("@" + secret))}), region)
		errs = append(errs, err)
	}
	for _, raw := range []string{`"` + secret, `{"a":"` + secret + `",}`, `["` + secret + `"`, `{"` + secret + `" 1}`, secret} {
		_, err := schema.FromJSON([]byte(raw))
		errs = append(errs, err, schema.DecodeObject([]byte(raw), shape, schema.NewRecord(shape)))
	}
	for _, err := range errs {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("the value is in: %v", err)
		}
	}
}
