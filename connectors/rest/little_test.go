package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

// little is an API of one object with a list by cursor and a read by id, to be
// changed by a test.
func little() *Description {
	id := Part{Value: theID}
	return &Description{
		Name: "little", Doc: "A little API.", Settings: urlSetting(), Base: underURL("/v1"),
		Objects: []Object{{
			Name: "people", Doc: "People.", Identity: Identity{Path: mustPath("id")},
			Fields: []Field{
				{Field: schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString}}},
				{Field: schema.Field{Name: "stage", Type: schema.Type{Kind: schema.KindString, Nullable: true}}},
				{Field: schema.Field{Name: "updated_at", Type: schema.Type{Kind: schema.KindTimestamp}, ReadOnly: true}},
			},
			Get: &Getting{Request: Request{Path: below2("/people/", id)}},
			List: &Listing{
				Request: Request{Path: below2("/people")}, Records: Records{At: []string{"data"}},
				Paging: &Paging{Next: ByCursor{From: at("next"), Into: Place{InQuery, "after"}}},
			},
			Writes: verbs("Does it.",
				Write{Verb: "create", Steps: []Step{{Request: Request{Method: "POST", Path: below2("/people")}}}, After: AfterAnswer},
				Write{Verb: "update", Steps: []Step{{Request: Request{Method: "PATCH", Path: below2("/people/", id)}}}},
			),
		}},
	}
}

// talk is a server of canned answers that remembers what it was asked.
type talk struct {
	mu  sync.Mutex
	log []string // method, address and body, in order of arrival
	url string
}

// open serves a description by a handler and opens it.
func open(t testing.TB, d *Description, handle http.HandlerFunc) (connectors.Conn, *talk) {
	t.Helper()
	k := &talk{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		k.mu.Lock()
		k.log = append(k.log, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		k.mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(web.Close)
	k.url = web.URL
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	conn, err := Open(t.Context(), d, connectors.Settings{
		System: "sys", Values: map[string]schema.Value{"url": schema.String(web.URL)},
		Secret: func(name string) (string, error) { return "secret-of-" + name, nil },
		Clock:  func() time.Time { return time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC) },
	}, Options{HTTP: httpclient.Options{
		Retry: httpclient.Retry{Attempts: 2},
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, k
}

// asked returns what the server was asked so far, and forgets it.
func (k *talk) asked() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	log := k.log
	k.log = nil
	return log
}

func selection(fields ...string) *connectors.Selection {
	sel := &connectors.Selection{Object: "people"}
	var list []schema.Field
	for _, f := range fields {
		list = append(list, schema.Field{Name: f})
	}
	sel.Shape = schema.NewShape(list...)
	return sel
}

// listing is what a listing gave.
type listing struct {
	ids      []string // "-" before one that is gone, "!" for one that cannot be read
	names    []string // the first field
	next     connectors.Checkpoint
	complete bool
	err      error
}

func list(t testing.TB, conn connectors.Conn, sel *connectors.Selection, from connectors.Checkpoint, full bool) (l listing) {
	t.Helper()
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, from, full)
	if err != nil {
		return listing{err: err}
	}
	defer stream.Close()
	rec := schema.NewRecord(sel.Shape)
	var b connectors.Batch
	for {
		err := stream.Next(t.Context(), &b)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				l.err = err
			}
			l.next, l.complete = stream.Done()
			return l
		}
		for i := range b.Items {
			it := &b.Items[i]
			switch {
			case it.Err != nil:
				l.ids = append(l.ids, "!")
			case it.Gone:
				l.ids = append(l.ids, "-"+it.ID)
			default:
				l.ids = append(l.ids, it.ID)
				if it.Raw == nil || sel.Shape.Len() == 0 {
					continue
				}
				if err := stream.Decode(it, rec); err != nil {
					l.ids[len(l.ids)-1] = "!" + it.ID
					continue
				}
				l.names = append(l.names, rec.Slots[0].Plain())
			}
		}
	}
}

// answers is a handler of fixed bodies by address; what begins with a number is
// a status.
func answers(by map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := by[r.Method+" "+r.URL.RequestURI()]
		if !ok {
			body, ok = by[r.URL.RequestURI()]
		}
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		var status int
		if n, _ := fmt.Sscanf(body, "%d", &status); n == 1 && status >= 200 && status < 600 {
			_, body, _ = strings.Cut(body, " ")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
		}
		io.WriteString(w, body)
	}
}

func set(path string, v schema.Value) connectors.Assignment {
	return connectors.Assignment{Path: schema.PathTo(path), Value: v}
}

func write(t testing.TB, conn connectors.Conn, sel *connectors.Selection, changes ...connectors.Change) []connectors.Result {
	t.Helper()
	for i := range changes {
		if changes[i].Operation == "" {
			changes[i].Operation = fmt.Sprintf("op-%d", i)
		}
	}
	res, err := conn.(connectors.Writer).Write(t.Context(), sel, changes)
	if err != nil {
		t.Fatal(err)
	}
	return res
}
