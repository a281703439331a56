package syncline_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/connectors/simulators"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/pipelines"
)

// stage is an example that is played against simulated vendors, on a clock of
// its own: waiting costs no time.
type stage struct {
	t      *testing.T
	folder string
	vars   map[string]string
	engine *engine.Engine
	config *pipelines.Config
	actors map[string]*actor

	mu   sync.Mutex
	now  time.Time
	said bytes.Buffer // all that was told
}

// actor is a simulated vendor on the stage, and the requests of the engine.
type actor struct {
	server   *simulators.Server
	key, url string
	person   bool         // whoever asks now is a person, not the engine
	closed   bool         // the engine may read there, and not write
	gate     sync.RWMutex // nobody is answered while it is locked
	asked    []simulators.Request
}

// cast is a vendor that an example is played with: the variable of its address,
// and what makes it.
type cast struct {
	variable string
	key      string // the user of basic auth
	make     func(simulators.Options) *simulators.Server
	options  simulators.Options
}

// enter copies an example, opens its vendors and compiles it.
func enter(t *testing.T, name string, casts ...cast) *stage {
	return enterAs(t, name, "", casts...)
}

// enterAs does the same with the files of one of the example's folders in place
// of its own.
func enterAs(t *testing.T, name, instead string, casts ...cast) *stage {
	x := &stage{t: t, folder: filepath.Join(t.TempDir(), name), vars: map[string]string{}, actors: map[string]*actor{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	if err := os.CopyFS(x.folder, os.DirFS(filepath.Join("examples", name))); err != nil {
		t.Fatal(err)
	}
	if instead != "" {
		for _, f := range files(t, filepath.Join(x.folder, instead)) {
			if err := os.Rename(f, filepath.Join(x.folder, filepath.Base(f))); err != nil {
				t.Fatal(err)
			}
		}
	}
	env := map[string]string{}
	for _, c := range casts {
		maps.Copy(env, x.open(c))
	}
	x.engine = engine.New(engine.Options{
		Connectors: offered(), Small: true, Clock: x.clock,
		Sleep: func(ctx context.Context, d time.Duration) error {
			x.pass(d)
			return ctx.Err()
		},
		Listen: func(e run.Event) {
			if e.Text != "" {
				x.tell(e.Text)
			}
		},
		Log: func(level, text string) { x.tell(level + " " + text) },
		Env: func(name string) (string, bool) {
			if v, ok := env[name]; ok {
				return v, ok
			}
			return os.LookupEnv(name)
		},
	})
	if _, err := x.engine.Seed(t.Context(), x.load()); err != nil {
		t.Fatal(err)
	}
	x.config = x.load()
	return x
}

// files are those of a folder.
func files(t *testing.T, folder string) (paths []string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths
}

// offered are all connectors.
func offered() (definitions []*connectors.Definition) {
	for _, d := range all.Connectors() {
		definitions = append(definitions, &d)
	}
	return definitions
}

// open puts a vendor on the stage, and returns the variables of its block.
func (x *stage) open(c cast) map[string]string {
	a := &actor{key: c.key}
	c.options.Now = x.clock
	c.options.Log = func(r simulators.Request) {
		if !a.person {
			a.asked = append(a.asked, r)
		}
	}
	a.server = c.make(c.options)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.closed && r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/token") {
			http.Error(w, "[]", http.StatusForbidden)
			return
		}
		a.gate.RLock()
		defer a.gate.RUnlock()
		a.server.ServeHTTP(w, r)
	}))
	x.t.Cleanup(web.Close)
	a.url = web.URL
	x.vars[c.variable], x.actors[a.server.Vendor().Name] = web.URL, a
	return a.server.Vendor().Env
}

func (x *stage) clock() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(time.Millisecond)
	return x.now
}

func (x *stage) pass(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(d)
}

func (x *stage) tell(text string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	fmt.Fprintln(&x.said, text)
}

func (x *stage) load() *pipelines.Config {
	x.t.Helper()
	c, problems := x.engine.Load(context.Background(), engine.Source{Path: x.folder, Vars: x.vars})
	if len(problems) > 0 {
		x.t.Fatalf("the example does not compile without a word: %v", problems)
	}
	return c
}

// run makes a pass a minute later, and returns the summaries by pipeline.
func (x *stage) run() map[string]plans.PipelineSummary {
	x.t.Helper()
	x.pass(time.Minute)
	summary, err := x.engine.Run(x.t.Context(), x.config, engine.RunOptions{})
	if err != nil {
		x.t.Fatalf("%v\n%s", err, &x.said)
	}
	view.New(&x.said, 0, false).Summary(summary)
	out := map[string]plans.PipelineSummary{}
	for _, p := range summary.Pipelines {
		out[p.Pipeline] = p
	}
	return out
}

// idle makes a pass and expects that nobody is written to.
func (x *stage) idle(after string) {
	x.t.Helper()
	for name, p := range x.run() {
		for _, e := range p.Ends {
			if n := e.Created + e.Updated + e.Archived + e.Deleted; n != 0 {
				x.t.Errorf("after %s, %s still writes %d records at %s\n%s", after, name, n, e.End, &x.said)
			}
		}
	}
}

// wrote are the requests by which the engine wrote to a vendor since the last
// call, as "POST /v1/candidates".
func (a *actor) wrote() (lines []string) {
	for _, r := range a.asked {
		if r.Method != http.MethodGet {
			lines = append(lines, r.Method+" "+r.Path)
		}
	}
	a.asked = nil
	return lines
}

// ask is a request of a person who works with the vendor.
func (x *stage) ask(vendor, method, path, body string) (out any) {
	x.t.Helper()
	a := x.actors[vendor]
	a.person = true
	defer func() { a.person = false }()
	r, err := http.NewRequestWithContext(x.t.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	r.SetBasicAuth(a.key, "")
	r.Header.Set("On-Behalf-Of", "4002")
	r.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		x.t.Fatalf("%s %s: %v %s %s", method, path, err, resp.Status, text)
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			x.t.Fatal(err)
		}
	}
	return out
}

// held are the records of a vendor's table that fit, as the vendor has them.
func (a *actor) held(table string, fits func(simulators.Object) bool) (out []simulators.Object) {
	a.server.Edit(func(c *simulators.Call) { out = c.Store.List(table, fits) })
	return out
}

// rows reads a table of an example's database: a line a row, its cells with |
// between them.
func (x *stage) rows(path, query string) (lines []string) {
	x.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(x.folder, path))
	if err != nil {
		x.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			x.t.Fatal(err)
		}
		text := make([]string, len(cells))
		for i, c := range cells {
			text[i] = c.String
		}
		lines = append(lines, strings.Join(text, "|"))
	}
	return lines
}

// edit changes an example's database, as a person would.
func (x *stage) edit(path, statement string) {
	x.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(x.folder, path))
	if err != nil {
		x.t.Fatal(err)
	}
	defer db.Close()
	execute(x.t, db, statement)
}

// same compares lines.
func (x *stage) same(what string, want, got []string) {
	x.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		x.t.Errorf("%s (-want +got):\n%s\n%s", what, diff, &x.said)
	}
}

// members are the names of all members of JSON that was sent.
func members(requests []simulators.Request) []string {
	names := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, x := range v {
				names[name] = true
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, r := range requests {
		var v any
		if json.Unmarshal([]byte(r.Body), &v) == nil {
			walk(v)
		}
	}
	return slices.Sorted(maps.Keys(names))
}
