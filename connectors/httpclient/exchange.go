package httpclient

import (
	"net/http"
	"net/url"
	"time"

	"syncline/connectors"
)

// Request is one call of an API. Do does not change it.
type Request struct {
	Op     string // what it is for, in errors: "read", "write"; "": the method
	Method string // "": GET
	Path   string // appended to Base's path, already escaped; or a whole URL of a declared host, such as the next page's
	Query  url.Values
	Header http.Header
	Body   []byte

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

	op     string
	redact func(string) string
}

// Action is what becomes of an answer.
type Action uint8

const (
	// Return hands the answer to the caller.
	Return Action = iota
	// Fail ends the call with an error of the verdict's kind.
	Fail
	// Repeat sends the request again if it may be sent again, and ends with
	// an error of the verdict's kind if it may not or goes on failing.
	Repeat
	// Renew gets a new token and sends once more, and fails if it is of no
	// use or the credential has no token.
	Renew
)

// Verdict says what an answer means.
type Verdict struct {
	Action Action
	Kind   connectors.ErrorKind // of the error, where there is one
	After  time.Duration        // the system asks to wait so long; what the usual headers say is added by itself
	Undone bool                 // the request was certainly not carried out: it may be repeated although it is not safe
	Text   string               // what happened, for the error; "": the status
	Hint   string               // what the user can do now
}
