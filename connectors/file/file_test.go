package file_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/file"
	"syncline/connectors/formats"
	"syncline/schema"
)

// TestConformance runs the suite once per format and encoding that is written.
func TestConformance(t *testing.T) {
	for _, name := range []string{"people.csv", "people.tsv", "people.jsonl", "people.json"} {
		t.Run(name, func(t *testing.T) { conform(t, name, formats.Encoding{}) })
	}
	t.Run("utf-16", func(t *testing.T) {
		conform(t, "people.csv", formats.Encoding{Charset: formats.UTF16LE, BOM: true})
	})
	t.Run("utf-8 with a mark", func(t *testing.T) {
		conform(t, "people.csv", formats.Encoding{BOM: true})
	})
}

func conform(t *testing.T, name string, encoding formats.Encoding) {
	table := !strings.Contains(name, "json")
	connectortest.Run(t, connectortest.Harness{
		Definition:  file.Definition(),
		NullIsEmpty: table,
		NoZero:      true,
		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
			h := &hand{TB: t, path: filepath.Join(t.TempDir(), name), fields: fields, rows: rows, encoding: encoding}
			h.save()
			return connectortest.Place{
				Settings:  settings(map[string]string{"path": h.path}),
				Selection: connectors.Selection{Object: name, ID: "id"},
				Edit:      h.edit,
				Remove:    h.remove,
			}
		},
	})
}

func settings(values map[string]string) connectors.Settings {
	s := connectors.Settings{System: "files", Values: map[string]schema.Value{}}
	for k, v := range values {
		s.Values[k] = schema.String(v)
	}
	return s
}

// hand is somebody else who edits a file: it knows nothing of the connector
// and writes the whole file from what stands in it.
type hand struct {
	testing.TB
	path     string
	fields   []schema.Field
	rows     []connectortest.Row
	encoding formats.Encoding
}

// edit changes a row in the text of the file, so that every other line stays
// as the connector left it.
func (h *hand) edit(r connectortest.Row) {
	old := h.text()
	was := h.line(h.find(r.ID))
	if i := slices.IndexFunc(h.rows, func(o connectortest.Row) bool { return o.ID == r.ID }); i >= 0 {
		merged := connectortest.Row{ID: r.ID, Values: map[string]schema.Value{}}
		for k, v := range h.rows[i].Values {
			merged.Values[k] = v
		}
		for k, v := range r.Values {
			merged.Values[k] = v
		}
		h.rows[i] = merged
	} else {
		h.rows = append(h.rows, r)
		h.save()
		return
	}
	if next := strings.Replace(old, was, h.line(h.find(r.ID)), 1); next != old {
		h.write(next)
		return
	}
	for _, line := range strings.Split(old, "\n") {
		if filepath.Ext(h.path) == ".json" {
			line = strings.TrimSuffix(line, ",")
		}
		if strings.HasPrefix(line, r.ID+h.delimiter()) || strings.HasPrefix(line, `{"id":"`+r.ID+`"`) {
			h.write(strings.Replace(old, line, h.line(h.find(r.ID)), 1))
			return
		}
	}
	h.Fatalf("no line of %s begins with the id %s", h.path, r.ID)
}

func (h *hand) find(id string) connectortest.Row {
	for _, r := range h.rows {
		if r.ID == id {
			return r
		}
	}
	return connectortest.Row{ID: id}
}

func (h *hand) remove(id string) {
	h.rows = slices.DeleteFunc(h.rows, func(o connectortest.Row) bool { return o.ID == id })
	h.save()
}

func (h *hand) text() string {
	raw, err := os.ReadFile(h.path)
	if err != nil {
		h.Fatal(err)
	}
	text, err := h.encoding.Decode(raw)
	if err != nil {
		h.Fatal(err)
	}
	return string(text)
}

func (h *hand) write(text string) {
	raw, err := h.encoding.Append(slices.Clone(h.encoding.Mark()), []byte(text))
	if err != nil {
		h.Fatal(err)
	}
	if err := os.WriteFile(h.path, raw, 0o644); err != nil {
		h.Fatal(err)
	}
}

func (h *hand) save() {
	var lines []string
	for _, r := range h.rows {
		lines = append(lines, h.line(r))
	}
	switch filepath.Ext(h.path) {
	case ".json":
		h.write("[\n" + strings.Join(lines, ",\n") + "\n]\n")
	case ".jsonl":
		h.write(strings.Join(append(lines, ""), "\n"))
	default:
		names := []string{"id"}
		for _, f := range h.fields {
			names = append(names, f.Name)
		}
		h.write(strings.Join(append([]string{strings.Join(names, h.delimiter())}, append(lines, "")...), "\n"))
	}
}

func (h *hand) delimiter() string {
	if filepath.Ext(h.path) == ".tsv" {
		return "\t"
	}
	return ","
}

func (h *hand) line(r connectortest.Row) string {
	if strings.Contains(filepath.Ext(h.path), "json") {
		id, _ := json.Marshal(r.ID)
		line := `{"id":` + string(id)
		for _, f := range h.fields {
			v, ok := r.Values[f.Name]
			if !ok {
				v = schema.NullValue()
			}
			line += `,"` + f.Name + `":` + string(v.AppendJSON(nil))
		}
		return line + "}"
	}
	cells := []string{h.cell(schema.String(r.ID))}
	for _, f := range h.fields {
		cells = append(cells, h.cell(r.Values[f.Name]))
	}
	return strings.Join(cells, h.delimiter())
}

func (h *hand) cell(v schema.Value) string {
	if !v.Is() {
		return ""
	}
	text := strings.Trim(string(v.AppendJSON(nil)), `"`)
	if v.Kind() == schema.KindString {
		text = v.Text()
	}
	if strings.ContainsAny(text, "\"\n\r"+h.delimiter()) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}
