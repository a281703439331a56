package expr

import (
	"errors"
	"strings"
	"testing"
	"time"

	"syncline/schema"
)

func manyScope() *Scope {
	side := schema.Type{Kind: schema.KindObject, Fields: []schema.Field{
		{Name: "value", Type: schema.Type{Kind: schema.KindString}}, {Name: "at", Type: schema.Type{Kind: schema.KindTimestamp}}, {Name: "changed", Type: schema.Type{Kind: schema.KindBool}},
	}}
	return &Scope{Ends: []string{"ats", "hris"}, Vars: []Var{
		{Name: "entity", Slot: Entity, Type: schema.Type{Kind: schema.KindObject, Fields: candidate()}},
		{Name: "sides", Slot: Sides, Type: schema.Type{Kind: schema.KindObject, Fields: []schema.Field{{Name: "ats", Type: side}, {Name: "hris", Type: side}}}},
		{Name: "records", Slot: Many, Type: schema.Type{Kind: schema.KindObject, Fields: candidate()}},
		{Name: "var", Slot: VarSlot, Static: schema.Object([]string{"limit"}, []schema.Value{schema.Int(5)})},
	}}
}

func manyFrame() *Frame {
	side := func(v string, hour int) schema.Value {
		return schema.Object([]string{"value", "at", "changed"}, []schema.Value{schema.String(v), schema.Timestamp(time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC)), schema.Bool(true)})
	}
	young, old := testRecord(), testRecord()
	young.ID, old.ID = "7", "3"
	old.Slots[old.Shape.Slot("age")] = schema.Int(60)
	return &Frame{
		Values:  [Slots]schema.Value{Sides: schema.Object([]string{"ats", "hris"}, []schema.Value{side("a", 1), side("h", 2)})},
		Records: [Slots]*schema.Record{Entity: testRecord()},
		Many:    []*schema.Record{young, old},
	}
}

func TestExprValues(t *testing.T) {
	end := schema.Type{Kind: schema.KindRef, Entity: "end"}
	ref := func(s string) schema.Value { return schema.Text(schema.KindRef, s) }
	tests := []struct {
		source string
		want   schema.Type
		gives  schema.Value
	}{
		{"ats", end, ref("ats")},
		{"entity.phone == nil ? ats : hris", end, ref("ats")},
		{"entity.born == nil ? ats : hris", end, ref("hris")},
		{"sides.ats.at > sides.hris.at ? sides.ats.value : sides.hris.value", schema.Type{Kind: schema.KindString}, schema.String("h")},
		{"ats.at < hris.at ? hris : ats", schema.Type{}, ref("hris")},
		{"nil", schema.Type{Kind: schema.KindString}, schema.NullValue()},
		{"sortBy(records, .age, 'desc')[0]", schema.Type{Kind: schema.KindRef, Entity: "record"}, ref("3")},
		{"count(records, .age > 50)", schema.Type{Kind: schema.KindInt}, schema.Int(1)},
		{"entity.rate + 1", schema.Type{Kind: schema.KindDecimal}, schema.Decimal("81.1")},
		{"entity.rate * 2 > 160 && entity.rate == 80.1", schema.Type{Kind: schema.KindBool}, schema.Bool(true)},
		{"entity.age > var.limit", schema.Type{Kind: schema.KindBool}, schema.Bool(true)},
	}
	for _, tt := range tests {
		p, problems := Expr(plainText(tt.source), manyScope(), Options{Want: tt.want})
		if p == nil {
			t.Errorf("%s: %s", tt.source, messages(problems))
			continue
		}
		got, err := p.Eval(manyFrame())
		if err != nil || got.Kind() != tt.gives.Kind() || got.State() != tt.gives.State() || !schema.Equal(got, tt.gives) {
			t.Errorf("%s = %v %s, %v; want %v", tt.source, got, got.Kind(), err, tt.gives)
		}
	}
}

func TestExprProblems(t *testing.T) {
	end := schema.Type{Kind: schema.KindRef, Entity: "end"}
	tests := []struct {
		source string
		want   schema.Type
		says   []string
	}{
		{"entity.stagee == 'x' ? ats : hris", end, []string{"SYN3002", "stagee", `did you mean "stage"`}},
		{"entty.stage", schema.Type{}, []string{"SYN3003", `did you mean "entity"`, "1:1"}},
		{"atts", end, []string{"SYN3003", `did you mean "ats"`}},
		{"'ats'", end, []string{"SYN3006", "without quotes"}},
		{"entity.age", schema.Type{Kind: schema.KindBool}, []string{"SYN3006"}},
		{"entity.age +", schema.Type{}, []string{"SYN3001"}},
		{"entity.name + 1", schema.Type{}, []string{"SYN3005"}},
		{"now", schema.Type{}, []string{"SYN3009"}},
		{"entity.stage in ['offer', 'ofer'] ? 1 : 2", schema.Type{}, []string{"SYN3008"}},
		{"all(records, any(records, all(records, .age > 1)))", schema.Type{Kind: schema.KindBool}, []string{"SYN3013"}},
		{"", schema.Type{}, []string{"SYN3001"}},
	}
	for _, tt := range tests {
		p, problems := Expr(plainText(tt.source), manyScope(), Options{Want: tt.want})
		for _, say := range tt.says {
			if p != nil || !strings.Contains(messages(problems), say) {
				t.Errorf("%s: %q lacks %q", tt.source, messages(problems), say)
			}
		}
	}
}

func TestExprStops(t *testing.T) {
	p, problems := Expr(plainText("count(1..2000, count(1..2000, # > 0) == 2000) == 2000"), manyScope(), Options{Want: schema.Type{Kind: schema.KindBool}, Label: `owner of field "x"`})
	if p == nil {
		t.Fatal(messages(problems))
	}
	_, err := p.Eval(manyFrame())
	if !errors.Is(err, errSteps) || !strings.Contains(err.Error(), `f.hcl:1:1: owner of field "x"`) {
		t.Errorf("%v", err)
	}
}

func TestExprReads(t *testing.T) {
	p, problems := Expr(plainText("entity.rate > 3 && len(records) > 1 && var.limit > 0"), manyScope(), Options{})
	if p == nil {
		t.Fatal(messages(problems))
	}
	if got := strings.Join(p.Uses(), " "); got != "entity.rate records var.limit" || p.Class() != schema.Pay {
		t.Errorf("uses %q, class %d", got, p.Class())
	}
	q, _ := Expr(plainText(" entity.rate>3 &&  len(records) > 1 && var.limit > 0"), manyScope(), Options{})
	if p.Hash() != q.Hash() {
		t.Error("blanks change the hash")
	}
}
