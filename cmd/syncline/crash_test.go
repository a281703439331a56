package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncline/connectors/connectortest"
	"syncline/engine/plans"
)

// crashRounds is how many runs TestCrash starts: SYNCLINE_CRASH_ROUNDS, or a
// bounded number.
func crashRounds() int {
	if n, err := strconv.Atoi(os.Getenv("SYNCLINE_CRASH_ROUNDS")); err == nil {
		return n
	}
	if os.Getenv("CI") != "" {
		return 40
	}
	return 10
}

// TestCrash starts the program over a SQLite file and a PostgreSQL server that
// it reaches through a network with faults, kills it at random moments, and
// lets people type at both ends meanwhile. Every few rounds the network heals,
// the program runs until it has nothing to do, and the laws are judged by what
// the databases' own histories say. R0.4, R1.2
func TestCrash(t *testing.T) {
	seed := seedOf("SYNCLINE_CRASH_SEED")
	t.Logf("SYNCLINE_CRASH_SEED=%d", seed)
	c := &crash{T: t, rng: rand.New(rand.NewPCG(seed, 2)), tally: newCrashTally(), server: newCrashServer(t)}
	begun := time.Now()
	for c.tally.rounds < crashRounds() && !t.Failed() {
		c.world()
	}
	t.Log(c.tally.report(time.Since(begun)))
}

// crash is all worlds of the test.
type crash struct {
	*testing.T
	rng    *rand.Rand
	server *crashServer
	tally  *crashTally
}

func newCrashServer(t *testing.T) *crashServer {
	server := connectortest.Postgres(t)
	db, err := sql.Open("pgx", withParams(server.URL, "application_name=judge"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &crashServer{url: server.URL, db: db, bridge: newBridge(t, server.URL)}
	if err := db.QueryRow("SELECT current_user, current_database()").Scan(&s.user, &s.database); err != nil {
		t.Fatal(err)
	}
	return s
}

// world is rounds over two databases of their own.
func (c *crash) world() {
	seed := c.rng.Uint64()
	w := &crashWorld{victim: newVictim(c.T, seed), server: c.server, marked: map[string]int{}, chosen: map[string]bool{}}
	w.folder, w.long = c.TempDir(), time.Second
	w.open(c.rng.IntN(2) == 0, c.rng.IntN(3) > 0)
	w.settleIn(120)
	c.tally.worlds++
	for epoch := 0; epoch < 5 && c.tally.rounds < crashRounds() && !c.Failed(); epoch++ {
		for range 4 + c.rng.IntN(6) {
			c.round(w, epoch)
		}
		w.settle(c.tally)
	}
	for name, n := range w.at {
		c.tally.kills[name] += n
	}
	if c.Failed() {
		c.Logf("world %d: %s, in %s", c.tally.worlds, w.variant, w.folder)
	}
}

// round is one run in bad weather, with people at work.
func (c *crash) round(w *crashWorld, epoch int) {
	c.tally.rounds++
	kind := storm()[c.rng.IntN(len(storm()))]
	sky := w.server.bridge.brew(w.T, c.rng, kind, w.long, w.strike)
	w.under(sky)
	stop, typed := make(chan struct{}), make(chan error, 1)
	deeds := w.deeds(c.rng.IntN(25), w.long, c.rng)
	go func() { typed <- w.live(deeds, stop) }()
	if kind == "backends ended" {
		w.endBackends(sky, time.Duration(c.rng.Int64N(int64(w.long))))
	}
	after := time.Minute
	if kind == "silence" || !strings.HasPrefix(kind, "killed") && c.rng.IntN(5) > 1 {
		after = time.Duration(c.rng.Int64N(int64(w.long)))
	}
	d := w.dies(after, "run", "-json", w.folder)
	sky.calm()
	close(stop)
	if err := <-typed; err != nil {
		c.Fatal(err)
	}
	c.judge(w, sky, d)
}

// judge holds a run to what it may say, and counts it.
func (c *crash) judge(w *crashWorld, sky *weather, d *death) {
	c.tally.met(sky.kind, sky.struck(w.server.bridge), d)
	w.discreet(d.said())
	if d.killed {
		w.kills++
		w.at[w.stage()]++
		return
	}
	if d.code == 0 {
		w.long = (w.long + d.took) / 2
	}
	switch {
	case d.code != 0 && d.code != 1:
		c.Errorf("under %q: exit %d:\n%s", sky.kind, d.code, d.said())
	case d.code == 1 && sky.kind == "none":
		c.Errorf("a run in fair weather failed:\n%s", d.said())
	case d.code == 1 && !strings.Contains(d.said(), "ats"):
		c.Errorf("under %q, it does not say which end failed:\n%s", sky.kind, d.said())
	}
	w.countsAddUp(d)
}

// under sends the program through a network from now on. What the one before
// had on its way may still arrive during the next run.
func (w *crashWorld) under(sky *weather) {
	old := w.sky
	w.sky = sky
	if w.older != nil {
		w.older.over()
	}
	w.older = old
	host := sky.proxy.Listen
	w.env = []string{"SYNCLINE_CRASH_URL=" + w.server.through(host, w.schema)}
}

// through is the server's address by way of another.
func (s *crashServer) through(host, schema string) string {
	return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable&search_path=%s", s.user, secretCanary, host, s.database, schema)
}

const secretCanary = "canary-secret-x7"

// discreet holds what the program says: no secret, nothing protected, no
// panic.
func (w *crashWorld) discreet(said string) {
	for _, no := range []string{canary, secretCanary, "goroutine ", "panic"} {
		if at := strings.Index(said, no); at >= 0 {
			w.Errorf("it says %q:\n%s", no, said)
		}
	}
}

// countsAddUp is law 6.
func (w *crashWorld) countsAddUp(d *death) *plans.Summary {
	if d.out == "" {
		return nil
	}
	var s plans.Summary
	if err := json.Unmarshal([]byte(d.out), &s); err != nil {
		w.Errorf("the summary does not read: %v\n%s", err, d.said())
		return nil
	}
	for _, p := range s.Pipelines {
		for _, e := range p.Ends {
			if e.Agreed < 0 || e.Read != e.Agreed+e.SetAside+e.Review+e.Waiting+e.InFlight+e.NotReached {
				w.Errorf("law 6: the counts of %s do not add up: %+v", e.End, e)
			}
		}
	}
	return &s
}

// endBackends ends the program's connections on the server's side.
func (w *crashWorld) endBackends(sky *weather, delay time.Duration) {
	sky.busy.Go(func() {
		select {
		case <-time.After(delay):
		case <-sky.stop:
			return
		}
		var n int
		err := w.server.db.QueryRow("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'syncline'").Scan(&n)
		sky.hit.Store(err == nil && n > 0)
	})
}

// settle lets the weather clear, runs until there is nothing to do, and
// judges.
func (w *crashWorld) settle(t *crashTally) {
	w.under(w.server.bridge.brew(w.T, w.rng, "none", w.long, nil))
	w.sky.calm()
	w.quiet()
	if w.Failed() {
		return
	}
	v := w.look(t)
	v.judge(true)
	if w.Failed() {
		return
	}
	v.answer(w)
	w.quiet()
	if !w.Failed() {
		w.look(t).judge(false)
	}
	w.finished++
	for name, e := range w.ends {
		w.marked[name] = len(e.history(w.T))
	}
}

// quiet runs until a run has nothing to do, which takes it a bounded number.
func (w *crashWorld) quiet() {
	var last *death
	for range 6 {
		last = w.dies(2*time.Minute, "run", "-json", w.folder)
		w.discreet(last.said())
		if last.killed || last.code != 0 {
			w.Errorf("law 3: the weather is fair, and a run fails: killed %v, exit %d\n%s", last.killed, last.code, last.said())
			return
		}
		if s := w.countsAddUp(last); s != nil && slices.IndexFunc(s.Pipelines[0].Ends, busy) < 0 && s.Pipelines[0].Waiting == 0 {
			return
		}
	}
	w.Errorf("law 3: six runs, and there is still something to do:\n%s", last.said())
}

func busy(e plans.EndSummary) bool {
	return e.Created+e.Updated+e.Archived+e.Deleted+e.Refused+e.InFlight+e.Waiting+e.NotReached > 0
}
