package engine

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/zeebo/xxh3"

	"syncline/engine/state"
)

// saw names what an open item shows: a hash of all of it, and a byte for each
// part, which tells what changed when the hash does.
type saw struct {
	whole uint32
	parts []byte // the choice, the question, and every side
}

// String returns the form that people copy.
func (x saw) String() string {
	return hex.EncodeToString(append(binary.BigEndian.AppendUint32(nil, x.whole), x.parts...))
}

// readSaw reads what String wrote.
func readSaw(text string) (saw, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) < 6 {
		return saw{}, fmt.Errorf("%q names nothing that an item shows; `syncline conflicts show` prints it behind -saw", text)
	}
	return saw{whole: binary.BigEndian.Uint32(b), parts: b[4:]}, nil
}

// sawOf names what an item shows. It is keyed with the entity's salt: it tells
// nobody which value stands behind it.
func sawOf(s *state.Store, v *state.View, k *state.Conflict) saw {
	key := xxh3.HashString(s.Public(0))
	var l state.Link
	if k.Entity != 0 {
		if ok, err := v.Link(k.Entity, &l); ok && err == nil {
			key = binary.LittleEndian.Uint64(l.Salt[:8])
		}
	}
	var out saw
	add := func(b []byte) {
		h := xxh3.HashSeed(b, key^uint64(len(out.parts)))
		out.whole = out.whole*31 + uint32(h>>8)
		out.parts = append(out.parts, byte(h))
	}
	var choice []byte
	if k.Choice != nil {
		choice = append(k.Choice.Value.AppendBinary(nil), k.Choice.Answer...)
	}
	add(choice)
	add([]byte(k.Kind.String() + "\x00" + k.Rule + "\x00" + k.Reason))
	for i := range k.Sides {
		add(sideSeen(&k.Sides[i]))
	}
	return out
}

// sideSeen is what a person sees of a side: its values, and where it has none
// its revision.
func sideSeen(side *state.Side) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(side.End))
	b = append(append(b, side.Record...), 0)
	if len(side.Values) == 0 {
		return append(b, side.Revision...)
	}
	for _, v := range side.Values {
		b = v.AppendBinary(b)
	}
	return b
}

// since says what of an item changed since somebody saw it.
func (x saw) since(then saw, item *OpenItem) []string {
	if len(x.parts) != len(then.parts) {
		return []string{"it is about other records now"}
	}
	var out []string
	for i := range x.parts {
		switch {
		case x.parts[i] == then.parts[i]:
		case i == 0 && item.Choice == "":
			out = append(out, "the choice that was stored is withdrawn")
		case i == 0:
			out = append(out, fmt.Sprintf("%s chose %s", item.By, item.Choice))
		case i == 1:
			out = append(out, "the question is now: "+item.Reason)
		default:
			out = append(out, sideNow(&item.Sides[i-2]))
		}
	}
	if len(out) == 0 {
		out = append(out, "what it shows is not the same any more")
	}
	return out
}

func sideNow(side *Side) string {
	if side.Value == "" {
		return fmt.Sprintf("record %s of %s changed", side.Record, side.End)
	}
	return fmt.Sprintf("%s now shows %s", side.End, side.Value)
}
