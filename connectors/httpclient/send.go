package httpclient

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"syncline/connectors"
)

// redirects is how many an attempt follows.
const redirects = 10

// sent is what came of an attempt.
type sent struct {
	resp    *Response
	verdict Verdict
	cause   error // why there is no answer
	failed  error // the attempt was not made: no token, no budget, an open breaker
	number  int   // of the token that was used, 0 when none was
}

// leg is one request on the wire: an attempt has several when it is
// redirected.
type leg struct {
	method string
	u      *url.URL
	body   []byte
	from   *io.SectionReader // instead of body
	put    func(*http.Request)
	after  bool // a redirect led here
}

// attempt sends a request once, with a token, and follows redirects.
func (c *Client) attempt(ctx context.Context, x *exchange) sent {
	put, number, err := c.credential(ctx, x)
	if err != nil {
		return sent{failed: err, verdict: Verdict{Action: Fail}}
	}
	l := leg{method: x.r.method(), u: x.u, body: x.r.Body, from: x.r.From, put: put}
	left := false
	for range redirects + 1 {
		a := c.send(ctx, x, l)
		left = a.left || left
		a.left = left
		if a.err != nil || a.failed != nil {
			return c.unanswered(ctx, x, a, number)
		}
		next, err := l.redirected(a.resp)
		if x.r.Tells {
			next, err = nil, nil
		}
		if a.resp.Status <= http.StatusSeeOther && (next != nil || err != nil) && !x.r.safe() {
			x.doubt = true // "see there" is said of what was carried out
		}
		if err == nil && next != nil {
			_, err = c.guard.trusts(next.u, x.token)
		}
		if err == nil && next != nil && x.token {
			err = errGuard{"a token endpoint sends elsewhere, where no credential is sent", "correct its address"}
		}
		if err == nil && next != nil && a.resp.Status < http.StatusSeeOther && !x.r.safe() {
			err = errElsewhere
		}
		switch {
		case err != nil:
			a.err = err
			return c.unanswered(ctx, x, a, number)
		case next == nil:
			return c.judged(x, a.resp, number)
		}
		l = *next
	}
	return c.unanswered(ctx, x, arrival{left: left, err: errCircle}, number)
}

// credential returns what puts the credential on a request.
func (c *Client) credential(ctx context.Context, x *exchange) (func(*http.Request), int, error) {
	if x.bare {
		return nil, 0, nil
	}
	switch a := c.o.Auth.(type) {
	case renewing:
		value, number, err := c.token(ctx, a, x.stale)
		return func(req *http.Request) { a.place().put(req, value) }, number, err
	case fixed:
		return a.put, 0, nil
	}
	return nil, 0, nil
}

// judged asks what an answer means.
func (c *Client) judged(x *exchange, resp *Response, number int) sent {
	classify := x.r.Classify
	if classify == nil {
		classify = Standard
	}
	v := classify(resp)
	if v.Action != Return && v.Text == "" {
		v.Text = strings.TrimSpace(fmt.Sprintf("answered %d %s", resp.Status, http.StatusText(resp.Status)))
	}
	now := c.o.Clock()
	if wait, ok := after(resp.Header, now); ok && v.Action == Repeat {
		v.After = max(v.After, wait)
	}
	if v.Action == Repeat && v.After > 0 && c.budgeted(resp.URL) {
		c.account.budget.pause(now.Add(v.After))
	}
	return sent{resp: resp, verdict: v, number: number}
}

// unanswered says what it means that no answer came.
func (c *Client) unanswered(ctx context.Context, x *exchange, a arrival, number int) sent {
	if a.failed != nil {
		return sent{failed: a.failed, verdict: Verdict{Action: Fail}}
	}
	v, cause := meaning(a.err), a.err
	if !a.left && v.Text == broke {
		v.Text = "no connection can be made: " + cause.Error()
	}
	if ctx.Err() != nil {
		v = Verdict{Action: Fail, Kind: connectors.Failed}
		a.err = fmt.Errorf("was given up: %w", ctx.Err())
	} else {
		a.err = errors.New(a.err.Error()) // a time of ours that passed is nobody's giving up
	}
	v.Undone = !a.left
	if a.left && !x.r.safe() && !errors.As(cause, new(errGuard)) {
		x.doubt = true
	}
	return sent{verdict: v, cause: a.err, number: number}
}

// meaning is the verdict about a failure to get an answer.
func meaning(err error) Verdict {
	const reach = "see that the host's name is right and that it can be reached from here"
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var op *net.OpError
	var noTLS tls.RecordHeaderError
	timeout, _ := errors.AsType[net.Error](err)
	switch {
	case errors.As(err, new(errGuard)):
		return refusedBy(err)
	case errors.Is(err, errTooLarge):
		return Verdict{Action: Fail, Kind: connectors.Unreadable, Hint: "ask for less at once"}
	case errors.Is(err, errPacked):
		return Verdict{Action: Fail, Kind: connectors.Unreadable}
	case errors.As(err, &dns):
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Text: "the host's name has no address", Hint: reach}
	case errors.As(err, &certificate):
		return Verdict{Action: Fail, Kind: connectors.Unavailable, Text: "the server's certificate is not accepted: " + certificate.Err.Error(),
			Hint: "see that the address is right; an authority of your own is named in the TLS settings"}
	case handshake(err):
		return Verdict{Action: Fail, Kind: connectors.Unavailable, Text: "the server ends the TLS handshake: " + err.Error(), Hint: "see which TLS versions and client certificates it takes"}
	case errors.As(err, &noTLS):
		return Verdict{Action: Fail, Kind: connectors.Unavailable, Text: "the server speaks no TLS at this port"}
	case errors.As(err, &op) && op.Op == "dial", errors.As(err, &op) && op.Op == "proxyconnect":
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Hint: reach}
	case timeout != nil && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Text: "did not answer in time"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Text: "the answer was cut off"}
	case strings.Contains(err.Error(), "malformed"), strings.Contains(err.Error(), "exceeded"):
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Text: "the answer is not HTTP, or its header is larger than it may be"}
	}
	return Verdict{Action: Repeat, Kind: connectors.Unavailable, Text: broke}
}

const broke = "the connection broke before the answer"

// refusedBy is the verdict about a request that is not sent.
func refusedBy(err error) Verdict {
	v := Verdict{Action: Fail, Kind: connectors.Refused}
	if g, ok := guarded(err); ok {
		v.Text, v.Hint = g.text, g.hint
	}
	return v
}

// arrival is what came of one leg.
type arrival struct {
	resp   *Response
	left   bool // it may have reached the server
	err    error
	failed error
}

// budgeted reports whether requests to a URL count: those to Base's host and
// the hosts that get the credential.
func (c *Client) budgeted(u *url.URL) bool {
	t, err := c.guard.trusts(u, false)
	return err == nil && t == full
}

// send carries one leg, when the breaker and the budget let it.
func (c *Client) send(ctx context.Context, x *exchange, l leg) arrival {
	h := c.account.host(l.u.Host)
	if wait, ok := h.enter(c.o.Clock()); !ok {
		v := Verdict{Kind: connectors.Unavailable, After: wait, Text: "failed again and again, and is left alone for a while"}
		return arrival{failed: c.failure(x.r, l.u, x.final(v), nil)}
	}
	var reached atomic.Int32
	if c.budgeted(l.u) {
		if err := c.admitted(ctx, x, h); err != nil {
			h.leave(neutral, c.o.Breaker, c.o.Clock())
			return arrival{failed: err}
		}
		defer func() { c.account.budget.release(c.o.Clock(), int(reached.Load())) }()
	}
	a := c.carry(ctx, x, l, &reached)
	h.leave(c.outcome(ctx, a), c.o.Breaker, c.o.Clock())
	h.count(func(s *Stat) { s.record(a) })
	if a.resp != nil && c.budgeted(l.u) {
		now := c.o.Clock()
		c.account.budget.learn(budgets(a.resp.Header, c.o.Budgets, now), c.o.Reserve, now)
	}
	return a
}

// admitted waits for the budget.
func (c *Client) admitted(ctx context.Context, x *exchange, h *health) error {
	waited, err := c.account.budget.acquire(ctx, x.r.Backfill, c.o.Retry.Patience, timing{c.o.Clock, c.o.Sleep})
	if waited > 0 {
		h.count(func(s *Stat) { s.Waits, s.Waited = s.Waits+1, s.Waited+waited })
	}
	var patience errPatience
	switch {
	case err == nil:
		return nil
	case errors.As(err, &patience):
		v := Verdict{Kind: connectors.Limited, After: patience.after, Hint: "wait, or raise the limit that is declared if the system allows more"}
		return c.failure(x.r, x.u, x.final(v), err)
	}
	return c.failure(x.r, x.u, x.final(Verdict{Kind: connectors.Failed}), fmt.Errorf("was given up while waiting for the budget: %w", err))
}

// outcome is what a leg says about its host. A 500 may be one record's fault,
// and says nothing.
func (c *Client) outcome(ctx context.Context, a arrival) outcome {
	switch {
	case ctx.Err() != nil, errors.As(a.err, new(errGuard)), errors.Is(a.err, errTooLarge):
		return neutral
	case a.err != nil:
		return ill
	case a.resp.Status > 500:
		return ill
	case a.resp.Status == 500:
		return neutral
	}
	return well
}

func (s *Stat) record(a arrival) {
	s.Requests++
	switch {
	case a.err != nil, a.resp.Status >= 500:
		s.Failures++
	case a.resp.Status == http.StatusTooManyRequests:
		s.Throttles++
	}
}

// carry puts a leg on the wire and reads its answer to the end. reached counts
// how often it may have arrived: the transport sends a safe request again on
// its own when an idle connection was closed under it.
func (c *Client) carry(ctx context.Context, x *exchange, l leg, reached *atomic.Int32) arrival {
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeouts.Whole)
	defer cancel()
	var ours atomic.Bool // our transport carries it, not a recorder
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { ours.Store(true) },
		WroteHeaders: func() { reached.Add(1) },
	})
	req, err := c.request(ctx, x, l)
	if err != nil {
		return arrival{err: errGuard{"the request cannot be made: its method or address is none", ""}}
	}
	resp, err := c.trip.RoundTrip(req)
	if err != nil {
		return arrival{err: err, left: (reached.Load() > 0 || !ours.Load()) && !handshake(err) && !errors.As(err, new(errGuard))}
	}
	defer resp.Body.Close()
	var body []byte
	if x.r.Tells {
		_, _ = io.CopyN(io.Discard, resp.Body, c.o.MaxResponse) // so that the connection may be used again
	} else if body, err = io.ReadAll(resp.Body); err != nil {
		return arrival{err: err, left: true}
	}
	r := &Response{Status: resp.StatusCode, Header: resp.Header, Body: body, URL: l.u,
		Packed: resp.Uncompressed,
		op:     cmp.Or(x.r.Op, x.r.method()), where: c.where(x.r, l.u), redact: c.account.secrets.text}
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		r.At = at
	}
	return arrival{resp: r, left: true}
}

// refusals are what a server says when it ends a handshake. The library has no
// type for them.
var refusals = []string{"handshake failure", "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate", "unknown certificate",
	"unknown certificate authority", "access denied", "protocol version not supported", "insufficient security level", "unrecognized name", "certificate required", "no application protocol"}

// handshake reports whether TLS refused us: in TLS 1.3 a server says so only
// after we have begun to write, and reads nothing of it.
func handshake(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error" && slices.Contains(refusals, strings.TrimPrefix(op.Err.Error(), "tls: "))
}

// request makes what goes on the wire.
func (c *Client) request(ctx context.Context, x *exchange, l leg) (*http.Request, error) {
	at := *l.u
	var body io.Reader
	if l.body != nil {
		body = bytes.NewReader(l.body)
	}
	req, err := http.NewRequestWithContext(ctx, l.method, at.String(), body)
	if err != nil {
		return nil, err
	}
	if l.from != nil {
		l.carry(req, c.patient(ctx, x))
	}
	t, err := c.guard.trusts(l.u, x.token)
	if err != nil {
		return nil, err
	}
	if t == full {
		copyHeader(req.Header, c.o.Headers)
	}
	copyHeader(req.Header, l.headers(x.r.Header, t))
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.o.UserAgent)
	}
	if x.r.Key != "" && t == full {
		req.Header.Set(cmp.Or(x.r.KeyHeader, "Idempotency-Key"), x.r.Key)
	}
	if l.put != nil && t == full {
		l.put(req)
	}
	return req, nil
}

// carry puts a body on a request that is not in memory, after what waits.
func (l leg) carry(req *http.Request, wait func() error) {
	req.ContentLength = l.from.Size()
	if req.ContentLength == 0 {
		return // no body: one of unknown length would be sent in chunks
	}
	req.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(&later{wait: wait, from: io.NewSectionReader(l.from, 0, l.from.Size())}), nil
	}
	req.Body, _ = req.GetBody()
}

// headers are the request's own. A host that gets no credential and that the
// caller did not name gets only what chooses a representation.
func (l leg) headers(own http.Header, t trust) http.Header {
	if !l.after || t == full {
		return own
	}
	kept := http.Header{}
	for _, name := range []string{"Accept", "Accept-Language", "Range", "Content-Type"} {
		if v := own.Values(name); len(v) > 0 {
			kept[name] = v
		}
	}
	return kept
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[http.CanonicalHeaderKey(name)] = values
	}
}
