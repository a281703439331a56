package engine_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors/memory"
	"syncline/schema"
)

// TestOrder is law 9: neither the order in which records come, nor that they
// come twice, nor the number of workers changes what the ends hold at last. R1.11
func TestOrder(t *testing.T) {
	want := settledIn(t, 1, nil, false)
	if len(want) != 2*orderPeople {
		t.Fatalf("%d records, want every person at either end", len(want))
	}
	for _, workers := range []int{1, 4} {
		for _, twice := range []bool{false, true} {
			order := rand.New(rand.NewPCG(uint64(workers), 3)).Perm(orderPeople)
			if diff := cmp.Diff(want, settledIn(t, workers, order, twice)); diff != "" {
				t.Errorf("%d workers, listed twice %v: (-want +got)\n%.2000s", workers, twice, diff)
			}
		}
	}
}

const orderPeople = 1200

// settledIn lets a world of many people come to rest, edits some of them, lets
// it come to rest again, and returns what the ends hold, by end and person.
func settledIn(t *testing.T, workers int, order []int, twice bool) map[string]string {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	rng := rand.New(rand.NewPCG(5, 5))
	s := drawShape(rng)
	s.ends, s.rules, s.drift, s.empty, s.duplicate = 2, `"system_of_record"`, "restore", "clear", "ignore"
	s.create, s.finder, s.stamper, s.set, s.group, s.cursor, s.filter, s.deletes = []bool{true, true}, true, true, true, true, false, false, false
	w := newWorld(t, rng, s)
	if order == nil {
		for n := range orderPeople {
			order = append(order, n)
		}
	}
	for _, n := range order {
		w.settle(n)
	}
	if twice {
		for _, e := range w.ends {
			e.system.Inject(memory.Fault{Kind: memory.Duplicate, Op: "read"})
		}
	}
	w.quiet()
	for _, n := range order {
		if e := w.ends[n%2]; n%10 == 0 {
			e.table.Set(w.find(e, address(n)), memory.Fields{"name": schema.String(fmt.Sprint("edited", n)), "city": schema.String("moved")})
		}
	}
	w.quiet()
	out := map[string]string{}
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			r := e.table.Record(id)
			text := ""
			for _, f := range slices.Sorted(maps.Keys(r)) {
				text += f + "=" + r[f].Display() + " "
			}
			out[e.name+" "+r["email"].Text()] = text
		}
	}
	return out
}

// quiet makes passes until nothing is planned.
func (w *world) quiet() {
	for range 5 {
		if s := w.pass(); s == nil || s.Pipelines[0].Failed != "" {
			w.Fatalf("a pass failed: %+v", s)
		}
		if w.planIsEmpty(false) {
			return
		}
	}
	w.Fatal("it does not come to rest")
}

func address(n int) string { return fmt.Sprintf("p%d@x.test", n) }

// settle puts a person at one end or at both, with differences.
func (w *world) settle(n int) {
	for i, e := range w.ends {
		if n%3 == i {
			continue
		}
		e.table.Put(fmt.Sprintf("%s-%d", e.name, n), memory.Fields{
			"email": schema.String(address(n)), "name": schema.String(fmt.Sprint("name", n, i*(n%2))),
			"phase": schema.String(fmt.Sprint(e.name, 1+n%3)), "note": schema.String(fmt.Sprint("note", n)),
			"city": schema.String("city"), "land": schema.String("land"), "tags": schema.Set(schema.String(fmt.Sprint("t", n%7))),
		})
	}
}
