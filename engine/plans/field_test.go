package plans

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// text is an expression that stands nowhere.
func text(source string) diag.Text { return diag.Text{Source: source} }

func compiled(t *testing.T, source string, vars ...expr.Var) expr.Program {
	t.Helper()
	p, problems := expr.CEL(text(source), &expr.Scope{Vars: vars, Region: "DE"}, expr.Options{})
	if p == nil {
		t.Fatal(problems)
	}
	return p
}

// stage is an enum field at an end that has its own words for it.
func stage(t *testing.T) (*FieldEnd, *schema.Record) {
	t.Helper()
	path, err := schema.ParsePath("Status")
	if err != nil {
		t.Fatal(err)
	}
	f := &FieldEnd{
		FieldEnd: &pipelines.FieldEnd{
			Path: path, HasPath: true, Type: schema.Type{Kind: schema.KindString, Nullable: true},
			Values: map[string]string{"Phone Screen": "screening", "Screen": "screening", "Offer": "offer"},
			Writes: map[string]string{"screening": "Screen", "offer": "Offer"},
		},
		Attribute: schema.Field{Name: "stage", Type: schema.EnumOf("applied", "screening", "offer")},
		Direct:    true, Whole: true,
	}
	return f, schema.NewRecord(schema.NewShape(schema.Field{Name: "Status", Type: f.Type}))
}

// TestReadWords proves how an end's words become the entity's: absent, null
// and empty stay what they are, and an unknown word is a fault that quotes it
// only where the field is public.
func TestReadWords(t *testing.T) {
	f, rec := stage(t)
	tests := []struct {
		raw   schema.Value
		want  schema.Value
		fault bool
	}{
		{raw: schema.String("Phone Screen"), want: schema.Enum("screening")},
		{raw: schema.String("Offer"), want: schema.Enum("offer")},
		{raw: schema.Value{}, want: schema.Value{}},
		{raw: schema.NullValue(), want: schema.NullValue()},
		{raw: schema.String("Secret-Word"), fault: true},
	}
	for _, test := range tests {
		rec.Slots[0] = test.raw
		got, err := f.Read(&expr.Frame{}, rec)
		var fault *ReadError
		if errors.As(err, &fault) != test.fault {
			t.Errorf("%s: error %v", test.raw.Display(), err)
		}
		if test.fault {
			if !fault.Unmapped || !strings.Contains(err.Error(), `"Secret-Word"`) {
				t.Errorf("the fault of a public field %q", err)
			}
			f.Attribute.Class = schema.Personal
			if _, err = f.Read(&expr.Frame{}, rec); err == nil || strings.Contains(err.Error(), "Secret-Word") {
				t.Errorf("the fault of a personal field %q", err)
			}
			continue
		}
		if got.State() != test.want.State() || !schema.Equal(got, test.want) {
			t.Errorf("%s: got %s", test.raw.Display(), got.Display())
		}
	}
}

// TestWrittenBlank proves that a blank takes the end's own form.
func TestWrittenBlank(t *testing.T) {
	f, _ := stage(t)
	if v, err := f.Written(&expr.Frame{}, schema.NullValue()); err != nil || !v.IsNull() {
		t.Errorf("where null can be held: %s, %v", v.Display(), err)
	}
	f.Type.Nullable = false
	if v, err := f.Written(&expr.Frame{}, schema.NullValue()); err != nil || v.State() != schema.Empty {
		t.Errorf("where it cannot: %s, %v", v.Display(), err)
	}
}

// TestReadUndoesWritten proves that what is written is read back as it was.
func TestReadUndoesWritten(t *testing.T) {
	f, rec := stage(t)
	number := &FieldEnd{
		FieldEnd: &pipelines.FieldEnd{
			Path: f.Path, HasPath: true, Type: schema.Type{Kind: schema.KindString},
			Read:  compiled(t, "phone(value, 'DE')", expr.Var{Name: "value", Slot: expr.Value, Type: schema.Type{Kind: schema.KindString, Nullable: true}}),
			Write: nil,
		},
		Attribute: schema.Field{Name: "phone", Type: schema.Type{Kind: schema.KindPhone}}, Direct: true, Whole: true,
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, one := range []struct {
			field *FieldEnd
			value schema.Value
		}{
			{f, schema.Enum(rapid.SampledFrom([]string{"screening", "offer"}).Draw(t, "word"))},
			{number, schema.Text(schema.KindPhone, "+4930"+rapid.StringMatching(`[1-9][0-9]{6}`).Draw(t, "number"))},
		} {
			w, err := one.field.Written(&expr.Frame{}, one.value)
			if err != nil {
				t.Fatal(err)
			}
			rec.Slots[0] = w
			if got, err := one.field.Read(&expr.Frame{}, rec); err != nil || !schema.Equal(got, one.value) {
				t.Fatalf("%s: %s was read back as %s, %v", one.field.Attribute.Name, one.value.Display(), got.Display(), err)
			}
		}
	})
}

// TestFingerprint proves that a plan's fingerprint sees every value, record
// and revision, and their order.
func TestFingerprint(t *testing.T) {
	record := func(id, revision, value string) *PlannedRecord {
		return &PlannedRecord{Pipeline: "p", End: "crm", Record: id, Revision: revision, Kind: Update, Fields: []PlannedField{{Field: "email", New: schema.String(value)}}}
	}
	sum := func(rs ...*PlannedRecord) string {
		f := NewFingerprint()
		for _, r := range rs {
			f.Add(r)
		}
		return f.Sum()
	}
	base := sum(record("1", "a", "x"), record("2", "a", "x"))
	if base != sum(record("1", "a", "x"), record("2", "a", "x")) {
		t.Error("the same plan twice has two fingerprints")
	}
	for name, other := range map[string]string{
		"order": sum(record("2", "a", "x"), record("1", "a", "x")), "revision": sum(record("1", "b", "x"), record("2", "a", "x")),
		"value": sum(record("1", "a", "y"), record("2", "a", "x")), "fewer": sum(record("1", "a", "x")),
	} {
		if other == base {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}
