package decide

import "syncline/schema"

// Verb is what an intent does to the record at its end.
type Verb uint8

const (
	// Change updates a record.
	Change Verb = iota + 1
	// Creation makes one.
	Creation
	// Deletion removes one, or archives it.
	Deletion
	// Act is a verb of the end's own.
	Act
)

// Ladder says how a create whose answer was lost is recognised, numbered as
// in the connectors' contract: a greater one is better.
type Ladder uint8

const (
	Unsafe Ladder = iota
	KeySearch
	Marker
	Idempotency
	ExternalID
)

// MaxResends is how often a create that cannot be found is sent again.
const MaxResends = 3

// Intent is a request that may have left, as far as recovery has to know it.
type Intent struct {
	Verb      Verb
	End       int
	Images    []Image // of an update: one per unit
	Revision  string  // of the target when the write was decided; "": the end has none
	Uncertain bool    // an earlier send may have arrived
	Sends     int     // how often it was sent
	Ladder    Ladder  // of a create
	Authors   bool    // the end tells who wrote a record last
	Once      bool    // an action that is never sent twice
}

// Found is what a look at the target showed, freshly and by id.
type Found struct {
	Presence Presence
	Ends     []Seen   // by image: what the target shows of each unit
	Revision string   // of the target
	Author   Author   // who wrote it last
	Matches  []string // of a create: the records that the marker, key or id finds
	Taken    bool     // of a create: one that is found belongs to somebody else
	Searched bool     // whether a search was possible
	Lagging  bool     // the system's consistency lag has not passed yet
	Natural  bool     // of an action: its natural key shows that it happened
}

// Author says who wrote a record last, as far as the end tells.
type Author uint8

const (
	// Anonymous: the end does not tell.
	Anonymous Author = iota
	// Ours: our own credential.
	Ours
	// Theirs: somebody else.
	Theirs
)

// Recovery is what becomes of an intent.
type Recovery uint8

const (
	// Done: it landed; store it (T3, Confirmed).
	Done Recovery = iota + 1
	// Resend it, with the same operation id, marked uncertain.
	Resend
	// Drop it and keep both candidate bases (Dropped).
	Drop
	// Afresh: nothing was written; forget it (Refused) and decide again.
	Afresh
	// Link: the record it created was found; link it, then Done.
	Link
	// Later: nothing can be said now; look again.
	Later
	// Ask a person.
	Ask
	// Skip it and say so: it may have happened, and is never done twice.
	Skip
)

// Recover says what becomes of an intent that was found after a crash, or
// whose answer is not known. The target is read first.
func Recover(it *Intent, f *Found) Recovery {
	switch it.Verb {
	case Change:
		return recoverChange(it, f)
	case Creation:
		return recoverCreation(it, f)
	case Deletion:
		return recoverDeletion(it, f)
	}
	switch {
	case f.Natural:
		return Done
	case it.Once:
		return Skip
	}
	return Resend
}

func recoverChange(it *Intent, f *Found) Recovery {
	switch {
	case f.Presence == Unknown:
		return Later
	case f.Presence == Live && it.shows(f, post) && it.ours(f):
		return Done
	case f.Presence == Live && it.shows(f, pre) && f.Revision == it.Revision:
		return Resend
	}
	return Drop
}

func post(m *Image) schema.Value { return m.Post }
func pre(m *Image) schema.Value  { return m.Pre }

// shows reports whether the target shows this side of every image.
func (it *Intent) shows(f *Found, side func(*Image) schema.Value) bool {
	for i := range it.Images {
		m := &it.Images[i]
		if !m.Unit.Form.Equal(f.Ends[i].Value, side(m)) {
			return false
		}
	}
	return true
}

// ours reports whether the value counts as our own write: an end that tells
// who wrote has to name us; of another one nothing observable tells an equal
// edit from our write.
func (it *Intent) ours(f *Found) bool {
	return f.Author == Ours || !it.Authors
}

func recoverCreation(it *Intent, f *Found) Recovery {
	switch {
	case it.Ladder == Unsafe || f.Taken || len(f.Matches) > 1:
		return Ask
	case len(f.Matches) == 1:
		return Link
	case it.Ladder >= Idempotency:
		return Resend
	case f.Presence == Unknown: // the search failed: that is no answer
		return Later
	case !f.Searched:
		return Ask
	case f.Lagging:
		return Later
	case it.Sends > MaxResends:
		return Ask
	}
	return Resend
}

func recoverDeletion(it *Intent, f *Found) Recovery {
	switch {
	case f.Presence == Gone:
		return Done
	case f.Presence == Live && f.Revision == it.Revision:
		return Resend
	case f.Presence == Live:
		return Ask
	}
	return Later
}

// Reply is how a request was answered.
type Reply uint8

const (
	// OK: the end confirmed it.
	OK Reply = iota
	// NoReply: a time-out or a broken connection; it may have been carried out.
	NoReply
	// Moved: the condition did not hold (412).
	Moved
	// Rejected: certainly nothing was written.
	Rejected
)

// Step is what to do with an intent after a reply.
type Step uint8

const (
	// Confirm it (T3).
	Confirm Step = iota
	// Keep it, marked uncertain, and recover it.
	Keep
	// Forget it (Refused) and decide again.
	Forget
)

// After says what to do with an intent after a reply. A refusal, or a condition
// that did not hold, means a fresh decision, unless an earlier send may have
// moved the record itself.
func After(it *Intent, reply Reply) Step {
	switch reply {
	case OK:
		return Confirm
	case NoReply:
		return Keep
	}
	if it.Uncertain {
		return Keep
	}
	return Forget
}
