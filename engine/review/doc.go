// Package review says what a change of a configuration means: what is kept in
// agreement otherwise, what that asks for, how risky it is, and, out of a
// state, how many values it may move.
//
// It compares two compiled configurations, not their texts, and reads neither
// files nor systems: engine.Diff loads, cmd/syncline/view shows. Enter at
// Compare, then at Weigh.
//
// Why facts: each configuration is laid out as things (a system, an end, a
// field at an end) with facts (the direction, a table), and two layouts are
// compared fact by fact. So nothing that compiles to the same can show, what is
// named does not depend on which of the two came first, and what a fact means
// stands in one table, aspects.
package review
