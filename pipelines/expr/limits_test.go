package expr

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"syncline/schema"
)

func mustCEL(t *testing.T, source string, opts Options) Program {
	t.Helper()
	p, problems := CEL(plainText(source), testScope(), opts)
	if p == nil {
		t.Fatalf("%s: %s", source, messages(problems))
	}
	return p
}

// What a partial record does not hold makes the result absent, unless the
// result does not depend on it; it never becomes null.
func TestAbsent(t *testing.T) {
	record := testRecord()
	for _, name := range []string{"name", "address", "custom", "jobs"} {
		record.Slots[record.Shape.Slot(name)] = schema.Value{}
	}
	tests := map[string]schema.State{
		"record.name": schema.Absent, "upper(record.name)": schema.Absent, "record.name + 'x'": schema.Absent, "record.name == null": schema.Absent,
		"record.address.city": schema.Absent, "record.jobs.map(j, j.title)": schema.Absent, "[record.name]": schema.Absent, "record.custom.score": schema.Absent,
		"has(record.name)": schema.Present, "has(record.address.city)": schema.Present, "record.?name.orValue('x')": schema.Present,
		"record.?address.?city": schema.Null, "record.name == 'x' || true": schema.Present, "has(record.custom.score)": schema.Absent,
	}
	for source, want := range tests {
		v, err := mustCEL(t, source, Options{}).Eval(testFrame(record, schema.String("")))
		if err != nil || v.State() != want {
			t.Errorf("%s = %s, %v; want %s", source, v.State(), err, want)
		}
	}
}

func TestCostIsLimited(t *testing.T) {
	p := mustCEL(t, "record.tags.all(a, record.tags.all(b, record.tags.all(c, a + b + c != 'x')))", Options{Want: schema.Type{Kind: schema.KindBool}, Limit: 20_000})
	many := make([]schema.Value, 300)
	for i := range many {
		many[i] = schema.String(strings.Repeat("y", i))
	}
	record := testRecord()
	record.Slots[record.Shape.Slot("tags")] = schema.List(many...)
	if v, err := p.Eval(testFrame(record, schema.String(""))); !errors.Is(err, errSteps) || !v.IsAbsent() {
		t.Errorf("%v, %v", v, err)
	}
}

func TestLargeExpressionsAreRefused(t *testing.T) {
	for _, source := range []string{strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500), strings.Repeat("1+", 3000) + "1", "'" + strings.Repeat("x", 20_000) + "'"} {
		p, problems := CEL(plainText(source), testScope(), Options{})
		if p != nil || len(problems) == 0 {
			t.Errorf("an expression of %d bytes compiles", len(source))
		}
	}
}

// One program serves many goroutines, each with its own frame.
func TestProgramsAreShared(t *testing.T) {
	for _, source := range []string{"lower(value) + record.name", "record.jobs.filter(j, j.open)[?0].title.orValue('') + value"} {
		p := mustCEL(t, source, Options{})
		var all sync.WaitGroup
		for _, word := range []string{"a", "b", "c", "d"} {
			all.Go(func() {
				f := testFrame(testRecord(), schema.String(word))
				for range 200 {
					if v, err := p.Eval(f); err != nil || !strings.Contains(v.Text(), word) {
						t.Errorf("%s with %s = %v, %v", source, word, v, err)
					}
				}
			})
		}
		all.Wait()
	}
}

// A fault names the place of the operation that failed.
func TestFaultPlace(t *testing.T) {
	p := mustCEL(t, "record.age > 1 ? 'x' : string(record.tags[7].size() + 1)", Options{Label: `read of end "crm"`})
	record := testRecord()
	record.Slots[record.Shape.Slot("age")] = schema.Int(0)
	_, err := p.Eval(testFrame(record, schema.String("")))
	var fault *Fault
	if !errors.As(err, &fault) || fault.Range.Start.Line != 1 || !strings.Contains(err.Error(), `read of end "crm": an element that the list or text does not have is read`) {
		t.Errorf("%v", err)
	}
}
