package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"syncline/connectors"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// lookups finds the records that a pipeline's expressions read beside their
// own, fresh in every pass: what was found once is not asked for again.
type lookups struct {
	found   map[string]finding
	listed  map[string][]*schema.Record // of systems that can only be listed
	trouble map[string]finding          // of the subject at hand, by lookup
	busy    bool
}

// finding is the answer of one lookup.
type finding struct {
	value schema.Value // an object; null for none
	err   error        // why there is no answer
}

var (
	errNone    = errors.New("a lookup found nothing yet")
	errNobody  = errors.New("a lookup found nothing")
	errSeveral = errors.New("a lookup found several records")
)

// lay puts what the lookups find for the frame's entity into the frame.
func (l *lookups) lay(p *pass, f *expr.Frame) {
	all := p.Pipeline.Pipeline.Lookups
	if len(all) == 0 || l.busy {
		return
	}
	l.busy = true
	defer func() { l.busy = false }()
	clear(l.trouble)
	names, values := make([]string, len(all)), make([]schema.Value, len(all))
	for i, x := range all {
		got := l.find(p, i, f)
		names[i], values[i] = x.Name, got.value
		if got.err != nil {
			values[i] = schema.NullValue()
			l.trouble[x.Name] = got
		}
	}
	f.Values[expr.Lookup] = schema.Object(names, values)
}

// held returns why a program cannot be evaluated: a lookup it reads has no
// answer.
func (l *lookups) held(program expr.Program) error {
	if program == nil || len(l.trouble) == 0 {
		return nil
	}
	for _, use := range program.Uses() {
		if name, ok := strings.CutPrefix(use, "lookup."); ok {
			name, _, _ = strings.Cut(name, ".")
			if t, ok := l.trouble[name]; ok {
				return fmt.Errorf("lookup %q: %w", name, t.err)
			}
		}
	}
	return nil
}

func (l *lookups) find(p *pass, i int, f *expr.Frame) finding {
	x := p.Pipeline.Pipeline.Lookups[i]
	q, key, err := l.question(p, i, f)
	if err != nil || key == "" {
		return l.none(x.None, err)
	}
	if got, ok := l.found[key]; ok {
		return got
	}
	records, err := l.ask(p, i, q)
	got := finding{err: err}
	switch {
	case err != nil:
	case len(records) == 0:
		got = l.none(x.None, nil)
	case len(records) > 1 && x.Many != "first":
		got.err = errSeveral
	default:
		got.value = objectOf(records[0])
	}
	l.found[key] = got
	return got
}

func (l *lookups) none(policy string, err error) finding {
	switch {
	case err != nil:
		return finding{err: err}
	case policy == "null":
		return finding{value: schema.NullValue()}
	case policy == "park":
		return finding{err: errNone}
	}
	return finding{err: errNobody}
}

// question evaluates what is asked; an empty key means that a blank was to be
// looked up, which never finds anything.
func (l *lookups) question(p *pass, i int, f *expr.Frame) (q connectors.Query, key string, err error) {
	x := p.Pipeline.Pipeline.Lookups[i]
	b := []byte{byte(i)}
	add := func(path string, program expr.Program) (bool, error) {
		v, err := program.Eval(f)
		if err != nil || v.State() != schema.Present || v.Blank() {
			return false, err
		}
		q.Paths, q.Values = append(q.Paths, path), append(q.Values, []schema.Value{v})
		b = v.AppendBinary(append(append(b, path...), 0))
		return true, nil
	}
	if x.ID != nil {
		ok, err := add("", x.ID)
		if !ok {
			return q, "", err
		}
		return q, string(b), nil
	}
	for _, w := range x.Where {
		ok, err := add(w.Path.String(), w.Value)
		if !ok {
			return q, "", err
		}
	}
	return q, string(b), nil
}

// ask gets the records: by id, by searching, or from a listing of all.
func (l *lookups) ask(p *pass, i int, q connectors.Query) ([]*schema.Record, error) {
	x, conn := p.Pipeline.Pipeline.Lookups[i], p.Lookups[p.Pipeline.Pipeline.Lookups[i].Name]
	if g, ok := conn.(connectors.Getter); ok && x.ID != nil {
		got, err := g.Get(p.ctx, &x.Selection, []string{q.Values[0][0].Plain()})
		if err != nil || got[0].Presence != connectors.Live {
			return nil, err
		}
		return []*schema.Record{got[0].Record}, nil
	}
	if f, ok := conn.(connectors.Finder); ok && l.listed[x.Name] == nil {
		found, err := f.Find(p.ctx, &x.Selection, []connectors.Query{q})
		if err == nil {
			return foundBy(found[0], &q), nil
		}
		var unfit *connectors.Error
		if !errors.As(err, &unfit) || unfit.Kind != connectors.Unsupported {
			return nil, err
		}
	}
	all, err := l.list(p, i) // also where a system searches, but not by this
	var out []*schema.Record
	for _, r := range all {
		if holds(r, &q) {
			out = append(out, r)
		}
	}
	return out, err
}

func foundBy(found []connectors.Got, q *connectors.Query) (out []*schema.Record) {
	for _, g := range found {
		if g.Record != nil && holds(g.Record, q) {
			out = append(out, g.Record)
		}
	}
	return out
}

// holds compares what was found: an answer may be wider than the question.
func holds(r *schema.Record, q *connectors.Query) bool {
	for i, path := range q.Paths {
		v := r.Get(path)
		if !v.Is() || v.Plain() != q.Values[i][0].Plain() {
			return false
		}
	}
	return true
}

func (l *lookups) list(p *pass, i int) ([]*schema.Record, error) {
	x := p.Pipeline.Pipeline.Lookups[i]
	if all, ok := l.listed[x.Name]; ok {
		return all, nil
	}
	reader, ok := p.Lookups[x.Name].(connectors.Reader)
	if !ok {
		return nil, &connectors.Error{Kind: connectors.Unsupported, Op: "look up", Where: x.Selection.Object}
	}
	all, err := listAll(p.ctx, reader, &x.Selection)
	if err == nil {
		l.listed[x.Name] = all
	}
	return all, err
}

func listAll(ctx context.Context, reader connectors.Reader, sel *connectors.Selection) ([]*schema.Record, error) {
	stream, err := reader.Read(ctx, sel, nil, true)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	var out []*schema.Record
	var b connectors.Batch
	for {
		b.Reset()
		if err := stream.Next(ctx, &b); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		for i := range b.Items {
			rec := schema.NewRecord(sel.Shape)
			if b.Items[i].Err == nil && stream.Decode(&b.Items[i], rec) == nil {
				out = append(out, rec)
			}
		}
	}
}

// objectOf is a record as a value.
func objectOf(r *schema.Record) schema.Value {
	names := make([]string, r.Shape.Len())
	for i := range names {
		names[i] = r.Shape.Field(i).Name
	}
	return schema.Object(names, append([]schema.Value(nil), r.Slots...))
}
