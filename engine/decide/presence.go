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
	IntoLink bool // of IsMerged: the record it went into is linked already
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

// Presences says what becomes of a link, by what its ends tell.
func Presences(ends []Witness) Verdict {
	return Verdict{Cause: -1}
}
