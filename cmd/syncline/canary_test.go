package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"syncline/engine/state"
)

// caged is a value that may stand only in some places. Its class says which.
type caged struct {
	class string // secret, pay, protected, personal
	text  string
}

// canaries are values of every class, in every place a value can come from.
// Their letters look different in every way of writing them.
var canaries = []caged{
	{"secret", "S3CRET-env<é>1"}, {"secret", "S3CRET-file&2"}, {"secret", "S3CRET-exec+3"}, {"secret", "S3CRET-dsn%4"}, {"secret", "S3CRET-var=5"},
	{"pay", "71828182"}, {"pay", "71828183"}, {"pay", "pay-b4d-type"}, {"pay", "71828199"},
	{"protected", "pr0tected <é> row"}, {"protected", "pr0tected & two"}, {"protected", "pr0tected-ragged"}, {"protected", "pr0tected-cel"},
	{"protected", "pr0tected-word"}, {"protected", "pr0tected-json"}, {"protected", "pr0tected-nested"}, {"protected", "pr0tected-element"},
	{"protected", "pr0tected-refused"}, {"protected", "pr0tected-looked-up"}, {"protected", "pr0tected-edit"}, {"protected", "pr0tected-there"},
	{"personal", "ada.pers0nal@example.com"}, {"personal", "gr4ce.pers0nal@example.com"}, {"personal", "no pers0nal address"}, {"personal", "P3rsona Nickname"},
}

// writings are the ways in which a text may be written.
func writings(text string) []string {
	quoted, _ := json.Marshal(text)
	plainly := strings.Trim(string(quoted), `"`)
	out := []string{
		text, strings.ToUpper(text), strings.ToLower(text), plainly, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(plainly),
		url.QueryEscape(text), url.PathEscape(text), fmt.Sprintf("%+q", text), fmt.Sprintf("%x", text), strings.ToUpper(hex.EncodeToString([]byte(text))),
	}
	for shift := range 3 { // as it stands in base64, whatever is before it
		b := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{'.'}, shift), text...))
		from := (shift*8 + 5) / 6
		out = append(out, strings.TrimRight(b[from:len(b)-4], "="))
	}
	if strings.Trim(text, "0123456789") == "" { // a number in groups
		out = append(out, text[:2]+","+text[2:5]+","+text[5:], text[:2]+" "+text[2:5]+" "+text[5:])
	}
	return out
}

// leaks names the canaries of the classes that stand in a text.
func leaks(text []byte, classes ...string) (found []string) {
	for _, c := range canaries {
		if !slices.Contains(classes, c.class) {
			continue
		}
		for _, w := range writings(c.text) {
			if i := bytes.Index(text, []byte(w)); i >= 0 {
				found = append(found, fmt.Sprintf("%s value %q: …%s…", c.class, c.text, text[max(0, i-150):min(len(text), i+80)]))
				break
			}
		}
	}
	return found
}

const canaryConfig = `
variable "token" {
  type      = string
  default   = ""
  sensitive = true
}
locals {
  ranks = { "a" = "applied" }
}
system "export" {
  connector = "file"
  path      = "export.csv"
}
system "feed" {
  connector = "file"
  path      = "feed.jsonl"
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
system "far" {
  connector = "postgres"
  url       = secret("env:FAR_URL")
}
system "farther" {
  connector = "mysql"
  url       = secret("exec:cat dsn.txt; env > child.txt; cat dsn.txt >&2")
}
notify "me" {
  connector = "log"
}
notify "hook" {
  connector = "webhook"
  url       = secret("file:hook.txt")
}
entity "person" {
  extends = "candidate"
  attribute "origin" {
    type  = "string"
    class = "protected"
  }
  attribute "count" {
    type  = "string"
    class = "protected"
  }
  attribute "place" {
    type  = "string"
    class = "protected"
  }
  attribute "words" {
    type  = "list(string)"
    class = "protected"
  }
  attribute "rank" {
    type   = "enum"
    values = ["applied", "hired"]
    class  = "protected"
  }
  attribute "salary" {
    type  = "decimal"
    class = "pay"
  }
  attribute "nick" {
    type  = "string"
    class = "personal"
  }
}
pipeline "people" {
  entity = "person"
  alert  = notify.hook
  source "export" {
    id    = "id"
    allow = ["read", "update"]
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }
  lookup "place" {
    system = system.crm
    object = "places"
    where  = { name = "entity.place" }
    none   = "review"
  }
  conflict {
    rules       = ["review"]
    unavailable = "review"
    escalate {
      after = "1s"
      to    = notify.me
    }
  }
  field "email" {
    direction = "export -> crm"
    export    = "email"
    crm       = "email"
  }
  field "nick" {
    direction = "export <-> crm"
    export    = "nick"
    crm       = "nick"
  }
  field "origin" {
    direction = "export <-> crm"
    export    = "origin"
    crm       = "origin"
  }
  field "count" {
    direction = "export -> crm"
    lossy     = "a number"
    export {
      path = "count"
      read = "string(int(value))"
    }
    crm = "count"
  }
  field "rank" {
    direction = "export -> crm"
    export {
      path     = "rank"
      values   = local.ranks
      unmapped = "review"
    }
    crm = "rank"
  }
  field "place" {
    direction = "export -> crm"
    lossy     = "its town"
    export    = "place"
    crm {
      path  = "place"
      write = "lookup.place.town"
    }
  }
  field "salary" {
    direction = "export <-> crm"
    export    = "salary"
    crm       = "salary"
  }
  validate "named" {
    check   = "has(entity.email)"
    message = "no e-mail address"
    failed  = "review"
  }
}
pipeline "staff" {
  entity = "person"
  alert  = notify.me
  source "feed" {
    id    = "id"
    allow = ["read"]
  }
  source "crm" {
    object = "staff"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "email" }
  }
  field "email" {
    direction = "feed -> crm"
    feed      = "mail[type eq 'work'].value"
    crm       = "email"
  }
  field "origin" {
    direction = "feed -> crm"
    feed      = "deep.er.origin"
    crm       = "origin"
  }
  field "words" {
    direction = "feed -> crm"
    lossy     = "a text"
    feed      = "words"
    crm {
      path  = "words"
      read  = "value.split(',')"
      write = "join(value, ',')"
    }
  }
}
pipeline "away" {
  entity = "person"
  alert  = notify.hook
  source "far" {
    object = "people"
    id     = "id"
  }
  field "email" {
    direction = "far"
    far       = "email"
  }
}
pipeline "farther" {
  entity = "person"
  alert  = notify.me
  source "farther" {
    object = "people"
    id     = "id"
  }
  field "email" {
    direction = "farther"
    farther   = "email"
  }
}
`

const canaryExport = `id,email,nick,origin,count,rank,salary,place
1,ada.pers0nal@example.com,P3rsona Nickname,pr0tected <é> row,1,a,71828182,Bern
2,gr4ce.pers0nal@example.com,Amazing,pr0tected & two,2,a,71828183,Bern
3,three@example.com,Three,pr0tected-ragged,3,a
4,four@example.com,Four,x,pr0tected-cel,a,4,Bern
5,five@example.com,Five,x,5,pr0tected-word,5,Bern
6,six@example.com,Six,x,6,a,pay-b4d-type,Bern
7,seven@example.com,Seven,pr0tected-refused,7,a,7,Bern
8,eight@example.com,Eight,x,8,a,8,pr0tected-looked-up
9,no pers0nal address,Nine,x,9,a,9,Bern
`

const canaryFeed = `{"id":1,"mail":[{"type":"work","value":"ada.pers0nal@example.com"}],"deep":{"er":{"origin":"pr0tected-nested"}},"words":["pr0tected-element","two"]}
{"id":2,"mail":[{"type":"work","value":"b@example.com"}],"deep":{"er":{"origin":pr0tected-json}}}
{"id":3,"mail":[{"type":"work","value":"c@example.com"}],"deep":"pr0tected-nested","words":[{"x":"pr0tected-element"}]}
`

// cage is a folder whose configuration reads canaries, and all that was said
// and sent of it.
type cage struct {
	*desk
	said   bytes.Buffer // every output so far
	mu     sync.Mutex
	posted bytes.Buffer // what the webhook received
	temp   string
}

func newCage(t *testing.T) *cage {
	c := &cage{desk: &desk{T: t, folder: t.TempDir()}, temp: t.TempDir()}
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.posted.ReadFrom(r.Body)
		fmt.Fprintf(&c.posted, "%v\n", r.Header)
		w.WriteHeader(500)
	}))
	t.Cleanup(hook.Close)
	t.Setenv("TMPDIR", c.temp)
	here := filepath.Join(c.folder, "here") // what commands make where they are called is searched too
	if err := os.Mkdir(here, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(here)
	t.Setenv("FAR_URL", "postgres://somebody:"+url.QueryEscape("S3CRET-env<é>1")+"@127.0.0.1:1/people")
	t.Setenv("SYNCLINE_VAR_token", "S3CRET-var=5")
	c.write("main.hcl", canaryConfig)
	c.write("export.csv", canaryExport)
	c.write("feed.jsonl", canaryFeed)
	c.write("hook.txt", hook.URL+"/"+url.PathEscape("S3CRET-file&2"))
	c.write("dsn.txt", "mysql://S3CRET-exec+3:"+url.QueryEscape("S3CRET-dsn%4")+"@127.0.0.1:1/people\n")
	c.sql(`CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT UNIQUE, nick TEXT, origin TEXT CHECK (origin NOT LIKE '%fuse%'), count TEXT, rank TEXT, salary TEXT, place TEXT)`)
	c.sql(`CREATE TRIGGER quotes BEFORE INSERT ON contacts WHEN NEW.origin LIKE '%refused%' BEGIN SELECT RAISE(ABORT, 'x.' || NEW.origin); END`)
	c.sql(`CREATE TABLE staff (id INTEGER PRIMARY KEY, email TEXT UNIQUE, origin TEXT, words TEXT)`)
	c.sql(`CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT, town TEXT)`)
	c.sql(`INSERT INTO places (name, town) VALUES ('Bern', 'Bern BE')`)
	return c
}

// do runs a command line in this process and searches what it says.
func (c *cage) do(args ...string) string {
	c.Helper()
	var out bytes.Buffer
	s := newSession(strings.NewReader("{}"), &out, &out, os.LookupEnv)
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	if args[0] == "serve" {
		args = append(slices.Clone(args), "-listen", "127.0.0.1:0")
		go c.untilServed(ctx, stop)
	}
	execute(ctx, args, s)
	c.search(strings.Join(args, " "), out.Bytes())
	return out.String()
}

// untilServed ends a service once it is at work, or has had the time to be.
func (c *cage) untilServed(ctx context.Context, stop func()) {
	defer stop()
	for range 1000 {
		_, err := os.Stat(filepath.Join(c.folder, ".syncline", state.SocketName))
		if err == nil || ctx.Err() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// search holds an output of a command to what it may say.
func (c *cage) search(what string, out []byte) {
	c.Helper()
	classes := []string{"secret", "pay", "protected"}
	if strings.Contains(what, "-reveal") {
		classes = classes[:1]
	}
	for _, l := range leaks(out, classes...) {
		c.Errorf("syncline %s tells a %s", what, l)
	}
	c.said.Write(out)
}

// edit makes both sides differ, so that people are asked.
func (c *cage) edit() {
	c.write("export.csv", strings.NewReplacer("P3rsona Nickname,pr0tected <é> row,1,a,71828182", "P3rsona Nickname II,pr0tected-edit,1,a,71828199").Replace(canaryExport))
	c.sql(`UPDATE contacts SET origin = 'pr0tected-there', salary = '71828183', nick = 'P3rsona Nickname III' WHERE id = 1`)
}

// TestNothingLeaks holds that a secret is in no output and no file, that pay
// and protected values are in no output that was not asked to reveal them, in
// no plan and in no notice, that personal ones are in no notice, and that the
// journal holds none of them in the open. The state alone keeps the values of
// what is open.
func TestNothingLeaks(t *testing.T) {
	t.Chdir(t.TempDir()) // some commands write where they are told to: nonsense is a folder for a backup
	c := newCage(t)
	c.do("plan", c.folder)
	c.do("run", c.folder)
	c.edit()
	c.do("plan", "-out", filepath.Join(c.folder, "saved.plan"), c.folder)
	c.do("run", c.folder)
	c.do("run", c.folder)
	c.everyCommand()
	if copies, _ := filepath.Glob(filepath.Join(c.folder, "here", "*", "state.db")); len(copies) == 0 {
		t.Error("no command made a backup where it was called: the test proves nothing of them")
	}
	c.ended()
	for _, word := range []string{"origin", "salary", "set aside", "could not be read", "reviews"} {
		if !bytes.Contains(c.said.Bytes(), []byte(word)) {
			t.Errorf("%q is not even named: the test proves nothing", word)
		}
	}
	c.mu.Lock()
	if c.posted.Len() == 0 {
		t.Error("the webhook heard nothing: the test proves nothing")
	}
	for _, l := range leaks(c.posted.Bytes(), "secret", "pay", "protected", "personal") {
		t.Errorf("the webhook is told a %s", l)
	}
	c.mu.Unlock()
	c.searchFiles()
}

// paths are arguments that lead every command to something: those that take an
// id are given one that exists.
func (c *cage) arguments() [][]string {
	id := "none"
	if fields := strings.Fields(c.do("conflicts", "list", c.folder)); len(fields) > 7 {
		for _, f := range fields {
			if len(f) == 9 && (f[0] == 'c' || f[0] == 'r') {
				id = f
				break
			}
		}
	}
	return [][]string{nil, {c.folder}, {id, c.folder}, {"export/1", c.folder}, {"crm/1", c.folder}, {id, "export", c.folder}, {"nonsense"}}
}

// everyCommand runs each command with each of its switches on several
// arguments, as text, as JSON and in colour.
func (c *cage) everyCommand() {
	arguments := c.arguments()
	var each func(prefix []string, list []*command)
	each = func(prefix []string, list []*command) {
		for _, cmd := range list {
			path := append(slices.Clone(prefix), cmd.Name)
			each(path, cmd.Sub)
			if cmd.Bind == nil || cmd.Name == "init" {
				continue
			}
			for _, switches := range switchesOf(cmd) {
				for _, args := range arguments {
					if len(args) <= cmd.Most && !(len(args) == 0 && cmd.Most > 0) {
						c.do(slices.Concat(path, switches, args)...)
					}
				}
			}
		}
	}
	each(nil, commands())
	for _, args := range [][]string{
		{"eval", "-expr", "record.origin + 1", "-record", filepath.Join(c.folder, "sample.json")},
		{"eval", "-expr", "int(record.origin)", "-pipeline", "people", "-end", "export", "-record", filepath.Join(c.folder, "sample.json"), c.folder},
		{"eval", "-entity", "candidate", "-expr", "1", "-record", filepath.Join(c.folder, "bad.json")},
		{"explain", "-field", "origin", "export/1", c.folder}, {"validate", "-var", "token=S3CRET-var=5", c.folder},
		{"validate", "-var", "tokn=x", c.folder}, {"plan", "-reveal", c.folder}, {"run", filepath.Join(c.folder, "saved.plan")},
		{"run", filepath.Join(c.folder, "sample.json")}, {"validate", filepath.Join(c.folder, "export.csv")},
	} {
		c.write("sample.json", `{"origin": "pr0tected-word"}`)
		c.write("bad.json", `{"origin": pr0tected-json}`)
		c.do(args...)
	}
	os.Remove(filepath.Join(c.folder, "sample.json"))
	os.Remove(filepath.Join(c.folder, "bad.json"))
}

// switchesOf lists what can be switched on a command, one at a time.
func switchesOf(cmd *command) [][]string {
	out := [][]string{nil, {"-json"}, {"-color", "always", "-quiet"}}
	set := pflag.NewFlagSet(cmd.Name, pflag.ContinueOnError)
	cmd.Bind(set)
	set.VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "bool" && f.Name != "watch" {
			out = append(out, []string{"-" + f.Name}, []string{"-" + f.Name, "-json"})
		}
	})
	return out
}

// ended ends runs in every way, and searches what is left.
func (c *cage) ended() {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGQUIT, syscall.SIGABRT, os.Kill} {
		os.RemoveAll(filepath.Join(c.folder, ".syncline"))
		c.write("export.csv", canaryExport)
		c.sql("DELETE FROM contacts")
		c.sql("DELETE FROM staff")
		cmd := exec.Command("syncline", "run", c.folder)
		cmd.Env = append(os.Environ(), "GOTRACEBACK=all")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			c.Fatal(err)
		}
		for range 2000 { // until it is at work, or done
			if _, err := os.Stat(filepath.Join(c.folder, ".syncline", "state.db")); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		_ = cmd.Process.Signal(signal)
		_ = cmd.Wait()
		c.search(fmt.Sprint("run, ended by ", signal), out.Bytes())
		c.searchFiles()
	}
	c.do("run", c.folder)
}

// searchFiles holds every file that was made to what it may hold.
func (c *cage) searchFiles() {
	c.Helper()
	given := []string{"main.hcl", "export.csv", "feed.jsonl", "hook.txt", "dsn.txt", "crm.db", "sample.json", "bad.json"}
	err := filepath.WalkDir(c.folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Dir(path) == c.folder && slices.Contains(given, e.Name()) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		classes := []string{"secret", "pay", "protected", "personal"}
		switch e.Name() {
		case "state.db": // holds the values of what is open
			classes = classes[:1]
		case "saved.plan": // shows people whom it is about
			classes = classes[:3]
		}
		for _, l := range leaks(content, classes...) {
			c.Errorf("%s holds a %s", e.Name(), l)
		}
		return nil
	})
	if err != nil {
		c.Error(err)
	}
	left, err := os.ReadDir(c.temp)
	if err != nil || len(left) > 0 {
		c.Errorf("left in the folder of temporary files: %v, %v", left, err)
	}
}

// TestCanariesAreFound proves that the search finds what is written in another
// way.
func TestCanariesAreFound(t *testing.T) {
	for _, c := range canaries {
		for _, shift := range []string{"", "a", "ab"} {
			for name, text := range map[string]string{
				"base64": base64.StdEncoding.EncodeToString([]byte(shift + c.text + "tail")), "hex": hex.EncodeToString([]byte(shift + c.text)),
				"url": "http://h/?q=" + url.QueryEscape(c.text), "capitals": strings.ToUpper(c.text), "go": fmt.Sprintf("%+q", c.text),
			} {
				if len(leaks([]byte(text), c.class)) == 0 {
					t.Errorf("%q is not found in %s: %s", c.text, name, text)
				}
			}
		}
	}
}
