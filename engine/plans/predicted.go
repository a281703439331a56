package plans

import (
	"slices"
	"time"

	"syncline/schema"
)

// FormatVersion is the version of the JSON forms of this package.
const FormatVersion = 1

// Plan is what a run would do, and why.
type Plan struct {
	FormatVersion int             `json:"format_version"`
	Engine        string          `json:"engine"`
	Made          time.Time       `json:"made"`
	Config        string          `json:"config_hash"`
	State         string          `json:"state_hash"`
	Fingerprint   string          `json:"fingerprint"` // of everything it would do
	Only          []string        `json:"only,omitempty"`
	Full          bool            `json:"full,omitempty"`
	Records       []PlannedRecord `json:"records"` // in the order they would be written
	Omitted       int             `json:"omitted"` // records over the limit of the listing; counted in Summary all the same
	Totals        map[Kind]int    `json:"totals"`  // how many of each kind, those over the limit included
	Summary       Summary         `json:"summary"`
}

// PlannedRecord is one predicted write, or one record that is put aside.
type PlannedRecord struct {
	Pipeline string         `json:"pipeline"`
	Entity   string         `json:"entity"` // public id, "" before it has one
	Label    string         `json:"label"`  // its strongest match key or record id, personal values left out
	End      string         `json:"end"`
	Record   string         `json:"record"`             // id at the end, "" for a create
	Revision string         `json:"revision,omitempty"` // seen
	Kind     Kind           `json:"kind"`
	Grade    string         `json:"grade"` // of the write's condition
	Fields   []PlannedField `json:"fields"`
	Reason   string         `json:"reason,omitempty"`
	Source   string         `json:"source,omitempty"` // file:line of what decided
	Withheld string         `json:"withheld,omitempty"`
}

// Kind is what would happen.
type Kind string

const (
	Create   Kind = "create"
	Update   Kind = "update"
	Archive  Kind = "archive"
	Delete   Kind = "delete"
	Link     Kind = "link"
	Unlink   Kind = "unlink"
	Conflict Kind = "conflict"
	Review   Kind = "review"
	Waiting  Kind = "waiting"
	Aside    Kind = "set aside"
	Finding  Kind = "finding"
)

// PlannedField is one field of a predicted write.
type PlannedField struct {
	Field   string       `json:"field"`
	Old     schema.Value `json:"-"`
	New     schema.Value `json:"-"`
	OldText string       `json:"old"` // as shown: labelled values are masked unless asked for
	NewText string       `json:"new"`
	From    string       `json:"from,omitempty"`   // the end whose value it is
	Source  string       `json:"source,omitempty"` // file:line of the field
	Rule    string       `json:"rule"`             // what decided: "ats -> crm", "most_advanced", "first link" …
	Class   schema.Class `json:"-"`
	Unit    string       `json:"-"` // the field, or the group it is written with
	Mass    string       `json:"-"` // what a guard counts it as: overwrites, clears; "": nothing
}

// Summary says what became of every record: its counts add up.
type Summary struct {
	FormatVersion int               `json:"format_version"`
	Run           string            `json:"run,omitempty"`
	Started       time.Time         `json:"started"`
	Took          time.Duration     `json:"took_ns"`
	Pipelines     []PipelineSummary `json:"pipelines"`
	Warnings      []string          `json:"warnings,omitempty"`
}

// PipelineSummary is the summary of one pipeline.
type PipelineSummary struct {
	Pipeline  string         `json:"pipeline"`
	Owner     string         `json:"owner"` // who hears of what is open
	Ends      []EndSummary   `json:"ends"`
	Linked    int            `json:"linked"`    // entities linked when the pass ended
	Conflicts int            `json:"conflicts"` // open, in all
	Reviews   int            `json:"reviews"`
	Waiting   int            `json:"waiting"`
	Oldest    time.Duration  `json:"oldest_ns"`        // age of the oldest open conflict or review
	Standing  Standing       `json:"standing"`         // what was open when the pass ended, with ages
	Closed    map[string]int `json:"closed,omitempty"` // open items that this pass closed, by why
	Findings  map[string]int `json:"findings,omitempty"`
	Withheld  []Withheld     `json:"withheld,omitempty"`
	Breakers  []Breaker      `json:"breakers,omitempty"` // what failed in a row, and what is left alone because of it
	Failed    string         `json:"failed,omitempty"`   // why the pipeline stopped, "" when it did not
}

// Short reports whether not all was done: the pipeline stopped, a guard withheld
// something, or an end took no more writes.
func (s PipelineSummary) Short() bool {
	return s.Failed != "" || len(s.Withheld) > 0 || slices.ContainsFunc(s.Ends, func(e EndSummary) bool { return e.Down != "" })
}

// Standing is what of a pipeline is open, waits or died.
type Standing struct {
	Conflicts  Count `json:"conflicts"`
	Reviews    Count `json:"reviews"`
	Waiting    Count `json:"waiting"`
	Dead       Count `json:"dead"`       // dead letters
	Aside      Count `json:"aside"`      // records that could not be read or mapped
	Duplicates Count `json:"duplicates"` // records of one end with one key
	Overdue    int   `json:"overdue"`    // conflicts and reviews open past their window, or for more than a day
}

// Count is how many there are of something, and the age of the oldest.
type Count struct {
	Count  int           `json:"count"`
	Oldest time.Duration `json:"oldest_ns"`
}

// EndSummary counts the records of one end. Every record read counts once:
// Read = SetAside + Review + Waiting + InFlight + Agreed.
type EndSummary struct {
	End        string         `json:"end"`
	Read       int            `json:"read"`
	SetAside   int            `json:"set_aside"`
	Review     int            `json:"review"`
	Waiting    int            `json:"waiting"`
	InFlight   int            `json:"in_flight"`
	NotReached int            `json:"not_reached"` // new records that a run which was cut short did not come to
	Agreed     int            `json:"agreed"`
	Unchanged  int            `json:"unchanged"` // of those read: recognised undecoded
	Created    int            `json:"created"`
	Updated    int            `json:"updated"`
	Archived   int            `json:"archived"`
	Deleted    int            `json:"deleted"`
	Refused    int            `json:"refused"`
	Down       string         `json:"down,omitempty"`   // why the end took or answered no more writes, "" when it did
	Asides     map[string]int `json:"asides,omitempty"` // why, and how many
}
