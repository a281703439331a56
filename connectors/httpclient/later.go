package httpclient

import (
	"context"
	"io"
	"strings"
	"time"
)

// later is a body that waits before its first byte, and once more after a little
// of it.
type later struct {
	wait   func() error // nil: not at all
	from   io.Reader
	waited bool // before the first byte
	sent   int
}

func (l *later) Read(b []byte) (int, error) {
	if l.wait == nil {
		return l.from.Read(b)
	}
	if !l.waited || l.sent >= little {
		if l.wait() != nil {
			return 0, context.Canceled
		}
		l.waited = true
	}
	if l.sent >= little {
		l.wait = nil
		return l.from.Read(b)
	}
	n, err := l.from.Read(b[:min(len(b), little-l.sent)])
	l.sent += n
	return n, err
}

// little is what servers take of a body before they look at a request.
const little = 64 << 10

// patient is what a body waits for that is sent again after no answer came.
//
// Some servers say "100 Continue", refuse by the header alone, or after the
// beginning of the body, and hang up while the rest is on its way. That answer is
// lost with the connection, each time it is asked for; it arrives where nothing
// is being sent.
func (c *Client) patient(ctx context.Context, x *exchange) func() error {
	if x.attempts < 2 || !strings.EqualFold(x.r.Header.Get("Expect"), "100-continue") {
		return nil
	}
	const first, most = time.Second, 8 * time.Second
	wait := min(first<<min(x.attempts-2, 8), most)
	return func() error { return c.o.Sleep(ctx, wait) }
}
