package rest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

var errRestarts = errors.New("the API asked to begin anew twice")

// read begins a listing.
func (c *conn) read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := c.plan(ctx, verbRead, sel)
	if err != nil {
		return nil, err
	}
	if p.o.List == nil {
		return nil, p.o.cannot(verbRead, "the API does not list this object")
	}
	s := &stream{c: c, p: p, in: c.input(p.o.Name), next: marks{}}
	if s.incremental() && !full {
		if s.from, err = readMarks(p.o, from); err != nil {
			return nil, err
		}
	}
	s.whole = len(s.from) == 0
	if s.keeps() {
		s.had = map[uint64]struct{}{}
	}
	if p.o.List.Each != nil {
		err = s.parentsOf(ctx)
	} else {
		s.one, err = c.series(p, nil, s.from[""])
	}
	return s, err
}

// stream is a listing under way.
type stream struct {
	c     *conn
	p     *plan
	in    *Input
	from  marks
	next  marks
	whole bool // the listing was asked for whole

	one     *series   // where there are no parents
	parents *stream   // where there are
	asked   []*series // of parents that were read, still to be walked
	queue   [][]entry

	had     map[uint64]struct{} // ids so far; nil: not kept
	entries []entry             // of the batch last given
	before  int                 // records before it
	short   bool
	ended   bool
}

var (
	_ connectors.Stream  = (*stream)(nil)
	_ connectors.Locator = (*stream)(nil)
)

// incremental reports whether the selection asks for a listing that goes on
// where the last one ended, and the object has one.
func (s *stream) incremental() bool {
	return s.p.sel.Cursor != "" && s.p.o.List.Incremental != nil
}

// keeps reports whether a record may come twice.
func (s *stream) keeps() bool {
	l := s.p.o.List
	if l.Paging != nil && l.Paging.Overlap {
		return true
	}
	if inc, ok := l.Incremental.(Changes); ok && inc.Window > 0 {
		return true
	}
	restarts := func(r Rule) bool { return r.Does == Restart }
	return slices.ContainsFunc(l.Request.Rules, restarts) || slices.ContainsFunc(s.p.o.Rules, restarts) || slices.ContainsFunc(s.c.d.Rules, restarts)
}

// Next implements connectors.Stream.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	b.Reset()
	s.before += len(s.entries)
	s.entries = nil
	for len(s.entries) == 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := s.page(ctx)
		if err != nil {
			s.short = s.short || err != io.EOF
			return err
		}
		s.entries = s.wanted(page)
	}
	for i := range s.entries {
		s.item(b.Add(), i)
	}
	return nil
}

// page returns the next page of the listing; io.EOF after the last.
func (s *stream) page(ctx context.Context) ([]entry, error) {
	if s.ended {
		return nil, io.EOF
	}
	if s.one != nil {
		page, err := s.one.read(ctx)
		if err == nil && s.one.ended {
			s.ended = true
			s.close(s.one, "")
		}
		return page, err
	}
	for len(s.queue) == 0 {
		if err := s.brood(ctx); err != nil {
			return nil, err
		}
	}
	page := s.queue[0]
	s.queue = s.queue[1:]
	return page, nil
}

// close keeps what a series that ended tells.
func (s *stream) close(one *series, parent string) {
	s.short = s.short || one.short
	if s.one == one {
		s.whole = s.whole || one.restarted
	}
	if mark := one.mark(); mark != "" && s.incremental() {
		s.next[parent] = mark
	}
}

// wanted leaves out what came before, and of a whole listing what is not
// there any more.
func (s *stream) wanted(page []entry) []entry {
	out := page[:0]
	for i := range page {
		e := &page[i]
		if e.err == nil {
			e.gone = e.gone || e.presence != connectors.Live
			if e.gone && s.whole || s.again(e) {
				continue
			}
		}
		out = append(out, *e)
	}
	return out
}

func (s *stream) again(e *entry) bool {
	if s.had == nil {
		return false
	}
	sum := xxh3.HashString(e.id)
	if _, again := s.had[sum]; again {
		return true
	}
	s.had[sum] = struct{}{}
	return false
}

func (s *stream) item(it *connectors.Item, i int) {
	e := &s.entries[i]
	it.Index = i
	if e.err != nil {
		it.ID, it.Where = e.id, s.Where(it)
		it.Err = s.p.o.unreadable(", "+it.Where, e.err)
		return
	}
	it.ID, it.Hash, it.Gone = e.id, e.hash, e.gone
	if !e.gone && s.p.o.List.Detail != OnChange {
		it.Raw = e.raw
	}
}

// Where implements connectors.Locator.
func (s *stream) Where(it *connectors.Item) string {
	return "record " + strconv.Itoa(s.before+it.Index+1)
}

// Decode implements connectors.Stream.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	if it.Raw == nil {
		return &connectors.Error{Kind: connectors.Unsupported, Op: verbRead, Where: s.p.o.Name, Err: errDetailed}
	}
	if err := s.p.decode(&s.entries[it.Index].piece, s.in, rec); err != nil {
		return s.p.o.unreadable(", "+s.Where(it), err)
	}
	return nil
}

// Done implements connectors.Stream.
func (s *stream) Done() (connectors.Checkpoint, bool) {
	if !s.ended {
		return nil, false
	}
	complete := s.whole && !s.short && !s.p.o.List.Partial
	if s.parents != nil {
		_, all := s.parents.Done()
		complete = complete && all
	}
	if !s.incremental() || len(s.next) == 0 {
		return nil, complete
	}
	return s.next.checkpoint(), complete
}

// Close implements connectors.Stream. Nothing is under way between two calls of
// Next.
func (s *stream) Close() error { return nil }
