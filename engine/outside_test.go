package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"syncline/connectors"
	"syncline/connectors/webhook"
	"syncline/engine"
	"syncline/schema"
)

// hooks is the connector of notify "webhook".
func hooks() *connectors.Definition {
	d := webhook.Definition()
	return &d
}

// warned runs a pass that has something to tell a webhook, and returns what the
// run warns of.
func warned(t *testing.T, url string) []string {
	t.Helper()
	p := newPair(t, "notify \"ops\" {\n  connector = \"webhook\"\n  url = \""+url+"\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay, hooks())
	p.ats.Put("1", person("no address at all", "three", ""))
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Warnings
}

// TestWebhookGoesWhereItIsDeclared holds that a notice reaches the declared
// address and no other, whatever that answers, and that nothing it answers is
// told but the number.
func TestWebhookGoesWhereItIsDeclared(t *testing.T) {
	var elsewhere, here atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	answer := func(w http.ResponseWriter, r *http.Request) {
		here.Add(1)
		switch r.URL.Path {
		case "/307/T0KEN":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		case "/302/T0KEN":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/endless/T0KEN":
			for len := 0; len < 1<<30; {
				n, err := w.Write(make([]byte, 1<<20))
				if len += n; err != nil {
					return
				}
			}
			t.Error("a gigabyte of an answer was read")
		}
	}
	server := httptest.NewServer(http.HandlerFunc(answer))
	defer server.Close()
	tls := httptest.NewTLSServer(http.HandlerFunc(answer))
	defer tls.Close()
	for path, want := range map[string]string{"/307/T0KEN": "307", "/302/T0KEN": "302", "/endless/T0KEN": ""} {
		warnings := strings.Join(warned(t, server.URL+path), "\n")
		if !strings.Contains(warnings, want) || (want == "") != (warnings == "") || strings.Contains(warnings, "T0KEN") {
			t.Errorf("%s: the run warns %q, want %q", path, warnings, want)
		}
	}
	if here.Load() != 3 || elsewhere.Load() != 0 {
		t.Errorf("%d notices came to the declared address and %d to another", here.Load(), elsewhere.Load())
	}
	warnings := strings.Join(warned(t, tls.URL+"/T0KEN"), "\n")
	if here.Load() != 3 || !strings.Contains(warnings, "does not answer") || strings.Contains(warnings, "T0KEN") {
		t.Errorf("a server whose certificate nobody vouches for was told; the run warns %q", warnings)
	}
}

// TestWebhookTellsNoAnswer lets a server answer with words of its own where
// its status stands.
func TestWebhookTellsNoAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 64<<10))
			fmt.Fprint(c, "HTTP/1.1 500 you said T0KEN \x1b[31m\r\nContent-Length: 0\r\n\r\n")
			c.Close()
		}
	}()
	warnings := strings.Join(warned(t, "http://"+l.Addr().String()+"/T0KEN"), "\n")
	if !strings.Contains(warnings, "500 Internal Server Error") || strings.Contains(warnings, "T0KEN") || strings.Contains(warnings, "\x1b") {
		t.Errorf("the run warns %q", warnings)
	}
}

// TestSlackIsTold holds that an incoming webhook of Slack gets one text that
// names what happened, without values, and in which nothing is markup.
func TestSlackIsTold(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Header.Get("Content-Type")+" "+string(body))
		io.WriteString(w, "ok")
	}))
	defer server.Close()
	p := newPair(t, "notify \"ops\" {\n  connector = \"slack\"\n  url = \""+server.URL+"\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay, hooks())
	p.ats.Put("<!channel> & co", person("no address at all", "three", ""))
	s, err := p.engine.Run(t.Context(), p.config, engine.RunOptions{})
	if err != nil || len(s.Warnings) != 0 || len(got) != 1 {
		t.Fatalf("%v %v %q", err, s.Warnings, got)
	}
	head, body, _ := strings.Cut(got[0], " ")
	var m map[string]string
	if err := json.Unmarshal([]byte(body), &m); err != nil || head != "application/json" || len(m) != 1 {
		t.Fatalf("%s %v", got[0], err)
	}
	if text := m["text"]; !strings.Contains(text, "pipeline \"people\"") || !strings.Contains(text, "&lt;!channel&gt; &amp; co") || strings.ContainsAny(text, "<>") || strings.Contains(text, "no address") {
		t.Errorf("it says %q", text)
	}
}

// TestTeamsIsTold holds that a webhook of Teams gets a card of plain runs that
// names what happened, without values, and that is no larger than Teams takes.
func TestTeamsIsTold(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	p := newPair(t, "notify \"ops\" {\n  connector = \"teams\"\n  url = \""+server.URL+"\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay, hooks())
	for i := range 300 {
		p.ats.Put(fmt.Sprintf("**%d** %s", i, strings.Repeat("<at>all</at>", 8)), person("no address at all", "three", ""))
	}
	s, err := p.engine.Run(t.Context(), p.config, engine.RunOptions{})
	if err != nil || len(s.Warnings) != 0 || len(got) != 1 {
		t.Fatalf("%v %v %q", err, s.Warnings, got)
	}
	var m struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []struct {
					Type    string
					Inlines []struct{ Type, Text string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got[0]), &m); err != nil || m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("%s %v", got[0], err)
	}
	text := ""
	for _, b := range m.Attachments[0].Content.Body {
		if b.Type != "RichTextBlock" || len(b.Inlines) != 1 || b.Inlines[0].Type != "TextRun" {
			t.Errorf("a block may have markup: %v", b)
		}
		text += b.Inlines[0].Text + "\n"
	}
	if !strings.Contains(text, "pipeline \"people\"") || !strings.Contains(text, "**0** <at>all</at>") || strings.Contains(text, "no address") {
		t.Errorf("it says %q", text)
	}
	if len(got[0]) > 28_000 {
		t.Errorf("it has %d bytes", len(got[0]))
	}
}

// vault is a system that only wants to know its secret.
type vault struct{}

func (vault) Close() error { return nil }

// resolved opens a system whose secret is the reference, and returns what it
// was given.
func resolved(t *testing.T, folder, ref string) (got string, err error) {
	t.Helper()
	def := connectors.Definition{
		Name: "vault", Settings: []schema.Field{{Name: "key", Type: schema.Type{Kind: schema.KindString}, Secret: true}},
		Open: func(_ context.Context, s connectors.Settings) (connectors.Conn, error) {
			got, err = s.Secret("key")
			return vault{}, errors.Join(err, errors.New("opened"))
		},
	}
	text := fmt.Sprintf(`
notify "ops" {
  connector = "log"
}
system "v" {
  connector = "vault"
  key       = secret(%q)
}
system "w" {
  connector = "vault"
  key       = secret("env:OTHER_SECRET")
}
pipeline "p" {
  entity = "candidate"
  alert  = notify.ops
  source "v" {
    object = "o"
    id     = "id"
  }
  field "email" {
    direction = "v"
    v         = "email"
  }
}
`, ref)
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{Connectors: []*connectors.Definition{&def}})
	c, problems := e.Load(context.Background(), engine.Source{Path: folder})
	if problems.Failed() {
		t.Fatal(problems)
	}
	plan, planErr := e.Plan(context.Background(), c, engine.PlanOptions{})
	said := fmt.Sprintf("%+v %v %v", plan, planErr, err)
	for _, secret := range []string{"S3CRET", "0THER"} {
		if strings.Contains(said, secret) {
			t.Errorf("secret(%q) is told: %s", ref, said)
		}
	}
	return got, err
}

// TestSecretsComeWithinBounds resolves secrets from places that fail, never
// end, or say more than the secret.
func TestSecretsComeWithinBounds(t *testing.T) {
	t.Setenv("VAULT_ADDR", "here")
	t.Setenv("OTHER_SECRET", "0THER")
	t.Setenv("SYNCLINE_VAR_x", "0THER")
	t.Setenv("EMPTY", "")
	folder := t.TempDir()
	for name, text := range map[string]string{"good": "S3CRET\r\n", "empty": "\n", "long": strings.Repeat("S3CRET", 20_000)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ ref, want, fails string }{
		{"file:good", "S3CRET", ""}, {"exec:cat good", "S3CRET", ""}, {"exec:printf '%s' \"$VAULT_ADDR\"", "here", ""},
		{"exec:printf '%s.' \"$OTHER_SECRET$SYNCLINE_VAR_x\"", ".", ""},
		{"exec:cat good; exit 0; $(touch bad)", "S3CRET", ""},
		{"env:EMPTY", "", "EMPTY is not set"}, {"file:empty", "", "gives nothing"}, {"exec:true", "", "gives nothing"},
		{"file:long", "", "longer than 64 KiB"}, {"file:/dev/zero", "", "not a file"}, {"file:.", "", "not a file"}, {"file:nowhere", "", "no such file"},
		{"exec:cat /dev/zero", "", "more than 64 KiB"}, {"exec:cat good >&2; cat good; exit 3", "", "exit status 3"},
		{"exec:no-such-program S3", "", "does not find the program"},
		{"exec:(sleep 9) & cat good", "S3CRET", ""},
	} {
		got, err := resolved(t, folder, c.ref)
		if got != c.want || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("secret(%q) gives %q, %v; want %q, %q", c.ref, got, err, c.want, c.fails)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "bad")); err == nil {
		t.Error("a command that had ended went on")
	}
}
