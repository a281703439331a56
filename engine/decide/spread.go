package decide

import (
	"syncline/engine/diff"
	"syncline/schema"
)

// spreading is a value on its way to everybody who hears.
type spreading struct {
	source int // whose value it is; -1: made of several, or a person's
	value  schema.Value
	hash   uint64
	drift  Ends   // who edited without being heard
	rule   string // who decided
	first  bool   // of a first link: nobody edited anything
	person bool   // a person chose it: policies that guard against machines do not apply
	spare  Ends   // who is left as it is
}

// spread plans the writes of a value to every end that hears and differs, and
// what the bases are once all of them are confirmed.
func (v *view) spread(s spreading) {
	s.hash = v.hash(s.source, s.value)
	changed := v.changed(v.in.Base.Ends)
	equal := false
	for rest := v.here; rest != 0; rest &= rest - 1 {
		t := rest.First()
		v.d.After[t] = v.d.seen[t]
		switch {
		case t == s.source:
		case v.d.seen[t] == s.hash:
			equal = true
		case v.holds(t, &s, changed) || !v.hears(t) || s.spare.Has(t):
		case s.drift.Has(t) && !s.person && !v.mayRestore(t, &s):
			v.hold(Review, t, "edited at an end that does not speak, while the speaker changed as well")
			return
		default:
			v.toward(t, &s)
		}
		if v.d.Kind == Review {
			return
		}
	}
	v.conclude(&s, equal)
}

// hash returns the hash of a value, which was seen at the source if there is
// one.
func (v *view) hash(source int, value schema.Value) uint64 {
	if source >= 0 {
		return v.d.seen[source]
	}
	return v.u.Form.Hash(v.in.Base.Key, value)
}

// holds reports whether the end confirmed this very value, in its own words,
// and nobody touched it since.
func (v *view) holds(t int, s *spreading, changed Ends) bool {
	p := &v.in.Base.Spread
	return p.Value == s.hash && !p.Behind.Has(t) && !changed.Has(t)
}

// conclude fills in what the writes come to.
func (v *view) conclude(s *spreading, equal bool) {
	d := v.d
	d.Spread, d.Agreed = s.hash, true
	if s.rule != "" {
		d.Rule = s.rule
	} else {
		d.Rule = "edited"
	}
	v.keep(s.value)
	if !s.first {
		for rest := v.away; rest != 0; rest &= rest - 1 {
			if t := rest.First(); v.hears(t) {
				d.Owed = d.Owed.With(t)
			}
		}
	}
	switch {
	case len(d.Writes) > 0:
		d.Kind = Write
	case d.Owed != 0:
		d.Kind = Nothing
	case equal && !s.first && !v.in.Reread:
		d.Kind = Again
	default:
		d.Kind = Rebase
	}
}

// keep stores the value that stands, where something will ask for it.
func (v *view) keep(value schema.Value) {
	if v.u.Keeps() {
		v.d.Value = value
	}
}

// mayRestore reports whether an edit at an end that does not speak may be
// overwritten: because the direction says so, or it is proven to be older.
func (v *view) mayRestore(t int, s *spreading) bool {
	switch v.u.Drift {
	case DriftRestore:
		return true
	case DriftKeep:
		if s.source < 0 {
			return false
		}
		edit, change := &v.in.Ends[t], &v.in.Ends[s.source]
		return edit.Before != 0 && change.After > edit.Before+v.in.Skew
	}
	return false
}

// toward plans the write of the value to one end, as the unit's policies let.
func (v *view) toward(t int, s *spreading) {
	post, ok := v.updated(t, s)
	if ok {
		post, ok = v.emptied(t, post, s)
	}
	if !ok || v.d.Kind == Review {
		return
	}
	end := &v.u.Ends[t]
	if end.Require != None && end.Grade > end.Require || end.Grade == None {
		v.d.Finding, v.d.At = Weak, t
		v.d.Owed = v.d.Owed.With(t)
		return
	}
	if v.u.Update == Fill {
		v.d.Filled = v.d.Filled.With(t)
	}
	empties := v.u.Form.Blank(post)
	v.d.After[t] = s.hash
	if v.u.Update == Append || empties {
		v.d.After[t] = v.hash(-1, post)
	}
	v.d.Owed = v.d.Owed.With(t)
	v.d.Writes = append(v.d.Writes, Wanted{
		End: t, Source: s.source, Post: post, Pre: v.in.Ends[t].Value, Grade: end.Grade,
		Clear: empties, First: s.first && !v.in.Remapped,
	})
}

// updated applies the policy of updates; not ok means that the target is left
// as it is, and the difference accepted.
func (v *view) updated(t int, s *spreading) (post schema.Value, ok bool) {
	shown := v.in.Ends[t].Value
	if s.person {
		return s.value, true
	}
	switch v.u.Update {
	case Fill:
		if !v.u.Form.Blank(shown) {
			v.d.Filled = v.d.Filled.With(t)
			return s.value, false
		}
		return s.value, !v.d.Filled.Has(t)
	case CreateOnly:
		return s.value, false
	case Append:
		if diff.Contains(shown, s.value) {
			return s.value, false
		}
		return v.normal(diff.Union(v.u.Type().Kind, shown, s.value)), true
	}
	return s.value, true
}

// emptied applies the policy of emptied values, and gives a blank the form
// the end has for it.
func (v *view) emptied(t int, post schema.Value, s *spreading) (schema.Value, bool) {
	if !v.u.Form.Blank(post) {
		return post, true
	}
	if !s.person {
		switch v.u.Empty {
		case EmptyKeep:
			return post, false
		case EmptyReview:
			v.hold(Review, t, "the value was emptied")
			return post, false
		}
	}
	blank, ok := v.blank(t, post)
	if !ok {
		v.hold(Review, t, "the value was emptied, and the end cannot hold nothing")
	}
	return blank, ok
}

// blank returns nothing as the end can hold it.
func (v *view) blank(t int, post schema.Value) (schema.Value, bool) {
	null := v.u.Ends[t].CanNull
	if len(v.u.Members) == 1 {
		return blankOf(post, v.u.Members[0], null)
	}
	items := make([]schema.Value, len(post.Items()))
	for i, item := range post.Items() {
		var ok bool
		if items[i], ok = blankOf(item, v.u.Members[i], null); !ok {
			return post, false
		}
	}
	return schema.Object(post.Names(), items), true
}

func blankOf(v schema.Value, f schema.Field, null bool) (schema.Value, bool) {
	switch {
	case f.Distinct && v.State() == schema.Empty:
		return v, true
	case null:
		return schema.NullValue(), true
	}
	switch f.Type.Kind {
	case schema.KindInt, schema.KindDecimal, schema.KindBool, schema.KindDate, schema.KindTimestamp, schema.KindMoney, schema.KindObject:
		return v, false
	case schema.KindList:
		return schema.List(), true
	case schema.KindSet:
		return schema.Set(), true
	}
	return schema.Text(f.Type.Kind, ""), true
}

// tidy adds the writes that only change how a value is spelled.
func (v *view) tidy() {
	if v.d.Kind != Nothing && v.d.Kind != Write || v.d.Finding != NoFinding || v.away != 0 {
		return
	}
	for rest := v.here; rest != 0; rest &= rest - 1 {
		i := rest.First()
		if !v.u.Ends[i].Tidy || !v.in.Ends[i].Untidy || v.writes(i) {
			continue
		}
		shown := v.in.Ends[i].Value
		v.d.Writes = append(v.d.Writes, Wanted{
			End: i, Source: i, Post: shown, Pre: shown, Grade: v.u.Ends[i].Grade, Tidy: true,
		})
		v.d.Kind = Write
	}
}

func (v *view) writes(end int) bool {
	for i := range v.d.Writes {
		if v.d.Writes[i].End == end {
			return true
		}
	}
	return false
}
