package s3_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/s3"
	"syncline/schema"
)

func laid(t testing.TB, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// session renames Ada from beginning to end.
func session(t testing.TB, set connectors.Settings) error {
	t.Helper()
	conn, err := s3.Definition().Open(t.Context(), set)
	if err != nil {
		return err
	}
	defer conn.Close()
	s, err := connectortest.Rename(t, conn)
	if err != nil {
		return err
	}
	return s.Commit(t.Context())
}

// before stands before the server, and calls a function for each request.
func (g *gateway) before(t testing.TB, call func(*http.Request)) string {
	t.Helper()
	to, _ := url.Parse("http://" + g.address)
	p := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call(r)
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// remembering is a keeper.
type remembering map[string]string

func (r remembering) Kept(name string) (string, error) { return r[name], nil }
func (r remembering) Keep(name, value string) error    { r[name] = value; return nil }

// TestNoEditIsLost holds that what somebody did at any moment of a session ends
// it, and that a store has to prove once that it sees to that.
func TestNoEditIsLost(t *testing.T) {
	g := serve(t)
	b := g.bucket(t)
	kept := remembering{}
	var puts atomic.Int32
	address := g.before(t, func(r *http.Request) {
		if r.Method == "PUT" {
			puts.Add(1)
		}
	})
	for _, tt := range []struct {
		name string
		edit func()
		puts int32
	}{
		{"an edit", func() { b.put("a.csv", "id,name\n1,Ada\n2,Bob\n") }, 2},
		{"an edit to the same size", func() { b.put("a.csv", "id,name\n1,Eva\n") }, 1},
		{"a removal", func() { b.do("DELETE", "a.csv", nil, "") }, 1},
	} {
		b.put("a.csv", "id,name\n1,Ada\n")
		set := b.at(address, "a.csv")
		set.Keeper = kept
		s, err := connectortest.Rename(t, connectortest.Opened(t, s3.Definition(), set))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.(connectors.Sealer).Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		tt.edit()
		connectortest.Says(t, s.Commit(t.Context()), connectors.Moved, "somebody wrote")
		if n := puts.Swap(0); n != tt.puts {
			t.Errorf("%s: %d requests to write, want %d", tt.name, n, tt.puts)
		}
	}
}

// TestStoreWithoutConditions holds that a store which takes a write whatever its
// condition is found out before anything is written.
func TestStoreWithoutConditions(t *testing.T) {
	g := serve(t)
	b := g.bucket(t)
	b.put("a.csv", "id,name\n1,Ada\n")
	var edit atomic.Pointer[string]
	address := g.before(t, func(r *http.Request) {
		if r.Method != "PUT" {
			return
		}
		if text := edit.Load(); text != nil {
			b.put("a.csv", *text)
		}
		if r.Header.Get("If-Match") != "" { // as a store does that does not know it
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			r.Header.Del("If-Match")
			r.Header.Del("Authorization")
			g.sign(t, r, string(body))
		}
	})
	set := b.at(address, "a.csv")
	connectortest.Says(t, session(t, set), connectors.Unsupported, "conditional = false")
	if text := b.get("a.csv"); text != "id,name\n1,Ada\n" {
		t.Errorf("the object is %q", text)
	}
	if grade := s3.Definition().FactsOf("a.csv", set).Grade; grade != connectors.IfMatch {
		t.Errorf("the grade is %v", grade)
	}
	set.Values["conditional"] = schema.Bool(false)
	if grade := s3.Definition().FactsOf("a.csv", set).Grade; grade != connectors.ReadBeforeWrite {
		t.Errorf("the grade is %v", grade)
	}
	s, err := connectortest.Rename(t, connectortest.Opened(t, s3.Definition(), set))
	if err != nil {
		t.Fatal(err)
	}
	b.put("a.csv", "id,name\n1,Eve\n")
	connectortest.Says(t, s.Commit(t.Context()), connectors.Moved, "somebody wrote")
	b.put("a.csv", "id,name\n1,Ada\n")
	if err := session(t, set); err != nil || b.get("a.csv") != "id,name\n1,Augusta\n" {
		t.Errorf("%v: %q", err, b.get("a.csv"))
	}
}

// TestConnectionIsCut cuts the connection at random places of a session: the
// object is the old one or the new one, and only an error of kind uncertain
// leaves open which.
func TestConnectionIsCut(t *testing.T) {
	g := serve(t)
	b := g.bucket(t)
	before := "id,name\n1,Ada\n" + strings.Repeat("2,somebody else\n", 20_000)
	after := strings.Replace(before, "Ada", "Augusta", 1)
	rng := rand.New(rand.NewPCG(1, 2))
	cut := 0
	for i := range 24 {
		key := fmt.Sprintf("%d.csv", i)
		b.put(key, before)
		proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "sea", "127.0.0.1:0", g.address)
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		stream := []string{"upstream", "downstream"}[i%2]
		toxic, _ := json.Marshal(map[string]any{"type": "limit_data", "stream": stream, "attributes": map[string]int{"bytes": 200 + rng.IntN(900_000)}})
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(string(toxic))); err != nil {
			t.Fatal(err)
		}
		set := b.at(proxy.Listen, key)
		set.Limits = connectors.Limits{Attempts: 1}
		err := session(t, set)
		proxy.Stop()
		got := b.get(key)
		switch {
		case got != before && got != after:
			t.Fatalf("%s: the object is neither the old one nor the new one: %d bytes", toxic, len(got))
		case err == nil && got != after:
			t.Errorf("%s: it was written, and the object is the old one", toxic)
		case err != nil && connectors.KindOf(err) != connectors.Uncertain && got != before:
			t.Errorf("%s: %v, and the object is the new one", toxic, err)
		}
		if err != nil {
			cut++
		}
	}
	if cut < 6 || cut == 24 {
		t.Errorf("of 24 sessions %d were cut: the places say too little", cut)
	}
}

// TestAnswerIsLost holds that a write whose answer never came is uncertain, and
// that the stamp tells afterwards what happened.
func TestAnswerIsLost(t *testing.T) {
	g := serve(t)
	b := g.bucket(t)
	b.put("a.csv", "id,name\n1,Ada\n")
	to, _ := url.Parse("http://" + g.address)
	p := httputil.NewSingleHostReverseProxy(to)
	var lose atomic.Bool
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !lose.Load() {
			p.ServeHTTP(w, r)
			return
		}
		p.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(proxy.Close)
	s, err := connectortest.Rename(t, connectortest.Opened(t, s3.Definition(), b.at(strings.TrimPrefix(proxy.URL, "http://"), "a.csv")))
	if err != nil {
		t.Fatal(err)
	}
	stamp, err := s.(connectors.Sealer).Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lose.Store(true)
	connectortest.Says(t, s.Commit(t.Context()), connectors.Uncertain, "may have been replaced")
	now, err := connectortest.Opened(t, s3.Definition(), b.settings("a.csv")).(connectors.Stamper).Stamp(t.Context(), connectortest.People())
	if err != nil || now != stamp || b.get("a.csv") != "id,name\n1,Augusta\n" {
		t.Errorf("the stamp is %s, want %s; %v", now, stamp, err)
	}
}
