package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

var (
	errOther    = errors.New("the API answered with another record than was asked for")
	errEmpty    = errors.New("the answer is empty where a record should be")
	errSeveral  = errors.New("the answer holds several records where one should be")
	goneAnswers = []int{http.StatusNotFound, http.StatusGone}
)

// fetched is the answer to one id; a record that is not there has the presence
// Gone and no bytes.
type fetched struct {
	piece
	tag string // the revision that a header told
	err error
}

// get reads records by id.
func (c *conn) get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := c.plan(ctx, "get", sel)
	if err != nil {
		return nil, err
	}
	found, err := c.fetch(ctx, p, ids)
	if err != nil {
		return nil, err
	}
	in := c.input(p.o.Name)
	out := make([]connectors.Got, len(ids))
	for i := range found {
		out[i] = p.got(&found[i], in)
	}
	return out, nil
}

// got is a fetched record as the engine takes it.
func (p *plan) got(f *fetched, in *Input) connectors.Got {
	if f.err != nil {
		return connectors.Got{Presence: connectors.Unknown, Err: f.err}
	}
	g := connectors.Got{Presence: f.presence, Hash: f.hash, Into: f.into}
	if f.presence != connectors.Live && f.presence != connectors.Archived {
		return g
	}
	g.Record = schema.NewRecord(p.sel.Shape)
	if err := p.decode(&f.piece, in, g.Record); err != nil {
		return connectors.Got{Presence: connectors.Unknown, Err: p.o.unreadable("", err)}
	}
	return g
}

// fetch reads records by id, each id once. An error is the whole call's: the
// API cannot be asked now.
func (c *conn) fetch(ctx context.Context, p *plan, ids []string) ([]fetched, error) {
	if p.o.Get == nil {
		return nil, p.o.cannot("get", "the API does not read this object by id")
	}
	unique := slices.Clone(ids)
	slices.Sort(unique)
	unique = slices.Compact(unique)
	size := max(p.o.Get.Many, 1)
	chunks := slices.Collect(slices.Chunk(unique, size))
	byID := make([]fetched, len(unique))
	err := c.each(ctx, len(chunks), func(ctx context.Context, i int) error {
		into := byID[i*size : i*size+len(chunks[i])]
		if size > 1 {
			return c.fetchMany(ctx, p, chunks[i], into)
		}
		f, err := c.fetchOne(ctx, p, chunks[i][0])
		into[0] = f
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]fetched, len(ids))
	for i, id := range ids {
		at, _ := slices.BinarySearch(unique, id)
		out[i] = byID[at]
	}
	return out, nil
}

// fetchOne reads one record. An error means that the API cannot be asked; what
// concerns this record alone is in the answer.
func (c *conn) fetchOne(ctx context.Context, p *plan, id string) (fetched, error) {
	if p.o.Get.Many > 1 {
		into := make([]fetched, 1)
		err := c.fetchMany(ctx, p, []string{id}, into)
		return into[0], err
	}
	in := c.input(p.o.Name)
	parent, own, ok := p.o.split(id)
	if !ok {
		if id != "" {
			return fetched{piece: piece{id: id, presence: connectors.Gone}}, nil // no record can have it
		}
		return fetched{err: p.o.unreadable("", errNoID)}, nil
	}
	if p.o.Get.Among {
		return c.fetchAmong(ctx, p, piece{id: id, own: own, parentID: parent})
	}
	in.ID, in.ParentID, in.Fields = own, parent, p.names
	k := &call{op: "get", o: p.o, r: &p.o.Get.Request, in: in, accept: p.o.Get.gone(), ends: true}
	body, err := c.ask(ctx, k)
	if err != nil {
		return alone(err)
	}
	if k.did == EndOfPages {
		return fetched{piece: piece{id: id, own: own, parentID: parent, presence: connectors.Gone}}, nil
	}
	f := fetched{piece: piece{id: id}}
	elements, err := p.o.Get.cut(body)
	switch {
	case err != nil:
		f.err = p.o.unreadable("", err)
		return f, nil
	case len(elements) == 0:
		f.presence = connectors.Gone
		return f, nil
	case len(elements) > 1:
		f.err = p.o.unreadable("", errSeveral)
		return f, nil
	}
	c.taken(p, &f, elements[0], parent, in)
	if h := p.o.Revision.Header; h != "" {
		f.tag = k.seen.resp.Header.Get(h)
	}
	return f, nil
}

// fetchAmong reads a record out of an answer that holds others. Pages that are
// gone are asked for anew, once: what was not seen is not gone.
func (c *conn) fetchAmong(ctx context.Context, p *plan, want piece) (fetched, error) {
	for range 2 {
		g := c.pager(p, &Listing{Request: p.o.Get.Request, Records: p.o.Get.Records, Paging: p.o.Get.Paging}, walk{parent: &piece{own: want.parentID}})
		g.in.ID = want.own
		for !g.done {
			elements, err := g.next(ctx)
			if err != nil {
				return alone(err)
			}
			for _, e := range elements {
				if w, err := p.look(e, want.parentID, g.in); err == nil && w.id == want.id {
					return fetched{piece: w}, nil
				}
			}
		}
		if !g.restarted {
			want.presence = connectors.Gone
			return fetched{piece: want}, nil
		}
	}
	return alone(&connectors.Error{Kind: connectors.Unavailable, Op: "get", Where: p.o.Name, Err: errRestarts})
}

// taken looks at the record that answers an id.
func (c *conn) taken(p *plan, f *fetched, e element, parent string, in *Input) {
	want := f.id
	w, err := p.look(e, parent, in)
	switch {
	case err != nil:
		f.err = p.o.unreadable("", err)
	case w.id != want && w.presence != connectors.Merged && !p.follows(&w):
		f.err = p.o.unreadable("", errOther)
	default:
		w.id = want
		f.piece = w
	}
}

// follows reports whether the answer is the record that the one which was asked
// for was merged into, and then says so of that one.
func (p *plan) follows(w *piece) bool {
	if p.o.Merged == nil || !p.o.Merged.Follows || w.presence != connectors.Live && w.presence != connectors.Archived {
		return false
	}
	w.presence, w.into = connectors.Merged, w.id
	return true
}

func (g *Getting) gone() []int {
	if g.Gone == nil {
		return goneAnswers
	}
	return g.Gone
}

func (g *Getting) cut(body []byte) ([]element, error) {
	if body == nil {
		return nil, errEmpty
	}
	r := g.Records
	if g.Many <= 1 && !r.Keyed && len(r.At) == 0 && len(r.Unwrap) == 0 {
		r.One = true
	}
	return r.cut(body)
}

// ask carries out a call that reads and returns the JSON of its answer.
func (c *conn) ask(ctx context.Context, k *call) ([]byte, error) {
	var err error
	if k.out == nil {
		if k.out, err = c.outgoing(k.r, k.in); err != nil {
			return nil, k.fault(connectors.Refused, err)
		}
	}
	k.out.safe = true
	a, err := c.send(ctx, k)
	if err != nil {
		return nil, err
	}
	return a.json, nil
}

// alone tells what concerns one record from what concerns all.
func alone(err error) (fetched, error) {
	switch connectors.KindOf(err) {
	case connectors.Unavailable, connectors.Limited, connectors.Failed:
		return fetched{}, err
	}
	return fetched{err: err}, nil
}

// fetchMany reads records together: in one request, or in more where their
// ids would make its address too long.
func (c *conn) fetchMany(ctx context.Context, p *plan, ids []string, into []fetched) error {
	in := c.input(p.o.Name)
	in.Fields = p.names
	for i, id := range ids {
		into[i] = fetched{piece: piece{id: id, presence: connectors.Gone}}
		if id != "" {
			in.IDs = append(in.IDs, id)
		}
	}
	if len(in.IDs) == 0 {
		return nil
	}
	k := &call{op: "get", o: p.o, r: &p.o.Get.Request, in: in, accept: p.o.Get.gone(), ends: true}
	var err error
	if k.out, err = c.outgoing(k.r, in); err != nil {
		return k.fault(connectors.Refused, err)
	}
	if half := len(ids) / 2; half > 0 && c.tooLong(k.out) {
		if err := c.fetchMany(ctx, p, ids[:half], into[:half]); err != nil {
			return err
		}
		return c.fetchMany(ctx, p, ids[half:], into[half:])
	}
	if p.o.Get.Paging != nil {
		return allOf(into, c.fetchPages(ctx, p, ids, into, in))
	}
	body, err := c.ask(ctx, k)
	if err != nil {
		return allOf(into, err)
	}
	if k.did == EndOfPages {
		return nil
	}
	elements, err := p.o.Get.cut(body)
	if err != nil {
		return p.o.unreadable("", err)
	}
	return p.sort(elements, ids, into, in)
}

// allOf gives an error that concerns the records alone to all of them.
func allOf(into []fetched, err error) error {
	if err == nil {
		return nil
	}
	f, err := alone(err)
	for i := range into {
		into[i].err = f.err
	}
	return err
}

// fetchPages reads records together whose answer may come in pages. Pages that
// are gone are asked for anew, once: what was not seen is not gone.
func (c *conn) fetchPages(ctx context.Context, p *plan, ids []string, into []fetched, in *Input) error {
	for range 2 {
		g := c.pager(p, &Listing{Request: p.o.Get.Request, Records: p.o.Get.Records, Paging: p.o.Get.Paging}, walk{})
		g.in.IDs = in.IDs
		for !g.done {
			elements, err := g.next(ctx)
			if err == nil {
				err = p.sort(elements, ids, into, in)
			}
			if err != nil {
				return err
			}
		}
		if !g.restarted {
			return nil
		}
	}
	return &connectors.Error{Kind: connectors.Unavailable, Op: "get", Where: p.o.Name, Err: errRestarts}
}

// tooLong reports whether an address is longer than the API takes.
func (c *conn) tooLong(o *outgoing) bool {
	most := c.d.Limits.Address
	if most <= 0 {
		most = defaultAddress
	}
	return len(c.base.String())+len(o.path)+len(o.query.Encode()) > most
}

const defaultAddress = 8000

// sort gives the records of an answer to the ids they were asked for by.
func (p *plan) sort(elements []element, ids []string, into []fetched, in *Input) error {
	for _, e := range elements {
		w, err := p.look(e, "", in)
		if err != nil {
			return p.o.unreadable("", err)
		}
		if i, ok := slices.BinarySearch(ids, w.id); ok {
			into[i].piece = w
		}
	}
	return nil
}
