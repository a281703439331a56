package run

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// endPass is one end during a pass.
type endPass struct {
	*plans.End
	conn   connectors.Conn
	number state.Number

	incremental     bool // reads only what changed since the checkpoint
	complete        bool // the listing told which records exist
	doubted         bool // the listing is not believed: it is empty, or lacks too many linked records
	shadows         bool // records that take no part are indexed all the same
	blind           bool // some of them could not be read: nobody knows who they are
	next            connectors.Checkpoint
	keepsCheckpoint bool   // a walk that cannot tell who is gone does not move past what does
	stamp           string // of the object when the listing began; "" when the system gives none

	moved     map[state.Entity]string  // links that are planned to stand on the record theirs was merged into
	mergers   map[state.Entity]*merger // linked records that were merged, and whose link cannot follow
	old       *listing                 // what the last complete listing was
	entries   []state.Entry            // this listing, in its order
	seen      entities                 // linked records that were met
	vacant    map[state.Entity]string  // links whose record came back under another id, by the old one
	resting   entities                 // records of ended links that were met undecoded
	sentinels sentinels                // records that have to be in the listing
	dirty     bool                     // the last listing may lack links, or name what is not decided on any more
	unread    []string                 // the ids of records that could not be read

	sightings                                    []sighting // linked records that were decoded, in listing order
	read                                         int
	unchanged                                    int
	asides                                       map[string]int
	buried                                       map[string]bool // records set aside in this pass
	created, updated, archived, deleted, refused int

	batch      connectors.Batch
	firstDone  bool  // the first pass towards the end is done
	since      int64 // when the last complete pass ended, microseconds; 0: never
	session    connectors.Session
	unreached  bool                    // a read failed in this pass, and was counted
	until      time.Time               // when an end that is down is tried again; zero: nobody knows
	down       string                  // why nothing more is written here in this pass, "" when it is up
	unanswered string                  // why writes are left of which nobody knows, "" for none
	written    map[state.Entity]uint64 // raw hashes that this pass decided on or wrote, where the listing names others
	made       []state.Entry           // records this pass created
	shown      map[state.Entity]uint64 // linked records that a read by id showed, with the raw hash decided on before

	needed    map[string]bool // fields a create has to give
	looked    map[string]bool // new records that a pass over what changed came upon
	replaying bool            // they are read by id, because they wait
	outgrown  bool            // links of the end know more than its last listing, since this pass

	setAside, inReview, waiting int
}

// sighting is a linked record that was decoded in this pass.
type sighting struct {
	entity  state.Entity
	at      int64 // in the spool
	changed bool
}

// read lists every end. What is unchanged by its raw hash leaves here.
func (p *pass) read(ctx context.Context) error {
	if err := p.readable(ctx); err != nil {
		return err
	}
	p.leaveAlone()
	for _, e := range p.ends {
		began := p.Clock()
		err := p.list(ctx, e)
		p.timed(Event{End: e.Name, Stage: "reading", Done: e.read}, began, err)
		if err != nil {
			return e.at(p.unreadEnd(e, err))
		}
		p.worked(fuse{end: e.Index})
		p.emit(Event{Kind: Progress, End: e.Name, Stage: "reading", Done: e.read, Total: e.read})
	}
	return nil
}

func (p *pass) list(ctx context.Context, e *endPass) error {
	reader, ok := e.conn.(connectors.Reader)
	if !ok {
		return &connectors.Error{Kind: connectors.Unsupported, Op: "read", Where: e.Object, Err: errors.New("the connector cannot list records")}
	}
	e.watch()
	from, err := p.startOf(e)
	if err != nil {
		return err
	}
	stream, err := reader.Read(ctx, &e.Selection, from, !e.incremental)
	for err != nil && p.patient(ctx, err) {
		stream, err = reader.Read(ctx, &e.Selection, from, !e.incremental)
	}
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		e.batch.Reset()
		err := stream.Next(ctx, &e.batch)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := p.take(ctx, e, stream); err != nil {
			return err
		}
		p.emit(Event{Kind: Progress, End: e.Name, Stage: "reading", Done: e.read})
		if err := p.between(ctx); err != nil {
			return err
		}
	}
	e.next, e.complete = stream.Done()
	e.complete = e.complete && !e.incremental
	if err := p.replay(e, func(work []wanted) error { return p.shape(ctx, e, stream, work) }); err != nil {
		return err
	}
	if err := p.watched(e); err != nil {
		return err
	}
	known := len(p.missed)
	if err := p.miss(e); err != nil || !e.complete || e.doubted {
		return err
	}
	return p.weigh(e, known)
}

// miss notes the linked records that a complete listing lacks: a read by id
// will tell whether they are gone. An empty listing proves nothing.
func (p *pass) miss(e *endPass) error {
	if e.emptied(p.linkedBefore) {
		return p.disbelieveEmpty(e)
	}
	if !e.complete {
		return nil
	}
	if !e.dirty {
		for _, entry := range e.old.entries {
			if entry.Entity != 0 && entry.Mark != markTwin && !e.seen.has(entry.Entity) {
				p.missed = append(p.missed, missing{entity: entry.Entity, end: e.Index})
			}
		}
		return nil
	}
	return p.Store.View(func(v *state.View) error {
		return v.Links(p.numbers.pipeline, func(l *state.Link) error {
			k := l.End(e.number)
			if k >= 0 && l.Ends[k].Record != "" && l.State == state.Active && !e.seen.has(l.Entity) {
				p.missed = append(p.missed, missing{entity: l.Entity, end: e.Index})
			}
			return nil
		})
	})
}

// startOf prepares the listing: from the checkpoint where the end has a
// cursor and its sweep is not due, else whole and merged with the last one.
func (p *pass) startOf(e *endPass) (from connectors.Checkpoint, err error) {
	var last state.Pass
	swept := false
	err = p.Store.View(func(v *state.View) error {
		last = v.Pass(p.numbers.pipeline, e.number)
		swept = len(v.Hash(p.staleName(e))) == 0
		from = append(from, v.Checkpoint(p.numbers.pipeline, e.number)...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s, ok := e.conn.(connectors.Stamper); ok && e.Writes {
		// Taken before the first read: what moves later is noticed.
		if e.stamp, err = s.Stamp(context.Background(), &e.Selection); err != nil {
			e.stamp = ""
		}
	}
	due := e.Sweep > 0 && p.now.Sub(last.Complete) >= e.Sweep
	if swept && !e.Facts.Complete {
		due = false // only what is read from the checkpoint tells who is gone
	}
	if e.Selection.Cursor != "" && len(from) > 0 && !due && !p.Full && !p.remap.any && p.searchable(e) {
		e.incremental = true
		return from, nil
	}
	e.keepsCheckpoint = len(from) > 0 && !e.Facts.Complete
	e.old, err = p.oldListing(e)
	return from, err
}

// searchable reports whether an end can be asked who is there before something
// is created: what is new alone does not tell who was there and belongs to
// nobody.
func (p *pass) searchable(e *endPass) bool {
	_, finder := e.conn.(connectors.Finder)
	return finder || !e.May(verbCreate)
}

// take walks one batch of items: what is unchanged is counted and left, the
// rest is shaped, mapped and kept in the spool.
func (p *pass) take(ctx context.Context, e *endPass, stream connectors.Stream) error {
	work := p.wanted[:0]
	for i := range e.batch.Items {
		it := &e.batch.Items[i]
		e.read++
		at := len(e.entries)
		if !e.incremental {
			e.entries = append(e.entries, state.Entry{Raw: it.Hash})
		}
		e.sentinels.met(it.ID)
		if it.Err != nil {
			e.unread = append(e.unread, strings.Clone(it.ID))
			p.setAside(e, it.ID, whereOf(stream, it), reasonUnread, it.Err)
			continue
		}
		if e.incremental && it.Gone {
			work = append(work, wanted{item: it, index: -1})
			continue
		}
		if e.old != nil && !p.remap.any && !e.dirty {
			if known, ok := e.old.match(it.Hash); ok && known.Entity != 0 {
				e.entries[at].Entity, e.entries[at].Mark = known.Entity, known.Mark
				if known.Mark == markTwin {
					work = append(work, wanted{item: it, index: at, twin: known.Entity})
					continue
				}
				if known.Mark == markEnded {
					e.resting.add(known.Entity)
					e.asides[reasonUnlinked]++
					e.setAside++
					continue
				}
				if !p.open.has(known.Entity) {
					e.seen.add(known.Entity)
					e.unchanged++
					continue
				}
			}
		}
		work = append(work, wanted{item: it, index: at})
	}
	p.wanted = work
	return p.shape(ctx, e, stream, work)
}

// wanted is an item that has to be decoded.
type wanted struct {
	item  *connectors.Item
	index int          // in the listing, -1: none
	twin  state.Entity // whose duplicate it was, unchanged since
}

// listing walks the entries of the last complete listing beside the new one.
type listing struct {
	entries []state.Entry
	at      int
}

// lookahead is how far the walk looks for a record that moved forward because
// others before it are gone.
const lookahead = 64

// match finds the entry of an unchanged record. Entries that were passed over
// are not met again here; their records are found by id.
func (l *listing) match(hash uint64) (state.Entry, bool) {
	end := min(l.at+lookahead, len(l.entries))
	for i := l.at; i < end; i++ {
		if l.entries[i].Raw == hash {
			l.at = i + 1
			return l.entries[i], true
		}
	}
	return state.Entry{}, false
}

// skip moves past the entry of a record that changed in place.
func (l *listing) skip(entity state.Entity) {
	if l != nil && l.at < len(l.entries) && l.entries[l.at].Entity == entity {
		l.at++
	}
}

func (p *pass) oldListing(e *endPass) (*listing, error) {
	r, err := p.Store.ListingReader(p.numbers.pipeline, e.number)
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for {
		entry, ok, err := r.Next()
		if err != nil || !ok {
			return l, err
		}
		l.entries = append(l.entries, entry)
	}
}
