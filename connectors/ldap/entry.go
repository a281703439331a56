package ldap

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	driver "github.com/go-ldap/ldap/v3"
	"github.com/google/uuid"
	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// entry is an entry as it was read: the values of a plan's attributes, each
// attribute's in order.
type entry struct {
	dn      string
	state   string // what the server changes with every write; "" where it does not tell
	values  [][]string
	parted  bool // an attribute came in parts, of which not all were told
	away    bool // archived
	renamed bool // by the change under way
}

// entry reads what a server answered.
func (p *plan) entry(e *driver.Entry) *entry {
	out := &entry{dn: e.DN, state: e.GetEqualFoldAttributeValue(stateName), values: make([][]string, len(p.attrs))}
	for _, a := range e.Attributes {
		name, option, _ := strings.Cut(a.Name, ";")
		n := p.place(name)
		switch {
		case n < 0:
		case strings.HasPrefix(option, "range="):
			out.parted = true
		case option == "" && n >= 0:
			out.values[n] = slices.Clone(a.Values)
			slices.Sort(out.values[n])
		}
	}
	for n, a := range p.attrs {
		switch a.name {
		case dnName:
			out.values[n] = []string{e.DN}
		case parentName:
			out.values[n] = []string{above(e.DN)}
		}
	}
	out.away = p.archived(e)
	return out
}

// archived reports whether an entry is put aside, as the settings mean it.
func (p *plan) archived(e *driver.Entry) bool {
	set := p.object.archiveSet
	if set[0] != "" && slices.ContainsFunc(e.GetEqualFoldAttributeValues(set[0]), func(v string) bool { return strings.EqualFold(v, set[1]) }) {
		return true
	}
	return p.object.archiveTo != "" && under(e.DN, p.object.archiveTo)
}

// under reports whether a DN is below another one.
func under(dn, base string) bool {
	d, err := driver.ParseDN(dn)
	b, err2 := driver.ParseDN(base)
	return err == nil && err2 == nil && b.AncestorOfFold(d)
}

// above is the DN of the entry above: what stands behind the first comma that
// is no part of a value.
func above(dn string) string {
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',', ';':
			return strings.TrimLeft(dn[i+1:], " ")
		}
	}
	return ""
}

// append appends the entry's bytes; the first of them, which are returned as a
// number, tell its state.
func (e *entry) append(b []byte, hashed int) (_ []byte, told int) {
	from := len(b)
	for n, values := range e.values {
		if n == hashed {
			told = len(b) - from
		}
		b = binary.AppendUvarint(b, uint64(len(values)))
		for _, v := range values {
			b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
		}
	}
	if hashed >= len(e.values) {
		told = len(b) - from
	}
	return b, told
}

// hash tells two states of an entry apart.
func (p *plan) hash(e *entry) uint64 {
	b, told := e.append(nil, p.hashed)
	return xxh3.Hash(b[:told])
}

// readEntry reads the values of an entry's bytes.
func (p *plan) readEntry(raw []byte) ([][]string, error) {
	text := string(raw) // the record keeps parts of it
	at := 0
	number := func() int {
		n, w := binary.Uvarint(raw[at:])
		if w <= 0 || n > uint64(len(raw)) {
			at = len(raw) + 1
			return 0
		}
		at += w
		return int(n)
	}
	values := make([][]string, len(p.attrs))
	for i := range values {
		for left := number(); left > 0 && at <= len(raw); left-- {
			n := number()
			if at+n > len(raw) {
				at = len(raw) + 1
				break
			}
			values[i] = append(values[i], text[at:at+n])
			at += n
		}
		if at > len(raw) {
			return nil, plain("the entry's bytes are cut off")
		}
	}
	return values, nil
}

// decode fills a record from the values of an entry.
func (p *plan) decode(values [][]string, hash uint64, rec *schema.Record) (err error) {
	rec.Reset()
	if rec.ID, err = p.idOf(values); err != nil {
		return err
	}
	rec.Revision = p.revision(values, hash)
	if p.at >= 0 {
		if rec.At, err = p.attrs[p.at].value(schema.Type{Kind: schema.KindTimestamp}, values[p.at]); err != nil {
			return p.unfit(p.at, rec.ID, err)
		}
		if rec.At.Blank() {
			rec.At = schema.Value{}
		}
	}
	rec.Author, rec.Trace = first(values, p.author), first(values, p.trace)
	for i, n := range p.slots {
		if rec.Slots[i], err = p.attrs[n].value(rec.Shape.Field(i).Type, values[n]); err != nil {
			return p.unfit(n, rec.ID, err)
		}
	}
	return nil
}

func first(values [][]string, n int) string {
	if n < 0 || len(values[n]) == 0 {
		return ""
	}
	return values[n][0]
}

// idOf returns the id of an entry as the engine knows it.
func (p *plan) idOf(values [][]string) (string, error) {
	switch n := len(values[p.id]); {
	case n == 1:
		return p.attrs[p.id].idText(values[p.id][0]), nil
	case n == 0:
		return "", p.unfit(p.id, "", plain("an entry has no id"))
	}
	return "", p.unfit(p.id, "", plain("an entry has several values for its id"))
}

// guidName is the attribute whose bytes are a UUID, in Microsoft's order.
const guidName = "objectGUID"

// idText spells an id: bytes as a UUID where they are one, else as hex.
func (a *attribute) idText(value string) string {
	if a.form != asBytes {
		return value
	}
	if id, err := uuid.FromBytes([]byte(value)); err == nil && a.name == guidName {
		swap(id[:])
		return id.String()
	}
	return hex.EncodeToString([]byte(value))
}

// idValue is the value that an id spells; false where none does.
func (a *attribute) idValue(id string) (string, bool) {
	if a.form != asBytes {
		return id, id != ""
	}
	if a.name == guidName {
		u, err := uuid.Parse(id)
		swap(u[:])
		return string(u[:]), err == nil
	}
	b, err := hex.DecodeString(id)
	return string(b), err == nil && len(b) > 0
}

// swap turns the order of the first three numbers of a UUID.
func swap(b []byte) {
	slices.Reverse(b[0:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
}

// revision returns the revision of an entry: its attribute's, or the hash.
func (p *plan) revision(values [][]string, hash uint64) string {
	if p.rev >= 0 {
		return first(values, p.rev)
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, hash))
}

// unfit says which attribute of which entry does not hold what its type says.
func (p *plan) unfit(n int, id string, err error) error {
	where := p.class
	if id != "" {
		where += " " + id
	}
	return &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: where, Field: p.attrs[n].name, Err: err,
		Hint: "correct the entry, or declare another type in fields",
	}
}

// whole is the error of an entry whose values came in parts.
func (p *plan) whole(e *entry) error {
	if !e.parted {
		return nil
	}
	return &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: p.class + " " + e.dn, Err: plain("an attribute has more values than the server tells at once"),
		Hint: "leave the attribute out of the pipeline",
	}
}
