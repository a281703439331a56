package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// write carries out changes: those that have requests of their own at once,
// then those that share one.
func (c *conn) write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := c.plan(ctx, "write", sel)
	if err != nil {
		return nil, err
	}
	results := make([]connectors.Result, len(changes))
	var single []*task
	batches := map[*Write][]*task{}
	var order []*Write
	for i := range changes {
		t := c.task(p, &changes[i], &results[i])
		switch {
		case t.res.Err != nil:
		case len(t.parts) == 1 && t.parts[0].w.Batch != nil:
			w := t.parts[0].w
			if batches[w] == nil {
				order = append(order, w)
			}
			batches[w] = append(batches[w], t)
		default:
			single = append(single, t)
		}
	}
	if err := c.each(ctx, len(single), func(ctx context.Context, i int) error {
		single[i].run(ctx)
		return nil
	}); err != nil {
		return nil, err
	}
	c.settleMany(ctx, p.o, single)
	for _, w := range order {
		c.batch(ctx, w, batches[w])
	}
	return results, nil
}

// run carries the change out, with requests of its own.
func (t *task) run(ctx context.Context) {
	for i := range t.parts {
		if err := t.part(ctx, &t.parts[i]); err != nil {
			t.res.Err = t.failure(err)
			return
		}
	}
	if w := t.written(); !w.After.many(t.o) {
		t.finish(ctx, w)
	}
}

// written returns the write that the change ended with.
func (t *task) written() *Write { return t.parts[len(t.parts)-1].w }

// failure is the error of a change: one that was carried out in part is
// uncertain.
func (t *task) failure(err error) error {
	var e *connectors.Error
	if !errors.As(err, &e) {
		e = &connectors.Error{Kind: connectors.Refused, Op: t.verb, Where: t.o.Name, Err: err}
	}
	if t.done == 0 || e.Kind == connectors.Uncertain {
		return e
	}
	return &connectors.Error{
		Kind: connectors.Uncertain, Op: t.verb, Where: t.o.Name, Field: e.Field,
		Err:  fmt.Errorf("%d of the requests of the change were carried out, then: %w", t.done, e),
		Hint: "the next run reads the record and finds out",
	}
}

func (t *task) part(ctx context.Context, pt *part) error {
	if err := t.before(ctx, pt); err != nil {
		return err
	}
	for i := range pt.w.Steps {
		s := &pt.w.Steps[i]
		out, err := t.step(ctx, pt, s)
		if err != nil {
			return err
		}
		if out == nil {
			continue
		}
		if err := t.condition(pt.w, out); err != nil {
			return err
		}
		if err := t.send(ctx, pt.w, s, out); err != nil {
			return err
		}
	}
	return nil
}

// step makes the request of a step; nil where it has nothing to do.
func (t *task) step(ctx context.Context, pt *part, s *Step) (*outgoing, error) {
	var set []placed
	for _, p := range pt.set {
		if s.takes(p.field) {
			set = append(set, p)
		}
	}
	if s.When == nil && len(set) == 0 && t.idle(pt, s) {
		return nil, nil
	}
	var err error
	if t.in.Set, err = s.Encoding.encode(set, t.in.Record); err != nil {
		return nil, err
	}
	t.in.Args = pt.args
	if t.in.With, err = t.companions(pt.w); err != nil {
		return nil, err
	}
	if s.When != nil {
		if v, err := s.When(t.in); err != nil || !v.Bool() {
			return nil, err
		}
	}
	if err := t.revise(ctx, pt.w); err != nil {
		return nil, err
	}
	out, err := t.c.outgoing(&s.Request, t.in)
	if err != nil {
		return nil, err
	}
	return out, t.fillIn(pt.w, s, out)
}

// idle reports whether a step that has no field to write has nothing to do: of
// an update, or where another step of the verb writes fields.
func (t *task) idle(pt *part, s *Step) bool {
	return s.Encoding != Nothing && (pt.w.Verb == verbUpdate || len(s.Takes) > 0)
}

// fillIn gives the request the body of its encoding, and what a create
// carries.
func (t *task) fillIn(w *Write, s *Step, out *outgoing) error {
	if out.kind == nil && s.Encoding != Nothing && (t.in.Set.Is() || w.Verb == verbCreate) {
		out.kind, out.value = JSON{Type: s.Encoding.content()}, t.in.Set
		if t.in.Set.IsAbsent() {
			out.value = schema.Object(nil, nil)
		}
		for _, with := range w.With {
			if list := t.in.With.Field(with.Object); list.Is() {
				if err := out.putBody(strings.Join(with.Into, "."), list); err != nil {
					return err
				}
			}
		}
	}
	if w.Verb != verbCreate {
		return nil
	}
	switch by := w.Lost; by.By {
	case connectors.CreateIdempotency:
		return out.put(by.Into, schema.String(t.ch.Operation))
	case connectors.CreateExternalID:
		if t.ch.NewID != "" {
			return out.put(by.Into, schema.String(t.ch.NewID))
		}
	}
	return nil
}

// send carries out one request of the change.
func (t *task) send(ctx context.Context, w *Write, s *Step, out *outgoing) error {
	k := &call{op: t.verb, o: t.o, r: &s.Request, in: t.in, out: out}
	if by := w.Lost; w.Verb == verbCreate && by.By == connectors.CreateIdempotency && by.Into.In == InHeader {
		k.key, k.header = t.ch.Operation, by.Into.Name
	}
	a, err := t.c.send(ctx, k)
	if err != nil {
		return err
	}
	t.done++
	t.last = k
	return t.learn(w, s, k.looking(a.Response))
}

// learn takes from an answer what it tells of the record.
func (t *task) learn(w *Write, s *Step, in *Input) error {
	t.told = ""
	if s.Answer.Revision != nil {
		v, err := s.Answer.Revision(in)
		if err == nil {
			t.told = strings.Clone(v.Plain())
		}
	} else if h := t.o.Revision.Header; h != "" {
		t.told = in.Header.Get(h)
	}
	if t.id != "" || w.Verb != verbCreate {
		return nil
	}
	own := ""
	if w.Lost.By == connectors.CreateExternalID {
		own = t.ch.NewID // no other create was told of it
	}
	if s.Answer.ID != nil {
		v, err := s.Answer.ID(in)
		if err != nil || !v.Is() {
			return t.lostID()
		}
		own = strings.Clone(v.Plain())
	} else if v := t.o.Identity.Path.Of(s.Answer.at(in.Body), false); v.Is() {
		own = strings.Clone(v.Plain())
	}
	if own == "" {
		return t.lostID()
	}
	t.in.ID, t.id = own, own
	if t.o.Identity.Qualified {
		t.id = qualify(t.in.ParentID, own)
	}
	return nil
}

// at returns the record in the body of an answer.
func (a *Answer) at(body schema.Value) schema.Value {
	for _, name := range append(slices.Clone(a.Record.At), a.Record.Unwrap...) {
		body = body.Field(name)
	}
	return body
}

func (t *task) lostID() error {
	return &connectors.Error{
		Kind: connectors.Uncertain, Op: t.verb, Where: t.o.Name, Err: errors.New("the answer does not tell the id of the new record"),
		Hint: "the next run looks for the record",
	}
}
