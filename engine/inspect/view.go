package inspect

import (
	"errors"
	"slices"
	"time"

	"syncline/engine/match"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// view is the records of an object as one entity: as a pipeline reads them, or
// as the proposal would.
type view struct {
	by      string // the pipeline's name, "" for the proposal
	entity  *schema.Entity
	shape   *schema.Shape // of the entity
	rules   *match.Rules
	reads   []string                                    // by slot of the entity: the path that is read, "" for none
	words   []map[string]string                         // by slot: the table of words
	mapping func(*schema.Record, func(int, error)) bool // fills mapped; whether the record counts
	mapped  *schema.Record
	out     int // records that the filter leaves out
	misfits []misfit
	twins   *twins
	jobs    *jobs // nil: no jobs
}

// misfit is what came of the values of an attribute that do not fit it.
type misfit struct {
	count   int
	reasons words
	words   words
}

// viewOf returns the records as a pipeline reads them at an end.
func viewOf(u Use, full *schema.Shape, now time.Time) *view {
	p, end := u.Pipeline, u.Pipeline.Ends[u.End]
	v := newView(p.Entity, p.Rules)
	v.by = p.Name
	raw := schema.NewRecord(end.Shape())
	from := make([]int, end.Shape().Len())
	for i, f := range end.Shape().Fields() {
		from[i] = full.Slot(f.Name)
	}
	for slot, f := range end.Fields {
		if f != nil {
			v.reads[slot], v.words[slot] = "(computed)", f.Values
			if f.HasPath {
				v.reads[slot] = f.Path.String()
			}
		}
	}
	mapper := p.Mapper(u.End, now)
	v.mapping = func(rec *schema.Record, fault func(int, error)) bool {
		raw.ID, raw.Revision, raw.At, raw.Author, raw.Trace = rec.ID, rec.Revision, rec.At, rec.Author, rec.Trace
		for i, slot := range from {
			raw.Slots[i] = schema.Value{}
			if slot >= 0 {
				raw.Slots[i] = rec.Slots[slot]
			}
		}
		return mapper.Map(raw, v.mapped, fault)
	}
	return v
}

func newView(e *schema.Entity, rules *match.Rules) *view {
	shape := schema.NewShape(e.Fields...)
	return &view{
		entity: e, shape: shape, rules: rules, mapped: schema.NewRecord(shape),
		reads: make([]string, shape.Len()), words: make([]map[string]string, shape.Len()), misfits: make([]misfit, shape.Len()),
	}
}

// proposed returns the records as the proposal reads them.
func proposed(g *guess, full *schema.Shape, region string, whole bool) *view {
	v := newView(g.entity, g.rules())
	var fields []*plans.FieldEnd
	var slots []int
	for _, p := range g.pairs {
		path, err := schema.ParsePath(g.path(p))
		if err != nil || p.layout != "" {
			continue // read by an expression, which nobody compiled yet
		}
		fields = append(fields, &plans.FieldEnd{
			FieldEnd:  &pipelines.FieldEnd{Path: path, HasPath: true},
			Attribute: g.entity.Fields[p.attribute], Slot: full.Slot(path.Top()), Direct: path.IsTop(), Whole: whole, Region: region,
		})
		slots = append(slots, p.attribute)
		v.reads[p.attribute] = path.String()
	}
	v.mapping = func(rec *schema.Record, fault func(int, error)) bool {
		v.mapped.Reset()
		v.mapped.ID, v.mapped.At = rec.ID, rec.At
		for i, f := range fields {
			value, err := f.Read(nil, rec)
			if err != nil {
				fault(slots[i], err)
				continue
			}
			v.mapped.Slots[slots[i]] = value
		}
		return true
	}
	return v
}

// path is where the proposal reads an attribute.
func (g *guess) path(p pair) string {
	return p.place.usable(!g.entity.Fields[p.attribute].Type.Kind.Collection())
}

// add looks at a record of the full shape.
func (v *view) add(rec *schema.Record) error {
	if !v.mapping(rec, v.fault) {
		v.out++
		return nil
	}
	if v.jobs != nil {
		if err := v.jobs.add(v.mapped); err != nil {
			return err
		}
	}
	return v.twins.add(v.mapped)
}

// fault counts a value that does not fit its attribute.
func (v *view) fault(slot int, err error) {
	m := &v.misfits[slot]
	m.count++
	var read *plans.ReadError
	if !errors.As(err, &read) {
		return
	}
	reason := read.Err.Error()
	if u := schema.AsUnfit(err); u != nil {
		reason = u.Reason
		if text := u.Value().Plain(); len(text) <= longestWord && text != "" {
			m.words.add(text)
		}
	} else if read.Unmapped {
		reason = "the values table does not have this word"
		m.words.add(read.Word)
	}
	m.reasons.add(reason)
}

// list returns the words that an attribute's values have to be of; nil: any.
func (v *view) list(slot int) []string {
	t := v.entity.Fields[slot].Type
	if t.Kind.Collection() {
		t = t.ElemType()
	}
	return t.Words
}

// slot finds an attribute that the view reads, -1 where it does not.
func (v *view) slot(name string) int {
	return slices.IndexFunc(v.entity.Fields, func(f schema.Field) bool { return f.Name == name && v.reads[v.shape.Slot(f.Name)] != "" })
}

// near returns the word of the list, or of the table, that was probably meant.
func (v *view) near(slot int, word string) string {
	table := v.words[slot]
	if table == nil {
		return nearest(word, v.list(slot))
	}
	var known []string
	for w := range table {
		known = append(known, w)
	}
	slices.Sort(known)
	if near := diag.Nearest(word, known); near != "" {
		return table[near]
	}
	return nearest(word, v.list(slot))
}
