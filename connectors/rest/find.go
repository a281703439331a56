package rest

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

const (
	mostFound    = 10
	mostSearches = 64 // requests for one query
)

// find searches for records by what they hold.
func (c *conn) find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := c.plan(ctx, "find", sel)
	if err != nil {
		return nil, err
	}
	out := make([][]connectors.Got, len(queries))
	err = c.each(ctx, len(queries), func(ctx context.Context, i int) (err error) {
		out[i], err = c.findOne(ctx, p, &queries[i])
		return err
	})
	return out, err
}

func (c *conn) findOne(ctx context.Context, p *plan, q *connectors.Query) ([]connectors.Got, error) {
	s, err := p.o.search(q.Paths)
	if err != nil {
		return nil, err
	}
	asked, err := s.asked(p.o, c.more(p.o), q)
	if err != nil {
		return nil, err
	}
	var out []connectors.Got
	had := map[string]bool{}
	for _, keys := range asked {
		l := &Listing{Request: s.Request, Records: s.Records, Paging: s.Paging}
		g := c.pager(p, l, walk{})
		g.in.Keys = keys
		for !g.done && len(out) < mostFound {
			elements, err := g.next(ctx)
			if err != nil {
				return nil, err
			}
			for _, e := range elements {
				if out, err = c.found(p, s, g, e, had, out); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// found adds what a search found, unless it is there already, is gone or is not
// meant.
func (c *conn) found(p *plan, s *Search, g *pager, e element, had map[string]bool, out []connectors.Got) ([]connectors.Got, error) {
	parent, err := p.parentOf(s, g, e)
	if err != nil {
		return nil, p.o.unreadable("", err)
	}
	meant, err := s.means(e, g.in)
	if err != nil {
		return nil, p.o.unreadable("", err)
	}
	if !meant {
		return out, nil
	}
	f := fetched{}
	if f.piece, err = p.look(e, parent, g.in); err != nil {
		f.err = p.o.unreadable("", err)
	}
	if len(out) == mostFound || had[f.id] || (f.err == nil && f.presence != connectors.Live) {
		return out, nil
	}
	had[f.id] = f.err == nil
	return append(out, p.got(&f, g.in)), nil
}

// parentOf returns the id of the parent of what was found; "" where it has none.
func (p *plan) parentOf(s *Search, g *pager, e element) (string, error) {
	switch {
	case s.Parent != nil:
		v, err := s.Parent(g.in)
		return v.Plain(), err
	case e.parent != nil:
		return p.nestedParent(e.parent), nil
	}
	return "", nil
}

// means reports whether what was found is meant by the search.
func (s *Search) means(e element, in *Input) (bool, error) {
	if s.When == nil {
		return true, nil
	}
	look := *in
	var err error
	if look.Record, err = schema.FromJSON(e.raw); err != nil {
		return false, err
	}
	v, err := s.When(&look)
	return err == nil && v.Bool(), err
}

// search returns the search for these keys.
func (o *Object) search(paths []string) (*Search, error) {
	want := slices.Clone(paths)
	slices.Sort(want)
	var known []string
	for i := range o.Find {
		keys := slices.Clone(o.Find[i].Keys)
		slices.Sort(keys)
		if o.Find[i].Any && len(want) > 0 || slices.Equal(keys, want) {
			return &o.Find[i], nil
		}
		if o.Find[i].Any {
			continue
		}
		known = append(known, strings.Join(o.Find[i].Keys, " and "))
	}
	e := o.cannot("find", "the API does not search this object by "+strings.Join(paths, " and ")).(*connectors.Error)
	if len(known) > 0 {
		e.Hint = "it searches by " + strings.Join(known, ", or by ")
	}
	return nil, e
}

// asked returns the keys of each request: every spelling of every key is in
// one of them, with every spelling of the others.
func (s *Search) asked(o *Object, more []Field, q *connectors.Query) ([][]Key, error) {
	out := [][]Key{nil}
	for i, path := range q.Paths {
		sought, err := o.slotOf(more, path)
		if o.isID(path) {
			sought, err = slot{field: &Field{Field: schema.Field{Name: path}, Path: o.Identity.Path}}, nil
		}
		if err != nil {
			return nil, err
		}
		f := sought.field
		values := make([]schema.Value, len(q.Values[i]))
		for n, v := range q.Values[i] {
			var err error
			if values[n], err = f.encode(v); err != nil {
				return nil, &connectors.Error{Kind: connectors.Refused, Op: "find", Where: o.Name, Field: path, Err: err}
			}
		}
		var next [][]Key
		for chunk := range slices.Chunk(values, s.spellings(len(values))) {
			for _, keys := range out {
				next = append(next, append(slices.Clone(keys), Key{Field: path, Path: f.path().String(), Values: chunk}))
			}
		}
		if out = next; len(out) > mostSearches {
			return nil, o.cannot("find", "the query has more spellings than the API can be asked for")
		}
	}
	return out, nil
}

// spellings is how many spellings of a key one request takes, out of so many.
func (s *Search) spellings(of int) int {
	if s.All {
		return max(of, 1)
	}
	return max(s.Spellings, 1)
}

// encode returns a value as the API has it.
func (f *Field) encode(v schema.Value) (schema.Value, error) {
	if f.Codec == nil || f.Codec.Encode == nil || v.IsAbsent() || v.IsNull() {
		return v, nil
	}
	return f.Codec.Encode(v)
}
