package decide

import "syncline/schema"

// Image is one unit's part of an intent.
type Image struct {
	Unit   *Unit
	Source int
	Post   schema.Value // in normal form
	Pre    schema.Value
	After  []uint64 // Decision.After
	Seen   []uint64 // Decision.Seen
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
		After: append([]uint64(nil), d.After...), Seen: append([]uint64(nil), d.seen...), Agreed: d.Agreed, Value: d.Value,
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

// confirmed moves the base of the target to what it confirmed and the others'
// to what was decided on. Who is owed the value and has not confirmed it is
// behind.
func confirmed(b Base, m *Image, end int, echo *Echo) Base {
	n := b
	behind := m.Owed.Without(end)
	if b.Spread.Value == m.Spread {
		behind = b.Spread.Behind.Without(end)
	}
	behind |= b.joinedSince(m, end)
	n.Ends = b.decidedOn(m, behind)
	held, same := landed(b.Key, m, end, echo)
	n.Ends[end] = held
	if behind != 0 {
		return n.partly(m, end, behind)
	}
	n.Agreed = m.Agreed && (same || m.Unit.Ends[end].Lossy || m.Source == FromBefore)
	n.Value, n.Owner, n.Filled = m.Value, m.Owner, m.Filled
	n.Spread, n.Maybe = Spread{}, b.doubtsLeft(m, end)
	return n
}

// joinedSince returns the ends that got a base after the write was decided on,
// and hold another value: they are owed this one.
func (b *Base) joinedSince(m *Image, end int) (joined Ends) {
	if m.Source == FromBefore {
		return 0
	}
	for i, h := range b.Ends {
		if i != end && m.After[i] == 0 && h != 0 && h != m.Spread && m.Unit.Ends[i].Hears {
			joined = joined.With(i)
		}
	}
	return joined
}

// doubtsLeft returns the writes in doubt that a confirmed write leaves: of the
// ends that its decision knew nothing of, and of all others where what was put
// back says nothing of them.
func (b *Base) doubtsLeft(m *Image, end int) (maybe []Maybe) {
	for _, y := range b.doubtsBut(end) {
		if m.Source == FromBefore || m.After[y.Target] == 0 {
			maybe = append(maybe, y)
		}
	}
	return maybe
}

// doubtsBut returns the writes in doubt towards other ends.
func (b *Base) doubtsBut(end int) (maybe []Maybe) {
	for _, y := range b.Maybe {
		if y.Target != end {
			maybe = append(maybe, y)
		}
	}
	return maybe
}

// decidedOn returns the bases after the decision, those of the ends behind
// being what they showed when their value was given up for another.
func (b *Base) decidedOn(m *Image, behind Ends) []uint64 {
	ends := append([]uint64(nil), b.Ends...)
	for i := range ends {
		switch {
		case b.Spread.Value == m.Spread && !b.Spread.Behind.Has(i):
		case !behind.Has(i):
			if m.After[i] != 0 { // 0: the decision knew nothing of the end
				ends[i] = m.After[i]
			}
		case m.Seen[i] != 0:
			ends[i] = m.Seen[i]
		}
	}
	return ends
}

// partly is a base of which some ends are still owed the value.
func (b Base) partly(m *Image, end int, behind Ends) Base {
	source := m.Source
	if source < 0 {
		source = end
	}
	b.Agreed, b.Spread = false, Spread{Value: m.Spread, Source: source, Behind: behind}
	if m.Filled.Has(end) {
		b.Filled = b.Filled.With(end)
	}
	b.Maybe = b.doubtsBut(end)
	return b
}

// landed returns the hash of what the target holds, and whether that is what
// was written. What is read back counts only under the revision our write
// made: under another one it is somebody's edit.
func landed(key uint64, m *Image, end int, echo *Echo) (hash uint64, same bool) {
	sent := m.After[end]
	if echo == nil || m.Unit.Form.Absent(echo.Value) || echo.Revision != echo.Written {
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
	n.Maybe = append([]Maybe{y}, b.doubtsBut(end)...)
	return n
}

// Settle returns the base after a Rebase was stored. It says nothing of an end
// that was not seen: a write in doubt there stays in doubt.
func Settle(b Base, d *Decision) Base {
	var maybe []Maybe
	for _, y := range b.Maybe {
		if d.seen[y.Target] == 0 {
			maybe = append(maybe, y)
		}
	}
	b.Ends = append([]uint64(nil), d.After...)
	b.Agreed, b.Value, b.Owner, b.Filled = d.Agreed, d.Value, d.Owner, d.Filled
	b.Spread, b.Maybe = Spread{}, maybe
	return b
}
