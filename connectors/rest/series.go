package rest

import (
	"context"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// entry is one record of a listing, or why it could not be read.
type entry struct {
	piece
	err  error
	gone bool
}

// series walks everything that is listed below one parent, or where there are
// no parents: the windows one after the other, then what was removed.
type series struct {
	c      *conn
	p      *plan
	l      *Listing
	parent *piece
	from   string // the mark of the last listing; "": whole

	walks    []walk
	g        *pager
	removing bool // the walk under way lists what was removed

	next      schema.Value // the greatest cursor seen
	began     time.Time    // the API's time when the listing began
	token     string
	short     bool
	restarted bool
	ended     bool
}

func (c *conn) series(p *plan, parent *piece, from string) (*series, error) {
	s := &series{c: c, p: p, l: p.o.List, parent: parent, from: from}
	return s, s.begin()
}

// begin makes the walks.
func (s *series) begin() (err error) {
	s.walks, s.g, s.removing, s.next, s.short = []walk{{parent: s.parent}}, nil, false, schema.Value{}, false
	switch inc := s.l.Incremental.(type) {
	case Changes:
		f := s.cursor()
		if f == nil {
			return nil
		}
		var from schema.Value
		if s.from != "" {
			from = f.parse(s.from)
			s.next = from
		}
		s.walks, err = inc.walks(f, s.parent, from, s.c.now())
	case SyncToken:
		s.walks[0].token = s.from
	}
	return err
}

// cursor returns the field that an incremental listing goes by; nil where this
// one has none.
func (s *series) cursor() *Field {
	inc, ok := s.l.Incremental.(Changes)
	if !ok {
		return nil
	}
	if s.p.cursor != nil {
		return s.p.cursor
	}
	if s.p.sel.Cursor == "" && inc.Earliest.IsZero() {
		return nil
	}
	f, _ := s.p.o.Field(inc.Field)
	return f
}

// read returns the records of the next page; after the last, ended is set.
func (s *series) read(ctx context.Context) ([]entry, error) {
	if s.g == nil {
		s.start()
	}
	elements, err := s.g.next(ctx)
	if err != nil {
		return nil, err
	}
	if s.g.restarted {
		return nil, s.restart()
	}
	if s.began.IsZero() {
		if s.began = s.g.began; s.began.IsZero() {
			s.began = s.g.in.Now
		}
	}
	out := s.entries(elements)
	if !s.removing && s.l.Detail == Always {
		if err := s.detail(ctx, out); err != nil {
			return nil, err
		}
	}
	s.finish()
	return out, nil
}

// start begins the next walk.
func (s *series) start() {
	if len(s.walks) > 0 {
		s.g = s.c.pager(s.p, s.l, s.walks[0])
		s.walks = s.walks[1:]
		return
	}
	s.removing = true
	inc := s.l.Incremental.(Changes)
	since, err := s.cursor().asked(inc.Form, s.cursor().parse(s.from))
	if err != nil {
		since = schema.Value{}
	}
	removed := &Listing{Request: inc.Removed.Request, Records: inc.Removed.Records, Paging: inc.Removed.Paging, Incremental: inc}
	s.g = s.c.pager(s.p, removed, walk{parent: s.parent, since: since})
}

// finish goes on after the last page of a walk.
func (s *series) finish() {
	if !s.g.done {
		return
	}
	s.short = s.short || s.g.short
	s.token = s.g.token
	s.g = nil
	inc, ok := s.l.Incremental.(Changes)
	more := ok && inc.Removed != nil && s.from != "" && s.cursor() != nil && !s.removing
	s.ended = len(s.walks) == 0 && !more
}

// restart begins anew as a whole listing.
func (s *series) restart() error {
	if s.restarted {
		return &connectors.Error{
			Kind: connectors.Unreadable, Op: verbRead, Where: s.p.o.Name,
			Err: errRestarts, Hint: "the listing counts as incomplete",
		}
	}
	s.restarted, s.from = true, ""
	return s.begin()
}

// entries looks at the records of a page.
func (s *series) entries(elements []element) []entry {
	parentID := ""
	if s.parent != nil {
		parentID = s.parent.own
	}
	in := s.c.input(s.p.o.Name)
	out := make([]entry, 0, len(elements))
	for _, e := range elements {
		if s.removing {
			out = append(out, s.removed(e, parentID))
			continue
		}
		own := parentID
		if e.parent != nil {
			own = s.p.nestedParent(e.parent)
		} else if s.parent != nil {
			e.parent = s.parent.raw
		}
		w, err := s.p.look(e, own, in)
		out = append(out, entry{piece: w, err: err})
		if err != nil || s.p.cursor == nil {
			continue
		}
		s.next = later(s.next, s.p.cursor.bound(w.cursor))
	}
	return out
}

// nestedParent returns the id of the record that another is nested in: that of
// the parents' object.
func (p *plan) nestedParent(raw []byte) string {
	path := p.o.Identity.ParentPath
	if path.IsZero() {
		path = schema.PathTo("id")
	}
	v, err := schema.FromJSON(raw)
	if err != nil {
		return ""
	}
	return path.Of(v, false).Plain()
}

// removed reads the id of a record that was deleted.
func (s *series) removed(e element, parentID string) entry {
	path := s.p.o.Identity.Path
	if r := s.l.Incremental.(Changes).Removed; !r.ID.IsZero() {
		path = r.ID
	}
	v, err := schema.FromJSON(e.raw)
	w := piece{element: e, parentID: parentID, presence: connectors.Gone}
	if err == nil {
		if v.Kind() == schema.KindObject {
			v = path.Of(v, false)
		}
		w.own = v.Plain()
		err = s.p.identify(&w)
	}
	return entry{piece: w, err: err, gone: true}
}

// detail reads by id what the listing only names.
func (s *series) detail(ctx context.Context, entries []entry) error {
	var at []int
	var ids []string
	for i := range entries {
		if entries[i].err == nil {
			at, ids = append(at, i), append(ids, entries[i].id)
		}
	}
	found, err := s.c.fetch(ctx, s.p, ids)
	if err != nil {
		return err
	}
	for n, i := range at {
		switch f := &found[n]; {
		case f.err != nil:
			entries[i].err = f.err
		case f.presence == connectors.Gone && f.raw == nil:
			entries[i].gone = true // it went while it was listed
		default:
			parent := entries[i].parent
			entries[i].piece = f.piece
			if entries[i].parent == nil {
				entries[i].parent = parent
			}
			if s.p.cursor != nil {
				s.next = later(s.next, s.p.cursor.bound(f.cursor))
			}
		}
	}
	return nil
}

// mark returns where the next listing begins; "" where it cannot be told. It
// is never later than the moment this one began by the API's own clock: a
// record that changed behind the listing's back has an earlier cursor than one
// that changed before it.
func (s *series) mark() string {
	if _, ok := s.l.Incremental.(SyncToken); ok {
		return s.token
	}
	f := s.p.cursor
	if f == nil {
		return ""
	}
	next := s.next
	if !f.isNumber() {
		began := schema.Timestamp(s.began.Truncate(time.Second))
		if next.IsAbsent() || later(next, began).Time().Equal(next.Time()) {
			next = began
		}
		if s.from != "" {
			next = later(next, f.parse(s.from))
		}
	}
	if next.IsAbsent() {
		return ""
	}
	return markOf(next)
}
