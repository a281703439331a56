package decide

// Evidence is what is known of a linked record at its end.
type Evidence uint8

const (
	// IsUnknown: an error, a refusal, an incomplete listing. No action.
	IsUnknown Evidence = iota
	// IsLive: it was read.
	IsLive
	// IsGone: a delete event, or a read by id says so while another object of
	// the system can be read.
	IsGone
	// IsMissing: it was not in a complete listing; a read by id has to tell.
	IsMissing
	// IsArchived: the system keeps it, out of use.
	IsArchived
	// IsMerged: it was merged into another record.
	IsMerged
	// IsLeft: the filter or `when` lets it go.
	IsLeft
)

// Removed says what becomes of the other ends when a record is gone.
type Removed uint8

const (
	RemovedUnlink Removed = iota
	RemovedArchive
	RemovedDelete
	RemovedReview
)

// Left says what happens when the filter or `when` lets a linked record go.
type Left uint8

const (
	LeftFreeze Left = iota
	LeftUnlink
	LeftArchive
	LeftReview
	LeftIgnore
)

// Witness is one end's evidence about a linked entity.
type Witness struct {
	Evidence Evidence
	Linked   bool // whether the entity is linked at this end
	Changed  bool // whether its record changed since it was last decided on
	Removed  Removed
	Left     Left
	IntoLink bool // of IsMerged: the record it went into is linked already, or nobody can tell which it is
	Empty    bool // its whole listing came back empty while there are links
}

// Fate is what becomes of a link.
type Fate uint8

const (
	// Stays: the link is decided on as usual.
	Stays Fate = iota
	// LooksByID: read the ends of Verdict.Ends by id before anything else.
	LooksByID
	// Waits: evidence is missing; no action now.
	Waits
	// Unlinks: the link ends; its ids are tombstoned. No write.
	Unlinks
	// Archives the records at Verdict.Ends, then Unlinks.
	Archives
	// Deletes the records at Verdict.Ends, then Unlinks.
	Deletes
	// Freezes: nothing is written until the record is back in scope.
	Freezes
	// Repoints the link's end to the record it was merged into.
	Repoints
	// Asks a person and freezes.
	Asks
)

// Verdict is the fate of a link, with the ends it is about.
type Verdict struct {
	Fate   Fate
	Ends   Ends
	Cause  int // the end whose evidence led to it; -1: none
	Reason string
}

// Presences says what becomes of a link, by what its ends tell. Nothing
// happens while an end's evidence is missing.
func Presences(ends []Witness) Verdict {
	var missing, unknown, live, changed, away Ends
	cause := -1
	for i := range ends {
		w := &ends[i]
		switch {
		case !w.Linked:
			continue
		case w.Empty || w.Evidence == IsUnknown:
			unknown = unknown.With(i)
		case w.Evidence == IsMissing:
			missing = missing.With(i)
		case w.Evidence == IsLive:
			live = live.With(i)
			if w.Changed {
				changed = changed.With(i)
			}
		default:
			if w.Evidence == IsArchived || w.Evidence == IsLeft {
				away = away.With(i)
			}
			if cause < 0 || weight(w.Evidence) > weight(ends[cause].Evidence) {
				cause = i
			}
		}
	}
	switch {
	case missing != 0:
		return Verdict{Fate: LooksByID, Ends: missing, Cause: -1}
	case cause < 0:
		return Verdict{Cause: -1}
	case unknown != 0:
		return Verdict{Fate: Waits, Ends: unknown, Cause: cause, Reason: "another end cannot be read now"}
	}
	v := ends[cause].fate(changed != 0)
	if v.Fate == Asks && ends[cause].Evidence == IsMerged && live|away == 0 {
		v = Verdict{Fate: Unlinks} // nothing is left that anybody could decide on
	}
	v.Cause = cause
	switch v.Fate {
	case Archives, Deletes:
		v.Ends = live
	case Repoints:
		v.Ends = Ends(0).With(cause)
	}
	return v
}

// weight orders evidence: of two ends, the graver one is acted on.
func weight(e Evidence) int {
	switch e {
	case IsMerged:
		return 4
	case IsGone:
		return 3
	case IsArchived:
		return 2
	case IsLeft:
		return 1
	}
	return 0
}

func (w *Witness) fate(changed bool) Verdict {
	switch w.Evidence {
	case IsMerged:
		if w.IntoLink {
			return Verdict{Fate: Asks, Reason: "merged into a record that is linked already"}
		}
		return Verdict{Fate: Repoints}
	case IsArchived:
		return w.archived(changed)
	case IsLeft:
		return w.left(changed)
	}
	if changed {
		return Verdict{Fate: Asks, Reason: "gone at one end, changed at another"}
	}
	switch w.Removed {
	case RemovedArchive:
		return Verdict{Fate: Archives}
	case RemovedDelete:
		return Verdict{Fate: Deletes}
	case RemovedReview:
		return Verdict{Fate: Asks, Reason: "gone at one end"}
	}
	return Verdict{Fate: Unlinks}
}

// archived says what becomes of a link whose record was put away: it may come
// back, so nothing is ever deleted for it.
func (w *Witness) archived(changed bool) Verdict {
	if changed {
		return Verdict{Fate: Asks, Reason: "archived at one end, changed at another"}
	}
	switch w.Removed {
	case RemovedArchive:
		return Verdict{Fate: Archives}
	case RemovedReview:
		return Verdict{Fate: Asks, Reason: "archived at one end"}
	}
	return Verdict{Fate: Freezes}
}

func (w *Witness) left(changed bool) Verdict {
	switch w.Left {
	case LeftUnlink:
		return Verdict{Fate: Unlinks}
	case LeftArchive:
		if changed {
			return Verdict{Fate: Asks, Reason: "out of scope at one end, changed at another"}
		}
		return Verdict{Fate: Archives}
	case LeftReview:
		return Verdict{Fate: Asks, Reason: "out of scope at one end"}
	case LeftIgnore:
		return Verdict{Fate: Stays}
	}
	return Verdict{Fate: Freezes}
}
