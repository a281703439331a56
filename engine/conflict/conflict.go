// Package conflict holds the rules that settle a disagreement: two ends
// changed one field to different values, and something has to be right.
//
// A rule is a value with a Name, a Doc and a pure function; the list stands in
// rules.go, one file a rule. Whether there is a conflict at all, and what is
// written when it is settled, is decided by engine/decide. Enter at Settle;
// the compiler of pipelines enters at Total.
//
// Why a rule sees intervals and not times: a change is only known to have
// happened between the last sight of the old value and the first of the new.
package conflict

import (
	"syncline/engine/diff"
	"syncline/schema"
)

// Side is what one end says in a disagreement.
type Side struct {
	End     int          // the index of the end
	Value   schema.Value // in normal form
	Changed bool         // whether it moved away from its base; the others stand by
	Speaks  bool         // whether its edits may travel
	After   int64        // the change happened after this moment, microseconds since 1970; 0: unknown
	Before  int64        // and not after this one; 0: unknown
	Author  string       // who changed it, "" when the system does not say
}

// Case is a disagreement: at least two changed sides with different values.
type Case struct {
	Type           schema.Type // of the field; an object of the members for a group
	Form           diff.Form
	Base           schema.Value // what was last agreed; absent when it is not kept
	Sides          []Side       // every end seen, in the order of the ends
	SystemOfRecord int          // index of an end, -1: none
	Skew           int64        // how far clocks may differ, microseconds
	Entity         *schema.Record
}

// Answer says what a rule came to.
type Answer uint8

const (
	// Undecided leaves the case to the next rule of the chain.
	Undecided Answer = iota
	// SideWins means that the value of one end stands.
	SideWins
	// Made means that a value stands which the rule made of the others.
	Made
	// Ask means that a person decides.
	Ask
)

// Verdict is the result of a rule. The zero Verdict is undecided.
type Verdict struct {
	Answer Answer
	End    int          // of SideWins: whose value stands
	Value  schema.Value // of SideWins and Made: what stands
	Rule   string       // the name of the rule that decided, filled in by Settle
	Err    error        // why a program could not be asked; the answer is then Ask
}

// Rule settles a disagreement, or leaves it to the next one.
type Rule struct {
	Name     string
	Doc      string
	Base     bool              // whether it reads the base's value, which then has to be kept
	Entity   bool              // whether it reads the entity
	Always   func(*Terms) bool // whether it decides every case of a field on these terms; nil: never
	Decide   func(*Case) Verdict
	Examples []Example
}

// Example is a case with its verdict: documentation that is tested.
type Example struct {
	Doc  string
	Case Case
	Want Verdict
}

// Terms is what is known of a field when its chain is compiled.
type Terms struct {
	Type           schema.Type
	SystemOfRecord int    // index of an end, -1: none
	Speaks         []bool // by end
}

// Chain is the rules of a field; the first that decides wins.
type Chain []Rule

// Settle asks the rules in order. A chain that falls through asks a person.
func (c Chain) Settle(k *Case) Verdict {
	for i := range c {
		v := c[i].Decide(k)
		if v.Answer != Undecided {
			v.Rule = c[i].Name
			return v
		}
	}
	return Verdict{Answer: Ask}
}

// Total reports whether the chain decides every case of a field on these
// terms: whether one of its rules always does. A chain that is not total may
// fall through and does not compile.
func (c Chain) Total(t *Terms) bool {
	for i := range c {
		if c[i].Always != nil && c[i].Always(t) {
			return true
		}
	}
	return false
}
