package plans

import (
	"cmp"
	"fmt"
	"strconv"
)

// Withheld is a kind of change that was over its ceiling, or a listing or a
// field that looks as if something went wrong at its end: nothing of it was
// written.
type Withheld struct {
	End     string `json:"end"`
	Kind    string `json:"kind"` // creates, overwrites, clears, deletes, missing, empty, changed, renamed
	Field   string `json:"field,omitempty"`
	Count   int    `json:"count"`
	Ceiling int    `json:"ceiling"`           // what would have passed
	Of      int    `json:"of,omitempty"`      // of how many linked records, where that is the point
	Written int    `json:"written,omitempty"` // of Count, what had left before: in a run that was cut short, or before records moved
	Why     string `json:"why,omitempty"`     // what looks wrong, in words; "": it is over its ceiling

	Command string `json:"-"` // what takes the grant; "": run

	With []string `json:"with,omitempty"` // what else has to be granted for it to be written, KIND=COUNT
}

// Grant is the option of the command that lets it through once; "": nothing
// does.
func (w *Withheld) Grant() string {
	if w.Kind == "empty" {
		return ""
	}
	text := "-allow " + w.Kind + "=" + strconv.Itoa(w.Count)
	for _, other := range w.With {
		text += " -allow " + other
	}
	return text
}

// What says in words what was withheld, without the way out.
func (w *Withheld) What() string {
	if w.Why != "" {
		return w.Why
	}
	what := w.Kind
	if w.Field != "" {
		what += " of " + w.Field
	}
	text := fmt.Sprintf("%d %s at %s are over the ceiling of %d", w.Count, what, w.End, w.Ceiling)
	if w.Written > 0 {
		text += fmt.Sprintf(" (%d were written before)", w.Written)
	}
	return text
}

// Kept says how much of it was kept back.
func (w *Withheld) Kept() string {
	switch {
	case w.Written > 0:
		return "nothing more of it was written"
	case w.Kind == "empty" || w.Why != "" && (w.Kind == "missing" || w.Kind == "renamed"):
		return "nothing was concluded from it"
	}
	return "nothing of it was written"
}

// Text is what a person is told: numbers, field, end, and what to do now. It
// holds no value.
func (w *Withheld) Text() string {
	if w.Grant() == "" {
		return w.What() + ": " + w.Kept() + "; " + w.Look()
	}
	return w.What() + ": " + w.Kept() + "; if it is meant: " + cmp.Or(w.Command, "run") + " " + w.Grant()
}

// Look says where the fault is to be looked for.
func (w *Withheld) Look() string {
	return "look at the credential, the filter and the export of " + w.End
}

// Holds reports whether the predicted record is one of those withheld, as far
// as the prediction tells.
func (w *Withheld) Holds(r *PlannedRecord) bool {
	switch w.Kind {
	case "missing":
		return r.Kind == Unlink && r.End == w.End
	case "creates":
		return r.Kind == Create && r.End == w.End
	case "deletes":
		return (r.Kind == Delete || r.Kind == Archive) && r.End == w.End
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		if w.Kind == "changed" && r.Kind == Review && r.End == w.End && f.Field == w.Field {
			return true
		}
		if f.Mass != "" && (w.Kind == "changed" && f.From == w.End || f.Mass == w.Kind && r.End == w.End) && (w.Field == "" || f.Unit == w.Field) {
			return true
		}
	}
	return false
}
