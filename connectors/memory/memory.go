// Package memory is a connector whose systems live in memory, for tests: it
// can be given any write grade and create ladder, edited as a person would,
// and told to fail in every way a real system fails.
//
// A [World] is one connector; it holds any number of systems, told apart by
// the name a configuration gives them. A [Table] is one object of a system.
// [Fault] says what goes wrong and when, [Manners] what the system does all the
// time, [Habit] what it does to the values it stores, and [Table.Drop],
// [Table.Rename], [Table.Retype], [Table.Add] and [Table.Words] change what its
// records are. Nothing here is random and nothing reads the machine's clock
// unless the world was given none.
//
// It is in no list of connectors a user sees: a test makes a world, hands
// [World.Definition] to the engine, and looks at the tables afterwards.
// Nothing is kept when the process ends.
//
// Start at [NewWorld].
package memory

import (
	"context"
	"sync"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// Options say what kind of connector a world is.
type Options struct {
	Name      string            // of the connector; "memory" when empty
	Facts     *connectors.Facts // nil: DefaultFacts
	NoFinder  bool              // the connection cannot search
	NoGetter  bool              // the connection cannot read by id
	NoStamper bool              // the connection cannot prove that nothing moved
	NoConfirm bool              // a write does not tell the record after it
	Compares  []string          // objects of which a change that names no revision is held by what it saw, as Compared
	Raw       bool              // a listing tells the records themselves; false: their ids and hashes only
	Actor     string            // who writes through the connector; "syncline" when empty
	Clock     func() time.Time  // nil: the machine's

	// Hook is told of every operation before it begins and after it ended; it
	// may edit tables, as a person would in that moment. nil: nobody is told.
	Hook func(system, op string, ended bool)
}

// DefaultFacts returns the facts of a well-behaved system: whole records,
// complete listings, ordered revisions, writes guarded by the revision.
func DefaultFacts() connectors.Facts {
	return connectors.Facts{
		Whole: true, Complete: true, Ordered: true, SaysNull: true, Attribution: true,
		Grade: connectors.RevisionMatch, Create: connectors.CreateIdempotency, Batch: 100,
		Verbs: []connectors.Verb{
			{Name: "create", Doc: "Makes a record.", Undo: "delete"},
			{Name: "update", Doc: "Changes fields of a record.", Undo: "update"},
			{Name: "archive", Doc: "Puts a record aside; it can still be read.", Undo: "restore"},
			{Name: "restore", Doc: "Takes an archived record back into use.", Undo: "archive"},
			{Name: "delete", Doc: "Removes a record."},
			{Name: "merge", Doc: "Merges a record into another.", Args: []schema.Field{
				{Name: "into", Doc: "The id of the record that stays.", Type: schema.Type{Kind: schema.KindString}, Required: true},
			}},
		},
	}
}

// World is a connector and everything its systems hold. All methods of it and
// of what it hands out may be called concurrently.
type World struct {
	mu      sync.Mutex
	options Options
	facts   connectors.Facts
	systems map[string]*System
}

// NewWorld returns an empty world.
func NewWorld(o Options) *World {
	if o.Name == "" {
		o.Name = "memory"
	}
	if o.Actor == "" {
		o.Actor = "syncline"
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	facts := DefaultFacts()
	if o.Facts != nil {
		facts = *o.Facts
	}
	return &World{options: o, facts: facts, systems: map[string]*System{}}
}

// Definition returns the world as a connector. Opening a system that the
// world does not have yet makes an empty one.
func (w *World) Definition() connectors.Definition {
	return connectors.Definition{
		Name:    w.options.Name,
		Doc:     "Records in memory, for tests.",
		Facts:   w.facts,
		Open:    w.open,
		Offline: func(connectors.Settings) bool { return true },
	}
}

// System returns the system of a name and makes it when there is none.
func (w *World) System(name string) *System {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.systems[name]
	if s == nil {
		s = &System{world: w, tables: map[string]*Table{}, done: map[string]connectors.Result{}, showed: map[string]int{}}
		w.systems[name] = s
	}
	return s
}

// System is one system of a world.
type System struct {
	world   *World
	tables  map[string]*Table
	order   []string // names of tables, as made
	version int64    // of the last change of any record; revisions come from it
	nextID  int64
	faults  []*fault
	late    []func()
	writes  []Write
	done    map[string]connectors.Result // by operation, where the ladder has idempotency keys

	manners  Manners
	window   time.Time // when the budget's window began
	served   int       // requests in it
	issued   time.Time // when the credential was first used
	calls    int       // requests with it
	listings uint64    // that were shuffled
	struck   [len(kindNames)]int
	showed   map[string]int // how often manners, habits and what an administrator changed showed
}

// Write is one change that arrived at a system, refused ones included.
type Write struct {
	Object string
	Change connectors.Change
	Err    error
}

// Writes returns every change that arrived so far, in order.
func (s *System) Writes() []Write {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return append([]Write(nil), s.writes...)
}

// open gives the connection exactly the abilities that the world's options
// and facts state.
func (w *World) open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &conn{system: w.System(set.System), name: set.System}
	c.system.Renew()
	return w.abilities(c), nil
}
