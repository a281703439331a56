package vendor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/rest"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/scim"
	"syncline/schema"
)

// scimServer starts the real server of testdata/scim and says where it is.
func scimServer(t *testing.T) string {
	t.Helper()
	node := connectortest.Program(t, "node")
	const at = "../../connectors/vendors/testdata/scim/server"
	if _, err := os.Stat(at + "/node_modules/scimmy"); err != nil {
		connectortest.Demanded(t, "no SCIM server: run npm ci in connectors/vendors/testdata/scim/server")
	}
	cmd := exec.Command(node, at+"/server.mjs")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() // it ends with its input
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var up struct{ URL string }
	if json.Unmarshal(line, &up) != nil || up.URL == "" {
		t.Fatalf("the server did not start: %v %v\n%s", err, cmd.Wait(), said.String())
	}
	return up.URL
}

// directory is an open SCIM server as a test speaks to it.
type directory struct {
	t    *testing.T
	conn connectors.Conn
	sel  *connectors.Selection
}

func openSCIM(t *testing.T, url, token, object string) *directory {
	t.Helper()
	v, problems := Find("scim")
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "directory", Values: map[string]schema.Value{"url": schema.String(url)},
		Secret: func(string) (string, error) { return token, nil }, Clock: time.Now,
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &directory{t: t, conn: conn, sel: whole(t, v.Description, object)}
}

// write carries out one change and returns its result.
func (d *directory) write(change connectors.Change) connectors.Result {
	d.t.Helper()
	results, err := d.conn.(connectors.Writer).Write(d.t.Context(), d.sel, []connectors.Change{change})
	if err != nil {
		d.t.Fatal(err)
	}
	return results[0]
}

func (d *directory) create(values map[string]any) string {
	d.t.Helper()
	r := d.write(connectors.Change{Operation: fmt.Sprint(values), Verb: "create", Set: assignments(d.t, values)})
	if r.Err != nil || r.ID == "" {
		d.t.Fatal(r.Err, r.ID)
	}
	return r.ID
}

func (d *directory) get(id string) connectors.Got {
	d.t.Helper()
	got, err := d.conn.(connectors.Getter).Get(d.t.Context(), d.sel, []string{id})
	if err != nil || got[0].Err != nil {
		d.t.Fatal(err, got[0].Err)
	}
	return got[0]
}

// change carries out a verb on a record as it is now.
func (d *directory) change(verb, id string, set map[string]any) connectors.Result {
	d.t.Helper()
	got := d.get(id)
	return d.write(connectors.Change{Operation: verb + id, Verb: verb, ID: id, Revision: got.Record.Revision, Hash: got.Hash, Set: assignments(d.t, set)})
}

func (d *directory) field(r *schema.Record, name string) string {
	return string(r.Slots[r.Shape.Slot(name)].AppendJSON(nil))
}

// TestSCIM speaks to a real SCIM server: it makes users over several pages,
// reads, searches, changes, archives, restores and deletes them.
func TestSCIM(t *testing.T) {
	scimStory(t, scimServer(t), "t0ken")
}

// TestSCIMSimulated: the simulated directory answers the same story as the real
// server does.
func TestSCIMSimulated(t *testing.T) {
	web := httptest.NewServer(scim.New(simulators.Options{Page: 40}))
	defer web.Close()
	scimStory(t, web.URL+"/scim/v2", scim.Token)
}

func scimStory(t *testing.T, url, token string) {
	d := openSCIM(t, url, token, "users")
	if err := d.conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := openSCIM(t, url, "another", "users").conn.(connectors.Checker).Check(t.Context()); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("with another token: %v", err)
	}
	const users = 203
	var ids []string
	for i := range users {
		ids = append(ids, d.create(map[string]any{
			"userName": fmt.Sprintf("user%d@example.com", i), "givenName": "Ada", "familyName": fmt.Sprint("O'Brien \"", i, "\""), "department": "R&D",
			"emails": []any{map[string]any{"value": fmt.Sprintf("user%d@example.com", i), "type": "work"}},
		}))
	}
	listed := slices.DeleteFunc(listing(t, d.conn, d.sel), func(r *schema.Record) bool { return !slices.Contains(ids, r.ID) })
	if len(listed) != users {
		t.Fatalf("%d users are listed", len(listed))
	}
	if r := listed[7]; d.field(r, "familyName") != `"O'Brien \"7\""` || d.field(r, "department") != `"R&D"` || r.ID != ids[7] {
		t.Errorf("it is read as\n%s", show(r))
	}
	find := func(name string) ([][]connectors.Got, error) {
		return d.conn.(connectors.Finder).Find(t.Context(), d.sel, []connectors.Query{{Paths: []string{"userName"}, Values: [][]schema.Value{{schema.String(name)}}}})
	}
	if found, err := find("user9@example.com"); err != nil || len(found[0]) != 1 || found[0][0].Record.ID != ids[9] {
		t.Errorf("it found %v %v", found, err)
	}
	// This server takes no quotation mark in a text, and refuses it.
	if found, err := find(`x" or userName pr or userName eq "x`); err == nil && len(found[0]) > 0 {
		t.Errorf("a quotation mark ends the text: it found %v", found)
	}
	if r := d.change("update", ids[3], map[string]any{"familyName": "Lovelace", "title": "Countess", "department": nil}); r.Err != nil {
		t.Error(r.Err)
	}
	if r := d.get(ids[3]).Record; d.field(r, "familyName") != `"Lovelace"` || d.field(r, "givenName") != `"Ada"` || d.field(r, "title") != `"Countess"` || d.field(r, "department") != "null" {
		t.Errorf("it was changed to\n%s", show(r))
	}
	stale := d.get(ids[3])
	d.change("update", ids[3], map[string]any{"title": "Analyst"})
	if r := d.write(connectors.Change{Operation: "late", Verb: "update", ID: ids[3], Revision: stale.Record.Revision, Hash: stale.Hash, Set: assignments(t, map[string]any{"title": "late"})}); connectors.KindOf(r.Err) != connectors.Moved {
		t.Errorf("a late write: %v", r.Err)
	}
	if r := d.write(connectors.Change{Operation: "twice", Verb: "create", Set: assignments(t, map[string]any{"userName": "user3@example.com"})}); connectors.KindOf(r.Err) != connectors.Refused {
		t.Errorf("a second user of one name: %v", r.Err)
	}
	for _, step := range []struct {
		verb string
		want connectors.Presence
	}{{"archive", connectors.Archived}, {"restore", connectors.Live}} {
		if r := d.change(step.verb, ids[5], nil); r.Err != nil || d.get(ids[5]).Presence != step.want {
			t.Errorf("%s: %v, then %s", step.verb, r.Err, d.get(ids[5]).Presence)
		}
	}
	if r := d.change("delete", ids[6], nil); r.Err != nil || d.get(ids[6]).Presence != connectors.Gone {
		t.Errorf("delete: %v, then %s", r.Err, d.get(ids[6]).Presence)
	}

	g := openSCIM(t, url, token, "groups")
	id := g.create(map[string]any{"displayName": "Analysts", "members": []any{map[string]any{"value": ids[3]}}})
	if r := g.change("update", id, map[string]any{"members": []any{map[string]any{"value": ids[4]}, map[string]any{"value": ids[3]}}}); r.Err != nil {
		t.Error(r.Err)
	}
	if members := g.field(g.get(id).Record, "members"); strings.Count(members, `"value"`) != 2 || !strings.Contains(members, `"`+ids[4]+`"`) {
		t.Errorf("the members are %s", members)
	}
	if all := listing(t, g.conn, g.sel); !slices.ContainsFunc(all, func(r *schema.Record) bool { return r.ID == id }) {
		t.Error("the group is not listed")
	}
}
