package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// What is asked of folk.
const (
	atToken  = "a token"
	atList   = "a listing"
	atNext   = "its second page"
	atSince  = "a listing of changes"
	atGet    = "a read by id"
	atFind   = "a search"
	atCreate = "a create"
	atUpdate = "an update"
)

// folk is the API of testdata/folk.hcl. Its state is what everything is judged
// by: what it holds, and what was carried out.
type folk struct {
	mu     sync.Mutex
	clock  func() time.Time
	people map[string]man
	serial int
	token  int      // of those given, the one that is good
	asked  int      // requests
	done   []string // what the engine had carried out: "create MAIL NAME", "update MAIL NAME"

	bad  func(x *exchange) // answers instead, or lets the sound answer through; nil: nothing is wrong
	met  int               // requests that it answered
	once func()            // happens when it is met first
}

// man is a person at folk.
type man struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Mail    string `json:"mail"`
	Changed string `json:"changed_at"`
}

// exchange is one request, and the answer that it should have.
type exchange struct {
	w    http.ResponseWriter
	r    *http.Request
	f    *folk
	what string
}

// ServeHTTP implements http.Handler.
func (f *folk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // until then nobody is told that whoever asks is gone
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	x := &exchange{w, r, f, whatIsAsked(r)}
	f.mu.Lock()
	f.asked++
	bad := f.bad
	f.mu.Unlock()
	w.Header().Set("Date", f.clock().UTC().Format(http.TimeFormat))
	if bad != nil {
		bad(x)
		return
	}
	x.sound()
}

func whatIsAsked(r *http.Request) string {
	switch {
	case r.URL.Path == "/token":
		return atToken
	case r.URL.Path == "/search":
		return atFind
	case r.Method == http.MethodPost:
		return atCreate
	case r.Method == http.MethodPatch:
		return atUpdate
	case r.URL.Path != "/people":
		return atGet
	case r.URL.Query().Has("after"):
		return atNext
	case r.URL.Query().Has("changed_since"):
		return atSince
	}
	return atList
}

// sound answers as it should.
func (x *exchange) sound() {
	status, body := x.answer()
	x.say(status, "application/json", body)
}

func (x *exchange) say(status int, kind string, body []byte) {
	if kind != "" {
		x.w.Header().Set("Content-Type", kind)
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // whoever asked may be gone
}

// answer carries the request out and returns the answer.
func (x *exchange) answer() (int, []byte) {
	x.f.mu.Lock()
	defer x.f.mu.Unlock()
	status, body := x.f.carryOut(x)
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of texts
	}
	return status, text
}

func (f *folk) carryOut(x *exchange) (int, any) {
	if x.what == atToken {
		f.token++
		return http.StatusOK, map[string]any{"access_token": f.good(), "token_type": "Bearer", "expires_in": 31536000}
	}
	if x.r.Header.Get("Authorization") != "Bearer "+f.good() {
		return http.StatusUnauthorized, map[string]any{"error": "token"}
	}
	switch x.what {
	case atGet, atUpdate:
		p, ok := f.people[strings.TrimPrefix(x.r.URL.Path, "/people/")]
		if !ok {
			return http.StatusNotFound, map[string]any{"error": "nobody"}
		}
		if x.what == atUpdate {
			p = f.write(x.r, "update", p)
		}
		return http.StatusOK, p
	case atCreate:
		f.serial++
		return http.StatusCreated, f.write(x.r, "create", man{ID: fmt.Sprint("f", f.serial)})
	case atFind:
		return http.StatusOK, map[string]any{"data": f.among(func(p man) bool { return p.Mail == x.r.URL.Query().Get("mail") })}
	}
	return http.StatusOK, f.page(x.r)
}

func (f *folk) good() string { return fmt.Sprintf("token-obviously-fake-%d", f.token) }

// write takes what a request says of a person.
func (f *folk) write(r *http.Request, verb string, p man) man {
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		panic(err) // the engine does not send such a thing
	}
	p.Changed = f.clock().UTC().Format(time.RFC3339)
	f.people[p.ID] = p
	f.done = append(f.done, verb+" "+p.Mail+" "+p.Name)
	return p
}

// page is the page of a listing: of the two people after the one it names.
func (f *folk) page(r *http.Request) any {
	after, since := r.URL.Query().Get("after"), r.URL.Query().Get("changed_since")
	rest := f.among(func(p man) bool { return p.ID > after && !moment(p.Changed).Before(moment(since)) })
	next := any(nil)
	if len(rest) > 2 {
		rest, next = rest[:2], rest[1].ID
	}
	return map[string]any{"data": rest, "next": next}
}

func moment(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text) // none is the beginning of all time
	return at
}

// among returns the people of whom it is true, by id.
func (f *folk) among(is func(man) bool) []man {
	out := []man{}
	for _, id := range slices.Sorted(maps.Keys(f.people)) {
		if p := f.people[id]; is(p) {
			out = append(out, p)
		}
	}
	return out
}

// edit is what somebody does there who is no program of ours.
func (f *folk) edit(mail, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, p := range f.people {
		if p.Mail == mail {
			p.Name, p.Changed = name, f.clock().UTC().Format(time.RFC3339)
			f.people[id] = p
		}
	}
}

// names returns what everybody is called, by mail.
func (f *folk) names() map[string][]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string][]string{}
	for _, p := range f.people {
		out[p.Mail] = append(out[p.Mail], p.Name)
	}
	return out
}

// requests returns how often it was asked.
func (f *folk) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// wrong has something answered badly from now on.
func (f *folk) wrong(bad func(*exchange), once func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bad, f.met, f.once = bad, 0, once
}

// meets counts a bad answer.
func (f *folk) meets() {
	f.mu.Lock()
	f.met++
	once := f.once
	f.once = nil
	f.mu.Unlock()
	if once != nil {
		once()
	}
}
