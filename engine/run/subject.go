package run

import (
	"context"
	"maps"
	"slices"
	"sort"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
	"syncline/schema"
)

// subject is one entity while it is decided on: its link, what its ends show,
// and what is to be done.
type subject struct {
	fresh   bool // not linked before
	link    state.Link
	seen    []decide.Presence // by end
	away    []decide.Evidence // by end: IsArchived or IsMerged, else IsUnknown
	obs     []*observation    // by end, nil: not read
	entity  *schema.Record    // as it stands after the decisions so far
	prior   *schema.Record    // before this change
	units   []decide.Decision // by unit
	reread  bool
	joined  []int32 // newcomers that became part of it, by end; plus one
	group   int32
	verdict decide.Verdict
	writes  []outgoing
	held    hold
	moved   bool // an end moved while it was decided on: look again
	flying  bool // a write's answer is not known
	opened  bool // something waits for a person
	waiting bool
	waits   []waiting
	since   []state.Wait // what waited before this pass
	clash   string       // whose key it has now
	refusal *refusal
	later   bool           // of a rollback: a record is made again once the rest is put back
	stale   bool           // of a rollback: the bases stay those of an earlier mapping
	dead    []int          // ends that a dead letter keeps it from being written at
	own     []*observation // by end: the memory of obs, used page after page
}

// hold says why nothing of a subject is written.
type hold struct {
	kind   holdKind
	end    int
	reason string
	where  string
}

type holdKind uint8

const (
	free holdKind = iota
	holdAside
	holdReview
	holdWait
)

// loaded returns subjects for linked entities: links from the store, what this
// pass read from the spool, and the rest by id, a page at a time.
func (p *pass) loaded(ctx context.Context, all []state.Entity, joins []join) ([]*subject, error) {
	return p.loadedInto(ctx, all, joins, p.spareSubject)
}

func (p *pass) loadedInto(ctx context.Context, all []state.Entity, joins []join, blank func() *subject) ([]*subject, error) {
	subjects := make([]*subject, 0, len(all))
	err := p.Store.View(func(v *state.View) error {
		for _, e := range all {
			s := blank()
			ok, err := v.Link(e, &s.link)
			if err != nil {
				return err
			}
			if ok && s.link.Pipeline == p.numbers.pipeline && (s.link.State != state.Tombstone || p.Undo != nil) {
				p.align(&s.link)
				p.vacate(s)
				p.onward(s)
				subjects = append(subjects, s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range subjects {
		if err := p.attach(s, joins); err != nil {
			return nil, err
		}
	}
	return subjects, p.fetch(ctx, subjects, false)
}

func (p *pass) blankSubject() *subject {
	return &subject{
		seen: make([]decide.Presence, len(p.ends)), away: make([]decide.Evidence, len(p.ends)), obs: make([]*observation, len(p.ends)),
		entity: schema.NewRecord(p.Pipeline.Shape), prior: schema.NewRecord(p.Pipeline.Shape),
		units: make([]decide.Decision, len(p.Pipeline.Units)), joined: make([]int32, len(p.ends)), group: -1,
		own: make([]*observation, len(p.ends)),
	}
}

// attach gives a subject what this pass read of its records.
func (p *pass) attach(s *subject, joins []join) error {
	for i, e := range p.ends {
		k := sort.Search(len(e.sightings), func(k int) bool { return e.sightings[k].entity >= s.link.Entity })
		if k < len(e.sightings) && e.sightings[k].entity == s.link.Entity && !p.attended[s.link.Entity] {
			if err := p.load(s, i, e.sightings[k].at); err != nil {
				return err
			}
		}
	}
	k := sort.Search(len(joins), func(k int) bool { return joins[k].entity >= s.link.Entity })
	for ; k < len(joins) && joins[k].entity == s.link.Entity; k++ {
		n := &p.fresh.all[joins[k].newcomer]
		if s.link.Ends[n.end].Record != "" {
			continue
		}
		if err := p.load(s, int(n.end), n.at); err != nil {
			return err
		}
		s.joined[n.end] = joins[k].newcomer + 1
	}
	return nil
}

// load reads an observation of the spool into the subject.
func (p *pass) load(s *subject, end int, at int64) error {
	b, err := p.spool.read(at)
	if err != nil {
		return err
	}
	if s.own[end] == nil {
		s.own[end] = newObservation(p.Pipeline.Shape, p.ends[end].Shape())
	}
	s.obs[end], s.seen[end] = s.own[end], decide.Live
	return s.obs[end].decode(b)
}

// fetch reads by id what the subjects lack; with again, everything once more.
// A subject of which an end moved in between is marked.
func (p *pass) fetch(ctx context.Context, subjects []*subject, again bool) error {
	for i, e := range p.ends {
		var ids []string
		var whose []*subject
		for _, s := range subjects {
			id := p.recordAt(s, i)
			if id == "" || s.obs[i] != nil && !again {
				continue
			}
			ids, whose = append(ids, id), append(whose, s)
		}
		if len(ids) == 0 {
			continue
		}
		got, err := p.get(ctx, e, ids)
		if err != nil {
			return e.at(err)
		}
		for k := range got {
			p.observed(whose[k], i, &got[k], ids[k], again)
		}
	}
	return nil
}

func (p *pass) recordAt(s *subject, end int) string {
	if s.obs[end] != nil && s.joined[end] != 0 || s.fresh && s.obs[end] != nil {
		return s.obs[end].id()
	}
	if end < len(s.link.Ends) {
		return s.link.Ends[end].Record
	}
	return ""
}

// observed takes one answer of a read by id.
func (p *pass) observed(s *subject, end int, g *connectors.Got, id string, again bool) {
	switch {
	case g.Err == nil && g.Presence == connectors.Live && p.lagging[flight{s.link.Entity, end}] && g.Hash != s.link.Ends[end].Raw:
		s.obs[end], s.seen[end], s.away[end] = nil, decide.Unknown, decide.IsUnknown // it may be what stood there before this pass wrote
	case g.Err == nil && g.Presence == connectors.Live:
		if again && s.obs[end] != nil && s.obs[end].Hash == g.Hash {
			return
		}
		s.moved = s.moved || again
		o := newObservation(p.Pipeline.Shape, p.ends[end].Shape())
		if s.obs[end] != nil {
			o.Index = s.obs[end].Index
		}
		o.Hash = g.Hash
		if err := take(o, g, id); err == nil {
			p.mapRecord(p.ends[end].End, &p.mappers[0].frame, o)
			s.obs[end], s.seen[end] = o, decide.Live
			p.ends[end].belie(s, end, o)
		}
	case g.Err == nil && g.Presence == connectors.Gone && !p.unshown(s, end):
		s.moved = s.moved || again
		s.obs[end], s.seen[end], s.away[end] = nil, decide.Gone, decide.IsUnknown
	case g.Err == nil && (g.Presence == connectors.Archived || g.Presence == connectors.Merged):
		s.put(end, g.Presence, again)
	default:
		s.obs[end], s.seen[end], s.away[end] = nil, decide.Unknown, decide.IsUnknown
	}
}

// unshown reports whether a record that a read by id does not find may only not
// be shown yet: it was there less than its system's lag ago.
func (p *pass) unshown(s *subject, end int) bool {
	lag := p.ends[end].Facts.Lag.Microseconds()
	return lag > 0 && s.link.Ends[end].Record != "" && p.now.UnixMicro()-s.link.Ends[end].At < lag
}

// formed returns the subject of a group of new records.
func (p *pass) formed(g int32) (*subject, error) {
	s := p.spareSubject()
	s.fresh, s.group = true, g
	l := &s.link
	l.Pipeline, l.State, l.Generation, l.Salt = p.numbers.pipeline, state.Active, 1, p.Store.NewSalt()
	for i := range p.ends {
		l.Ends = append(l.Ends, state.End{End: p.ends[i].number})
	}
	for end, m := range p.groups.of(g) {
		if m == 0 {
			continue
		}
		if err := p.load(s, end, p.fresh.all[m-1].at); err != nil {
			return nil, err
		}
		s.joined[end] = m
	}
	return s, nil
}

// refs names the subject's records.
func (s *subject) refs() []state.Ref {
	var refs []state.Ref
	for _, e := range s.link.Ends {
		if e.Record != "" {
			refs = append(refs, state.Ref{End: e.End, Record: e.Record})
		}
	}
	return refs
}

// combined returns what the subject's ends hold together.
func (s *subject) combined() *schema.Record {
	rec := schema.NewRecord(s.entity.Shape)
	for _, o := range s.obs {
		if o != nil {
			complete(rec, o.Mapped)
		}
	}
	return rec
}

// subjectOf loads one linked entity; nil when there is none.
func (p *pass) subjectOf(ctx context.Context, e state.Entity) (*subject, error) {
	all, err := p.loadedInto(ctx, []state.Entity{e}, nil, p.blankSubject)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// touched returns the linked entities that have to be looked at, in order.
func (p *pass) touched() []state.Entity {
	if p.Undo != nil {
		return p.Undo.entities()
	}
	var out []state.Entity
	for _, e := range p.ends {
		for _, s := range e.sightings {
			if s.changed || p.remap.any || p.open.has(s.entity) {
				out = append(out, s.entity)
			}
		}
	}
	for _, j := range p.joins {
		out = append(out, j.entity)
	}
	for _, m := range p.missed {
		out = append(out, m.entity)
	}
	out = append(out, p.awaiting()...)
	slices.Sort(out)
	return slices.Compact(out)
}

// awaiting returns the entities that are looked at because something of them is
// open. A pass over some records looks at the others only when it is told to.
func (p *pass) awaiting() []state.Entity {
	if p.Hints == nil || p.Hints.Open {
		return p.open.entities()
	}
	return slices.Collect(maps.Keys(p.open.extra))
}
