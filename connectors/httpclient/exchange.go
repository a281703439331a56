package httpclient

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Request is one call of an API. Do does not change it.
type Request struct {
	Op     string // what it is for, in errors: "read", "write"; "": the method
	Method string // "": GET
	Path   string // appended to Base's path, already escaped; or a whole URL of a declared host, such as the next page's
	Query  url.Values
	Header http.Header
	Body   []byte

	// From is the body instead of Body, where it is too large for memory. It is
	// read anew for each attempt, from its beginning.
	From *io.SectionReader

	// Safe says that the request may be carried out twice without harm. GET,
	// HEAD and OPTIONS always are. What is not safe is sent again only if it
	// was certainly not carried out, and fails as Uncertain if that is not
	// known.
	Safe bool

	// Key is an idempotency key: the system promises to carry out only once
	// what is sent twice with it. It makes a request repeatable; when all
	// attempts fail, the error is still Uncertain.
	Key       string
	KeyHeader string // where Key goes; "": Idempotency-Key

	Backfill bool // gives way to requests that do not have it, when there is a wait for a budget
	Bare     bool // goes without the credential
	Tells    bool // only tells something: of the answer the status counts, its body is not read, and where it leads is not gone

	Classify func(*Response) Verdict // what an answer means; nil: Standard
}

// Response is an answer, read to its end.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte    // unpacked; at most Options.MaxResponse bytes
	URL      *url.URL  // where it came from, after redirects; its query may hold a secret
	Attempts int       // how often the request was sent
	At       time.Time // the server's Date; zero when it has none
	Packed   bool      // whether the body came packed (Content-Encoding)

	op     string // for errors about the body
	where  string
	redact func(string) string
}

// safe reports whether a request may be carried out twice.
func (r *Request) safe() bool {
	switch r.method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	return r.Safe
}

func (r *Request) method() string { return cmp.Or(r.Method, http.MethodGet) }
