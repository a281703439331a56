package connectortest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"syncline/schema"
)

// Lines is somebody else who edits a file that has one record in a line, csv or
// jsonl, the id first. Every other line stays as the connector left it.
type Lines struct {
	T      testing.TB
	CSV    bool
	Fields []schema.Field
	Read   func() string
	Write  func(string)
}

// Begin makes the file with rows.
func (l *Lines) Begin(rows []Row) {
	text := ""
	if l.CSV {
		text = "id"
		for _, f := range l.Fields {
			text += "," + f.Name
		}
		text += "\n"
	}
	for _, r := range rows {
		text += l.line(r, nil)
	}
	l.Write(text)
}

// Edit changes or adds a row.
func (l *Lines) Edit(r Row) {
	lines := l.lines()
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, l.begins(r.ID)) })
	if at < 0 {
		lines = append(lines, l.line(r, nil))
	} else {
		lines[at] = l.line(r, l.cells(lines[at]))
	}
	l.Write(strings.Join(lines, ""))
}

// Remove removes a row.
func (l *Lines) Remove(id string) {
	l.Write(strings.Join(slices.DeleteFunc(l.lines(), func(line string) bool { return strings.HasPrefix(line, l.begins(id)) }), ""))
}

func (l *Lines) lines() []string {
	return strings.SplitAfter(strings.TrimSuffix(l.Read(), "\n")+"\n", "\n")
}

// begins is how the line of an id begins.
func (l *Lines) begins(id string) string {
	if l.CSV {
		return id + ","
	}
	text, _ := json.Marshal(id)
	return `{"id":` + string(text) + `,`
}

func (l *Lines) line(r Row, old map[string]string) string {
	line := strings.TrimSuffix(l.begins(r.ID), ",")
	for _, f := range l.Fields {
		text, ok := old[f.Name]
		v := r.Values[f.Name]
		switch {
		case v.IsAbsent() && !ok && !l.CSV:
			text = "null"
		case v.IsAbsent():
		case l.CSV:
			text = v.Plain()
		default:
			text = string(v.AppendJSON(nil))
		}
		if l.CSV {
			line += "," + text
		} else {
			line += `,"` + f.Name + `":` + text
		}
	}
	if l.CSV {
		return line + "\n"
	}
	return line + "}\n"
}

// cells are the texts of a line, by field.
func (l *Lines) cells(line string) map[string]string {
	out := map[string]string{}
	if l.CSV {
		for i, text := range strings.Split(strings.TrimSpace(line), ",")[1:] {
			out[l.Fields[i].Name] = text
		}
		return out
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(line), &members); err != nil {
		l.T.Fatal(err)
	}
	for k, v := range members {
		out[k] = string(v)
	}
	return out
}
