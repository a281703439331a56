package caldav_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/caldav"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// radicale is a calendar server of the test's own.
type radicale struct {
	url      string // of the user's calendars
	folder   string // where they lie
	password string
	made     atomic.Int32
}

func serve(t testing.TB) *radicale {
	t.Helper()
	program := connectortest.Program(t, "radicale")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	dir := t.TempDir()
	r := &radicale{url: "http://" + address + "/ada/", folder: filepath.Join(dir, "data/collection-root/ada"), password: rand.Text()}
	config, users := filepath.Join(dir, "config"), filepath.Join(dir, "users")
	for path, text := range map[string]string{
		users: "ada:" + r.password + "\n",
		config: fmt.Sprintf("[server]\nhosts = %s\n[auth]\ntype = htpasswd\nhtpasswd_filename = %s\nhtpasswd_encryption = plain\ndelay = 0\n"+
			"[storage]\nfilesystem_folder = %s\n[logging]\nlevel = info\n", address, users, filepath.Join(dir, "data")),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(program, "--config", config)
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	var said strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "server ready") {
			go io.Copy(io.Discard, stderr)
			return r
		}
	}
	t.Fatalf("the server did not start:\n%s", said.String())
	return nil
}

// calendar is a calendar of the server's, and its user's other program.
type calendar struct {
	testing.TB
	r    *radicale
	name string
}

func (r *radicale) calendar(t testing.TB) *calendar {
	t.Helper()
	c := &calendar{t, r, fmt.Sprintf("cal %d", r.made.Add(1))}
	if err := os.MkdirAll(filepath.Join(r.folder, c.name), 0o700); err != nil {
		t.Fatal(err)
	}
	c.lay(".Radicale.props", `{"tag": "VCALENDAR"}`)
	return c
}

// lay puts a file into the calendar's folder.
func (c *calendar) lay(name, text string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(c.r.folder, c.name, name), []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

func (c *calendar) address() string { return c.r.url + url.PathEscape(c.name) + "/" }

// do sends a request of the other program's.
func (c *calendar) do(method, name, body string) string {
	c.Helper()
	req, err := http.NewRequest(method, c.address()+url.PathEscape(name), strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	req.SetBasicAuth("ada", c.r.password)
	req.Header.Set("Content-Type", "text/calendar")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode >= 300 {
		c.Fatalf("%s %s: %s %s", method, name, resp.Status, text)
	}
	return string(text)
}

func (c *calendar) settings() connectors.Settings {
	return connectors.Settings{
		System: "interviews",
		Values: map[string]schema.Value{"url": schema.String(c.address()), "user": schema.String("ada"), "timezone": schema.String("Europe/Berlin")},
		Secret: func(name string) (string, error) {
			if name != "password" {
				return "", connectors.ErrNoSecret
			}
			return c.r.password, nil
		},
	}
}

func (c *calendar) open() connectors.Conn {
	c.Helper()
	conn, err := caldav.Definition().Open(c.Context(), c.settings())
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { conn.Close() })
	return conn
}

// event is an event with these lines.
func event(uid string, lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Else//Where//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
		"\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260301T100000Z\r\n" + strings.Join(append(lines, ""), "\r\n") + "END:VEVENT\r\nEND:VCALENDAR\r\n"
}

// row is an event of the suite: each field is a property of its own.
func (c *calendar) row(r connectortest.Row) string {
	var lines []string
	escape := strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)
	for name, v := range r.Values {
		if v.Is() || v.State() == schema.Empty {
			lines = append(lines, "X-SUITE-"+strings.ToUpper(name)+":"+escape.Replace(v.Plain()))
		}
	}
	uid, _ := json.Marshal(r.ID)
	return event(strings.Trim(string(uid), `"`), lines...)
}

// starting gives every new event a start, which the suite knows nothing of.
type starting struct{ *caldav.Conn }

func (s starting) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	for i := range changes {
		if changes[i].Verb == "create" {
			changes[i].Set = append(changes[i].Set, connectors.Assignment{Path: schema.PathTo("start"), Value: schema.Timestamp(time.Unix(1_800_000_000, 0))})
		}
	}
	return s.Conn.Write(ctx, sel, changes)
}

// TestConformance runs the suite against Radicale.
func TestConformance(t *testing.T) {
	r := serve(t)
	definition := caldav.Definition()
	definition.Open = func(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
		conn, err := caldav.Definition().Open(ctx, s)
		if err != nil {
			return nil, err
		}
		return starting{conn.(*caldav.Conn)}, nil
	}
	connectortest.Run(t, connectortest.Harness{
		Definition: definition,
		Sizes:      []int{0, 1, 100, 101},
		NoControls: true,
		Most:       30,
		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
			c := r.calendar(t)
			for _, row := range rows {
				c.lay(row.ID+".ics", c.row(row))
			}
			set := c.settings()
			for _, f := range fields {
				set.Blocks = append(set.Blocks, connectors.SettingsBlock{
					Name: "property", Label: f.Name, Values: map[string]schema.Value{"name": schema.String("X-SUITE-" + strings.ToUpper(f.Name))},
				})
			}
			return connectortest.Place{
				Settings:  set,
				Selection: connectors.Selection{Object: "events", Cursor: "last_modified"},
				Edit: func(row connectortest.Row) {
					was := connectortest.Row{ID: row.ID, Values: row.Values}
					c.do(http.MethodPut, row.ID+".ics", c.row(was))
				},
				Remove: func(id string) { c.do(http.MethodDelete, id+".ics", "") },
			}
		},
	})
}
