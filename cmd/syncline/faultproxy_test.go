package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"
)

// bridge leads connections from loopback to the server, which may listen on a
// Unix socket only. It reads along, so that it can break a connection exactly
// at a commit.
type bridge struct {
	listener net.Listener
	network  string
	address  string
	breaks   atomic.Pointer[breach]
}

// breach is a connection that breaks at a commit.
type breach struct {
	kind  string
	after atomic.Int32 // commits that pass before it
	delay time.Duration
	kill  func()
	done  atomic.Bool
}

// The kinds of breaches.
const (
	commitLost = "commit lost"             // the server never hears of it
	replyLost  = "reply lost after commit" // the server carries it out, nobody hears of it
	commitLate = "commit late"             // the server hears of it later, also when nobody waits any more
	killBefore = "killed at commit, lost"  // the program dies with the commit on its lips
	killDuring = "killed at commit, late"  // it dies, and the commit arrives later
	killAfter  = "killed after commit"     // it dies before it hears that it was carried out
)

func newBridge(t *testing.T, url string) *bridge {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(int(config.Port))
	b := &bridge{network: "tcp", address: net.JoinHostPort(config.Host, port)}
	if filepath.IsAbs(config.Host) {
		b.network, b.address = "unix", filepath.Join(config.Host, ".s.PGSQL."+port)
	}
	if b.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.listener.Close() })
	go b.serve()
	return b
}

func (b *bridge) serve() {
	for {
		c, err := b.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(b.network, b.address)
		if err != nil {
			c.Close()
			continue
		}
		l := &crossing{bridge: b, client: c, server: server}
		go l.down()
		go l.up()
	}
}

// crossing is one connection over the bridge.
type crossing struct {
	*bridge
	client, server net.Conn
	mute           atomic.Bool // what the server says now is lost
	last           func()      // done when it has said it
}

func (l *crossing) close() {
	l.client.Close()
	l.server.Close()
}

func (l *crossing) down() {
	defer l.close()
	b := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(b)
		if l.mute.Load() {
			l.last()
			return
		}
		if err != nil {
			return
		}
		if _, err := l.client.Write(b[:n]); err != nil {
			return
		}
	}
}

func (l *crossing) up() {
	defer l.close()
	b := make([]byte, 32<<10)
	for {
		n, err := l.client.Read(b)
		if err != nil {
			return
		}
		if bytes.Contains(bytes.ToLower(b[:n]), []byte("commit")) && !l.breach() {
			return
		}
		if _, err := l.server.Write(b[:n]); err != nil {
			return
		}
	}
}

// breach does what breaks at this commit. It reports whether the commit goes
// on to the server.
func (l *crossing) breach() bool {
	p := l.breaks.Load()
	if p == nil || p.after.Add(-1) != 0 {
		return true
	}
	p.done.Store(true)
	switch p.kind {
	case commitLost:
		return false
	case replyLost, killAfter:
		l.last = p.kill
		l.mute.Store(true)
	case commitLate:
		time.Sleep(p.delay)
	case killBefore:
		p.kill()
		return false
	case killDuring:
		p.kill()
		time.Sleep(p.delay)
	}
	return true
}

// weather is the network of one run: a proxy of its own before the bridge.
type weather struct {
	kind  string
	proxy *toxiproxy.Proxy
	hit   atomic.Bool
	stop  chan struct{} // the run is over
	busy  sync.WaitGroup
}

// toxics are the faults of a network that bytes know nothing of, with settings
// drawn for each.
func toxics(rng *rand.Rand, long time.Duration) map[string]map[string]int {
	ms := max(1, int(long.Milliseconds()))
	return map[string]map[string]int{
		"latency":    {"latency": 1 + rng.IntN(12), "jitter": rng.IntN(12)},
		"bandwidth":  {"rate": 20 + rng.IntN(400)},
		"reset_peer": {"timeout": rng.IntN(ms)},
		"slow_close": {"delay": rng.IntN(400)},
		"limit_data": {"bytes": 1 + rng.IntN(60_000)},
		"timeout":    {"timeout": 1 + rng.IntN(300)},
		"slicer":     {"average_size": 20, "size_variation": 15, "delay": 0},
	}
}

// storm are the names of all faults, in the order in which they are drawn.
func storm() []string {
	return []string{
		"none", "latency", "bandwidth", "reset_peer", "slow_close", "limit_data", "timeout", "slicer",
		"silence", "refused", "backends ended", commitLost, replyLost, commitLate, killBefore, killDuring, killAfter,
	}
}

// brew makes the network of the next run; kill ends the program.
func (b *bridge) brew(t *testing.T, rng *rand.Rand, kind string, long time.Duration, kill func()) *weather {
	w := &weather{kind: kind, stop: make(chan struct{})}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	w.proxy = toxiproxy.NewProxy(server, "sea", "127.0.0.1:0", b.listener.Addr().String())
	if err := w.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	b.breaks.Store(nil)
	switch kind {
	case killBefore, killDuring, killAfter, commitLost, replyLost, commitLate:
		p := &breach{kind: kind, kill: func() {}, delay: time.Duration(rng.Int64N(int64(600 * time.Millisecond)))}
		p.after.Store(int32(1 + rng.IntN(3)))
		if strings.HasPrefix(kind, "killed") {
			p.kill = kill
		}
		b.breaks.Store(p)
	case "refused":
		w.proxy.Stop()
	case "silence":
		w.poison(rng, "timeout", map[string]int{"timeout": 0}, long)
	default:
		if settings, ok := toxics(rng, long)[kind]; ok {
			w.poison(rng, kind, settings, long)
		}
	}
	return w
}

// poison adds a toxic to one direction, or both, at a random moment.
func (w *weather) poison(rng *rand.Rand, kind string, settings map[string]int, long time.Duration) {
	streams := [][]string{{"downstream"}, {"upstream"}, {"upstream", "downstream"}}[rng.IntN(3)]
	delay := time.Duration(0)
	if rng.IntN(3) > 0 {
		delay = time.Duration(rng.Int64N(int64(long)))
	}
	w.busy.Go(func() {
		select {
		case <-time.After(delay):
		case <-w.stop:
			return
		}
		w.hit.Store(true)
		for _, s := range streams {
			text, _ := json.Marshal(map[string]any{"type": kind, "stream": s, "attributes": settings})
			_, _ = w.proxy.Toxics.AddToxicJson(strings.NewReader(string(text)))
		}
	})
}

// calm ends what is done to the network; what it has on its way still arrives.
func (w *weather) calm() {
	close(w.stop)
	w.busy.Wait()
}

// over ends the network, with whatever it still had on its way.
func (w *weather) over() {
	if w != nil {
		go w.proxy.Stop()
	}
}

// struck reports whether the fault came to pass.
func (w *weather) struck(b *bridge) bool {
	if p := b.breaks.Load(); p != nil {
		return p.done.Load()
	}
	return w.hit.Load() || w.kind == "refused" || w.kind == "none"
}
