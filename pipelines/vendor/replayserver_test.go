package vendor

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exchange is one documented request and its documented answer. BASE stands
// for the address of the server wherever it is written.
type exchange struct {
	Ask     string            // method and path
	Query   map[string]any    // a text, or a list of them; all that is asked for and no more
	Headers map[string]string // headers that have to be there; "" where one must not be
	Body    json.RawMessage   // as JSON; absent: there is none
	Form    map[string]string // or as a form

	Status  int             // 0: 200
	Answer  json.RawMessage // the answer, or the name of the file that holds it
	Replies map[string]string
}

// replayer is a server that knows nothing but its exchanges: each is given
// once, and a request that is none of them is a failure of the test.
type replayer struct {
	t      testing.TB
	folder string
	always map[string]string // headers of every request

	mu   sync.Mutex
	web  *httptest.Server
	left []exchange
}

func startReplayer(t testing.TB, folder string, always map[string]string) *replayer {
	r := &replayer{t: t, folder: folder, always: always}
	r.web = httptest.NewServer(r)
	t.Cleanup(r.web.Close)
	return r
}

// expect puts exchanges before the requests that make them.
func (r *replayer) expect(list []exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = slices.Clone(list)
}

// finish reports exchanges that nobody asked for.
func (r *replayer) finish(name string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.left {
		r.t.Errorf("%s: nobody asked %s %v", name, e.Ask, e.Query)
	}
	r.left = nil
}

func (r *replayer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(req.Body)
	asked := r.asked(req, string(body))
	for i, e := range r.left {
		if diff := cmp.Diff(r.documented(&e), asked); diff != "" {
			continue
		}
		r.left = slices.Delete(r.left, i, i+1)
		r.headers(&e, req)
		r.answer(w, &e)
		return
	}
	near := "there is no exchange left"
	for i := len(r.left) - 1; i >= 0; i-- {
		if r.left[i].Ask == asked["ask"] || i == 0 {
			near = cmp.Diff(r.documented(&r.left[i]), asked)
		}
	}
	r.t.Errorf("a request that is not documented (-documented +asked):\n%s\n%v", near, asked)
	w.WriteHeader(http.StatusTeapot)
}

// asked is a request in the form of documented.
func (r *replayer) asked(req *http.Request, body string) map[string]any {
	query := map[string]any{}
	for name, values := range req.URL.Query() {
		query[name] = values[0]
		if len(values) > 1 {
			query[name] = values
		}
	}
	body = strings.ReplaceAll(body, r.web.URL, "BASE")
	out := map[string]any{"ask": req.Method + " " + req.URL.EscapedPath(), "query": query}
	if form, err := url.ParseQuery(body); err == nil && strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		fields := map[string]string{}
		for name := range form {
			fields[name] = form.Get(name)
		}
		out["form"] = fields
	} else if body != "" {
		out["body"] = r.value([]byte(body))
	}
	return out
}

func (r *replayer) documented(e *exchange) map[string]any {
	query := map[string]any{}
	for name, v := range e.Query {
		query[name] = v
		if list, ok := v.([]any); ok {
			var texts []string
			for _, text := range list {
				texts = append(texts, fmt.Sprint(text))
			}
			query[name] = texts
		}
	}
	out := map[string]any{"ask": e.Ask, "query": query}
	if e.Form != nil {
		out["form"] = e.Form
	}
	if e.Body != nil {
		out["body"] = r.value(e.Body)
	}
	return out
}

func (r *replayer) value(text []byte) any {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		r.t.Errorf("%q is not JSON: %v", text, err)
	}
	return v
}

// headers holds a request to what every one carries and what this one does.
func (r *replayer) headers(e *exchange, req *http.Request) {
	want := maps.Clone(r.always)
	if e.Form != nil {
		want = map[string]string{} // a request for a token says for itself who asks
	}
	maps.Copy(want, e.Headers)
	for name, value := range want {
		if got := req.Header.Get(name); got != value {
			r.t.Errorf("%s: the header %s is %q, want %q", e.Ask, name, got, value)
		}
	}
}

func (r *replayer) answer(w http.ResponseWriter, e *exchange) {
	text := string(e.Answer)
	var file string
	if json.Unmarshal(e.Answer, &file) == nil && file != "" {
		src, err := os.ReadFile(filepath.Join(r.folder, file))
		if err != nil {
			r.t.Error(err)
		}
		text = string(src)
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range e.Replies {
		w.Header().Set(name, strings.ReplaceAll(value, "BASE", r.web.URL))
	}
	w.WriteHeader(max(e.Status, 200))
	if text != "" && e.Status != http.StatusNoContent {
		io.WriteString(w, strings.ReplaceAll(text, "BASE", r.web.URL))
	}
}
