package run

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
	"syncline/schema"
)

// intentOf is what is stored before a write leaves: enough to tell, after a
// crash, whether it arrived, and to remember it if it did.
func (p *pass) intentOf(s *subject, w *outgoing, in *state.Intent) {
	*in = state.Intent{
		Operation: p.operation(s, w), Pipeline: p.numbers.pipeline, End: p.numbers.ends[w.end], Entity: s.link.Entity,
		Generation: s.link.Generation, Verb: verbOf(w.verb), Grade: uint8(w.grade), At: p.now.UnixMicro(),
		Record: s.link.Ends[w.end].Record, Units: in.Units[:0],
	}
	if o := s.obs[w.end]; o != nil {
		in.Record, in.Revision = o.id(), o.Mapped.Revision
	}
	if w.verb == verbCreate {
		in.Marker = p.newID(s.link.Entity, p.ends[w.end])
	}
	if in.Verb == state.VerbAction {
		in.Marker = w.verb
	}
	for i := range w.parts {
		w.parts[i].counted = p.counts(w, &w.parts[i])
		in.Units = append(in.Units, state.IntentUnit{
			Unit: p.numbers.units[w.parts[i].unit], Source: uint64(w.parts[i].image.Source), Post: p.kept(appendPart(p.spares.bytes, &w.parts[i])),
		})
	}
	if w.taken != nil {
		in.Units = append(in.Units, state.IntentUnit{Unit: unitTaken, Post: p.kept(w.taken.append(p.spares.bytes))})
	}
}

// operation is the idempotency key of a write: equal for a repeated send,
// different for any other.
func (p *pass) operation(s *subject, w *outgoing) (op [32]byte) {
	b := p.scratch[:0]
	b = binary.LittleEndian.AppendUint64(b, uint64(s.link.Entity))
	b = binary.LittleEndian.AppendUint16(b, uint16(p.numbers.ends[w.end]))
	b = binary.LittleEndian.AppendUint32(b, s.link.Generation)
	b = append(b, w.verb...)
	if o := s.obs[w.end]; o != nil {
		b = append(b, o.Mapped.Revision...)
	}
	for i := range w.parts {
		b = binary.LittleEndian.AppendUint16(b, uint16(p.numbers.units[w.parts[i].unit]))
		b = w.parts[i].wanted.Post.AppendBinary(b)
	}
	p.scratch = b
	return sha256.Sum256(b)
}

func verbOf(verb string) state.Verb {
	switch verb {
	case verbCreate:
		return state.VerbCreate
	case verbUpdate:
		return state.VerbUpdate
	case verbArchive:
		return state.VerbArchive
	case verbDelete:
		return state.VerbDelete
	}
	return state.VerbAction
}

// newID is the id of a record that an end lets the engine name.
func (p *pass) newID(x state.Entity, e *endPass) string {
	id := p.Store.Public(x)
	if e.Facts.Plain {
		id = strings.ReplaceAll(id, "-", "")
	}
	return id
}

// change is the write as the connector takes it.
func (p *pass) change(s *subject, w *outgoing, in *state.Intent, c *connectors.Change) {
	e := p.ends[w.end]
	*c = connectors.Change{
		Operation: hex.EncodeToString(in.Operation[:16]), Verb: w.verb, ID: in.Record, Revision: in.Revision, Uncertain: in.Uncertain,
		Set: c.Set[:0], Seen: c.Seen[:0], Args: c.Args[:0],
	}
	if w.verb == verbCreate {
		c.NewID = in.Marker
		p.arguments(s, e, c)
	}
	o := s.obs[w.end]
	if o != nil {
		c.Hash = o.Hash
	}
	var roots map[string]schema.Value
	for i := range w.parts {
		part := &w.parts[i]
		for m, slot := range p.Pipeline.Units[part.unit].Slots {
			f := e.Fields[slot]
			if roots == nil && !f.Path.IsTop() {
				roots = map[string]schema.Value{}
			}
			p.assign(c, f.Path, part.values[m], o, roots)
			for _, a := range f.With {
				if v, err := a.Value.Eval(p.frameOf(s, w.end)); err == nil {
					c.Args = append(c.Args, connectors.Assignment{Path: a.Path, Value: v})
				}
			}
		}
	}
}

// assign adds one value at its path, and what stood there as the condition. A
// path into something larger writes the whole of it, with the rest kept.
func (p *pass) assign(c *connectors.Change, path schema.Path, v schema.Value, o *observation, roots map[string]schema.Value) {
	top := path.Top()
	seen := schema.Value{}
	if o != nil {
		seen = o.Raw.Get(top)
	}
	if path.IsTop() {
		c.Set = append(c.Set, connectors.Assignment{Path: path, Value: v})
		if o != nil {
			c.Seen = append(c.Seen, connectors.Assignment{Path: path, Value: seen})
		}
		return
	}
	root, again := roots[top]
	if !again {
		root = seen
	}
	whole, err := path.Rest().Set(root, v)
	if err != nil {
		whole = root
	}
	roots[top] = whole
	at := schema.PathTo(top)
	if again {
		for i := range c.Set {
			if c.Set[i].Path.String() == at.String() {
				c.Set[i].Value = whole
			}
		}
		return
	}
	c.Set = append(c.Set, connectors.Assignment{Path: at, Value: whole})
	if o != nil {
		c.Seen = append(c.Seen, connectors.Assignment{Path: at, Value: seen})
	}
}

// arguments adds the arguments of the creating call.
func (p *pass) arguments(s *subject, e *endPass, c *connectors.Change) {
	for _, a := range e.Create {
		v, err := a.Value.Eval(p.frameOf(s, e.Index))
		if err != nil {
			continue
		}
		c.Args = append(c.Args, connectors.Assignment{Path: a.Path, Value: v})
	}
}

// appendPart encodes a part of an intent: its image, what the end held before,
// where that is not the image's value in the end's own form, what is written,
// and whether a guard counts it.
func appendPart(b []byte, x *part) []byte {
	b = appendImage(b, &x.image)
	b = appendValues(b, x.was)
	if x.image.Source == decide.FromBefore {
		b = binary.AppendUvarint(appendValues(b, x.values), x.since)
	}
	return append(b, flag(x.counted))
}

func appendValues(b []byte, values []schema.Value) []byte {
	b = binary.AppendUvarint(b, uint64(len(values)))
	for i := range values {
		b = values[i].AppendBinary(b)
	}
	return b
}

func (r *reader) values() (out []schema.Value) {
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		out = append(out, r.value())
	}
	return out
}

// decodePart reads what appendPart wrote.
func decodePart(b []byte, unit, end int, u *decide.Unit) (part, error) {
	r := reader{b: b}
	m := r.image(u)
	x := part{unit: unit, image: m, wanted: decide.Wanted{End: end, Source: m.Source, Post: m.Post, Pre: m.Pre, First: true}}
	if len(r.b) > 0 {
		x.was = r.values()
	}
	if m.Source == decide.FromBefore {
		x.values, x.since = r.values(), r.uvarint()
	}
	x.counted = len(r.b) > 0 && r.flag()
	return x, r.err
}

// appendImage encodes one unit's part of an intent.
func appendImage(b []byte, m *decide.Image) []byte {
	b = binary.AppendVarint(b, int64(m.Source))
	b = m.Post.AppendBinary(b)
	b = m.Pre.AppendBinary(b)
	b = m.Value.AppendBinary(b)
	b = append(b, flag(m.Agreed))
	b = binary.AppendVarint(b, int64(m.Owner))
	b = binary.AppendUvarint(b, uint64(m.Filled))
	b = binary.AppendUvarint(b, uint64(m.Owed))
	b = binary.LittleEndian.AppendUint64(b, m.Spread)
	b = binary.AppendUvarint(b, uint64(len(m.After)))
	for _, h := range m.After {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Seen)))
	for _, h := range m.Seen {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	return b
}

func (r *reader) image(u *decide.Unit) decide.Image {
	m := decide.Image{Unit: u, Source: int(r.varint())}
	m.Post, m.Pre, m.Value = r.value(), r.value(), r.value()
	m.Agreed, m.Owner = r.flag(), int(r.varint())
	m.Filled, m.Owed, m.Spread = decide.Ends(r.uvarint()), decide.Ends(r.uvarint()), r.uint64()
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		m.After = append(m.After, r.uint64())
	}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		m.Seen = append(m.Seen, r.uint64())
	}
	return m
}
