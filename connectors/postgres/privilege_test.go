package postgres

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// testGrants holds that the grants are exact, also where every name is made to
// break out of its quotes.
func testGrants(t *testing.T, p *place) {
	const role, mail = `sync"line; --`, `ma"il" FROM x; --`
	space := fmt.Sprintf(`sp"ace_%d`, p.n.Add(1))
	d := dialect()
	table, column, to := quoted(space)+"."+quoted(`pe"ople`), quoted(mail), quoted(role)
	password := rand.Text()
	p.exec(t, "CREATE SCHEMA "+quoted(space))
	p.exec(t, "CREATE TABLE "+table+" (id text PRIMARY KEY, rev bigint NOT NULL, "+column+" text, salary text)")
	p.exec(t, "CREATE ROLE "+to+" LOGIN PASSWORD '"+password+"'")
	t.Cleanup(func() {
		p.db.Exec("DROP SCHEMA " + quoted(space) + " CASCADE")
		p.db.Exec("DROP ROLE " + to)
	})
	u, err := url.Parse(p.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, password)
	definition := Definition()
	for name, verbs := range map[string][]string{"all": {"read", "create", "update", "delete"}, "deleting only": {"delete", "read"}} {
		t.Run(name, func(t *testing.T) {
			g := connectortest.Grants{
				Definition: definition, To: role,
				Settings:  connectors.Settings{System: "crm", Secret: func(string) (string, error) { return u.String(), nil }},
				Selection: connectors.Selection{Object: space + `.pe"ople`, ID: "id", Revision: "rev", Shape: schema.NewShape(schema.Field{Name: mail, Type: schema.Type{Kind: schema.KindString}}), Writes: []string{mail}},
				Need:      connectors.Need{Object: space + `.pe"ople`, ID: "id", Revision: "rev", Reads: []string{mail}, Creates: []string{mail}, Updates: []string{mail}, Verbs: verbs},
				Write:     connectors.Assignment{Path: schema.PathTo(mail), Value: schema.String("a@example.org")},
				Exec:      func(t testing.TB, s string) { p.exec(t, s) },
				Seed:      func(t testing.TB, id string) { p.exec(t, "INSERT INTO "+table+" (id, rev) VALUES ($1, 1)", id) },
			}
			g.Run(t)
		})
	}
	if got := d.Privileges(parts, quoted).Grant([]connectors.Right{{Object: `a"b.c"d`, Name: "SELECT", Fields: []string{`e"f`}}}, `g"h`); len(got) != 1 || got[0] != `GRANT SELECT ("e""f") ON "a""b"."c""d" TO "g""h";` {
		t.Errorf("granted with %q", got)
	}
}
