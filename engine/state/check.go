package state

import (
	"fmt"

	"github.com/zeebo/xxh3"
	"go.etcd.io/bbolt"
)

// maxFindings is how many findings a check returns at most.
const maxFindings = 100

// checker gathers what does not fit.
type checker struct {
	v        *View
	findings []string
	links    map[Entity]Number // pipeline by entity
	counts   map[string]int64
}

// Check compares every bucket with every other and returns what does not fit,
// at most a hundred findings. It reads the whole state.
func (s *Store) Check() ([]string, error) {
	if s.db == nil {
		return nil, nil
	}
	c := checker{links: map[Entity]Number{}, counts: map[string]int64{}}
	err := s.View(func(v *View) error {
		c.v = v
		c.pages(v.tx)
		for _, check := range []func() error{c.allLinks, c.ids, c.keys, c.intents, c.listings, c.records, c.totals} {
			if err := check(); err != nil {
				c.say("%v", err)
			}
		}
		return nil
	})
	return c.findings, err
}

func (c *checker) say(text string, values ...any) {
	if len(c.findings) < maxFindings {
		c.findings = append(c.findings, fmt.Sprintf(text, values...))
	}
}

func (c *checker) pages(tx *bbolt.Tx) {
	for err := range tx.Check() {
		c.say("file: %v", err)
	}
}

func (c *checker) allLinks() error {
	return c.v.Links(0, func(l *Link) error {
		c.links[l.Entity] = l.Pipeline
		c.counts[string(countKey(l.Pipeline, countState, byte(l.State)))]++
		c.counts[string(countKey(l.Pipeline, countClass, byte(l.Class)))]++
		if l.Entity == 0 || uint64(l.Entity) > c.v.store.sequence.Load() {
			c.say("link %d: its number was never given", l.Entity)
		}
		for i := range l.Ends {
			x := &l.Ends[i]
			if x.Record == "" || l.State == Tombstone {
				continue
			}
			if holder, _ := c.v.ByID(l.Pipeline, x.End, x.Record); holder != l.Entity {
				c.say("link %d: the id it has at end %d belongs to entity %d", l.Entity, x.End, holder)
			}
		}
		return nil
	})
}

func (c *checker) ids() error {
	var l Link
	return c.v.indexed(bucketID, func(key, value []byte) {
		if len(key) < 4 || len(value) != 8 {
			c.say("id: an entry does not read")
			return
		}
		x := Entity(bigEndian(value))
		p, end := Number(key[0])<<8|Number(key[1]), Number(key[2])<<8|Number(key[3])
		if ok, err := c.v.Link(x, &l); err != nil || !ok || l.Pipeline != p {
			c.say("id: an entry of end %d names entity %d, which has no link", end, x)
			return
		}
		if i := l.End(end); i < 0 || l.Ends[i].Record != string(key[4:]) {
			c.say("id: an entry of end %d names entity %d, whose link has another id there", end, x)
		}
	})
}

func (c *checker) keys() error {
	return c.v.indexed(bucketKey, func(key, value []byte) {
		if len(key) != 12 || len(value)%8 != 0 {
			c.say("key: an entry does not read")
			return
		}
		p := Number(key[0])<<8 | Number(key[1])
		for i := 0; i < len(value); i += 8 {
			if of, ok := c.links[Entity(bigEndian(value[i:i+8]))]; !ok || of != p {
				c.say("key: a holder, entity %d, has no link", bigEndian(value[i:i+8]))
			}
		}
	})
}

func (c *checker) intents() error {
	open := map[intentKey]uint64{}
	err := c.v.Intents(func(page uint64, intents []Intent) error {
		for i := range intents {
			k := intentKey{intents[i].Entity, intents[i].End}
			if other, ok := open[k]; ok {
				c.say("intent: entity %d has two open at end %d, in pages %d and %d", k.entity, k.end, other, page)
			}
			open[k] = page
			if _, ok := c.links[k.entity]; !ok && !intents[i].first() {
				c.say("intent: entity %d has no link", k.entity)
			}
		}
		return nil
	})
	return err
}

// first reports whether the intent keeps the link that its success makes.
func (i *Intent) first() bool {
	for _, u := range i.Units {
		if u.Unit == 0 {
			return true
		}
	}
	return false
}

func (c *checker) listings() error {
	return c.v.each(bucketListing, nil, func(k, _ []byte) error {
		if len(k) != 5 || k[4] != 0 {
			return nil
		}
		p, end := Number(k[0])<<8|Number(k[1]), Number(k[2])<<8|Number(k[3])
		refs, err := c.v.directory(p, end)
		for _, ref := range refs {
			page := c.v.listingPage(p, end, ref.id)
			if len(page) != ref.entries*entrySize || xxh3.Hash(page) != ref.hash {
				c.say("listing: a page of end %d is missing or is not what its directory says", end)
				continue
			}
			for at := 0; at < len(page); at += entrySize {
				if x := decodeEntry(page[at:]).Entity; uint64(x) > c.v.store.sequence.Load() {
					c.say("listing: entity %d was never given", x)
				}
			}
		}
		return err
	})
}

func (c *checker) records() error {
	known := func(what string, x Entity) {
		if _, ok := c.links[x]; !ok && x != 0 {
			c.say("%s: entity %d has no link", what, x)
		}
	}
	reads := []error{
		c.v.Conflicts(0, func(r *Conflict) error { known("conflict", r.Entity); return nil }),
		c.v.Waits(0, func(r *Wait) error { known("wait", r.Entity); return nil }),
		c.v.Deads(0, func(r *Dead) error { known("dead", r.Entity); return nil }),
		c.v.Tombs(0, func(*Tomb) error { return nil }),
		c.v.AllFacts(0, func(r *Fact) error { known("fact", r.Entity); return nil }),
		c.v.AllSeen(0, func(*Seen) error { return nil }),
		c.v.Aparts(0, func(*Apart) error { return nil }),
		c.v.Strays(func(r *Stray) error {
			if _, ok := c.links[r.Entity]; ok {
				c.say("stray: entity %d has a link", r.Entity)
			}
			return nil
		}),
		c.v.Blocks(func(*Block) error { return nil }),
		c.v.Breakers(0, func(*Breaker) error { return nil }),
		c.v.Events(func(r *Event) error {
			if r.Sequence > c.v.store.sequence.Load() {
				c.say("inbox: event %d: its number was never given", r.Sequence)
			}
			return nil
		}),
		c.v.Actions(func(r *Action) error { known("outbox", r.Entity); return nil }),
		c.v.Dues(func(r *Due) error { known("due", r.Entity); return nil }),
	}
	for _, err := range reads {
		if err != nil {
			c.say("%v", err)
		}
	}
	return nil
}

func (c *checker) totals() error {
	err := c.v.each(bucketMeta, []byte{'t'}, func(k, data []byte) error {
		n := int64(bigEndian(data))
		if len(k) != 5 || n < 0 {
			c.say("totals: a count does not read or is below zero")
			return nil
		}
		if want := c.counts[string(k)]; k[3] != countAdded && n != want {
			c.say("totals: %d links are counted where there are %d", n, want)
		}
		delete(c.counts, string(k))
		return nil
	})
	for _, n := range c.counts {
		c.say("totals: %d links are not counted", n)
	}
	return err
}
