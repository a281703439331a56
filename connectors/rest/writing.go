package rest

import (
	"syncline/connectors"
	"syncline/schema"
)

// Write is how one verb is carried out: create, update, archive, delete, or one
// of the object's own, such as "move". The programs of its requests see
// Change, ID, ParentID, Set, Args, With and, where the record was read before,
// Record and Parent.
type Write struct {
	Verb string
	Doc  string         // one sentence
	Args []schema.Field // of a verb of its own
	Undo string         // the verb that takes it back; "": none does

	// Needs are settings without which the verb is not carried out like this,
	// but as the next Write of the verb says.
	Needs []string

	// Serves are the fields whose change, in an update, is this verb: a new
	// stage id is a move. Such a field is in no update's request.
	Serves []Serve

	// Steps are the requests that carry it out, in order. A step that Takes
	// none of the fields that change is left out. Where a step fails after
	// another succeeded, the change is Uncertain, and settled by reading.
	Steps []Step

	Guard Guard // of an update and the verbs that name a record; nil: Blind
	After After

	// Lost says how a create whose answer was lost is found again; see
	// Creation. Creates only.
	Lost Creation

	// With are objects whose records may be created by this create's request,
	// by name, and where their list stands in the body. Creates only.
	With []With

	// Batch carries out several changes in one request; nil: each has its own.
	// The write then has one step.
	Batch *Batch
}

// Serve says that a field is served by a verb.
type Serve struct {
	Field string
	Arg   string   // the verb's argument that the new value becomes; "": none
	When  Program  // looks at Args and Record, gives a bool: of a status, which value is this verb; nil: each
	Also  []string // further fields of the same change that become arguments of their names
}

// Step is one request of a write.
type Step struct {
	Request  Request
	Takes    []string // the fields it takes; nil: all that are not ReadOnly
	Encoding Encoding
	When     Program // gives a bool; nil: whenever it has a field to write, or the verb takes none
	Answer   Answer
}

// Encoding says what Input.Set holds: what changes, as the API takes it. Where
// the request has no Body, it is sent as JSON.
type Encoding uint8

const (
	// Fields is an object of the fields that change, nested as their Write
	// paths say. A list is sent whole.
	Fields Encoding = iota
	// Entire is the record as it was read, with what changes in it: for PUT.
	// The record is read before.
	Entire
	// MergePatch is Fields as RFC 7396 has it: a null removes. Its content is
	// application/merge-patch+json.
	MergePatch
	// JSONPatch is the list of operations of RFC 6902; its content is
	// application/json-patch+json.
	JSONPatch
	// SCIMPatch is the PatchOp of RFC 7644, selectors in paths included; its
	// content is application/scim+json.
	SCIMPatch
	// Nothing: Set is absent, and the request's programs say all, from Args.
	Nothing
)

var encodingNames = [...]string{
	Fields: "fields", Entire: "entire", MergePatch: "merge_patch",
	JSONPatch: "json_patch", SCIMPatch: "scim_patch", Nothing: "nothing",
}

// String returns the word of the language for it.
func (e Encoding) String() string { return nameOf(encodingNames[:], int(e), "encoding") }

// Guard is the condition of a write: Blind, Compare, IfMatch,
// IfUnmodifiedSince or IfRevision.
type Guard interface {
	// Grade returns what the guard promises.
	Grade() connectors.Grade
}

type (
	// Blind is no condition.
	Blind struct{}

	// Compare reads the record directly before the write and refuses it as
	// Moved where its hash is not the one last seen. Between the two somebody
	// may write. The object needs a Get.
	Compare struct{}

	// IfMatch sends the revision last seen in a header. With Read the record
	// is read first, must have the hash last seen, and the revision of that
	// answer is sent: for revisions that listings do not tell.
	IfMatch struct {
		Header string // "": If-Match
		Read   bool
	}

	// IfUnmodifiedSince sends the revision last seen, a time, as a date of
	// HTTP: to the second. With Read the record is read first, as of IfMatch:
	// who wrote in the same second is then seen too.
	IfUnmodifiedSince struct {
		Header string // "": If-Unmodified-Since
		Read   bool
	}

	// IfRevision puts the revision last seen in a place of the request; in
	// none, where the request's programs have it of Input.Revision.
	IfRevision struct{ Into Place }
)

// Grade returns connectors.Blind.
func (Blind) Grade() connectors.Grade { return connectors.Blind }

// Grade returns connectors.ReadBeforeWrite.
func (Compare) Grade() connectors.Grade { return connectors.ReadBeforeWrite }

// Grade returns connectors.IfMatch.
func (IfMatch) Grade() connectors.Grade { return connectors.IfMatch }

// Grade returns connectors.UnmodifiedSince.
func (IfUnmodifiedSince) Grade() connectors.Grade { return connectors.UnmodifiedSince }

// Grade returns connectors.RevisionMatch.
func (IfRevision) Grade() connectors.Grade { return connectors.RevisionMatch }

// Creation says how a create whose answer was lost is found again.
type Creation struct {
	// By is the ladder. CreateUnsafe: not at all. CreateKeySearch: by the
	// object's Find. CreateIdempotency: the request carries the operation in
	// Into, and sent again it gives what it gave; an upsert by an external id
	// of which the operation is the value is such a one too. CreateMarker: the
	// operation is written to Field, which is searchable. CreateExternalID: the
	// engine chooses the record's id, and Into is where it is put.
	By    connectors.CreateLadder
	Into  Place
	Field string
	Plain bool // an id that the engine chooses is of lower-case letters and digits alone
}

// Answer says what the answer to a write tells.
type Answer struct {
	ID     Program // looks at the answer; nil: Identity of the record in it, or the id that is known
	Record Records // where the record stands; used with AfterAnswer
	// Revision looks at the answer; nil: the record's, or the header that
	// Revision names. Absent where the answer does not tell.
	Revision Program
}

// After says how the record is known once it was written.
type After uint8

const (
	// AfterNothing: the values sent are all that is known.
	AfterNothing After = iota
	// AfterAnswer: the last step's answer holds the whole record. One that does
	// not, or holds another, leaves the change Uncertain.
	AfterAnswer
	// AfterRead: the record is read by id. What it shows counts as the write's
	// own only under the revision that the write's answer told, or where the
	// grade promises no revision. The object needs a Get.
	AfterRead
)

var afterNames = [...]string{AfterNothing: "nothing", AfterAnswer: "answer", AfterRead: "read"}

// String returns the word of the language for it.
func (a After) String() string { return nameOf(afterNames[:], int(a), "after") }

// With is an object whose records a create may make together with its own.
type With struct {
	Object string
	Into   []string    // the names that lead to their list in the body
	ID     schema.Path // where the created record's id stands in an element of Made
	Made   []string    // the names that lead to the list of what was made in the answer, in order
}

// Batch is a request for several changes of one verb, with a result for each.
type Batch struct {
	Most int // changes in one request

	// Request carries Input.Elements.
	Request Request

	// Element is what stands for one change; it sees what a step's programs
	// see, and Sub, the request the step would have made. nil: Set.
	Element Program

	// Results are the names that lead to the list of results, one per change.
	Results []string

	// Key looks at Result and tells the place of its change in Elements; nil:
	// results stand in the order of the changes.
	Key Program

	// Status looks at Result; an HTTP status, or a bool: done or Refused.
	// Rules judge it like an answer whose body is Result.
	Status Program

	// Body looks at Result: the answer that the change would have had alone;
	// nil: Result itself.
	Body Program

	// Whole says that all is done or nothing: a refusal of one refuses all,
	// and the others are then sent again without it.
	Whole bool
}
