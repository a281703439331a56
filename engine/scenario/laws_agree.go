package scenario

import (
	"encoding/binary"
	"slices"

	"syncline/engine/decide"
	"syncline/engine/diff"
	"syncline/engine/state"
	"syncline/schema"
)

func keyOf(salt [16]byte) uint64 { return binary.LittleEndian.Uint64(salt[:8]) }

// converged is LAW3: every linked unit agrees, or something says why not.
func (w *world) converged(l *look) {
	for _, x := range l.links {
		if x.State != state.Active || x.Class == state.ClassAside {
			continue
		}
		if w.complete(x, l) {
			for i, u := range x.pipe.Units {
				w.agree(x, i, u, l)
			}
		}
	}
}

// complete reports whether every record of a link is there. One that is gone
// and of which nothing was concluded breaks a law, except at an end whose
// listings never tell who is missing, and where a whole end is empty: then
// nothing is concluded.
func (w *world) complete(x *linked, l *look) bool {
	n := 0
	for i, id := range x.records {
		if id == "" {
			continue
		}
		e := x.pipe.ends[i]
		r := w.table(e).records[id]
		if r != nil && r.fields != nil {
			n++
			continue
		}
		if e.Facts.Complete && len(w.table(e).IDs()) > 0 && !l.openWhole(x) {
			w.fail(Converge, "entity %d is linked to %s/%s, which is not there, and nothing says so", x.Entity, e.name(), id)
		}
		return false
	}
	return n > 0
}

func (l *look) openWhole(x *linked) bool {
	for _, i := range l.items {
		if i.entity == x.Entity && i.pipe == x.pipe && i.whole {
			return true
		}
	}
	_, waits := l.waits[x.Entity]
	return waits
}

// agree holds one unit of one entity to LAW3 and LAW4.
func (w *world) agree(x *linked, i int, u *unitOf, l *look) {
	open := l.open(x, u)
	for _, slot := range u.Slots {
		shows := make([]schema.Value, len(x.pipe.ends))
		for n, id := range x.records {
			e := x.pipe.ends[n]
			if id == "" || e.Fields[slot] == nil {
				continue
			}
			fields := w.table(e).records[id].fields
			v, err := e.value(fields, id, slot)
			if err != nil || !e.within(fields, id) {
				return // nobody can tell what it says, or it is out of scope
			}
			if !e.partly(u, fields, id) {
				shows[n] = l.referred(e, slot, v)
			}
		}
		if len(u.Slots) == 1 && !w.split(x, l) {
			w.loneEditor(x, i, u, shows, open)
		}
		if kept := w.edits.kept[x.public+" "+x.pipe.Shape.Field(slot).Name]; !open && !kept && !w.ownerOpen(x, u, l) {
			w.compare(x, u, slot, shows)
		}
	}
}

// partly reports whether a record shows only some fields of a group: what is
// absent is no change, and a group is one.
func (e *end) partly(u *unitOf, fields map[string]schema.Value, id string) bool {
	return len(u.Slots) > 1 && slices.ContainsFunc(u.Slots, func(slot int) bool {
		if e.Fields[slot] == nil {
			return false
		}
		v, err := e.value(fields, id, slot)
		return err == nil && v.IsAbsent()
	})
}

// split reports whether the records of somebody are several entities, because
// their keys say so: what a person typed is then no edit of all of them.
func (w *world) split(x *linked, l *look) bool {
	n := 0
	for _, o := range l.links {
		if o.pipe == x.pipe && w.personOf(o) == w.personOf(x) {
			n++
		}
	}
	return n > 1
}

// referred is what a reference leads to: every end has an id of its own for it.
func (l *look) referred(e *end, slot int, v schema.Value) schema.Value {
	to := e.pipe.refs[slot]
	if to == nil || !v.Is() {
		return v
	}
	for _, x := range l.links {
		for n, id := range x.records {
			if x.pipe == to && to.ends[n].system == e.system && id == v.Plain() {
				return schema.String(x.public)
			}
		}
	}
	return v
}

// ownerOpen reports whether what says who owns the unit is open itself.
func (w *world) ownerOpen(x *linked, u *unitOf, l *look) bool {
	if u.Owner == nil {
		return false
	}
	for _, o := range x.pipe.Units {
		if o != u && l.open(x, o) {
			return true
		}
	}
	return false
}

// compare holds every end that hears to those that speak.
func (w *world) compare(x *linked, u *unitOf, slot int, shows []schema.Value) {
	for h := range u.Unit.Ends {
		if !u.Unit.Ends[h].Hears || shows[h].IsAbsent() {
			continue
		}
		speakers, fits := 0, false
		for s := range u.Unit.Ends {
			if s == h || !u.Unit.Ends[s].Speaks || shows[s].IsAbsent() {
				continue
			}
			speakers++
			fits = fits || same2(shows[s], shows[h]) || w.excused(x, u, slot, s, h, shows)
		}
		w.tally.Laws[Converge.Name]++
		if speakers > 0 && !fits {
			w.fail(Converge, "pipeline %s, entity %d: %s is %s, and nothing says why", x.pipe.Name, x.Entity, u.Name, w.sides(x, shows))
			return
		}
	}
}

func (w *world) sides(x *linked, shows []schema.Value) (out string) {
	for n, v := range shows {
		if !v.IsAbsent() {
			out += " " + shown(v) + " at " + x.pipe.ends[n].Name + "/" + x.records[n]
		}
	}
	return out
}

func same2(a, b schema.Value) bool {
	if a.Blank() || b.Blank() {
		return a.Blank() == b.Blank()
	}
	return schema.Equal(a, b)
}

// excused says which differences between a speaker and a hearer are as the
// configuration declares.
func (w *world) excused(x *linked, u *unitOf, slot, s, h int, shows []schema.Value) bool {
	e := x.pipe.ends[h]
	hearer := u.Unit.Ends[h]
	peers := hearer.Speaks && u.Unit.Ends[s].Hears && !u.Owned
	silent := slices.ContainsFunc(shows, func(v schema.Value) bool { return v.Blank() || v.IsAbsent() })
	switch {
	case u.Owned && silent: // who owns it may have nothing to say, or nothing here
		return true
	case hearer.Lossy, u.Unit.Ends[s].Lossy, w.mannered(e, slot), w.mannered(x.pipe.ends[s], slot):
		return true
	case e.Only != nil, e.Share < 100, !e.May("update"):
		return true // a roll-out in phases: the rest is planned, not written
	case w.readBackEmpty(x, u, slot, s, h), w.readBackEmpty(x, u, slot, h, s):
		return true
	case hearer.Require != 0 && hearer.Grade > hearer.Require:
		return true
	case u.Update == decide.Fill, u.Update == decide.CreateOnly:
		return true
	case u.Update == decide.Append:
		return diff.Contains(shows[h], shows[s])
	case shows[s].Blank() && !hearer.CanNull:
		return true
	case peers:
		return (shows[s].Blank() || shows[h].Blank()) && u.Empty == decide.EmptyKeep
	case u.Drift == decide.DriftKeep:
		return true
	}
	return shows[s].Blank() // a blank speaker says nothing to a record that was there before
}

// readBackEmpty reports whether an end confirmed a write with nothing in the
// field, because an administrator had taken it away with what it held: that is
// told, and is nobody's edit.
func (w *world) readBackEmpty(x *linked, u *unitOf, slot, end, other int) bool {
	f, bases := x.pipe.ends[end].Fields[slot], x.bases[slices.Index(x.pipe.Units, u)]
	return f != nil && f.HasPath && bases != nil && bases[end] != bases[other] &&
		w.places[x.pipe.ends[end].system.name].dropped[x.pipe.ends[end].Object+"."+f.Path.Top()]
}

// mannered reports whether a system does something of its own to a field.
func (w *world) mannered(e *end, slot int) bool {
	f := e.Fields[slot]
	return f != nil && f.HasPath && w.places[e.system.name].habits[e.Object+"."+f.Path.Top()]
}
