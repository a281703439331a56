package vendor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rest"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// replay is a vendor's folder of documented exchanges, as its replay.json has
// it: what is asked of the connector, and what that makes of it is in
// replay.golden.
type replay struct {
	Settings map[string]any
	Secrets  map[string]string
	Headers  map[string]string // of every request
	Auth     string            // the way to log in that cases use unless they say another
	Cases    []replayCase
	Signing  *signing

	t      *testing.T
	folder string
	server *replayer
	vendor *Vendor
	conn   connectors.Conn
	golden strings.Builder
	did    map[string]bool // what was replayed, as coverage names it
}

// replayCase is one thing that is asked of the connector: exactly one of Read,
// Get, Find, Write and Deliver is given, an object each but for Deliver.
type replayCase struct {
	Name     string
	Auth     string         // the way to log in that the case uses
	Settings map[string]any // instead of the folder's
	Secrets  map[string]string
	Headers  map[string]string

	Read   string
	Passes [][]exchange // one listing each, from where the last one ended

	Get       string
	IDs       []string
	Exchanges []exchange

	Find string
	By   map[string]any

	Write     string
	Verb      string
	ID        string // "": a create. The record is read first, by the first exchange, unless Blind
	Blind     bool
	Set, Args map[string]any

	Deliver json.RawMessage // a body, or the name of its file
	With    map[string]string
}

var replayClock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// TestReplay plays the folder of each vendor that has a replay.json: requests
// are held to the documented ones, records and answers to replay.golden, and
// everything that the description claims is played once.
func TestReplay(t *testing.T) {
	files, _ := filepath.Glob("../../connectors/vendors/testdata/*/replay.json")
	if len(files) == 0 {
		t.Fatal("no vendor is replayed")
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := &replay{t: t, folder: folder, did: map[string]bool{}}
			d := json.NewDecoder(strings.NewReader(string(src)))
			d.DisallowUnknownFields()
			if err := d.Decode(r); err != nil {
				t.Fatal(err)
			}
			var problems diag.Problems
			if r.vendor, problems = Find(filepath.Base(folder)); r.vendor == nil {
				t.Fatal(problems)
			}
			for i := range r.Cases {
				r.play(&r.Cases[i])
			}
			r.covered()
			r.compare()
		})
	}
}

// open opens the description against a server of its own, so that no case
// depends on another's credential.
func (r *replay) open(c *replayCase) {
	r.t.Helper()
	settings, secrets, headers := r.Settings, r.Secrets, r.Headers
	if c.Settings != nil {
		settings = c.Settings
	}
	if c.Secrets != nil {
		secrets = c.Secrets
	}
	if c.Headers != nil {
		headers = c.Headers
	}
	r.server = startReplayer(r.t, r.folder, headers)
	values := map[string]schema.Value{}
	for name, v := range settings {
		raw, _ := json.Marshal(v)
		value, err := schema.FromJSON([]byte(strings.ReplaceAll(string(raw), "BASE", r.server.web.URL)))
		if err != nil {
			r.t.Fatal(err)
		}
		values[name] = value
	}
	conn, err := rest.Open(r.t.Context(), r.vendor.Description, connectors.Settings{
		System: "system", Values: values,
		Secret: func(name string) (string, error) {
			if s, ok := secrets[name]; ok {
				return s, nil
			}
			return "", connectors.ErrNoSecret
		},
		Clock: func() time.Time { return replayClock },
	}, rest.Options{HTTP: httpclient.Options{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.conn = conn
}

func (r *replay) play(c *replayCase) {
	r.open(c)
	defer r.server.web.Close()
	defer r.conn.Close()
	r.did["auth "+cmp.Or(c.Auth, r.Auth)] = true
	r.say("== %s\n", c.Name)
	switch {
	case c.Read != "":
		r.read(c)
	case c.Get != "":
		r.get(c)
	case c.Find != "":
		r.find(c)
	case c.Write != "":
		r.write(c)
	case c.Deliver != nil:
		r.deliver(c)
	default:
		r.t.Errorf("%s asks nothing", c.Name)
	}
	r.server.finish(c.Name)
}

// say adds to what is held to the golden file.
func (r *replay) say(format string, args ...any) {
	r.golden.WriteString(strings.ReplaceAll(fmt.Sprintf(format, args...), r.server.web.URL, "BASE"))
}

// read lists an object once for each pass.
func (r *replay) read(c *replayCase) {
	r.did[c.Read+" list"] = true
	sel := whole(r.t, r.vendor.Description, c.Read)
	o, _ := r.vendor.Description.Object(c.Read)
	switch inc := o.List.Incremental.(type) {
	case rest.Changes:
		sel.Cursor = inc.Field
	case rest.SyncToken:
		sel.Cursor = cmp.Or(o.At, sel.Shape.Fields()[0].Name)
	}
	var from connectors.Checkpoint
	for n, exchanges := range c.Passes {
		r.server.expect(exchanges)
		stream, err := r.conn.(connectors.Reader).Read(r.t.Context(), sel, from, n == 0)
		if err != nil {
			r.say("%s\n", fault(err))
			return
		}
		err = drain(r.t.Context(), stream, func(it *connectors.Item) {
			if it.Gone || it.Err != nil || it.Raw == nil {
				r.say("- %s gone=%v %s\n", it.ID, it.Gone, fault(it.Err))
				return
			}
			rec := schema.NewRecord(sel.Shape)
			if err := stream.Decode(it, rec); err != nil {
				r.say("- %s\n", fault(err))
				return
			}
			r.say("- %s %s\n%s", rec.ID, revisionOf(r.vendor, c.Read, rec), show(rec))
		})
		var complete bool
		from, complete = stream.Done()
		stream.Close()
		r.say("pass %d complete=%v %s\n", n+1, complete, fault(err))
		r.server.finish(c.Name)
	}
}

func drain(ctx context.Context, s connectors.Stream, each func(*connectors.Item)) error {
	for {
		var b connectors.Batch
		err := s.Next(ctx, &b)
		for i := range b.Items {
			each(&b.Items[i])
		}
		if err != nil {
			if err.Error() == "EOF" {
				return nil
			}
			return err
		}
	}
}

// revisionOf is a record's revision where the object has one: a hash says
// nothing to a reader.
func revisionOf(v *Vendor, object string, rec *schema.Record) string {
	o, _ := v.Description.Object(object)
	if o.Revision.Path.IsZero() {
		return ""
	}
	return "revision " + rec.Revision
}

// fault is an error as a golden file has it; "" where there is none.
func fault(err error) string {
	if err == nil {
		return ""
	}
	hint := ""
	if e, ok := err.(*connectors.Error); ok && e.Hint != "" {
		hint = " | " + e.Hint
	}
	return fmt.Sprintf("error of kind %s: %v%s", connectors.KindOf(err), err, hint)
}

func (r *replay) get(c *replayCase) {
	r.did[c.Get+" get"] = true
	r.server.expect(c.Exchanges)
	got, err := r.conn.(connectors.Getter).Get(r.t.Context(), whole(r.t, r.vendor.Description, c.Get), c.IDs)
	if err != nil {
		r.say("%s\n", fault(err))
	}
	for i := range got {
		r.tell(c.Get, c.IDs[i], &got[i])
	}
}

func (r *replay) tell(object, id string, g *connectors.Got) {
	r.say("- %s %s %s%s\n", id, g.Presence, g.Into, fault(g.Err))
	if g.Record != nil {
		r.say("  %s\n%s", revisionOf(r.vendor, object, g.Record), show(g.Record))
	}
}

func (r *replay) find(c *replayCase) {
	q := connectors.Query{}
	for _, name := range slices.Sorted(maps.Keys(c.By)) {
		q.Paths = append(q.Paths, name)
		v := c.By[name]
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		var values []schema.Value
		for _, one := range list {
			values = append(values, assignments(r.t, map[string]any{"v": one})[0].Value)
		}
		q.Values = append(q.Values, values)
	}
	r.did[c.Find+" find "+strings.Join(q.Paths, " ")] = true
	r.server.expect(c.Exchanges)
	found, err := r.conn.(connectors.Finder).Find(r.t.Context(), whole(r.t, r.vendor.Description, c.Find), []connectors.Query{q})
	if err != nil {
		r.say("%s\n", fault(err))
		return
	}
	for i := range found[0] {
		id := "?"
		if found[0][i].Record != nil {
			id = found[0][i].Record.ID
		}
		r.tell(c.Find, id, &found[0][i])
	}
}

// write carries out one change. What is changed is read before, as the engine
// does, unless the case is Blind; the exchange of that is the first.
func (r *replay) write(c *replayCase) {
	r.did[c.Write+" "+c.Verb] = true
	sel := whole(r.t, r.vendor.Description, c.Write)
	change := connectors.Change{Operation: "op-1", Verb: c.Verb, ID: c.ID, Set: assignments(r.t, c.Set), Args: assignments(r.t, c.Args)}
	exchanges := c.Exchanges
	if c.ID != "" && !c.Blind {
		first := 1 + slices.IndexFunc(exchanges, func(e exchange) bool { return e.Form == nil }) // after a log-in
		r.server.expect(exchanges[:first])
		got, err := r.conn.(connectors.Getter).Get(r.t.Context(), sel, []string{c.ID})
		if err != nil || got[0].Record == nil {
			r.t.Errorf("%s: %v %v", c.Name, err, got)
			return
		}
		change.Revision, change.Hash = got[0].Record.Revision, got[0].Hash
		exchanges = exchanges[first:]
	}
	r.server.expect(exchanges)
	results, err := r.conn.(connectors.Writer).Write(r.t.Context(), sel, []connectors.Change{change})
	if err != nil {
		r.say("%s\n", fault(err))
		return
	}
	res := results[0]
	o, _ := r.vendor.Description.Object(c.Write)
	if o.Revision.Path.IsZero() {
		res.Revision = ""
	}
	r.say("- %s id=%s revision=%s confirmed=%v %s\n", c.Verb, res.ID, res.Revision, res.Confirmed != nil, fault(res.Err))
}

// covered reports what the description claims and no case replays.
func (r *replay) covered() {
	miss := func(what string) {
		if !r.did[what] {
			r.t.Errorf("no case replays: %s", what)
		}
	}
	for _, o := range r.vendor.Description.Objects {
		if o.List != nil {
			miss(o.Name + " list")
		}
		if o.Get != nil {
			miss(o.Name + " get")
		}
		for _, f := range o.Find {
			keys := slices.Sorted(slices.Values(f.Keys))
			miss(o.Name + " find " + strings.Join(keys, " "))
		}
		for _, w := range o.Writes {
			miss(o.Name + " " + w.Verb)
		}
	}
	for _, a := range r.vendor.Description.Auth {
		miss("auth " + a.Name)
	}
	if r.vendor.Description.Webhooks != nil {
		miss("a delivery")
	}
}

func (r *replay) compare() {
	r.t.Helper()
	compareGoldenFile(r.t, filepath.Join(r.folder, "replay.golden"), r.golden.String())
}
