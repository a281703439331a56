// Package engine is the front door: data in, data out. It loads a
// configuration, plans, runs, and answers questions about what was done.
//
// It prints nothing and knows no connector by name: the list comes in through
// Options. Enter at New.
package engine

import (
	"context"
	"io"
	"time"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// Options is what an engine is made of.
type Options struct {
	Connectors []*connectors.Definition
	Clock      func() time.Time            // nil: the system's
	Random     io.Reader                   // nil: the system's
	Listen     func(run.Event)             // nil: nobody listens
	Log        func(level, text string)    // where the notify connector `log` writes; nil: nowhere
	Env        func(string) (string, bool) // nil: the process's
}

// Source says which configuration, with which inputs.
type Source struct {
	Path     string
	Vars     map[string]string
	VarFiles []string
}

// Engine loads and runs configurations. It is safe for concurrent use; two
// runs on one state folder exclude each other.
type Engine struct{ options Options }

// New returns an engine.
func New(o Options) *Engine { return &Engine{options: o} }

// Load compiles a configuration, without network and secrets. The
// configuration is nil only when nothing could be read; it holds the files'
// text for snippets even when there are errors.
func (e *Engine) Load(ctx context.Context, src Source) (*pipelines.Config, diag.Problems) {
	panic("engine: not built")
}

// PlanOptions narrow a plan.
type PlanOptions struct {
	Only  []string // pipelines; empty: all
	Full  bool     // walk whole listings
	Limit int      // records listed; 0: all
}

// Plan says what a run would do.
func (e *Engine) Plan(ctx context.Context, c *pipelines.Config, o PlanOptions) (*plans.Plan, error) {
	panic("engine: not built")
}

// RunOptions narrow a run.
type RunOptions struct {
	Only  []string
	Full  bool
	Allow map[string]int // ceilings granted once: deletes, creates, overwrites, clears
	Plan  *plans.Plan    // run exactly this plan; refused when anything moved
}

// Run makes one pass to agreement.
func (e *Engine) Run(ctx context.Context, c *pipelines.Config, o RunOptions) (*plans.Summary, error) {
	panic("engine: not built")
}

// OpenItem is a conflict or a review that waits for a person.
type OpenItem struct {
	ID       string    `json:"id"`   // short and stable: what `conflicts show` takes
	Kind     string    `json:"kind"` // conflict, review
	Pipeline string    `json:"pipeline"`
	Entity   string    `json:"entity"` // public id
	Field    string    `json:"field"`  // field or group, "" for the whole entity
	Reason   string    `json:"reason"`
	Since    time.Time `json:"since"`
	Deadline time.Time `json:"deadline,omitzero"`
	Alert    string    `json:"alert"`
	Choice   string    `json:"choice,omitempty"` // stored, waiting for the next run; "" none
	Sides    []Side    `json:"sides"`
	Choices  []string  `json:"choices"`          // what `resolve` takes here: ends, "link", "not-same", a value …
	Source   string    `json:"source,omitempty"` // file:line
}

// Side is what one end says.
type Side struct {
	End      string    `json:"end"`
	Record   string    `json:"record"`
	Value    string    `json:"value"` // Value is masked for labelled fields unless asked for
	Revision string    `json:"revision"`
	Seen     time.Time `json:"seen"`
}

// ConflictsOptions filter the open items.
type ConflictsOptions struct {
	Pipeline, Field, Kind, Entity string
	Reveal                        bool // show labelled values
}

// Conflicts lists what waits for a person, oldest first.
func (e *Engine) Conflicts(ctx context.Context, c *pipelines.Config, o ConflictsOptions) ([]OpenItem, error) {
	panic("engine: not built")
}

// Resolve stores a choice; the next run applies it, or shows the item again if
// the ends moved.
func (e *Engine) Resolve(ctx context.Context, c *pipelines.Config, id, choice, by string) (OpenItem, error) {
	panic("engine: not built")
}

// Story is what is known of a record.
type Story struct {
	Pipeline string        `json:"pipeline"`
	Entity   string        `json:"entity"`
	State    string        `json:"state"`
	Ends     []StoryEnd    `json:"ends"`
	Fields   []StoryField  `json:"fields"`
	Open     []OpenItem    `json:"open"`
	Entries  []audit.Entry `json:"entries"`
	Aside    string        `json:"aside,omitempty"` // why a record that is not linked was put aside, with file:line
}

// StoryEnd is the entity's record at one end.
type StoryEnd struct {
	End      string    `json:"end"`
	Record   string    `json:"record"`
	Revision string    `json:"revision"`
	State    string    `json:"state"` // live, gone …
	Seen     time.Time `json:"seen"`
}

// StoryField is the provenance of one field.
type StoryField struct {
	Field     string `json:"field"`
	Direction string `json:"direction"`
	Owner     string `json:"owner"`
	State     string `json:"state"` // State: agreed, latent difference, conflict, never linked
	Values    []Side `json:"values"`
	Last      string `json:"last"`             // the last decision: rule, from, when
	Source    string `json:"source,omitempty"` // file:line
}

// Explain tells a record's story: by public id, END/RECORD, or a match key's
// value. Several stories when several pipelines know it.
func (e *Engine) Explain(ctx context.Context, c *pipelines.Config, what, field string, reveal bool) ([]Story, error) {
	panic("engine: not built")
}

// Audit returns the journal's entries that the filter lets through, oldest
// first.
func (e *Engine) Audit(ctx context.Context, c *pipelines.Config, f audit.Filter, each func(audit.Entry) error) error {
	panic("engine: not built")
}

// AuditVerify proves the chain and returns how many entries hold. A chain that
// does not hold is an *audit.Broken.
func (e *Engine) AuditVerify(ctx context.Context, c *pipelines.Config) (uint64, error) {
	panic("engine: not built")
}

// StateInfo is what the state holds, in numbers.
type StateInfo struct {
	Folder      string           `json:"folder"`
	Format      int              `json:"format"`
	Engine      string           `json:"engine"`
	Size        int64            `json:"size"`
	Links       map[string]int   `json:"links"` // by pipeline
	Checkpoints []CheckpointInfo `json:"checkpoints"`
	Conflicts   int              `json:"conflicts"`
	Reviews     int              `json:"reviews"`
	Waiting     int              `json:"waiting"`
	Intents     int              `json:"intents"`
	Tombs       int              `json:"tombs"`
	Dead        int              `json:"dead"`
	Audit       int64            `json:"audit"`  // entries
	Holder      string           `json:"holder"` // who holds it now, "" nobody
}

// CheckpointInfo is how far an end was read.
type CheckpointInfo struct {
	Pipeline   string    `json:"pipeline"`
	End        string    `json:"end"`
	Checkpoint string    `json:"checkpoint"`
	At         time.Time `json:"at"`
}

// State describes the state.
func (e *Engine) State(ctx context.Context, c *pipelines.Config) (StateInfo, error) {
	panic("engine: not built")
}

// Backup writes a consistent copy of the state.
func (e *Engine) Backup(ctx context.Context, c *pipelines.Config, folder string) error {
	panic("engine: not built")
}

// Seed makes what the systems' `init` settings describe and does not exist
// yet; it returns what it made.
func (e *Engine) Seed(ctx context.Context, c *pipelines.Config) ([]string, error) {
	panic("engine: not built")
}
