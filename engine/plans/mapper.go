package plans

import (
	"time"

	"syncline/pipelines/expr"
	"syncline/schema"
)

// Mapper turns an end's records into the entity outside of a run, for one
// goroutine: as a run would, but that references stay what they are at the end.
type Mapper struct {
	end   *End
	frame expr.Frame
}

// Mapper returns the mapper of an end.
func (p *Pipeline) Mapper(end int, now time.Time) *Mapper {
	m := &Mapper{end: p.Ends[end]}
	m.frame.Values[expr.VarSlot], m.frame.Values[expr.LocalSlot] = p.Globals.Var, p.Globals.Local
	m.frame.Now = now.UnixMicro()
	return m
}

// Map fills the entity with what the record, of the end's shape, gives, and
// reports whether the end's filter lets it in. Each field that cannot be read is
// told of, with its slot, and stays absent.
func (m *Mapper) Map(raw, entity *schema.Record, fault func(slot int, err error)) bool {
	entity.Reset()
	entity.ID, entity.Revision, entity.At, entity.Author, entity.Trace = raw.ID, raw.Revision, raw.At, raw.Author, raw.Trace
	m.frame.Records[expr.Record] = raw
	if m.end.Filter != nil {
		in, err := m.end.Filter.Eval(&m.frame)
		if err != nil || !in.Bool() {
			return false
		}
	}
	for slot, field := range m.end.Fields {
		if field == nil {
			continue
		}
		v, err := field.Read(&m.frame, raw)
		if err != nil {
			fault(slot, err)
			continue
		}
		entity.Slots[slot] = v
	}
	return true
}
