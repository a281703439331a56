// Package undo says what a rollback wants back, out of the journal: which
// writes are asked for, what each end held before the first of them, and what
// it has to show now for nobody to have edited it since.
//
// It reads entries and nothing else: what the ends show is engine/run's to see,
// whether a value is put back engine/decide's to decide. Enter at Gather.
//
// Why whole histories are read and not only the entries that were asked for: a
// field that another run wrote afterwards is not what the asked one left, and
// a write that was taken back already is not there to be taken back.
package undo
