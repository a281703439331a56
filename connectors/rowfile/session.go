package rowfile

import (
	"context"
	"errors"
	"fmt"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/connectors/formats"
)

// session gathers changes against the file as it stood at Begin. The new rows
// lie in a spill; what is kept in memory is 24 bytes for each row of the old
// file and as much for each change.
type session struct {
	conn    *Conn
	target  Target
	stamp   string
	index   *index
	patches []patch
	patched []int32             // by entry: 1 + its place in patches, 0 for none
	created map[uint64]struct{} // hashes of the ids of new rows
	rows    spill               // what replaces rows
	tail    spill               // the new rows, each with its line's end
	count   int                 // of new rows
	lead    int                 // how many elements of a json array go before the first that stays
	header  []byte              // of a table that had none
	between []byte              // two elements of a json array
	sealed  *sealed
	over    bool
	buf     []byte // of the row being read
	out     []byte // of the row being made
	edits   []formats.Edit
}

// patch says what becomes of one row of the old file.
type patch struct {
	offset int64 // in the old text
	size   int32
	to     int32 // bytes in the spill; gone for none
	at     int64 // in the spill
}

// gone is the length of a row that is taken out.
const gone = -1

var (
	_ connectors.Session = (*session)(nil)
	_ connectors.Sealer  = (*session)(nil)
)

// Begin implements connectors.SessionWriter.
func (c *Conn) Begin(ctx context.Context, sel *connectors.Selection) (connectors.Session, error) {
	t, err := c.target(ctx, "write", sel.Object)
	if err != nil {
		return nil, err
	}
	if t.Only != "" {
		return nil, readOnly(t)
	}
	if t, err = c.folder.Begin(ctx, t); err != nil {
		return nil, err
	}
	stamp, err := c.folder.Stamp(ctx, t)
	if err != nil {
		return nil, err
	}
	src, err := c.open(ctx, t)
	if err != nil {
		return nil, err
	}
	s := &session{conn: c, target: src.target, stamp: stamp, created: map[uint64]struct{}{}}
	if err := s.begin(ctx, src, sel); err != nil {
		src.close()
		return nil, err
	}
	return s, nil
}

func readOnly(t Target) error {
	return &connectors.Error{
		Kind: connectors.Unsupported, Op: "write", Where: t.Shown,
		Hint: "take the write away, or name one csv, tsv, jsonl or json file", Err: errors.New(t.Only),
	}
}

func (s *session) begin(ctx context.Context, src *source, sel *connectors.Selection) (err error) {
	if src.target.Only != "" {
		return readOnly(src.target)
	}
	if src.file.Locked() {
		return &connectors.Error{Kind: connectors.Denied, Op: "write", Where: s.target.Shown, Err: errors.New("the file is marked read-only")}
	}
	if src.layout.Format.Rows() && src.layout.Header == nil {
		src.layout, s.header = src.layout.WithHeader(s.conn.wanted(src, sel).Names())
		src.layout.Start = src.size
	}
	if s.index, err = s.conn.build(ctx, src, sel); err != nil {
		return err
	}
	s.patched = make([]int32, len(s.index.entries))
	s.rows.folder, s.rows.pattern = s.conn.folder.Spill(s.target)
	s.tail.folder, s.tail.pattern = s.rows.folder, s.rows.pattern
	s.between, err = s.spacing()
	return err
}

// spacing returns what stands between two elements of a json array.
func (s *session) spacing() ([]byte, error) {
	x := s.index
	if x.src.layout.Format != formats.JSON {
		return nil, nil
	}
	var from, to int64
	switch len(x.rows) {
	case 0:
		return []byte(","), nil
	case 1:
		from, to = x.src.layout.Start, x.rows[0].start
	default:
		from, to = x.rows[0].end, x.rows[1].start
	}
	b := make([]byte, to-from)
	if _, err := x.src.text.ReadAt(b, from); err != nil {
		return nil, Problem("write", s.target.Shown, err)
	}
	if len(x.rows) == 1 {
		b = append([]byte(","), b...)
	}
	return b, nil
}

// Stamp implements connectors.Session.
func (s *session) Stamp() string { return s.stamp }

// Write implements connectors.Session. An error concerns the session, which
// can then only be given up.
func (s *session) Write(ctx context.Context, changes []connectors.Change) ([]connectors.Result, error) {
	if s.over || s.sealed != nil {
		return nil, Refuse("write", s.target.Shown, "the session is over", "begin another")
	}
	out := make([]connectors.Result, len(changes))
	for i := range changes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hash, id, err := s.one(&changes[i])
		var stop *connectors.Error
		if errors.As(err, &stop) && stop.Op == "spill" {
			stop.Op = "write"
			return nil, stop
		}
		out[i] = connectors.Result{Err: err, ID: id, Hash: hash}
		if err == nil && s.index.own && changes[i].Verb != "delete" {
			out[i].Revision = revision(hash)
		}
	}
	return out, nil
}

func (s *session) one(ch *connectors.Change) (uint64, string, error) {
	switch ch.Verb {
	case "create":
		return s.create(ch)
	case "update", "delete":
		return s.change(ch)
	}
	return 0, "", &connectors.Error{Kind: connectors.Unsupported, Op: "write", Where: s.target.Shown, Err: fmt.Errorf("a file has no %s", ch.Verb)}
}

// spilled marks an error that ends the session.
func (s *session) spilled(err error) error {
	if err == nil {
		return nil
	}
	var e *connectors.Error
	errors.As(Problem("spill", s.target.Shown, err), &e)
	return e
}

func (s *session) create(ch *connectors.Change) (uint64, string, error) {
	edits := s.editsOf(ch)
	row, err := s.index.binding.AppendNew(s.out[:0], ch.NewID, edits)
	s.out = row
	if err != nil {
		return 0, "", rowProblem("write", s.target.Shown, err)
	}
	id := string(s.index.binding.AppendID(nil, row))
	if id == "" {
		return 0, "", Refuse("write", s.target.Shown, "a new row needs an id", "map a field to the id")
	}
	at, _, err := s.index.find(id, s.buf)
	if err != nil {
		return 0, id, Problem("write", s.target.Shown, err)
	}
	_, again := s.created[xxh3.HashString(id)]
	switch {
	case at >= 0 && ch.Uncertain && s.patched[at] == 0:
		return s.change(&connectors.Change{Verb: "update", ID: id, Set: ch.Set, Args: ch.Args})
	case at >= 0 || again:
		return 0, id, Refuse("write", s.target.Shown, "a row with this id exists", "")
	}
	if err := s.writable(row, s.target.Shown); err != nil {
		return 0, id, err
	}
	hash := s.index.src.layout.Hash(row)
	if err := s.add(row); err != nil {
		return 0, id, s.spilled(err)
	}
	s.created[xxh3.HashString(id)] = struct{}{}
	return hash, id, nil
}

// add puts a new row at the end, with what separates it from the row before.
func (s *session) add(row []byte) error {
	layout := s.index.src.layout
	if layout.Format == formats.JSON {
		if s.count > 0 {
			if _, err := s.tail.append(s.between); err != nil {
				return err
			}
		}
	} else {
		row = append(row, layout.Newline...)
		s.out = row
	}
	s.count++
	_, err := s.tail.append(row)
	return err
}

func (s *session) change(ch *connectors.Change) (uint64, string, error) {
	at, raw, err := s.index.find(ch.ID, s.buf)
	s.buf = raw
	if err != nil {
		return 0, "", Problem("write", s.target.Shown, err)
	}
	if at < 0 {
		return 0, "", &connectors.Error{Kind: connectors.NotFound, Op: "write", Where: s.target.Shown, Err: errors.New("no row has this id")}
	}
	e := s.index.entries[at]
	if raw, err = s.current(at, raw); err != nil {
		return 0, "", err
	}
	place := where(s.target, int(e.number))
	hash := s.index.src.layout.Hash(raw)
	if err := s.guard(ch, hash, place); err != nil {
		return 0, "", err
	}
	if ch.Verb == "delete" {
		s.put(at, patch{offset: e.offset, size: e.size, to: gone})
		return 0, ch.ID, nil
	}
	row, err := s.index.binding.Append(s.out[:0], raw, s.editsOf(ch))
	s.out = row
	if err != nil {
		return 0, "", rowProblem("write", place, err)
	}
	if err := s.writable(row, place); err != nil {
		return 0, "", err
	}
	to, err := s.rows.append(row)
	if err != nil {
		return 0, "", s.spilled(err)
	}
	s.put(at, patch{offset: e.offset, size: e.size, to: int32(len(row)), at: to})
	return s.index.src.layout.Hash(row), string(s.index.binding.AppendID(nil, row)), nil
}

// writable refuses a row that the encoding of the file cannot say.
func (s *session) writable(row []byte, place string) error {
	encoding := s.index.src.encoding
	if encoding.Charset == formats.UTF8 {
		return nil
	}
	if _, err := encoding.Append(nil, row); err != nil {
		return &connectors.Error{Kind: connectors.Refused, Op: "write", Where: place, Hint: "convert the file to UTF-8", Err: err}
	}
	return nil
}

// current returns a row as this session has left it.
func (s *session) current(at int, raw []byte) ([]byte, error) {
	n := s.patched[at]
	if n == 0 {
		return raw, nil
	}
	p := s.patches[n-1]
	if p.to == gone {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: "write", Where: s.target.Shown, Err: errors.New("the row was taken out before")}
	}
	s.buf = append(s.buf[:0], make([]byte, p.to)...)
	_, err := s.rows.ReadAt(s.buf, p.at)
	return s.buf, Problem("write", s.target.Shown, err)
}

func (s *session) put(at int, p patch) {
	if n := s.patched[at]; n > 0 {
		s.patches[n-1] = p
		return
	}
	s.patches = append(s.patches, p)
	s.patched[at] = int32(len(s.patches))
}

// guard refuses a change of a row that is not the one last seen.
func (s *session) guard(ch *connectors.Change, hash uint64, place string) error {
	moved := ch.Hash != 0 && ch.Hash != hash
	if ch.Revision != "" && s.index.own {
		moved = moved || ch.Revision != revision(hash)
	}
	if !moved {
		return nil
	}
	return &connectors.Error{Kind: connectors.Moved, Op: "write", Where: place, Err: errors.New("the row was changed by someone else")}
}

func (s *session) editsOf(ch *connectors.Change) []formats.Edit {
	s.edits = s.edits[:0]
	for _, a := range ch.Args {
		s.edits = append(s.edits, formats.Edit{Path: a.Path, Value: a.Value})
	}
	for _, a := range ch.Set {
		s.edits = append(s.edits, formats.Edit{Path: a.Path, Value: a.Value})
	}
	return s.edits
}

// Abort implements connectors.Session.
func (s *session) Abort() error {
	if s.over {
		return nil
	}
	s.over = true
	s.rows.close()
	s.tail.close()
	s.index.src.close()
	if s.sealed != nil {
		s.sealed.draft.Remove()
	}
	return nil
}
