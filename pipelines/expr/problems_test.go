package expr

import (
	"strings"
	"testing"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// underlined marks the place of the first problem under the text.
func underlined(text string, p diag.Problem) string {
	from, to := p.Range.Start.Byte, p.Range.End.Byte
	if from > to || to > len(text) {
		return "outside"
	}
	return text[from:to]
}

func TestCELProblems(t *testing.T) {
	str, boolean := schema.Type{Kind: schema.KindString}, schema.Type{Kind: schema.KindBool}
	tests := []struct {
		source string
		want   schema.Type
		code   diag.Code
		under  string
		says   string
	}{
		{"record.emial", str, codeField, ".emial", `did you mean "email"`},
		{"upper(record.contry)", str, codeField, ".contry", `did you mean "country"`},
		{"'é' + record.emial", str, codeField, ".emial", ""},
		{"record.?emial.orValue('x')", str, codeField, "", `did you mean "email"`},
		{"record.address.cty", str, codeField, ".cty", `did you mean "city"`},
		{"record.jobs[0].titel", str, codeField, ".titel", `did you mean "title"`},
		{"local.stages.Ofer", str, codeField, ".Ofer", `did you mean "Offer"`},
		{"local.stages['Ofer']", str, codeField, "'Ofer'", `did you mean "Offer"`},
		{"record['emial']", str, codeField, "'emial'", `did you mean "email"`},
		{"record.größe == 'x' || record.länge == 'y'", boolean, codeSyntax, "größe", "record['größe']"},
		{"var.regoin", str, codeField, ".regoin", `did you mean "region"`},
		{"recrd.email", str, codeName, "recrd", `did you mean "record"`},
		{"uper(value)", str, codeFunction, "uper", `did you mean "upper"`},
		{"upper(value, value)", str, codeTypes, "upper", "upper(text string) → string"},
		{"value + 1", str, codeTypes, "+", "+ does not take (string, int)"},
		{"value == 1", boolean, codeTypes, "==", "never equal"},
		{"value ==", boolean, codeSyntax, "", ""},
		{"value.matches('(')", boolean, codeInvalid, "'('", ""},
		{"record.stage == 'ofer'", boolean, codeWord, "'ofer'", `did you mean "offer"`},
		{"record.stage in ['offer', 'hird']", boolean, codeWord, "'hird'", "applied, interview, offer"},
		{"record.age", boolean, codeGives, ".age", "gives int where bool"},
		{"true ? record.age : 'x'", str, codeTypes, "?", ""},
		{"record.age > 3 ? record.age : null", str, codeGives, ".age", "gives int where string"},
		{"now > record.seen", boolean, codeNow, "now", ""},
		{"lookup(local.rols, 'role', value, 'job_id')", str, codeTable, ".rols", `did you mean "local.roles"`},
		{"lookup(local.roles, 'roel', value, 'job_id')", str, codeTable, "'roel'", `did you mean "role"`},
		{"record.rate + value == 1", boolean, codeTypes, "+", ""},
		{"money(1, 'EUR') * money(2, 'EUR') == 1", boolean, codeTypes, "*", ""},
		{"", str, codeSyntax, "", ""},
	}
	for _, tt := range tests {
		p, problems := CEL(plainText(tt.source), testScope(), Options{Want: tt.want})
		if p != nil || len(problems) == 0 {
			t.Errorf("%s compiles", tt.source)
			continue
		}
		got := underlined(tt.source, problems[0])
		if problems[0].Code != tt.code || tt.under != "" && got != tt.under || !strings.Contains(messages(problems), tt.says) {
			t.Errorf("%s: underlines %q, wants %s %q %q: %s", tt.source, got, tt.code, tt.under, tt.says, messages(problems))
		}
		for _, p := range problems {
			if n := len([]rune(p.Summary)); n > 60 || p.Summary == "" || strings.HasSuffix(p.Summary, ".") {
				t.Errorf("%s: summary %q", tt.source, p.Summary)
			}
		}
	}
}

func TestNullableIsGuarded(t *testing.T) {
	tests := []struct {
		source string
		warns  string // "" for none
	}{
		{"record.email.endsWith('.com')", ".email"},
		{"has(record.email) && record.email.endsWith('.com')", ""},
		{"record.email != null && record.email.endsWith('.com')", ""},
		{"record.email == null || record.email.endsWith('.com')", ""},
		{"record.email == null || record.phone.endsWith('1')", ".phone"},
		{"!has(record.email) ? false : record.email.endsWith('.com')", ""},
		{"record.?email.orValue('').endsWith('.com')", ""},
		{"lower(record.email) == 'x'", ""},
		{"lower(record.email).endsWith('x')", "lower"},
		{"record.email == 'a@b.c'", ""},
		{"record.email + 'x' == 'y'", ".email"},
	}
	for _, tt := range tests {
		p, problems := CEL(plainText(tt.source), testScope(), Options{Want: schema.Type{Kind: schema.KindBool}})
		if p == nil {
			t.Errorf("%s: %s", tt.source, messages(problems))
			continue
		}
		got := ""
		if len(problems) > 0 {
			got = underlined(tt.source, problems[0])
		}
		if got != tt.warns {
			t.Errorf("%s warns at %q, want %q: %s", tt.source, got, tt.warns, messages(problems))
		}
	}
}

// A heredoc and a string with escapes: the places are those of the file, not
// of the decoded text.
func TestProblemsFollowPlaces(t *testing.T) {
	text := diag.Text{Source: "'\"é' +\nrecord.emial", Range: diag.Range{File: "a.hcl"}}
	line, column, at := 10, 20, 100
	for i, r := range text.Source + "\x00" {
		size := len(string(r))
		for range size {
			if i < len(text.Source) || len(text.Places) <= len(text.Source) {
				text.Places = append(text.Places, diag.Pos{Line: line, Column: column, Byte: at})
			}
		}
		at += size + 1 // every letter is written with an escape
		column++
		if r == '\n' {
			line, column = line+1, 5
		}
	}
	_, problems := CEL(text, testScope(), Options{})
	if len(problems) != 1 || problems[0].Range.Start.Line != 11 || problems[0].Range.Start.Column != 11 || problems[0].Range.End.Column != 17 {
		t.Errorf("%+v", problems)
	}
}

func TestVarIsMasked(t *testing.T) {
	tests := map[string]string{
		"var.x":                         "__v.x",
		" var . x + var.y":              " __v . x + __v.y",
		"record.var + record . var":     "record.var + record . var",
		"record.?var":                   "record.?var",
		"'var' + \"var\" + r'\\' + var": "'var' + \"var\" + r'\\' + __v",
		"'''it's var''' + var":          "'''it's var''' + __v",
		"'\\'var' + var":                "'\\'var' + __v",
		"vary + my_var + var1":          "vary + my_var + var1",
		"// var\nvar // var":            "// var\n__v // var",
		"f(var,var)":                    "f(__v,__v)",
		"'var":                          "'var",
		"é.var + [var]":                 "é.var + [__v]",
	}
	for source, want := range tests {
		if got := mask(source); got != want {
			t.Errorf("mask(%q) = %q, want %q", source, got, want)
		}
	}
}

func TestReading(t *testing.T) {
	compile := func(source string) Program {
		p, problems := CEL(plainText(source), testScope(), Options{Now: true})
		if p == nil {
			t.Fatalf("%s: %s", source, messages(problems))
		}
		return p
	}
	p := compile("record.jobs.filter(j, j.open).size() > var.limit && record.rate > 1 && record.seen < now")
	if got := strings.Join(p.Uses(), " "); got != "record.jobs record.rate record.seen var.limit" {
		t.Errorf("uses %s", got)
	}
	if p.Class() != schema.Pay || !p.Now() {
		t.Errorf("class %d, now %t", p.Class(), p.Now())
	}
	if compile("upper(record.name)").Class() != schema.Personal {
		t.Error("a label is lost in a call")
	}
	if a, b := compile("upper( record.name ) // x"), compile("upper(record.name)"); a.Hash() != b.Hash() {
		t.Error("formatting changes the hash")
	}
	renamed := testScope()
	for i := range renamed.Vars {
		if v := &renamed.Vars[i]; v.Name == "local" {
			v.Static = schema.Object([]string{"phases"}, []schema.Value{v.Static.Field("stages")})
		}
	}
	if a, b := compile("local.stages.Offer + record.name"), compile("local.stages.Screen + record.name"); a.Hash() == b.Hash() {
		t.Error("another value of a local does not change the hash")
	}
	if p, problems := CEL(plainText("local.phases.Offer + record.name"), renamed, Options{Now: true}); p == nil || p.Hash() != compile("local.stages.Offer + record.name").Hash() {
		t.Errorf("the name of a local changes the hash (%s)", messages(problems))
	}
	seen := map[uint64]string{}
	for _, source := range []string{"upper(record.name)", "lower(record.name)", "record.name", "record.age", "'a'", "1", "1.0", "[1]", "record.?name", "has(record.name)", "var.limit", "local.stages.Offer", "local.stages.Screen", "lookup(local.roles, 'role', value, 'job_id')", "lookup(local.roles, 'job_id', value, 'role')"} {
		h := compile(source).Hash()
		if other, ok := seen[h]; ok {
			t.Errorf("%s and %s have one hash", source, other)
		}
		seen[h] = source
	}
}
