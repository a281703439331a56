package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestADayWithoutTheAPI lets an API that a file describes be down for a day, while
// people edit at both sides and it goes on telling what changed: it is left alone,
// what it told waits in sight, and when it is back every edit arrives once.
func TestADayWithoutTheAPI(t *testing.T) {
	var now atomic.Int64 // the simulated time, for a server that stands outside it
	f := &folk{people: map[string]man{}, clock: func() time.Time { return time.Unix(now.Load(), 0) }}
	web := httptest.NewUnstartedServer(f)
	web.Config.SetKeepAlivesEnabled(false) // a connection that idles would stop the simulated time
	web.Start()
	defer web.Close()
	folder := t.TempDir()
	text := strings.NewReplacer("URL", web.URL, "CURSOR", "cursor = \"changed_at\"\n    webhook = true\n    every = \"15m\"", `allow  = ["read", "update", "delete"]`, "allow  = [\"read\", \"update\", \"delete\"]\n    every = \"15m\"").Replace(folkPipeline)
	vendor, err := os.ReadFile("testdata/folk.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"main.hcl": text, "folk.hcl": string(vendor)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		clock := func() time.Time {
			at := time.Now()
			now.Store(at.Unix())
			return at
		}
		world := memory.NewWorld(memory.Options{Clock: clock})
		word := schema.Type{Kind: schema.KindString, Nullable: true}
		ats := world.System("ats").Table("people", memory.Layout{Fields: []schema.Field{{Name: "email", Type: word}, {Name: "name", Type: word}}})
		d := world.Definition()
		var logged []string
		e := engine.New(engine.Options{
			Connectors: []*connectors.Definition{&d}, Clock: clock, Log: func(_, text string) { logged = append(logged, text) },
			Env: func(name string) (string, bool) { return "key-obviously-fake", name == "KEY" },
		})
		for i := range 20 {
			ats.Put(fmt.Sprint(i), memory.Fields{"email": schema.String(fmt.Sprintf("%d@x.test", i)), "name": schema.String(fmt.Sprint("name ", i))})
		}
		c, problems := e.Load(t.Context(), engine.Source{Path: folder})
		if problems.Failed() {
			t.Fatalf("%+v", problems)
		}
		ctx, end := context.WithCancel(t.Context())
		ready, over := make(chan *engine.Service, 1), make(chan error, 1)
		go func() {
			over <- e.Serve(ctx, c, engine.ServeOptions{Drain: 30 * time.Second, Ready: func(s *engine.Service) { ready <- s }})
		}()
		service := <-ready
		time.Sleep(time.Hour)
		if len(f.names()) != 20 {
			t.Fatalf("after the first load %d people are there", len(f.names()))
		}
		f.wrong(func(x *exchange) { x.hang("", false) }, nil)
		asked, done, names, uid := f.requests(), len(f.done), map[string]string{}, 0
		for n := range 48 {
			clock()
			here, there := n%6, 10+n%5
			names[fmt.Sprintf("%d@x.test", here)], names[fmt.Sprintf("%d@x.test", there)] = fmt.Sprint("here ", n), fmt.Sprint("there ", n)
			ats.Set(fmt.Sprint(here), memory.Fields{"name": schema.String(fmt.Sprint("here ", n))})
			f.edit(fmt.Sprintf("%d@x.test", there), fmt.Sprint("there ", n))
			uid++
			if _, err := service.Accept("crm", &connectors.Delivery{
				Method: http.MethodPost, URL: "/hooks/crm", Header: http.Header{"X-Folk": {"key-obviously-fake"}},
				Body: fmt.Appendf(nil, `{"uid":"e%d","person":"%s"}`, uid, f.idOf(fmt.Sprintf("%d@x.test", there))),
			}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(30 * time.Minute)
		}
		p := service.Status().Pipelines[0]
		if p.Inbox != 5 || !p.Failing || time.Since(p.Oldest) < 23*time.Hour {
			t.Errorf("after a day %d records wait since %v, failing %v", p.Inbox, p.Oldest, p.Failing)
		}
		if n := f.requests() - asked; n > 500 {
			t.Errorf("an API that was down was asked %d times in a day", n)
		}
		f.wrong(nil, nil)
		time.Sleep(4 * time.Hour)
		for mail, name := range names {
			at := slices.IndexFunc(ats.IDs(), func(id string) bool { return ats.Record(id)["email"].Text() == mail })
			if got := f.names()[mail]; len(got) != 1 || got[0] != name || ats.Record(ats.IDs()[at])["name"].Text() != name {
				t.Errorf("%s was called %q last, and is %q there and %q here", mail, name, got, ats.Record(ats.IDs()[at])["name"].Text())
			}
		}
		if n := len(f.done) - done; n != 6 || len(f.names()) != 20 || len(ats.IDs()) != 20 {
			t.Errorf("%d writes there, want one for each of 6 people: %q; %d and %d people", n, f.done[done:], len(f.names()), len(ats.IDs()))
		}
		if p := service.Status().Pipelines[0]; p.Inbox != 0 || p.Failing {
			t.Errorf("four hours after it is back %d records wait, failing %v", p.Inbox, p.Failing)
		}
		told := strings.Join(logged, "\n")
		if strings.Count(told, "1 failed") != 1 || strings.Count(told, "1 recovered") != 1 {
			t.Errorf("who has to hear of it heard:\n%s", told)
		}
		end()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

func (f *folk) idOf(mail string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.among(func(p man) bool { return p.Mail == mail })[0].ID
}
