package console

import (
	"context"
	"fmt"
	"net"
	"net/http"
)

// Loopback is a handler that only this machine reaches: a simulated vendor.
type Loopback struct{ c Console }

// OpenLoopback listens on HOST:PORT, where HOST is this machine and no other.
// Close ends it.
func OpenLoopback(listen string, h http.Handler) (*Loopback, error) {
	addr, err := net.ResolveTCPAddr("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", listen, err)
	}
	if !addr.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: that is not only this machine", listen)
	}
	l, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", listen, err)
	}
	p := &Loopback{}
	p.c.serve(l, h)
	return p, nil
}

// Addr is where it listens.
func (p *Loopback) Addr() string { return p.c.Addr() }

// Close answers what is under way, and listens no more.
func (p *Loopback) Close(ctx context.Context) error { return p.c.Close(ctx) }
