package rest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// server is an API that behaves as its description says: its routes, its
// pages, its bounds, its conditions, its credentials and the forms of what is
// written are read from the description. What a description can only recognise
// (where the next page is, what a query asks for) the test adds.
type server struct {
	t testing.TB
	d *Description
	o *Object

	// next adds to a page where the next one is.
	next func(p *page)
	// keys reads what a search asks for; nil: the query's parameters.
	keys func(r *asked) map[string][]string
	// route says what a request is, where its address does not; "" as of its
	// address.
	route func(r *asked) (op, id string)
	// wrap puts a record that is one answer into its place; nil: as it is.
	wrap func(op string, status int, v schema.Value) schema.Value
	// many answers a batch; nil: there is none.
	many func(r *asked) (int, schema.Value)

	mu     sync.Mutex
	rows   map[string]*row
	order  []string
	now    time.Time
	lastID int
	keyed  map[string]string // ids by idempotency key
	routes []route
	// wrong is asked before an answer; it may give another. nil: no fault.
	wrong func(op string, n int, w http.ResponseWriter) bool
	// lose says that the reply is lost after all was done. nil: none is.
	lose  func(op string) bool
	calls map[string]int
	log   []*asked
	url   string
}

type row struct {
	value schema.Value // as the API has it
	rev   int
	gone  time.Time
}

type route struct {
	op, method string
	path       *regexp.Regexp
}

// asked is a request with its body read.
type asked struct {
	*http.Request
	body schema.Value
	raw  []byte
}

// page is a page being answered.
type page struct {
	r        *asked
	from, to int // of total
	total    int
	body     schema.Value
	header   http.Header
	path     string
}

const sentinel = "SENTINEL"

// serve starts the server of a description whose only object is people, and
// adds its address as the setting url.
func serve(t testing.TB, s *server) *server {
	s.t, s.o = t, &s.d.Objects[0]
	s.rows, s.keyed, s.calls = map[string]*row{}, map[string]string{}, map[string]int{}
	s.now = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.url = web.URL
	base, _ := s.d.Base(s.input())
	u, _ := url.Parse(base.Plain())
	in := s.input()
	in.ID, in.IDs, in.ParentID = sentinel, []string{sentinel}, "p"
	in.Change = &connectors.Change{ID: sentinel, NewID: sentinel, Operation: sentinel}
	add := func(op string, r *Request) {
		address, err := r.Path.address(in)
		if err != nil {
			t.Fatal(err)
		}
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(u.Path+address), sentinel, "([^/]+)") + "$"
		s.routes = append(s.routes, route{op, or(r.Method, "GET"), regexp.MustCompile(pattern)})
	}
	if s.o.Get != nil {
		add("get", &s.o.Get.Request)
	}
	for i := range s.o.Writes {
		add(s.o.Writes[i].Verb, &s.o.Writes[i].Steps[0].Request)
		if b := s.o.Writes[i].Batch; b != nil {
			add("batch", &b.Request)
		}
	}
	for i := range s.o.Find {
		add("find", &s.o.Find[i].Request)
	}
	if s.o.List != nil {
		add("list", &s.o.List.Request)
		if c, ok := s.o.List.Incremental.(Changes); ok && c.Removed != nil {
			add("removed", &c.Removed.Request)
		}
	}
	return s
}

func (s *server) input() *Input {
	return &Input{Settings: schema.Object([]string{"url"}, []schema.Value{schema.String(s.url)}), Now: s.now, Object: s.o.Name}
}

func (s *server) settings() connectors.Settings {
	return connectors.Settings{
		System: "sys", Values: map[string]schema.Value{"url": schema.String(s.url)},
		Secret: func(name string) (string, error) { return "secret-of-" + name, nil },
	}
}

// ServeHTTP answers a request.
func (s *server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	raw, _ := io.ReadAll(req.Body)
	r := &asked{Request: req, raw: raw}
	if len(raw) > 0 {
		r.body, _ = schema.FromJSON(raw)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, r)
	w.Header().Set("Date", s.now.Format(http.TimeFormat))
	if req.URL.Path == "/token" {
		s.calls["token"]++
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":3600}`, s.calls["token"])
		return
	}
	op, id := s.routed(r)
	s.calls[op]++
	if s.wrong != nil && s.wrong(op, s.calls[op], w) {
		return
	}
	if !s.admits(r) {
		s.answer(w, op, http.StatusUnauthorized, schema.Value{})
		return
	}
	switch op {
	case "list", "find":
		s.page(w, r, op)
	case "removed":
		s.removed(w, r)
	case "get":
		s.get(w, r, id)
	case "batch":
		status, v := s.many(r)
		s.answer(w, op, status, v)
	case "":
		s.answer(w, op, http.StatusNotFound, schema.Value{})
	default:
		status, v := s.write(op, id, r.Header, r.body)
		s.answer(w, op, status, v)
	}
}

func (s *server) routed(r *asked) (string, string) {
	if s.route != nil {
		if op, id := s.route(r); op != "" {
			return op, id
		}
	}
	for _, rt := range s.routes {
		m := rt.path.FindStringSubmatch(r.URL.EscapedPath())
		if m == nil || rt.method != r.Method || rt.op == "find" && !s.finds(r) {
			continue
		}
		id := ""
		if len(m) > 1 {
			id, _ = url.PathUnescape(m[len(m)-1])
		}
		return rt.op, id
	}
	return "", ""
}

// finds tells a search from a listing that has the same address.
func (s *server) finds(r *asked) bool { return len(s.asks(r)) > 0 }

func (s *server) asks(r *asked) map[string][]string {
	if s.keys != nil {
		return s.keys(r)
	}
	out := map[string][]string{}
	for _, f := range s.o.Find {
		for _, k := range f.Keys {
			if v := r.URL.Query()[k]; v != nil {
				out[k] = v
			}
		}
	}
	return out
}

// admits holds a request to the credential of the description.
func (s *server) admits(r *asked) bool {
	if len(s.d.Auth) == 0 {
		return true
	}
	switch a := s.d.Auth[0].Scheme.(type) {
	case Basic:
		user, _, _ := r.BasicAuth()
		return user == "secret-of-key"
	case Bearer:
		return r.Header.Get("Authorization") == "Bearer secret-of-key"
	case HeaderKey:
		return r.Header.Get(a.Name) == a.Prefix+"secret-of-key"
	}
	return r.Header.Get("Authorization") == fmt.Sprintf("Bearer token-%d", s.calls["token"])
}

func (s *server) answer(w http.ResponseWriter, op string, status int, v schema.Value) {
	if s.lose != nil && s.lose(op) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
		return
	}
	if s.wrap != nil {
		v = s.wrap(op, status, v)
	}
	w.Header().Set("Content-Type", "application/json")
	if s.d.Name == "graphql" {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	if !v.IsAbsent() && status != http.StatusNoContent {
		w.Write(v.AppendJSON(nil))
	}
}

// placeIn reads what stands at a place of a request.
func placeIn(r *asked, p Place) string {
	switch p.In {
	case InQuery:
		return r.URL.Query().Get(p.Name)
	case InHeader:
		return r.Header.Get(p.Name)
	case InBody:
		path := schema.PathTo(strings.Split(p.Name, ".")...)
		body := r.body
		if v := body.Field("variables"); v.Is() {
			body = v
		}
		return path.Of(body, false).Plain()
	}
	return ""
}

// page answers one page of a listing or a search.
func (s *server) page(w http.ResponseWriter, r *asked, op string) {
	records, paging := s.o.List.Records, s.o.List.Paging
	ids := s.listed(r)
	if op == "find" {
		records, paging = s.o.Find[0].Records, s.o.Find[0].Paging
		ids = s.matching(r)
	}
	p := &page{r: r, total: len(ids), to: len(ids), header: w.Header(), path: r.URL.Path}
	if paging != nil {
		size := paging.Size.Ask
		if size == 0 {
			size = 50
		}
		switch n := paging.Next.(type) {
		case ByOffset:
			at, _ := strconv.Atoi(placeIn(r, n.Into))
			p.from = at - int(n.First)
		case ByNumber:
			at, _ := strconv.Atoi(placeIn(r, n.Into))
			p.from = (at - int(n.First)) * size
		case ByLink:
			at, _ := strconv.Atoi(r.URL.Query().Get("page"))
			p.from = max(at-1, 0) * size
		case ByCursor:
			p.from, _ = strconv.Atoi(placeIn(r, n.Into))
		case ByURL:
			_, at, _ := strings.Cut(r.URL.Path, "-")
			p.from, _ = strconv.Atoi(at)
		case ByKey:
			if after := placeIn(r, n.Into); after != "" {
				p.from = slices.Index(ids, after) + 1
			}
		}
		p.from = min(max(p.from, 0), len(ids))
		p.to = min(p.from+size, len(ids))
	}
	var items []schema.Value
	for _, id := range ids[p.from:p.to] {
		items = append(items, s.wrapped(records, s.rows[id].value))
	}
	p.body = nested(records.At, schema.List(items...))
	if s.next != nil {
		s.next(p)
	}
	s.answer(w, op, http.StatusOK, p.body)
}

func (s *server) wrapped(r Records, v schema.Value) schema.Value { return nested(r.Unwrap, v) }

func nested(at []string, v schema.Value) schema.Value {
	for _, name := range slices.Backward(at) {
		v = schema.Object([]string{name}, []schema.Value{v})
	}
	return v
}

// listed returns the ids of a listing, with the bounds the request names.
func (s *server) listed(r *asked) []string {
	var out []string
	for _, id := range s.order {
		rw := s.rows[id]
		if !rw.gone.IsZero() || !s.since(r, rw) {
			continue
		}
		out = append(out, id)
	}
	return out
}

func (s *server) since(r *asked, rw *row) bool {
	c, ok := s.o.List.Incremental.(Changes)
	if !ok {
		return true
	}
	text := placeIn(r, c.Since)
	if text == "" {
		return true
	}
	f, _ := s.o.Field(c.Field)
	have, want := f.bound(f.path().Of(rw.value, false)), f.parse(text)
	order, ok := schema.Compare(have, want)
	return !ok || order >= 0
}

func (s *server) matching(r *asked) []string {
	var out []string
	keys := s.asks(r)
	for _, id := range s.listed(r) {
		fits := true
		for name, values := range keys {
			f, _ := s.o.Field(name)
			fits = fits && slices.Contains(values, f.path().Of(s.rows[id].value, false).Plain())
		}
		if fits {
			out = append(out, id)
		}
	}
	return out
}

func (s *server) removed(w http.ResponseWriter, r *asked) {
	c := s.o.List.Incremental.(Changes)
	path := c.Removed.ID
	if path.IsZero() {
		path = s.o.Identity.Path
	}
	var items []schema.Value
	for _, id := range s.order {
		if !s.rows[id].gone.IsZero() {
			v, _ := path.Set(schema.Object(nil, nil), schema.String(id))
			items = append(items, v)
		}
	}
	s.answer(w, "removed", 200, nested(c.Removed.Records.At, schema.List(items...)))
}

func (s *server) get(w http.ResponseWriter, r *asked, id string) {
	if s.o.Get.Many > 1 {
		var items []schema.Value
		for _, id := range strings.Split(id, ",") {
			if rw := s.rows[id]; rw != nil && rw.gone.IsZero() {
				items = append(items, s.wrapped(s.o.Get.Records, rw.value))
			}
		}
		s.answer(w, "get", 200, nested(s.o.Get.Records.At, schema.List(items...)))
		return
	}
	rw := s.rows[id]
	if rw == nil || !rw.gone.IsZero() {
		s.answer(w, "get", http.StatusNotFound, schema.Value{})
		return
	}
	s.tag(w.Header(), rw)
	s.answer(w, "get", 200, nested(s.o.Get.Records.At, rw.value))
}

func (s *server) tag(h http.Header, rw *row) {
	if name := s.o.Revision.Header; name != "" {
		h.Set(name, s.revision(rw).Plain())
	}
}

func (s *server) revision(rw *row) schema.Value {
	if !s.o.Revision.Path.IsZero() {
		return s.o.Revision.Path.Of(rw.value, false)
	}
	return schema.String(fmt.Sprintf(`"v%d"`, rw.rev))
}

// place makes the server a place of the conformance suite: with the rows, and
// somebody's hands in it.
func (s *server) place(fields []schema.Field, rows []connectortest.Row, sel connectors.Selection) connectortest.Place {
	store := func(r connectortest.Row, whole bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		v := schema.Object(nil, nil)
		if rw := s.rows[r.ID]; rw != nil {
			v = rw.value
		}
		for _, f := range fields {
			x, ok := r.Values[f.Name]
			if !ok && !whole {
				continue
			}
			if !ok {
				x = schema.NullValue()
			}
			field, _ := s.o.Field(f.Name)
			encoded, err := field.encode(x)
			if err != nil {
				s.t.Fatal(err)
			}
			v, _ = field.path().Set(v, encoded)
		}
		s.put(r.ID, v)
	}
	for _, r := range rows {
		store(r, true)
	}
	return connectortest.Place{
		Settings: s.settings(), Selection: sel,
		Edit: func(r connectortest.Row) { store(r, s.rows[r.ID] == nil) },
		Remove: func(id string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.rows[id].gone = s.now
		},
	}
}

// count returns how many records there are, gone ones included.
func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows)
}

// revs returns how often a record was written.
func (s *server) revs(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows[id].rev
}
