package httpclient

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/net/http/httpguts"

	"syncline/connectors"
)

// Client sends requests to one system. It may be used concurrently.
type Client struct {
	o       Options
	guard   *guard
	account *account
	carrier *http.Transport
	trip    http.RoundTripper

	withdraw func() // gives up what it declared of the budget
}

// timing is how time passes.
type timing struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// New returns a client. An error is the author's mistake or a file that cannot
// be read; nothing is sent.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.filled()
	g, err := newGuard(o)
	if err != nil {
		return nil, err
	}
	carrier, err := newTransport(o, g)
	if err != nil {
		return nil, err
	}
	c := &Client{o: o, guard: g, account: o.account(), carrier: carrier, trip: unpack{carrier, o.MaxResponse}}
	c.account.secrets.add(o.secrets()...)
	c.withdraw = c.account.budget.declare(o.Limits, o.Reserve)
	if o.Record != nil {
		c.trip = o.Record.Wrap(c.trip, c.account.secrets.text)
	}
	return c, nil
}

func (o Options) check() error {
	switch {
	case o.Base == nil, o.Base.Host == "", o.Base.Scheme != "https" && o.Base.Scheme != "http":
		return errors.New("the base URL is not the address of a web server")
	case o.Base.User != nil:
		return errors.New("the base URL holds a user: a credential belongs to the authentication")
	case !(o.Reserve >= 0 && o.Reserve < 1):
		return errors.New("the reserve is a share from 0 to less than 1")
	case o.MaxResponse < 0:
		return errors.New("the largest answer has less than no bytes")
	}
	for _, l := range o.Limits {
		if l.Requests < 1 || l.Per < 0 {
			return fmt.Errorf("limit of %d requests in %s: is none", l.Requests, l.Per)
		}
	}
	for name, values := range o.Headers {
		if err := headerFault(name, values); err != nil {
			return err
		}
	}
	if o.Auth != nil {
		return o.Auth.check()
	}
	return nil
}

// filled puts the defaults where nothing was said.
func (o Options) filled() Options {
	base := *o.Base
	o.Base = &base
	o.Headers = maps.Clone(o.Headers)
	o.Budgets, o.Hosts, o.Bare = slices.Clone(o.Budgets), slices.Clone(o.Hosts), slices.Clone(o.Bare)
	o.MaxResponse = cmp.Or(o.MaxResponse, 32<<20)
	o.UserAgent = cmp.Or(o.UserAgent, "syncline")
	o.Retry = Retry{cmp.Or(o.Retry.Attempts, 5), cmp.Or(o.Retry.First, 500*time.Millisecond), cmp.Or(o.Retry.Cap, 30*time.Second),
		cmp.Or(o.Retry.Total, 5*time.Minute), cmp.Or(o.Retry.Patience, 2*time.Minute)}
	o.Breaker = Breaker{cmp.Or(o.Breaker.Failures, 10), cmp.Or(o.Breaker.Pause, 30*time.Second)}
	o.Timeouts = Timeouts{cmp.Or(o.Timeouts.Connect, 10*time.Second), cmp.Or(o.Timeouts.Header, time.Minute), cmp.Or(o.Timeouts.Whole, 3*time.Minute)}
	if o.Pool == nil {
		o.Pool = NewPool()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return o
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (o Options) secrets() []string {
	all := slices.Clone(o.Redact)
	if o.Auth != nil {
		all = append(all, o.Auth.secrets()...)
	}
	for name, values := range o.Headers {
		if secretName(name) {
			all = append(all, values...)
		}
	}
	if u, err := url.Parse(o.Proxy); err == nil && u.User != nil {
		password, _ := u.User.Password()
		all = append(all, password, u.User.String())
	}
	return all
}

// account finds what is shared. Without a name, clients share what has one
// host and one credential; its digest is never shown.
func (o Options) account() *account {
	key := "named " + o.Credential
	if o.Credential == "" {
		key = "host " + o.Base.Host
		switch a := o.Auth.(type) {
		case nil:
		case renewing:
			key += " " + digest(a.identity())
		default:
			key += " " + digest(fmt.Sprintf("%T %q", a, a.secrets()))
		}
	}
	return o.Pool.account(key, o.Credential)
}

func digest(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

// headerFault finds what is no header; a value is not quoted.
func headerFault(name string, values []string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%s is not the name of a header", quoted(name))
	}
	if slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
		return fmt.Errorf("the value of the header %s holds a control character", name)
	}
	return nil
}

// Close gives up idle connections, and the limits that the client declared:
// of those that share its budget, the others' hold.
func (c *Client) Close() error {
	c.withdraw()
	c.carrier.CloseIdleConnections()
	return nil
}

// Do sends a request, as often as it takes and may, and returns the answer that
// its classifier lets through. Every error is a *connectors.Error:
//
//   - Unavailable: the system could not be reached or is down. Nothing was
//     carried out, or the request was safe.
//   - Uncertain: the request left, was not safe, and nothing says whether it
//     was carried out; 301 and 302 do not.
//   - Limited: the system or a budget asks to wait for longer than
//     Retry.Patience, or goes on refusing; After says how long.
//   - Denied: the credential is not accepted, also after one new token.
//   - Refused: the request cannot be sent: its URL leads to a host that is not
//     declared, its header is none.
//   - Unreadable: the answer is too large, or is not what it says.
//   - Failed: ctx ended before the request left.
//   - what the classifier's verdict says.
//
// Where an error comes from an answer, the answer is returned with it.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	return c.ask(ctx, r, false)
}

// ask is the loop of attempts. A request for a token may go to the token
// endpoint too, and carries none.
func (c *Client) ask(ctx context.Context, r *Request, token bool) (*Response, error) {
	x := &exchange{r: r, token: token, bare: token || r.Bare || c.o.Auth == nil, began: c.o.Clock()}
	u, err := c.guard.resolve(c.o.Base, r)
	if err == nil {
		_, err = c.guard.trusts(u, token)
	}
	for name, values := range r.Header {
		err = cmp.Or(err, headerFault(name, values))
	}
	if err = cmp.Or(err, headerFault(cmp.Or(r.KeyHeader, "Idempotency-Key"), []string{r.Key})); err != nil {
		return nil, c.failure(r, u, refusedBy(err), err)
	}
	x.u = u
	for {
		x.attempts++
		s := c.attempt(ctx, x)
		if s.resp != nil {
			s.resp.Attempts = x.attempts
		}
		wait, err := c.settle(x, s)
		if err != nil || s.verdict.Action == Return {
			return s.resp, err
		}
		if wait > 0 && c.o.Sleep(ctx, wait) != nil {
			return s.resp, c.failure(r, u, x.final(Verdict{Kind: connectors.Failed}), fmt.Errorf("was given up: %w", ctx.Err()))
		}
	}
}

// exchange is a request on its way.
type exchange struct {
	r        *Request
	u        *url.URL
	token    bool // it asks for a token
	bare     bool
	began    time.Time
	attempts int
	stale    int  // the number of the token that was refused
	doubt    bool // an attempt left, is not safe, and was not answered
	last     error
}

// settle decides what comes after an attempt: nothing, another one after a
// wait, or an error.
func (c *Client) settle(x *exchange, s sent) (time.Duration, error) {
	v := s.verdict
	switch {
	case v.Action == Return:
		return 0, nil
	case s.failed != nil && x.last != nil && !gaveUp(s.failed):
		return 0, x.last
	case s.failed != nil:
		return 0, x.failed(s.failed)
	case v.Action == Renew && x.stale == 0 && s.number > 0:
		x.stale = s.number
		return 0, nil
	case v.Action == Renew && v.Kind == connectors.Failed:
		v.Kind = connectors.Denied
	}
	if v.Action == Repeat && !v.Undone && !x.r.safe() {
		x.doubt = true
	}
	wait := max(v.After, c.jitter(x.attempts))
	if v.Action == Repeat && v.After > c.o.Retry.Patience && !x.doubt {
		v.Action, v.Kind = Fail, connectors.Limited
	}
	err := c.failure(x.r, x.u, x.final(v), s.cause)
	late := c.o.Clock().Add(wait).Sub(x.began) > c.o.Retry.Total
	if v.Action != Repeat || x.doubt && x.r.Key == "" || v.After > c.o.Retry.Patience || x.attempts >= c.o.Retry.Attempts || late {
		return 0, err
	}
	x.last = err
	c.account.host(x.u.Host).count(func(st *Stat) { st.Repeats++ })
	return wait, nil
}

// final is a verdict for an error: what may have been carried out once is
// Uncertain whatever came after.
func (x *exchange) final(v Verdict) Verdict {
	if x.doubt {
		v.Kind = connectors.Uncertain
	}
	return v
}

// failed is the error of an attempt that was not made.
func (x *exchange) failed(err error) error {
	var e *connectors.Error
	if x.doubt && errors.As(err, &e) {
		doubtful := *e
		doubtful.Kind = connectors.Uncertain
		return &doubtful
	}
	return err
}

// jitter is a random wait before the next attempt: over all clients that wait,
// it spreads their requests (full jitter).
func (c *Client) jitter(attempts int) time.Duration {
	most := min(c.o.Retry.First, c.o.Retry.Cap)
	for range attempts - 1 {
		if most > c.o.Retry.Cap/2 {
			most = c.o.Retry.Cap
			break
		}
		most *= 2
	}
	return time.Duration(c.o.Random() * float64(most))
}

// failure is an error of a call: where, what, what now, and no secret.
func (c *Client) failure(r *Request, u *url.URL, v Verdict, cause error) *connectors.Error {
	e := &connectors.Error{Kind: v.Kind, Op: cmp.Or(r.Op, r.method()), Hint: c.account.secrets.text(v.Hint), After: v.After}
	if u != nil {
		e.Where = c.where(r, u)
	}
	text := v.Text
	var inner *connectors.Error
	switch {
	case text != "" || cause == nil:
	case errors.As(cause, &inner):
		text, e.Hint = inner.Err.Error(), cmp.Or(inner.Hint, e.Hint)
	default:
		text = cause.Error()
	}
	e.Err = fault{text: c.account.secrets.text(text)}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, end) {
			e.Err = fault{c.account.secrets.text(text), end}
		}
	}
	return e
}

// where names a request without its query, which may hold people's data.
func (c *Client) where(r *Request, u *url.URL) string {
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return c.account.secrets.text(r.method() + " " + bare.String())
}

// fault is a text that was cleaned of secrets, and of its cause only whether
// somebody gave up.
type fault struct {
	text string
	is   error
}

func (f fault) Error() string { return f.text }
func (f fault) Unwrap() error { return f.is }
