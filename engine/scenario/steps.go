package scenario

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// FormatVersion is the version of the JSON form of scenarios and reports.
const FormatVersion = 1

// Scenario is one simulated story: data that says everything, so that it plays
// the same again.
type Scenario struct {
	FormatVersion int    `json:"format_version"`
	Seed          uint64 `json:"seed"`
	Law           string `json:"law,omitempty"` // the law it breaks
	People        int    `json:"people"`
	Steps         []Step `json:"steps"`
}

// Step is one thing that happens. Which fields count depends on Do.
type Step struct {
	Do     Do     `json:"do"`
	End    string `json:"end,omitempty"`    // PIPELINE/END
	System string `json:"system,omitempty"` // of a fault, a habit, manners
	Person int    `json:"person,omitempty"`
	Field  string `json:"field,omitempty"`
	Value  int    `json:"value,omitempty"` // the number of what is typed
	Into   int    `json:"into,omitempty"`  // the person merged into

	Fault  string `json:"fault,omitempty"` // what goes wrong, or how the system behaves
	Op     string `json:"op,omitempty"`
	Verb   string `json:"verb,omitempty"`
	After  int    `json:"after,omitempty"`
	Times  int    `json:"times,omitempty"`
	Amount int    `json:"amount,omitempty"` // minutes of a tick, seconds of a lag …

	Kill   int    `json:"kill,omitempty"` // the effect of a run at which it is killed; 0: never
	Full   bool   `json:"full,omitempty"`
	Allow  bool   `json:"allow,omitempty"` // a person granted every ceiling
	During []Step `json:"during,omitempty"`
	At     int    `json:"at,omitempty"` // of a step during a run: the effect at which it happens
}

// Do is what a step does.
type Do string

// What people, systems and the clock do.
const (
	Put     Do = "put"     // a person adds a record
	Twin    Do = "twin"    // adds it a second time
	Set     Do = "set"     // changes a field
	Clear   Do = "clear"   // empties a field
	Garble  Do = "garble"  // types what is no value of the field
	Help    Do = "help"    // changes a field that only programs read
	Scrawl  Do = "scrawl"  // changes a field that nobody asked for
	Delete  Do = "delete"  // deletes a record
	Archive Do = "archive" // archives it
	Merge   Do = "merge"   // merges it into another person's
	Answer  Do = "answer"  // answers an open item
	Fault   Do = "fault"   // something goes wrong from now on
	Behave  Do = "behave"  // a system behaves another way from now on
	Habit   Do = "habit"   // a system does something to what it stores
	Alter   Do = "alter"   // an administrator changes a field
	Reuse   Do = "reuse"   // a person gets a record with the id of one that was deleted
	Heal    Do = "heal"    // everything works again
	Tick    Do = "tick"    // time passes
	Plan    Do = "plan"    // somebody looks at a plan
	Run     Do = "run"     // the engine makes a pass
)

// Load reads a scenario that Save wrote.
func Load(r io.Reader) (*Scenario, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var s Scenario
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("this is no saved scenario: %w", err)
	}
	if s.FormatVersion != FormatVersion {
		return nil, fmt.Errorf("the scenario has format %d, this version plays format %d", s.FormatVersion, FormatVersion)
	}
	return &s, nil
}

// Save writes a scenario so that Load reads it back.
func (s *Scenario) Save(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// String says in one line what happens.
func (s Step) String() string {
	var b strings.Builder
	b.WriteString(string(s.Do))
	add := func(format string, args ...any) { fmt.Fprintf(&b, " "+format, args...) }
	if s.System != "" {
		add("at %s", s.System)
	}
	if s.End != "" {
		add("%s person %d", s.End, s.Person)
	}
	switch s.Do {
	case Merge:
		add("into person %d", s.Into)
	case Reuse:
		add("with the id of person %d", s.Into)
	}
	for _, part := range []string{s.Field, s.Fault, s.Op, s.Verb} {
		if part != "" {
			add("%s", part)
		}
	}
	switch s.Do {
	case Fault:
		add("after %d, %d times", s.After, s.Times)
	case Set, Put, Clear, Help, Answer, Garble:
		add("#%d", s.Value)
	case Tick:
		add("%d minutes", s.Amount)
	}
	if s.Kill > 0 {
		add("killed at effect %d", s.Kill)
	}
	return b.String()
}

// size counts steps, those during runs included.
func size(steps []Step) int {
	n := len(steps)
	for _, s := range steps {
		n += len(s.During)
	}
	return n
}
