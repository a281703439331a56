package run

import (
	"encoding/binary"
	"errors"

	"syncline/schema"
)

// observation is one record of one end as this pass read it: decoded, and
// mapped to the entity's fields. It is reused.
type observation struct {
	Mapped *schema.Record // the entity's fields in normal form, with the record's id, revision, time and author
	Raw    *schema.Record // as read: what a write's condition needs
	Hash   uint64         // of the raw bytes
	Index  int            // in the listing, -1: not listed
	Out    bool           // the filter does not let it count
	Where  string         // in its system, for people
	Faults []fault        // fields that could not be read
}

// fault is a field whose value at an end cannot stand for the entity's.
type fault struct {
	Slot   int
	Kind   faultKind
	Reason string // names the kind of fault, never the value
	Where  string // file:line of the program
}

type faultKind uint8

const (
	unfit faultKind = iota
	unmapped
	unresolved
)

func newObservation(entity, raw *schema.Shape) *observation {
	return &observation{Mapped: schema.NewRecord(entity), Raw: schema.NewRecord(raw), Index: -1}
}

func (o *observation) reset() {
	o.Mapped.Reset()
	o.Raw.Reset()
	o.Hash, o.Index, o.Out, o.Where, o.Faults = 0, -1, false, "", o.Faults[:0]
}

// id returns the id of the record at its end.
func (o *observation) id() string { return o.Mapped.ID }

// fault returns why the slot has no value, nil when it has one.
func (o *observation) fault(slot int) *fault {
	for i := range o.Faults {
		if o.Faults[i].Slot == slot {
			return &o.Faults[i]
		}
	}
	return nil
}

// append encodes the observation. The raw record goes along only where a
// write may need it.
func (o *observation) append(b []byte, raw bool) []byte {
	b = binary.LittleEndian.AppendUint64(b, o.Hash)
	b = binary.AppendVarint(b, int64(o.Index))
	b = append(b, flag(o.Out), flag(raw))
	b = appendString(b, o.Where)
	b = binary.AppendUvarint(b, uint64(len(o.Faults)))
	for _, f := range o.Faults {
		b = append(binary.AppendUvarint(b, uint64(f.Slot)), byte(f.Kind))
		b = appendString(appendString(b, f.Reason), f.Where)
	}
	b = o.Mapped.AppendBinary(b)
	if raw {
		b = o.Raw.AppendBinary(b)
	}
	return b
}

// decode reads what append wrote.
func (o *observation) decode(b []byte) (err error) {
	o.reset()
	r := reader{b: b}
	o.Hash = r.uint64()
	o.Index = int(r.varint())
	o.Out = r.flag()
	raw := r.flag()
	o.Where = r.string()
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		o.Faults = append(o.Faults, fault{Slot: int(r.uvarint()), Kind: faultKind(r.byte()), Reason: r.string(), Where: r.string()})
	}
	if r.err != nil {
		return r.err
	}
	if r.b, err = o.Mapped.DecodeBinary(r.b); err == nil && raw {
		_, err = o.Raw.DecodeBinary(r.b)
	}
	return err
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// reader reads what the append functions wrote. After the first error
// everything it gives is zero.
type reader struct {
	b   []byte
	err error
}

var errCut = errors.New("spool: cut off")

func (r *reader) uvarint() uint64 {
	n, k := binary.Uvarint(r.b)
	if k <= 0 {
		r.err, r.b = errCut, nil
		return 0
	}
	r.b = r.b[k:]
	return n
}

func (r *reader) varint() int64 {
	n, k := binary.Varint(r.b)
	if k <= 0 {
		r.err, r.b = errCut, nil
		return 0
	}
	r.b = r.b[k:]
	return n
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.err, r.b = errCut, nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) string() string { return string(r.take(int(r.uvarint()))) }

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) flag() bool { return r.byte() == 1 }

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}
