package decide_test

import (
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/decide"
	"syncline/schema"
)

// undoing is one write that is taken back, drawn with all that may matter.
type undoing struct {
	u      *decide.Unit
	in     *decide.Input
	w      decide.Undoing
	others []bool // by end: somebody edited it and nobody has seen that yet
	before string
}

// drawUndoing draws a unit of two or three ends that agreed on a value after a
// write to the last one, what people did since, and what stood there before.
func drawUndoing(t *rapid.T) *undoing {
	n := rapid.IntRange(2, 3).Draw(t, "ends")
	x := &undoing{u: unitOf(n), others: make([]bool, n), before: rapid.SampledFrom([]string{"old", "older", ""}).Draw(t, "before")}
	if rapid.Bool().Draw(t, "one way") {
		oneWay(decide.Drift(rapid.IntRange(0, 2).Draw(t, "drift")))(x.u)
	}
	x.u.Empty, x.u.Update = decide.Empty(rapid.IntRange(0, 2).Draw(t, "empty")), decide.Update(rapid.IntRange(0, 2).Draw(t, "update"))
	x.in = &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Key: 3, Agreed: true, Owner: -1}}
	for i := range n {
		x.in.Base.Ends = append(x.in.Base.Ends, x.u.Form.Hash(3, schema.String("new")))
		x.in.Ends = append(x.in.Ends, seen("new"))
		if i < n-1 && rapid.IntRange(0, 3).Draw(t, "edited") == 0 {
			x.in.Ends[i], x.others[i] = seen("edit"), true
		}
	}
	x.w = decide.Undoing{End: n - 1, Before: schema.String(x.before), After: schema.String("new"), Intact: true}
	if rapid.IntRange(0, 2).Draw(t, "intact") == 0 {
		x.w.Intact, x.in.Ends[n-1] = false, seen("typed")
	}
	return x
}

// TestUndoLaws holds what taking a write back may do.
//
// UNDO-1: what somebody edited since is not written. UNDO-2: a write is towards
// that end alone and puts back what stood there. UNDO-3: once it is confirmed
// nothing is written again while nobody edits, whatever the direction does with
// drift. UNDO-4: an edit at another end that nobody had seen is seen by the next
// decision as if nothing had been taken back.
func TestUndoLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawUndoing(t)
		var d decide.Decision
		decide.Undo(x.u, x.in, &x.w, &d)
		if !x.w.Intact {
			if d.Kind == decide.Write {
				t.Fatalf("UNDO-1: an edit is overwritten: %s", outcome(&d))
			}
			return
		}
		if d.Kind != decide.Write || len(d.Writes) != 1 || d.Writes[0].End != x.w.End || !x.u.Form.Equal(d.Writes[0].Post, x.w.Before) {
			t.Fatalf("UNDO-2: %s, want %q put back at %d", outcome(&d), x.before, x.w.End)
		}
		x.confirm(t, &d)
		x.decideNext(t)
	})
}

// confirm stores that the write arrived; the end may spell it in its own way.
func (x *undoing) confirm(t *rapid.T, d *decide.Decision) {
	shows := d.Writes[0].Post
	var echo *decide.Echo
	if rapid.Bool().Draw(t, "spelled otherwise") && x.before != "" {
		shows = schema.String(x.before + "!")
		echo = &decide.Echo{Value: shows, Revision: "2", Written: "2"}
	}
	image := decide.Intend(x.u, d, &d.Writes[0])
	bases := append([]uint64(nil), x.in.Base.Ends...)
	x.in.Base = decide.Advance(x.in.Base, &image, x.w.End, decide.Confirmed, echo)
	for i := range bases {
		if i != x.w.End && x.in.Base.Ends[i] != bases[i] {
			t.Fatalf("UNDO-4: the base of end %d moved, which nobody wrote", i)
		}
	}
	x.in.Ends[x.w.End] = decide.Seen{Presence: decide.Live, Value: shows}
}

func (x *undoing) decideNext(t *rapid.T) {
	var d decide.Decision
	x.in.Reread = true
	decide.Decide(x.u, x.in, &d)
	for i, edited := range x.others {
		if edited && x.u.Ends[i].Speaks && d.Kind == decide.Nothing {
			t.Fatalf("UNDO-4: the edit of end %d is not seen: %s", i, outcome(&d))
		}
		if edited {
			return
		}
	}
	if d.Kind == decide.Write || d.Finding == decide.Latent {
		t.Fatalf("UNDO-3: taken back, and nobody edited: %s", outcome(&d))
	}
}

// TestUndoRefuses names why a write is not taken back.
func TestUndoRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*undoing)
		want   decide.Kind
	}{
		{"the record is gone", func(x *undoing) { x.in.Ends[1] = decide.Seen{Presence: decide.Gone} }, decide.Review},
		{"the end cannot be read now", func(x *undoing) { x.in.Ends[1] = seen("!") }, decide.Park},
		{"an open question holds the field", func(x *undoing) { x.in.Open = &decide.Open{} }, decide.Review},
		{"the field is not written there any more", func(x *undoing) { x.u.Ends[1].Hears = false }, decide.Review},
		{"the write condition is weaker than required", func(x *undoing) { x.u.Ends[1].Require, x.u.Ends[1].Grade = decide.IfMatch, decide.Blind }, decide.Review},
		{"what the end shows cannot be read", func(x *undoing) { x.in.Ends[1].Trouble = decide.Unfit }, decide.Review},
		{"it is as it was already", func(x *undoing) { x.w.Intact, x.in.Ends[1] = false, seen("old") }, decide.Nothing},
		{"edited since", func(x *undoing) { x.w.Intact, x.in.Ends[1] = false, seen("typed") }, decide.Review},
	} {
		x := &undoing{u: unitOf(2), in: &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Key: 3, Ends: []uint64{1, 1}}}}
		x.in.Ends = []decide.Seen{seen("new"), seen("new")}
		x.w = decide.Undoing{End: 1, Before: schema.String("old"), After: schema.String("new"), Intact: true}
		tt.change(x)
		var d decide.Decision
		decide.Undo(x.u, x.in, &x.w, &d)
		if d.Kind != tt.want || d.Reason != tt.name {
			t.Errorf("%s: %s, %q", tt.name, outcome(&d), d.Reason)
		}
	}
}

// TestUndoOfASet takes back the elements that were written, and leaves those
// that people added or took out since.
func TestUndoOfASet(t *testing.T) {
	u, in := setUnit()
	in.Ends = []decide.Seen{
		{Presence: decide.Live, Value: skills("go")}, {Presence: decide.Live, Value: skills("go", "sql", "typed")},
	}
	w := decide.Undoing{End: 1, Before: skills("go", "cobol", "rust"), After: skills("go", "sql", "rust")}
	var d decide.Decision
	decide.Undo(u, in, &w, &d)
	if d.Kind != decide.Write || !u.Form.Equal(d.Writes[0].Post, skills("cobol", "go", "typed")) {
		t.Errorf("%s", outcome(&d))
	}
}
