package state

import "errors"

// stored is what a record read back gives.
type stored[T any] interface {
	*T
	decode(*decoder)
	key(*encoder)
}

// list calls fn with every record of a bucket under a pipeline, 0 for all.
// Each is a fresh one.
func list[T any, P stored[T]](v *View, bucket uint8, p Number, fn func(P) error) error {
	var prefix encoder
	if p != 0 {
		prefix.number(p)
	}
	return listUnder[T, P](v, bucket, prefix.b, fn)
}

func listUnder[T any, P stored[T]](v *View, bucket uint8, prefix []byte, fn func(P) error) error {
	return v.each(bucket, prefix, func(_, data []byte) error {
		r := P(new(T))
		d := newDecoder(data)
		r.decode(&d)
		if err := d.end(); err != nil {
			return damaged(v.store.path, string(bucketNames[bucket])+": "+err.Error())
		}
		return fn(r)
	})
}

// one reads the record that stands under the key of the wanted one.
func one[T any, P stored[T]](v *View, bucket uint8, want P) (T, bool) {
	var e encoder
	want.key(&e)
	data := v.get(bucket, e.b)
	if data == nil {
		return *new(T), false
	}
	d := newDecoder(data)
	want.decode(&d)
	return *want, d.end() == nil
}

// Conflict returns an open conflict, review or finding.
func (v *View) Conflict(p Number, x Entity, unit Number, subject string) (Conflict, bool) {
	return one(v, bucketConflict, &Conflict{Pipeline: p, Entity: x, Unit: unit, Subject: subject})
}

// Conflicts calls fn with what is open in a pipeline, 0 for all.
func (v *View) Conflicts(p Number, fn func(*Conflict) error) error {
	return list(v, bucketConflict, p, fn)
}

func entityPrefix(p Number, x Entity) []byte {
	var e encoder
	e.number(p)
	e.entity(x)
	return e.b
}

// Waits calls fn with what waits in a pipeline, 0 for all.
func (v *View) Waits(p Number, fn func(*Wait) error) error { return list(v, bucketWait, p, fn) }

// Dead returns why a record does not take part, false when it does.
func (v *View) Dead(p, end Number, record string) (Dead, bool) {
	return one(v, bucketDead, &Dead{Pipeline: p, End: end, Record: record})
}

// Deads calls fn with the records set aside in a pipeline, 0 for all.
func (v *View) Deads(p Number, fn func(*Dead) error) error { return list(v, bucketDead, p, fn) }

// Tombs calls fn with the records of a pipeline that are gone, 0 for all.
func (v *View) Tombs(p Number, fn func(*Tomb) error) error { return list(v, bucketTomb, p, fn) }

// Apart reports whether it was decided that two records are not the same.
func (v *View) Apart(p Number, x, y Ref) bool {
	var e encoder
	apartOf(p, x, y).key(&e)
	return v.get(bucketApart, e.b) != nil
}

// Aparts calls fn with the pairs of a pipeline that are not the same, 0 for
// all. A state of format 1 tells of none.
func (v *View) Aparts(p Number, fn func(*Apart) error) error {
	if v.store.format < since(bucketStray) {
		return nil
	}
	return list(v, bucketApart, p, fn)
}

// Strays calls fn with the records in the journal that belong to nobody.
func (v *View) Strays(fn func(*Stray) error) error { return list(v, bucketStray, 0, fn) }

// Stray returns what the journal's entity is, when it has no link.
func (v *View) Stray(x Entity) (Stray, bool) { return one(v, bucketStray, &Stray{Entity: x}) }

// Blocked reports whether a digest is of somebody who takes no part any more.
func (v *View) Blocked(digest [32]byte) bool {
	_, ok := one(v, bucketBlock, &Block{Digest: digest})
	return ok
}

// Blocks calls fn with every digest that takes no part any more.
func (v *View) Blocks(fn func(*Block) error) error { return list(v, bucketBlock, 0, fn) }

// AllFacts calls fn with the confirmed transitions of a pipeline, 0 for all.
func (v *View) AllFacts(p Number, fn func(*Fact) error) error { return list(v, bucketFact, p, fn) }

// AllSeen calls fn with the events of a pipeline that were taken, 0 for all.
func (v *View) AllSeen(p Number, fn func(*Seen) error) error { return list(v, bucketSeen, p, fn) }

// Parted reports whether it was decided of any two records of a pipeline that
// they are not the same.
func (v *View) Parted(p Number) bool {
	var prefix encoder
	prefix.number(p)
	found := false
	_ = v.each(bucketApart, prefix.b, func(_, _ []byte) error {
		found = true
		return errSeen
	})
	return found
}

// errSeen ends a walk that has found what it looked for.
var errSeen = errors.New("seen")

// Facts calls fn with the confirmed transitions of an entity, oldest first for
// each unit.
func (v *View) Facts(p Number, x Entity, fn func(*Fact) error) error {
	return listUnder(v, bucketFact, entityPrefix(p, x), fn)
}

// Breakers calls fn with what is left alone in a pipeline, 0 for all.
func (v *View) Breakers(p Number, fn func(*Breaker) error) error {
	return list(v, bucketBreaker, p, fn)
}

// Events calls fn with the stored events, oldest first.
func (v *View) Events(fn func(*Event) error) error { return list(v, bucketInbox, 0, fn) }

// Seen returns what is known of an event that was taken.
func (v *View) Seen(p, end Number, event string) (Seen, bool) {
	return one(v, bucketSeen, &Seen{Pipeline: p, End: end, Event: event})
}

// Actions calls fn with the steps of the outbox, oldest first.
func (v *View) Actions(fn func(*Action) error) error { return list(v, bucketOutbox, 0, fn) }

// Dues calls fn with the escalations, the first due first.
func (v *View) Dues(fn func(*Due) error) error { return list(v, bucketDue, 0, fn) }

func (v *View) meta(kind byte, key func(*encoder)) []byte {
	e := encoder{b: []byte{kind}}
	key(&e)
	return v.get(bucketMeta, e.b)
}

// Checkpoint returns how far an end was read, nil when nobody said.
func (v *View) Checkpoint(p, end Number) []byte {
	c := v.meta('c', func(e *encoder) { e.number(p); e.number(end) })
	if c == nil {
		return nil
	}
	return append([]byte{}, c...)
}

// Pass returns what is known of a pipeline's passes over an end.
func (v *View) Pass(p, end Number) Pass {
	data := v.meta('p', func(e *encoder) { e.number(p); e.number(end) })
	if data == nil {
		return Pass{}
	}
	d := newDecoder(data)
	pass := Pass{Complete: d.time(), First: d.u8() != 0}
	if d.end() != nil {
		return Pass{}
	}
	return pass
}

// Hash returns the hash kept under a name, nil when there is none.
func (v *View) Hash(name string) []byte {
	h := v.meta('h', func(e *encoder) { e.raw(name) })
	return append([]byte(nil), h...)
}

// Kept returns what a connector kept under a name; "" when there is nothing.
func (v *View) Kept(name string) string {
	return string(v.meta('o', func(e *encoder) { e.raw(name) }))
}

// Audit returns where the journal stands.
func (v *View) Audit() (length int64, head [32]byte) {
	data := v.get(bucketMeta, keyAudit)
	if len(data) != 8+len(head) {
		return 0, head
	}
	copy(head[:], data[8:])
	return int64(bigEndian(data[:8])), head
}

// Totals counts what a pipeline has.
type Totals struct {
	States  [Tombstone + 1]int64 // links by state
	Classes [Classes]int64       // links and what Batch.Add added, by class
}

// Totals returns the counts of a pipeline as of the snapshot.
func (v *View) Totals(p Number) (t Totals) {
	for i := range t.States {
		t.States[i] = v.total(p, countState, byte(i))
	}
	for i := range t.Classes {
		t.Classes[i] = v.total(p, countClass, byte(i)) + v.total(p, countAdded, byte(i))
	}
	return t
}

func (v *View) total(p Number, kind, which byte) int64 {
	return int64(bigEndian(v.get(bucketMeta, countKey(p, kind, which))))
}
