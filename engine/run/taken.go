package run

import (
	"encoding/binary"

	"syncline/engine/state"
	"syncline/engine/undo"
)

// taken says that a write takes an earlier one back. It goes with the write's
// intent: whoever recovers it after a crash writes the same into the journal.
type taken struct {
	run   string // the rollback that wants it
	rule  string // whose writes are taken back, for the journal
	since uint64 // of a whole record, the journal's first entry that is taken back
	whole whole
	item  *undo.Item // of a whole record; nil once it is recovered
}

// whole says what becomes of a whole record.
type whole uint8

const (
	inPart  whole = iota // only fields change
	made                 // we made it: it goes, and is not made again by itself
	unmade               // that it went is taken back: it is made again
	another              // a verb of the end is taken back by another one
)

// unitTaken stands in an intent for what it takes back.
const unitTaken state.Number = 0xffff

func (t *taken) append(b []byte) []byte {
	b = appendString(appendString(b, t.run), t.rule)
	return append(binary.AppendUvarint(b, t.since), byte(t.whole))
}

func decodeTaken(b []byte) *taken {
	r := reader{b: b}
	return &taken{run: r.string(), rule: r.string(), since: r.uvarint(), whole: whole(r.byte())}
}
