package inspect

import "time"

// Report is what the objects of a system are like.
type Report struct {
	System    string          `json:"system"`
	Connector string          `json:"connector"`
	At        time.Time       `json:"at"`
	Objects   []*ObjectReport `json:"objects"`
}

// Failed reports whether an object could not be read to its end.
func (r *Report) Failed() bool {
	for _, o := range r.Objects {
		if o.Failed != "" && !o.Unsupported {
			return true
		}
	}
	return false
}

// ObjectReport is what the records of one object are like.
type ObjectReport struct {
	Object      string `json:"object"`
	Doc         string `json:"doc,omitempty"`
	Failed      string `json:"failed,omitempty"` // why it was not read to its end
	Unsupported bool   `json:"unsupported,omitempty"`

	Records    int    `json:"records"`
	Partial    bool   `json:"partial,omitempty"` // only the first records were read, as was asked
	Unreadable int    `json:"unreadable"`
	Reasons    []Word `json:"unreadable_reasons,omitempty"`
	NoID       int    `json:"without_id"`
	Oldest     string `json:"oldest_change,omitempty"` // as the system says, a day
	Newest     string `json:"newest_change,omitempty"`

	Entity     string        `json:"entity,omitempty"` // what it is probably about
	Guessed    bool          `json:"entity_guessed,omitempty"`
	Pipelines  []string      `json:"pipelines,omitempty"` // those that read it
	Fields     []FieldReport `json:"fields"`
	NotLooked  []string      `json:"places_not_looked_at,omitempty"`
	Open       bool          `json:"may_have_more_fields,omitempty"`
	Unmapped   []Unmapped    `json:"unmapped"`
	Duplicates []*Duplicates `json:"duplicates"`
	Jobs       []*Jobs       `json:"jobs,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
}

// FieldReport is what one field, or a member of it, holds.
type FieldReport struct {
	Path    string   `json:"path"`
	Label   string   `json:"label"`           // public, personal, pay, protected; none: nothing says it
	ByLook  bool     `json:"label_by_values"` // its values look like ways to reach a person
	Maps    []string `json:"maps,omitempty"`  // PIPELINE.ATTRIBUTE that read it
	Seen    int      `json:"seen"`            // how often it could have had a value
	Filled  int      `json:"filled"`
	Null    int      `json:"null"`
	Empty   int      `json:"empty"`
	Absent  int      `json:"absent"`
	Fill    float64  `json:"fill"`
	Types   []Kind   `json:"types"`
	Looks   *Look    `json:"looks_like,omitempty"`
	Longest int      `json:"longest"` // bytes of the longest text

	Distinct         int    `json:"distinct"`
	DistinctEstimate bool   `json:"distinct_is_estimate,omitempty"`
	Words            []Word `json:"most_frequent,omitempty"`
	WordsEstimate    bool   `json:"counts_are_estimates,omitempty"`

	Misfits  []Misfits `json:"misfits,omitempty"`
	Variants []Variant `json:"variants,omitempty"`
	Varied   int       `json:"values_in_variants,omitempty"`
}

// Misfits are the values of a field that do not fit what it is mapped to.
type Misfits struct {
	By        string        `json:"by"` // the pipeline, "" for the proposal
	Attribute string        `json:"attribute"`
	Type      string        `json:"type"`
	Count     int           `json:"count"`
	Reasons   []Word        `json:"reasons"`
	Outside   []OutsideWord `json:"outside,omitempty"` // words that the list does not have
	Differ    int           `json:"outside_distinct,omitempty"`
	Estimate  bool          `json:"counts_are_estimates,omitempty"`
}

// OutsideWord is a word that a list does not have, and the one it is nearest to.
type OutsideWord struct {
	Text  string `json:"text,omitempty"` // masked, or left out, as its label asks
	Count int    `json:"count"`
	Near  string `json:"near,omitempty"`
}

// Unmapped is a field that nothing maps.
type Unmapped struct {
	Path   string  `json:"path"`
	Fill   float64 `json:"fill"`
	Entity string  `json:"entity,omitempty"`
	Could  string  `json:"could_be,omitempty"` // an attribute that nothing else gives
}
