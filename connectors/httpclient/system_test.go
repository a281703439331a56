package httpclient

import (
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
)

// systemsOf returns a client of each system's limits, all with one key,
// over what the systems of one process share.
func systemsOf(t *testing.T, server *counter, limits ...connectors.Limits) []*Client {
	t.Helper()
	shared := &connectors.Shared{}
	var out []*Client
	for _, l := range limits {
		o := Options{Auth: Bearer{"one key"}, Limits: []Limit{{50, 10 * time.Second}}, Record: network(server.answer)}
		out = append(out, made(t, o.For(connectors.Settings{Shared: shared, Limits: l})))
	}
	return out
}

func sendAll(t *testing.T, n int, all ...*Client) {
	t.Helper()
	var busy sync.WaitGroup
	for _, c := range all {
		busy.Go(func() {
			for range n {
				if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	busy.Wait()
}

// TestSystemsOfOneAccountShareItsBudget: what the author of a system allows
// only tightens what the API does, the tightest holds for all who use the
// credential, and only as long as that system is open.
func TestSystemsOfOneAccountShareItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &counter{delay: func() time.Duration { return time.Millisecond }}
		c := systemsOf(t, server, connectors.Limits{Requests: 500, Per: 10 * time.Second}, connectors.Limits{Requests: 20, Per: 10 * time.Second, Parallel: 1, Reserve: 0.2})
		sendAll(t, 50, c...)
		if most := server.most(10 * time.Second); most != 16 || server.top != 1 {
			t.Errorf("%d requests in a window and %d at once; one system allows 20, of which a fifth is left, one at a time", most, server.top)
		}
		c[1].Close()
		time.Sleep(time.Minute)
		server.arrivals = nil
		sendAll(t, 100, c[0])
		if most := server.most(10 * time.Second); most != 50 {
			t.Errorf("%d requests in a window when the tighter system is closed; the API allows 50", most)
		}
	})
}

// TestABudgetOutlivesItsClients: a system that is opened again has spent what
// it spent before.
func TestABudgetOutlivesItsClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &counter{delay: func() time.Duration { return 0 }}
		set := connectors.Settings{Shared: &connectors.Shared{}, Limits: connectors.Limits{Requests: 5, Per: time.Minute}}
		for range 4 {
			c := made(t, Options{Auth: Bearer{"one key"}, Record: network(server.answer)}.For(set))
			sendAll(t, 3, c)
			c.Close()
		}
		if most := server.most(time.Minute); most != 5 {
			t.Errorf("%d requests in a minute, and 5 may be", most)
		}
		other := made(t, Options{Auth: Bearer{"another key"}, Record: network(server.answer)}.For(set))
		began := time.Now()
		sendAll(t, 5, other)
		if time.Since(began) > time.Second {
			t.Error("another credential waits for this one's budget")
		}
	})
}

// TestASystemSaysHowLongAndHowOften holds the client to timeout and retry.
func TestASystemSaysHowLongAndHowOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent, began := 0, time.Now()
		slow := network(func(req *http.Request) (*http.Response, error) {
			sent++
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		set := connectors.Settings{Limits: connectors.Limits{Timeout: 2 * time.Second, Attempts: 3, First: time.Minute, Longest: 3 * time.Minute}}
		o := Options{Record: slow, Random: func() float64 { return 1 }, Clock: time.Now}
		_, err := made(t, o.For(set)).Do(t.Context(), &Request{Path: "x"})
		if took := time.Since(began); connectors.KindOf(err) != connectors.Unavailable || sent != 3 || took != 3*2*time.Second+time.Minute+2*time.Minute {
			t.Errorf("%d requests in %s: %v; want 3, of 2 s each, after 1 and 2 minutes", sent, took, err)
		}
	})
}

// TestASystemSaysWhereItLies: a name that leads to a network that is not public
// is refused unless the system's author declared the network.
func TestASystemSaysWhereItLies(t *testing.T) {
	for _, networks := range [][]string{nil, {"10.1.0.0/16"}} {
		o := Options{Base: address(t, "https://ats.example/")}.For(connectors.Settings{Limits: connectors.Limits{Networks: networks}})
		g, err := newGuard(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.allows("ats.example", netip.MustParseAddr("10.1.2.3")); (err == nil) != (networks != nil) {
			t.Errorf("with the networks %q: %v", networks, err)
		}
		if g.allows("ats.example", netip.MustParseAddr("10.2.2.3")) == nil {
			t.Error("another network is open")
		}
	}
}
