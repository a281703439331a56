package run

import (
	"context"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// Live brings what systems tell while a pass that lists is under way.
type Live interface {
	// Take returns the records to look at between two pages, the oldest first;
	// none when nothing came.
	Take() []Hint
	// Settle adds to a batch what became of the records taken last. Finished is
	// told whether the batch is true.
	Settle(b *state.Batch, a Attended) (finished func(committed bool))
}

// Attended says what became of records that were looked at between two pages:
// those it does not name are settled.
type Attended struct {
	Unfit   []Hint // not to be looked at before the pass is over
	Unknown []Hint // nobody's yet: this pass may still link them
	Writes  int
}

// A pass over everything may take hours where a system lets little through.
// Between two of its pages it looks at what came meanwhile, in the simplest
// case alone: a record that is linked, with nothing open, whose change is an
// update of fields that nobody is recognised by. All of it is read afresh, and
// the pass reads it afresh once more when its turn comes, so what was listed
// before is never decided on. Everything else waits for the end of the pass:
// who is new or gone is what the pass is about to find out.

// livePage is how many linked entities are looked at between two pages.
const livePage = 64

// between looks at what came meanwhile. Nothing of the pass may be half done.
func (p *pass) between(ctx context.Context) error {
	if p.Live == nil || !p.lends() {
		return nil
	}
	hints := p.Live.Take()
	if len(hints) == 0 {
		return nil
	}
	a, err := p.attend(ctx, hints)
	if err != nil {
		a = Attended{Unfit: hints}
	}
	b := p.Store.NewBatch()
	finished := p.Live.Settle(b, a)
	if err == nil && b.Size() > 0 {
		err = p.Store.Commit(b)
	}
	finished(err == nil)
	return err
}

// lends reports whether something may be done between two pages: every end is
// up, can be read by id, and writes at once.
func (p *pass) lends() bool {
	if !p.Write || p.Undo != nil || p.remap.any || p.stopped != nil {
		return false
	}
	for _, e := range p.ends {
		_, get := e.conn.(connectors.Getter)
		_, session := e.conn.(connectors.SessionWriter)
		if !get || e.Each != "" || session && e.Writes || e.down != "" || e.doubted {
			return false
		}
	}
	return true
}

// attend decides on linked records, and writes what is simple.
func (p *pass) attend(ctx context.Context, hints []Hint) (a Attended, err error) {
	owners, linked, err := p.ownersOf(hints)
	if err != nil {
		return a, err
	}
	counting, before := p.counting, p.writesDone
	p.counting = false
	defer func() { p.counting = counting }()
	settled := map[state.Entity]bool{}
	for page := range slices.Chunk(linked, livePage) {
		if err := p.attendPage(ctx, page, settled); err != nil {
			return a, err
		}
	}
	for i, h := range hints {
		switch {
		case owners[i] == 0:
			a.Unknown = append(a.Unknown, h)
		case !settled[owners[i]]:
			a.Unfit = append(a.Unfit, h)
		}
	}
	a.Writes = p.writesDone - before
	return a, nil
}

// ownersOf returns whose each record is, and all of them that may be looked at.
func (p *pass) ownersOf(hints []Hint) (owners, linked []state.Entity, err error) {
	err = p.Store.View(func(v *state.View) error {
		for _, h := range hints {
			x, _ := v.ByID(p.numbers.pipeline, p.ends[h.End].number, h.Record)
			owners = append(owners, x)
			if x != 0 && !p.unclear(x) {
				linked = append(linked, x)
			}
		}
		return nil
	})
	slices.Sort(linked)
	return owners, slices.Compact(linked), err
}

// unclear reports whether the pass knows something of an entity that a look at
// its records alone does not tell.
func (p *pass) unclear(x state.Entity) bool {
	if p.open.has(x) || p.inFlightAnywhere(x) || p.lost[x] != "" || p.contested[x] != "" {
		return true
	}
	for _, e := range p.ends {
		_, vacant := e.vacant[x]
		if vacant || e.mergers[x] != nil || e.moved[x] != "" {
			return true
		}
	}
	return false
}

func (p *pass) attendPage(ctx context.Context, page []state.Entity, settled map[state.Entity]bool) error {
	for _, x := range page {
		p.attended[x] = true
	}
	p.turnPage()
	all, err := p.loaded(ctx, page, nil)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(s *subject) bool {
		if p.shown(s) {
			p.decide(s)
		}
		return !p.shown(s) || !p.simple(s)
	})
	if err := p.decideAll(ctx, all); err != nil {
		return err
	}
	left := map[mass]int{}
	all = slices.DeleteFunc(all, func(s *subject) bool { return !p.simple(s) || !p.affords(s, left) })
	if err := p.write(ctx, all); err != nil {
		return err
	}
	for _, s := range all {
		quiet := !s.moved && !s.flying && s.refusal == nil && len(s.waits) == 0 && s.held.kind == free
		settled[s.link.Entity] = quiet && !slices.Contains(p.again, s.link.Entity)
	}
	return p.stopped
}

// shown reports whether every record of a subject was read, and counts.
func (p *pass) shown(s *subject) bool {
	for i, o := range s.obs {
		if s.link.Ends[i].Record != "" && (o == nil || o.Out || s.seen[i] != decide.Live) {
			return false
		}
	}
	return true
}

// simple reports whether what was decided on a subject is an update of fields
// that nobody is recognised by, or nothing.
func (p *pass) simple(s *subject) bool {
	if s.held.kind != free || s.verdict.Fate != decide.Stays || s.clash != "" || s.moved || len(s.waits) > 0 || s.opened {
		return false
	}
	for i := range s.units {
		switch s.units[i].Kind {
		case decide.Nothing:
		case decide.Rebase, decide.Write:
			if p.names(i) {
				return false
			}
		default:
			return false
		}
	}
	return !slices.ContainsFunc(s.writes, func(w outgoing) bool { return w.verb != verbUpdate })
}

// names reports whether somebody is recognised by a field of a unit.
func (p *pass) names(unit int) bool {
	for _, slot := range p.Pipeline.Units[unit].Slots {
		for i := range p.rules.Keys {
			if slices.Contains(p.rules.Keys[i].Fields, slot) {
				return true
			}
		}
	}
	return false
}

// affords reports whether the ceilings let a subject pass, after those of its
// page before it: what has to be withheld is withheld by who counts.
func (p *pass) affords(s *subject, left map[mass]int) bool {
	ok := true
	var mine []mass
	p.masses(s, func(m mass) {
		if l := p.limitOf(m); p.closed[m] || l.holds && p.spent[m]+left[m]+1 > l.count {
			ok = false
		}
		mine = append(mine, m)
	})
	if ok {
		for _, m := range mine {
			left[m]++
		}
	}
	return ok
}

// pace is how long the pages of a pass are for whose end somebody may wait: as
// long as takes a moment, by what writes cost lately.
type pace struct {
	size int
	cost time.Duration // of a write
}

const (
	firstPage, leastPage = 16, 4
	pageTime             = 2 * time.Second
)

// pageLen is how many entities the next page has: as many as a system takes in
// one request at least, since fewer take as long.
func (p *pass) pageLen() int {
	if p.Live == nil || !p.lends() {
		return pageSize
	}
	least := leastPage
	for _, e := range p.ends {
		if e.Writes {
			least = max(least, e.Facts.Batch)
		}
	}
	return min(max(p.pace.size, least), pageSize)
}

// paged learns from how long a page took. What was quick once is believed
// slowly: a limit lets many through at once, and then none.
func (x *pace) paged(n, writes int, took time.Duration) {
	if x.cost = x.cost * 9 / 10; writes > 0 {
		x.cost = max(x.cost, took/time.Duration(writes))
	}
	x.size = 2 * n
	if x.cost > 0 {
		x.size = min(x.size, int(pageTime/x.cost))
	}
}
