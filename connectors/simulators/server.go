package simulators

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say how a simulated vendor is to behave. The zero value behaves.
type Options struct {
	Seed    uint64           // what it holds at first, and what its faults hit
	Now     func() time.Time // nil: time.Now
	Faults  Faults           // what goes wrong, and how often
	Offers  bool             // whether some of the people it holds at first were made an offer; of Greenhouse
	Page    int              // the most records of a page; 0: as many as the vendor's documentation allows
	Webhook string           // the address that is told of changes; "": nobody is
	Client  *http.Client     // tells it; nil: http.DefaultClient
	Log     func(Request)    // hears of each request once it was answered, one at a time; nil: nobody
}

// Vendor is what makes a server one vendor's.
type Vendor struct {
	Name   string             // as its connector is called
	Doc    string             // one sentence
	Block  string             // the system block to paste; ADDRESS stands for where it listens
	Env    map[string]string  // the variables that the block names, with values that are obviously made up
	Fill   func(*Call)        // puts there what it holds at first
	Admit  func(*Call) *Reply // refuses whoever may not ask; nil: everybody may
	Routes map[string]Handler // by method and path, as [http.ServeMux] reads them
	Reads  func(*Call) bool   // whether a request changes nothing; nil: a GET
	Refuse func(*Call, Refusal) Reply
	Sign   func(*Delivery) // puts the signature and the vendor's own headers on a webhook; nil: it has none
}

// Handler answers a request. It is called with the store to itself.
type Handler func(*Call) Reply

// Refusal is why a request is refused that reached no handler.
type Refusal struct {
	Status int           // 404, 429, 500
	Wait   time.Duration // of 429: when to ask again
}

// Reply is what a vendor answers.
type Reply struct {
	Status int
	Header map[string]string
	Body   any    // marshalled as JSON; nil: none
	Said   string // what was done, in a person's words
}

// Call is a request under way.
type Call struct {
	*http.Request
	Content []byte // the body
	Store   *Store
	Rand    *rand.Rand // of this request alone
	Now     time.Time

	server *Server
	key    string // what the request is, for what is drawn about it
	times  int    // how often it came before
	fault  string // what it met
}

// Expired is the reply to a request for a further page, if the fault hits it.
func (c *Call) Expired() (Reply, bool) {
	if !c.server.o.Faults.hits(Expire, c) {
		return Reply{}, false
	}
	c.fault = Expire
	return c.server.refuse(c, Refusal{Status: http.StatusNotFound}, "the page has expired"), true
}

// Meets reports whether a part of the request meets a fault of which the vendor
// itself says when.
func (c *Call) Meets(fault, part string) bool {
	if chance(c.server.o.Seed, fault+" "+c.key+" "+part, c.times).Float64() >= c.server.o.Faults[fault] {
		return false
	}
	c.fault = fault
	return true
}

// JSON decodes the body, and reports whether it is an object.
func (c *Call) JSON() (Object, bool) {
	var o Object
	d := json.NewDecoder(bytes.NewReader(c.Content))
	d.UseNumber()
	err := d.Decode(&o)
	return o, err == nil && o != nil
}

// PageSize is how many records a page has that was asked for with so many.
func (c *Call) PageSize(asked int) int {
	if most := c.server.o.Page; most > 0 {
		return min(asked, most)
	}
	return asked
}

// Told gives a header of the request; while a vendor is filled there is none.
func (c *Call) Told(name string) string {
	if c.Request == nil {
		return ""
	}
	return c.Header.Get(name)
}

// Request is a request that was answered.
type Request struct {
	At      time.Time         `json:"at"`
	Method  string            `json:"method"`
	Path    string            `json:"path"` // with the query
	Header  map[string]string `json:"header,omitempty"`
	Body    string            `json:"body,omitempty"`
	Status  int               `json:"status"` // 0: it was not answered
	Fault   string            `json:"fault,omitempty"`
	Said    string            `json:"said,omitempty"`
	Webhook bool              `json:"webhook,omitempty"` // it is one that the vendor sent
}

// Server is a simulated vendor. It answers one request after the other, however
// many come at once.
type Server struct {
	o      Options
	vendor Vendor
	mux    *http.ServeMux

	mu    sync.Mutex
	store *Store
	seen  map[string]int // how often each request came
	hooks hooks
}

var _ http.Handler = (*Server)(nil)

// New makes a vendor's server.
func New(v Vendor, o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	if o.Log == nil {
		o.Log = func(Request) {}
	}
	s := &Server{o: o, vendor: v, mux: http.NewServeMux(), seen: map[string]int{}, store: newStore(), hooks: newHooks()}
	for _, pattern := range slices.Sorted(maps.Keys(v.Routes)) {
		s.mux.Handle(pattern, route(v.Routes[pattern]))
	}
	if v.Fill != nil {
		v.Fill(&Call{Store: s.store, Rand: chance(o.Seed, "fill", 0), Now: o.Now()})
	}
	return s
}

// route is a handler where a mux keeps it: it is looked up there, and not
// served by it.
type route Handler

// ServeHTTP implements http.Handler; it is not called.
func (route) ServeHTTP(http.ResponseWriter, *http.Request) {}

// Vendor is what the server is a server of.
func (s *Server) Vendor() Vendor { return s.vendor }

// Edit changes what the vendor holds, as a person who works there would.
func (s *Server) Edit(edit func(*Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.now = s.o.Now()
	edit(&Call{Store: s.store, Rand: chance(s.o.Seed, "edit", s.seen["edit"]), Now: s.store.now, server: s})
	s.seen["edit"]++
}

// longest is how much of a request is read.
const longest = 16 << 20

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longest))
	if err != nil {
		http.Error(w, "the request is too long, or broke off", http.StatusRequestEntityTooLarge)
		return
	}
	reply, request := s.answer(r, content)
	if request.Status == 0 {
		panic(http.ErrAbortHandler) // the documented way to leave a request without an answer
	}
	for name, value := range reply.Header {
		w.Header().Set(name, value)
	}
	if reply.Body == nil {
		w.WriteHeader(reply.Status)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(reply.Status)
	_ = json.NewEncoder(w).Encode(reply.Body) // whoever asked is gone
}

// answer decides what is answered, and tells the log.
func (s *Server) answer(r *http.Request, content []byte) (Reply, Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Method + " " + r.URL.RequestURI() + " " + string(content)
	n := s.seen[key]
	s.seen[key]++
	now := s.o.Now()
	c := &Call{Request: r, Content: content, Store: s.store, Rand: chance(s.o.Seed, key, n), Now: now, server: s, key: key, times: n}
	s.store.now = now
	reply := s.serve(c)
	request := Request{
		At: now, Method: r.Method, Path: r.URL.RequestURI(), Header: told(r.Header), Body: string(content), Status: reply.Status, Fault: c.fault, Said: reply.Said,
	}
	if c.fault == Lost {
		request.Status = 0
	}
	s.o.Log(request)
	return reply, request
}

// serve lets the faults have their say before the handler and after it.
func (s *Server) serve(c *Call) Reply {
	defer func() { s.store.behind = false }()
	h, pattern := s.mux.Handler(c.Request)
	handle, ok := h.(route)
	if !ok {
		return s.refuse(c, Refusal{Status: http.StatusNotFound}, "there is no such address")
	}
	if s.vendor.Admit != nil {
		if no := s.vendor.Admit(c); no != nil {
			return *no
		}
	}
	if c.fault = s.o.Faults.before(c); c.fault != "" {
		return s.faulted(c)
	}
	reads := s.reads(c)
	if reads && s.o.Faults.hits(Stale, c) {
		s.store.behind, c.fault = true, Stale
	}
	c.setPathValues(pattern)
	reply := handle(c)
	if reply.Status >= 300 || reads {
		return reply
	}
	if c.fault = s.o.Faults.after(c); c.fault != "" {
		said := reply.Said
		reply = s.faulted(c)
		reply.Said = said + ", and " + reply.Said
	}
	return reply
}

func (s *Server) reads(c *Call) bool {
	if s.vendor.Reads != nil {
		return s.vendor.Reads(c)
	}
	return c.Method == http.MethodGet
}

// setPathValues reads the wildcards of a pattern out of the path.
func (c *Call) setPathValues(pattern string) {
	_, path, _ := strings.Cut(pattern, " ")
	have := strings.Split(strings.Trim(c.URL.EscapedPath(), "/"), "/")
	for i, part := range strings.Split(strings.Trim(path, "/"), "/") {
		if strings.HasPrefix(part, "{") && i < len(have) {
			c.SetPathValue(strings.Trim(part, "{.}"), have[i])
		}
	}
}

func (s *Server) faulted(c *Call) Reply {
	switch c.fault {
	case Limit:
		wait := time.Duration(1+c.Rand.IntN(2)) * time.Second
		return s.refuse(c, Refusal{Status: http.StatusTooManyRequests, Wait: wait}, fmt.Sprintf("too many requests: again in %s", wait))
	case Lost:
		return Reply{Said: "the answer was lost"}
	}
	return s.refuse(c, Refusal{Status: http.StatusInternalServerError}, "it broke")
}

func (s *Server) refuse(c *Call, why Refusal, said string) Reply {
	r := s.vendor.Refuse(c, why)
	if r.Header == nil {
		r.Header = map[string]string{}
	}
	if why.Wait > 0 && r.Header["Retry-After"] == "" {
		r.Header["Retry-After"] = strconv.Itoa(int(why.Wait.Seconds()))
	}
	r.Said = said
	if r.Status == 0 {
		r.Status = why.Status
	}
	return r
}

// told are the headers worth knowing: not the credential, and not what every
// client sends.
func told(h http.Header) map[string]string {
	out := map[string]string{}
	for name := range h {
		switch name {
		case "Authorization", "Cookie", "Accept", "Accept-Encoding", "User-Agent", "Content-Length":
			continue
		}
		out[name] = h.Get(name)
	}
	return out
}
