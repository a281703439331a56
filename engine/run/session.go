package run

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/schema"
)

// pendingPage is a page of intents whose session is not published yet.
type pendingPage struct {
	number uint64
	open   []state.Intent
}

// throughSession writes into the end's session, and opens it with the first
// write. Its results are certain once publish succeeded.
func (p *pass) throughSession(ctx context.Context, e *endPass, sw connectors.SessionWriter, changes []connectors.Change) ([]connectors.Result, error) {
	if e.session == nil {
		session, err := sw.Begin(ctx, &e.Selection)
		if err != nil {
			return nil, err
		}
		if e.stamp != "" && session.Stamp() != e.stamp {
			err := &connectors.Error{
				Kind: connectors.Unavailable, Op: "write", Where: e.Object, Hint: "run again",
				Err: errors.New("it changed since it was read"),
			}
			return nil, errors.Join(err, session.Abort())
		}
		e.session = session
	}
	return e.session.Write(ctx, changes)
}

// publish makes every session's writes visible, and then remembers them.
func (p *pass) publish(ctx context.Context) error {
	var failed error
	for _, e := range p.ends {
		if e.session == nil {
			continue
		}
		err := p.publishEnd(ctx, e)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("end %q: nothing was written: %w", e.Name, err))
		}
	}
	if failed != nil {
		return failed
	}
	return p.drain()
}

// publishEnd publishes one session. What the end is afterwards is known before
// anybody else can change it.
func (p *pass) publishEnd(ctx context.Context, e *endPass) error {
	session := e.session
	e.session = nil
	stamp := ""
	var err error
	if s, ok := session.(connectors.Sealer); ok {
		stamp, err = s.Seal(ctx)
	}
	if err == nil {
		err = session.Commit(ctx)
	}
	if err == nil {
		e.stamp = stamp
	}
	return errors.Join(err, session.Abort())
}

// postpone keeps a conclusion until its session is published.
func (p *pass) postpone(c *conclusion) error {
	b := binary.LittleEndian.AppendUint64(p.scratch[:0], uint64(c.link.Entity))
	link := c.link.AppendBinary(nil)
	b = binary.AppendUvarint(b, uint64(len(link)))
	b = append(b, link...)
	b = binary.AppendUvarint(b, uint64(len(c.ids)))
	for _, r := range c.ids {
		b = appendString(binary.LittleEndian.AppendUint16(b, uint16(r.End)), r.Record)
	}
	b = binary.AppendUvarint(b, uint64(len(c.keys)))
	for _, k := range c.keys {
		b = binary.LittleEndian.AppendUint64(b, k)
	}
	b = binary.AppendUvarint(b, uint64(len(c.entries)))
	for i := range c.entries {
		b = appendEntry(b, &c.entries[i])
	}
	p.scratch = b
	at, err := p.later.append(b)
	p.postponed = append(p.postponed, at)
	return err
}

// drain remembers what was postponed, a page at a time.
func (p *pass) drain() error {
	var entries []audit.Entry
	b := p.Store.NewBatch()
	for i, at := range p.postponed {
		raw, err := p.later.read(at)
		if err != nil {
			return err
		}
		c, err := decodeConclusion(raw)
		if err != nil {
			return err
		}
		c.into(p, b)
		entries = append(entries, c.entries...)
		if (i+1)%pageSize == 0 {
			if err := p.commitBatch(b, entries); err != nil {
				return err
			}
			b, entries = p.Store.NewBatch(), entries[:0]
		}
	}
	for _, page := range p.pending {
		p.finishPage(b, page.number, page.open)
	}
	p.pending, p.postponed = nil, p.postponed[:0]
	p.later.reset()
	return p.commitBatch(b, entries)
}

func decodeConclusion(raw []byte) (*conclusion, error) {
	r := reader{b: raw}
	c := &conclusion{link: &state.Link{}}
	entity := state.Entity(r.uint64())
	link := r.take(int(r.uvarint()))
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		c.ids = append(c.ids, state.Ref{End: state.Number(r.uint16()), Record: r.string()})
	}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		c.keys = append(c.keys, r.uint64())
	}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		c.entries = append(c.entries, r.entry())
	}
	if r.err != nil {
		return nil, r.err
	}
	return c, c.link.DecodeBinary(entity, link)
}

// appendEntry encodes a line of the journal that waits for its session.
func appendEntry(b []byte, e *audit.Entry) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Time.UnixMicro()))
	for _, s := range [...]string{e.Trace, e.Run, e.Kind, e.Pipeline, e.Entity, e.End, e.Record, e.Rule, e.Grade, e.Operation, e.Outcome} {
		b = appendString(b, s)
	}
	b = append(b, e.Salt[:]...)
	b = binary.AppendUvarint(b, uint64(len(e.Units)))
	for _, u := range e.Units {
		b = appendString(b, u)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Values)))
	for _, v := range e.Values {
		b = appendString(appendString(b, v.Unit), v.Role)
		b = v.Value.AppendBinary(b)
	}
	return b
}

func (r *reader) entry() audit.Entry {
	var e audit.Entry
	e.Time = microTime(int64(r.uint64()))
	for _, s := range [...]*string{&e.Trace, &e.Run, &e.Kind, &e.Pipeline, &e.Entity, &e.End, &e.Record, &e.Rule, &e.Grade, &e.Operation, &e.Outcome} {
		*s = r.string()
	}
	copy(e.Salt[:], r.take(len(e.Salt)))
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		e.Units = append(e.Units, r.string())
	}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		e.Values = append(e.Values, audit.Value{Unit: r.string(), Role: r.string(), Value: r.value()})
	}
	return e
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) value() schema.Value {
	v, rest, err := schema.DecodeBinary(r.b)
	if err != nil {
		r.err, r.b = err, nil
		return schema.Value{}
	}
	r.b = rest
	return v
}
