package httpclient

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"syncline/connectors"
)

// denial is how long a credential that a token endpoint denied is not tried
// again: endpoints lock out who keeps trying.
const denial = 30 * time.Second

// tokens holds the token of one credential. One goroutine renews it, the
// others wait.
type tokens struct {
	mu      sync.Mutex
	token   Token
	number  int       // of the token: how many there were
	due     time.Time // when it is renewed; zero: when it is refused
	getting chan struct{}
	failed  error // of the last renewal
	denied  time.Time

	// What only the one who renews touches.
	refresh string
	unkept  bool // refresh is not stored yet
}

// get returns the token and its number. A token of the number stale was
// refused; another is got.
func (t *tokens) get(ctx context.Context, stale int, clock func() time.Time, fetch func() (Token, error)) (string, int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for seen := t.number; ; {
		now := clock()
		switch {
		case t.number > seen, t.number > 0 && t.number != stale && (t.due.IsZero() || now.Before(t.due)):
			return t.token.Value, t.number, nil
		case now.Before(t.denied):
			return "", 0, t.failed
		case t.getting == nil:
			return t.renew(clock, fetch)
		}
		if err := t.wait(ctx); err != nil {
			return "", 0, err
		}
	}
}

// wait waits for the one who renews, and returns why nothing came of it: not
// if that one merely gave up.
func (t *tokens) wait(ctx context.Context) (err error) {
	getting, number := t.getting, t.number
	t.mu.Unlock()
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case <-getting:
	}
	t.mu.Lock()
	if err == nil && t.number == number && t.getting == nil && t.failed != nil && !gaveUp(t.failed) {
		err = t.failed
	}
	return err
}

func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (t *tokens) renew(clock func() time.Time, fetch func() (Token, error)) (string, int, error) {
	t.getting = make(chan struct{})
	t.mu.Unlock()
	token, err := fetch()
	t.mu.Lock()
	close(t.getting)
	t.getting, t.failed = nil, err
	now := clock()
	if err != nil {
		if connectors.KindOf(err) == connectors.Denied {
			t.denied = now.Add(denial)
		}
		return "", 0, err
	}
	t.token, t.denied, t.due = token, time.Time{}, time.Time{}
	t.number++
	if life := token.Expires.Sub(now); !token.Expires.IsZero() {
		t.due = token.Expires.Add(-min(time.Minute, life/5))
	}
	return token.Value, t.number, nil
}

// token returns a token for a request, and its number.
func (c *Client) token(ctx context.Context, a renewing, stale int) (string, int, error) {
	t := c.account.token(digest(a.identity()))
	value, number, err := t.get(ctx, stale, c.o.Clock, func() (Token, error) { return c.renew(ctx, a, t) })
	var known *connectors.Error
	if err != nil && !errors.As(err, &known) {
		err = c.failure(&Request{Op: logIn}, nil, Verdict{Kind: connectors.Failed}, fmt.Errorf("was given up while waiting for a token: %w", err))
	}
	return value, number, err
}

// renew asks for a token, and has what the endpoint rotated stored before
// anything else is done.
func (c *Client) renew(ctx context.Context, a renewing, held *tokens) (Token, error) {
	if err := c.keep(a, held); err != nil {
		return Token{}, err
	}
	c.account.host(c.renewedAt(a)).count(func(s *Stat) { s.Renewals++ })
	token, err := a.fetch(ctx, c, held)
	if err != nil {
		return Token{}, err
	}
	if token.Value == "" {
		return Token{}, c.failure(&Request{Op: logIn}, nil, tokenless, errors.New("the answer gives an empty token"))
	}
	c.account.secrets.renew(token.Value)
	if err := c.keep(a, held); err != nil {
		return Token{}, err
	}
	return token, nil
}

// renewedAt is the host that gives tokens.
func (c *Client) renewedAt(a renewing) string {
	if u, err := url.Parse(a.endpoint()); err == nil && u.Host != "" {
		return u.Host
	}
	return c.o.Base.Host
}

func (c *Client) keep(a renewing, held *tokens) error {
	r, ok := a.(RefreshToken)
	if !ok || !held.unkept || r.Keeper == nil {
		return nil
	}
	if err := r.Keeper.Keep(r.kept(), held.refresh); err != nil {
		v := Verdict{Kind: connectors.Failed, Hint: "make it possible to store the token: without it the next start needs a new consent"}
		return c.failure(&Request{Op: logIn}, nil, v, fmt.Errorf("the new refresh token cannot be stored: %w", err))
	}
	held.unkept = false
	return nil
}
