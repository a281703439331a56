package view

import (
	"slices"
	"strings"
	"time"

	"syncline/engine/audit"
)

func contains(units []string, field string) bool { return slices.Contains(units, field) }

func join(units []string) string { return strings.Join(units, ", ") }

// Entry is an entry of the journal for machines. Values are not in it: their
// digest is.
type Entry struct {
	Seq       uint64    `json:"seq"`
	Time      time.Time `json:"time"`
	Run       string    `json:"run,omitempty"`
	Trace     string    `json:"trace,omitempty"`
	Kind      string    `json:"kind"`
	Pipeline  string    `json:"pipeline,omitempty"`
	Entity    string    `json:"entity,omitempty"`
	End       string    `json:"end,omitempty"`
	Record    string    `json:"record,omitempty"`
	Fields    []string  `json:"fields,omitempty"`
	Rule      string    `json:"rule,omitempty"`
	Grade     string    `json:"grade,omitempty"`
	Operation string    `json:"operation,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	Digest    string    `json:"digest,omitempty"`
}

// MachineEntries returns entries in the form of JSON.
func MachineEntries(entries []audit.Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = Entry{
			Seq: e.Seq, Time: e.Time, Run: e.Run, Trace: e.Trace, Kind: e.Kind, Pipeline: e.Pipeline,
			Entity: e.Entity, End: e.End, Record: e.Record, Fields: e.Units, Rule: e.Rule,
			Grade: e.Grade, Operation: e.Operation, Outcome: e.Outcome, Digest: digest(e.Digest),
		}
	}
	return out
}

// Verified prints whether the journal's chain holds: how many entries do, and
// where and why it breaks; nil says that it holds.
func (p *Page) Verified(entries uint64, broken *audit.Broken) {
	if broken != nil {
		p.line("%s at entry %s (byte %s of the journal): %s", p.paint(bad, "The chain breaks"),
			count(broken.Seq), count(broken.Offset), clean(broken.Why))
		p.line("  %s before it hold. Keep the state folder as it is and compare it with a backup.", plural(int(entries), "entry", "entries"))
		return
	}
	p.line("%s: %s, each with the hash of the one before.", p.paint(good, "The chain holds"), plural(int(entries), "entry", "entries"))
}
