package connectors

import (
	"context"
	"slices"
	"time"

	"syncline/schema"
)

// Definition is a connector as a value: what it is called, what it needs, what
// is true of it, and how it is opened.
type Definition struct {
	Name     string
	Doc      string         // one sentence, then what a user should know
	Notifies bool           // it tells people, for `notify`, and holds no records; its Conn is a Notifier
	Example  string         // a block of the language as one writes it; "": the settings say enough
	Settings []schema.Field // the attributes of a `system` block
	Blocks   []Block        // further blocks of a `system` block, such as auth
	Facts    Facts
	Limits   []string // of LimitNames, those that it keeps: writing another is a warning
	Open     func(ctx context.Context, s Settings) (Conn, error)

	// FactsOf states what is true of one object in a system of these settings,
	// where objects or systems differ: Facts then states what is true of all.
	// No secret is resolved for it. nil: none differs.
	FactsOf func(object string, s Settings) Facts

	// Rotates says that a system may replace what one logs in with, so that
	// even who only reads has something to keep.
	Rotates bool

	// Privileges say how the system grants in its own form. nil: not in one that
	// could be written down.
	Privileges *Privileges

	// Offline says whether a system opens without a secret and without the
	// network, so that compiling may discover its schema. nil: never.
	Offline func(s Settings) bool
}

// Block is a nested block of settings with one label or none.
type Block struct {
	Name   string
	Label  bool
	Doc    string
	Fields []schema.Field
}

// Facts state what is true of every system behind a connector.
type Facts struct {
	Whole       bool                                      // records are whole; false: partial, an absent field says nothing
	Complete    bool                                      // a full listing says which records exist
	Ordered     bool                                      // revisions have an order
	Lag         time.Duration                             // how long a write may stay unseen by a read
	Grade       Grade                                     // the best write condition
	Create      CreateLadder                              // how a lost create is found again
	Plain       bool                                      // an id that the engine chooses is of lower-case letters and digits alone
	SaysNull    bool                                      // null can be written
	Attribution bool                                      // a record says who changed it last
	Batch       int                                       // changes per request; 0: one
	Separate    bool                                      // each field is written by a request of its own; false: a record's fields go in one
	Verbs       []Verb                                    // beyond read: create, update, archive, delete and its own
	Permissions func(object string, verb string) []string // nil: none to state
	Version     string                                    // of the API, "" when it has none

	// Searches are the fields by which a Finder can be asked, together; nil: by
	// any. One that holds a list is asked for a record with such an element.
	Searches [][]string
}

// Search reports whether a Finder can be asked by these fields together.
func (f *Facts) Search(fields []string) bool {
	return f.Searches == nil || slices.ContainsFunc(f.Searches, func(known []string) bool {
		return len(known) == len(fields) && !slices.ContainsFunc(known, func(k string) bool { return !slices.Contains(fields, k) })
	})
}

// Verb is something a connector can do to a record.
type Verb struct {
	Name string
	Doc  string
	Args []schema.Field
	Undo string // the verb that takes it back, on the same record; "": none does
}

// Grade says how a write is guarded against a change that was not seen,
// strongest first.
type Grade uint8

const (
	GradeNone Grade = iota // the end cannot be written
	IfMatch
	UnmodifiedSince
	RevisionMatch
	Compared
	ReadBeforeWrite
	Blind
)

// CreateLadder says how a create whose answer was lost is recognised.
type CreateLadder uint8

const (
	CreateUnsafe      CreateLadder = iota // it cannot be
	CreateKeySearch                       // by searching for the match keys
	CreateMarker                          // by a marker the creating call leaves
	CreateIdempotency                     // by an idempotency key
	CreateExternalID                      // by an id that the engine chooses
)

// Settings are the checked settings of one system.
type Settings struct {
	System string                            // the name of the system
	Folder string                            // the configuration's folder: relative paths start here
	Values map[string]schema.Value           // by the name in Definition.Settings; defaults filled in
	Secret func(name string) (string, error) // resolves a secret setting; never log what it returns
	Clock  func() time.Time
	Sleep  func(context.Context, time.Duration) error // waits, and ends early with the context's error; nil: a timer
	Seed   bool                                       // whether `init` may make what does not exist yet
	Limits Limits
	Keeper Keeper  // what it remembers over a restart; nil: nothing
	Shared *Shared // what this system has in common with others; nil: nothing

	// Notice is told what a system says beside its answers, a line at a time and
	// from any goroutine; nil: nobody listens. Values of records and secrets are
	// not said here.
	Notice func(text string)
	Blocks []SettingsBlock
}

// SettingsBlock is one nested block of settings.
type SettingsBlock struct {
	Name, Label string
	Values      map[string]schema.Value
}

// Conn is an open system. Its abilities are found by assertion: Lister,
// Reader, Getter, Finder, Writer, SessionWriter, Stamper, Checker, Receiver,
// Stater. All methods of a Conn may be called concurrently unless an ability says
// otherwise.
type Conn interface {
	Close() error
}
