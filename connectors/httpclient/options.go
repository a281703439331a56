package httpclient

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Options is what a client is made of. Base is required; the zero of all else
// is useful.
type Options struct {
	Base  *url.URL // the API's address; paths of requests begin below it
	Hosts []string // further hosts, "name" or "name:port", that requests and redirects may go to and that get the credential too
	Bare  []string // further hosts that requests and redirects may go to without the credential: storage behind signed addresses

	// Networks are the networks, "10.1.0.0/16" or one address, that hosts may
	// lie in although they are not public. Without it a loopback or private
	// address is dialled only if a declared address names it literally (or is
	// "localhost"), and a link-local or metadata address never.
	Networks []string

	Auth       Auth   // nil: none
	Credential string // names the credential in the Pool; "": Base's host and a digest of Auth
	Pool       *Pool  // what clients of one credential share; nil: this client's own

	Limits  []Limit  // what the system allows the credential; all hold
	Reserve float64  // the share of each limit, 0 to 1, that is left to people and other programs
	Budgets []Budget // a vendor's own budget headers, beside the usual ones

	Retry    Retry
	Breaker  Breaker
	Timeouts Timeouts

	MaxResponse int64 // how large a body may be, also when unpacked; 0: 32 MiB
	TLS         TLS
	Proxy       string      // a proxy's URL; "": as HTTPS_PROXY and NO_PROXY say; "direct": none
	UserAgent   string      // "": "syncline"
	Headers     http.Header // set on every request to a host that gets the credential
	Redact      []string    // further texts that no error, statistic or recording shows

	Clock  func() time.Time                           // nil: time.Now
	Sleep  func(context.Context, time.Duration) error // waits; nil: a timer. It ends early, with the context's error, when the context does
	Random func() float64                             // from 0 to 1, for jitter; nil: math/rand. Called concurrently
	Record Recorder                                   // stands between the client and the network; nil: none
}

// Limit is so many requests in any span of Per; with Per 0 it is so many at
// once. Every limit is held in every span, so that a system which counts in
// fixed windows and one whose windows slide are both kept within it.
type Limit struct {
	Requests int
	Per      time.Duration
}

// Budget names the headers in which a system says what is left of a budget.
// The usual families (X-RateLimit-*, X-Rate-Limit-*, RateLimit-*, and RateLimit
// of the IETF draft) are always read. What they say only ever lowers what the
// limits allow.
type Budget struct {
	Remaining string        // the header that holds how many requests are left
	Usage     string        // instead of it, a header that holds "used/limit", also behind a name: "api-usage=18/5000"
	Limit     string        // the header that holds how many there are; "" when there is none
	Reset     string        // the header that holds when they are back: seconds, an epoch in seconds or milliseconds, or a date; "" when there is none
	Per       time.Duration // when they are back if Reset does not say; 0: after the shortest Per of the limits, else 10 s
}

// Retry says how often a request is repeated, and how long is waited. A wait
// is random between 0 and the smaller of Cap and First·2ⁿ, or what the system
// asks for if that is longer.
type Retry struct {
	Attempts int           // how often a request is sent at most; 0: 5
	First    time.Duration // the longest first wait; 0: 500 ms
	Cap      time.Duration // the longest wait of our own; 0: 30 s
	Total    time.Duration // no new attempt begins later than this after the call; 0: 5 min
	Patience time.Duration // a wait that a system or a budget asks for and that is longer is not waited but told, as Limited; 0: 2 min
}

// Breaker says when a host that fails is left alone.
type Breaker struct {
	Failures int           // so many failures in a row open it; 0: 10; negative: never
	Pause    time.Duration // how long it stays open until one request tries again; 0: 30 s
}

// Timeouts bound one attempt.
type Timeouts struct {
	Connect time.Duration // to be connected, the TLS handshake included; 0: 10 s
	Header  time.Duration // from the request's end to the answer's header; 0: 60 s
	Whole   time.Duration // the whole attempt, its body included; 0: 3 min
}

// TLS says whom to trust and who we are. Files are read by New, and a
// certificate again at each handshake, so that a renewed one is used.
type TLS struct {
	CA          string // a PEM file of authorities to trust beside the machine's
	Certificate string // a PEM file of our certificate; "": none
	Key         string // a PEM file of its key
	Minimum     string // "1.2" or "1.3"; "": "1.2"
}

// Recorder stands between a client and the network: a [Cassette], or a test's
// own. Wrap returns what sends instead of next; redact takes every secret out
// of a text.
type Recorder interface {
	Wrap(next http.RoundTripper, redact func(string) string) http.RoundTripper
}
