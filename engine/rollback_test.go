package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/diff"
	"syncline/engine/plans"
	"syncline/schema"
)

// TestRollbackLaws walks through random worlds in which a run is rolled back
// after people edited, with an engine that is killed at any request, and the
// rollback itself is rolled back. What has to hold is written beside each
// check. SYNCLINE_LAWS_SEED repeats one world. R4.5
func TestRollbackLaws(t *testing.T) {
	seeds := make([]uint64, 60)
	for i := range seeds {
		seeds[i] = uint64(i + 1)
	}
	if text := os.Getenv("SYNCLINE_LAWS_SEED"); text != "" {
		seeds = seeds[:1]
		if _, err := fmt.Sscan(text, &seeds[0]); err != nil {
			t.Fatal(err)
		}
	}
	var done tally
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { takeBack(t, seed, &done) })
	}
	t.Logf("%d worlds: %d values put back, %d left, %d records taken out, %d kills", len(seeds), done.restored, done.left, done.gone, done.kills)
	if len(seeds) > 1 && (done.restored == 0 || done.left == 0 || done.gone == 0 || done.kills == 0) {
		t.Error("the worlds prove nothing: something of this never happened")
	}
}

// tally is how often a thing happened, so that the laws are not held by worlds
// in which nothing does.
type tally struct{ restored, left, gone, kills int }

// cells is what every record holds, by "END/ID" and field.
type cells map[string]memory.Fields

func (w *world) cells() cells {
	out := cells{}
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			if r := e.table.Record(id); r != nil {
				out[e.name+"/"+id] = r
			}
		}
	}
	return out
}

func drawRollbackWorld(t testing.TB, seed uint64) *world {
	rng := rand.New(rand.NewPCG(seed, 11))
	s := drawShape(rng)
	s.faults, s.filter, s.removed, s.guard = false, false, "unlink", 0
	return newWorld(t, rng, s)
}

// takeBack lives through one world.
func takeBack(t *testing.T, seed uint64, done *tally) {
	w := drawRollbackWorld(t, seed)
	defer func() {
		if t.Failed() {
			t.Logf("SYNCLINE_LAWS_SEED=%d\n%s\n%s", seed, w.text(), strings.Join(w.trace, "\n"))
		}
	}()
	for range 3 + w.rng.IntN(4) {
		w.hire()
	}
	w.quietRun()
	w.quietRun()
	for range 1 + w.rng.IntN(6) {
		w.edit()
	}
	before, began := w.cells(), w.now
	w.quietRun()
	after := w.cells()
	w.now = w.now.Add(time.Minute)
	edited := w.rng.IntN(3) > 0
	if edited {
		for range 1 + w.rng.IntN(6) {
			w.edit()
		}
	}
	shown := w.cells()
	since := w.now
	r := w.rollback(engine.RollbackOptions{Since: began, Until: since, Apply: true}, w.rng.IntN(2) == 0, done)
	if r == nil || t.Failed() {
		return
	}
	restored := w.cells()
	w.heldBack(r, before, after, shown, restored, done)
	switch {
	case w.rng.IntN(2) == 0:
	case edited:
		w.quietRun()
		w.stays(before, after, shown, restored)
		w.stateIsSound()
		return
	default:
		w.nothingToDo("after a rollback")
	}
	w.now = w.now.Add(time.Minute)
	again := w.rollback(engine.RollbackOptions{Since: since, Apply: true}, w.rng.IntN(2) == 0, done)
	if again == nil || t.Failed() {
		return
	}
	w.sameValues("ROLLBACK-3: a rollback of the rollback gives every value back", shown, w.cells())
	if !edited {
		w.nothingToDo("after a rollback of a rollback")
	}
	w.stateIsSound()
}

// quietRun is a run that nothing disturbs.
func (w *world) quietRun() *plans.Summary {
	w.killAt, w.editAt = 0, nil
	s, err := w.run()
	if err != nil {
		w.Fatal(err)
	}
	w.look(func(int, memory.Write) {})
	w.learn()
	return s
}

// rollback rolls back until it comes to its end; killed, it begins again. The
// result is that of the last one.
func (w *world) rollback(o engine.RollbackOptions, kill bool, done *tally) *plans.Rollback {
	w.say("rollback")
	for round := 0; ; round++ {
		w.killAt, w.editAt = 0, nil
		if kill && round < 4 {
			w.killAt = 1 + w.rng.IntN(14)
		}
		r, err := w.rollbackOnce(o)
		w.look(func(int, memory.Write) {})
		if err != nil {
			w.Fatal(err)
		}
		if r != nil {
			for reason, n := range r.Reasons {
				w.say("  not put back: %d %s", n, reason)
			}
			return r
		}
		done.kills++
		w.say("  killed at request %d", w.ops)
	}
}

// rollbackOnce reports nil when the engine was killed.
func (w *world) rollbackOnce(o engine.RollbackOptions) (r *plans.Rollback, err error) {
	w.ops = 0
	defer func() {
		switch x := recover(); x.(type) {
		case nil:
		case killed:
			r, err = nil, nil
			folder := filepath.Join(w.folder, "state")
			if err := errors.Join(os.RemoveAll(folder), os.Rename(filepath.Join(w.folder, "killed"), folder)); err != nil {
				w.Fatal(err)
			}
		default:
			panic(x)
		}
	}()
	o.Allow = map[string]int{"creates": 1000, "overwrites": 1000, "clears": 1000, "deletes": 1000}
	return w.engine.Rollback(context.Background(), w.config, o)
}

// heldBack compares every value with what has to become of it.
func (w *world) heldBack(r *plans.Rollback, before, after, shown, now cells, done *tally) {
	listed := map[string]string{}
	for _, x := range r.Records {
		for _, f := range x.Fields {
			listed[x.End+"/"+x.Record+" "+f.Field] = x.Reason
		}
		if len(x.Fields) == 0 {
			listed[x.End+"/"+x.Record] = x.Reason
		}
	}
	for record, had := range shown {
		switch {
		case after[record] == nil: // somebody put it there since
			w.same("ROLLBACK-2: a record that nobody of us wrote", record, had, now[record])
		case before[record] == nil:
			w.made(record, had, after[record], now[record], listed, done)
		case now[record] == nil:
			w.Errorf("ROLLBACK-2: %s was there before and is gone", record)
		default:
			for _, unit := range w.units() {
				w.heldBackUnit(record, unit, []memory.Fields{before[record], after[record], had, now[record]}, listed, done)
			}
		}
	}
}

// units are the fields that are held and written as one.
func (w *world) units() [][]string {
	out := [][]string{{"email"}, {"name"}, {"phase"}, {"note"}, {"owned"}, {"private"}, {"tags"}}
	if w.shape.group {
		return append(out, []string{"city", "land"})
	}
	return append(out, []string{"city"}, []string{"land"})
}

func (w *world) heldBackUnit(record string, unit []string, at []memory.Fields, listed map[string]string, done *tally) {
	before, after, shown, now := at[0], at[1], at[2], at[3]
	equal := func(a, b memory.Fields) bool {
		for _, f := range unit {
			if !sameCell(a[f], b[f]) {
				return false
			}
		}
		return true
	}
	reason, isListed := "", false
	for _, f := range unit {
		if why, ok := listed[record+" "+f]; ok {
			reason, isListed = why, true
		}
	}
	switch {
	case isListed:
		done.left++
		if !equal(shown, now) {
			w.Errorf("ROLLBACK-2: %s %s is listed as left (%s) and is another value: %v, was %v", record, unit, reason, now[unit[0]], shown[unit[0]])
		}
		if reason == "edited since" && equal(after, shown) {
			w.Errorf("ROLLBACK-1: %s %s is listed as edited, and nobody did", record, unit)
		}
	case equal(before, after): // we did not write it
		if !equal(shown, now) {
			w.Errorf("ROLLBACK-2: %s %s was not written by the run and is another value", record, unit)
		}
	case unit[0] == "tags":
		want := diff.Merge(schema.KindSet, after["tags"], shown["tags"], before["tags"])
		if !sameCell(want, now["tags"]) {
			w.Errorf("ROLLBACK-1: %s tags are %s, want %s", record, now["tags"].Display(), want.Display())
		}
		done.restored++
	case !equal(now, before):
		w.Errorf("ROLLBACK-1: %s %s is %s, neither put back to %s nor listed; people had %s", record, unit,
			now[unit[0]].Display(), before[unit[0]].Display(), shown[unit[0]].Display())
	case !equal(after, shown) && !equal(shown, before):
		w.Errorf("ROLLBACK-2: %s %s was edited since, and overwritten", record, unit)
	default:
		done.restored++
	}
}

// made holds what becomes of a record that the run made.
func (w *world) made(record string, shown, after, now memory.Fields, listed map[string]string, done *tally) {
	reason, isListed := listed[record]
	edited := false
	for f := range shown {
		edited = edited || !sameCell(shown[f], after[f])
	}
	switch {
	case isListed:
		done.left++
		w.same("ROLLBACK-2: a record that is listed as left", record, shown, now)
		if !edited && !strings.Contains(reason, "allow") {
			w.Errorf("ROLLBACK-1: %s was made by the run and is left: %s", record, reason)
		}
	case now != nil:
		w.Errorf("ROLLBACK-1: %s was made by the run, and is neither gone nor listed", record)
	case edited:
		w.Errorf("ROLLBACK-2: %s was edited since, and deleted", record)
	default:
		done.gone++
	}
}

func (w *world) same(law, record string, want, got memory.Fields) {
	for f := range want {
		if !sameCell(want[f], got[f]) {
			w.Errorf("%s: %s %s is %s, was %s", law, record, f, got[f].Display(), want[f].Display())
		}
	}
}

// sameCell compares byte for byte, sets by their elements.
func sameCell(a, b schema.Value) bool {
	if a.Kind() == schema.KindSet || b.Kind() == schema.KindSet {
		return diff.Contains(a, b) && diff.Contains(b, a)
	}
	return schema.Equal(a, b) || !a.Is() && !b.Is()
}

// sameValues compares records by end and e-mail address: one that is made again
// may have another id.
func (w *world) sameValues(law string, want, got cells) {
	byEmail := map[string]memory.Fields{}
	for record, f := range got {
		end, _, _ := strings.Cut(record, "/")
		byEmail[end+" "+f["email"].Text()] = f
	}
	for record, f := range want {
		now := got[record]
		if now == nil {
			end, _, _ := strings.Cut(record, "/")
			now = byEmail[end+" "+f["email"].Text()]
		}
		if now == nil {
			w.Errorf("%s: %s is gone", law, record)
			continue
		}
		w.same(law, record, f, now)
	}
}

// nothingToDo holds that a run writes nothing.
func (w *world) nothingToDo(when string) {
	shown := w.cells()
	w.quietRun()
	now := w.cells()
	if len(shown) != len(now) {
		w.Errorf("ROLLBACK-4: a run %s makes or deletes records", when)
	}
	for record, had := range shown {
		w.same("ROLLBACK-4: a run "+when+" changes what was accepted", record, had, now[record])
	}
}

// stays holds that the run after a rollback writes nothing again of what was
// put back, where nobody edited the person's field since.
func (w *world) stays(before, after, shown, restored cells) {
	touched := map[string]bool{} // "email field", edited since at any end
	for record, f := range shown {
		for field := range f {
			if after[record] == nil || !sameCell(f[field], after[record][field]) {
				touched[f["email"].Text()+" "+field] = true
			}
		}
	}
	now := w.cells()
	for record, f := range restored {
		if before[record] == nil || after[record] == nil || now[record] == nil {
			continue
		}
		for field := range f {
			back := !sameCell(after[record][field], before[record][field]) && sameCell(f[field], before[record][field])
			if back && !w.touchedUnit(touched, f["email"].Text(), field) && !sameCell(now[record][field], f[field]) {
				w.Errorf("ROLLBACK-5: %s %s was put back to %s, and the next run makes it %s although nobody edited it",
					record, field, f[field].Display(), now[record][field].Display())
			}
		}
	}
}

// touchedUnit reports whether somebody edited the field, or what is decided with
// it: its group, and who owns it.
func (w *world) touchedUnit(touched map[string]bool, email, field string) bool {
	for _, unit := range w.units() {
		for _, f := range unit {
			if f != field {
				continue
			}
			for _, f := range unit {
				if touched[email+" "+f] {
					return true
				}
			}
		}
	}
	return field == "owned" && touched[email+" phase"]
}
