package mysql

import (
	"crypto/rand"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// testGrants holds that the grants are exact, also where every name is made to
// break out of its quotes. The server of the tests looks at no rights until it
// is told to.
func testGrants(t *testing.T, p *place) {
	const user, mail = "sync`line", "ma`il"
	to := user + "@%"
	name, _ := p.database(t)
	password := rand.Text()
	p.exec(t, "FLUSH PRIVILEGES")
	p.exec(t, "CREATE TABLE "+name+".`pe``ople` (id varchar(50) PRIMARY KEY, rev bigint NOT NULL, `ma``il` text, salary text)")
	p.exec(t, "CREATE USER "+account(to)+" IDENTIFIED BY '"+password+"'")
	t.Cleanup(func() { p.db.Exec("DROP USER " + account(to)) })
	config, err := parse(p.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.User, config.Passwd, config.DBName = user, password, name
	url := config.FormatDSN()
	for title, verbs := range map[string][]string{"all": {"read", "create", "update", "delete"}, "deleting only": {"delete", "read"}} {
		t.Run(title, func(t *testing.T) {
			g := connectortest.Grants{
				Definition: Definition(), To: to,
				Settings:  connectors.Settings{System: "crm", Secret: func(string) (string, error) { return url, nil }},
				Selection: connectors.Selection{Object: "pe`ople", ID: "id", Revision: "rev", Shape: schema.NewShape(schema.Field{Name: mail, Type: schema.Type{Kind: schema.KindString}}), Writes: []string{mail}},
				Need:      connectors.Need{Object: "pe`ople", ID: "id", Revision: "rev", Reads: []string{mail}, Creates: []string{mail}, Updates: []string{mail}, Verbs: verbs},
				Write:     connectors.Assignment{Path: schema.PathTo(mail), Value: schema.String("a@example.org")},
				Exec:      p.within(name),
				Seed: func(t testing.TB, id string) {
					p.exec(t, "INSERT INTO "+name+".`pe``ople` (id, rev) VALUES (?, 1)", id)
				},
			}
			g.Run(t)
		})
	}
}

// within runs statements as the server's owner with a database of its own.
func (p *place) within(database string) func(testing.TB, string) {
	return func(t testing.TB, statement string) {
		conn, err := p.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, s := range []string{"USE " + database, statement} {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
}
