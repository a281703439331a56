package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"syncline/pipelines/diag"
)

// FormatVersion is the version of the JSON forms of this package.
const FormatVersion = 1

// JSON writes one answer for machines: an object with the format_version and
// the answer under its key.
func JSON(w io.Writer, key string, answer any) error {
	body, err := marshal(answer)
	if err != nil {
		return err
	}
	return Document(w, json.RawMessage(fmt.Sprintf("{%q:%d,%q:%s}", "format_version", FormatVersion, key, body)))
}

// Document writes a value that carries its own format_version.
func Document(w io.Writer, document any) error {
	body, err := marshal(document)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// marshal writes a value as JSON that a terminal, too, takes for text: what it
// would obey is escaped, which changes nothing of what the JSON says.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	body := bytes.TrimSpace(out.Bytes())
	if harmless(string(body)) {
		return body, err
	}
	var b []byte
	for _, r := range string(body) {
		if dangerous(r) {
			b = fmt.Appendf(b, `\u%04x`, r)
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return b, err
}

// Problem is a problem for machines.
type Problem struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail,omitempty"`
	Hint     string `json:"hint,omitempty"`
	File     string `json:"file,omitempty"`
	Start    *Pos   `json:"start,omitempty"`
	End      *Pos   `json:"end,omitempty"`
	Context  string `json:"context,omitempty"`
}

// Pos is a place in a file for machines: line and column count from 1, bytes
// from 0.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// MachineProblems returns the problems in the form of JSON.
func MachineProblems(problems diag.Problems) []Problem {
	out := make([]Problem, len(problems))
	for i, p := range problems {
		out[i] = Problem{
			Code: string(p.Code), Severity: p.Severity.String(), Summary: p.Summary,
			Detail: p.Detail, Hint: p.Hint, File: p.Range.File, Context: p.Context,
		}
		if p.Range.File != "" {
			start, end := Pos(p.Range.Start), Pos(p.Range.End)
			out[i].Start, out[i].End = &start, &end
		}
	}
	return out
}
