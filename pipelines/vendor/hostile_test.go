package vendor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/schema"
)

// TestHostile compiles what nobody means: each is an error in the file that
// says what it is, and comes at once.
func TestHostile(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/acme.hcl")
	if err != nil {
		t.Fatal(err)
	}
	good := string(src)
	for name, text := range map[string]string{
		"empty": "", "blank": " \n\t", "binary": "\x00\x01\xff", "latin-1": "vendor \"caf\xe9\" {}", "cut off": good[:len(good)/2],
		"twice": good + good, "huge": "#" + strings.Repeat("x", maxFile), "deep": "vendor \"a\" { b = " + strings.Repeat("[", 1<<17),
		"signs": "vendor \"a\" { b = " + strings.Repeat("! ", 1<<18), "a long heredoc": strings.Repeat("x = <<A\n", 1<<15),
		"a list":             "[]",
		"a name of blanks":   strings.Replace(good, `vendor "acme"`, `vendor "  "`, 1),
		"a name of a path":   strings.Replace(good, `vendor "acme"`, `vendor "../acme"`, 1),
		"a null":             strings.Replace(good, `"'files.acme.example'"`, `null`, 1),
		"a number for a map": strings.Replace(good, `{ Accept = "'application/json'", "X-Version" = "'2024-01'" }`, `7`, 1),
		"a large CEL":        strings.Replace(good, `"settings.url + '/v1'"`, `"`+strings.Repeat("'a' + ", 1<<15)+`'a'"`, 1),
	} {
		v, problems := Compile("f.hcl", []byte(text))
		if v != nil || !problems.Failed() {
			t.Errorf("%s: %v", name, problems)
		}
		for _, p := range problems {
			if p.Code == "" || p.Summary == "" || p.Range.File != "f.hcl" || p.Range.End.Byte > len(text)+1 {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}

// TestSecretsAreNotQuoted holds that an error of CEL over a secret does not
// show it.
func TestSecretsAreNotQuoted(t *testing.T) {
	text := strings.Replace(completed("object", ""), `object "people" {`, "auth \"k\" {\ndoc = \"A key.\"\nneeds = [\"key\"]\nbearer { token = \"string(int(settings.key))\" }\n}\nobject \"people\" {", 1)
	v, problems := Compile("f.hcl", []byte(text))
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "s", Values: map[string]schema.Value{"url": schema.String("http://127.0.0.1:1")},
		Secret: func(string) (string, error) { return "PLAINS3CRET", nil },
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(connectors.Checker).Check(t.Context()); err == nil || strings.Contains(err.Error(), "PLAINS3CRET") {
		t.Errorf("it says %v", err)
	}
}

// FuzzCompile holds that no text makes Compile panic, that every problem stands
// in the file, and that what compiles is a connector.
func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.hcl", "../../connectors/vendors/*.hcl"} {
		seeds, _ := filepath.Glob(pattern)
		for _, name := range seeds {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		v, problems := Compile("f.hcl", src)
		for _, p := range problems {
			if p.Code == "" || p.Summary == "" || p.Range.End.Byte > len(src)+1 {
				t.Errorf("%+v", p)
			}
		}
		if (v == nil) != problems.Failed() {
			t.Errorf("a vendor: %v, problems %v", v != nil, problems)
		}
		if v != nil {
			def := v.Definition()
			if err := def.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
