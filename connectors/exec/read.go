package exec

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// Read implements connectors.Reader.
func (c *plugin) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o, err := c.object("read", sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(c.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	r := &request{Op: "read", Object: o.Name, Fields: names(sel), Cursor: sel.Cursor}
	whole := full || sel.Cursor == "" || len(from) == 0
	if !whole {
		if !json.Valid(from) {
			return nil, refuse("read", d.where, "the checkpoint is not one of this plug-in", "`syncline run -full` lists everything again")
		}
		r.Checkpoint = json.RawMessage(from)
	}
	l := &listing{decoder: d, shelf: c.shelf, overlay: !whole}
	if whole {
		if l.kept, err = c.shelf.begin(sel); err != nil {
			return nil, fail("read", d.where, err)
		}
	}
	x, err := c.ask(ctx, r)
	if err != nil {
		l.kept.close()
		return nil, err
	}
	l.from = &records{exchange: x, decoder: d, whole: whole && c.facts.Complete}
	return l, nil
}

// names are the fields that a selection wants, its paths among them.
func names(sel *connectors.Selection) []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, path := range []string{sel.ID, sel.Revision, sel.At, sel.Author, sel.Trace, sel.Cursor} {
		if p, err := schema.ParsePath(path); err == nil && path != "" {
			add(p.Top())
		}
	}
	for _, f := range sel.Shape.Fields() {
		add(f.Name)
	}
	return out
}

// records tells the records that a plug-in answers read with.
type records struct {
	exchange *exchange
	decoder  *decoder
	whole    bool
}

func (r *records) ready() bool { return r.exchange.ready() }

func (r *records) next(ctx context.Context) (entry, error) {
	a, err := r.exchange.next(ctx)
	if err != nil {
		return entry{}, err
	}
	e := r.decoder.entry(a)
	switch {
	case a.Error != nil:
		e.err = a.Error.problem(r.exchange.plugin.program.hide, "read", r.decoder.where)
	case e.raw == nil && !e.gone:
		return entry{}, r.exchange.broken(errors.New("it answers read with neither a record nor gone"))
	}
	return e, nil
}

// entry reads an answer that tells a record.
func (d *decoder) entry(a *answer) entry {
	e := entry{id: string(a.RID), revision: string(a.Revision), gone: a.Gone}
	if len(a.Record) > 0 && string(a.Record) != "null" {
		e.raw = a.Record
	}
	if e.id == "" {
		e.id = d.idOf(e.raw)
	}
	switch {
	case a.Hash != "":
		e.hash = xxh3.HashString(string(a.Hash) + "\x00" + e.revision)
	case e.raw != nil:
		e.hash, e.err = hashOf(e.raw, e.revision, nil)
	}
	return e
}

func (r *records) done() (connectors.Checkpoint, bool) {
	end := r.exchange.end
	var next connectors.Checkpoint
	if len(end.Checkpoint) > 0 && string(end.Checkpoint) != "null" {
		next = connectors.Checkpoint(end.Checkpoint)
	}
	return next, r.whole && end.Complete
}

func (r *records) close() { r.exchange.cancel() }
