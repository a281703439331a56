package audit

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Salts finds an entity's salt by its public form.
type Salts func(entity string) ([16]byte, bool)

// Filter says which entries are wanted; its zero value is all. A record is
// sealed: an entry whose salt is not given has none.
type Filter struct {
	Pipeline, Entity, Record, Run, Kind string
	From, Until                         time.Time // from From on, before Until
}

func (f *Filter) fits(e *Entry) bool {
	text := func(want, has string) bool { return want == "" || want == has }
	return text(f.Pipeline, e.Pipeline) && text(f.Entity, e.Entity) &&
		text(f.Run, e.Run) && text(f.Kind, e.Kind) &&
		(f.From.IsZero() || !e.Time.Before(f.From)) && (f.Until.IsZero() || e.Time.Before(f.Until))
}

// frame is an entry as it stands in the file. Its bytes are the reader's.
type frame struct {
	offset       int64
	open, sealed []byte
	chain        [32]byte
}

// reader reads frames in a row.
type reader struct {
	r   *bufio.Reader
	at  int64
	end int64
	buf []byte
}

func newReader(r io.ReaderAt, from, end int64) *reader {
	return &reader{r: bufio.NewReaderSize(io.NewSectionReader(r, from, end-from), 256<<10), at: from, end: end}
}

// next returns the next frame, io.EOF at the end.
func (r *reader) next() (frame, error) {
	if r.at == r.end {
		return frame{}, io.EOF
	}
	var head [8]byte
	if r.end-r.at < frameSize {
		return frame{}, errors.New("an entry is cut off")
	}
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		return frame{}, err
	}
	open, sealed := int64(binary.BigEndian.Uint32(head[:])), int64(binary.BigEndian.Uint32(head[4:]))
	size := frameSize + open + sealed
	if size > r.end-r.at {
		return frame{}, errors.New("an entry's length does not fit")
	}
	if int64(cap(r.buf)) < size {
		r.buf = make([]byte, size)
	}
	body := r.buf[:size-8]
	if _, err := io.ReadFull(r.r, body); err != nil {
		return frame{}, err
	}
	f := frame{offset: r.at, open: body[:open], sealed: body[open : open+sealed]}
	copy(f.chain[:], body[open+sealed:])
	if int64(binary.BigEndian.Uint32(body[len(body)-4:])) != size {
		return frame{}, errors.New("an entry's lengths differ")
	}
	r.at += size
	return f, nil
}

// walk calls fn with every frame up to the head.
func (j *Journal) walk(fn func(frame) error) error {
	head := j.Head()
	if j.file == nil || head.Length == 0 {
		return nil
	}
	start, err := readBeginning(j.file)
	if err != nil {
		return &Broken{Path: j.path, Seq: 1, Why: err.Error()}
	}
	r := newReader(j.file, start.size(), head.Length-start.shift())
	for n := start.seq; ; n++ {
		f, err := r.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &Broken{Path: j.path, Seq: n, Offset: r.at, Why: err.Error()}
		}
		if err := fn(f); err != nil {
			return err
		}
	}
}

// Search calls fn with every entry that fits, oldest first. The entry is
// reused. With nil salts the values stay closed.
func (j *Journal) Search(f Filter, salts Salts, fn func(*Entry) error) error {
	var e Entry
	n := uint64(0)
	return j.walk(func(fr frame) error {
		n++
		if _, err := e.decode(fr.open); err != nil {
			return &Broken{Path: j.path, Seq: n, Offset: fr.offset, Why: "it does not read"}
		}
		if !f.fits(&e) {
			return nil
		}
		j.openValues(&e, fr.open[0], fr.sealed, salts)
		if f.Record != "" && f.Record != e.Record {
			return nil
		}
		return fn(&e)
	})
}

// Verify walks the whole chain: nil, a *Broken, or what kept it from reading.
// It returns how many entries hold.
func (j *Journal) Verify() (uint64, error) {
	start, err := j.Beginning()
	if err != nil {
		return 0, err
	}
	var e Entry
	chain, held := start.Hash, uint64(0)
	head, n := j.Head(), start.Entries
	err = j.walk(func(f frame) error {
		broken := func(why string) error {
			return &Broken{Path: j.path, Seq: n + 1, Offset: f.offset, Why: why}
		}
		if chain = link(chain, f.open); chain != f.chain {
			return broken("it is not what was chained")
		}
		sum, err := e.decode(f.open)
		switch {
		case err != nil:
			return broken("it does not read")
		case e.Seq != n+1:
			return broken(fmt.Sprintf("it says it is entry %d", e.Seq))
		case len(f.sealed) > 0 && sha256.Sum256(f.sealed) != sum:
			return broken("its values were changed")
		case len(f.sealed) == 0 && sum != [32]byte{}:
			return broken("its values are missing")
		}
		n++
		held++
		return nil
	})
	if err == nil && chain != head.Hash {
		err = &Broken{Path: j.path, Seq: n, Offset: head.Length, Why: "its last entry is not the one the state knows"}
	}
	return held, err
}

// exported is an entry as JSON.
type exported struct {
	Seq       uint64          `json:"seq"`
	Time      time.Time       `json:"time"`
	Trace     string          `json:"trace,omitempty"`
	Run       string          `json:"run,omitempty"`
	Kind      string          `json:"kind"`
	Pipeline  string          `json:"pipeline,omitempty"`
	Entity    string          `json:"entity,omitempty"`
	End       string          `json:"end,omitempty"`
	Record    string          `json:"record,omitempty"`
	Units     []string        `json:"units,omitempty"`
	Rule      string          `json:"rule,omitempty"`
	Grade     string          `json:"grade,omitempty"`
	Operation string          `json:"operation,omitempty"`
	Outcome   string          `json:"outcome,omitempty"`
	Digest    string          `json:"digest,omitempty"`
	Values    []exportedValue `json:"values,omitempty"`
}

type exportedValue struct {
	Unit  string          `json:"unit"`
	Role  string          `json:"role"`
	Value json.RawMessage `json:"value"`
}

// Export writes the entries that fit as JSON, one a line.
func (j *Journal) Export(w io.Writer, f Filter, salts Salts) error {
	encoder := json.NewEncoder(w)
	return j.Search(f, salts, func(e *Entry) error {
		x := exported{
			Seq: e.Seq, Time: e.Time, Trace: e.Trace, Run: e.Run, Kind: e.Kind, Pipeline: e.Pipeline,
			Entity: e.Entity, End: e.End, Record: e.Record, Units: e.Units, Rule: e.Rule,
			Grade: e.Grade, Operation: e.Operation, Outcome: e.Outcome,
		}
		if e.Digest != [32]byte{} {
			x.Digest = fmt.Sprintf("%x", e.Digest)
		}
		for _, v := range e.Values {
			x.Values = append(x.Values, exportedValue{Unit: v.Unit, Role: v.Role, Value: v.Value.AppendJSON(nil)})
		}
		return encoder.Encode(x)
	})
}
