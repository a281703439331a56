package decide

import "syncline/schema"

// Kind says what a decision comes to.
type Kind uint8

const (
	// Nothing is to be done.
	Nothing Kind = iota
	// Rebase means that the bases become Decision.After, and nothing is written.
	Rebase
	// Write means that Decision.Writes are wanted.
	Write
	// Park means that the unit waits, with a reason; it is decided afresh.
	Park
	// Review means that a person has to look, with a reason.
	Review
	// Conflict means that no rule could settle a disagreement.
	Conflict
	// Again means that the ends have to be read once more, and decided with
	// Input.Reread when none of them moved.
	Again
)

// Finding is something worth telling that stops nothing.
type Finding uint8

const (
	// NoFinding is the usual case.
	NoFinding Finding = iota
	// Latent: the ends differ and nobody edited anything since.
	Latent
	// Drifted: somebody edited what the direction does not carry; it is kept.
	Drifted
	// Weak: the best write condition is weaker than the end requires.
	Weak
	// Stale: an observation was older than one accepted before, and dropped.
	Stale
)

// Decision is what is to be done about one unit. It is reused.
type Decision struct {
	Kind    Kind
	Reason  string // of Park, Review and Conflict: why
	Rule    string // who decided: a conflict rule, a direction, a policy
	Err     error  // of a rule's program
	Finding Finding
	At      int  // the end of the finding, the trouble or the review; -1: none
	Close   bool // the open item is settled once this is done
	Moved   bool // the ends moved since the open item's choice: it is shown again
	Writes  []Wanted

	// The bases once everything is done: at once for Rebase, by Advance for
	// Write.
	After  []uint64
	Agreed bool
	Value  schema.Value // the value that then stands, where Unit.Keeps
	Owner  int
	Filled Ends
	Owed   Ends   // who has to hold the value before the source's base moves
	Spread uint64 // the hash of the value under way

	seen []uint64 // by end, the hash of what it shows
}

// Wanted is one write towards one end.
type Wanted struct {
	End    int
	Source int // whose value it is; -1: made of several, or a person's
	Post   schema.Value
	Pre    schema.Value // what the target shows now
	Grade  Grade
	Clear  bool // it empties a value
	First  bool // of a first link or a creation: nothing was edited, nor was the mapping
	Tidy   bool // only the spelling changes
}

// Seen returns, by end, the hashes of what the ends showed, 0 where nothing was
// seen: what a person's choice is bound to. It is valid until d is used again.
func (d *Decision) Seen() []uint64 { return d.seen }

// Hold turns a decision to write into one to wait or to ask, with the reason:
// for what is only known when the value is put into the end's form, or checked
// with the rest of the entity.
func (d *Decision) Hold(kind Kind, end int, reason string) {
	d.Kind, d.At, d.Reason = kind, end, reason
	d.Writes, d.Close = d.Writes[:0], false
}

// Shows reports whether every end shows what a person saw, by end.
func (d *Decision) Shows(saw []uint64) bool {
	for i, seen := range d.seen {
		if seen != 0 && at(saw, i) != seen {
			return false
		}
	}
	return true
}

// Reset makes the decision say nothing and keeps its memory.
func (d *Decision) Reset() {
	*d = Decision{At: -1, Writes: d.Writes[:0], After: d.After[:0], seen: d.seen[:0]}
}

func (d *Decision) reset(ends int, b *Base) {
	after, seen := zeroed(d.After, ends), zeroed(d.seen, ends)
	copy(after, b.Ends)
	*d = Decision{
		At: -1, Writes: d.Writes[:0], After: after, seen: seen,
		Agreed: b.Agreed, Value: b.Value, Owner: b.Owner, Filled: b.Filled,
	}
}

func zeroed(s []uint64, n int) []uint64 {
	if cap(s) < n {
		return make([]uint64, n)
	}
	s = s[:n]
	clear(s)
	return s
}
