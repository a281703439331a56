package engine

import (
	"fmt"
	"maps"
	"slices"

	"syncline/engine/state"
)

// dropping gathers into a batch what is forgotten, and counts it.
type dropping struct {
	*person
	batch  *state.Batch
	counts map[string]int
}

// plan fills the batch with everything that is dropped of the person, and says
// what that is. A write of which nobody knows whether it arrived keeps them: to
// forget it could do it twice.
func (p *person) plan(b *state.Batch) (out Forgotten, err error) {
	d := &dropping{person: p, batch: b, counts: map[string]int{}}
	for _, x := range slices.Sorted(maps.Keys(p.entities)) {
		out.Entities = append(out.Entities, p.store.Public(x))
	}
	err = p.store.View(func(v *state.View) error {
		for _, step := range []func(*state.View) error{d.intents, d.links, d.items, d.waits, d.records, d.history, d.queues} {
			if err := step(v); err != nil {
				return err
			}
		}
		return v.Strays(func(x *state.Stray) error {
			if p.subject(x.Pipeline, x.Subject) {
				b.DeleteStray(x.Entity)
				out.Entities = append(out.Entities, p.store.Public(x.Entity))
				d.counts["in the journal without a link"]++
			}
			return nil
		})
	})
	if err == nil {
		err = d.listings()
	}
	for _, kind := range slices.Sorted(maps.Keys(d.counts)) {
		out.Drops = append(out.Drops, ForgetCount{kind, d.counts[kind]})
	}
	return out, err
}

func (d *dropping) intents(v *state.View) error {
	return v.Intents(func(_ uint64, is []state.Intent) error {
		for i := range is {
			if d.entities[is[i].Entity] {
				return fmt.Errorf("a write of theirs at %s is not confirmed yet: run once more, then forget", d.store.Name(state.NumberEnd, is[i].End))
			}
		}
		return nil
	})
}

func (d *dropping) links(v *state.View) error {
	var l state.Link
	for x := range d.entities {
		ok, err := v.Link(x, &l)
		if err != nil {
			return err
		}
		if ok {
			d.batch.DeleteLink(x)
			d.counts["links"]++
		}
	}
	for at := range d.places {
		if x, ok := v.ByID(at.pipeline, at.end, at.record); ok && d.entities[x] {
			d.batch.DeleteID(at.pipeline, at.end, at.record)
			d.counts["record ids"]++
		}
	}
	for _, k := range d.keys {
		d.batch.ReleaseKey(k.pipeline, k.key, k.digest, k.entity)
		d.counts["match keys"]++
	}
	return nil
}

// items drops what is open of the person; what is open of others and names
// them goes on without.
func (d *dropping) items(v *state.View) error {
	return v.Conflicts(0, func(k *state.Conflict) error {
		mine := d.entities[k.Entity] || k.Entity == 0 && d.subject(k.Pipeline, k.Subject)
		touched := d.named(k.Reason) || k.Choice != nil && d.named(k.Choice.Answer)
		for i := range k.Sides {
			touched = touched || d.is(k.Pipeline, k.Sides[i].End, k.Sides[i].Record)
		}
		if mine {
			for i := range k.Sides {
				for _, value := range k.Sides[i].Values {
					d.word(value)
				}
			}
		}
		switch {
		case mine, touched && k.Entity == 0:
			d.batch.DeleteConflict(k.Pipeline, k.Entity, k.Unit, k.Subject)
			d.counts["open items"]++
		case touched:
			k.Sides = slices.DeleteFunc(k.Sides, func(s state.Side) bool { return d.is(k.Pipeline, s.End, s.Record) })
			k.Choice, k.Reason = nil, reasonForgotten
			d.batch.PutConflict(k)
			d.counts["mentions"]++
		}
		return nil
	})
}

// reasonForgotten stands where a reason named somebody who was forgotten.
const reasonForgotten = "it had to do with somebody who was forgotten"

func (d *dropping) waits(v *state.View) error {
	err := v.Waits(0, func(w *state.Wait) error {
		switch {
		case d.entities[w.Entity]:
			d.batch.DeleteWait(w.Pipeline, w.Entity, w.End, w.Unit)
			d.counts["waiting writes"]++
		case d.named(w.Reason):
			w.Reason = reasonForgotten
			d.batch.PutWait(w)
			d.counts["mentions"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Dues(func(x *state.Due) error {
		if d.entities[x.Entity] || x.Entity == 0 && d.subject(x.Pipeline, x.Subject) {
			d.batch.DeleteDue(x)
			d.counts["escalations"]++
		}
		return nil
	})
}

func (d *dropping) records(v *state.View) error {
	err := v.Deads(0, func(x *state.Dead) error {
		switch {
		case d.is(x.Pipeline, x.End, x.Record) || d.entities[x.Entity]:
			d.batch.DeleteDead(x.Pipeline, x.End, x.Record)
			d.counts["records set aside"]++
		case d.named(x.Reason):
			x.Reason = reasonForgotten
			d.batch.PutDead(x)
			d.counts["mentions"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = v.Tombs(0, func(t *state.Tomb) error {
		if d.is(t.Pipeline, t.End, t.Record) || d.entities[t.Entity] {
			d.batch.DeleteTomb(t.Pipeline, t.End, t.Record)
			d.counts["records that are gone"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Aparts(0, func(a *state.Apart) error {
		if d.is(a.Pipeline, a.Records[0].End, a.Records[0].Record) || d.is(a.Pipeline, a.Records[1].End, a.Records[1].Record) {
			d.batch.DeleteApart(a.Pipeline, a.Records[0], a.Records[1])
			d.counts["records kept apart"]++
		}
		return nil
	})
}

func (d *dropping) history(v *state.View) error {
	err := v.AllFacts(0, func(f *state.Fact) error {
		if d.entities[f.Entity] {
			d.batch.DeleteFact(f)
			d.counts["transitions"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Breakers(0, func(k *state.Breaker) error {
		if d.named(k.Reason) {
			k.Reason = reasonForgotten
			d.batch.PutBreaker(k)
			d.counts["mentions"]++
		}
		return nil
	})
}

func (d *dropping) queues(v *state.View) error {
	err := v.Events(func(x *state.Event) error {
		if d.is(x.Pipeline, x.End, x.Record) || d.named(string(x.Payload)) {
			d.batch.DeleteEvent(x.Sequence)
			d.counts["events"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = v.AllSeen(0, func(x *state.Seen) error {
		if d.named(x.Event) {
			d.batch.DeleteSeen(x.Pipeline, x.End, x.Event)
			d.counts["events"]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Actions(func(a *state.Action) error {
		if d.entities[a.Entity] || d.named(string(a.Payload)) || d.named(a.Key) {
			d.batch.DeleteAction(a.Sequence)
			d.counts["actions to come"]++
		}
		return nil
	})
}

// listings takes the person's records out of the last listings, so that they
// are read again like new ones; hashes of their records go as well.
func (d *dropping) listings() error {
	if len(d.entities) == 0 {
		return nil
	}
	ends := d.store.Names(state.NumberEnd)
	for i := range d.store.Names(state.NumberPipeline) {
		for k := range ends {
			if err := d.listing(state.Number(i+1), state.Number(k+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dropping) listing(p, end state.Number) error {
	r, err := d.store.ListingReader(p, end)
	if err != nil || r.Len() == 0 {
		return err
	}
	entries, found := make([]state.Entry, 0, r.Len()), 0
	for {
		e, ok, err := r.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if d.entities[e.Entity] {
			e = state.Entry{}
			found++
		}
		entries = append(entries, e)
	}
	if found == 0 {
		return nil
	}
	d.counts["places in listings"] += found
	w, err := d.store.ListingWriter(p, end)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := w.Append(e); err != nil {
			return err
		}
	}
	return d.batch.SetListing(w)
}
