package formats

import (
	"bytes"

	"syncline/schema"
)

// Edit is a value for a place of a row.
type Edit struct {
	Path  schema.Path
	Value schema.Value
}

// Append appends the row with the edits made: only the bytes of what is edited
// change. An absent value edits nothing.
func (b *Binding) Append(dst, raw []byte, edits []Edit) ([]byte, error) {
	for _, e := range edits {
		if !b.holds(e.Path) {
			return dst, fault(e.Path.String(), "the header has no such column")
		}
	}
	if b.layout.Format.Rows() {
		return b.editCells(dst, raw, edits)
	}
	return b.editMembers(dst, raw, edits)
}

// AppendNew appends a new row that holds the edits and the id.
func (b *Binding) AppendNew(dst []byte, id string, edits []Edit) ([]byte, error) {
	var space [24]Edit
	if b.wanted.ID != "" && id != "" {
		edits = append(append(space[:0], Edit{b.id, schema.String(id)}), edits...)
	}
	if !b.layout.Format.Rows() {
		return b.Append(dst, []byte("{}"), edits)
	}
	raw := bytes.Repeat([]byte{b.layout.Delimiter}, max(b.width-1, 0))
	if b.layout.Quoted {
		raw = append(bytes.Repeat([]byte{'"', '"', b.layout.Delimiter}, max(b.width-1, 0)), '"', '"')
	}
	return b.Append(dst, raw, edits)
}

func (b *Binding) editCells(dst, raw []byte, edits []Edit) ([]byte, error) {
	var space [64]cell
	cells := appendCells(space[:0], raw, b.layout.Delimiter)
	if len(cells) != b.width {
		return dst, fault("", "the row has %d cells where the header has %d", len(cells), b.width)
	}
	var few [64]int
	edited := few[:] // by column: 1 + the place among the edits, 0 for none
	if b.width > len(few) {
		edited = make([]int, b.width)
	}
	for i := range edits {
		if !edits[i].Value.IsAbsent() {
			edited[b.column(edits[i].Path)] = i + 1
		}
	}
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, b.layout.Delimiter)
		}
		if edited[i] == 0 {
			dst = append(dst, raw[c.start:c.end]...)
			continue
		}
		text := string(appendText(nil, edits[edited[i]-1].Value))
		if err := check([]byte(text)); err != nil {
			return dst, fault(b.layout.Header[i], "the value is not text that a file can hold")
		}
		guarded, err := b.wanted.Formulas.guarded(edits[edited[i]-1].Value, text)
		if err != nil {
			return dst, fault(b.layout.Header[i], "%v", err)
		}
		dst = appendCell(dst, guarded, b.layout.Delimiter, c.quoted || b.wanted.Formulas != KeepFormulas && splits(text))
	}
	return dst, nil
}

// change is the new value of one member.
type change struct {
	top   string
	at    int // among the members, -1 for a new one
	value schema.Value
}

func (b *Binding) editMembers(dst, raw []byte, edits []Edit) ([]byte, error) {
	var space [32]member
	members, err := appendMembers(space[:0], raw)
	if err != nil {
		return dst, err
	}
	var kept [24]change
	changes := kept[:0]
	for _, e := range edits {
		if e.Value.IsAbsent() {
			continue
		}
		if changes, err = merge(changes, members, raw, e); err != nil {
			return dst, err
		}
	}
	return writeMembers(dst, raw, members, changes), nil
}

// merge adds an edit to the changes, into the same member where two edits are
// about places of one.
func merge(changes []change, members []member, raw []byte, e Edit) ([]change, error) {
	top := e.Path.Top()
	at := -1
	for i := range changes {
		if changes[i].top == top {
			at = i
		}
	}
	if at < 0 {
		c := change{top: top, at: find(members, raw, top), value: schema.NullValue()}
		if c.at >= 0 && !e.Path.IsTop() {
			m := members[c.at]
			v, err := schema.FromJSON(raw[m.start:m.end])
			if err != nil {
				return changes, err
			}
			c.value = v
		}
		changes, at = append(changes, c), len(changes)
	}
	if e.Path.IsTop() {
		changes[at].value = e.Value
		return changes, nil
	}
	v, err := e.Path.Rest().Set(changes[at].value, e.Value)
	if err != nil {
		return changes, fault(e.Path.String(), "it cannot be written")
	}
	changes[at].value = v
	return changes, nil
}

func writeMembers(dst, raw []byte, members []member, changes []change) []byte {
	copied := 0
	for i, m := range members {
		for _, c := range changes {
			if c.at == i {
				dst = append(dst, raw[copied:m.start]...)
				dst = c.value.AppendJSON(dst)
				copied = m.end
			}
		}
	}
	end := bytes.IndexByte(raw, '{') + 1
	if len(members) > 0 {
		end = members[len(members)-1].end
	}
	dst = append(dst, raw[copied:end]...)
	dst = appendNew(dst, raw, members, changes)
	return append(dst, raw[end:]...)
}

// appendNew writes the members that were not there, spaced as the others are.
func appendNew(dst, raw []byte, members []member, changes []change) []byte {
	space, colon := spacing(raw, members)
	first := len(members) == 0
	for _, c := range changes {
		if c.at >= 0 {
			continue
		}
		if !first {
			dst = append(append(dst, ','), space...)
		}
		first = false
		dst = schema.String(c.top).AppendJSON(dst)
		dst = c.value.AppendJSON(append(dst, colon...))
	}
	return dst
}

func spacing(raw []byte, members []member) (space, colon []byte) {
	if len(members) == 0 {
		return nil, []byte{':'}
	}
	first := members[0]
	colon = raw[first.nameEnd:first.start]
	if len(members) == 1 {
		return raw[bytes.IndexByte(raw, '{')+1 : first.name], colon
	}
	between := raw[first.end:members[1].name]
	return between[bytes.IndexByte(between, ',')+1:], colon
}
