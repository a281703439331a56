package plans

import "time"

// Refused is the kind of what a rollback leaves as it is, with the reason.
const Refused Kind = "refused"

// Rollback is what a rollback would do, or did.
type Rollback struct {
	FormatVersion int             `json:"format_version"`
	What          string          `json:"what"`          // as it was asked for
	Run           string          `json:"run,omitempty"` // its own id, once it is carried out
	Undoes        []string        `json:"undoes"`        // the runs whose writes are taken back
	Made          time.Time       `json:"made"`
	Applied       bool            `json:"applied"`
	Restored      int             `json:"restored"` // values and records put back, or that would be
	Refused       int             `json:"refused"`
	Waiting       int             `json:"waiting"`
	Already       int             `json:"already"` // as they were already
	Links         int             `json:"links"`   // links of the selection: they write nothing, and stay
	Reasons       map[string]int  `json:"reasons"` // of what is not put back
	Records       []PlannedRecord `json:"records"` // writes of a plan, and everything that is not put back
	Omitted       int             `json:"omitted"` // records over the limit of the listing
	Summary       Summary         `json:"summary"`
}

// RunInfo is one run as the journal tells it.
type RunInfo struct {
	Run       string         `json:"run"`
	Began     time.Time      `json:"began"` // its first entry
	Ended     time.Time      `json:"ended"` // its last one
	Pipelines []string       `json:"pipelines"`
	Done      map[string]int `json:"done"`    // how many of each kind
	Outcome   string         `json:"outcome"` // done, stopped, withheld; "cut short" when it never ended
	Undoes    []string       `json:"undoes,omitempty"`
	UndoneBy  []string       `json:"undone_by,omitempty"`
}
