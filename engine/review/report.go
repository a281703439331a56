package review

import (
	"fmt"
	"path"
	"path/filepath"

	"syncline/pipelines/diag"
)

// Report is what lies between two configurations.
type Report struct {
	FormatVersion int       `json:"format_version"`
	From          string    `json:"from"`
	To            string    `json:"to"`
	Verdict       Verdict   `json:"verdict"`
	Changes       []*Change `json:"changes"`  // the riskiest first
	Findings      []Finding `json:"findings"` // what has to be mended before
	State         *Scale    `json:"state,omitempty"`
}

// Verdict is the report in two words and a number.
type Verdict struct {
	Class   Class `json:"class"`
	Risk    Risk  `json:"risk"`
	Meaning int   `json:"meaning"` // changes that are not cosmetic
}

// Failed reports whether something has to be mended before.
func (r *Report) Failed() bool { return len(r.Findings) > 0 }

// Action says what became of a thing.
type Action string

// What becomes of a thing.
const (
	Changed Action = "changed"
	New     Action = "new"
	Gone    Action = "gone"
	Renamed Action = "renamed"
)

// Change is one thing that is otherwise.
type Change struct {
	Action    Action   `json:"action"`
	Pipeline  string   `json:"pipeline,omitempty"`
	What      string   `json:"what"` // the block: field "stage" at crm
	Field     string   `json:"field,omitempty"`
	End       string   `json:"end,omitempty"`
	Attribute string   `json:"attribute,omitempty"`
	Also      []string `json:"also,omitempty"` // further fields, of one decision about several
	Sentence  string   `json:"sentence"`
	Old       string   `json:"old,omitempty"`
	New       string   `json:"new,omitempty"`
	Language  string   `json:"language,omitempty"` // of Old and New: cel, expr; "": words
	Class     Class    `json:"class"`
	Procedure string   `json:"procedure"`
	Risk      Risk     `json:"risk"`
	Why       string   `json:"why"`
	Place     Place    `json:"place"`
	Impact    *Impact  `json:"impact,omitempty"`

	aspect   *aspect
	kind     string
	name, of string // the thing's, and that of what it stands in
	old, new *fact
	before   string // the pipeline's name in the older configuration
}

// Finding is what has to be mended before the change is good.
type Finding struct {
	Severity string `json:"severity"`
	Pipeline string `json:"pipeline"`
	Sentence string `json:"sentence"`
	Hint     string `json:"hint"`
	Place    Place  `json:"place"`
}

// Place is where something stands. Old says that it stands in the older
// configuration, for the newer one does not have it.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	End    int    `json:"end_line,omitempty"`
	Old    bool   `json:"old,omitempty"`
}

// String returns file:line, or "" when the place is nowhere.
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

func placeOf(r diag.Range, old bool) Place {
	if r.File == "" {
		return Place{}
	}
	return Place{File: r.File, Line: r.Start.Line, Column: r.Start.Column, End: r.End.Line, Old: old}
}

// Risk is how much a change can spoil.
type Risk uint8

// The risks, the least first.
const (
	Low Risk = iota
	Medium
	High
)

var riskNames = [...]string{"low", "medium", "high"}

// String returns the risk's name.
func (r Risk) String() string { return riskNames[r] }

// MarshalText makes the name its form in JSON.
func (r Risk) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Class says what a change asks for.
type Class uint8

// The classes, in the order of what they ask for.
const (
	Cosmetic   Class = iota // nothing is decided otherwise
	Decisions               // what comes is decided otherwise; what is remembered stays
	Recompute               // the bases are taken anew
	BackFill                // records or values are reached that were not before
	ReIdentify              // who is who is asked anew
)

var classNames = [...]string{"cosmetic", "decisions", "recompute bases", "back-fill", "re-identify"}

var procedures = [...]string{
	"Nothing to do.",
	"Nothing to prepare: the next pass decides by it. `syncline plan` shows what that is.",
	"The next run takes the bases of these fields anew from records that nobody edited, and writes nothing because of it. Run `syncline plan` first, and look at what it says of ends that differ.",
	"Run `syncline plan` first: the next run writes what was not written before. Let it through in parts with `only = share(10)`, or past the guard once with `syncline run -allow`.",
	"Make a `syncline state backup`, then `syncline plan`: look at what it would link, create and ask. Run it when that is right.",
}

// String returns the class's name.
func (c Class) String() string { return classNames[c] }

// MarshalText makes the name its form in JSON.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Procedure says what to do about a change of the class.
func (c Class) Procedure() string { return procedures[c] }

// Below says in which folders the two configurations lie: places begin with
// them from then on.
func (r *Report) Below(from, to string) {
	below := func(p *Place) {
		if p.File == "" || path.IsAbs(p.File) {
			return
		}
		folder := to
		if p.Old {
			folder = from
		}
		p.File = path.Join(folder, filepath.ToSlash(p.File))
	}
	for _, c := range r.Changes {
		below(&c.Place)
	}
	for i := range r.Findings {
		below(&r.Findings[i].Place)
	}
}
