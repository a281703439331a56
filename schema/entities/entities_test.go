package entities_test

import (
	"strings"
	"testing"

	"syncline/schema"
	"syncline/schema/entities"
)

func TestReadyModels(t *testing.T) {
	var names []string
	for _, e := range entities.All {
		names = append(names, e.Name)
		if entities.Named(e.Name) != e || e.Doc == "" {
			t.Errorf("%s is not found by its name, or has no doc", e.Name)
		}
		if _, ok := e.Attribute("external_id"); !ok {
			t.Errorf("%s has no external_id", e.Name)
		}
		seen := map[string]bool{}
		for _, f := range e.Fields {
			checkField(t, e, f)
			if seen[f.Name] {
				t.Errorf("%s.%s stands twice", e.Name, f.Name)
			}
			seen[f.Name] = true
		}
	}
	if got := strings.Join(names, " "); got != "candidate job application interview evaluation offer employee placement account contact" {
		t.Errorf("models: %s", got)
	}
	if entities.Named("nothing") != nil {
		t.Error("a model without a name is found")
	}
}

func checkField(t *testing.T, e *schema.Entity, f schema.Field) {
	t.Helper()
	switch {
	case f.Required:
		t.Errorf("%s.%s is required", e.Name, f.Name)
	case !strings.HasSuffix(f.Doc, "."):
		t.Errorf("%s.%s has no doc that is a sentence", e.Name, f.Name)
	case f.Name != strings.ToLower(f.Name) || strings.ContainsAny(f.Name, " -"):
		t.Errorf("%s.%s is no plain name", e.Name, f.Name)
	case f.Type.Kind == schema.KindRef && entities.Named(f.Type.Entity) == nil:
		t.Errorf("%s.%s refers to %q", e.Name, f.Name, f.Type.Entity)
	case f.Type.Kind == schema.KindMoney && f.Class != schema.Pay:
		t.Errorf("%s.%s is money without the class pay", e.Name, f.Name)
	case (f.Type.Kind == schema.KindPhone || f.Type.Kind == schema.KindEmail) && f.Class == schema.Public && e.Name != "account":
		t.Errorf("%s.%s has no class", e.Name, f.Name)
	}
	if again, err := schema.ParseType(f.Type.String()); err != nil || !again.Same(f.Type) {
		t.Errorf("%s.%s: the type %s does not parse", e.Name, f.Name, f.Type)
	}
}

func TestCandidate(t *testing.T) {
	for name, want := range map[string]string{
		"first_name": "string", "last_name": "string", "email": "email", "phone": "phone", "location": "string", "headline": "string", "summary": "text", "source": "text",
		"stage": "enum(applied < screening < interview < offer < hired < rejected < withdrawn)",
	} {
		f, ok := entities.Candidate.Attribute(name)
		if !ok || f.Type.String() != want {
			t.Errorf("%s is %s", name, f.Type)
		}
	}
}
