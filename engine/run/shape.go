package run

import (
	"context"
	"errors"

	"syncline/connectors"
	"syncline/engine/match"
	"syncline/engine/state"
)

// shaped is an item that became an observation: encoded, with what the pass
// has to know of it at once.
type shaped struct {
	index   int // in the listing
	id      string
	hash    uint64
	out     bool
	gone    bool
	err     error
	where   string
	bytes   []byte
	digests []match.Digest
	twin    state.Entity // whose duplicate it was
}

// shape decodes items, maps them to the entity and keeps them.
func (p *pass) shape(ctx context.Context, e *endPass, stream connectors.Stream, work []wanted) error {
	if len(work) == 0 {
		return nil
	}
	if work[0].item.Raw == nil && work[0].item.ID != "" {
		return p.shapeByID(ctx, e, work)
	}
	return p.keepAll(e, work, p.mapped(e, len(work), func(m *mapper, i int, o *observation) error {
		it := work[i].item
		o.Index, o.Hash = work[i].index, it.Hash
		if it.Gone {
			o.Mapped.ID = it.ID
			return errGone
		}
		if err := stream.Decode(it, o.Raw); err != nil {
			o.Where = whereOf(stream, it)
			return err
		}
		if len(o.Raw.ID) == 0 {
			o.Where = whereOf(stream, it)
			return errNoID
		}
		if l, ok := stream.(connectors.Locator); ok && m.wantsPlace {
			o.Where = l.Where(it)
		}
		return nil
	}))
}

var (
	errGone = errors.New("the record is gone")
	errNoID = errors.New("the record has no id")
)

func whereOf(stream connectors.Stream, it *connectors.Item) string {
	if l, ok := stream.(connectors.Locator); ok {
		return l.Where(it)
	}
	return it.Where
}

// idPage is how many records are got by id in one call.
const idPage = 1000

// shapeByID reads the records that a listing only named.
func (p *pass) shapeByID(ctx context.Context, e *endPass, work []wanted) error {
	return p.shapeAll(ctx, e, p.unlistedChanges(e, work))
}

// shapeAll reads records by id, whatever is known of them.
func (p *pass) shapeAll(ctx context.Context, e *endPass, work []wanted) error {
	for len(work) > 0 {
		page := work[:min(idPage, len(work))]
		work = work[len(page):]
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].item.ID
		}
		got, err := p.get(ctx, e, ids)
		if err != nil {
			return err
		}
		e.outdated(page, got)
		page, got = p.answeredOnly(e, page, got)
		err = p.keepAll(e, page, p.mapped(e, len(page), func(_ *mapper, i int, o *observation) error {
			o.Index, o.Hash = page[i].index, page[i].item.Hash
			if g := &got[i]; g.Presence == connectors.Live && g.Hash != 0 {
				o.Hash = g.Hash // of what is decided on, which may be older or newer than what was listed
				if o.Index >= 0 && !e.incremental {
					e.entries[o.Index].Raw = g.Hash
				}
			}
			return take(o, &got[i], page[i].item.ID)
		}))
		if err != nil {
			return err
		}
	}
	return nil
}

// outdated takes for unread what an end shows by id otherwise than it listed it,
// where no condition of a write would notice: whichever of the two is old, the
// next pass is shown one record.
func (e *endPass) outdated(page []wanted, got []connectors.Got) {
	if !e.Writes || e.Grade < connectors.ReadBeforeWrite || !e.Facts.Ordered {
		return
	}
	for i := range got {
		if g := &got[i]; g.Presence == connectors.Live && g.Err == nil && page[i].item.Hash != 0 && g.Hash != page[i].item.Hash {
			g.Presence = connectors.Unknown
		}
	}
}

// unlistedChanges drops the records whose link already says that this very
// revision was decided on: they only stood elsewhere in the last listing.
func (p *pass) unlistedChanges(e *endPass, work []wanted) []wanted {
	if p.remap.any {
		return work
	}
	ids := make([]string, len(work))
	for i := range work {
		ids[i] = work[i].item.ID
	}
	owners := make([]state.Entity, 0, len(work))
	err := p.Store.View(func(v *state.View) error {
		owners = v.ByIDs(p.numbers.pipeline, e.number, ids, owners)
		return nil
	})
	if err != nil {
		return work
	}
	knows, err := p.knownAt(e, owners)
	if err != nil {
		return work
	}
	kept := work[:0]
	for i, w := range work {
		if owners[i] == 0 || knows[i].ended || knows[i].raw != w.item.Hash || p.open.has(owners[i]) {
			kept = append(kept, w)
			continue
		}
		p.met(e, owners[i], w.index)
		e.unchanged++
	}
	return kept
}

// take fills the observation with what a read by id gave.
func take(o *observation, g *connectors.Got, id string) error {
	switch {
	case g.Err != nil:
		return g.Err
	case g.Presence == connectors.Live:
		o.Raw, g.Record = g.Record, o.Raw
		if g.Hash != 0 {
			o.Hash = g.Hash
		}
		if o.Raw.ID == "" {
			o.Raw.ID = id
		}
		return nil
	case g.Presence == connectors.Gone, g.Presence == connectors.Archived, g.Presence == connectors.Merged:
		o.Mapped.ID = id
		return errGone
	}
	return errors.New("the record cannot be read now")
}
