package salesforce

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestParse holds what the simulator takes for a query, and what is malformed:
// whatever nobody who speaks as the documentation says would send.
func TestParse(t *testing.T) {
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	for q, want := range map[string]statement{
		"SELECT Id FROM Contact": {fields: []string{"Id"}, from: "Contact"},
		"select Id, Name from Placement__c where SystemModstamp >= 2026-05-01T08:00:00Z limit 5": {
			fields: []string{"Id", "Name"}, from: "Placement__c", where: []condition{{field: "SystemModstamp", since: at}}, limit: 5,
		},
		`SELECT Id FROM Lead WHERE Name IN ('O\'Brien', 'a\\') AND Size IN (7, true)`: {
			fields: []string{"Id"}, from: "Lead",
			where: []condition{{field: "Name", in: []literal{{"O'Brien", true}, {`a\`, true}}}, {field: "Size", in: []literal{{"7", false}, {"true", false}}}},
		},
	} {
		got, err := parse(q)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(statement{}, condition{}, literal{})); err != nil || diff != "" {
			t.Errorf("%s: %v %s", q, err, diff)
		}
	}
	for _, q := range []string{
		"", "SELECT", "SELECT FROM Contact", "SELECT Id Contact", "SELECT Id, FROM Contact", "SELECT * FROM Contact", "SELECT Id FROM Contact;",
		"SELECT Id FROM Contact WHERE", "SELECT Id FROM Contact WHERE Id = 'x'", "SELECT Id FROM Contact WHERE Id IN ()", "SELECT Id FROM Contact WHERE Id IN ('x'",
		"SELECT Id FROM Contact WHERE Id IN ('x' 'y')", "SELECT Id FROM Contact WHERE Id IN ('x') OR Id IN ('y')", "SELECT Id FROM Contact WHERE Id IN ('x', )",
		`SELECT Id FROM Contact WHERE Id IN ('x\')`, `SELECT Id FROM Contact WHERE Id IN ('\q')`, "SELECT Id FROM Contact WHERE Id IN ('a\nb')",
		"SELECT Id FROM Contact WHERE Id IN ('x' OR Name != '')", "SELECT Id FROM Contact WHERE SystemModstamp >= 'x'", "SELECT Id FROM Contact LIMIT 0",
		"SELECT Id FROM Contact LIMIT 5 5", "SELECT 'Id' FROM Contact", "SELECT Owner.Name FROM Contact", "SELECT Id FROM Contact\x00",
	} {
		if s, err := parse(q); err == nil {
			t.Errorf("%q is taken for %+v", q, s)
		}
	}
}

// FuzzParse holds that whatever stands between quotes, written as SOQL writes
// it, comes back, and that nothing breaks the parser.
func FuzzParse(f *testing.F) {
	f.Add("O'Brien")
	f.Add(`\`)
	f.Add("x') OR (Name != '")
	escapes := strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`)
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = parse(text)
		s, err := parse("SELECT Id FROM Contact WHERE Name IN ('" + escapes.Replace(text) + "')")
		if err != nil || len(s.where) != 1 || len(s.where[0].in) != 1 || s.where[0].in[0] != (literal{text, true}) {
			t.Errorf("%q: %+v %v", text, s, err)
		}
	})
}

// TestIDs holds that ids have the form that Salesforce's have: 18 signs, of which
// the last three tell which of the others are capital.
func TestIDs(t *testing.T) {
	for n, want := range map[int64]string{1: "003F00000000001IAA", 99_999_999_999: "003F99999999999IAA"} {
		if got := newID("003", n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
