package expr

import (
	"errors"
	"strings"
	"testing"

	"syncline/schema"
)

// swollen is a record whose fields a stranger filled: large texts and a long
// list, each no larger than a row may be.
func swollen() *Frame {
	record := testRecord()
	set := func(name string, v schema.Value) { record.Slots[record.Shape.Slot(name)] = v }
	set("name", schema.String(strings.Repeat("-", 16<<10)))
	set("email", schema.String(strings.Repeat("x", 16<<10)))
	tags := make([]schema.Value, 5000)
	for i := range tags {
		tags[i] = schema.String(strings.Repeat("y", 16))
	}
	set("tags", schema.List(tags...))
	f := testFrame(record, schema.String(""))
	f.Records[Entity] = record
	return f
}

// TestRecordsCannotSwell holds that no record makes an expression use memory
// or time beyond its bounds: what would, is an error of that record.
func TestRecordsCannotSwell(t *testing.T) {
	cel := map[string]string{
		"replace":         "record.name.replace('-', record.email)",
		"replace nothing": "record.name.replace('', record.email)",
		"join":            "record.tags.join(record.name)",
		"join twice":      "(record.tags + record.tags).join(record.name)",
		"regex.replace":   "regex.replace(record.name, '-', record.email)",
		"references":      `regex.replace(record.name, '(-+)', '\\1\\1\\1\\1\\1' + record.email)`,
		"distinct":        "record.tags.distinct().size() > 0 ? 'a' : 'b'",
		"sets":            "sets.contains(record.tags, record.tags) ? 'a' : 'b'",
		"bind":            "cel.bind(a, record.name + record.name, cel.bind(b, a + a, cel.bind(c, b + b + b + b, cel.bind(d, c + c + c + c + c + c + c + c, d + d + d + d + d + d + d + d))))",
		"a text each":     "record.tags.map(x, record.email + 'z').join('')",
		"dynamic":         "cel.bind(a, dyn(record.name), cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c, cel.bind(e, d+d+d+d+d+d+d+d, e+e+e)))))",
	}
	for name, source := range cel {
		p := mustCEL(t, source, Options{})
		if v, err := p.Eval(swollen()); !tooMuch(err) || !v.IsAbsent() {
			t.Errorf("CEL, %s: %v of %d bytes", name, err, len(v.Text()))
		}
	}
	many := map[string]string{
		"replace":   "replace(entity.name, '-', entity.email)",
		"repeat":    "repeat(entity.name, 100000)",
		"join":      "join(entity.tags, entity.name)",
		"plus":      "let a = entity.name + entity.name; let b = a + a + a + a; let c = b + b + b + b; let d = c + c + c + c; let e = d + d + d + d; let f = e + e + e + e; f + f + f + f + f + f",
		"reduce":    "reduce(1..40, #acc + #acc, entity.name)",
		"slowly":    "reduce(1..100000, #acc + entity.name, '')",
		"uniq":      "len(uniq(entity.tags)) > 0 ? 'a' : 'b'",
		"in":        "len(filter(1..50000, 'y' in entity.tags)) > 0 ? 'a' : 'b'",
		"flatten":   "len(flatten(map(1..2000, entity.tags))) > 0 ? 'a' : 'b'",
		"concat":    "let a = concat(entity.tags, entity.tags, entity.tags, entity.tags); let b = concat(a, a, a, a); let c = concat(b, b, b, b); let d = concat(c, c, c, c, c, c, c, c); len(d) > 0 ? 'a' : 'b'",
		"toJSON":    "toJSON(map(1..10000, entity.name))",
		"string":    "string(map(1..10000, entity.name))",
		"upper":     "len(map(1..10000, upper(entity.email))) > 0 ? 'a' : 'b'",
		"in a loop": "len(map(1..10000, entity.email + 'z')) > 0 ? 'a' : 'b'",
	}
	for name, source := range many {
		p, problems := Expr(plainText(source), manyScope(), Options{Want: schema.Type{Kind: schema.KindString}})
		if p == nil {
			t.Errorf("Expr, %s: %s", name, messages(problems))
			continue
		}
		if v, err := p.Eval(swollen()); !tooMuch(err) || !v.IsAbsent() {
			t.Errorf("Expr, %s: %v of %d bytes", name, err, len(v.Text()))
		}
	}
}

func tooMuch(err error) bool { return errors.Is(err, errMade) || errors.Is(err, errSteps) }

// TestMeteredOperationsStayAsTheyAre holds that counting changes no result.
func TestMeteredOperationsStayAsTheyAre(t *testing.T) {
	for source, want := range map[string]string{
		"'a-b-c'.replace('-', '+')": "a+b+c", "'a-b-c'.replace('-', '+', 1)": "a+b-c", "record.name.replace('', '.', 2)": ".A.da",
		"['a', 'b'].join()": "ab", "record.tags.join('|')": "go|SQL",
		`regex.replace(record.name, '(A)d', '\\1_')`: "A_a", "record.tags.distinct().join(',')": "go,SQL",
		"dyn(record.name) + dyn('x')": "Adax", "(record.tags + ['z']).join('')": "goSQLz", "'go' in record.tags ? 'y' : 'n'": "y",
		"'%s!'.format([record.name])": "Ada!", "cel.bind(a, record.name, a + a)": "AdaAda", "record.tags.map(x, x + '.').join('')": "go.SQL.",
	} {
		record := testRecord()
		record.Slots[record.Shape.Slot("name")] = schema.String("Ada")
		record.Slots[record.Shape.Slot("tags")] = schema.List(schema.String("go"), schema.String("SQL"))
		if v, err := mustCEL(t, source, Options{}).Eval(testFrame(record, schema.String(""))); err != nil || v.Text() != want {
			t.Errorf("%s = %q, %v; want %q", source, v.Text(), err, want)
		}
	}
	for source, want := range map[string]string{
		"replace('a-b', '-', '+')": "a+b", "repeat('ab', 2)": "abab", "join(['a', 'b'], '-')": "a-b", "join(['a', 'b'])": "ab",
		"string(len(uniq(['a', 'a', 'b'])))": "2", "'a' in ['a'] ? 'y' : 'n'": "y", "'a' not in ['a'] ? 'y' : 'n'": "n", "upper('a') + lower('B')": "Ab",
		"join(concat(['a'], ['b']))": "ab", "toJSON(['a'])": "[\n  \"a\"\n]", "join(sort(['b', 'a']))": "ab", "join(split('a,b', ','), '-')": "a-b",
		"string(1 + 2)": "3", "join(map(reverse(['a', 'b']), # + '.'))": "b.a.", "join(flatten([['a'], ['b']]))": "ab", "string(entity.age + 1)": "37",
		"'name' in entity ? 'y' : 'n'": "y", "join(sort(keys({'b': 1, 'a': 2})))": "ab",
	} {
		p, problems := Expr(plainText(source), manyScope(), Options{Want: schema.Type{Kind: schema.KindString}})
		if p == nil {
			t.Errorf("%s: %s", source, messages(problems))
			continue
		}
		f := manyFrame()
		f.Records[Entity].Slots[f.Records[Entity].Shape.Slot("age")] = schema.Int(36)
		if v, err := p.Eval(f); err != nil || v.Text() != want {
			t.Errorf("%s = %q, %v; want %q", source, v.Text(), err, want)
		}
	}
}
