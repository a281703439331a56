package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/engine/review"
	"syncline/pipelines"
)

// saidNeeds are needs, a line each.
func saidNeeds(n *review.Needs) []string {
	var out []string
	for _, s := range n.Systems {
		for _, o := range s.Objects {
			for _, v := range o.Verbs {
				var fields []string
				for _, f := range v.Fields {
					fields = append(fields, f.Field)
				}
				out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", s.System, o.Object, v.Verb, strings.Join(fields, ","))))
			}
		}
	}
	return out
}

// TestNeedsOfTheQuickstart holds the least that the example's credentials have
// to be able to do, counted by hand.
func TestNeedsOfTheQuickstart(t *testing.T) {
	c, why := load(t, "../../examples/quickstart")
	if c == nil {
		t.Fatal(why)
	}
	n := review.NeedsOf(c)
	for _, line := range saidNeeds(n) {
		t.Log(line)
	}
	if len(n.Superfluous) != 0 {
		t.Errorf("superfluous: %+v", n.Superfluous)
	}
	for _, s := range n.Systems {
		for _, o := range s.Objects {
			for _, v := range o.Verbs {
				if len(v.Asked) == 0 || v.Asked[0].Place.Line == 0 {
					t.Errorf("nobody asks for %s of %s: %+v", v.Verb, o.Object, v.Asked)
				}
				for _, f := range v.Fields {
					if len(f.Asked) == 0 || f.Asked[0].Place.Line == 0 {
						t.Errorf("nobody asks for %s of %s: %+v", f.Field, o.Object, f.Asked)
					}
				}
			}
		}
	}
	for _, p := range c.Pipelines {
		for _, e := range p.Ends {
			wide(t, n, e)
		}
	}
}

// wide holds that the needs and what the engine is handed are the same: what is
// read is the selection's shape, what is written is in its list.
func wide(t *testing.T, n *review.Needs, e *pipelines.End) {
	t.Helper()
	written := map[string]bool{}
	for _, s := range n.Systems {
		for _, o := range s.Objects {
			if s.System != e.System.Name || o.Object != e.Object {
				continue
			}
			for _, v := range o.Verbs {
				for _, f := range v.Fields {
					if v.Verb == "read" && f.Field != "id" && e.Selection.Shape.Slot(f.Field) < 0 {
						t.Errorf("%s is read of %q, and nobody selects it", f.Field, e.Name)
					}
					if v.Verb != "read" {
						written[f.Field] = true
					}
				}
				if !e.May(v.Verb) {
					t.Errorf("%q needs %s, which it does not allow", e.Name, v.Verb)
				}
			}
		}
	}
	for _, name := range e.Selection.Writes {
		if !written[name] {
			t.Errorf("%q writes %s, which no need names", e.Name, name)
		}
		delete(written, name)
	}
	if len(written) > 0 {
		t.Errorf("%q needs to write %v, which the door refuses", e.Name, written)
	}
}

// TestSuperfluous holds that a verb which nothing uses is named, also where a
// rollback would use it.
func TestSuperfluous(t *testing.T) {
	c := loadText(t, fmt.Sprintf(needing, `["read", "create", "update", "delete", "archive"]`, ""))
	n := review.NeedsOf(c)
	var got []string
	for _, x := range n.Superfluous {
		got = append(got, x.End+" "+x.Verb)
	}
	if diff := cmp.Diff([]string{"crm delete", "crm archive"}, got); diff != "" {
		t.Error(diff)
	}
	c = loadText(t, fmt.Sprintf(needing, `["read", "create", "update", "delete"]`, `removed = "delete"`))
	if n = review.NeedsOf(c); len(n.Superfluous) != 0 {
		t.Errorf("a policy deletes, and %+v", n.Superfluous)
	}
	want := []string{
		"ats people read given,mail,no", "crm contacts read email,first_name,id",
		"crm contacts create email,first_name,source", "crm contacts update email,first_name", "crm contacts delete",
	}
	if diff := cmp.Diff(want, saidNeeds(n)); diff != "" {
		t.Error(diff)
	}
}

// TestGrantTo holds that a connector is told the need, and that a system which
// has no statements says so.
func TestGrantTo(t *testing.T) {
	c := loadText(t, fmt.Sprintf(needing, `["read", "create", "update"]`, ""))
	at := slices.IndexFunc(c.Systems, func(s *pipelines.System) bool { return s.Name == "crm" })
	var told connectors.Need
	c.Systems[at].Definition.Privileges = &connectors.Privileges{
		Of:    func(n *connectors.Need) ([]connectors.Right, []string) { told = *n; return nil, []string{"look here"} },
		Grant: func(_ []connectors.Right, to string) []string { return []string{"give " + to} },
	}
	n := review.NeedsOf(c)
	n.GrantTo("me")
	want := connectors.Need{
		Object: "contacts", ID: "id", Reads: []string{"email", "first_name", "id"},
		Creates: []string{"email", "first_name", "source"}, Updates: []string{"email", "first_name"}, Verbs: []string{"read", "create", "update"},
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if s := n.Systems[1]; len(s.Grants) != 1 || s.Grants[0] != "give me" || s.Notes[0] != "contacts: look here" {
		t.Errorf("%+v", s)
	}
	if s := n.Systems[0]; len(s.Grants) != 0 || len(s.Notes) != 1 {
		t.Errorf("%+v", s)
	}
}

const needing = `
system "ats" {
  connector = "greenhouse"
  api_key   = secret("env:PRESENT")
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "people" { connector = "log" }
pipeline "people" {
  entity = "candidate"
  alert  = notify.people
  source "ats" {
    object = "people"
    id     = "no"
    %[2]s
  }
  source "crm" {
    object = "contacts"
    id     = "id"
    allow  = %[1]s
    create = { source = "'ATS'" }
  }
  match {
    key "email" { field = "email" }
  }
  fields "ats -> crm" {
    field "email" {
      ats = "mail"
      crm = "email"
    }
    field "first_name" {
      ats = "given"
      crm = "first_name"
    }
  }
}
`

// TestAccess holds that rights are compared both ways, column by column.
func TestAccess(t *testing.T) {
	right := func(object, name string, fields ...string) connectors.Right {
		return connectors.Right{Object: object, Name: name, Fields: fields}
	}
	n := &review.Needs{Systems: []*review.SystemNeeds{{}}}
	s := n.Systems[0]
	s.Compare(
		[]connectors.Right{right("a", "SELECT", "x", "y"), right("a", "DELETE"), right("b", "SELECT", "x")},
		[]connectors.Right{right("a", "SELECT", "y", "z"), right("a", "TRUNCATE"), right("c", "SELECT", "x")},
	)
	want := &review.Access{
		Missing:     []connectors.Right{right("a", "SELECT", "x"), right("a", "DELETE"), right("b", "SELECT", "x")},
		Superfluous: []connectors.Right{right("a", "SELECT", "z"), right("a", "TRUNCATE"), right("c", "SELECT", "x")},
	}
	if diff := cmp.Diff(want, s.Access); diff != "" || !n.Short() {
		t.Error(n.Short(), diff)
	}
	if s.CannotTell("it has no rights", false); n.Short() {
		t.Error("who cannot tell is short of nothing")
	}
	if s.CannotTell("it is away", true); !n.Short() {
		t.Error("who did not answer is not proven")
	}
	if s.Compare(nil, []connectors.Right{right("a", "SELECT", "x")}); n.Short() {
		t.Error("too much is not too little")
	}
}
