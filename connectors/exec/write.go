package exec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"syncline/connectors"
	"syncline/schema"
)

// Write implements connectors.Writer. Whatever ends the plug-in in the middle
// leaves the changes that it did not answer for uncertain.
func (w writer) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	c := w.c
	if err := ctx.Err(); err != nil || len(changes) == 0 {
		return nil, err
	}
	o, err := c.object("write", sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(c.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	v := &verdict{decoder: d, changes: changes, out: make([]connectors.Result, len(changes)), known: make([]bool, len(changes))}
	r := &request{Op: "write", Object: o.Name, Fields: names(sel)}
	for i := range changes {
		if err := c.can(&changes[i], o); err != nil {
			v.known[i], v.out[i].Err = true, err
			continue
		}
		r.Changes = append(r.Changes, changeOf(i, &changes[i]))
	}
	if len(r.Changes) == 0 {
		return v.out, nil
	}
	x, err := c.ask(ctx, r)
	if err != nil {
		return nil, err // the plug-in has not got it
	}
	v.hear(ctx, x)
	return v.out, nil
}

// can refuses what the plug-in does not claim to do, without asking it.
func (c *plugin) can(ch *connectors.Change, o *connectors.Object) error {
	what := ""
	switch {
	case !c.facts.Can(ch.Verb):
		what = "it cannot " + ch.Verb
	case o.ReadOnly:
		what = o.Name + " is only read"
	default:
		return nil
	}
	return &connectors.Error{Kind: connectors.Unsupported, Op: "write", Where: c.program.name, Err: errors.New(what)}
}

func changeOf(n int, ch *connectors.Change) change {
	return change{
		N: n, Verb: ch.Verb, Operation: ch.Operation, RID: ch.ID, NewRID: ch.NewID, Revision: ch.Revision,
		Set: members(ch.Set), Seen: members(ch.Seen), Uncertain: ch.Uncertain,
	}
}

func members(list []connectors.Assignment) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, a := range list {
		if !a.Value.IsAbsent() {
			out[a.Path.String()] = raw(a.Value)
		}
	}
	return out
}

// verdict gathers what became of each change.
type verdict struct {
	decoder *decoder
	changes []connectors.Change
	out     []connectors.Result
	known   []bool
}

// hear takes the plug-in's answers until it is done, or gone.
func (v *verdict) hear(ctx context.Context, x *exchange) {
	for {
		a, err := x.next(ctx)
		if err == io.EOF {
			v.rest(x, errors.New("the plug-in was done and did not answer for this change"))
			return
		}
		if err == nil {
			err = v.take(x, a)
		}
		if err != nil {
			v.rest(x, err)
			return
		}
	}
}

func (v *verdict) take(x *exchange, a *answer) error {
	if a.N == nil || *a.N < 0 || *a.N >= len(v.changes) {
		return x.broken(errors.New("it answers for a change that was not sent"))
	}
	n := *a.N
	if v.known[n] {
		v.known[n] = false // one of its answers is wrong, and nobody knows which
		return x.broken(fmt.Errorf("it answers twice for change %d", n))
	}
	if a.Error == nil && !a.OK {
		return x.broken(fmt.Errorf("it says neither ok nor error of change %d", n))
	}
	v.known[n] = true
	if a.Error != nil {
		v.out[n].Err = a.Error.problem(x.plugin.program.hide, "write", v.decoder.where)
		return nil
	}
	v.out[n] = v.result(&v.changes[n], v.decoder.entry(a))
	return nil
}

// result is a change that was carried out.
func (v *verdict) result(ch *connectors.Change, e entry) connectors.Result {
	if e.id == "" {
		e.id = ch.ID
	}
	if e.id == "" {
		e.id = ch.NewID
	}
	if e.id == "" {
		return connectors.Result{Err: uncertain(v.decoder.where, errors.New("the plug-in does not say which record it created"))}
	}
	res := connectors.Result{ID: e.id, Revision: e.revision, Hash: e.hash}
	if ch.Verb == "delete" || e.raw == nil || e.err != nil {
		return res
	}
	rec := schema.NewRecord(v.decoder.sel.Shape)
	if v.decoder.decode(e.raw, rec) != nil {
		return res // it was written; the next listing shows what is wrong with it
	}
	rec.ID = e.id
	if e.revision != "" {
		rec.Revision = e.revision
	}
	res.Revision, res.Confirmed = rec.Revision, rec
	return res
}

// rest gives every change that was not answered for the same end: it may have
// been carried out, unless the plug-in says itself that the request failed.
func (v *verdict) rest(x *exchange, err error) {
	if x.end == nil || x.end.Error == nil {
		err = uncertain(v.decoder.where, err)
	}
	for i := range v.out {
		if !v.known[i] {
			v.out[i] = connectors.Result{Err: err}
		}
	}
}

func uncertain(where string, err error) error {
	var known *connectors.Error
	if errors.As(err, &known) {
		return &connectors.Error{Kind: connectors.Uncertain, Op: "write", Where: where, Hint: known.Hint, Err: known.Err}
	}
	return &connectors.Error{Kind: connectors.Uncertain, Op: "write", Where: where, Err: err}
}
