package run

import (
	"errors"
	"runtime"
	"sync"

	"syncline/engine/match"
	"syncline/engine/plans"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// mapper is what one worker needs to map records: nothing of it is shared.
type mapper struct {
	frame      expr.Frame
	observed   *observation
	buffer     []byte
	digests    []match.Digest
	wantsPlace bool
}

// mapped decodes and maps n records, in order, on every core. decode fills the
// observation's raw record.
func (p *pass) mapped(e *endPass, n int, decode func(*mapper, int, *observation) error) []shaped {
	if cap(p.shapes) < n {
		p.shapes = make([]shaped, n)
	}
	out := p.shapes[:n]
	workers := min(runtime.GOMAXPROCS(0), (n+255)/256, len(p.mappers))
	if workers <= 1 {
		p.mapSpan(e, p.mappers[0], out, 0, n, decode)
		return out
	}
	var wg sync.WaitGroup
	for w := range workers {
		from, to := n*w/workers, n*(w+1)/workers
		wg.Go(func() { p.mapSpan(e, p.mappers[w], out, from, to, decode) })
	}
	wg.Wait()
	return out
}

func (p *pass) mapSpan(e *endPass, m *mapper, out []shaped, from, to int, decode func(*mapper, int, *observation) error) {
	m.buffer, m.digests = m.buffer[:0], m.digests[:0]
	o := m.observed
	for i := from; i < to; i++ {
		o.reset()
		o.Raw.Shape = e.Shape()
		if len(o.Raw.Slots) != o.Raw.Shape.Len() {
			o.Raw.Slots = make([]schema.Value, o.Raw.Shape.Len())
		}
		err := decode(m, i, o)
		s := shaped{index: o.Index, id: o.Raw.ID, hash: o.Hash, err: err, where: o.Where}
		if err == errGone {
			s.id, s.gone, s.err = o.Mapped.ID, true, nil
		} else if err == nil {
			p.mapRecord(e.End, &m.frame, o)
			s.out = o.Out
			start, first := len(m.buffer), len(m.digests)
			m.buffer = o.append(m.buffer, e.Writes)
			m.digests = p.rules.Digests(m.digests, p.seed, o.Mapped)
			s.bytes = m.buffer[start:len(m.buffer):len(m.buffer)]
			s.digests = m.digests[first:len(m.digests):len(m.digests)]
		}
		out[i] = s
	}
}

// mapRecord turns the raw record into the entity's fields. A field that cannot
// be read is a fault of that field alone.
func (p *pass) mapRecord(e *plans.End, f *expr.Frame, o *observation) {
	raw := o.Raw
	if e.Facts.Whole { // what a whole record does not have is null there
		for i := range raw.Slots {
			if raw.Slots[i].IsAbsent() {
				raw.Slots[i] = schema.NullValue()
			}
		}
	}
	m := o.Mapped
	m.ID, m.Revision, m.At, m.Author, m.Trace = raw.ID, raw.Revision, raw.At, raw.Author, raw.Trace
	f.Records[expr.Record] = raw
	f.Values[expr.Parent] = schema.Value{}
	if e.Parent >= 0 {
		f.Values[expr.Parent] = raw.Slots[e.Parent]
	}
	f.Values[expr.VarSlot], f.Values[expr.LocalSlot] = p.Pipeline.Globals.Var, p.Pipeline.Globals.Local
	f.Now = p.now.UnixMicro()
	if e.Filter != nil {
		in, err := e.Filter.Eval(f)
		if err != nil || !in.Bool() {
			o.Out = true
		}
		if err != nil {
			o.Faults = append(o.Faults, fault{Slot: -1, Reason: "the filter cannot be evaluated", Where: e.Range.String()})
		}
	}
	for slot, field := range e.Fields {
		if field == nil {
			continue
		}
		v, err := field.Read(f, raw)
		if err == nil && field.Attribute.Type.Kind == schema.KindRef {
			v, err = p.inbound(e, field.Attribute, v)
		}
		if err != nil {
			o.Faults = append(o.Faults, faultOf(slot, err))
			continue
		}
		m.Slots[slot] = v
	}
}

func faultOf(slot int, err error) fault {
	f := fault{Slot: slot, Reason: err.Error()}
	if errors.Is(err, errParent) {
		f.Kind = unresolved
	}
	var r *plans.ReadError
	if errors.As(err, &r) {
		f.Reason, f.Where = r.Err.Error(), r.Where
		if r.Unmapped {
			f.Kind = unmapped
		}
	}
	return f
}
