package state

// keyed is what is stored as one value each.
type keyed interface {
	key(*encoder)
	encode(*encoder)
}

func (b *Batch) put(bucket uint8, k keyed)    { b.add(bucket, opPut, k.key, k.encode) }
func (b *Batch) delete(bucket uint8, k keyed) { b.add(bucket, opDelete, k.key, nil) }

// PutConflict opens a conflict, review or finding, or stores what became of it.
func (b *Batch) PutConflict(c *Conflict) { b.put(bucketConflict, c) }

// DeleteConflict closes one.
func (b *Batch) DeleteConflict(p Number, x Entity, unit Number, subject string) {
	b.delete(bucketConflict, &Conflict{Pipeline: p, Entity: x, Unit: unit, Subject: subject})
}

// PutWait stores that a write waits.
func (b *Batch) PutWait(w *Wait) { b.put(bucketWait, w) }

// DeleteWait says that it waits no longer.
func (b *Batch) DeleteWait(p Number, x Entity, end, unit Number) {
	b.delete(bucketWait, &Wait{Pipeline: p, Entity: x, End: end, Unit: unit})
}

// PutDead sets a record aside.
func (b *Batch) PutDead(d *Dead) { b.put(bucketDead, d) }

// DeleteDead lets a record take part again.
func (b *Batch) DeleteDead(p, end Number, record string) {
	b.delete(bucketDead, &Dead{Pipeline: p, End: end, Record: record})
}

// PutTomb remembers a record that is gone.
func (b *Batch) PutTomb(t *Tomb) { b.put(bucketTomb, t) }

// PutApart remembers that two records are not the same.
func (b *Batch) PutApart(p Number, x, y Ref) {
	b.put(bucketApart, apartOf(p, x, y))
}

// DeleteApart forgets that.
func (b *Batch) DeleteApart(p Number, x, y Ref) { b.delete(bucketApart, apartOf(p, x, y)) }

// PutStray keeps the salt of a record that belongs to nobody and is in the
// journal.
func (b *Batch) PutStray(x *Stray) { b.put(bucketStray, x) }

// DeleteStray drops it: what the journal sealed with it is closed for good.
func (b *Batch) DeleteStray(x Entity) { b.delete(bucketStray, &Stray{Entity: x}) }

// PutBlock keeps the digest of a record, or of a key, that takes no part any
// more.
func (b *Batch) PutBlock(x *Block) { b.put(bucketBlock, x) }

// DeleteTomb forgets a record that is gone.
func (b *Batch) DeleteTomb(p, end Number, record string) {
	b.delete(bucketTomb, &Tomb{Pipeline: p, End: end, Record: record})
}

// DeleteFact forgets a transition.
func (b *Batch) DeleteFact(f *Fact) { b.delete(bucketFact, f) }

// PutFact stores a confirmed transition.
func (b *Batch) PutFact(f *Fact) { b.put(bucketFact, f) }

// PutBreaker leaves an end or a unit of it alone.
func (b *Batch) PutBreaker(k *Breaker) { b.put(bucketBreaker, k) }

// DeleteBreaker closes it.
func (b *Batch) DeleteBreaker(p, end, unit Number) {
	b.delete(bucketBreaker, &Breaker{Pipeline: p, End: end, Unit: unit})
}

// PutEvent stores an event before it is acknowledged.
func (b *Batch) PutEvent(x *Event) { b.put(bucketInbox, x) }

// DeleteEvent drops an event that was decided on.
func (b *Batch) DeleteEvent(sequence uint64) { b.delete(bucketInbox, &Event{Sequence: sequence}) }

// PutSeen remembers an event so that its redelivery is known.
func (b *Batch) PutSeen(x *Seen) { b.put(bucketSeen, x) }

// DeleteSeen forgets it.
func (b *Batch) DeleteSeen(p, end Number, event string) {
	b.delete(bucketSeen, &Seen{Pipeline: p, End: end, Event: event})
}

// PutAction stores a durable step.
func (b *Batch) PutAction(a *Action) { b.put(bucketOutbox, a) }

// DeleteAction drops a step that is done.
func (b *Batch) DeleteAction(sequence uint64) { b.delete(bucketOutbox, &Action{Sequence: sequence}) }

// PutDue sets an escalation.
func (b *Batch) PutDue(d *Due) { b.put(bucketDue, d) }

// DeleteDue drops an escalation.
func (b *Batch) DeleteDue(d *Due) { b.delete(bucketDue, d) }
