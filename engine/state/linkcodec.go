package state

import "encoding/binary"

// The head of an encoded link has fixed places, so that counting reads it
// without decoding.
const (
	linkState    = 1
	linkClass    = 2
	linkPipeline = 3
	linkHead     = 5
)

// Bits of a run of units.
const (
	unitAgreed = 1 << iota
	unitBases  // has bases
	unitEach   // one base per end, not one for all
	unitExtra
	unitKept
	unitOwner
)

func (l *Link) encode(e *encoder) {
	e.b = append(e.b, format, byte(l.State), byte(l.Class))
	e.number(l.Pipeline)
	e.uvarint(uint64(l.Generation))
	e.b = append(e.b, l.Salt[:]...)
	e.u64(l.Mapping)
	e.uvarint(uint64(len(l.Ends)))
	for i := range l.Ends {
		l.Ends[i].encode(e)
	}
	for i := 0; i < len(l.Units); {
		i += l.encodeRun(e, l.Units[i:])
	}
}

// AppendBinary appends the link in the form that DecodeBinary reads, for
// keeping one elsewhere for a while. The entity's number is not in it.
func (l *Link) AppendBinary(dst []byte) []byte {
	e := encoder{b: dst}
	l.encode(&e)
	return e.b
}

// DecodeBinary reads what AppendBinary wrote.
func (l *Link) DecodeBinary(entity Entity, data []byte) error { return l.decode(entity, data) }

func (x *End) encode(e *encoder) {
	e.uvarint(uint64(x.End))
	e.u8(byte(x.Evidence))
	e.str(x.Record)
	e.str(x.Revision)
	e.u64(x.Raw)
	e.varint(x.At)
}

// encodeRun writes the leading units that have one form and consecutive
// numbers behind one head, and returns how many they are.
func (l *Link) encodeRun(e *encoder, units []Unit) int {
	flags := units[0].flags()
	n := 1
	for n < len(units) && units[n].flags() == flags && units[n].Unit == units[0].Unit+Number(n) {
		n++
	}
	e.u8(flags)
	e.uvarint(uint64(units[0].Unit))
	e.uvarint(uint64(n))
	for i := range units[:n] {
		units[i].encode(e, flags)
	}
	return n
}

func (u *Unit) flags() (f uint8) {
	set := func(bit uint8, yes bool) {
		if yes {
			f |= bit
		}
	}
	set(unitAgreed, u.Agreed)
	set(unitBases, len(u.Bases) > 0)
	set(unitEach, !same(u.Bases))
	set(unitExtra, u.Extra != "")
	set(unitKept, u.Kept != "")
	set(unitOwner, u.Owner >= 0)
	return f
}

func same(hashes []uint64) bool {
	for _, h := range hashes {
		if h != hashes[0] {
			return false
		}
	}
	return true
}

func (u *Unit) encode(e *encoder, flags uint8) {
	bases := u.Bases
	if flags&unitEach == 0 && len(bases) > 0 {
		bases = bases[:1]
	}
	for _, h := range bases {
		e.u64(h)
	}
	if flags&unitExtra != 0 {
		e.str(u.Extra)
	}
	if flags&unitOwner != 0 {
		e.uvarint(uint64(u.Owner))
	}
	if flags&unitKept != 0 {
		e.str(u.Kept)
	}
}

func (l *Link) decode(entity Entity, data []byte) error {
	l.Reset()
	l.Entity = entity
	d := newDecoder(data)
	l.State, l.Class = LinkState(d.u8()), Class(d.u8())
	l.Pipeline = d.number()
	l.Generation = uint32(d.uvarint())
	copy(l.Salt[:], d.take(uint64(len(l.Salt))))
	l.Mapping = d.u64()
	for range d.count(13) {
		l.Ends = append(l.Ends, End{
			End: Number(d.uvarint()), Evidence: Evidence(d.u8()), Record: d.str(),
			Revision: d.str(), Raw: d.u64(), At: d.varint(),
		})
	}
	for d.err == nil && d.s != "" {
		l.decodeRun(&d)
	}
	if l.State == 0 || l.State > Tombstone || l.Class >= Classes {
		d.fail()
	}
	return d.end()
}

func (l *Link) decodeRun(d *decoder) {
	flags, first := d.u8(), Number(d.uvarint())
	n := d.uvarint()
	ends := len(l.Ends)
	if n == 0 || n > 1<<16-uint64(len(l.Units)) || flags&unitBases != 0 && ends == 0 {
		d.fail()
	}
	for i := uint64(0); i < n && d.err == nil; i++ {
		u := Unit{Unit: first + Number(i), Owner: -1, Agreed: flags&unitAgreed != 0}
		if flags&unitBases != 0 {
			u.Bases = l.decodeHashes(d, ends, flags&unitEach == 0)
		}
		if flags&unitExtra != 0 {
			u.Extra = d.str()
		}
		if flags&unitOwner != 0 {
			u.Owner = int(d.uvarint() & 0xffff)
		}
		if flags&unitKept != 0 {
			u.Kept = d.str()
		}
		l.Units = append(l.Units, u)
	}
}

// decodeHashes reads n hashes, or one that stands for all, into the link's
// own memory.
func (l *Link) decodeHashes(d *decoder, n int, one bool) []uint64 {
	at := len(l.hashes)
	for i := range n {
		if one && i > 0 {
			l.hashes = append(l.hashes, l.hashes[at])
			continue
		}
		l.hashes = append(l.hashes, d.u64())
	}
	return l.hashes[at:len(l.hashes):len(l.hashes)]
}

// headOf returns what a stored link counts as.
func headOf(data []byte) (p Number, s LinkState, c Class, ok bool) {
	if len(data) < linkHead || data[0] != format || data[linkState] > byte(Tombstone) || data[linkClass] >= Classes {
		return 0, 0, 0, false
	}
	return Number(binary.BigEndian.Uint16(data[linkPipeline:])), LinkState(data[linkState]), Class(data[linkClass]), true
}
