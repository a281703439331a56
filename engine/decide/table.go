package decide

import (
	"syncline/engine/conflict"
	"syncline/engine/diff"
	"syncline/schema"
)

// table decides an entity whose ends have bases: who moved, who may speak,
// who is written.
func (v *view) table(bases []uint64) {
	v.here = v.based(bases)
	changed := v.changed(bases)
	if v.allEqual(v.here) {
		v.converge(changed)
		return
	}
	contend := v.contenders(changed)
	if changed|contend == 0 {
		v.latent()
		return
	}
	drift := changed &^ v.speakers()
	if contend == 0 {
		v.drifted(drift)
		return
	}
	if v.u.Merge && contend.Len() > 1 && v.in.Base.Value.State() != schema.Absent {
		v.merge(contend, drift)
		return
	}
	if !v.allEqual(contend) {
		v.disagree(changed, drift)
		return
	}
	if (changed&contend).Len() > 1 && !v.in.Reread {
		v.d.Kind = Again
		return
	}
	source := contend.First()
	v.spread(spreading{source: source, value: v.in.Ends[source].Value, drift: drift})
}

// converge handles ends that show one value. That two ends are equal is only
// true if both were so at one moment: they are read again before bases move.
func (v *view) converge(changed Ends) {
	switch {
	case changed == 0 && v.in.Base.Agreed && len(v.in.Base.Maybe) == 0:
	case v.away != 0:
	case v.in.Reread:
		v.rebase()
	default:
		v.d.Kind = Again
	}
}

// contenders returns the ends whose values may travel: those that changed and
// speak, and one that holds a value which others are still owed, unless
// somebody who has it edited on top of it.
func (v *view) contenders(changed Ends) Ends {
	contend := changed & v.speakers()
	p := &v.in.Base.Spread
	if p.Value == 0 || contend&^p.Behind != 0 || !v.here.Has(p.Source) || changed.Has(p.Source) {
		return contend
	}
	return contend.With(p.Source)
}

// latent handles a difference that nobody made since: it is told, or put back
// where the direction says so.
func (v *view) latent() {
	if v.in.Base.Agreed {
		return
	}
	if s := v.speakers(); v.u.Drift == DriftRestore && s.Len() == 1 {
		source := s.First()
		v.spread(spreading{source: source, value: v.in.Ends[source].Value, rule: restored})
		return
	}
	v.d.Finding, v.d.At = Latent, v.here.First()
}

const restored = "drift restored"

// drifted handles edits at ends that do not speak, where no speaker moved.
func (v *view) drifted(drift Ends) {
	switch v.u.Drift {
	case DriftKeep:
		v.rebase()
		v.d.Agreed, v.d.Finding, v.d.At = true, Drifted, drift.First()
	case DriftReview:
		v.hold(Review, drift.First(), "edited at an end that does not speak")
	case DriftRestore:
		source := v.restorer(drift)
		if source < 0 {
			v.hold(Review, drift.First(), "edited at an end that does not speak, and nobody tells what to put back")
			return
		}
		v.spread(spreading{source: source, value: v.in.Ends[source].Value, drift: drift, rule: restored})
	}
}

// restorer returns the speaker whose value is put back: the only one, or the
// one whose value the edited end held.
func (v *view) restorer(drift Ends) int {
	speakers := v.speakers()
	if speakers.Len() == 1 {
		return speakers.First()
	}
	for ; speakers != 0; speakers &= speakers - 1 {
		if i := speakers.First(); v.d.seen[i] == at(v.in.Base.Ends, drift.First()) {
			return i
		}
	}
	return -1
}

// merge combines sets element by element.
func (v *view) merge(contend, drift Ends) {
	sides := make([]schema.Value, 0, contend.Len())
	for rest := contend; rest != 0; rest &= rest - 1 {
		sides = append(sides, v.in.Ends[rest.First()].Value)
	}
	merged := diff.Merge(schema.KindSet, v.in.Base.Value, sides...)
	v.spread(spreading{source: -1, value: v.normal(merged), drift: drift, rule: "merged by element"})
}

// normal brings a made value into normal form; the elements are in theirs.
func (v *view) normal(made schema.Value) schema.Value {
	if n, err := v.u.Type().Normal(made, schema.Norm{}); err == nil {
		return n
	}
	return made
}

// disagree asks the rules.
func (v *view) disagree(changed, drift Ends) {
	verdict := v.u.Chain.Settle(v.dispute(changed))
	v.d.Rule, v.d.Err = verdict.Rule, verdict.Err
	switch verdict.Answer {
	case conflict.SideWins:
		v.spread(spreading{source: verdict.End, value: verdict.Value, drift: drift, rule: verdict.Rule})
	case conflict.Made:
		v.spread(spreading{source: -1, value: verdict.Value, drift: drift, rule: verdict.Rule})
	default:
		v.d.Kind, v.d.Reason = Conflict, "changed at several ends to different values"
	}
}

func (v *view) dispute(changed Ends) *conflict.Case {
	k := &conflict.Case{
		Type: v.u.Type(), Form: v.u.Form, Base: v.in.Base.Value,
		SystemOfRecord: v.in.SystemOfRecord, Skew: v.in.Skew, Entity: v.in.Entity,
	}
	contend := v.contenders(changed)
	for rest := v.here; rest != 0; rest &= rest - 1 {
		i := rest.First()
		s := &v.in.Ends[i]
		k.Sides = append(k.Sides, conflict.Side{
			End: i, Value: s.Value, Changed: contend.Has(i), Speaks: v.speaks(i),
			After: s.After, Before: s.Before, Author: s.Author,
		})
	}
	return k
}
