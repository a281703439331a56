package memory_test

import (
	"slices"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/schema"
)

// clock stands still until it is moved.
type clock struct{ now time.Time }

func newClock() *clock                   { return &clock{time.Date(2026, 3, 1, 8, 0, 0, 250e6, time.UTC)} }
func (c *clock) read() time.Time         { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

func TestLag(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	c.advance(time.Hour)
	e.system.Behave(memory.Manners{Lag: time.Minute})
	e.table.Set("a", memory.Fields{"name": schema.String("newer")})
	e.table.Put("c", memory.Fields{"name": schema.String("C")})
	e.table.Delete("b")
	c.advance(59 * time.Second)
	if got := e.get("a").Record.Get("name").Text(); got != "A" {
		t.Errorf("before the lag is over a reader sees %q", got)
	}
	if ids, _, _ := e.list(); !slices.Equal(ids, []string{"a", "b"}) {
		t.Errorf("before the lag is over %v are listed", ids)
	}
	if e.get("c").Presence != connectors.Gone || e.found("C") != 0 || e.found("B") != 1 {
		t.Error("what was made is there before the lag is over, or what was deleted is not")
	}
	if _, err := e.conn.(connectors.Stamper).Stamp(t.Context(), e.sel); connectors.KindOf(err) != connectors.Unsupported {
		t.Errorf("a system that lags gives a stamp: %v", err)
	}
	c.advance(time.Second)
	if ids, _, _ := e.list(); !slices.Equal(ids, []string{"a", "c"}) || e.get("a").Record.Get("name").Text() != "newer" || e.found("C") != 1 {
		t.Errorf("after the lag %v are listed", ids)
	}
}

// TestLagOfSearch holds that a system may lag in one operation and not in
// others, and that writes are checked against what is there.
func TestLagOfSearch(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	c.advance(time.Hour)
	e.system.Behave(memory.Manners{Lag: time.Minute, Lagging: []string{"find"}})
	if res := e.write("update", "a", "one"); res.Err != nil {
		t.Fatal(res.Err)
	}
	if res := e.write("update", "a", "two"); res.Err != nil || e.found("two") != 0 || e.found("A") != 1 {
		t.Errorf("%v, %d found", res.Err, e.found("two"))
	}
	c.advance(time.Minute)
	if e.found("two") != 1 || e.found("one")+e.found("A") != 0 {
		t.Error("after the lag the search still shows what was")
	}
}

// TestLagOfIncrementalListings holds that what a listing does not show yet is
// in the next one.
func TestLagOfIncrementalListings(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	e.sel.Cursor = "at"
	c.advance(time.Hour)
	e.system.Behave(memory.Manners{Lag: time.Minute})
	e.table.Set("a", memory.Fields{"name": schema.String("newer")})
	next := e.read(nil, true).next
	if again := e.read(next, false); len(again.ids)+len(again.gone) != 0 {
		t.Errorf("before the lag is over %v are listed", again.ids)
	}
	c.advance(time.Minute)
	if later := e.read(next, false); !slices.Equal(later.ids, []string{"a"}) {
		t.Errorf("after the lag %v are listed", later.ids)
	}
}

func (e *end) found(name string) int {
	e.Helper()
	got, err := e.conn.(connectors.Finder).Find(e.Context(), e.sel, []connectors.Query{{
		Paths: []string{"name"}, Values: [][]schema.Value{{schema.String(name)}},
	}})
	if err != nil {
		e.Fatal(err)
	}
	return len(got[0])
}

func TestBudget(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	for _, tells := range []bool{true, false} {
		e.system.Behave(memory.Manners{Budget: 2, Window: time.Minute, Tells: tells})
		e.get("a")
		c.advance(20 * time.Second)
		if got := e.get("a"); got.Err != nil {
			t.Errorf("within the budget: %v", got.Err)
		}
		err := e.conn.(connectors.Checker).Check(t.Context())
		want := time.Duration(0)
		if tells {
			want = 40 * time.Second
		}
		if connectors.KindOf(err) != connectors.Limited || err.(*connectors.Error).After != want {
			t.Errorf("beyond the budget: %v, want to be told %v", err, want)
		}
		c.advance(40 * time.Second)
		if got := e.get("a"); got.Err != nil {
			t.Errorf("in the next window: %v", got.Err)
		}
	}
}

func TestCredentialsExpire(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	expired := func() bool { return connectors.KindOf(e.get("a").Err) == connectors.Denied }
	e.system.Behave(memory.Manners{Calls: 2})
	if expired() || expired() || !expired() || !expired() {
		t.Error("two calls are served and no more")
	}
	if res := e.conn.(connectors.Writer); res != nil {
		if _, err := res.Write(t.Context(), e.sel, nil); connectors.KindOf(err) != connectors.Denied {
			t.Errorf("a write with an expired credential: %v", err)
		}
	}
	if e.system.Renew(); expired() {
		t.Error("a renewed credential is refused")
	}
	e.system.Behave(memory.Manners{Life: time.Hour})
	if c.advance(59 * time.Minute); expired() {
		t.Error("it expired before its time")
	}
	if c.advance(time.Minute); !expired() {
		t.Error("it outlives its time")
	}
	if conn, err := e.world.Definition().Open(t.Context(), connectors.Settings{System: "crm"}); err != nil || conn == nil || expired() {
		t.Errorf("opened again, it is still refused: %v", err)
	}
}

func TestOrders(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Put("c", nil)
	e.table.Put("d", nil)
	listed := func(m memory.Manners) []string {
		e.system.Behave(m)
		ids, _, complete := e.list()
		if !complete {
			t.Errorf("%v: the listing is not complete", m.Order)
		}
		return ids
	}
	for order, want := range map[memory.Order][]string{
		memory.AsMade: {"a", "b", "c", "d"}, memory.Reversed: {"d", "c", "b", "a"}, memory.Rotated: {"c", "d", "a", "b"},
	} {
		if got := listed(memory.Manners{Order: order}); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", order, got, want)
		}
	}
	orders := map[string]bool{}
	for range 20 {
		ids := listed(memory.Manners{Order: memory.Shuffled, Seed: 1})
		orders[ids[0]] = true
		if slices.Sort(ids); !slices.Equal(ids, []string{"a", "b", "c", "d"}) {
			t.Errorf("shuffled: %v", ids)
		}
	}
	if len(orders) < 3 {
		t.Errorf("20 shuffled listings begin with %d records only", len(orders))
	}
}

func TestIDsComeBack(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.system.Behave(memory.Manners{ReuseIDs: true})
	if res := e.write("create", "", "C"); res.Err != nil || res.ID == "a" || res.ID == "b" {
		t.Errorf("nothing was deleted, and the new id is %q: %v", res.ID, res.Err)
	}
	e.table.Delete("b")
	e.table.Delete("a")
	for _, want := range []string{"a", "b"} {
		if res := e.write("create", "", "new "+want); res.Err != nil || res.ID != want || e.name(want) != "new "+want {
			t.Errorf("the new id is %q, want %q: %v", res.ID, want, res.Err)
		}
	}
}

func TestLeaversAreListed(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.sel.Cursor = "at"
	next := e.read(nil, true).next
	e.table.Put("c", memory.Fields{"name": schema.String("C")})
	e.table.Put("d", memory.Fields{"name": schema.String("D")})
	e.table.Delete("a")
	e.table.Archive("b")
	e.table.Merge("c", "d")
	leavers := []string{"a", "b", "c"}
	if l := e.read(next, false); !slices.Equal(l.gone, leavers) || !slices.Equal(l.ids, []string{"d"}) || l.complete {
		t.Errorf("an incremental listing: %+v", l)
	}
	if l := e.read(nil, true); len(l.gone) != 0 || !slices.Equal(l.ids, []string{"d"}) {
		t.Errorf("a whole listing: %+v", l)
	}
	e.system.Behave(memory.Manners{Leavers: true})
	if l := e.read(nil, true); !slices.Equal(l.gone, leavers) || !slices.Equal(l.ids, []string{"d"}) || !l.complete {
		t.Errorf("a whole listing that names leavers: %+v", l)
	}
}

func TestTheSystemsClock(t *testing.T) {
	c := newClock()
	e := newEnd(t, memory.Options{Clock: c.read}, memory.Layout{})
	e.system.Behave(memory.Manners{Skew: -time.Hour, Step: time.Second, TimedRevisions: true})
	e.table.Set("a", memory.Fields{"name": schema.String("one")})
	first := e.get("a").Record
	if want := c.now.Add(-time.Hour).Truncate(time.Second); !first.At.Time().Equal(want) {
		t.Errorf("the record says %v, want %v", first.At.Time(), want)
	}
	c.advance(500 * time.Millisecond)
	e.table.Set("a", memory.Fields{"name": schema.String("two")})
	if again := e.get("a").Record; again.Revision != first.Revision || again.Get("name").Text() != "two" {
		t.Errorf("two changes within a second have the revisions %s and %s", first.Revision, again.Revision)
	}
	c.advance(500 * time.Millisecond)
	if res := e.write("update", "a", "three"); res.Err != nil || res.Revision == first.Revision || res.Revision != e.get("a").Record.Revision {
		t.Errorf("revision %s after %s: %v", res.Revision, first.Revision, res.Err)
	}
}
