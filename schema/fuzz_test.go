package schema_test

import (
	"encoding/json"
	"testing"

	"syncline/schema"
)

func FuzzFromJSON(f *testing.F) {
	for _, raw := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude06",null,true,{}]}`, `"`, `1e400`, `{"a":1,"a":2}`, "\"\xff\"", `[[[[`, `"\ud800"`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := schema.FromJSON(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) {
			t.Fatalf("read although not JSON: %q", raw)
		}
		written := v.AppendJSON(nil)
		if back, err := schema.FromJSON(written); err != nil || !schema.Equal(v, back) {
			t.Fatalf("%q was written as %q: %v", raw, written, err)
		}
	})
}

func FuzzDecodeObject(f *testing.F) {
	for _, raw := range []string{`{"a":"x","b":[{"a":1}],"long_name":"\n","c":2.50}`, `{"a":1,"a":2}`, `{"b":"`, ` { } `, `{"\u0061":"é"}`, `[]`} {
		f.Add([]byte(raw))
	}
	shape := schema.NewShape(schema.Field{Name: "a"}, schema.Field{Name: "long_name"}, schema.Field{Name: ""})
	f.Fuzz(func(t *testing.T, raw []byte) { checkProjection(t, raw, shape) })
}

func FuzzDecodeBinary(f *testing.F) {
	f.Add(schema.List(schema.Int(-5), schema.Money("1.50", "EUR"), schema.NullValue()).AppendBinary(nil))
	f.Add(schema.Object([]string{"a"}, []schema.Value{schema.Bool(true)}).AppendBinary(nil))
	f.Add([]byte{0xcf, 0xff, 0xff, 0xff, 0xff, 0x0f})
	shape := schema.NewShape(schema.Field{Name: "a"})
	r := schema.NewRecord(shape)
	r.ID = "1"
	f.Add(r.AppendBinary(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if v, rest, err := schema.DecodeBinary(raw); err == nil {
			again, tail, err := schema.DecodeBinary(v.AppendBinary(nil))
			if err != nil || len(tail) != 0 || !schema.Equal(v, again) || len(rest) >= len(raw) {
				t.Fatalf("%x does not come back: %v", raw, err)
			}
			_ = v.Display()
			_ = v.AppendJSON(nil)
		}
		_, _ = schema.NewRecord(shape).DecodeBinary(raw)
	})
}

func FuzzParsePath(f *testing.F) {
	for _, text := range []string{`a.b`, `list[0].x`, `e[type eq 'personal'].value`, `"Mobile Phone"`, `a[n eq 1][x eq "\""]."q\\".ü`, `a[`, `a..b`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := schema.ParsePath(text)
		if err != nil {
			if syntax := err.(*schema.SyntaxError); syntax.Offset < 0 || syntax.Offset > len(text) {
				t.Fatalf("offset %d in %q", syntax.Offset, text)
			}
			return
		}
		v := schema.String("v")
		root, err := p.Set(schema.Value{}, v)
		if err != nil {
			if p.Writable() && err != schema.ErrSelector && err != schema.ErrNotObject {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if got := p.Of(root, false); !schema.Equal(got, v) {
			t.Fatalf("%q: got %s back", text, got.Display())
		}
	})
}

func FuzzParseType(f *testing.F) {
	for _, t := range everyType {
		f.Add(t.String())
	}
	f.Add(`object("odd name" = enum("a b" < c), x = list(ref(job)?))?`)
	f.Add("list(")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := schema.ParseType(text)
		if err != nil {
			if syntax := err.(*schema.SyntaxError); syntax.Offset < 0 || syntax.Offset > len(text) {
				t.Fatalf("offset %d in %q", syntax.Offset, text)
			}
			return
		}
		again, err := schema.ParseType(first.String())
		if err != nil || again.String() != first.String() {
			t.Fatalf("%q is %q, then %q: %v", text, first.String(), again.String(), err)
		}
	})
}
