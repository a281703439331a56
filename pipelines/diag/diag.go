// Package diag holds what a configuration's author did wrong, and where: a
// Problem with a stable code, a range in a file, and what to do now.
//
// It holds no checks (each stands where its block is compiled) and prints
// nothing (cmd/syncline/view does). Enter at Problem.
package diag

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a problem keeps a configuration from running.
type Severity uint8

const (
	Error Severity = iota
	Warning
	Note
)

// String returns "error", "warning" or "note".
func (s Severity) String() string { return [...]string{"error", "warning", "note"}[s] }

// Pos is a place in a file: line and column count from 1, columns in
// characters (grapheme clusters, as editors show them); Byte counts from 0.
type Pos struct{ Line, Column, Byte int }

// Range is a stretch of a file; End is exclusive. The zero Range is nowhere.
type Range struct {
	File       string
	Start, End Pos
}

// String returns file:line:column, or "" when the range is nowhere.
func (r Range) String() string {
	if r.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", r.File, r.Start.Line, r.Start.Column)
}

// Code is the stable name of a kind of problem, such as SYN1203. Codes are
// never reused.
type Code string

// Problem is one mistake: what, where, why and what now.
type Problem struct {
	Code     Code
	Severity Severity
	Summary  string // at most 60 letters, no full stop
	Detail   string // why, "" when the summary says all
	Hint     string // what now: did you mean …
	Range    Range  // what is underlined
	Context  string // the block it stands in, such as: pipeline "candidates"
}

// Error returns the problem on one line.
func (p Problem) Error() string {
	var b strings.Builder
	if at := p.Range.String(); at != "" {
		b.WriteString(at + ": ")
	}
	fmt.Fprintf(&b, "%s: %s [%s]", p.Severity, p.Summary, p.Code)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems gathers what was found in all files.
type Problems []Problem

// Failed reports whether one of them is an error.
func (ps Problems) Failed() bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Severity == Error })
}

// Sort orders the problems by file, place and code and drops repeated ones.
func (ps *Problems) Sort() {
	slices.SortStableFunc(*ps, func(a, b Problem) int {
		return compare(a.Range.File, b.Range.File, a.Range.Start.Byte, b.Range.Start.Byte, string(a.Code), string(b.Code))
	})
	*ps = slices.Compact(*ps)
}

func compare(fileA, fileB string, byteA, byteB int, codeA, codeB string) int {
	if c := strings.Compare(fileA, fileB); c != 0 {
		return c
	}
	if byteA != byteB {
		return byteA - byteB
	}
	return strings.Compare(codeA, codeB)
}
