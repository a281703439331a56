package decide

import (
	"syncline/engine/diff"
	"syncline/schema"
)

// FromBefore is the Source of a write that puts back what an end held before.
const FromBefore = -2

// Undoing is a write at one end that a person wants taken back.
type Undoing struct {
	End    int
	Before schema.Value // what stood there before, in normal form
	After  schema.Value // what was written over it, in normal form
	Intact bool         // the end shows what was written: nobody edited it since
}

// Undo says whether a write to one end is taken back. It is a desired edit of
// that end alone: its base becomes the value that is put back, the others'
// stay, and the difference is accepted. What somebody edited since is not
// touched, except that of a set only the elements that were written are taken
// back. Kind is Write with one wanted write, Nothing where the end is as it was
// already, Park where it cannot be told now, or Review with the reason why not.
func Undo(u *Unit, in *Input, w *Undoing, d *Decision) {
	d.reset(len(u.Ends), &in.Base)
	v := view{u: u, in: in, d: d}
	if v.cannotUndo(w.End) {
		return
	}
	shown, post := in.Ends[w.End].Value, w.Before
	switch {
	case !w.Intact && u.Form.Equal(shown, w.Before):
		d.Reason = "it is as it was already"
		return
	case !w.Intact && u.Merge:
		post = v.normal(diff.Merge(u.Type().Kind, w.After, shown, w.Before)) // what was written is the base of both
		if u.Form.Equal(shown, post) {
			d.Reason = "it is as it was already"
			return
		}
	case !w.Intact:
		v.hold(Review, w.End, "edited since")
		return
	}
	if u.Form.Blank(post) {
		blank, ok := v.blank(w.End, post)
		if !ok {
			v.hold(Review, w.End, "it was empty, and the end cannot hold nothing")
			return
		}
		post = blank
	}
	v.takeBack(w.End, post)
}

// cannotUndo holds what cannot be taken back at the end now.
func (v *view) cannotUndo(end int) bool {
	s, e := &v.in.Ends[end], &v.u.Ends[end]
	switch {
	case s.Presence == Unknown:
		v.hold(Park, end, "the end cannot be read now")
	case s.Presence != Live:
		v.hold(Review, end, "the record is gone")
	case s.Older:
		v.hold(Park, end, "what the end shows is older than what it showed before")
	case v.in.Open != nil:
		v.hold(Review, end, "an open question holds the field")
	case !e.Knows || !v.hears(end):
		v.hold(Review, end, "the field is not written there any more")
	case s.Trouble != NoTrouble || v.u.Form.Absent(s.Value):
		v.hold(Review, end, "what the end shows cannot be read")
	case e.Require != None && e.Grade > e.Require || e.Grade == None:
		v.hold(Review, end, "the write condition is weaker than required")
	default:
		return false
	}
	return true
}

// takeBack plans the write, and what the bases are once it is confirmed. An
// end whose base is to stay as it is has 0 here; after a change of the mapping
// that is only true of one that moved.
func (v *view) takeBack(end int, post schema.Value) {
	d := v.d
	for i := range d.After {
		s := &v.in.Ends[i]
		d.After[i] = 0
		if v.in.Remapped && s.Settled && s.Presence == Live && s.Trouble == NoTrouble && !v.u.Form.Absent(s.Value) {
			d.After[i] = v.u.Form.Hash(v.in.Base.Key, s.Value)
		}
	}
	d.After[end] = v.hash(-1, post)
	d.Kind, d.Rule, d.Agreed = Write, "rollback", true
	d.Owed, d.Spread = Ends(0).With(end), d.After[end]
	d.Writes = append(d.Writes, Wanted{
		End: end, Source: FromBefore, Post: post, Pre: v.in.Ends[end].Value, Grade: v.u.Ends[end].Grade, Clear: v.u.Form.Blank(post),
	})
}
