package diag

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// RangeOf returns a range of HCL.
func RangeOf(r hcl.Range) Range {
	return Range{File: r.Filename, Start: PosOf(r.Start), End: PosOf(r.End)}
}

// PosOf returns a place of HCL.
func PosOf(p hcl.Pos) Pos { return Pos{Line: p.Line, Column: p.Column, Byte: p.Byte} }

// PlacesOf finds where in the file each byte of a template's text stands, and
// its end: what [Text.Places] holds. src is the whole file. It gives nil where the text is not what the file spells (HCL normalises
// characters to NFC), so that the whole attribute is underlined instead.
func PlacesOf(src []byte, t *hclsyntax.TemplateExpr, text string) []Pos {
	if len(src) < t.SrcRange.End.Byte {
		return nil
	}
	quoted := src[t.SrcRange.Start.Byte] == '"'
	var decoded []byte
	var places []Pos
	end := PosOf(t.SrcRange.Start)
	for _, part := range t.Parts {
		r := part.Range()
		raw := rawText{src: src[r.Start.Byte:r.End.Byte], positions: positions(src, r)}
		if quoted {
			raw.readQuoted()
		} else {
			raw.readHeredoc(r.Start.Column - 1)
		}
		decoded = append(decoded, raw.decoded...)
		places = append(places, raw.places...)
		end = PosOf(r.End)
	}
	if string(decoded) != text {
		return nil
	}
	return append(places, end)
}

// positions gives the line and column of each byte of a range.
func positions(src []byte, r hcl.Range) []Pos {
	out := make([]Pos, 0, r.End.Byte-r.Start.Byte)
	scan := hcl.NewRangeScannerFragment(src[:r.End.Byte], r.Filename, r.Start, textseg.ScanGraphemeClusters)
	for scan.Scan() {
		at := PosOf(scan.Range().Start)
		for range scan.Bytes() {
			out = append(out, at)
			at.Byte++
		}
	}
	return out
}

// rawText is a stretch of a file being decoded, byte by byte.
type rawText struct {
	src       []byte
	positions []Pos
	decoded   []byte
	places    []Pos
}

// put appends text that the byte at i of the file spells.
func (t *rawText) put(i int, text ...byte) {
	for range text {
		t.places = append(t.places, t.positions[i])
	}
	t.decoded = append(t.decoded, text...)
}

func (t *rawText) readQuoted() {
	for i := 0; i < len(t.src); {
		switch {
		case t.src[i] == '\\' && i+1 < len(t.src):
			i = t.escape(i)
		case t.escapedTemplate(i):
			i = t.template(i)
		default:
			t.put(i, t.src[i])
			i++
		}
	}
}

// escape decodes one escape and gives where the text goes on.
func (t *rawText) escape(i int) int {
	switch c := t.src[i+1]; c {
	case 'n':
		t.put(i, '\n')
	case 'r':
		t.put(i, '\r')
	case 't':
		t.put(i, '\t')
	case 'u', 'U':
		digits := 4
		if c == 'U' {
			digits = 8
		}
		if i+2+digits > len(t.src) {
			return len(t.src)
		}
		n, _ := strconv.ParseUint(string(t.src[i+2:i+2+digits]), 16, 32)
		t.put(i, utf8.AppendRune(nil, rune(n))...)
		return i + 2 + digits
	default:
		t.put(i, c)
	}
	return i + 2
}

// escapedTemplate reports whether $${ or %%{ stands here, which mean ${ and %{.
func (t *rawText) escapedTemplate(i int) bool {
	return bytes.HasPrefix(t.src[i:], []byte("$${")) || bytes.HasPrefix(t.src[i:], []byte("%%{"))
}

func (t *rawText) template(i int) int {
	t.put(i, t.src[i])
	t.put(i+2, '{')
	return i + 3
}

// readHeredoc leaves out the indent that HCL strips from every line; of the
// first line it is not part of the range.
func (t *rawText) readHeredoc(indent int) {
	for i := 0; i < len(t.src); {
		if t.escapedTemplate(i) {
			i = t.template(i)
			continue
		}
		t.put(i, t.src[i])
		newline := t.src[i] == '\n'
		i++
		for n := 0; newline && n < indent && i < len(t.src) && (t.src[i] == ' ' || t.src[i] == '\t'); n++ {
			i++
		}
	}
}
