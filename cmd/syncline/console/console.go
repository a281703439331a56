package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"syncline/engine"
)

// Options say what a console is made of.
type Options struct {
	Service *engine.Service
	Listen  string // HOST:PORT
	Limit   int64  // bytes of a request's body; 0: 1 MiB
	Socket  string // path of the socket for the other commands; "": none
	Command Command
	Clock   func() time.Time // nil: time.Now
}

// bodyLimit is how long a request's body may be.
const bodyLimit = 1 << 20

// Console is a listening console.
type Console struct {
	o        Options
	now      func() time.Time
	metrics  *metrics
	places   chan struct{}
	draining atomic.Bool

	servers   []*http.Server
	listeners []net.Listener
	serving   sync.WaitGroup
}

// Open listens. Close ends it.
func Open(o Options) (*Console, error) {
	if o.Limit <= 0 {
		o.Limit = bodyLimit
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	c := &Console{o: o, now: o.Clock, places: make(chan struct{}, atOnce), metrics: newMetrics(o.Service)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks/{system}", c.hook)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", c.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.metrics.registry, promhttp.HandlerOpts{}))
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", o.Listen, err)
	}
	c.serve(l, mux)
	if o.Socket != "" {
		if err := c.openSocket(); err != nil {
			return nil, errors.Join(err, c.Close(context.Background()))
		}
	}
	return c, nil
}

// serve answers on a listener until the console is closed. The times are short:
// a request that is not there soon is no system's.
func (c *Console) serve(l net.Listener, h http.Handler) {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
	c.servers, c.listeners = append(c.servers, s), append(c.listeners, l)
	c.serving.Go(func() { _ = s.Serve(l) })
}

// Addr is where the console listens.
func (c *Console) Addr() string { return c.listeners[0].Addr().String() }

// Drain says that the end was asked for: whoever distributes requests sends no
// more, and those that come are still taken.
func (c *Console) Drain() { c.draining.Store(true) }

// Close answers what is under way, and listens no more.
func (c *Console) Close(ctx context.Context) error {
	var errs []error
	for _, s := range c.servers {
		if err := s.Shutdown(ctx); err != nil {
			errs = append(errs, s.Close())
		}
	}
	c.serving.Wait()
	return errors.Join(errs...)
}

func (c *Console) ready(w http.ResponseWriter, _ *http.Request) {
	if c.draining.Load() {
		http.Error(w, "ending", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
