package connectortest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// HR is a running Tryton of the test's own, over PostgreSQL, with the modules
// company and party, one company, and a user who may do everything with people
// and employees.
type HR struct {
	URL            string
	Database       string
	User, Password string
	Company        string // the company's id

	admin string // the administrator's password
}

const trytonConfig = `
[web]
listen = %s
[database]
uri = postgresql://
[session]
timeout = 86400
`

// Tryton starts a Tryton on an address of the loopback that is free. Without
// PostgreSQL and the packages tryton-server, tryton-modules-company and
// python3-psycopg2 the test fails where SYNCLINE_REQUIRE_SERVERS is 1, and is
// skipped elsewhere.
func Tryton(t testing.TB, address string) *HR {
	t.Helper()
	admin, server := program("trytond-admin"), program("trytond")
	if admin == "" || server == "" {
		Demanded(t, "no Tryton: install it (apt-get install tryton-server tryton-modules-company python3-psycopg2)")
	}
	db := Postgres(t)
	h := newHouse(t, "postgres")
	name := "hr" + strings.TrimPrefix(filepath.Base(h.dir), "syncline-")
	hr := &HR{URL: "http://" + address, Database: name, User: "syncline", Password: "qW7-bZ3xK9mL", admin: "pV5_cY8nR2tH"}
	h.write("tryton.conf", fmt.Sprintf(trytonConfig, address))
	h.write("admin", hr.admin+"\n")
	h.env = append(db.libpq(t), "TRYTONPASSFILE="+filepath.Join(h.dir, "admin"))
	db.newDatabase(t, name)
	conf := []string{"-c", filepath.Join(h.dir, "tryton.conf"), "-d", name}
	h.run(admin, append(conf, "--all", "-u", "company", "--activate-dependencies", "--email", "admin@example.com")...)
	h.start("Running on", server, conf...)
	listening(t, address)
	hr.settle(t)
	return hr
}

// libpq returns the environment in which PostgreSQL's own library finds the
// server.
func (s *Server) libpq(t testing.TB) []string {
	t.Helper()
	conf, err := pgx.ParseConfig(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return []string{"PGHOST=" + conf.Host, fmt.Sprint("PGPORT=", conf.Port), "PGUSER=" + conf.User, "PGPASSWORD=" + conf.Password}
}

// newDatabase makes an empty database, which ends with the test.
func (s *Server) newDatabase(t testing.TB, name string) {
	t.Helper()
	say := func(ctx context.Context, sql string) {
		conn, err := pgx.Connect(ctx, s.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	say(t.Context(), "CREATE DATABASE "+name)
	if !s.Own() {
		t.Cleanup(func() { say(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
	}
}

// settle makes the company and the user.
func (h *HR) settle(t testing.TB) {
	t.Helper()
	party := h.made(t, "party.party", map[string]any{"name": "Acme"})
	currency := h.made(t, "currency.currency", map[string]any{"name": "Euro", "code": "EUR", "symbol": "E"})
	company := h.made(t, "company.company", map[string]any{"party": party, "currency": currency})
	h.Company = fmt.Sprint(company)
	var groups []struct{ ID int }
	h.Call(t, &groups, "res.group", "search_read", []any{[]any{"name", "in", []string{"Party Administration", "Employee Administration"}}}, 0, 10, nil, []string{"name"})
	if len(groups) != 2 {
		t.Fatalf("%d groups of two", len(groups))
	}
	h.made(t, "res.user", map[string]any{
		"name": "Syncline", "login": h.User, "password": h.Password, "company": company, "companies": []any{[]any{"add", []any{company}}},
		"groups": []any{[]any{"add", []any{groups[0].ID, groups[1].ID}}},
	})
}

func (h *HR) made(t testing.TB, model string, values map[string]any) int {
	t.Helper()
	var ids []int
	h.Call(t, &ids, model, "create", []any{values})
	return ids[0]
}

// Call calls a method of a model as the administrator does, and decodes what
// Tryton itself says.
func (h *HR) Call(t testing.TB, into any, model, method string, params ...any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"id": 1, "method": "model." + model + "." + method, "params": append(params, map[string]any{})})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/"+h.Database+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth("admin", h.admin)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s.%s: %s %v\n%s", model, method, answer.Status, err, said)
	}
	var reply struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal(said, &reply); err != nil || reply.Error != nil {
		t.Fatalf("%s.%s: %v\n%s", model, method, err, said)
	}
	if into == nil || strings.TrimSpace(string(reply.Result)) == "null" {
		return
	}
	if err := json.Unmarshal(reply.Result, into); err != nil {
		t.Fatalf("%s.%s: %v\n%s", model, method, err, reply.Result)
	}
}
