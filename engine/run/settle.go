package run

import (
	"context"
	"slices"

	"syncline/engine/state"
)

// pageSize is how many entities are decided, and written, at once.
const pageSize = 1024

// settle decides on every entity that has to be looked at, and writes.
//
// It has two phases: first everything is decided and counted and nothing
// leaves, then, unless a kind of change is over its ceiling, the same is
// decided again page by page and written. During a first load, where there is
// nothing to overwrite, the new entities are decided and written page by page
// at once.
func (p *pass) settle(ctx context.Context) error {
	linked := p.touched()
	slices.SortFunc(p.joins, func(a, b join) int { return compareEntities(a.entity, b.entity) })
	for _, e := range p.ends {
		slices.SortFunc(e.sightings, func(a, b sighting) int { return compareEntities(a.entity, b.entity) })
	}
	counted := !p.Write || !p.first
	p.counting = true
	if err := p.walk(ctx, linked, counted, p.count); err != nil {
		return err
	}
	p.counting = false
	if p.stopped != nil {
		return p.stopped
	}
	p.withhold()
	if !p.Write {
		return nil
	}
	if err := p.walk(ctx, linked, true, p.write); err != nil {
		return err
	}
	return p.rewrite(ctx)
}

func compareEntities(a, b state.Entity) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// walk decides on the linked entities and, with groups, on the new ones, a
// page at a time.
func (p *pass) walk(ctx context.Context, linked []state.Entity, groups bool, do func(context.Context, []*subject) error) error {
	p.pace.size = firstPage
	done, total := 0, len(linked)
	if groups {
		total += p.groups.len()
	}
	step := func(page []*subject) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.decideAll(ctx, page); err != nil {
			return err
		}
		if err := do(ctx, page); err != nil {
			return err
		}
		done += len(page)
		p.emit(Event{Kind: Progress, Stage: p.stage(), Done: done, Total: total, Writes: p.writesDone, Conflicts: p.open.count()})
		return p.stopped
	}
	for len(linked) > 0 {
		if err := p.between(ctx); err != nil {
			return err
		}
		n := min(p.pageLen(), len(linked))
		p.turnPage()
		began, before := p.Clock(), p.writesDone
		subjects, err := p.loaded(ctx, linked[:n], p.joins)
		if err != nil {
			return err
		}
		if err := step(subjects); err != nil {
			return err
		}
		linked = linked[n:]
		p.pace.paged(n, p.writesDone-before, p.Clock().Sub(began))
	}
	if !groups {
		return nil
	}
	for from := 0; from < p.groups.len(); {
		if err := p.between(ctx); err != nil {
			return err
		}
		to := min(from+p.pageLen(), p.groups.len())
		p.turnPage()
		began, before := p.Clock(), p.writesDone
		page, err := p.newPage(from, to)
		if err != nil {
			return err
		}
		if err := step(page); err != nil {
			return err
		}
		p.pace.paged(to-from, p.writesDone-before, p.Clock().Sub(began))
		from = to
	}
	return nil
}

// newPage returns the subjects of a stretch of groups.
func (p *pass) newPage(from, to int) ([]*subject, error) {
	page := make([]*subject, 0, to-from)
	for g := from; g < to; g++ {
		if p.groupDone(int32(g)) {
			continue
		}
		s, err := p.formed(int32(g))
		if err != nil {
			return nil, err
		}
		page = append(page, s)
	}
	return page, nil
}

// groupDone reports whether nothing is left of a group: its members were set
// aside after all.
func (p *pass) groupDone(g int32) bool {
	for _, m := range p.groups.of(g) {
		if m != 0 && p.fresh.all[m-1].fate == joined {
			return false
		}
	}
	return true
}

func (p *pass) stage() string {
	if p.counting {
		return "deciding"
	}
	return "writing"
}
