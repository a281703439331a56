package pipelines

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/schema"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// expectation is a comment on a faulty line: "# ERROR SYN2101: summary".
var expectation = regexp.MustCompile(`\s*# (ERROR|WARNING) SYN\d{4}: .*$`)

// expected reads the expectations of a file, by line.
func expected(src []byte) map[int][]string {
	out := map[int][]string{}
	for i, line := range strings.Split(string(src), "\n") {
		_, comment, found := strings.Cut(line, "# ERROR")
		if found {
			comment = "# ERROR" + comment
		} else if _, comment, found = strings.Cut(line, "# WARNING"); found {
			comment = "# WARNING" + comment
		}
		if !found {
			continue
		}
		for _, part := range strings.Split(comment, " # ") {
			out[i+1] = append(out[i+1], strings.TrimSpace(strings.TrimPrefix(part, "# ")))
		}
	}
	return out
}

// said puts a problem as an expectation would.
func said(p diag.Problem) string {
	text := fmt.Sprintf("%s %s: %s", strings.ToUpper(p.Severity.String()), p.Code, p.Summary)
	if p.Detail != "" && len(p.Detail) < 100 && !strings.Contains(p.Detail, "\n") {
		text += " (" + p.Detail + ")"
	}
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

// TestInvalid loads every folder of testdata/invalid: what is found must be
// what the comments on the faulty lines say, no more and no less.
func TestInvalid(t *testing.T) { eachFolder(t, "invalid", true) }

// TestValid loads every folder of testdata/valid, which has no error.
func TestValid(t *testing.T) { eachFolder(t, "valid", false) }

func eachFolder(t *testing.T, kind string, fails bool) {
	folders, _ := filepath.Glob(filepath.Join("testdata", kind, "*"))
	if len(folders) == 0 {
		t.Fatalf("testdata/%s holds no fixture", kind)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			config, problems := Load(t.Context(), testOptions(folder))
			if problems.Failed() != fails {
				t.Errorf("failed = %v, want %v: %v", problems.Failed(), fails, problems)
			}
			compareFolder(t, config, problems)
		})
	}
}

func compareFolder(t *testing.T, config *Config, problems diag.Problems) {
	t.Helper()
	for name, src := range config.Files {
		got := map[int][]string{}
		for _, p := range problems {
			if p.Range.File == name {
				got[p.Range.Start.Line] = append(got[p.Range.Start.Line], said(p))
			}
		}
		if *update {
			rewrite(t, filepath.Join(config.Folder, name), src, got)
			continue
		}
		want := expected(src)
		lines := slices.Sorted(maps2(got, want))
		for _, line := range slices.Compact(lines) {
			slices.Sort(got[line])
			slices.Sort(want[line])
			if !slices.Equal(got[line], want[line]) {
				t.Errorf("%s:%d:\n got %q\nwant %q", name, line, got[line], want[line])
			}
		}
	}
	for _, p := range problems {
		if _, known := config.Files[p.Range.File]; !known {
			t.Errorf("a problem nowhere: %v", p)
		}
	}
}

func maps2(a, b map[int][]string) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, m := range []map[int][]string{a, b} {
			for line := range m {
				if !yield(line) {
					return
				}
			}
		}
	}
}

func rewrite(t *testing.T, path string, src []byte, got map[int][]string) {
	t.Helper()
	lines := bytes.Split(src, []byte("\n"))
	for i, line := range lines {
		line = expectation.ReplaceAll(line, nil)
		texts := got[i+1]
		slices.Sort(texts)
		for _, text := range texts {
			line = append(line, []byte(" # "+text)...)
		}
		lines[i] = line
	}
	if err := os.WriteFile(path, bytes.Join(lines, []byte("\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

func testOptions(folder string) Options {
	return Options{
		Path: folder, Definitions: testDefinitions(), Objects: testObjects(),
		Env: func(name string) (string, bool) { return "from the environment", name == "PRESENT" },
	}
}

// testDefinitions are stand-ins for the connectors of the examples: settings
// and facts, and nothing to open.
func testDefinitions() []*connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	verbs := func(names ...string) []connectors.Verb {
		var out []connectors.Verb
		for _, n := range names {
			out = append(out, connectors.Verb{Name: n})
		}
		return out
	}
	oauth := connectors.Block{Name: "auth", Label: true, Fields: []schema.Field{
		{Name: "client_id", Type: text, Secret: true, Required: true}, {Name: "client_secret", Type: text, Secret: true, Required: true},
	}}
	whole := connectors.Facts{Whole: true, Complete: true, Grade: connectors.IfMatch, Create: connectors.CreateKeySearch, Verbs: verbs("create", "update", "archive", "delete")}
	file, sql, blind := whole, whole, whole
	file.Create, sql.Grade = connectors.CreateUnsafe, connectors.RevisionMatch
	blind.Complete, blind.Create, blind.Grade = false, connectors.CreateUnsafe, connectors.Blind
	separate := whole
	separate.Separate, separate.Verbs = true, verbs("create", "update", "merge")
	path := schema.Field{Name: "path", Type: text, Required: true}
	format := schema.Field{Name: "format", Type: schema.Type{Kind: schema.KindEnum, Words: []string{"csv", "jsonl"}}}
	return []*connectors.Definition{
		{Name: "greenhouse", Settings: []schema.Field{{Name: "api_key", Type: text, Secret: true, Required: true}}, Limits: connectors.LimitNames(), Facts: whole},
		{Name: "salesforce", Settings: []schema.Field{{Name: "url", Type: text, Required: true}}, Blocks: []connectors.Block{oauth}, Facts: whole},
		{Name: "file", Settings: []schema.Field{path, {Name: "init", Type: text}, format}, Facts: file},
		{Name: "sqlite", Settings: []schema.Field{path, {Name: "init", Type: text}}, Facts: sql},
		{Name: "blind", Facts: blind},
		{Name: "slow", Facts: separate},
	}
}

// testObjects are what the systems of the fixtures hold, by their names.
func testObjects() map[string][]connectors.Object {
	text := func(name string) schema.Field {
		return schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}}
	}
	typed := func(name, kind string) schema.Field {
		t, err := schema.ParseType(kind)
		if err != nil {
			panic(err)
		}
		return schema.Field{Name: name, Type: t}
	}
	required := text("owner_id")
	required.Required = true
	pay := typed("pay", "decimal?")
	pay.Class = schema.Pay
	frozen := text("created_at")
	frozen.ReadOnly = true
	return map[string][]connectors.Object{
		"a": {{Name: "people", ID: "id", At: "updated_at", Fields: []schema.Field{
			text("id"), text("name"), text("mail"), text("phone"), text("stage"), text("place"), typed("tags", "list(string)?"),
			typed("born", "date?"), typed("age", "int?"), text("updated_at"), text("role"), pay, typed("private", "bool"),
		}}},
		"ats": {{Name: "candidates", ID: "id", At: "updated_at", Fields: []schema.Field{
			text("id"), text("first_name"), text("last_name"), typed("is_private", "bool"), text("updated_at"),
			typed("email_addresses", "list(object(type=string,value=string))"), typed("phone_numbers", "list(object(type=string,value=string))"),
			typed("applications", "list(object(status=string,current_stage=object(name=string)))"),
		}}},
		"export": {{Name: "candidates.csv", Fields: []schema.Field{text("id"), text("email"), text("updated_at")}}},
		"crm": {
			{Name: "Contact", ID: "Id", At: "LastModifiedDate", Fields: []schema.Field{
				text("Id"), text("ATS_Id__c"), text("FirstName"), text("LastName"), text("Email"), text("MobilePhone"), text("Stage__c"), text("LeadSource"),
			}},
			{Name: "contacts", ID: "id", Fields: []schema.Field{text("id"), text("email"), text("rev"), text("updated_at"), text("hired_on")}},
		},
		"b": {
			{Name: "contacts", ID: "id", At: "changed", Fields: []schema.Field{
				text("id"), text("full_name"), text("email"), text("mobile"), text("status"), text("city"), text("rev"), text("changed"), frozen, typed("hired", "date?"), typed("years", "int?"), text("job_id"),
			}},
			{Name: "accounts", ID: "id", Fields: []schema.Field{text("id"), text("title"), required}},
		},
	}
}
