package expr

import (
	"strings"
	"testing"
	"time"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// candidate is the object most tests read.
func candidate() []schema.Field {
	text := schema.Type{Kind: schema.KindString}
	return []schema.Field{
		{Name: "name", Type: text, Class: schema.Personal},
		{Name: "email", Type: schema.Type{Kind: schema.KindEmail, Nullable: true}, Class: schema.Personal},
		{Name: "phone", Type: schema.Type{Kind: schema.KindPhone, Nullable: true}},
		{Name: "country", Type: schema.Type{Kind: schema.KindCountry}},
		{Name: "stage", Type: schema.EnumOf("applied", "interview", "offer")},
		{Name: "age", Type: schema.Type{Kind: schema.KindInt}},
		{Name: "rate", Type: schema.Type{Kind: schema.KindDecimal}, Class: schema.Pay},
		{Name: "salary", Type: schema.Type{Kind: schema.KindMoney}},
		{Name: "private", Type: schema.Type{Kind: schema.KindBool}},
		{Name: "born", Type: schema.Type{Kind: schema.KindDate}},
		{Name: "seen", Type: schema.Type{Kind: schema.KindTimestamp}},
		{Name: "tags", Type: schema.ListOf(text)},
		{Name: "address", Type: schema.Type{Kind: schema.KindObject, Fields: []schema.Field{{Name: "city", Type: text}}}},
		{Name: "jobs", Type: schema.ListOf(schema.Type{Kind: schema.KindObject, Fields: []schema.Field{{Name: "title", Type: text}, {Name: "open", Type: schema.Type{Kind: schema.KindBool}}}})},
		{Name: "custom", Type: schema.Type{}},
		{Name: "größe", Type: text},
	}
}

func testScope() *Scope {
	row := func(role, job string) schema.Value {
		return schema.Object([]string{"role", "job_id"}, []schema.Value{schema.String(role), schema.String(job)})
	}
	stages := schema.Object([]string{"Offer", "Screen"}, []schema.Value{schema.String("offer"), schema.String("applied")})
	return &Scope{Region: "US", Vars: []Var{
		{Name: "record", Slot: Record, Type: schema.Type{Kind: schema.KindObject, Fields: candidate()}},
		{Name: "value", Slot: Value, Type: schema.Type{Kind: schema.KindString}},
		{Name: "var", Slot: VarSlot, Static: schema.Object([]string{"region", "limit"}, []schema.Value{schema.String("US"), schema.Int(5)})},
		{Name: "local", Slot: LocalSlot, Static: schema.Object([]string{"stages", "roles"}, []schema.Value{stages, schema.List(row("Go", "j1"), row("SQL", "j2"))})},
	}}
}

func testRecord() *schema.Record {
	r := schema.NewRecord(schema.NewShape(candidate()...))
	set := func(name string, v schema.Value) { r.Slots[r.Shape.Slot(name)] = v }
	set("name", schema.String("Ada Lovelace"))
	set("email", schema.Text(schema.KindEmail, "ada@example.com"))
	set("phone", schema.NullValue())
	set("größe", schema.String("1,70 m"))
	set("country", schema.Text(schema.KindCountry, "CH"))
	set("stage", schema.Enum("offer"))
	set("age", schema.Int(36))
	set("rate", schema.Decimal("80.10"))
	set("salary", schema.Money("1200.00", "EUR"))
	set("private", schema.Bool(false))
	set("born", schema.Text(schema.KindDate, "1990-11-22"))
	set("seen", schema.Timestamp(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)))
	set("tags", schema.List(schema.String("go"), schema.String("sql")))
	set("address", schema.Object([]string{"city"}, []schema.Value{schema.String("Bern")}))
	job := func(title string, open bool) schema.Value {
		return schema.Object([]string{"title", "open"}, []schema.Value{schema.String(title), schema.Bool(open)})
	}
	set("jobs", schema.List(job("Tester", false), job("Engineer", true)))
	set("custom", schema.Object([]string{"score", "note"}, []schema.Value{schema.Decimal("7.5"), schema.String("x")}))
	return r
}

// testFrame lays a record and a value out for testScope.
func testFrame(r *schema.Record, value schema.Value) *Frame {
	return &Frame{
		Values:  [Slots]schema.Value{Value: value},
		Records: [Slots]*schema.Record{Record: r},
		Now:     time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixMicro(),
	}
}

// plainText is an expression whose every byte stands in line 1 of f.hcl.
func plainText(source string) diag.Text {
	t := diag.Text{Source: source, Range: diag.Range{File: "f.hcl", Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 99}}}
	for i := range len(source) + 1 {
		t.Places = append(t.Places, diag.Pos{Line: 1, Column: i + 1, Byte: i})
	}
	return t
}

func messages(problems []diag.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.Error() + " " + p.Detail + "\n")
	}
	return b.String()
}

func TestCELValues(t *testing.T) {
	kind := func(k schema.Kind) schema.Type { return schema.Type{Kind: k} }
	tests := []struct {
		source string
		want   schema.Type
		gives  schema.Value
	}{
		{"record.name", kind(schema.KindString), schema.String("Ada Lovelace")},
		{"record['name'] + record['größe']", kind(schema.KindString), schema.String("Ada Lovelace1,70 m")},
		{"upper(record.name)", kind(schema.KindText), schema.Text(schema.KindText, "ADA LOVELACE")},
		{"phone(value, var.region)", kind(schema.KindPhone), schema.Text(schema.KindPhone, "+14155552671")},
		{"phone(value)", kind(schema.KindPhone), schema.Text(schema.KindPhone, "+14155552671")},
		{"record.phone == null ? 'none' : record.phone", kind(schema.KindString), schema.String("none")},
		{"has(record.phone) ? upper(record.phone) : null", kind(schema.KindString), schema.NullValue()},
		{"has(value)", kind(schema.KindBool), schema.Bool(true)},
		{"!record.private", kind(schema.KindBool), schema.Bool(true)},
		{"record.jobs.filter(j, j.open)[?0].title", kind(schema.KindString), schema.String("Engineer")},
		{"record.jobs.filter(j, j.title == 'x')[?0].title", kind(schema.KindString), schema.NullValue()},
		{"record.?email.orValue('x')", kind(schema.KindString), schema.String("ada@example.com")},
		{"record.?phone.orValue('x')", kind(schema.KindString), schema.String("x")},
		{"record.rate > 80 && record.rate > 80.0 && 80.1 == record.rate", kind(schema.KindBool), schema.Bool(true)},
		{"record.rate * 3 + 0.2", kind(schema.KindDecimal), schema.Decimal("240.5")},
		{"string(record.rate) + '/h'", kind(schema.KindString), schema.String("80.10/h")},
		{"0.1 + record.rate", kind(schema.KindDecimal), schema.Decimal("80.2")},
		{"12345678901234567.125", kind(schema.KindDecimal), schema.Decimal("12345678901234567.125")},
		{"record.age + record.rate", kind(schema.KindDecimal), schema.Decimal("116.1")},
		{"record.age < record.rate && record.rate > record.age", kind(schema.KindBool), schema.Bool(true)},
		{"record.salary + money('0.5', 'EUR')", kind(schema.KindMoney), schema.Money("1200.50", "EUR")},
		{"10 + record.salary - 0.5", kind(schema.KindMoney), schema.Money("1209.50", "EUR")},
		{"record.salary > 1000 && record.salary * 2 == 2400", kind(schema.KindBool), schema.Bool(true)},
		{"record.age + var.limit", kind(schema.KindInt), schema.Int(41)},
		{"record.age >= 18.5", kind(schema.KindBool), schema.Bool(true)},
		{"record.seen > now - days(2)", kind(schema.KindBool), schema.Bool(true)},
		{"record.seen > ago('2h')", kind(schema.KindBool), schema.Bool(false)},
		{"record.born < '2000-01-01'", kind(schema.KindBool), schema.Bool(true)},
		{"record.tags.map(t, upper(t))", schema.SetOf(kind(schema.KindString)), schema.Set(schema.String("GO"), schema.String("SQL"))},
		{"record.tags", schema.ListOf(kind(schema.KindString)), schema.List(schema.String("go"), schema.String("sql"))},
		{"record.address.city", kind(schema.KindString), schema.String("Bern")},
		{"record.custom.score > 7", kind(schema.KindBool), schema.Bool(true)},
		{"7 < record.custom.score", kind(schema.KindBool), schema.Bool(true)},
		{"record.custom.nothing == null", kind(schema.KindBool), schema.Bool(true)},
		{"has(record.custom.nothing) || !has(record.custom.note)", kind(schema.KindBool), schema.Bool(false)},
		{"local.stages['Offer']", kind(schema.KindString), schema.String("offer")},
		{"local.stages[?value].orValue('?')", kind(schema.KindString), schema.String("?")},
		{"local.stages.Offer == record.stage", kind(schema.KindBool), schema.Bool(true)},
		{"lookup(local.roles, 'role', 'SQL', 'job_id')", kind(schema.KindString), schema.String("j2")},
		{"lookup(local.roles, 'role', 'Perl', 'job_id') == null", kind(schema.KindBool), schema.Bool(true)},
		{"record.stage in ['offer', 'interview']", kind(schema.KindBool), schema.Bool(true)},
		{"record.name.split(' ')[1]", kind(schema.KindString), schema.String("Lovelace")},
		{"record.name.matches('^A.a ')", kind(schema.KindBool), schema.Bool(true)},
		{"optional.none()", kind(schema.KindString), schema.NullValue()},
		{"{'a': record.age}", kind(schema.KindObject), schema.Object([]string{"a"}, []schema.Value{schema.Int(36)})},
	}
	for _, tt := range tests {
		p, problems := CEL(plainText(tt.source), testScope(), Options{Want: tt.want, Now: true})
		if p == nil {
			t.Errorf("%s: %s", tt.source, messages(problems))
			continue
		}
		got, err := p.Eval(testFrame(testRecord(), schema.String("(415) 555-2671")))
		if err != nil {
			t.Errorf("%s: %v", tt.source, err)
			continue
		}
		if got.Kind() != tt.gives.Kind() || got.State() != tt.gives.State() || !schema.Equal(got, tt.gives) {
			t.Errorf("%s = %v %s, want %v %s", tt.source, got, got.Kind(), tt.gives, tt.gives.Kind())
		}
	}
}
