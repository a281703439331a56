// Package schema holds values, types and records, and what makes two values
// the same: states, normal forms, equality, order, hashes. It also reads and
// writes them as JSON and in the binary form of the store and the spool, and
// follows paths into them.
//
// It does not hold the ready models (schema/entities does), nor what may be
// computed from values in expressions (pipelines/funcs does).
//
// Enter at Value, Type and Record; Type.Normal decides what a value is worth,
// Equal and Hash compare what it returns, and DecodeObject is the fast way
// from a line of JSON to a record.
//
// Why records are slots and not maps: a compiled pipeline knows what it reads
// of an object, so that a field costs an index and a pass over a million
// records makes no maps. Why a value is a struct with all it may hold: it
// needs no memory of its own then, and cannot be changed by who was given it.
package schema
