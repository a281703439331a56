package vendor

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/rest"
	"syncline/schema"
)

func openRT(t *testing.T, rt *connectortest.Tracker, token, only string) *directory {
	t.Helper()
	v, problems := Find("rt")
	if v == nil {
		t.Fatal(problems)
	}
	values := map[string]schema.Value{"url": schema.String(rt.URL)}
	if only != "" {
		values["only"] = schema.String(only)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "helpdesk", Values: values, Clock: time.Now,
		Secret: func(name string) (string, error) {
			if name != "token" {
				return "", connectors.ErrNoSecret
			}
			return token, nil
		},
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &directory{t: t, conn: conn, sel: whole(t, v.Description, "tickets")}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	return free.Addr().String()
}

// saidByRT sends a request to RT itself and returns what it answers.
func saidByRT(t *testing.T, rt *connectortest.Tracker, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, rt.URL+"/REST/2.0"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "token "+rt.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %s\n%s", method, path, answer.Status, text)
	}
	return string(text)
}

func (d *directory) find(subject string) (ids []string) {
	d.t.Helper()
	found, err := d.conn.(connectors.Finder).Find(d.t.Context(), d.sel, []connectors.Query{{Paths: []string{"Subject"}, Values: [][]schema.Value{{schema.String(subject)}}}})
	if err != nil {
		d.t.Fatalf("%q: %v", subject, err)
	}
	for _, g := range found[0] {
		if g.Err != nil {
			d.t.Fatalf("%q: %v", subject, g.Err)
		}
		ids = append(ids, g.Record.ID)
	}
	return ids
}

// TestRT speaks to a real Request Tracker 5.
func TestRT(t *testing.T) {
	rt := connectortest.RequestTracker(t, freeAddress(t))
	d := openRT(t, rt, rt.Token, "")
	if err := d.conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := openRT(t, rt, "1-1-0123456789abcdef0123456789abcdef", "").conn.(connectors.Checker).Check(t.Context()); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("with another token: %v", err)
	}
	t.Run("values", func(t *testing.T) { rtValues(t, d) })
	t.Run("naughty", func(t *testing.T) { rtNaughty(t, d) })
	t.Run("conditions", func(t *testing.T) { rtConditions(t, rt, d) })
	t.Run("refusals", func(t *testing.T) { rtRefusals(t, d) })
	t.Run("verbs", func(t *testing.T) { rtVerbs(t, rt, d) })
	t.Run("presence", func(t *testing.T) { rtPresence(t, rt, d) })
	t.Run("pages", func(t *testing.T) { rtPages(t, rt, d) })
}

func rtValues(t *testing.T, d *directory) {
	id := d.create(map[string]any{
		"Subject": "Onboard Ada Ö'Brien", "Queue": "Onboarding", "Status": "open", "Owner": "syncline", "Requestor": []any{"ada@example.com"},
		"Cc": []any{"eve@example.com", "bob@example.com"}, "Priority": 7, "Due": "2027-01-02T03:04:05Z",
		"CustomFields": map[string]any{"Department": "R&D", "Skills": []any{"Go", "Perl"}},
	})
	holds := func(want map[string]string) {
		t.Helper()
		got := d.get(id).Record
		for name, value := range want {
			v, err := got.Shape.Fields()[got.Shape.Slot(name)].Type.Normal(got.Slots[got.Shape.Slot(name)], schema.Norm{})
			if text := string(v.AppendJSON(nil)); err != nil || text != value {
				t.Errorf("%s: %s %v, want %s", name, text, err, value)
			}
		}
	}
	holds(map[string]string{
		"Subject": `"Onboard Ada Ö'Brien"`, "Queue": `"Onboarding"`, "Status": `"open"`, "Owner": `"syncline"`, "Requestor": `["ada@example.com"]`,
		"Cc": `["bob@example.com","eve@example.com"]`, "AdminCc": `[]`, "Priority": `7`, "Due": `"2027-01-02T03:04:05Z"`, "Starts": "null",
		"CustomFields": `{"Department":["R&D"],"Skills":["Go","Perl"]}`, "Creator": `"syncline"`, "LastUpdatedBy": `"syncline"`,
	})
	for _, change := range []map[string]any{
		{"Subject": "Onboard Ada Lovelace", "Status": "stalled", "Priority": 3, "Owner": "Nobody", "Due": nil, "Starts": "2026-12-24T18:00:00Z", "Queue": "General"},
		{"Requestor": []any{"ada@example.com", "babbage@example.com"}, "Cc": []any{}, "CustomFields": map[string]any{"Department": "Engines", "Skills": []any{"Perl", "Ada"}}},
	} {
		if r := d.change("update", id, change); r.Err != nil {
			t.Errorf("%v: %v", change, r.Err)
		}
	}
	holds(map[string]string{
		"Subject": `"Onboard Ada Lovelace"`, "Status": `"stalled"`, "Priority": `3`, "Owner": `"Nobody"`, "Due": "null", "Starts": `"2026-12-24T18:00:00Z"`,
		"Requestor": `["ada@example.com","babbage@example.com"]`, "Cc": `[]`, "Queue": `"General"`, "CustomFields": `{"Department":["Engines"],"Skills":["Perl","Ada"]}`,
	})
	// A listing and a read by id tell the same record.
	want := d.get(id)
	for _, r := range listing(t, d.conn, d.sel) {
		if r.ID == id && show(r) != show(want.Record) {
			t.Errorf("listed as\n%s\nread as\n%s", show(r), show(want.Record))
		}
	}
}

// rtNaughty holds that a text in a search ends nothing and finds itself only.
func rtNaughty(t *testing.T, d *directory) {
	texts := []string{`x" OR id > 0 OR Subject = "x`, `x\" OR 'id' > 0 OR Subject = \"x`, `ends in \`, `CF.{Department}`, `Ünï ☃ 🎈 %_`}
	for _, text := range texts {
		id := d.create(map[string]any{"Subject": text, "Queue": "General"})
		if found := d.find(text); !slices.Equal(found, []string{id}) {
			t.Errorf("%q finds %q, want %s", text, found, id)
		}
	}
	if found := d.find(`nothing" OR Subject LIKE "`); len(found) > 0 {
		t.Errorf("it found %q", found)
	}
}

func rtConditions(t *testing.T, rt *connectortest.Tracker, d *directory) {
	id := d.create(map[string]any{"Subject": "conditions", "Queue": "General"})
	stale := d.get(id)
	saidByRT(t, rt, "PUT", "/ticket/"+id, `{"Priority": 9}`)
	late := func(verb string, set map[string]any) error {
		return d.write(connectors.Change{Operation: "late " + verb, Verb: verb, ID: id, Revision: stale.Record.Revision, Hash: stale.Hash, Set: assignments(t, set)}).Err
	}
	if err := late("update", map[string]any{"Subject": "late"}); connectors.KindOf(err) != connectors.Moved {
		t.Errorf("a late write: %v", err)
	}
	if err := late("delete", nil); connectors.KindOf(err) != connectors.Moved {
		t.Errorf("a late deletion: %v", err)
	}
	if got := d.get(id); d.field(got.Record, "Subject") != `"conditions"` || got.Presence != connectors.Live {
		t.Errorf("it is now\n%s", show(got.Record))
	}
}

func rtRefusals(t *testing.T, d *directory) {
	for _, tt := range []struct {
		set  map[string]any
		kind connectors.ErrorKind
	}{
		{map[string]any{"Subject": "a", "Queue": "Nowhere"}, connectors.Denied},
		{map[string]any{"Subject": "a", "Queue": "General", "Status": "lost"}, connectors.Refused},
	} {
		r := d.write(connectors.Change{Operation: fmt.Sprint(tt.set), Verb: "create", Set: assignments(t, tt.set)})
		if connectors.KindOf(r.Err) != tt.kind {
			t.Errorf("%v: %v", tt.set, r.Err)
		}
	}
	id := d.create(map[string]any{"Subject": "refusals", "Queue": "General"})
	got := d.get(id)
	for _, tt := range []struct {
		set  map[string]any
		kind connectors.ErrorKind
	}{
		{map[string]any{"Status": "lost", "Queue": "Nowhere", "Owner": "ada@example.com"}, connectors.Refused},
		{map[string]any{"CustomFields": map[string]any{"Shoe size": "44"}}, connectors.Uncertain},
		{map[string]any{"Status": "lost", "Priority": 5}, connectors.Uncertain},
	} {
		r := d.write(connectors.Change{Operation: fmt.Sprint(tt.set), Verb: "update", ID: id, Revision: got.Record.Revision, Hash: got.Hash, Set: assignments(t, tt.set)})
		if connectors.KindOf(r.Err) != tt.kind {
			t.Errorf("%v: %v", tt.set, r.Err)
		}
	}
	if r := d.change("update", id, map[string]any{"Subject": "can't be? Permission Denied", "Priority": 6}); r.Err != nil {
		t.Error(r.Err)
	}
	if r := d.write(connectors.Change{Operation: "nobody", Verb: "update", ID: "99999", Revision: "1", Set: assignments(t, map[string]any{"Subject": "a"})}); connectors.KindOf(r.Err) != connectors.NotFound {
		t.Errorf("a ticket that is not there: %v", r.Err)
	}
}

func rtVerbs(t *testing.T, rt *connectortest.Tracker, d *directory) {
	const text = "Her laptop is here: \"blue\", 14\u2033."
	args := func(values map[string]any) []connectors.Assignment { return assignments(t, values) }
	id := d.write(connectors.Change{Operation: "first", Verb: "create", Set: args(map[string]any{"Subject": "verbs", "Queue": "General"}), Args: args(map[string]any{"text": "<b>Hello</b>", "html": true})}).ID
	for _, verb := range []string{"comment", "correspond"} {
		r := d.write(connectors.Change{Operation: verb, Verb: verb, ID: id, Args: args(map[string]any{"text": text})})
		if r.Err != nil {
			t.Errorf("%s: %v", verb, r.Err)
		}
	}
	history := saidByRT(t, rt, "GET", "/ticket/"+id+"/history?fields=Type&per_page=100", "")
	for _, kind := range []string{`"Comment"`, `"Correspond"`, `"Create"`} {
		if strings.Count(history, kind) != 1 {
			t.Errorf("the history has %d of %s", strings.Count(history, kind), kind)
		}
	}
	for _, step := range []struct{ verb, owner string }{{"take", `"syncline"`}, {"untake", `"Nobody"`}} {
		if r := d.write(connectors.Change{Operation: step.verb, Verb: step.verb, ID: id}); r.Err != nil || d.field(d.get(id).Record, "Owner") != step.owner {
			t.Errorf("%s: %v, the owner is %s", step.verb, r.Err, d.field(d.get(id).Record, "Owner"))
		}
	}
}

func rtPresence(t *testing.T, rt *connectortest.Tracker, d *directory) {
	into := d.create(map[string]any{"Subject": "into", "Queue": "General"})
	merged := d.create(map[string]any{"Subject": "merged", "Queue": "General"})
	deleted := d.create(map[string]any{"Subject": "deleted", "Queue": "General"})
	saidByRT(t, rt, "PUT", "/ticket/"+merged, `{"MergeInto": `+into+`}`)
	if r := d.change("delete", deleted, nil); r.Err != nil {
		t.Error(r.Err)
	}
	got, err := d.conn.(connectors.Getter).Get(t.Context(), d.sel, []string{into, merged, deleted, "99999", "x/y"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.Presence{connectors.Live, connectors.Merged, connectors.Gone, connectors.Gone, connectors.Gone} {
		if got[i].Presence != want || got[i].Err != nil {
			t.Errorf("the %d. is %v, want %v: %v", i+1, got[i].Presence, want, got[i].Err)
		}
	}
	if got[1].Into != into {
		t.Errorf("it was merged into %q, want %s", got[1].Into, into)
	}
	for _, r := range listing(t, d.conn, d.sel) {
		if r.ID == merged || r.ID == deleted {
			t.Errorf("%s is listed", d.field(r, "Subject"))
		}
	}
}

// rtPages makes more tickets than a page has, and reads them whole, narrowed,
// and since a moment: RT's clock is hours behind, and nothing is missed.
func rtPages(t *testing.T, rt *connectortest.Tracker, d *directory) {
	sel := *d.sel
	sel.Cursor, sel.At = "LastUpdated", "LastUpdated"
	before, _ := since(t, d.conn, &sel, nil)
	rt.Multiply(d.create(map[string]any{"Subject": "copied", "Queue": "Onboarding"}), 100)
	all, mark := since(t, d.conn, &sel, nil)
	if slices.Sort(all); len(slices.Compact(all)) != len(before)+101 {
		t.Errorf("%d are listed, want %d", len(all), len(before)+101)
	}
	if some := listing(t, openRT(t, rt, rt.Token, "Queue = 'General' OR id < 0").conn, d.sel); len(some) != len(before) {
		t.Errorf("%d are listed of the queue General, want %d", len(some), len(before))
	}
	late := d.create(map[string]any{"Subject": "late", "Queue": "General"})
	if changed, _ := since(t, d.conn, &sel, mark); !slices.Contains(changed, late) {
		t.Errorf("what was made since is not among the %d that changed since", len(changed))
	}
}

// since reads what changed since a checkpoint: all of it for nil.
func since(t *testing.T, conn connectors.Conn, sel *connectors.Selection, from connectors.Checkpoint) (ids []string, to connectors.Checkpoint) {
	t.Helper()
	s, err := conn.(connectors.Reader).Read(t.Context(), sel, from, from == nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b connectors.Batch
	for {
		err := s.Next(t.Context(), &b)
		for i := range b.Items {
			ids = append(ids, b.Items[i].ID)
		}
		if err == io.EOF {
			next, complete := s.Done()
			if from == nil && !complete {
				t.Error("the listing is not complete")
			}
			return ids, next
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
