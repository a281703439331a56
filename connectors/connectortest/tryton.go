package connectortest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
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
	psql := program("psql")
	h.run(psql, "-d", "postgres", "-c", "CREATE DATABASE "+name)
	if !db.Own() {
		t.Cleanup(func() { h.run(psql, "-d", "postgres", "-c", "DROP DATABASE "+name+" WITH (FORCE)") })
	}
	conf := []string{"-c", filepath.Join(h.dir, "tryton.conf"), "-d", name}
	h.run(admin, append(conf, "--all", "-u", "company", "--activate-dependencies", "--email", "admin@example.com")...)
	h.start("Running on", server, conf...)
	listening(t, address)
	hr.settle(t)
	return hr
}

// libpq returns the environment in which PostgreSQL's own programs find the
// server.
func (s *Server) libpq(t testing.TB) []string {
	t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	host, password := at.Hostname(), ""
	if host == "" {
		host = at.Query().Get("host")
	}
	if at.User != nil {
		password, _ = at.User.Password()
	}
	return []string{"PGHOST=" + host, "PGPORT=" + at.Port(), "PGUSER=" + at.User.Username(), "PGPASSWORD=" + password}
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
