package scenario

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"syncline/pipelines/expr"
	"syncline/schema"
)

// helper is a field of an end's records that no path of the pipeline names but
// a program of it reads: a country, a flag, a date. People change it too.
type helper struct {
	name   string
	values []schema.Value // what it may hold
}

// helpersOf finds the helpers of an end.
func helpersOf(e *end) []helper {
	if e.idle != "" {
		return nil
	}
	taken := map[string]bool{e.id: true}
	for _, fact := range []string{e.Selection.Revision, e.Selection.At, e.Selection.Author, e.Selection.Trace, e.Selection.Cursor} {
		if path, err := schema.ParsePath(fact); err == nil {
			taken[path.Top()] = true
		}
	}
	var programs []expr.Program
	if e.Filter != nil {
		programs = append(programs, e.Filter)
	}
	for _, f := range e.Fields {
		if f == nil {
			continue
		}
		if f.HasPath {
			taken[f.Path.Top()] = true
		}
		if f.FieldEnd.Read != nil {
			programs = append(programs, f.FieldEnd.Read)
		}
	}
	var out []helper
	for _, f := range e.Shape().Fields() {
		if !taken[f.Name] {
			out = append(out, helper{f.Name, candidates(f.Type, programs)})
		}
	}
	return out
}

var quoted = regexp.MustCompile(`'([^'\\]*)'|"([^"\\]*)"`)

// candidates are values of a type that may mean something to the programs:
// null, the words that stand in them, and a few ordinary ones.
func candidates(t schema.Type, programs []expr.Program) []schema.Value {
	out := []schema.Value{schema.NullValue()}
	add := func(v schema.Value) {
		if n, err := t.Normal(v, schema.Norm{Region: "DE"}); err == nil && n.Is() {
			out = append(out, n)
		}
	}
	switch t.Kind {
	case schema.KindBool:
		return append(out, schema.Bool(false), schema.Bool(true))
	case schema.KindObject:
		names, items := make([]string, len(t.Fields)), make([]schema.Value, len(t.Fields))
		for i, f := range t.Fields {
			names[i], items[i] = f.Name, schema.NullValue()
		}
		return append(out, schema.Object(names, items))
	case schema.KindList, schema.KindSet:
		return append(out, schema.EmptyValue(t.Kind))
	}
	for _, p := range programs {
		for _, m := range quoted.FindAllStringSubmatch(p.Text().Source, -1) {
			add(schema.String(m[1] + m[2]))
		}
	}
	for _, word := range append(slices.Clone(t.Words), "DE", "US", "yes", "no", "1", "7", "2026-05-04", "2026-05-04T10:00:00Z", "a word") {
		add(schema.String(word))
	}
	return out
}

// help fills the helpers of a new record so that everything the pipeline reads
// of it can be read and, where that can be, its filter lets it in.
func (e *end) help(rng *rand.Rand, fields map[string]schema.Value, id string) {
	for try := range 12 {
		for _, h := range e.helpers {
			fields[h.name] = h.values[rng.IntN(len(h.values))]
			if try == 11 {
				fields[h.name] = schema.NullValue()
			}
		}
		if faults, in := e.reads(fields, id); faults == 0 && in {
			return
		}
	}
}

// reads counts the fields that cannot be read of a record, and tells whether
// the filter lets it in.
func (e *end) reads(fields map[string]schema.Value, id string) (faults int, in bool) {
	rec := e.record(fields, id)
	frame := e.frame(rec)
	for _, f := range e.Fields {
		if f == nil {
			continue
		}
		if _, err := f.Read(frame, rec); err != nil {
			faults++
		}
	}
	return faults, e.within(fields, id)
}

// within reports whether the end's filter lets a record in.
func (e *end) within(fields map[string]schema.Value, id string) bool {
	if e.Filter == nil {
		return true
	}
	v, err := e.Filter.Eval(e.frame(e.record(fields, id)))
	return err == nil && v.Bool()
}

// record lays fields out as the engine would get to see them.
func (e *end) record(fields map[string]schema.Value, id string) *schema.Record {
	rec := schema.NewRecord(e.Shape())
	rec.ID = id
	for i := range rec.Slots {
		name := e.Shape().Field(i).Name
		switch v, ok := fields[name]; {
		case name == e.id:
			rec.Slots[i] = schema.String(id)
		case ok && !v.IsAbsent():
			rec.Slots[i] = v
		case e.Facts.Whole:
			rec.Slots[i] = schema.NullValue()
		}
	}
	return rec
}

func (e *end) frame(rec *schema.Record) *expr.Frame {
	f := &expr.Frame{}
	f.Records[expr.Record] = rec
	f.Values[expr.VarSlot], f.Values[expr.LocalSlot] = e.pipe.Globals.Var, e.pipe.Globals.Local
	return f
}

// value returns what a record says of the field of a slot, in normal form.
func (e *end) value(fields map[string]schema.Value, id string, slot int) (schema.Value, error) {
	f := e.Fields[slot]
	if f == nil {
		return schema.Value{}, nil
	}
	rec := e.record(fields, id)
	return f.Read(e.frame(rec), rec)
}

// say shortens a text to one line.
func say(s string) string { return strings.Join(strings.Fields(s), " ") }
