package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// crashTally counts what happened, for the report.
type crashTally struct {
	worlds, rounds        int
	killed, failed, done  int
	kills                 map[string]int // by how far the run had come
	struck, broke         map[string]int // by fault: it came to pass; the run failed of it
	rows, fields, notes   int            // compared: records, fields, lines of history
	writes, overwritten   int            // of the program; those over a person's own value
	lone, doubts, answers int            // lone edits; those that had to be asked about; answers
}

func newCrashTally() *crashTally {
	return &crashTally{kills: map[string]int{}, struck: map[string]int{}, broke: map[string]int{}}
}

// met counts one run.
func (t *crashTally) met(kind string, struck bool, d *death) {
	if struck {
		t.struck[kind]++
	}
	switch {
	case d.killed:
		t.killed++
	case d.code != 0:
		t.failed++
		t.broke[kind]++
	default:
		t.done++
	}
}

func (t *crashTally) report(took time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rounds in %d worlds in %v: %d killed, %d failed, %d done\n", t.rounds, t.worlds, took.Round(time.Second), t.killed, t.failed, t.done)
	fmt.Fprintf(&b, "killed:  %s\n", counted(t.kills))
	fmt.Fprintf(&b, "struck:  %s\n", counted(t.struck))
	fmt.Fprintf(&b, "failed:  %s\n", counted(t.broke))
	fmt.Fprintf(&b, "checked: %d rows, %d fields, %d lines of history with %d writes of the program, %d of them over a person's own value; %d lone edits, %d of them asked about; %d answers",
		t.rows, t.fields, t.notes, t.writes, t.overwritten, t.lone, t.doubts, t.answers)
	return b.String()
}

func counted(m map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(parts, ", ")
}
