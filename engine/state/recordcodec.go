package state

// What is stored as one value each: the key it stands under, and its form.
// Keys begin with the pipeline, so that one pipeline's are read in a row.

func (c *Conflict) key(e *encoder) {
	e.number(c.Pipeline)
	e.entity(c.Entity)
	e.number(c.Unit)
	e.raw(c.Subject)
}

func (c *Conflict) encode(e *encoder) {
	e.u8(format)
	e.u8(byte(c.Kind))
	e.number(c.Pipeline)
	e.entity(c.Entity)
	e.number(c.Unit)
	e.str(c.Subject)
	e.uvarint(uint64(len(c.Fields)))
	for _, f := range c.Fields {
		e.str(f)
	}
	e.uvarint(uint64(len(c.Sides)))
	for i := range c.Sides {
		c.Sides[i].encode(e)
	}
	e.time(c.First)
	e.time(c.Deadline)
	e.str(c.Rule)
	e.str(c.Reason)
	e.str(c.Where)
	e.bool(c.Choice != nil)
	if c.Choice != nil {
		c.Choice.encode(e)
	}
}

func (s *Side) encode(e *encoder) {
	e.number(s.End)
	e.str(s.Record)
	e.str(s.Revision)
	e.str(s.Author)
	e.time(s.At)
	e.uvarint(uint64(len(s.Values)))
	for _, v := range s.Values {
		e.value(v)
	}
}

func (c *Choice) encode(e *encoder) {
	e.str(c.Answer)
	e.value(c.Value)
	e.str(c.By)
	e.time(c.At)
	e.uvarint(uint64(len(c.Saw)))
	for _, h := range c.Saw {
		e.u64(h)
	}
}

func (c *Conflict) decode(d *decoder) {
	*c = Conflict{Kind: ConflictKind(d.u8()), Pipeline: d.number(), Entity: d.entity(), Unit: d.number(), Subject: d.str()}
	for range d.count(1) {
		c.Fields = append(c.Fields, d.str())
	}
	for range d.count(7) {
		s := Side{End: d.number(), Record: d.str(), Revision: d.str(), Author: d.str(), At: d.time()}
		for range d.count(1) {
			s.Values = append(s.Values, d.value())
		}
		c.Sides = append(c.Sides, s)
	}
	c.First, c.Deadline = d.time(), d.time()
	c.Rule, c.Reason, c.Where = d.str(), d.str(), d.str()
	if d.u8() != 0 {
		c.Choice = &Choice{Answer: d.str(), Value: d.value(), By: d.str(), At: d.time()}
		for range d.count(8) {
			c.Choice.Saw = append(c.Choice.Saw, d.u64())
		}
	}
}

func (w *Wait) key(e *encoder) {
	e.number(w.Pipeline)
	e.entity(w.Entity)
	e.number(w.End)
	e.number(w.Unit)
}

func (w *Wait) encode(e *encoder) {
	e.u8(format)
	w.key(e)
	e.str(w.Reason)
	e.time(w.Since)
	e.time(w.Until)
}

func (w *Wait) decode(d *decoder) {
	*w = Wait{Pipeline: d.number(), Entity: d.entity(), End: d.number(), Unit: d.number(), Reason: d.str(), Since: d.time(), Until: d.time()}
}

func (x *Dead) key(e *encoder) { recordKey(e, x.Pipeline, x.End, x.Record) }

func recordKey(e *encoder, p, end Number, record string) {
	e.number(p)
	e.number(end)
	e.raw(record)
}

func (x *Dead) encode(e *encoder) {
	e.u8(format)
	e.u8(byte(x.Kind))
	e.number(x.Pipeline)
	e.number(x.End)
	e.str(x.Record)
	e.entity(x.Entity)
	e.str(x.Reason)
	e.str(x.Where)
	e.time(x.At)
	e.varint(int64(x.Attempts))
	e.u64(x.Raw)
	e.bool(x.Retry)
	e.bool(x.Dropped)
}

func (x *Dead) decode(d *decoder) {
	*x = Dead{
		Kind: DeadKind(d.u8()), Pipeline: d.number(), End: d.number(), Record: d.str(), Entity: d.entity(),
		Reason: d.str(), Where: d.str(), At: d.time(), Attempts: int(d.varint()),
	}
	if d.s != "" {
		x.Raw, x.Retry, x.Dropped = d.u64(), d.u8() != 0, d.u8() != 0
	}
}

func (t *Tomb) key(e *encoder) { recordKey(e, t.Pipeline, t.End, t.Record) }

func (t *Tomb) encode(e *encoder) {
	e.u8(format)
	e.number(t.Pipeline)
	e.number(t.End)
	e.str(t.Record)
	e.entity(t.Entity)
	e.str(t.Reason)
	e.time(t.At)
	e.time(t.Until)
}

func (t *Tomb) decode(d *decoder) {
	*t = Tomb{Pipeline: d.number(), End: d.number(), Record: d.str(), Entity: d.entity(), Reason: d.str(), At: d.time(), Until: d.time()}
}

func (f *Fact) key(e *encoder) {
	e.number(f.Pipeline)
	e.entity(f.Entity)
	e.number(f.Unit)
	e.u64(uint64(f.At.UnixMicro()))
}

func (f *Fact) encode(e *encoder) {
	e.u8(format)
	e.number(f.Pipeline)
	e.number(f.Unit)
	e.entity(f.Entity)
	e.str(f.From)
	e.str(f.To)
	e.time(f.At)
}

func (f *Fact) decode(d *decoder) {
	*f = Fact{Pipeline: d.number(), Unit: d.number(), Entity: d.entity(), From: d.str(), To: d.str(), At: d.time()}
}

func (k *Breaker) key(e *encoder) {
	e.number(k.Pipeline)
	e.number(k.End)
	e.number(k.Unit)
}

func (k *Breaker) encode(e *encoder) {
	e.u8(format)
	k.key(e)
	e.varint(int64(k.Failures))
	e.str(k.Reason)
	e.time(k.Until)
}

func (k *Breaker) decode(d *decoder) {
	*k = Breaker{Pipeline: d.number(), End: d.number(), Unit: d.number(), Failures: int(d.varint()), Reason: d.str(), Until: d.time()}
}

func (x *Event) key(e *encoder) { e.u64(x.Sequence) }

func (x *Event) encode(e *encoder) {
	e.u8(format)
	e.u64(x.Sequence)
	e.number(x.Pipeline)
	e.number(x.End)
	e.str(x.Record)
	e.str(x.Kind)
	e.time(x.At)
	e.bytes(x.Payload)
	e.str(x.ID)
	e.varint(int64(x.Count))
	e.varint(int64(x.Attempts))
	e.time(x.Next)
	e.str(x.Reason)
}

func (x *Event) decode(d *decoder) {
	*x = Event{Sequence: d.u64(), Pipeline: d.number(), End: d.number(), Record: d.str(), Kind: d.str(), At: d.time(), Payload: d.bytes()}
	if d.s != "" {
		x.ID, x.Count, x.Attempts, x.Next, x.Reason = d.str(), int(d.varint()), int(d.varint()), d.time(), d.str()
	}
}

func (x *Seen) key(e *encoder) { recordKey(e, x.Pipeline, x.End, x.Event) }

func (x *Seen) encode(e *encoder) {
	e.u8(format)
	e.number(x.Pipeline)
	e.number(x.End)
	e.str(x.Event)
	e.time(x.Until)
}

func (x *Seen) decode(d *decoder) {
	*x = Seen{Pipeline: d.number(), End: d.number(), Event: d.str(), Until: d.time()}
}

func (a *Action) key(e *encoder) { e.u64(a.Sequence) }

func (a *Action) encode(e *encoder) {
	e.u8(format)
	e.u64(a.Sequence)
	e.number(a.Pipeline)
	e.entity(a.Entity)
	e.str(a.Kind)
	e.str(a.Key)
	e.time(a.At)
	e.varint(int64(a.Attempts))
	e.bytes(a.Payload)
}

func (a *Action) decode(d *decoder) {
	*a = Action{
		Sequence: d.u64(), Pipeline: d.number(), Entity: d.entity(), Kind: d.str(), Key: d.str(),
		At: d.time(), Attempts: int(d.varint()), Payload: d.bytes(),
	}
}

// key puts what is due first first.
func (x *Due) key(e *encoder) {
	e.u64(uint64(x.At.UnixMicro()))
	e.number(x.Pipeline)
	e.entity(x.Entity)
	e.number(x.Unit)
	e.str(x.Subject)
	e.raw(x.Kind)
}

func (x *Due) encode(e *encoder) {
	e.u8(format)
	e.time(x.At)
	e.number(x.Pipeline)
	e.entity(x.Entity)
	e.number(x.Unit)
	e.str(x.Subject)
	e.str(x.Kind)
}

func (x *Due) decode(d *decoder) {
	*x = Due{At: d.time(), Pipeline: d.number(), Entity: d.entity(), Unit: d.number(), Subject: d.str(), Kind: d.str()}
}

// apartOf names two records in either order alike.
func apartOf(p Number, x, y Ref) *Apart {
	if y.End < x.End || y.End == x.End && y.Record < x.Record {
		x, y = y, x
	}
	return &Apart{Pipeline: p, Records: [2]Ref{x, y}}
}

func (a *Apart) key(e *encoder) {
	e.number(a.Pipeline)
	e.number(a.Records[0].End)
	e.number(a.Records[1].End)
	e.str(a.Records[0].Record)
	e.raw(a.Records[1].Record)
}

func (a *Apart) encode(e *encoder) {
	e.u8(format)
	e.number(a.Pipeline)
	for _, r := range a.Records {
		e.number(r.End)
		e.str(r.Record)
	}
}

func (a *Apart) decode(d *decoder) {
	a.Pipeline = d.number()
	for i := range a.Records {
		a.Records[i] = Ref{End: d.number(), Record: d.str()}
	}
}

func (x *Stray) key(e *encoder) { e.entity(x.Entity) }

func (x *Stray) encode(e *encoder) {
	e.u8(format)
	e.entity(x.Entity)
	e.number(x.Pipeline)
	e.str(x.Subject)
	e.b = append(e.b, x.Salt[:]...)
}

func (x *Stray) decode(d *decoder) {
	*x = Stray{Entity: d.entity(), Pipeline: d.number(), Subject: d.str()}
	copy(x.Salt[:], d.take(uint64(len(x.Salt))))
}

func (x *Block) key(e *encoder) { e.b = append(e.b, x.Digest[:]...) }

func (x *Block) encode(e *encoder) {
	e.u8(format)
	e.b = append(e.b, x.Digest[:]...)
	e.time(x.At)
}

func (x *Block) decode(d *decoder) {
	copy(x.Digest[:], d.take(uint64(len(x.Digest))))
	x.At = d.time()
}
