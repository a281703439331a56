package vendor

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rest"
	"syncline/schema"
)

// client is a vendor's description, open against its contract.
type client struct {
	*contract
	d    *rest.Description
	conn connectors.Conn
	v    *vendorOf
}

// vendorOf is what a test has to know of one vendor.
type vendorOf struct {
	name     string
	settings func(api, auth string) map[string]string
	secrets  func() map[string]string
	reply    func(c *contract) func(op string, r *http.Request, body []byte) any
	complete func(object string, set map[string]any) // makes a create that the API takes of any
	broken   [][2]string                             // mistakes in the file, each of which is caught
}

// shipped are the vendors that come with the binary, compiled once.
var shipped = sync.OnceValue(func() map[string]*Vendor {
	out := map[string]*Vendor{}
	for _, name := range Names() {
		v, problems := Find(name)
		if v == nil {
			panic(problems[0])
		}
		out[name] = v
	}
	return out
})

// key is an RSA key, made once.
var key = sync.OnceValue(func() string {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
})

// tokens is a server that gives a token to whoever asks, and keeps the fields
// of what was asked last.
func tokens(t testing.TB) (address string, asked func() map[string][]string) {
	t.Helper()
	var mu sync.Mutex
	var last map[string][]string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		mu.Lock()
		last = r.PostForm
		if user, password, ok := r.BasicAuth(); ok {
			last["basic"] = []string{user, password}
		}
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600}`)
	}))
	t.Cleanup(web.Close)
	return web.URL, func() map[string][]string {
		mu.Lock()
		defer mu.Unlock()
		return last
	}
}

// against opens a description against the vendor's contract.
func against(t testing.TB, v *vendorOf, d *rest.Description) *client {
	t.Helper()
	c := &client{d: d, v: v}
	c.contract = newContract(t, v.name, func(op string, r *http.Request, body []byte) any { return v.reply(c.contract)(op, r, body) })
	auth, _ := tokens(t)
	c.conn = opened(t, d, v.settings(c.doc.Servers[0].URL, auth), v.secrets())
	return c
}

// hours is a clock that waiting moves.
type hours struct {
	mu sync.Mutex
	at time.Time
}

func (h *hours) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hours) sleep(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
	return ctx.Err()
}

// opened opens a description with these settings; defaults are filled in.
func opened(t testing.TB, d *rest.Description, settings, secrets map[string]string) connectors.Conn {
	t.Helper()
	values := map[string]schema.Value{}
	for _, f := range d.Settings {
		if f.Default.Is() {
			values[f.Name] = f.Default
		}
		if text, ok := settings[f.Name]; ok {
			values[f.Name] = schema.String(text)
		}
	}
	h := &hours{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	conn, err := rest.Open(t.Context(), d, connectors.Settings{
		System: "s", Values: values, Clock: h.now,
		Secret: func(name string) (string, error) {
			if text, ok := secrets[name]; ok {
				return text, nil
			}
			return "", fmt.Errorf("%s was not given", name)
		},
	}, rest.Options{HTTP: httpclient.Options{Sleep: h.sleep, Clock: h.now}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// fitting draws what a field of a type may hold, as JSON has it.
func fitting(t *rapid.T, want schema.Type) any {
	switch want.Kind {
	case schema.KindEnum:
		return rapid.SampledFrom(want.Words).Draw(t, "word")
	case schema.KindBool:
		return rapid.Bool().Draw(t, "truth")
	case schema.KindInt, schema.KindDecimal:
		return rapid.IntRange(0, 1000).Draw(t, "number")
	case schema.KindDate:
		return moment(t).Format(time.DateOnly)
	case schema.KindTimestamp:
		return moment(t).Format(time.RFC3339)
	case schema.KindEmail:
		return rapid.StringMatching(`[a-z0-9]{1,12}@[a-z]{1,12}\.example\.com`).Draw(t, "address")
	case schema.KindURL:
		return "https://" + rapid.StringMatching(`[a-z]{1,12}\.example\.com/[a-z]{0,12}`).Draw(t, "url")
	case schema.KindList, schema.KindSet:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			out = append(out, fitting(t, want.ElemType()))
		}
		return out
	case schema.KindObject, schema.KindAny:
		out := map[string]any{}
		for _, f := range want.Fields {
			if f.Type.Kind == schema.KindString && !f.Type.Nullable {
				out[f.Name] = rapid.StringMatching(`[a-zA-Z0-9é][ -~é]{0,20}`).Draw(t, f.Name) // what has to be there is not empty
			} else if !f.Type.Nullable || rapid.Bool().Draw(t, f.Name) {
				out[f.Name] = fitting(t, f.Type)
			}
		}
		return out
	}
	return rapid.String().Draw(t, "text")
}

func moment(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "moment"), 0).UTC()
}

// changeOf draws a change of a verb that an engine could ask for: well typed,
// and with all that is required.
func (c *client) changeOf(o *rest.Object, w *rest.Write) *rapid.Generator[connectors.Change] {
	return rapid.Custom(func(t *rapid.T) connectors.Change {
		ch := connectors.Change{Operation: rapid.StringMatching(`[0-9a-f]{32}`).Draw(t, "operation"), Verb: w.Verb}
		set, args := map[string]any{}, map[string]any{}
		for i := range o.Fields {
			f := &o.Fields[i]
			if f.ReadOnly || !taken(w, f.Name) || servedBy(o, f.Name) {
				continue
			}
			if w.Verb == "create" && f.Required || rapid.Bool().Draw(t, f.Name) {
				set[f.Name] = fitting(t, f.Type)
			}
			if f.Type.Nullable && !c.d.NoNull && w.Verb == "update" && rapid.IntRange(0, 4).Draw(t, "null") == 0 {
				set[f.Name] = nil
			}
		}
		if w.Verb == "update" && len(set) == 0 {
			i := slices.IndexFunc(o.Fields, func(f rest.Field) bool { return !f.ReadOnly && taken(w, f.Name) && !servedBy(o, f.Name) })
			set[o.Fields[i].Name] = fitting(t, o.Fields[i].Type)
		}
		for _, a := range w.Args {
			if a.Required || rapid.Bool().Draw(t, a.Name) {
				args[a.Name] = fitting(t, a.Type)
			}
		}
		switch {
		case w.Verb != "create":
			ch.ID = c.idOf(o).Draw(t, "id")
		case o.Identity.Parent != "":
			set[o.Identity.Parent] = "C" + rapid.StringMatching(`[A-Z0-9]{8}`).Draw(t, "parent")
		case w.Lost.By == connectors.CreateExternalID:
			ch.NewID = rapid.StringMatching(`[a-f0-9]{32}`).Draw(t, "new")
		}
		if w.Verb == "create" && c.v.complete != nil {
			c.v.complete(o.Name, set)
		}
		if w.Verb != "create" && w.Verb != "update" {
			set = nil
		}
		ch.Set, ch.Args = typed(o.Fields, set), typedArgs(w.Args, args)
		return ch
	})
}

// idOf draws the id of a record as the engine has it.
func (c *client) idOf(o *rest.Object) *rapid.Generator[string] {
	if o.Identity.Qualified {
		return rapid.StringMatching(`C[A-Z0-9]{8}/1[0-9]{9}\.[0-9]{6}`)
	}
	return rapid.StringMatching(`R[A-Za-z0-9]{4,20}`)
}

func taken(w *rest.Write, field string) bool {
	return slices.ContainsFunc(w.Steps, func(s rest.Step) bool { return s.Takes == nil || slices.Contains(s.Takes, field) })
}

func servedBy(o *rest.Object, field string) bool {
	return slices.ContainsFunc(o.Writes, func(w rest.Write) bool {
		return slices.ContainsFunc(w.Serves, func(s rest.Serve) bool { return s.Field == field })
	})
}

// typed are values as the engine has them.
func typed(fields []rest.Field, values map[string]any) []connectors.Assignment {
	var plain []schema.Field
	for i := range fields {
		plain = append(plain, fields[i].Field)
	}
	return typedArgs(plain, values)
}

func typedArgs(fields []schema.Field, values map[string]any) (out []connectors.Assignment) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		raw, err := json.Marshal(values[name])
		if err != nil {
			panic(err)
		}
		v, err := schema.FromJSON(raw)
		if i := slices.IndexFunc(fields, func(f schema.Field) bool { return f.Name == name }); i >= 0 && err == nil && v.Is() {
			v, err = fields[i].Type.Normal(v, schema.Norm{})
		}
		if err != nil {
			panic(fmt.Sprint(name, " ", string(raw), " ", err))
		}
		out = append(out, connectors.Assignment{Path: schema.PathTo(name), Value: v})
	}
	return out
}

// write carries a change out, on the record as it is.
func (c *client) write(ctx context.Context, sel *connectors.Selection, ch connectors.Change) error {
	if ch.ID != "" {
		got, err := c.conn.(connectors.Getter).Get(ctx, sel, []string{ch.ID})
		if err != nil || got[0].Record == nil {
			return fmt.Errorf("get %s: %w %w, it is %s", ch.ID, err, got[0].Err, got[0].Presence)
		}
		ch.Revision, ch.Hash = got[0].Record.Revision, got[0].Hash
	}
	results, err := c.conn.(connectors.Writer).Write(ctx, sel, []connectors.Change{ch})
	if err == nil {
		err = results[0].Err
	}
	return err
}

// get reads a record by id.
func (c *client) get(ctx context.Context, sel *connectors.Selection, id string) error {
	got, err := c.conn.(connectors.Getter).Get(ctx, sel, []string{id})
	if err == nil && got[0].Presence != connectors.Live {
		err = fmt.Errorf("%s is %s: %w", id, got[0].Presence, got[0].Err)
	}
	return err
}

// find searches for what is drawn of the type of each key.
func (c *client) find(ctx context.Context, sel *connectors.Selection, q connectors.Query) error {
	_, err := c.conn.(connectors.Finder).Find(ctx, sel, []connectors.Query{q})
	return err
}

func searchFor(o *rest.Object, s *rest.Search) *rapid.Generator[connectors.Query] {
	return rapid.Custom(func(t *rapid.T) connectors.Query {
		q := connectors.Query{Paths: s.Keys}
		for _, k := range s.Keys {
			f, _ := o.Field(k)
			v := typed(o.Fields, map[string]any{k: fitting(t, f.Type)})
			q.Values = append(q.Values, []schema.Value{v[0].Value})
		}
		return q
	})
}

// reads lists an object whole, then what changed since.
func (c *client) reads(ctx context.Context, sel *connectors.Selection) error {
	var from connectors.Checkpoint
	for _, full := range []bool{true, false} {
		stream, err := c.conn.(connectors.Reader).Read(ctx, sel, from, full)
		if err != nil {
			return err
		}
		for {
			var b connectors.Batch
			err = stream.Next(ctx, &b)
			for i := range b.Items {
				rec := schema.NewRecord(sel.Shape)
				if b.Items[i].Err == nil && !b.Items[i].Gone {
					b.Items[i].Err = stream.Decode(&b.Items[i], rec)
				}
				if connectors.KindOf(b.Items[i].Err) == connectors.Unsupported { // it is to be got by id
					b.Items[i].Err = c.get(ctx, sel, b.Items[i].ID)
				}
				if b.Items[i].Err != nil {
					return b.Items[i].Err
				}
			}
			if err != nil {
				break
			}
		}
		from, _ = stream.Done()
		stream.Close()
		if err != io.EOF {
			return err
		}
	}
	return nil
}

// exercise makes every request that the description can make, a few times each,
// with values that draw gives.
func (c *client) exercise(t *testing.T, once func(name string, try func() error), each func(name string, try func(t *rapid.T) error)) {
	for i := range c.d.Objects {
		o := &c.d.Objects[i]
		sel := whole(t, c.d, o.Name)
		sel.Cursor = o.At
		id := c.idOf(o)
		each(o.Name+" get", func(rt *rapid.T) error { return c.get(t.Context(), sel, id.Draw(rt, "id")) })
		once(o.Name+" list", func() error { return c.reads(t.Context(), sel) })
		for n := range o.Find {
			query := searchFor(o, &o.Find[n])
			each(fmt.Sprintf("%s find %v", o.Name, o.Find[n].Keys), func(rt *rapid.T) error { return c.find(t.Context(), sel, query.Draw(rt, "query")) })
		}
		for n := range o.Writes {
			change := c.changeOf(o, &o.Writes[n])
			each(o.Name+" "+o.Writes[n].Verb, func(rt *rapid.T) error { return c.write(t.Context(), sel, change.Draw(rt, "change")) })
		}
	}
	once("check", func() error { return c.conn.(connectors.Checker).Check(t.Context()) })
}

// TestContracts holds that every request that a description can make, with
// whatever values, is one that the vendor's own description knows, and that all
// that is kept of that is asked for.
func TestContracts(t *testing.T) {
	for _, v := range contracted() {
		t.Run(v.name, func(t *testing.T) {
			c := against(t, v, shipped()[v.name].Description)
			c.exercise(t, func(name string, try func() error) {
				if err := try(); err != nil || len(c.wrong) > 0 {
					t.Fatal(name, err, strings.Join(c.wrong, "\n"))
				}
			}, func(name string, try func(t *rapid.T) error) {
				t.Run(name, func(t *testing.T) {
					rapid.Check(t, func(rt *rapid.T) {
						if err := try(rt); err != nil {
							rt.Error(err)
						}
						if len(c.wrong) > 0 {
							rt.Fatal(strings.Join(c.wrong, "\n"))
						}
					})
				})
			})
			for _, op := range c.operations() {
				if c.asked[op] == 0 {
					t.Errorf("nothing asks for %s", op)
				}
			}
		})
	}
}

// TestContractsAreHeld makes mistakes in the descriptions: each is seen by the
// vendor's own.
func TestContractsAreHeld(t *testing.T) {
	for _, v := range contracted() {
		found := shipped()[v.name]
		for _, b := range v.broken {
			t.Run(v.name+" "+b[1], func(t *testing.T) {
				src := strings.Replace(string(found.Source), b[0], b[1], 1)
				if src == string(found.Source) {
					t.Fatalf("the file does not have %q", b[0])
				}
				wrong, problems := Compile(v.name+".hcl", []byte(src))
				if wrong == nil {
					t.Fatal(problems)
				}
				c := against(t, v, wrong.Description)
				c.exercise(t, func(_ string, try func() error) { _ = try() }, func(name string, try func(t *rapid.T) error) {
					tries := rapid.Custom(func(rt *rapid.T) error { return try(rt) })
					for seed := 0; seed < 6 && len(c.wrong) == 0; seed++ {
						tries.Example(seed)
					}
				})
				if len(c.wrong) == 0 {
					t.Error("nobody sees it")
				}
			})
		}
	}
}
