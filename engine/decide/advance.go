package decide

import "syncline/schema"

// Image is one unit's part of an intent.
type Image struct {
	Unit   *Unit
	Source int
	Post   schema.Value // in normal form
	Pre    schema.Value
	After  []uint64 // Decision.After
	Agreed bool
	Value  schema.Value
	Owner  int
	Filled Ends
	Owed   Ends
	Spread uint64
}

// Intend returns the part of an intent that a decision's write makes.
func Intend(u *Unit, d *Decision, w *Wanted) Image {
	return Image{
		Unit: u, Source: w.Source, Post: w.Post, Pre: w.Pre,
		After: append([]uint64(nil), d.After...), Agreed: d.Agreed, Value: d.Value,
		Owner: d.Owner, Filled: d.Filled, Owed: d.Owed, Spread: d.Spread,
	}
}

// Stage is how far a write has come.
type Stage uint8

const (
	// Intended: the intent is stored, nothing has left (T1).
	Intended Stage = iota
	// Confirmed: the end holds the value (T3).
	Confirmed
	// Dropped: nobody knows whether it landed, and it is given up.
	Dropped
	// Refused: it certainly did not happen.
	Refused
)

// Echo is what came back for a confirmed write.
type Echo struct {
	Value    schema.Value // what the end shows, in normal form; absent: nothing was read back
	Revision string       // of what it shows
	Written  string       // the revision that our write made
}

// Advance returns the base of a unit after its write towards an end has come
// to a stage. b is not changed.
//
// Bases move on evidence only: not when the write is intended, because it may
// never arrive, and not when it is dropped, because it may have.
func Advance(b Base, m *Image, end int, stage Stage, echo *Echo) Base {
	switch stage {
	case Confirmed:
		return confirmed(b, m, end, echo)
	case Dropped:
		return doubted(b, m, end)
	}
	return b
}

// confirmed moves the base of the target to what it confirmed, and those of
// the others once everybody who is owed the value holds it.
func confirmed(b Base, m *Image, end int, echo *Echo) Base {
	n := b
	n.Ends = append([]uint64(nil), b.Ends...)
	if b.Spread.Value != m.Spread {
		n.Spread = Spread{Value: m.Spread}
	}
	n.Spread.Held = n.Spread.Held.With(end)
	held, same := landed(b.Key, m, end, echo)
	if m.Owed&^n.Spread.Held != 0 {
		return n.partly(m, end, held)
	}
	for i := range n.Ends {
		if m.Source < 0 || !n.Spread.Held.Has(i) {
			n.Ends[i] = m.After[i]
		}
	}
	n.Ends[end] = held
	n.Agreed = m.Agreed && (same || m.Unit.Ends[end].Lossy)
	n.Value, n.Owner, n.Filled = m.Value, m.Owner, m.Filled
	n.Spread, n.Maybe = Spread{}, nil
	return n
}

// partly is a base of which some ends are still owed the value. One made of
// several moves for all ends or for none.
func (b Base) partly(m *Image, end int, held uint64) Base {
	b.Agreed = false
	if m.Source >= 0 {
		b.Ends[end] = held
	}
	if m.Filled.Has(end) {
		b.Filled = b.Filled.With(end)
	}
	var maybe []Maybe
	for _, y := range b.Maybe {
		if y.Target != end {
			maybe = append(maybe, y)
		}
	}
	b.Maybe = maybe
	return b
}

// landed returns the hash of what the target holds, and whether that is what
// was written. What is read back counts only under the revision our write
// made: under another one it is somebody's edit.
func landed(key uint64, m *Image, end int, echo *Echo) (hash uint64, same bool) {
	sent := m.After[end]
	if echo == nil || echo.Value.State() == schema.Absent || echo.Revision != echo.Written {
		return sent, true
	}
	hash = m.Unit.Form.Hash(key, echo.Value)
	return hash, hash == sent
}

// doubted keeps, beside the bases, what they are if the write landed.
func doubted(b Base, m *Image, end int) Base {
	n := b
	y := Maybe{Target: end, Source: m.Source, TargetHash: m.After[end]}
	if m.Source >= 0 {
		y.SourceHash = m.After[m.Source]
	}
	n.Maybe = []Maybe{y}
	for _, old := range b.Maybe {
		if old.Target != end {
			n.Maybe = append(n.Maybe, old)
		}
	}
	return n
}

// Settle returns the base after a Rebase was stored.
func Settle(b Base, d *Decision) Base {
	b.Ends = append([]uint64(nil), d.After...)
	b.Agreed, b.Value, b.Owner, b.Filled = d.Agreed, d.Value, d.Owner, d.Filled
	b.Spread, b.Maybe = Spread{}, nil
	return b
}
