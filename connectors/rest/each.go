package rest

import (
	"context"
	"errors"
	"io"
	"sync"

	"syncline/connectors"
)

// parentsOf begins the listing of the parents.
func (s *stream) parentsOf(ctx context.Context) error {
	o, err := s.c.object(verbRead, s.p.o.List.Each.Object)
	if err != nil {
		return err
	}
	if o.List == nil {
		return o.cannot(verbRead, "the API does not list this object, whose children are to be listed")
	}
	s.parents = &stream{c: s.c, p: s.c.bare(o), in: s.c.input(o.Name), next: marks{}, whole: true}
	if s.parents.keeps() {
		s.parents.had = map[uint64]struct{}{}
	}
	if o.List.Each != nil {
		return s.parents.parentsOf(ctx)
	}
	s.parents.one, err = s.c.series(s.parents.p, nil, "")
	return err
}

// brood lists the children of the next parents, so many at once.
func (s *stream) brood(ctx context.Context) error {
	for len(s.asked) == 0 {
		if err := s.ask(ctx); err != nil {
			return err
		}
	}
	n := min(len(s.asked), s.c.parallel())
	some := s.asked[:n]
	s.asked = s.asked[n:]
	return s.all(ctx, some)
}

// ask reads the next page of parents.
func (s *stream) ask(ctx context.Context) error {
	var b connectors.Batch
	if err := s.parents.Next(ctx, &b); err != nil {
		s.ended = err == io.EOF
		return err
	}
	for i := range s.parents.entries {
		e := &s.parents.entries[i]
		if e.err != nil {
			return s.p.o.unreadable(", parent "+s.parents.Where(&connectors.Item{Index: i}), e.err)
		}
		ok, err := s.asks(&e.piece)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		one, err := s.c.series(s.p, &e.piece, s.from[e.id])
		if err != nil {
			return err
		}
		s.asked = append(s.asked, one)
	}
	return nil
}

// asks reports whether a parent's children are listed.
func (s *stream) asks(parent *piece) (bool, error) {
	when := s.p.o.List.Each.When
	if when == nil {
		return true, nil
	}
	in := *s.in
	in.ParentID, in.Parent = parent.own, parent.value()
	v, err := when(&in)
	if err != nil {
		return false, s.p.o.unreadable("", err)
	}
	return v.Bool(), nil
}

// all reads several series at once and queues their pages in order.
func (s *stream) all(ctx context.Context, asked []*series) error {
	pages := make([][][]entry, len(asked))
	err := s.c.each(ctx, len(asked), func(ctx context.Context, i int) error {
		for !asked[i].ended {
			page, err := asked[i].read(ctx)
			if err != nil {
				return err
			}
			pages[i] = append(pages[i], page)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, one := range asked {
		s.queue = append(s.queue, pages[i]...)
		s.close(one, one.parent.id)
	}
	return nil
}

// each calls f for 0 to n-1, Limits.Parallel at a time, and waits. The first
// error, by its place, ends the others.
func (c *conn) each(ctx context.Context, n int, f func(context.Context, int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, n)
	var group sync.WaitGroup
	var mu sync.Mutex
	at := 0
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		at++
		return at - 1
	}
	for range min(n, c.parallel()) {
		group.Go(func() {
			for i := take(); i < n; i = take() {
				if errs[i] = f(ctx, i); errs[i] != nil {
					cancel()
				}
			}
		})
	}
	group.Wait()
	return firstOf(errs)
}

// firstOf returns the first error that is not only that another ended it.
func firstOf(errs []error) error {
	var ended error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		if ended == nil {
			ended = err
		}
	}
	return ended
}

func (c *conn) parallel() int {
	if n := c.d.Limits.Parallel; n > 0 {
		return n
	}
	return defaultParallel
}
