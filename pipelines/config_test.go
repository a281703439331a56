package pipelines

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/schema"
)

func load(t testing.TB, o Options) *Config {
	t.Helper()
	config, problems := Load(t.Context(), o)
	if problems.Failed() {
		t.Fatalf("%v", problems)
	}
	return config
}

// TestPage holds what the language's own example means.
func TestPage(t *testing.T) {
	config := load(t, testOptions("testdata/valid/page"))
	p := config.Pipelines[0]
	if p.Version != 4 || p.Alert.Name != "recruiting_ops" || p.SystemOfRecord != 0 || len(p.Fields) != 6 {
		t.Errorf("pipeline %+v", p)
	}
	ats, crm := p.Ends[0], p.Ends[1]
	if ats.Object != "candidates" || ats.Filter == nil || !ats.Webhook || !ats.May("update") || ats.May("create") {
		t.Errorf("ats %+v", ats)
	}
	if len(crm.Create) != 1 || crm.Create[0].Path.String() != "LeadSource" {
		t.Errorf("create %+v", crm.Create)
	}
	if want := []string{"ATS_Id__c", "Email", "FirstName", "LastName", "LeadSource", "MobilePhone", "Stage__c"}; !slices.Equal(crm.Selection.Writes, want) {
		t.Errorf("crm writes %v, want %v", crm.Selection.Writes, want)
	}
	if want := []string{"phone_numbers"}; !slices.Equal(ats.Selection.Writes, want) {
		t.Errorf("ats writes %v, want %v", ats.Selection.Writes, want)
	}
	var read []string
	for _, f := range ats.Selection.Shape.Fields() {
		read = append(read, f.Name)
	}
	if want := []string{"applications", "email_addresses", "first_name", "id", "is_private", "last_name", "phone_numbers"}; !slices.Equal(read, want) {
		t.Errorf("ats reads %v, want %v", read, want)
	}
	phone := p.Fields[slices.IndexFunc(p.Fields, func(f *Field) bool { return f.Name == "phone" })]
	if !phone.Speaks[0] || !phone.Speaks[1] || !phone.Hears[0] || phone.Conflict.Wait.Hours() != 8 || phone.Conflict.Rules[1].Name != "system_of_record" || phone.Ends[0].Read == nil {
		t.Errorf("phone %+v", phone)
	}
	if len(p.Ons) != 1 || p.Guard.Deletes.Count != 10 || p.Guard.Deletes.Share != 0.01 || len(p.Match.Keys[2].Fields) != 2 {
		t.Errorf("ons %v, guard %+v, match %+v", p.Ons, p.Guard, p.Match)
	}
	if s := config.Systems[1].Secrets["auth.client_id"]; s.Ref != "env:SF_CLIENT_ID" {
		t.Errorf("secrets %+v", config.Systems[1].Secrets)
	}
}

// edited loads the quick fixture after an edit of its text.
func edited(t *testing.T, old, text string) *Config {
	t.Helper()
	config := load(t, testOptions("testdata/valid/quick"))
	src := string(config.Files["main.hcl"])
	if !strings.Contains(src, old) {
		t.Fatalf("the fixture has no %q", old)
	}
	return load(t, testOptions(folder(t, map[string]string{"main.hcl": strings.Replace(src, old, text, 1)})))
}

// TestHash holds that the hash is of the meaning: layout, comments, schedules
// and words for people do not change it, what is compared or written does.
func TestHash(t *testing.T) {
	before := edited(t, "", "").Pipelines[0].Hash
	const email = `a         = "mail"`
	for _, same := range [][2]string{
		{email, "# a comment\n    a = \"mail\""},
		{email, "a {\n      path = \"mail\"\n    }"},
		{`entity = "candidate"`, "entity = \"candidate\"\n  description = \"x\""},
		{`object   = "contacts"`, "object   = \"contacts\"\n    every = \"5m\""},
		{`after = "4h"`, `after = "5h"`},
	} {
		if got := edited(t, same[0], same[1]).Pipelines[0].Hash; got != before {
			t.Errorf("%q changed the hash", same[1])
		}
	}
	for _, other := range [][2]string{
		{email, `a         = "name"`},
		{`"a -> b"`, `"b -> a"`},
		{`["non_empty", "a"]`, `["non_empty", "b"]`},
		{email, "drift = \"restore\"\n    a = \"mail\""},
		{email, "a {\n      path = \"mail\"\n      read = \"value + 'x'\"\n    }"},
	} {
		if got := edited(t, other[0], other[1]).Pipelines[0].Hash; got == before {
			t.Errorf("%q did not change the hash", other[1])
		}
	}
	spaced := edited(t, email, "a {\n      path = \"mail\"\n      read = \"value   +'x'\"\n    }").Pipelines[0].Hash
	tight := edited(t, email, "a {\n      path = \"mail\"\n      read = \"value + 'x'\"\n    }").Pipelines[0].Hash
	if spaced != tight {
		t.Error("blanks inside an expression changed the hash")
	}
}

// TestVariables holds Terraform's precedence: the environment, auto files,
// -var-file, -var.
func TestVariables(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.hcl":           "variable \"v\" {\n  type = string\n}\nvariable \"n\" {\n  type = list(number)\n  default = []\n}\nengine { name = var.v }\n",
		"x.auto.vars.hcl": `v = "auto"`, "given.hcl.vars": `v = "file"`,
	})
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"SYNCLINE_VAR_v": "env", "SYNCLINE_VAR_n": "[1, 2]"}[name]
		return v, ok
	}
	file := []string{filepath.Join(dir, "given.hcl.vars")}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Path: dir, Env: env}, "auto"},
		{Options{Path: dir, Env: env, VarFiles: file}, "file"},
		{Options{Path: dir, Env: env, VarFiles: file, Vars: map[string]string{"v": "var"}}, "var"},
		{Options{Path: folder(t, map[string]string{"a.hcl": "variable \"v\" {}\nengine { name = var.v }"}), Env: env}, "env"},
	} {
		config := load(t, c.o)
		if config.Engine.Name != c.want {
			t.Errorf("name = %q, want %q", config.Engine.Name, c.want)
		}
	}
	_, problems := Load(t.Context(), Options{Path: dir, Vars: map[string]string{"vv": "x"}})
	if !has(problems, codeUndeclared) || !problems.Failed() {
		t.Errorf("an undeclared -var passes: %v", problems)
	}
}

// TestSecrets holds that secrets are never resolved, and that a sensitive
// variable's value reaches no problem.
func TestSecrets(t *testing.T) {
	const text = "variable \"key\" {\n  sensitive = true\n}\nengine {\n  workers = var.key\n}\n"
	o := Options{Path: folder(t, map[string]string{"a.hcl": text}), Vars: map[string]string{"key": "hunter2"}}
	_, problems := Load(t.Context(), o)
	if !problems.Failed() {
		t.Fatal("a text passes for a number")
	}
	for _, p := range problems {
		if strings.Contains(p.Error()+p.Detail, "hunter2") {
			t.Errorf("the value is told: %v", p)
		}
	}
}

// TestUnderlined holds that a problem inside an expression is underlined in
// the file, whatever the text went through.
func TestUnderlined(t *testing.T) {
	for _, c := range []struct{ name, filter string }{
		{"quoted", `"record.mial == 'x'"`},
		{"escapes", `"record.name == r'\\d\t\"é' && record.mial == 'x'"`},
		{"unicode escape", `"record.name == '\u00e9\U0001F600' || record.mial == 'x'"`},
		{"template escape", `"record.name == '$${x}%%{y}' || record.mial == 'x'"`},
		{"emoji", `"record.name == '👩‍👩‍👧é' || record.mial == 'x'"`},
		{"heredoc", "<<-CEL\n      record.name == 'a'\n        || record.mial == 'x'\n    CEL\n"},
		{"heredoc CRLF", "<<-CEL\r\n      record.name == 'a'\r\n        || record.mial == 'x'\r\n    CEL\r\n"},
		{"plain heredoc", "<<CEL\nrecord.name == 'a'\n || record.mial == 'x'\nCEL\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := load(t, testOptions("testdata/valid/quick"))
			src := strings.Replace(string(config.Files["main.hcl"]), "source \"a\" {\n", "source \"a\" {\n    filter = "+c.filter+"\n", 1)
			_, problems := Load(t.Context(), testOptions(folder(t, map[string]string{"main.hcl": src})))
			if len(problems) != 1 {
				t.Fatalf("problems %v", problems)
			}
			r := problems[0].Range
			if got := src[r.Start.Byte:r.End.Byte]; !strings.Contains(got, "mial") || len(got) > len(".mial") {
				t.Errorf("underlined %q of %v", got, r)
			}
			line := strings.Split(src, "\n")[r.Start.Line-1]
			if !strings.Contains(line, "mial") {
				t.Errorf("line %d is %q", r.Start.Line, line)
			}
		})
	}
}

// TestNotNormalised holds that a text which HCL normalises is underlined as a
// whole rather than at a wrong place.
func TestNotNormalised(t *testing.T) {
	config := load(t, testOptions("testdata/valid/quick"))
	const filter = "\"record.name == 'e\u0301' || record.mial == 'x'\""
	src := strings.Replace(string(config.Files["main.hcl"]), "source \"a\" {\n", "source \"a\" {\n    filter = "+filter+"\n", 1)
	_, problems := Load(t.Context(), testOptions(folder(t, map[string]string{"main.hcl": src})))
	if len(problems) != 1 || src[problems[0].Range.Start.Byte:problems[0].Range.End.Byte] != filter {
		t.Errorf("problems %v", problems)
	}
}

// TestInherited holds that a field's own decision wins over that of `fields`.
func TestInherited(t *testing.T) {
	config := edited(t, `  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }`, `  fields "a -> b" {
    drift = "restore"
    empty = "clear"
    field "email" {
      drift = "review"
      a     = "mail"
      b     = "email"
    }
    field "phone" {
      a = "phone"
      b = "mobile"
    }
  }`)
	p := config.Pipelines[0]
	got := map[string]*Field{}
	for _, f := range p.Fields {
		got[f.Name] = f
	}
	if f := got["email"]; f.Drift != DriftReview || f.Empty != EmptyClear {
		t.Errorf("email %+v", f)
	}
	if f := got["phone"]; f.Drift != DriftRestore || !f.Hears[1] || f.Hears[0] {
		t.Errorf("phone %+v", f)
	}
}

// TestOrder holds that a field comes after those its write looks at.
func TestOrder(t *testing.T) {
	config := load(t, testOptions("testdata/valid/3103-field-cycle"))
	var names []string
	for _, f := range config.Pipelines[0].Fields {
		names = append(names, f.Name)
	}
	if slices.Index(names, "email") > slices.Index(names, "headline") || slices.Index(names, "headline") > slices.Index(names, "summary") {
		t.Errorf("order %v", names)
	}
}

// TestSourceFields holds that declared types correct the discovered ones.
func TestSourceFields(t *testing.T) {
	config := load(t, testOptions("testdata/valid/files"))
	fields := config.Pipelines[0].Ends[1].FieldsOf()
	for name, want := range map[string]string{"hired_on": "date?", "tags": "list(string)", "email": "string?"} {
		i := slices.IndexFunc(fields, func(f schema.Field) bool { return f.Name == name })
		if i < 0 || fields[i].Type.String() != want {
			t.Errorf("%s is not %s in %v", name, want, fields)
		}
	}
}

func TestFormat(t *testing.T) {
	const src = "system  \"a\" {\nconnector=\"file\" # keep\n  path    = \"x\"\n}\n"
	got, problems := Format([]byte(src), "a.hcl")
	if problems.Failed() || !strings.Contains(string(got), "connector = \"file\" # keep\n") {
		t.Errorf("got %q, %v", got, problems)
	}
	again, _ := Format(got, "a.hcl")
	if string(again) != string(got) {
		t.Errorf("not stable: %q", again)
	}
	broken, problems := Format([]byte("a = { { { b"), "a.hcl")
	if !problems.Failed() || string(broken) != "a = { { { b" {
		t.Errorf("got %q, %v", broken, problems)
	}
}

// TestNoCascade holds that one mistake in a name is one problem, whatever
// refers to it.
func TestNoCascade(t *testing.T) {
	config := load(t, testOptions("testdata/valid/quick"))
	for _, edit := range [][2]string{
		{`connector = "sqlite"`, `connector = "sqlight"`},
		{`notify "ops" { connector = "log" }`, `notify "ops" { connector = "lock" }`},
		{`entity = "candidate"`, `entity = "candidat"`},
		{`object   = "contacts"`, `object   = "contatcs"`},
	} {
		src := strings.Replace(string(config.Files["main.hcl"]), edit[0], edit[1], 1)
		_, problems := Load(t.Context(), testOptions(folder(t, map[string]string{"main.hcl": src})))
		if len(problems) != 1 || problems[0].Severity != diag.Error {
			t.Errorf("%s: %v", edit[1], problems)
		}
	}
}

// TestConnectorsThatNotify holds that a connector that tells people is one of
// notify, with its own settings, and none of a system.
func TestConnectorsThatNotify(t *testing.T) {
	def := &connectors.Definition{Name: "gong", Notifies: true, Settings: []schema.Field{
		{Name: "url", Type: schema.Type{Kind: schema.KindURL}, Required: true, Secret: true},
	}}
	for text, says := range map[string]string{
		"notify \"a\" {\n connector = \"gong\"\n url = secret(\"env:U\")\n}":                      "",
		"notify \"a\" {\n connector = \"gong\"\n}":                                                "url",
		"notify \"a\" {\n connector = \"gong\"\n url = secret(\"env:U\")\n to = \"x\"\n}":         "no attribute \"to\"",
		"notify \"a\" {\n connector = \"gongg\"\n url = secret(\"env:U\")\n}":                     "no place to notify",
		"system \"a\" {\n connector = \"gong\"\n url = secret(\"env:U\")\n}":                      "holds no records",
		"notify \"a\" {\n connector = \"email\"\n url = secret(\"env:U\")\n to = \"a@b.test\"\n}": "",
	} {
		c, problems := Load(t.Context(), Options{Path: folder(t, map[string]string{"a.hcl": text}), Definitions: []*connectors.Definition{def}})
		if problems.Failed() != (says != "") || says != "" && !strings.Contains(fmt.Sprint(problems), says) {
			t.Errorf("%s: %v", text, problems)
		}
		if says == "" && (len(c.Notifies) != 1 || (c.Notifies[0].Definition == def) != strings.Contains(text, "gong")) {
			t.Errorf("%s: %+v", text, c.Notifies)
		}
	}
}
