package rest

import (
	"context"
	"errors"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// finish tells how the record stands after a write that was carried out.
func (t *task) finish(ctx context.Context, w *Write) {
	t.tell()
	switch w.After {
	case AfterAnswer:
		t.fromAnswer(w)
	case AfterRead:
		f, err := t.c.fetchOne(ctx, t.p, t.id)
		if err == nil {
			t.fromRead(w, &f)
		}
	}
}

// many reports whether records are read back together after their writes.
func (a After) many(o *Object) bool { return a == AfterRead && o.Get != nil && o.Get.Many > 1 }

// settleMany tells how records stand that are read back together.
func (c *conn) settleMany(ctx context.Context, o *Object, tasks []*task) {
	var some []*task
	for _, t := range tasks {
		if t.res.Err == nil && t.written().After.many(o) {
			some = append(some, t)
		}
	}
	c.readBack(ctx, some)
}

// readBack reads records after their writes.
func (c *conn) readBack(ctx context.Context, tasks []*task) {
	if len(tasks) == 0 {
		return
	}
	ids := make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.id
		t.tell()
	}
	found, err := c.fetch(ctx, tasks[0].p, ids)
	if err != nil {
		return // they were written all the same
	}
	for i, t := range tasks {
		t.fromRead(t.written(), &found[i])
	}
}

// tell says what is known without the record.
func (t *task) tell() {
	t.res.ID = t.id
	if !t.p.rev.IsZero() {
		t.res.Revision = t.told
	}
	t.res.With = t.made(t.written())
}

// fromAnswer takes the record that the last answer holds. One that does not hold
// it is not the API's answer to this change: nobody knows what was done.
func (t *task) fromAnswer(w *Write) {
	if t.last == nil {
		return
	}
	a := w.Steps[len(w.Steps)-1].Answer
	if r := &a.Record; !r.Keyed && len(r.At) == 0 && len(r.Unwrap) == 0 {
		r.One = true
	}
	elements, err := a.Record.cut(t.last.seen.json)
	if err != nil || len(elements) != 1 || !t.answers(elements[0]) {
		t.res.Err = &connectors.Error{
			Kind: connectors.Uncertain, Op: t.verb, Where: t.o.Name, Err: errNotTold,
			Hint: "the record is read to find out whether the change was carried out",
		}
		return
	}
	t.confirm(elements[0])
}

var errNotTold = errors.New("the answer says that it is done, and does not hold the record as it should")

// answers reports whether the record of an answer is the one that was written.
func (t *task) answers(e element) bool {
	w, err := t.p.look(e, t.in.ParentID, t.in)
	return err == nil && (w.id == t.id || w.presence == connectors.Merged)
}

// confirm takes a record as what the write left behind. One that cannot be
// understood confirms nothing: the next pass reads it.
func (t *task) confirm(e element) {
	w, err := t.p.look(e, t.in.ParentID, t.in)
	if err != nil || w.id != t.id || w.presence != connectors.Live {
		return
	}
	rec := schema.NewRecord(t.p.sel.Shape)
	if err := t.p.decode(&w, t.in, rec); err != nil {
		return
	}
	t.res.Hash, t.res.Revision, t.res.Confirmed = w.hash, rec.Revision, rec
}

// fromRead takes the record that was read after the write, where it is certain
// that it shows the write and no later one: by the revision that the write's
// answer told. Where the answer told none, a new record counts, which nobody
// else knows yet, and one whose grade promises no revision: the engine then
// compares what was not written.
func (t *task) fromRead(w *Write, f *fetched) {
	if f.err != nil || f.presence != connectors.Live {
		return
	}
	shown := f.tag
	if shown == "" {
		shown = f.rev
	}
	switch {
	case t.told != "" && t.sameRevision(shown):
	case t.told != "":
		return
	case t.c.d.Lag > 0:
		return
	case w.Verb != verbCreate && w.grade() < connectors.ReadBeforeWrite && w.grade() != connectors.UnmodifiedSince:
		return
	}
	t.confirm(f.element)
}

func (t *task) sameRevision(shown string) bool {
	return strings.TrimPrefix(shown, "W/") == strings.TrimPrefix(t.told, "W/")
}

// made returns what became of the records created with this one.
func (t *task) made(w *Write) []connectors.Result {
	if len(t.ch.With) == 0 {
		return nil
	}
	out := make([]connectors.Result, len(t.ch.With))
	ids := map[string][]string{}
	for i := range w.With {
		ids[w.With[i].Object] = t.madeIDs(&w.With[i])
	}
	for i, m := range t.ch.With {
		if list := ids[m.Object]; len(list) > 0 {
			out[i].ID, ids[m.Object] = list[0], list[1:]
			continue
		}
		out[i].Err = &connectors.Error{
			Kind: connectors.Uncertain, Op: t.verb, Where: m.Object, Err: errNoID, Hint: "the next run looks for the record",
		}
	}
	return out
}

// madeIDs returns the ids of one object's records in the answer.
func (t *task) madeIDs(with *With) (out []string) {
	if t.last == nil || t.last.seen.json == nil {
		return nil
	}
	o, ok := t.c.d.Object(with.Object)
	if !ok {
		return nil
	}
	path := with.ID
	if path.IsZero() {
		path = o.Identity.Path
	}
	elements, err := (&Records{At: with.Made}).cut(t.last.seen.json)
	if err != nil {
		return nil
	}
	for _, e := range elements {
		v, err := schema.FromJSON(e.raw)
		if err != nil {
			return nil
		}
		id := path.Of(v, false).Plain()
		if o.Identity.Qualified {
			id = qualify(t.in.ID, id)
		}
		out = append(out, id)
	}
	return out
}
