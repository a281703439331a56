package rest

import "syncline/schema"

// Object is one kind of record of the API. What is nil it does not have, and
// the connection does not claim.
type Object struct {
	Name   string
	Doc    string // one sentence
	Named  string // a regular expression: it stands for every object whose name it fits as a whole; "": for itself
	Fields []Field
	Open   bool // records may have fields that are not listed

	// OmitsNull says that records leave out what is null. Without it a member
	// that is missing says nothing: the credential may not see it.
	OmitsNull bool

	Identity Identity
	Revision Revision
	At       string // the field of the time of the last change; "": none
	Author   string // the field of who changed it last; "": none
	Hash     Hash

	// Marks, judged in this order, of every record that is read. nil: none.
	Merged   *Merge
	Gone     *Mark // it is deleted
	Archived *Mark

	List   *Listing
	Get    *Getting
	Find   []Search // the first whose keys are those of a query is used
	Writes []Write  // of one verb the first whose Needs were given

	// Discover asks the API which further fields the object has; nil: Fields
	// is all that is known.
	Discover *Discovery

	// Scopes are the permissions each verb needs in the API's own words; the
	// verb "read" stands for all reading. A verb that is not in it needs none.
	Scopes map[string][]string

	Rules []Rule // judged after a request's and before the description's
}

// Field is a field of an object: its name and type as pipelines see them, and
// where it stands in the API.
type Field struct {
	schema.Field // ReadOnly: no write takes it

	// Path is where it is read in the API's record; zero: at its name.
	Path schema.Path

	// Read computes it instead of Path. It looks at Record and Parent.
	Read Program

	// FromParent says that Path leads into the parent's record and not into
	// this one. The parent's id counts in a record's hash, the rest does not.
	FromParent bool

	// Write is where it stands in what is written; zero: at Path.
	Write schema.Path

	// Codec is its form on the wire; nil: as JSON has its type, times in
	// RFC 3339.
	Codec *Codec
}

// Identity says what tells records apart.
type Identity struct {
	// Path is where the id stands in a record. A number is taken with every
	// digit it has.
	Path schema.Path

	// Qualified says that the id is unique only below the parent: the engine's
	// id is then made of both, and programs see them apart.
	Qualified bool

	// Field is the field of the id, which need not be listed; "": "id".
	Field string

	// ParentPath is where the parent's id stands in the parent, of records that
	// are nested in others; zero: at "id".
	ParentPath schema.Path

	// Parent is the field of the parent's id, where ids are qualified: it is
	// read without being in the record, and a create has to set it.
	Parent string
}

// Revision says where the revision of a record is. The zero Revision means
// that there is none, and the hash of a record takes its place.
type Revision struct {
	Path schema.Path // in the record; zero: none

	// Header is the header of an answer about one record that holds its
	// revision, as ETag does. Listings do not have it: a guard that needs it
	// reads the record first.
	Header string

	Ordered bool // whether a later revision is greater
}

// Mark is a sign in a record: what stands at the path is one of the values, or,
// where there are none, is neither false nor null nor missing.
type Mark struct {
	Path schema.Path
	Is   []schema.Value
}

// Merge is a mark of a record that was merged into another, whose id stands at
// the path.
type Merge struct {
	Path schema.Path
	// Where says which records the path is looked at in; nil: all.
	Where *Mark
	// Follows says that a read by id gives the other where a record was merged
	// into it.
	Follows bool
}

// Hash says what the hash of a record is made of.
type Hash struct {
	// Volatile are top-level names of the API's record that change although
	// the record does not, such as an address signed anew with each answer.
	Volatile []string

	// Selected makes the hash of the fields that a pipeline reads, decoded,
	// and not of the bytes: for an API whose listing and read by id write one
	// record differently. It costs a decoding of each record.
	Selected bool
}

// Getting is how records are read by id. The programs of its request see ID,
// or IDs where it takes many, ParentID and Fields.
type Getting struct {
	Request Request
	Records Records

	// Many is how many ids one request takes; 0: one. Of an answer to many, an
	// id that is not in it is gone: without Paging it must be no more than one
	// answer holds.
	Many   int
	Paging *Paging // of an answer to many, or that holds others; nil: one page

	// Among says that the answer holds other records besides: the one with the
	// id is meant, and where none has it, it is gone.
	Among bool

	// Gone are the answers that say that there is no such record; nil: 404
	// and 410. A page for people is none of them.
	Gone []int
}

// Discovery is a request for an object's further fields. Name, Type and Doc
// look at Record, one element of the answer.
type Discovery struct {
	Request Request
	Records Records
	Paging  *Paging
	Name    Program
	Type    Program // in the notation of schema.ParseType; absent: any
	Doc     Program // nil: none
	When    Program // gives a bool; nil: every element is a field
	Path    Program // where it is read; nil: at its name
}

// Search is how records are found by what they hold. The programs of its
// request see Keys and Fields. What it finds may be too wide.
type Search struct {
	Keys    []string // the fields of a query this search answers, in any order
	Any     bool     // it answers a query of any fields
	Request Request
	Records Records
	Paging  *Paging // nil: one page; at most 10 records are used

	// Parent is the id of the parent of all that is found, of an object whose
	// ids are qualified; nil: the answer nests them in it. It looks at Keys.
	Parent Program

	// When says which of the records are meant; nil: all. It looks at Keys and
	// Record, and gives a bool.
	When Program

	// Spellings is how many spellings of a key one request takes; 0: one. A
	// query of more becomes several requests.
	Spellings int

	// All says that the answer has every record, whatever is looked for: it is
	// asked for once for all spellings, and When picks out of it.
	All bool
}
