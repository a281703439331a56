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
	var lines audit.Draft
	lines, p.postponing = p.postponing, audit.Draft{}
	lines.Reset()
	if err := p.draft(&lines, c.entries); err != nil {
		return err
	}
	link := p.kept(c.link.AppendBinary(p.spares.bytes))
	b := binary.LittleEndian.AppendUint64(p.scratch[:0], uint64(c.link.Entity))
	b = appendBytes(b, link)
	b = appendRefs(appendRefs(b, c.ids), c.dropped)
	b = binary.AppendUvarint(b, uint64(len(c.keys)))
	for _, k := range c.keys {
		b = binary.LittleEndian.AppendUint64(b, k)
	}
	b = appendBytes(b, lines.Bytes())
	p.scratch, p.postponing = b, lines
	at, err := p.later.append(b)
	p.postponed = append(p.postponed, at)
	return err
}

// drain remembers what was postponed, a page at a time.
func (p *pass) drain() error {
	p.lines.Reset()
	b := p.blankBatch()
	var c settled
	for i, at := range p.postponed {
		raw, err := p.later.read(at)
		if err != nil {
			return err
		}
		if err := c.decode(raw); err != nil {
			return err
		}
		c.into(p, b)
		p.lines.AddBytes(c.lines)
		if (i+1)%pageSize == 0 {
			if err := p.commitBatch(b, &p.lines); err != nil {
				return err
			}
		}
	}
	for _, page := range p.pending {
		p.finishPage(b, page.number, page.open)
	}
	p.pending, p.postponed = nil, p.postponed[:0]
	p.later.reset()
	return p.commitBatch(b, &p.lines)
}

// settled is a conclusion as it comes back from the spool: what the store and
// the journal keep stays in their own forms. It is reused.
type settled struct {
	entity state.Entity
	link   []byte
	ids    []state.Ref
	gone   []state.Ref
	keys   []uint64
	lines  []byte
}

// decode reads what postpone wrote. Its bytes are valid as long as raw is.
func (c *settled) decode(raw []byte) error {
	r := reader{b: raw}
	c.keys = c.keys[:0]
	c.entity = state.Entity(r.uint64())
	c.link = r.take(int(r.uvarint()))
	c.ids, c.gone = r.refs(c.ids[:0]), r.refs(c.gone[:0])
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		c.keys = append(c.keys, r.uint64())
	}
	c.lines = r.take(int(r.uvarint()))
	return r.err
}

// into puts the conclusion into a batch.
func (c *settled) into(p *pass, b *state.Batch) {
	b.PutLinkBinary(c.entity, c.link)
	p.drop(b, c.gone)
	p.claim(b, c.entity, c.ids, c.keys)
}

func appendRefs(b []byte, refs []state.Ref) []byte {
	b = binary.AppendUvarint(b, uint64(len(refs)))
	for _, r := range refs {
		b = appendString(binary.LittleEndian.AppendUint16(b, uint16(r.End)), r.Record)
	}
	return b
}

func (r *reader) refs(dst []state.Ref) []state.Ref {
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		dst = append(dst, state.Ref{End: state.Number(r.uint16()), Record: r.string()})
	}
	return dst
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
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
