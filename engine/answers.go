package engine

import (
	"time"

	"syncline/engine/audit"
	"syncline/engine/plans"
)

// OpenItem is a conflict or a review that waits for a person.
type OpenItem struct {
	ID       string    `json:"id"`   // short and stable: what `conflicts show` takes
	Saw      string    `json:"saw"`  // names what it shows: a choice given with it is refused when that changed
	Kind     string    `json:"kind"` // conflict, review
	Pipeline string    `json:"pipeline"`
	Entity   string    `json:"entity"` // public id, "" while the record belongs to nobody
	Record   string    `json:"record"` // END/RECORD it is about
	Field    string    `json:"field"`  // field or group, "" for the whole entity
	Reason   string    `json:"reason"`
	Since    time.Time `json:"since"`
	Deadline time.Time `json:"deadline,omitzero"`
	Alert    string    `json:"alert"`
	Escalate string    `json:"escalate_to,omitempty"` // who hears of it after its deadline
	Orphaned bool      `json:"orphaned,omitempty"`    // its pipeline is not in the configuration now
	Rule     string    `json:"rule,omitempty"`
	Choice   string    `json:"choice,omitempty"` // stored, waiting for the next run; "" none
	By       string    `json:"by,omitempty"`     // who made the choice
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

// ConflictsOptions filter the open items; what is not set lets everything
// through.
type ConflictsOptions struct {
	Pipeline, Field, Kind, Entity string
	ID                            string // the item of this id, whatever the other filters say
	End                           string // one of its sides
	Rule                          string // what put it to a person: match, validate, or a rule of the chain
	Reason                        string // part of the reason, in any case
	Owner                         string // the notify that hears of it, or that it escalates to
	Choice                        string // "none" or "stored"
	Older                         time.Duration
	Limit                         int  // the oldest so many; 0: all
	Reveal                        bool // show labelled values
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
	Queue    []QueueItem   `json:"queue,omitempty"` // what of it waits or died
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

// StateInfo is what the state holds, in numbers.
type StateInfo struct {
	Folder      string           `json:"folder"`
	Format      int              `json:"format"`
	Encrypted   bool             `json:"encrypted"`
	Engine      string           `json:"engine"`
	Size        int64            `json:"size"`
	Links       map[string]int   `json:"links"` // by pipeline
	Checkpoints []CheckpointInfo `json:"checkpoints"`
	Standing    []StandingInfo   `json:"standing"` // by pipeline, with ages
	Conflicts   int              `json:"conflicts"`
	Reviews     int              `json:"reviews"`
	Waiting     int              `json:"waiting"`
	Intents     int              `json:"intents"`
	Tombs       int              `json:"tombs"`
	Dead        int              `json:"dead"`
	Audit       int64            `json:"audit_bytes"`        // size of the journal
	Breakers    []plans.Breaker  `json:"breakers,omitempty"` // what fails again and again, and is left alone because of it
	Holder      string           `json:"holder"`             // who holds it now, "" nobody
}

// StandingInfo is what of a pipeline is open, waits or died, and who hears of
// it.
type StandingInfo struct {
	Pipeline string `json:"pipeline"`
	Owner    string `json:"owner"`
	plans.Standing
}

// CheckpointInfo is how far an end was read.
type CheckpointInfo struct {
	Pipeline   string    `json:"pipeline"`
	End        string    `json:"end"`
	Checkpoint string    `json:"checkpoint"`
	At         time.Time `json:"at"`
}
