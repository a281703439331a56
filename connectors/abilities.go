package connectors

import (
	"context"
	"regexp"
	"strings"

	"syncline/schema"
)

// Selection is what one pipeline reads and writes of one object: the least
// data that it needs. It is made once per pass and not changed; a connector
// may key prepared statements by its pointer.
type Selection struct {
	Object   string
	ID       string        // path of the id; "": the connector's own
	Revision string        // path of the revision; "": the connector's own, or a hash
	At       string        // path of the time of the last change; "" : none
	Author   string        // path of who changed it last
	Trace    string        // path of a trace id
	Cursor   string        // path for incremental reading; "": full listings only
	Shape    *schema.Shape // the top-level fields wanted, one slot each
	Writes   []string      // the top-level fields the pipeline may write here
}

// Object describes one kind of record a system holds.
type Object struct {
	Name     string
	Doc      string
	Fields   []schema.Field
	Open     bool   // whether records may have fields that are not listed
	ID       string // path of the id, "" when it has to be told
	Revision string
	At       string
	ReadOnly bool

	// Named is a regular expression: the object stands for every one whose name
	// it fits as a whole, and is none itself. "": it is one object.
	Named string
}

// ObjectNamed returns the object of a name; false where there is none. One that
// stands for many comes under the name that was asked for.
func ObjectNamed(objects []Object, name string) (Object, bool) {
	near := false
	for _, o := range objects {
		if o.Named == "" && o.Name == name {
			return o, true
		}
		near = near || o.Named == "" && strings.EqualFold(o.Name, name)
	}
	if near {
		return Object{}, false // a slip of the pen is not another object
	}
	for _, o := range objects {
		if o.Named != "" && Fits(o.Named, name) {
			o.Name, o.Named = name, ""
			return o, true
		}
	}
	return Object{}, false
}

// Fits reports whether a regular expression fits a name as a whole.
func Fits(pattern, name string) bool {
	whole, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && whole.MatchString(name)
}

// Lister names the objects of a system and their fields.
type Lister interface {
	Objects(ctx context.Context) ([]Object, error)
}

// Reader lists the records of an object.
type Reader interface {
	// Read starts at the checkpoint; nil, or full, is the whole listing.
	Read(ctx context.Context, sel *Selection, from Checkpoint, full bool) (Stream, error)
}

// Checkpoint is where a listing continues: opaque to the engine, kept by it.
type Checkpoint []byte

// Stream is a listing under way. Next is called by one goroutine; Decode may
// be called concurrently for different items of the batch last returned.
type Stream interface {
	// Next fills the batch with the next records and returns io.EOF with an
	// empty batch after the last. The items' bytes are valid until the next
	// call.
	Next(ctx context.Context, b *Batch) error

	// Decode turns an item into a record of the selection's shape. An error
	// concerns this record alone.
	Decode(it *Item, rec *schema.Record) error

	// Done says, after io.EOF, where the next listing continues and whether
	// this one was complete: whether a record that was not in it is missing.
	Done() (next Checkpoint, complete bool)

	Close() error
}

// Locator is what a Stream may offer besides: it says where an item stands in
// its system ("row 17"), for messages about items that were read without fault.
type Locator interface {
	Where(it *Item) string
}

// Batch is a page of a listing.
type Batch struct {
	Items []Item
}

// Item is one record as it was read, not yet decoded. With an ID and a nil Raw
// it is an id and a hash only: there is nothing to decode, and a record whose
// hash is new is got by id.
type Item struct {
	Hash  uint64 // equal to the hash of an earlier read: nothing changed
	ID    string // "" when only decoding tells it
	Raw   []byte
	Index int    // the connector's own
	Where string // "row 17" and the like, for messages; may be made from Index by the stream when Err is set
	Err   error  // the record could not be read; the others go on
	Gone  bool   // an incremental listing says the record was deleted
}

// Presence is what a read by id found.
type Presence uint8

const (
	Unknown Presence = iota // not readable now, or not permitted: no conclusion
	Live
	Gone
	Archived
	Merged // into Got.Into
)

// Got is the answer to one id.
type Got struct {
	Presence Presence
	Record   *schema.Record // when live
	Hash     uint64         // as Item.Hash of a listing would be
	Into     string
	Err      error
}

// Getter reads records by id.
type Getter interface {
	// Get returns one answer per id, in order. At most 1,000 ids. An error
	// concerns the whole call.
	Get(ctx context.Context, sel *Selection, ids []string) ([]Got, error)
}

// Query asks for the records whose fields hold the values. Each field comes
// with several spellings; one match is enough per field, all fields must match.
type Query struct {
	Paths  []string
	Values [][]schema.Value
}

// Finder finds records by what they hold.
type Finder interface {
	// Find returns, per query and in order, the records found, at most 10
	// each. Answers may be too wide (another spelling, another case): the
	// engine compares in normal form.
	Find(ctx context.Context, sel *Selection, queries []Query) ([][]Got, error)
}

// Stamper proves that nothing in an object moved: two equal stamps mean that
// nobody wrote between them, but for what was written through the connection
// itself, which may leave the stamp as it is.
type Stamper interface {
	Stamp(ctx context.Context, sel *Selection) (string, error)
}

// Checker tells whether the system can be reached and what is missing.
type Checker interface {
	Check(ctx context.Context) error
}

// Stater states what is true of this very system, where a connector speaks to
// systems that differ: Definition.Facts are then the most that one may claim.
type Stater interface {
	// States does not ask the system: what it says was learned when it opened.
	States() Facts
}
