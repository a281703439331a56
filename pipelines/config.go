package pipelines

import (
	"time"

	"github.com/hashicorp/hcl/v2"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// Config is a configuration, loaded, checked and typed. It is data: nothing in
// it holds a connection, and it is not changed after Load.
type Config struct {
	Folder    string
	Files     map[string][]byte // what was read, by name as in ranges, for snippets
	Engine    Engine
	Variables []*Variable
	Systems   []*System
	Entities  []*schema.Entity // the configuration's own, and the ready ones it uses
	Mappings  []*Mapping
	Pipelines []*Pipeline // in the order of their references
	Notifies  []*Notify
}

// Engine is the block of that name, with its defaults filled in.
type Engine struct {
	Name      string
	State     string // folder, absolute
	Workers   int
	Listen    string
	Retention time.Duration // how long history is kept; 0: for good

	// Encryption is the key that the state is encrypted with; nil: it is not.
	Encryption *Secret
	Range      diag.Range
}

// Variable is an input of the configuration, with the value it has now.
type Variable struct {
	Name, Description string
	Sensitive         bool
	Value             schema.Value
	Range             diag.Range
}

// Secret is a reference to a value that only a run resolves. It prints as
// (secret), whatever the format.
type Secret struct {
	Ref   string // env:NAME, file:PATH, exec:COMMAND
	Range diag.Range
}

// System is one connected product.
type System struct {
	Name       string
	Definition *connectors.Definition
	Values     map[string]schema.Value
	Secrets    map[string]Secret
	Blocks     []connectors.SettingsBlock
	Objects    []connectors.Object // as discovered or declared while compiling; nil: unknown until a run connects
	Limits     connectors.Limits
	Range      diag.Range

	// Description identifies what the file says that describes the system's API,
	// however it is laid out; 0: the connector comes with the binary.
	Description uint64
}

// Notify is a place where a person is told.
type Notify struct {
	Name      string
	Connector string // log, webhook, slack …

	// Definition is the connector that tells; nil where the engine does by itself.
	Definition *connectors.Definition

	Values  map[string]schema.Value
	Secrets map[string]Secret

	// Declassify is why labelled values may be told here; "": they may not.
	Declassify string
	Range      diag.Range
}

// Mapping is how one system speaks of one entity.
type Mapping struct {
	Name, Object, Entity string
	Range                diag.Range
}

// Pipeline keeps one entity in agreement over its ends.
type Pipeline struct {
	Name, Description string
	Version           int
	Entity            *schema.Entity
	Alert             *Notify
	SystemOfRecord    int // index of an end, -1: none
	Ends              []*End
	Lookups           []*Lookup
	Match             Match
	Fields            []*Field // in the order of their dependencies
	Groups            []*Group
	Validates         []*Validate
	Guard             Guard
	Ons               []*On
	Range             diag.Range

	// The scopes its expressions were compiled in: Record[i] for end i's read
	// and filter; Scope for when, check, only, create, where and a lookup's id;
	// Write[i] for write and with; Owner for owner. Rule is that of the last
	// field compiled: only the types of base and sides differ by field.
	Record []*expr.Scope
	Scope  *expr.Scope
	Write  []*expr.Scope
	Owner  *expr.Scope
	Rule   *expr.Scope

	// Survivor is the scope of match.survivor; nil: none.
	Survivor *expr.Scope

	Hash uint64 // of the mapping's meaning: moving or reformatting changes nothing
}

// End is a system's place in a pipeline: a block `source`.
type End struct {
	Name      string
	System    *System
	Object    string
	Mapping   *Mapping
	Selection connectors.Selection
	Declared  []schema.Field // fields = {…}: declares or corrects types
	Known     bool           // whether the schema was known when compiling
	Allow     []string
	Every     time.Duration
	Cron      string
	Webhook   bool
	Sweep     time.Duration        // 0: none
	Each      string               // path of the list whose elements are the records here; "": the records themselves
	Whole     connectors.Selection // with each: what is read of the records; Selection is what is taken of an element
	Filter    expr.Program         // nil: every record
	When      expr.Program
	Only      expr.Program
	Share     int // percent of the phased roll-out, 100: all
	Left      Left
	Removed   Removed
	Sentinel  []string // ids of records that have to be in every whole listing
	Create    []Argument
	Require   connectors.Grade // weakest accepted; GradeNone: any
	Range     diag.Range
}

// Facts returns what is true of the end's object.
func (e *End) Facts() connectors.Facts {
	if of := e.System.Definition.FactsOf; of != nil && e.Object != "" {
		return of(e.Object, e.System.told())
	}
	return e.System.Definition.Facts
}

// May reports whether the end allows the verb.
func (e *End) May(verb string) bool {
	for _, v := range e.Allow {
		if v == verb {
			return true
		}
	}
	return false
}

// Argument is a named CEL value of a verb's call.
type Argument struct {
	Path  schema.Path
	Value expr.Program
}

// Left says what happens to a linked record that the filter or `when` lets go.
type Left uint8

const (
	LeftFreeze Left = iota
	LeftUnlink
	LeftArchive
	LeftReview
	LeftIgnore
)

// Removed says what becomes of the other ends when a record is gone here.
type Removed uint8

const (
	RemovedUnlink Removed = iota
	RemovedArchive
	RemovedDelete
	RemovedReview
)

// Lookup is another record, found or joined.
type Lookup struct {
	Name      string
	System    *System
	Selection connectors.Selection
	Where     []Argument // equality of a field with a CEL value over the entity
	ID        expr.Program
	Many      string // review, first
	None      string // review, park, null
	Fresh     time.Duration
	Range     diag.Range
}

// Match says what makes a record this entity.
type Match struct {
	Keys       []Key // strongest first
	Definite   float64
	Candidate  float64
	Ambiguous  string       // review, skip
	Duplicates string       // review, merge, ignore
	Survivor   expr.Program // Expr over records; nil
	Range      diag.Range
}

// Key is one way to recognise an entity.
type Key struct {
	Name    string
	Fields  []int   // indexes into Pipeline.Entity.Fields
	Weight  float64 // 0: definite by itself
	Similar float64 // 0: equal in normal form
	Range   diag.Range
}

// Field is an attribute of the entity: which way it flows and who is right.
type Field struct {
	Name      string
	Index     int // into Pipeline.Entity.Fields, and the slot of the entity record
	Attribute schema.Field
	Group     int          // index into Pipeline.Groups, -1: alone
	Ends      []*FieldEnd  // by end; nil where the end does not know the field
	Speaks    []bool       // by end: its edits may travel, as directions go
	Hears     []bool       // by end: it is written
	Owner     expr.Program // Expr giving an end's name; nil
	Owned     bool         // whether it has an owner, be it one that did not compile
	Drift     Drift
	First     int // index of an end, FirstReview, or FirstDefault
	Update    Update
	Empty     Empty
	Lossy     string    // the reason; "": none
	Conflict  *Conflict // nil when there is one speaker or an owner
	Range     diag.Range
}

const (
	FirstDefault = -1
	FirstReview  = -2
)

// FieldEnd is how one end speaks of one field.
type FieldEnd struct {
	Path    schema.Path
	HasPath bool
	Type    schema.Type       // of the value at the path, as far as known
	Read    expr.Program      // nil: the value at the path
	Write   expr.Program      // nil: the entity's value
	Values  map[string]string // the end's words to the entity's; nil: none
	Writes  map[string]string // the entity's words to the end's, computed from Values and `writes`
	Pass    bool              // unmapped = "pass"
	Default schema.Value
	With    []Argument
	Tidy    bool
	Range   diag.Range
}

// Drift says what an edit at an end that does not speak leads to.
type Drift uint8

const (
	DriftKeep Drift = iota
	DriftRestore
	DriftReview
)

// Update says when a value may be written over another.
type Update uint8

const (
	UpdateOverwrite Update = iota
	UpdateFill
	UpdateCreate
	UpdateAppend
)

// Empty says what an emptied value does.
type Empty uint8

const (
	EmptyKeep Empty = iota
	EmptyClear
	EmptyReview
)

// Conflict is the three answers of a field with several speakers.
type Conflict struct {
	Rules      []Rule // the chain; empty when Rule is set
	Rule       expr.Program
	Wait       time.Duration // 0: review at once
	EscalateTo *Notify
	Escalate   time.Duration
	Range      diag.Range
}

// Rule is one link of a chain: a named rule, or an end.
type Rule struct {
	Name string // the rule's name, or the end's
	End  int    // -1: a named rule
}

// Group is a set of fields held and written as one.
type Group struct {
	Name   string
	Fields []int // indexes into Pipeline.Fields
	Range  diag.Range
}

// Validate is a check on the entity.
type Validate struct {
	Name    string
	Check   expr.Program
	Message string
	Failed  string // review, skip, stop
	Reads   []int  // indexes into Pipeline.Fields that the check reads
	Range   diag.Range
}

// Guard is the ceilings of mass changes. A nil Ceiling is the default one.
type Guard struct {
	Creates, Overwrites, Clears, Deletes *Ceiling

	Missing *Ceiling // records that a listing lacks although they are linked
	Changed *Ceiling // records of an end that changed in one field at once: at least the count, and more than the share
}

// Ceiling is max(count, share of the active links).
type Ceiling struct {
	Count int
	Share float64
}

// On is a trigger: what is done once each time When turns true.
type On struct {
	Name     string
	When     expr.Program // CEL over the entity and events
	Events   []Event      // the calls of events in When, in the order of the text
	Every    time.Duration
	Backfill bool
	Actions  []*Action
	Range    diag.Range
}

// Event is a call such as entered('stage', 'offer') in a trigger.
type Event struct {
	Name  string
	Field int    // index into Pipeline.Entity.Fields, -1: none
	End   int    // index of an end, -1: none
	Word  string // what a field enters or leaves; the kind of an end's own event
}

// Action is a step of a trigger: one of the engine's, or a verb of an end.
type Action struct {
	Kind, Name string
	End        int     // index of the end whose verb Kind is, -1: a step of the engine
	To         *Notify // nil: none
	System     *System // of call and publish
	Record     []Argument
	Once       expr.Program         // the natural key: with the same, nothing is done twice
	Undo       string               // the verb that undoes it, "": none
	Texts      map[string]*Template // to of an e-mail, text, subject, from, template
	For        time.Duration        // of wait; within of approve
	Until      expr.Program         // of wait
	Failed     Failed
	Declassify string // why labelled values may be told here; "": they may not
	Range      diag.Range
}

// Failed says what becomes of the further actions when one failed.
type Failed uint8

const (
	FailedStop Failed = iota
	FailedGoOn
	FailedReview
)

// Template is a text whose ${…} are filled when it is sent: over entity,
// prior, lookup and action, beside var and local.
type Template struct {
	Expr  hcl.Expression
	Text  string       // with var and local filled in, and the rest as written
	Class schema.Class // the strongest label of what it shows
	Range diag.Range
}
