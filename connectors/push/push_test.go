package push

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/signature"
	"syncline/schema"
)

const token = "obviously not a secret"

// settingsOf are those of a system that pushes into a file, signed as the block
// says.
func settingsOf(path string, more map[string]schema.Value, block connectors.SettingsBlock) connectors.Settings {
	values := map[string]schema.Value{"path": schema.String(path)}
	names, types := []string{}, []schema.Value{}
	for _, f := range connectortest.Fields() {
		names, types = append(names, f.Name), append(types, schema.String(f.Type.String()))
	}
	values["fields"] = schema.Object(names, types)
	for _, f := range Definition().Settings {
		if f.Default.Is() {
			values[f.Name] = f.Default
		}
	}
	for name, v := range more {
		values[name] = v
	}
	return connectors.Settings{
		System: "intake", Values: values, Blocks: []connectors.SettingsBlock{block}, Shared: &connectors.Shared{},
		Secret: func(name string) (string, error) {
			if name == "verify."+block.Label+".secret" {
				return token, nil
			}
			return "", connectors.ErrNoSecret
		},
	}
}

func byToken() connectors.SettingsBlock {
	return connectors.SettingsBlock{Name: "verify", Label: "token", Values: map[string]schema.Value{"header": schema.String("X-Token")}}
}

// enveloped are the settings of a body with the record in "data".
var enveloped = map[string]schema.Value{
	"record": schema.String("data"), "at": schema.String("at"), "kind": schema.String("kind"), "deleted": schema.List(schema.String("gone")),
}

func opened(t testing.TB, s connectors.Settings) *Conn {
	t.Helper()
	c, err := Definition().Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*Conn)
}

// deliver pushes a body with the token.
func (c *Conn) deliver(body string) (connectors.Received, error) {
	return c.Receive(&connectors.Delivery{Method: "POST", URL: "/hooks/intake", Header: http.Header{"X-Token": {token}}, Body: []byte(body), At: time.Unix(1.8e9, 0)})
}

func (c *Conn) push(t testing.TB, at int, kind, id string, record schema.Value) {
	t.Helper()
	body := fmt.Sprintf(`{"at": %d, "kind": %q, "data": %s}`, at, kind, record.AppendJSON(nil))
	if got, err := c.deliver(body); err != nil || len(got.Events) != 1 || got.Events[0].Record != id {
		t.Fatalf("%s: %+v %v", body, got, err)
	}
}

func recordOf(id string, values map[string]schema.Value) schema.Value {
	names, all := []string{"id"}, []schema.Value{schema.String(id)}
	for _, f := range connectortest.Fields() {
		if v, ok := values[f.Name]; ok {
			names, all = append(names, f.Name), append(all, v)
		} else {
			names, all = append(names, f.Name), append(all, schema.NullValue())
		}
	}
	return schema.Object(names, all)
}

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Definition: Definition(), Sizes: []int{0, 1, page - 1, page, page + 1}, NoZero: true,
		Make: func(t testing.TB, _ []schema.Field, rows []connectortest.Row) connectortest.Place {
			path := filepath.Join(t.TempDir(), "intake.jsonl")
			s := settingsOf(path, enveloped, byToken())
			c, at := opened(t, s), 1
			if len(rows) > 100 {
				prepare(t, path, rows) // a disk that syncs after each of thousands
				rows = nil
			}
			edit := func(r connectortest.Row) { at++; c.push(t, at, "changed", r.ID, recordOf(r.ID, r.Values)) }
			for _, r := range rows {
				edit(r)
			}
			return connectortest.Place{
				Settings: s, Selection: connectors.Selection{Object: object, ID: "id"}, Edit: edit,
				Remove: func(id string) { at++; c.push(t, at, "gone", id, recordOf(id, nil)) },
			}
		},
	})
}

// prepare writes a mailbox at once.
func prepare(t testing.TB, path string, rows []connectortest.Row) {
	t.Helper()
	var all []byte
	for _, r := range rows {
		line, _, err := letter{ID: r.ID, At: time.Unix(1, 0).UTC(), Record: recordOf(r.ID, r.Values).AppendJSON(nil)}.line()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, line...)
	}
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheNewestIsRead: for every order in which deliveries come, and come
// again, and however often the file is opened anew, what is read of a record is
// what its newest delivery said.
func TestTheNewestIsRead(t *testing.T) {
	folder, n := t.TempDir(), 0
	sel := &connectors.Selection{Object: object, Shape: schema.NewShape(schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString}})}
	rapid.Check(t, func(r *rapid.T) {
		n++
		set := settingsOf(filepath.Join(folder, fmt.Sprint(n)), enveloped, byToken())
		c := opened(t, set)
		newest := map[string]int{}
		for range rapid.IntRange(1, 12).Draw(r, "deliveries") {
			id, at := rapid.SampledFrom([]string{"a", "b"}).Draw(r, "id"), rapid.IntRange(1, 8).Draw(r, "at")
			kind := map[bool]string{true: "gone", false: "changed"}[at%4 == 0]
			got, err := c.deliver(fmt.Sprintf(`{"at": %d, "kind": %q, "data": {"id": %q, "name": "name <%d>&"}}`, at, kind, id, at))
			if stale := at < newest[id]; err != nil || stale != (len(got.Events) == 0) {
				r.Fatalf("%s at %d after %d: %+v %v", id, at, newest[id], got, err)
			}
			newest[id] = max(newest[id], at)
			if rapid.Bool().Draw(r, "anew") {
				set.Shared = &connectors.Shared{}
				c = opened(t, set)
			}
		}
		for id, at := range newest {
			got, err := c.Get(t.Context(), sel, []string{id})
			if err != nil || (got[0].Presence == connectors.Gone) != (at%4 == 0) || got[0].Record != nil && got[0].Record.Get("name").Text() != fmt.Sprintf("name <%d>&", at) {
				r.Fatalf("%s at %d: %+v %v", id, at, got, err)
			}
		}
	})
}

// TestWhatAKillLeaves: the file is cut off at every byte; what was answered
// before is there, and the next delivery is kept.
func TestWhatAKillLeaves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intake.jsonl")
	c := opened(t, settingsOf(path, enveloped, byToken()))
	c.push(t, 1, "changed", "a", recordOf("a", nil))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c.push(t, 2, "changed", "b", recordOf("b", nil))
	both, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut < len(both); cut++ {
		if err := os.WriteFile(path, both[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		c := opened(t, settingsOf(path, enveloped, byToken()))
		c.push(t, 3, "changed", "c", recordOf("c", nil))
		s, err := opened(t, settingsOf(path, enveloped, byToken())).box.open()
		if err != nil || len(s.entries) != 2 || s.find("a") == nil || s.find("c") == nil {
			t.Fatalf("cut off at %d: %+v %v", cut, s, err)
		}
		s.close()
	}
	if err := os.WriteFile(path, append([]byte("{\"id\":\"T0KEN\n"), both...), 0o600); err != nil {
		t.Fatal(err)
	}
	err = opened(t, settingsOf(path, enveloped, byToken())).Check(t.Context())
	if connectors.KindOf(err) != connectors.Unreadable || !strings.Contains(err.Error(), "line 1") || strings.Contains(err.Error(), "T0KEN") {
		t.Errorf("a damaged file: %v", err)
	}
}

// TestTheFileStaysSmall: however often one record is pushed, the file holds
// little more than its newest.
func TestTheFileStaysSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intake.jsonl")
	m := &mailbox{path: path}
	for n := range 2*slack + 500 {
		if n == 10 { // the disk is not waited for again and again
			prepareLines(t, m, 2*slack)
		}
		if fresh, err := m.put(letter{ID: "a", At: time.Unix(int64(1e6+n), 0), Record: fmt.Appendf(nil, `{"n":%d}`, n)}); err != nil || !fresh {
			t.Fatal(err)
		}
		if n > 30 {
			break
		}
	}
	s, err := m.open()
	if err != nil || m.lines > slack || len(s.entries) != 1 {
		t.Fatalf("%d lines, %v", m.lines, err)
	}
	defer s.close()
	if raw, err := s.record(s.find("a")); err != nil || string(raw) != `{"n":31}` {
		t.Errorf("%s %v", raw, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

func prepareLines(t *testing.T, m *mailbox, n int) {
	t.Helper()
	f, err := os.OpenFile(m.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range n {
		line, _, err := letter{ID: "a", At: time.Unix(int64(1000+i), 0), Record: []byte(`{}`)}.line()
		if _, err2 := f.Write(line); err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}
}

// TestSchemes pushes one record by every scheme; none is taken that is signed
// with another secret, or was signed too long ago where that is told.
func TestSchemes(t *testing.T) {
	now := time.Unix(1.8e9, 0)
	key := base64.StdEncoding.EncodeToString([]byte("obviously not a secret"))
	block := func(label string, pairs ...string) connectors.SettingsBlock {
		b := connectors.SettingsBlock{Name: "verify", Label: label, Values: map[string]schema.Value{}}
		for i := 0; i < len(pairs); i += 2 {
			b.Values[pairs[i]] = schema.String(pairs[i+1])
		}
		return b
	}
	body := `{"id": "7", "updated_at": "2026-01-02T03:04:05Z", "name": "Ada"}`
	for _, c := range []struct {
		block  connectors.SettingsBlock
		at     string
		header func(secret string, at time.Time) http.Header
		moment bool
	}{
		{block("token", "header", "X-Token"), "updated_at", func(s string, _ time.Time) http.Header { return http.Header{"X-Token": {s}} }, false},
		{block("hmac", "header", "X-Sig", "prefix", "sha256="), "updated_at", func(s string, _ time.Time) http.Header {
			return http.Header{"X-Sig": {"sha256=" + hexSum(s, body)}}
		}, false},
		{block("hmac", "header", "X-Sig", "form", "base64", "moment", "X-At"), "", func(s string, at time.Time) http.Header {
			m := fmt.Sprint(at.Unix())
			return http.Header{"X-Sig": {base64Sum(s, m+"."+body)}, "X-At": {m}}
		}, true},
		{block("timestamped", "header", "X-Sig"), "", func(s string, at time.Time) http.Header {
			m := fmt.Sprint(at.Unix())
			return http.Header{"X-Sig": {"t=" + m + ",v1=" + hexSum(s, m+"."+body)}}
		}, true},
		{block("standard"), "", func(s string, at time.Time) http.Header {
			h, err := signature.Standard{}.Sign(s, "msg_1", at, []byte(body))
			if err != nil {
				t.Fatal(err)
			}
			return h
		}, true},
	} {
		set := settingsOf(filepath.Join(t.TempDir(), "intake.jsonl"), map[string]schema.Value{"at": schema.String(c.at)}, c.block)
		secret, other := token, "another one"
		if c.block.Label == "standard" {
			secret, other = key, base64.StdEncoding.EncodeToString([]byte("another one"))
		}
		set.Secret = func(name string) (string, error) {
			return map[string]string{"verify." + c.block.Label + ".secret": "a newer one", "verify." + c.block.Label + ".former": secret}[name], nil
		}
		conn := opened(t, set)
		deliver := func(secret string, at time.Time) (connectors.Received, error) {
			return conn.Receive(&connectors.Delivery{Method: "POST", URL: "/hooks/intake", Header: c.header(secret, at), Body: []byte(body), At: now})
		}
		if got, err := deliver(secret, now); err != nil || len(got.Events) != 1 || got.Events[0].Record != "7" || got.Reply.Status != 200 {
			t.Errorf("%+v: %+v %v", c.block, got, err)
		}
		if _, err := deliver(other, now); connectors.KindOf(err) != connectors.Denied {
			t.Errorf("%+v: another secret: %v", c.block, err)
		}
		if _, err := deliver(secret, now.Add(-6*time.Minute)); (connectors.KindOf(err) == connectors.Denied) != c.moment {
			t.Errorf("%+v: signed too long ago: %v", c.block, err)
		}
	}
}

// TestWhatIsNoRecord is refused by its kind, quotes nothing, and leaves no file.
func TestWhatIsNoRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intake.jsonl")
	more := map[string]schema.Value{"at": schema.String("at"), "size": schema.Int(2000)}
	c := opened(t, settingsOf(path, more, byToken()))
	for _, body := range []string{
		"", "null", "[]", `"T0KEN"`, "{", `{"at": 1}`, `{"id": "T0KEN"}`, `{"id": "", "at": 1}`, `{"id": null, "at": 1}`, `{"id": "a", "at": "T0KEN"}`,
		`{"id": "a", "at": {}}`, `{"id": "` + strings.Repeat("T0KEN", 300) + `", "at": 1}`, "{\"id\": \"\xff\", \"at\": 1}", `{"id": "a", "id": "b", "at": 1}`,
		strings.Repeat("[", 1900),
	} {
		if got, err := c.deliver(body); connectors.KindOf(err) != connectors.Unreadable || strings.Contains(err.Error(), "T0KEN") || len(got.Events) > 0 {
			t.Errorf("%.60q: %+v %v", body, got, err)
		}
	}
	if _, err := c.deliver(`{"id": "a", "at": 1, "x": "` + strings.Repeat("x", 2000) + `"}`); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("too large: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("something was kept")
	}
}

// TestADiskThatIsFull: what could not be kept is no error of the delivery, so
// that the system comes again.
func TestADiskThatIsFull(t *testing.T) {
	c := opened(t, settingsOf(filepath.Join(t.TempDir(), "nowhere", "intake.jsonl"), enveloped, byToken()))
	_, err := c.deliver(`{"at": 1, "data": {"id": "a"}}`)
	var known *connectors.Error
	if err == nil || errors.As(err, &known) {
		t.Errorf("%v", err)
	}
}

// TestAtOnce: deliveries from everywhere are all kept.
func TestAtOnce(t *testing.T) {
	set := settingsOf(filepath.Join(t.TempDir(), "intake.jsonl"), enveloped, byToken())
	var all sync.WaitGroup
	for n := range 8 {
		c := opened(t, set)
		all.Go(func() {
			for at := range 4 {
				if _, err := c.deliver(fmt.Sprintf(`{"at": %d, "data": {"id": "%d-%d"}}`, at, n, at)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	stream, err := opened(t, set).Read(t.Context(), &connectors.Selection{Shape: schema.NewShape()}, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	if err := stream.Next(t.Context(), &b); err != nil || len(b.Items) != 32 || stream.Next(t.Context(), &b) != io.EOF {
		t.Errorf("%d records, %v", len(b.Items), err)
	}
}

// TestWhatCannotBeOpened names what to write.
func TestWhatCannotBeOpened(t *testing.T) {
	for want, change := range map[string]func(*connectors.Settings){
		"at: it is not given":          func(s *connectors.Settings) { delete(s.Values, "at") },
		"verify: there are 0 blocks":   func(s *connectors.Settings) { s.Blocks = nil },
		`"magic" is no way to sign`:    func(s *connectors.Settings) { s.Blocks[0].Label = "magic" },
		"where the signature is":       func(s *connectors.Settings) { delete(s.Blocks[0].Values, "header") },
		"window: it is not a duration": func(s *connectors.Settings) { s.Values["window"] = schema.String("soon") },
		"deleted: nothing says":        func(s *connectors.Settings) { delete(s.Values, "kind") },
		"record":                       func(s *connectors.Settings) { s.Values["record"] = schema.String("a[") },
	} {
		s := settingsOf("x", enveloped, byToken())
		change(&s)
		if _, err := Definition().Open(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func sum(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func hexSum(secret, text string) string { return hex.EncodeToString(sum(secret, text)) }
func base64Sum(secret, text string) string {
	return base64.StdEncoding.EncodeToString(sum(secret, text))
}
