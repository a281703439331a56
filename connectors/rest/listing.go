package rest

import (
	"time"

	"syncline/schema"
)

// Listing is how the records of an object are listed. The programs of its
// request see Fields, Page, Since, Until, and the parent where Each is set.
type Listing struct {
	Request     Request
	Records     Records
	Paging      *Paging // nil: one page
	Detail      Detail
	Each        *Each       // nil: the listing stands alone
	Incremental Incremental // nil: every listing is whole

	// Partial says that the listing does not tell which records exist: it
	// leaves out archived ones, or ends after so many.
	Partial bool
}

// Records says where in an answer records are. They are cut out of the bytes
// before anything is decoded.
type Records struct {
	// At are the names that lead to the list: nil where the body itself is the
	// list. The name "*" is every element of a list, or every member of an
	// object: records that are nested in others are reached through it, and
	// the innermost object passed by a "*" is then their Input.Parent.
	At []string

	// One says that what stands there is one record and not a list of them.
	One bool

	// Keyed says that an object stands there, whose members are the records.
	Keyed bool

	// Unwrap are the names that lead from an element to the record in it:
	// "node" of a GraphQL edge.
	Unwrap []string

	// Optional says that nothing at the place means no records. Otherwise it
	// is an error: an answer that is not understood is no empty listing.
	Optional bool
}

// Detail says whether a listing tells records or only which there are.
type Detail uint8

const (
	// Whole: the listing has the records as a read by id has them.
	Whole Detail = iota
	// OnChange: the listing has id and revision, and a record whose revision
	// is new is got by id. The object needs a Revision and a Get.
	OnChange
	// Always: the listing has ids only, and every record is got by id while it
	// is listed, Limits.Parallel at a time. The object needs a Get.
	Always
)

var detailNames = [...]string{Whole: "whole", OnChange: "on_change", Always: "always"}

// String returns the word of the language for it.
func (d Detail) String() string { return nameOf(detailNames[:], int(d), "detail") }

// Each makes a listing out of one request, with its pages, for every record of
// another object. Parents are listed whole, and asked Limits.Parallel at a
// time; one that is gone meanwhile has no children.
type Each struct {
	Object string  // the name of the parents' object
	When   Program // looks at Parent, gives a bool; nil: every parent is asked
}

// Incremental is how a listing begins where the last one ended: Changes or
// SyncToken. With Each the state is kept per parent, and a parent that is new
// is listed whole.
type Incremental interface{ incremental() }

type (
	// Changes is a listing of what changed at or after a moment, or a number
	// that grows.
	Changes struct {
		// Field is the field that holds the cursor. Its greatest value is what
		// the next listing begins with.
		Field string

		// Since and Until are where the bounds are put, in the request's form,
		// which Form gives: the parameter need not have the field's name or
		// its form. Until may be Nowhere.
		Since, Until Place

		// Form turns a bound, a value of the field's type, into what the request
		// takes; nil: as the field's codec writes it.
		Form func(schema.Value) (schema.Value, error)

		// Overlap is how far before the cursor the next listing begins, for
		// APIs whose records show late. Records read again cost a hash.
		Overlap time.Duration

		// Window is the longest span one request may cover, where the API has
		// such a limit; 0: none. A listing then walks from window to window.
		Window time.Duration

		// Earliest is where a full listing by windows begins. Zero: a full
		// listing has no bounds.
		Earliest time.Time

		// Removed lists what was deleted since then; nil: the API has none.
		Removed *Removed
	}

	// SyncToken is a listing whose last page gives a token, with which the API
	// tells what changed since.
	SyncToken struct {
		From Program // looks at the answer of the last page; a text
		Into Place   // of the next listing's first page, or of every one where Pages says so
		// URL says that the token is an address, as of ByURL.
		URL bool
		// Pages says that the token goes with every page, and not with the first
		// alone.
		Pages bool
	}
)

func (Changes) incremental()   {}
func (SyncToken) incremental() {}

// Removed is a listing of deleted records: its request sees Since and Until.
// Only their ids are used, at Identity.Path unless ID is set.
type Removed struct {
	Request Request
	Records Records
	Paging  *Paging
	ID      schema.Path
}
