// Package formats reads and writes texts that hold records: csv, tsv, jsonl
// and json, and xlsx through csv.
//
// It works on bytes. [Inspect] looks at the head of a text and says how it is
// laid out, a [Splitter] cuts it into raw rows without decoding them, and a
// [Binding] decodes, edits or makes a single row for one selection of fields.
// An edit changes the bytes of what is edited and of nothing else: the other
// cells of a line, the unknown members of an object, quoting, spacing and the
// order of both stay as they were.
//
// Where the text lies, who may write it and what happens when two do is not
// here; connectors/file does that for files.
//
// What the formats can say: a cell of a csv is a text, and no value and an
// empty one are both the empty cell. Numbers, truth values, dates and times
// are written in their ISO or JSON form, money as "12.50 EUR", lists and
// objects as JSON. A column the header does not name is absent.
package formats

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Format is how a text holds records.
type Format uint8

// The formats, by the ending of their files.
const (
	None Format = iota
	CSV
	TSV
	JSONL
	JSON
	XLSX
)

var formatNames = [...]string{CSV: "csv", TSV: "tsv", JSONL: "jsonl", JSON: "json", XLSX: "xlsx"}

// String returns the name of the format.
func (f Format) String() string { return formatNames[f] }

// Names returns the names of all formats.
func Names() []string { return append([]string(nil), formatNames[CSV:]...) }

// Parse returns the format of a name; None when there is none.
func Parse(name string) Format {
	switch strings.ToLower(name) {
	case "csv":
		return CSV
	case "tsv", "tab":
		return TSV
	case "jsonl", "ndjson":
		return JSONL
	case "json":
		return JSON
	case "xlsx":
		return XLSX
	}
	return None
}

// Of returns the format a file's ending names; None when it names none.
func Of(path string) Format {
	return Parse(strings.TrimPrefix(filepath.Ext(path), "."))
}

// Rows reports whether the format is a table with a header: csv or tsv.
func (f Format) Rows() bool { return f == CSV || f == TSV }

// Fault is what is wrong with one row or one value of it.
type Fault struct {
	Field string // "" when it concerns the row
	What  string
}

func (f *Fault) Error() string {
	if f.Field == "" {
		return f.What
	}
	return "field " + f.Field + ": " + f.What
}

func fault(field, format string, args ...any) error {
	return &Fault{Field: field, What: fmt.Sprintf(format, args...)}
}
