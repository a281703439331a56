package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"syncline/schema"
)

const (
	formatOpen = 1 // the record's id, the rule, the operation and the trace stood in the open part
	format     = 2
	chainSize  = sha256.Size
	frameSize  = 4 + 4 + chainSize + 4 // of an entry without content
)

var errEncoding = errors.New("it does not read")

// encode appends the entry's frame as far as it does not depend on the entries
// before it: without its number, the chain and what follows that.
func (j *Journal) encode(b []byte, e *Entry) ([]byte, error) {
	start := len(b)
	sealed, err := j.seal(e)
	if err != nil {
		return b, err
	}
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(sealed)))
	b = e.append(b, sealed)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-8))
	return append(b, sealed...), nil
}

// place appends a frame that encode made to the buffer, with its number, and
// moves the chain on. It returns what follows the frame.
func (j *Journal) place(frame []byte, seq uint64, chain *[32]byte) (rest []byte, err error) {
	if len(frame) < 8 {
		return nil, errEncoding
	}
	open, sealed := uint64(binary.BigEndian.Uint32(frame)), uint64(binary.BigEndian.Uint32(frame[4:]))
	size := 8 + open + sealed
	if open < 17 || size > uint64(len(frame)) {
		return nil, errEncoding
	}
	start := len(j.buf)
	j.buf = append(j.buf, frame[:size]...)
	binary.BigEndian.PutUint64(j.buf[start+9:], seq)
	j.chain(chain, j.buf[start+8:uint64(start)+8+open])
	j.buf = append(j.buf, chain[:]...)
	j.buf = binary.BigEndian.AppendUint32(j.buf, uint32(len(j.buf)-start+4))
	return frame[size:], nil
}

// chain moves the chain on by an entry.
func (j *Journal) chain(chain *[32]byte, open []byte) {
	if j.hash == nil {
		j.hash = sha256.New()
	}
	j.hash.Reset()
	j.hash.Write(chain[:])
	j.hash.Write(open)
	j.hash.Sum(chain[:0])
}

// link returns the chain after an entry.
func link(chain [32]byte, open []byte) (next [32]byte) {
	h := sha256.New()
	h.Write(chain[:])
	h.Write(open)
	h.Sum(next[:0])
	return next
}

// texts are the entry's texts of the open part, in their order in the file.
func (e *Entry) texts(format byte) []*string {
	if format == formatOpen {
		return []*string{
			&e.Trace, &e.Run, &e.Kind, &e.Pipeline, &e.Entity, &e.End, &e.Record,
			&e.Rule, &e.Grade, &e.Operation, &e.Outcome,
		}
	}
	return []*string{&e.Run, &e.Kind, &e.Pipeline, &e.Entity, &e.End, &e.Grade, &e.Outcome}
}

// closed are the texts that may say who it was: they are sealed.
func (e *Entry) closed() [4]*string {
	return [...]*string{&e.Trace, &e.Record, &e.Rule, &e.Operation}
}

func (e *Entry) append(b, sealed []byte) []byte {
	b = append(b, format)
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Time.UnixMicro()))
	for _, s := range e.texts(format) {
		b = appendText(b, *s)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Units)))
	for _, u := range e.Units {
		b = appendText(b, u)
	}
	if len(sealed) == 0 {
		return b
	}
	if len(e.Values) > 0 {
		b = append(b, e.Digest[:]...)
	}
	sum := sha256.Sum256(sealed)
	return append(b, sum[:]...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decode reads the open part, and returns the sum of the sealed part, zero
// when the entry has none.
func (e *Entry) decode(open []byte) (sum [32]byte, err error) {
	units := e.Units[:0]
	*e = Entry{}
	if len(open) < 17 || open[0] != format && open[0] != formatOpen {
		return sum, errEncoding
	}
	e.Seq = binary.BigEndian.Uint64(open[1:])
	e.Time = time.UnixMicro(int64(binary.BigEndian.Uint64(open[9:]))).UTC()
	rest := string(open[17:])
	for _, s := range e.texts(open[0]) {
		if *s, rest, err = cutText(rest); err != nil {
			return sum, err
		}
	}
	n, rest, err := cutNumber(rest)
	for ; n > 0 && err == nil; n-- {
		var u string
		u, rest, err = cutText(rest)
		units = append(units, u)
	}
	e.Units = units
	switch {
	case err != nil:
		return sum, err
	case rest == "":
		return sum, nil
	case len(rest) == len(sum) && open[0] != formatOpen:
		copy(sum[:], rest)
		return sum, nil
	case len(rest) != len(e.Digest)+len(sum):
		return sum, errEncoding
	}
	copy(e.Digest[:], rest)
	copy(sum[:], rest[len(e.Digest):])
	return sum, nil
}

func cutNumber(s string) (n uint64, rest string, err error) {
	head := []byte(s[:min(len(s), binary.MaxVarintLen64)])
	n, size := binary.Uvarint(head)
	if size <= 0 {
		return 0, "", errEncoding
	}
	return n, s[size:], nil
}

func cutText(s string) (text, rest string, err error) {
	n, rest, err := cutNumber(s)
	if err != nil || n > uint64(len(rest)) {
		return "", "", errEncoding
	}
	return rest[:n], rest[n:], nil
}

// appendClosed writes what is sealed: the texts that may say who it was, and
// the values.
func (e *Entry) appendClosed(b []byte) []byte {
	for _, s := range e.closed() {
		b = appendText(b, *s)
	}
	for _, v := range e.Values {
		b = appendText(appendText(b, v.Unit), v.Role)
		b = v.Value.AppendBinary(b)
	}
	return b
}

// decodeClosed reads what appendClosed wrote.
func (e *Entry) decodeClosed(plain []byte) (err error) {
	rest := string(plain)
	for _, s := range e.closed() {
		if *s, rest, err = cutText(rest); err != nil {
			return err
		}
	}
	e.Values, err = decodeValues([]byte(rest))
	return err
}

func decodeValues(b []byte) (values []Value, err error) {
	for len(b) > 0 {
		var v Value
		rest := string(b)
		if v.Unit, rest, err = cutText(rest); err != nil {
			return nil, err
		}
		if v.Role, rest, err = cutText(rest); err != nil {
			return nil, err
		}
		if v.Value, b, err = schema.DecodeBinary([]byte(rest)); err != nil {
			return nil, errEncoding
		}
		values = append(values, v)
	}
	return values, nil
}
