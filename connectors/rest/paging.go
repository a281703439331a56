package rest

// Paging is how the pages of a listing follow each other. Whatever the kind, a
// listing that is told to ask again for a page it has had ends in an error of
// kind Unreadable, and never in a circle; so does one whose page has the records
// of the page before, and one with more than 1,000 pages in a row without any.
type Paging struct {
	Next Next
	Size PageSize

	// Stop are the signs of the last page beside Next's own; the first that
	// holds ends the listing.
	Stop []Stop

	// Overlap says that pages may share records, as they do where records move
	// while they are listed: an id that came before is left out. Without it a
	// repeated id is told as a fault of that record.
	Overlap bool

	// Most bounds the pages of one listing; 0: 1,000,000. A listing that has
	// more ends in an error.
	Most int
}

// Next says how the page after this one is asked for: ByCursor, ByLink, ByURL,
// ByNumber, ByOffset or ByKey.
type Next interface{ next() }

type (
	// ByCursor asks with a text that the answer gives.
	ByCursor struct {
		From Program // looks at the answer; absent, null or empty: the last page
		Into Place
	}

	// ByLink follows the header Link of a relation.
	ByLink struct {
		Rel string // "": next
	}

	// ByURL follows an address that the answer gives, whole or relative to the
	// base. One on another host than the base is not followed: the credential
	// would go with it.
	ByURL struct {
		From Program // as of ByCursor
	}

	// ByNumber counts pages.
	ByNumber struct {
		First int64 // the number of the first page
		Into  Place
	}

	// ByOffset counts records.
	ByOffset struct {
		First int64 // 0, or 1 where the first record is number one
		Into  Place
	}

	// ByKey asks for what comes after the last record.
	ByKey struct {
		Key  Program // looks at Input.Page.Last
		Into Place
	}
)

func (ByCursor) next() {}
func (ByLink) next()   {}
func (ByURL) next()    {}
func (ByNumber) next() {}
func (ByOffset) next() {}
func (ByKey) next()    {}

// PageSize says how many records a page has at most. The zero PageSize leaves
// it to the API.
type PageSize struct {
	Into Place
	Ask  int // what is asked for
}

// Stop is a sign of the last page: ShortPage, EmptyPage, NoMore, Total or
// EndStatus.
type Stop interface{ stop() }

type (
	// ShortPage: a page with fewer records than were asked for is the last.
	ShortPage struct{}

	// EmptyPage: a page without records is the last, and counts as one that
	// is not there. ByNumber, ByOffset and ByKey end with one in any case.
	EmptyPage struct{}

	// NoMore: the program looks at the answer and says whether there is more.
	NoMore struct{ More Program }

	// Total: the program looks at the answer and says how many records the
	// listing has.
	Total struct{ Count Program }

	// EndStatus: an answer of this status to any page but the first is the
	// end, and no fault.
	EndStatus struct{ Status int }
)

func (ShortPage) stop() {}
func (EmptyPage) stop() {}
func (NoMore) stop()    {}
func (Total) stop()     {}
func (EndStatus) stop() {}
