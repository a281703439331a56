package sftp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/sftp"
	"syncline/schema"
)

// hand is somebody else who edits a file on the server's disk.
type hand struct {
	testing.TB
	path   string
	fields []schema.Field
}

func (h *hand) lines() []string {
	text, err := os.ReadFile(h.path)
	if err != nil {
		h.Fatal(err)
	}
	return strings.SplitAfter(strings.TrimSuffix(string(text), "\n")+"\n", "\n")
}

func (h *hand) write(lines []string) {
	if err := os.WriteFile(h.path, []byte(strings.Join(lines, "")), 0o640); err != nil {
		h.Fatal(err)
	}
}

func (h *hand) csv() bool { return filepath.Ext(h.path) == ".csv" }

// begins is how the line of an id begins.
func (h *hand) begins(id string) string {
	if h.csv() {
		return id + ","
	}
	text, _ := json.Marshal(id)
	return `{"id":` + string(text) + `,`
}

func (h *hand) line(r connectortest.Row, old map[string]string) string {
	line := strings.TrimSuffix(h.begins(r.ID), ",")
	for _, f := range h.fields {
		text, ok := old[f.Name]
		v := r.Values[f.Name]
		switch {
		case v.IsAbsent() && !ok && !h.csv():
			text = "null"
		case v.IsAbsent():
		case h.csv():
			text = v.Plain()
		default:
			text = string(v.AppendJSON(nil))
		}
		if h.csv() {
			line += "," + text
		} else {
			line += `,"` + f.Name + `":` + text
		}
	}
	if h.csv() {
		return line + "\n"
	}
	return line + "}\n"
}

// cells are the texts of a line, by field.
func (h *hand) cells(line string) map[string]string {
	out := map[string]string{}
	if h.csv() {
		for i, text := range strings.Split(strings.TrimSpace(line), ",")[1:] {
			out[h.fields[i].Name] = text
		}
		return out
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(line), &members); err != nil {
		h.Fatal(err)
	}
	for k, v := range members {
		out[k] = string(v)
	}
	return out
}

func (h *hand) edit(r connectortest.Row) {
	lines := h.lines()
	for i, line := range lines {
		if strings.HasPrefix(line, h.begins(r.ID)) {
			lines[i] = h.line(r, h.cells(line))
			h.write(lines)
			return
		}
	}
	h.write(append(lines, h.line(r, nil)))
}

func (h *hand) remove(id string) {
	h.write(slices.DeleteFunc(h.lines(), func(line string) bool { return strings.HasPrefix(line, h.begins(id)) }))
}

// TestConformance runs the suite against OpenSSH.
func TestConformance(t *testing.T) {
	server := serve(t, "")
	for name, kinds := range map[string][]schema.Kind{"people.jsonl": nil, "people.csv": {schema.KindString}} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition:  sftp.Definition(),
				Kinds:       kinds,
				Sizes:       []int{0, 1, 4097},
				NullIsEmpty: kinds != nil,
				NoZero:      true,
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					h := &hand{TB: t, path: filepath.Join(t.TempDir(), name), fields: fields}
					var lines []string
					if h.csv() {
						lines = append(lines, "id,name,note\n")
					}
					for _, r := range rows {
						lines = append(lines, h.line(r, nil))
					}
					h.write(lines)
					return connectortest.Place{
						Settings:  server.settings(h.path),
						Selection: connectors.Selection{Object: name, ID: "id"},
						Edit:      h.edit,
						Remove:    h.remove,
					}
				},
			})
		})
	}
}
