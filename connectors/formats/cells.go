package formats

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"syncline/schema"
)

// cell is one cell of a raw row, by its places.
type cell struct {
	start, end int // with quotes
	quoted     bool
}

// appendCells returns the cells of a raw row that was cut without error.
func appendCells(dst []cell, raw []byte, delimiter byte) []cell {
	at := 0
	for {
		if at < len(raw) && raw[at] == '"' {
			end := closing(raw, at+1)
			dst = append(dst, cell{at, end, true})
			at = end
		} else {
			end := len(raw)
			if n := bytes.IndexByte(raw[at:], delimiter); n >= 0 {
				end = at + n
			}
			dst = append(dst, cell{at, end, false})
			at = end
		}
		if at >= len(raw) {
			return dst
		}
		at++
	}
}

func closing(raw []byte, at int) int {
	for {
		n := bytes.IndexByte(raw[at:], '"')
		if n < 0 {
			return len(raw)
		}
		at += n + 1
		if at >= len(raw) || raw[at] != '"' {
			return at
		}
		at++
	}
}

// text returns what a cell says. row is the raw row; the text shares its
// memory where it can.
func (c cell) text(row string) string {
	if !c.quoted {
		return row[c.start:c.end]
	}
	inner := row[c.start+1 : max(c.end-1, c.start+1)]
	if strings.IndexByte(inner, '"') < 0 {
		return inner
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}

// appendCell writes a cell, quoted where it must be or always is.
func appendCell(dst []byte, text string, delimiter byte, always bool) []byte {
	if !always && !needsQuotes(text, delimiter) {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for {
		n := strings.IndexByte(text, '"')
		if n < 0 {
			break
		}
		dst = append(append(dst, text[:n]...), '"', '"')
		text = text[n+1:]
	}
	return append(append(dst, text...), '"')
}

func needsQuotes(text string, delimiter byte) bool {
	return strings.IndexByte(text, delimiter) >= 0 || strings.ContainsAny(text, "\"\r\n")
}

// appendText writes a value as the text of a cell.
func appendText(dst []byte, v schema.Value) []byte {
	if !v.Is() {
		return dst
	}
	switch v.Kind() {
	case schema.KindInt:
		return strconv.AppendInt(dst, v.Int(), 10)
	case schema.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case schema.KindTimestamp:
		return v.Time().AppendFormat(dst, time.RFC3339Nano)
	case schema.KindMoney:
		return append(append(append(dst, v.Text()...), ' '), v.Currency()...)
	case schema.KindList, schema.KindSet, schema.KindObject:
		return v.AppendJSON(dst)
	}
	return append(dst, v.Text()...)
}

// fromText returns the value of a cell for a field of the type. What does not
// fit its type stays the text it is: whoever checks types says so.
func fromText(text string, t schema.Type) schema.Value {
	if text == "" {
		return schema.String("")
	}
	switch t.Kind {
	case schema.KindInt, schema.KindDecimal, schema.KindBool, schema.KindDate, schema.KindTimestamp, schema.KindMoney:
		if v, err := t.Normal(schema.String(text), schema.Norm{}); err == nil && v.Is() {
			return v
		}
	case schema.KindList, schema.KindSet, schema.KindObject:
		if text[0] == '[' || text[0] == '{' {
			if v, err := schema.FromJSON([]byte(text)); err == nil {
				return v
			}
		}
	}
	return schema.String(text)
}
