// Package expr compiles the two expression languages of a configuration, each
// once, type-checked, to a stateless program: CEL for one record in and one
// value out, Expr for several ends or many records.
//
// It knows no HCL: an expression comes as a diag.Text. What an expression may
// name is a Scope. Enter at CEL and Expr.
package expr

import (
	"sync"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// Scope says what an expression may name, with types. Two scopes with equal
// contents compile equal programs. It is shared by all expressions of one
// kind, and read concurrently.
type Scope struct {
	Vars   []Var
	Ends   []string          // names of ends, in owner and rule
	Tables map[string]*Table // csvdecode tables that lookup(table, …) searches, by their local name
	Region string            // default region of phone functions, "" for none
	Calls  []Call            // functions of this scope alone, in CEL

	// Elsewhere are names that mean something in other places only, and what
	// to write here instead.
	Elsewhere map[string]string

	once  sync.Once // a Scope is not changed after the first compilation in it
	ready *environment
}

// Slot is where a Frame holds a variable: one layout for every expression.
type Slot uint8

const (
	Record    Slot = iota // the record of one end, as read
	Parent                // the whole that an element of `each` stands in
	Value                 // the value at the field's path
	Entity                // the entity after the decisions so far
	Prior                 // the entity before this change
	Lookup                // lookup.NAME.field
	Action                // action.NAME
	VarSlot               // var.NAME
	LocalSlot             // local.NAME
	Base                  // what was last agreed (rule)
	Sides                 // the ends' values: sides.NAME.value, .at, .changed (rule); each end is also a name by itself (owner, rule)
	Many                  // records (survivor), rows (report)
	Slots                 // how many there are
)

// Var is one name an expression may use.
type Var struct {
	Name   string
	Slot   Slot
	Type   schema.Type // KindObject with Fields for record, entity, prior, parent, lookup, var, local, sides
	Open   bool        // an object whose further fields are unknown: names are not checked
	Doc    string
	Static schema.Value // the value, when it is known at compile time (var, local)
	Class  schema.Class // the label of all of it
}

// Table is a decoded table with an index per column, built at compile time.
type Table struct {
	Columns []string
	Rows    [][]schema.Value
}

// Frame holds the values of one evaluation, by Slot. A record, and an entity,
// stands as itself: its slots are read in place. A Frame is used by one
// goroutine at a time and reused.
type Frame struct {
	Values  [Slots]schema.Value   // absent where Records has it
	Records [Slots]*schema.Record // nil where Values has it
	Many    []*schema.Record      // records (survivor), rows (report)
	Now     int64                 // the run's time, microseconds since 1970
}

// Options say what a program must give.
type Options struct {
	Want  schema.Type // the type it must give; KindAny: anything
	Now   bool        // whether now and ago() may be used
	Limit uint64      // cost limit; 0: the default
	Label string      // what it is, for messages: `read of end "crm"`

	slow bool // compiles without the fast path, for the test that compares the two
}

// Program is a compiled expression. It is safe for concurrent use.
type Program interface {
	// Eval returns the value. An error is the data's fault, with the place in
	// the file; it never becomes null.
	Eval(f *Frame) (schema.Value, error)

	// Type is what it gives, as far as is known.
	Type() schema.Type

	// Uses returns the names it reads, as dotted paths from a Var
	// ("record.email", "entity.stage"), sorted.
	Uses() []string

	// Class is the strongest label of what it reads.
	Class() schema.Class

	// Hash identifies the checked tree: formatting does not change it.
	Hash() uint64

	// Text is the source, for documents and messages.
	Text() diag.Text

	// Now reports whether it reads the time.
	Now() bool
}
