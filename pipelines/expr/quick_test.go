package expr

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"syncline/schema"
)

// quickSources are trees that the closures take; the law below holds them
// equal to CEL's interpreter.
func drawSource(t *rapid.T, depth int) string {
	leaf := []string{
		"value", "record.name", "record.email", "record.phone", "record.country", "record.born", "'x'", "''", "var.region", "local.stages.Offer",
	}
	if depth == 0 {
		return rapid.SampledFrom(leaf).Draw(t, "leaf")
	}
	text := func() string { return drawSource(t, depth-1) }
	switch rapid.IntRange(0, 8).Draw(t, "shape") {
	case 0:
		return fmt.Sprintf("(%s + %s)", text(), text())
	case 1:
		return fmt.Sprintf("(%s ? %s : %s)", drawTruth(t, depth-1), text(), text())
	case 2:
		return fmt.Sprintf("(%s ? %s : null)", drawTruth(t, depth-1), text())
	case 3:
		return fmt.Sprintf("lower(trim(%s))", text())
	case 4:
		return fmt.Sprintf("phone(%s, var.region)", text())
	case 5:
		return fmt.Sprintf("record.?%s.orValue(%s)", rapid.SampledFrom([]string{"name", "email", "phone", "born"}).Draw(t, "field"), text())
	case 6:
		return fmt.Sprintf("lookup(local.roles, 'role', %s, 'job_id')", text())
	case 7:
		return fmt.Sprintf("if_blank(%s, %s)", text(), text())
	}
	return drawSource(t, 0)
}

func drawTruth(t *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"record.private", "has(record.email)", "has(record.name)", "has(value)", "record.age == 36", "record.age != null", "true"}).Draw(t, "truth")
	}
	a, b := drawTruth(t, depth-1), drawTruth(t, depth-1)
	switch rapid.IntRange(0, 4).Draw(t, "logic") {
	case 0:
		return fmt.Sprintf("(%s && %s)", a, b)
	case 1:
		return fmt.Sprintf("(%s || %s)", a, b)
	case 2:
		return fmt.Sprintf("!(%s)", a)
	case 3:
		return fmt.Sprintf("(%s == %s)", drawSource(t, 0), drawSource(t, 0))
	}
	return fmt.Sprintf("(%s != null)", drawSource(t, 0))
}

// drawValue is any value of the kind in any state, and now and then one of a
// kind that the schema did not promise.
func drawValue(t *rapid.T, kind schema.Kind) schema.Value {
	switch rapid.IntRange(0, 9).Draw(t, "state") {
	case 0:
		return schema.Value{}
	case 1, 2:
		return schema.NullValue()
	case 3:
		return schema.EmptyValue(kind)
	case 4:
		return schema.Bool(true)
	}
	switch kind {
	case schema.KindBool:
		return schema.Bool(rapid.Bool().Draw(t, "bool"))
	case schema.KindInt:
		return schema.Int(rapid.Int64Range(35, 37).Draw(t, "int"))
	}
	return schema.Text(kind, rapid.SampledFrom([]string{"Ada", " x ", "Go", "\xff", "+14155552671", "ß"}).Draw(t, "text"))
}

// The fast path and CEL give one value, or both an error, for whatever the
// record holds.
func TestQuickIsCEL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := drawSource(t, 3)
		want := schema.Type{Kind: schema.KindString}
		if rapid.Bool().Draw(t, "truth") {
			source, want = drawTruth(t, 3), schema.Type{Kind: schema.KindBool}
		}
		p := bothWays(t, source, want)
		record := schema.NewRecord(schema.NewShape(candidate()...))
		for i, f := range candidate() {
			record.Slots[i] = drawValue(t, f.Type.Kind)
		}
		f := testFrame(record, drawValue(t, schema.KindString))
		quick, errQuick := p.quick(f)
		slow, errSlow := p.interpret(f)
		if (errQuick == nil) != (errSlow == nil) || errors.Is(errQuick, errAbsent) != errors.Is(errSlow, errAbsent) {
			t.Fatalf("%s: fast %v, CEL %v", source, errQuick, errSlow)
		}
		if errQuick == nil && (quick.State() != slow.State() || quick.Kind() != slow.Kind() || !schema.Equal(quick, slow)) {
			t.Fatalf("%s: fast %v, CEL %v", source, quick, slow)
		}
	})
}

// bothWays compiles a program both ways.
func bothWays(t *rapid.T, source string, want schema.Type) *program {
	compiled, problems := CEL(plainText(source), sharedScope, Options{Want: want})
	p, ok := compiled.(*program)
	if !ok {
		t.Fatalf("%s: %s", source, messages(problems))
	}
	if p.quick == nil {
		t.Fatalf("%s has no fast path", source)
	}
	slow, _ := CEL(plainText(source), sharedScope, Options{Want: want, slow: true})
	p.cel = slow.(*program).cel
	return p
}

var sharedScope = testScope()

func TestCommonTreesAreQuick(t *testing.T) {
	for _, source := range []string{"value", "record.name", "phone(value, var.region)", "lower(trim(value))", "record.name + ' ' + value", "!record.private", "has(record.email) || has(record.phone)", "record.stage == 'offer'"} {
		p, problems := CEL(plainText(source), sharedScope, Options{})
		if q, ok := p.(*program); !ok || q.quick == nil {
			t.Errorf("%s: no fast path %s", source, messages(problems))
		}
	}
}

func FuzzCEL(f *testing.F) {
	for _, seed := range []string{"", "record.", "var.x", "'\\u00e9' + é", "record.jobs.filter(j, j.open)[?0].title", "lookup(local.roles, 'role', value, 'job_id')", "has(", "\x00", "a ? b", "[1,2,3].map(x, x*2)", "ago('45d')", "lookup()", "has(1)", "\"\"\"var", "record.?emial", "1e999", "money(1,'EUR')*2", "((((((", "ago(1,2)", "lookup(1,2,3,4)", "0x", "--1 == null"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text := plainText(source)
		p, problems := CEL(text, sharedScope, Options{Now: true})
		q, more := Expr(text, sharedScope, Options{Now: true})
		if p == nil && len(problems) == 0 || q == nil && len(more) == 0 {
			t.Fatalf("%q: neither a program nor a problem", source)
		}
		for _, problem := range append(problems, more...) {
			r := problem.Range
			if r.File != "f.hcl" || r.Start.Byte < 0 || r.End.Byte < r.Start.Byte || r.End.Byte > len(source) && text.Places != nil && r != text.Range {
				t.Fatalf("%q: %+v lies outside", source, r)
			}
		}
		frame := testFrame(testRecord(), schema.String("x"))
		if p != nil {
			_, _ = p.Eval(frame)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	for _, source := range []string{
		"record.name", "lower(trim(value))", "record.name + ' ' + value", "has(record.email) || has(record.phone)", "phone(value, var.region)", "email(record.email)",
		"record.name.split(' ')[0]", "record.age > 18 && record.name.startsWith('A')", "record.jobs.filter(j, j.open)[?0].title", "record.seen > now - days(2)",
	} {
		b.Run(source, func(b *testing.B) {
			p, problems := CEL(plainText(source), sharedScope, Options{Now: true})
			if p == nil {
				b.Fatal(messages(problems))
			}
			f := testFrame(testRecord(), schema.String("(415) 555-2671"))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
