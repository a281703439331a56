package postgres

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A server that is there and says nothing would hold a run for ever: nothing
// tells it from one that works on a long statement but time.
const (
	dialing = 30 * time.Second // most a connection may take, unless the address says connect_timeout
	silence = 10 * time.Minute // most a server may take to say something
)

// impatient has the connections of a configuration give up on a server that
// does not connect, or says nothing for so long.
func impatient(config *pgx.ConnConfig, most time.Duration) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = dialing
	}
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &patient{Conn: c, most: most}, nil
	}
}

// patient is a connection whose reads end after a while, unless the driver set
// an end of its own.
type patient struct {
	net.Conn
	most time.Duration

	mu  sync.Mutex
	own bool // the driver's deadline stands
}

// Read implements net.Conn.
func (p *patient) Read(b []byte) (int, error) {
	p.mu.Lock()
	if !p.own {
		_ = p.Conn.SetReadDeadline(time.Now().Add(p.most))
	}
	p.mu.Unlock()
	return p.Conn.Read(b)
}

// SetDeadline implements net.Conn.
func (p *patient) SetDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.own = !t.IsZero()
	return p.Conn.SetDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (p *patient) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.own = !t.IsZero()
	return p.Conn.SetReadDeadline(t)
}
