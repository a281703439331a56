package s3_test

import (
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/s3"
	"syncline/schema"
)

// hand is somebody else who edits a file in the bucket.
type hand struct {
	*bucket
	key    string
	fields []schema.Field
}

func (h *hand) lines() []string {
	return strings.SplitAfter(strings.TrimSuffix(h.get(h.key), "\n")+"\n", "\n")
}

func (h *hand) write(lines []string) { h.put(h.key, strings.Join(lines, "")) }

func (h *hand) csv() bool { return path.Ext(h.key) == ".csv" }

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

// TestConformance runs the suite against Versity's gateway.
func TestConformance(t *testing.T) {
	server := serve(t)
	for name, kinds := range map[string][]schema.Kind{"people.jsonl": nil, "people.csv": {schema.KindString}} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition:  s3.Definition(),
				Kinds:       kinds,
				Sizes:       []int{0, 1, 4097},
				NullIsEmpty: kinds != nil,
				NoZero:      true,
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					h := &hand{bucket: server.bucket(t), key: "out/" + name, fields: fields}
					var lines []string
					if h.csv() {
						lines = append(lines, "id,name,note\n")
					}
					for _, r := range rows {
						lines = append(lines, h.line(r, nil))
					}
					h.write(lines)
					return connectortest.Place{
						Settings:  h.settings(h.key),
						Selection: connectors.Selection{Object: name, ID: "id"},
						Edit:      h.edit,
						Remove:    h.remove,
					}
				},
			})
		})
	}
}

// TestMetadataStays holds that a new state has what the old one had beside its
// bytes, and that none is written that would lose something.
func TestMetadataStays(t *testing.T) {
	b := serve(t).bucket(t)
	had := http.Header{"Content-Type": {"text/csv; header=present"}, "Cache-Control": {"no-store"}, "X-Amz-Meta-Owner": {"hr team"}, "Content-Disposition": {`attachment; filename="a b.csv"`}}
	b.do("PUT", "a.csv", had, "id,name\n1,Ada\n")
	s, err := begin(t, connected(t, b.settings("a.csv")))
	if err == nil {
		err = s.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	text, has := b.do("GET", "a.csv", nil, "")
	if text != "id,name\n1,Augusta\n" {
		t.Errorf("it is %q", text)
	}
	for name := range had {
		if has.Get(name) != had.Get(name) {
			t.Errorf("%s is %q, want %q", name, has.Get(name), had.Get(name))
		}
	}
	b.do("PUT", "tagged.csv", http.Header{"X-Amz-Tagging": {"kind=people"}}, "id,name\n1,Ada\n")
	s, err = begin(t, connected(t, b.settings("tagged.csv")))
	if err == nil {
		err = s.Commit(t.Context())
	}
	says(t, err, connectors.Unsupported, "has tags")
	b.do("PUT", "packed.csv", http.Header{"Content-Encoding": {"gzip"}}, "\x1f\x8b")
	_, err = count(t.Context(), connected(t, b.settings("packed.csv")))
	says(t, err, connectors.Unreadable, "packed")
}

// TestInit holds that a file begins as init says, once, and that nothing is made
// before somebody may make it.
func TestInit(t *testing.T) {
	b := serve(t).bucket(t)
	set := b.settings("new/a.csv")
	set.Folder = t.TempDir()
	laid(t, set.Folder, "begin.csv", "id,name\n1,Ada\n2,Bob\n")
	set.Values["init"] = schema.String("begin.csv")
	conn := connected(t, set)
	if n, err := count(t.Context(), conn); n != 2 || err != nil {
		t.Errorf("before: %d %v", n, err)
	}
	_, err := begin(t, conn)
	says(t, err, connectors.Unsupported, "does not exist yet")
	set.Seed = true
	connected(t, set)
	b.put("new/a.csv", b.get("new/a.csv")+"3,Eve\n")
	if n, err := count(t.Context(), connected(t, set)); n != 3 || err != nil {
		t.Errorf("after: %d %v", n, err)
	}
}
