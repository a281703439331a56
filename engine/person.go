package engine

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// place is a record of a pipeline's end.
type place struct {
	pipeline, end state.Number
	record        string
}

// person is somebody the state knows: as entities, as records, by keys, and by
// words that may stand anywhere.
type person struct {
	store    *state.Store
	entities map[state.Entity]bool
	places   map[place]string // as END/RECORD
	keys     []claim
	words    map[string]bool
}

type claim struct {
	pipeline, key state.Number
	digest        uint64
	entity        state.Entity
}

// gather finds everything that is the person whom the words name.
func (e *Engine) gather(s *state.Store, c *pipelines.Config, what string) (*person, error) {
	p := &person{store: s, entities: map[state.Entity]bool{}, places: map[place]string{}, words: map[string]bool{}}
	if _, public := s.FromPublic(what); !public {
		p.words[afterEnd(c, what)] = true
	}
	for _, pipe := range c.Pipelines {
		found, err := find(s, c, pipe, what)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			p.entities[x] = true
		}
		if err := p.loose(pipe, what); err != nil {
			return nil, err
		}
	}
	for before := -1; before != len(p.entities)+len(p.places); {
		before = len(p.entities) + len(p.places)
		if err := p.follow(c); err != nil {
			return nil, err
		}
	}
	err := s.View(func(v *state.View) error {
		return v.Held(p.entities, func(pn, end state.Number, record string) { p.add(pn, end, record) },
			func(pn, key state.Number, digest uint64, x state.Entity) {
				p.keys = append(p.keys, claim{pn, key, digest, x})
			})
	})
	return p, err
}

// afterEnd is the record's id of END/RECORD, or the words themselves.
func afterEnd(c *pipelines.Config, what string) string {
	end, record, ok := strings.Cut(what, "/")
	for _, p := range c.Pipelines {
		if ok && slices.ContainsFunc(p.Ends, func(e *pipelines.End) bool { return e.Name == end }) {
			return record
		}
	}
	return what
}

func (p *person) add(pn, end state.Number, record string) {
	if record == "" {
		return
	}
	name := p.store.Name(state.NumberEnd, end)
	p.places[place{pn, end, record}] = name[strings.LastIndexByte(name, '/')+1:] + "/" + record
	p.words[record] = true
}

// loose finds records that belong to nobody: set aside, gone, or asked about.
func (p *person) loose(pipe *pipelines.Pipeline, what string) error {
	pn, err := p.store.Number(state.NumberPipeline, pipe.Name)
	if err != nil {
		return err
	}
	named := func(end state.Number, record string) {
		if record == what || endName(p.store, pipe, end)+"/"+record == what {
			p.add(pn, end, record)
		}
	}
	return p.store.View(func(v *state.View) error {
		if err := v.Deads(pn, func(d *state.Dead) error { named(d.End, d.Record); return nil }); err != nil {
			return err
		}
		if err := v.Tombs(pn, func(t *state.Tomb) error { named(t.End, t.Record); return nil }); err != nil {
			return err
		}
		if err := v.Events(func(x *state.Event) error { named(x.End, x.Record); return nil }); err != nil {
			return err
		}
		return v.Conflicts(pn, func(k *state.Conflict) error {
			for i := range k.Sides {
				if k.Entity == 0 && i == 0 {
					named(k.Sides[i].End, k.Sides[i].Record)
					if shows(&k.Sides[i], what) {
						p.add(pn, k.Sides[i].End, k.Sides[i].Record)
					}
				}
			}
			return nil
		})
	})
}

// shows reports whether a question shows the words as what the record says: whom
// nobody is linked to yet has no match key of their own.
func shows(side *state.Side, what string) bool {
	return slices.ContainsFunc(side.Values, func(v schema.Value) bool {
		return v.Text() != "" && strings.EqualFold(v.Text(), strings.TrimSpace(what))
	})
}

// follow adds the records of the entities, the entities of the records in every
// pipeline that looks at the same object, and what was found to be the same.
func (p *person) follow(c *pipelines.Config) error {
	return p.store.View(func(v *state.View) error {
		var l state.Link
		for _, x := range slices.Sorted(maps.Keys(p.entities)) {
			ok, err := v.Link(x, &l)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			for _, e := range l.Ends {
				p.add(l.Pipeline, e.End, e.Record)
			}
			for i := range l.Units {
				if kept, err := l.Units[i].KeptValue(); err == nil {
					p.word(kept)
				}
			}
		}
		if err := v.Deads(0, func(d *state.Dead) error {
			if p.entities[d.Entity] {
				p.add(d.Pipeline, d.End, d.Record)
			} else if d.Entity != 0 && p.is(d.Pipeline, d.End, d.Record) {
				p.entities[d.Entity] = true
			}
			p.twins(d)
			return nil
		}); err != nil {
			return err
		}
		if err := v.Conflicts(0, func(k *state.Conflict) error { p.doubles(k); return nil }); err != nil {
			return err
		}
		if err := v.Tombs(0, func(t *state.Tomb) error {
			if p.entities[t.Entity] {
				p.add(t.Pipeline, t.End, t.Record)
			} else if t.Entity != 0 && p.is(t.Pipeline, t.End, t.Record) {
				p.entities[t.Entity] = true
			}
			return nil
		}); err != nil {
			return err
		}
		return p.elsewhere(v, c)
	})
}

// twins adds a record that was set aside as a duplicate, and the one it is a
// duplicate of: one key makes them one person.
func (p *person) twins(d *state.Dead) {
	of, ok := strings.CutPrefix(d.Reason, "duplicate of ")
	if !ok || d.Kind != state.DeadDuplicate {
		return
	}
	if p.is(d.Pipeline, d.End, of) {
		p.add(d.Pipeline, d.End, d.Record)
	} else if p.is(d.Pipeline, d.End, d.Record) {
		p.add(d.Pipeline, d.End, of)
	}
}

// doubles adds the records of a question about duplicates: records of one end
// with one key. Who only may be the same, at another end, is left alone.
func (p *person) doubles(k *state.Conflict) {
	mine := false
	for i := range k.Sides {
		if k.Entity != 0 || k.Sides[i].End != k.Sides[0].End {
			return
		}
		mine = mine || p.is(k.Pipeline, k.Sides[i].End, k.Sides[i].Record)
	}
	for i := range k.Sides {
		if !mine {
			return
		}
		p.add(k.Pipeline, k.Sides[i].End, k.Sides[i].Record)
	}
}

// elsewhere finds the records in the other pipelines that look at one object.
func (p *person) elsewhere(v *state.View, c *pipelines.Config) error {
	type object struct{ system, object string }
	ends := map[object][]place{}
	of := map[state.Number]object{}
	for _, pipe := range c.Pipelines {
		pn, err := p.store.Number(state.NumberPipeline, pipe.Name)
		if err != nil {
			return err
		}
		for _, e := range pipe.Ends {
			en, err := p.store.Number(state.NumberEnd, pipe.Name+"/"+e.Name)
			if err != nil {
				return err
			}
			o := object{e.System.Name, e.Object}
			of[en] = o
			ends[o] = append(ends[o], place{pipeline: pn, end: en})
		}
	}
	for _, at := range slices.Collect(maps.Keys(p.places)) {
		for _, same := range ends[of[at.end]] {
			if x, ok := v.ByID(same.pipeline, same.end, at.record); ok {
				p.entities[x] = true
			}
		}
	}
	return nil
}

// word notes a value that the state holds of the person, to search for it.
func (p *person) word(v schema.Value) {
	if v.Kind() == schema.KindSet || v.Kind() == schema.KindList {
		for _, item := range v.Items() {
			p.word(item)
		}
		return
	}
	if text := v.Display(); v.Is() && len(text) > leastWord {
		p.words[text] = true
	}
}

// is reports whether a record is the person's.
func (p *person) is(pn, end state.Number, record string) bool {
	_, ok := p.places[place{pn, end, record}]
	return ok
}

// subject reports whether END/RECORD is the person's.
func (p *person) subject(pn state.Number, subject string) bool {
	for at, name := range p.places {
		if at.pipeline == pn && name == subject {
			return true
		}
	}
	return false
}

// named reports whether a text names the person.
func (p *person) named(text string) bool {
	for word := range p.words {
		if len(word) >= leastWord && strings.Contains(text, word) {
			return true
		}
	}
	for _, name := range p.places {
		for rest, found := text, true; ; {
			_, rest, found = strings.Cut(rest, name)
			if !found {
				break
			}
			if rest == "" || !strings.ContainsAny(rest[:1], "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") {
				return true
			}
		}
	}
	return false
}

// block adds to a batch that the person takes no part any more: digests of
// their records and of their match keys, which say of nobody who it is.
func (p *person) block(b *state.Batch, at time.Time, random io.Reader) error {
	var key []byte
	err := p.store.View(func(v *state.View) error { key = v.Hash(state.BlockKey); return nil })
	if err != nil {
		return err
	}
	if len(key) == 0 {
		key = make([]byte, 32)
		if _, err := io.ReadFull(random, key); err != nil {
			return err
		}
		b.SetHash(state.BlockKey, key)
	}
	for x := range p.places {
		b.PutBlock(&state.Block{Digest: state.BlockRecord(key, x.pipeline, x.end, x.record), At: at})
	}
	for _, k := range p.keys {
		b.PutBlock(&state.Block{Digest: state.BlockMatch(key, k.pipeline, k.key, k.digest), At: at})
	}
	return nil
}
