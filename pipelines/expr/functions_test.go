package expr

import (
	"strings"
	"testing"

	"syncline/pipelines/funcs"
	"syncline/schema"
)

// Every example of every function, through both ways of evaluating, without
// and with the checker knowing the types.
func TestFunctionExamples(t *testing.T) {
	scope := &Scope{}
	for _, f := range funcs.All() {
		for _, e := range f.Examples {
			for _, source := range []string{e.Expr, "[" + e.Expr + "][0]"} {
				got, err := evaluate(t, scope, source)
				if e.Gives == "error" {
					if err == nil {
						t.Errorf("%s = %v, wants an error", source, got)
					}
					continue
				}
				want, _ := evaluate(t, scope, e.Gives)
				if err != nil || got.State() != want.State() || !schema.Equal(got, want) {
					t.Errorf("%s = %v %v, %v; want %v", source, got, got.Items(), err, want)
				}
			}
		}
	}
}

func evaluate(t *testing.T, scope *Scope, source string) (schema.Value, error) {
	t.Helper()
	p, problems := CEL(plainText(source), scope, Options{})
	if p == nil {
		t.Errorf("%s: %s", source, messages(problems))
		return schema.NullValue(), nil
	}
	return p.Eval(&Frame{})
}

// Names of functions are words of their own: CEL's global functions and
// macros keep theirs.
func TestFunctionNamesAreFree(t *testing.T) {
	seen := map[string]bool{"has": true, "all": true, "exists": true, "exists_one": true, "map": true, "filter": true, "lookup": true, "ago": true, "days": true, "hours": true, "minutes": true, "now": true}
	for name, d := range base().Functions() {
		for _, o := range d.OverloadDecls() {
			if !o.IsMemberFunction() {
				seen[name] = true
			}
		}
	}
	for _, f := range funcs.All() {
		if seen[f.Name] {
			t.Errorf("%s is taken", f.Name)
		}
		seen[f.Name] = true
	}
}

// No message of a failed evaluation quotes the data.
func TestFaultsHoldNoData(t *testing.T) {
	const secret = "s3cr3t-v4lue"
	for _, source := range []string{
		"int(value)", "timestamp(value)", "decimal(value)", "email(value)", "phone(value)", "date(value)", "to_int(value)", "truth(value)", "local.stages[value]",
		"duration(value) > duration('1s')", "value.charAt(99)", "[1][value.size()]", "1 / (value.size() - 12)", "double(value)", "ago(value)", "money(1, value)", "regex.replace(value, '(', '')", "value.matches(value + '(')",
	} {
		p, problems := CEL(plainText(source), testScope(), Options{Now: true, Label: "read"})
		if p == nil {
			t.Errorf("%s: %s", source, messages(problems))
			continue
		}
		v, err := p.Eval(testFrame(testRecord(), schema.String(secret)))
		if err == nil {
			t.Errorf("%s = %v", source, v)
			continue
		}
		if strings.Contains(err.Error(), secret) || !strings.HasPrefix(err.Error(), "f.hcl:1:") || !strings.Contains(err.Error(), "read: ") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
