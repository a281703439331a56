package exec_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/exec"
	"syncline/schema"
)

// person is a record in the file of testdata/people.py.
type person struct {
	Rev  int                        `json:"rev"`
	Data map[string]json.RawMessage `json:"data"`
}

// people is the file of a plug-in, which the test edits as somebody else would.
type people struct {
	t      testing.TB
	path   string
	fields []schema.Field
}

func (p *people) edit(change func(map[string]person)) {
	p.t.Helper()
	all := map[string]person{}
	if raw, err := os.ReadFile(p.path); err == nil {
		if err := json.Unmarshal(raw, &all); err != nil {
			p.t.Fatal(err)
		}
	}
	change(all)
	raw, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(p.path, raw, 0o600)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *people) put(rows ...connectortest.Row) {
	p.t.Helper()
	p.edit(func(all map[string]person) {
		rev := 0
		for _, other := range all {
			rev = max(rev, other.Rev)
		}
		for _, row := range rows {
			rev++
			next := person{Rev: rev, Data: maps.Clone(all[row.ID].Data)}
			if next.Data == nil {
				next.Data = map[string]json.RawMessage{}
				for _, f := range p.fields {
					next.Data[f.Name] = json.RawMessage("null")
				}
			}
			for name, v := range row.Values {
				next.Data[name] = v.AppendJSON(nil)
			}
			all[row.ID] = next
		}
	})
}

func (p *people) remove(id string) {
	p.edit(func(all map[string]person) { delete(all, id) })
}

// described are the fields as a plug-in describes them.
func described(fields []schema.Field) schema.Value {
	var out []schema.Value
	for _, f := range append([]schema.Field{{Name: "id", Type: schema.Type{Kind: schema.KindString}}}, fields...) {
		out = append(out, schema.Object([]string{"name", "type"}, []schema.Value{schema.String(f.Name), schema.String(f.Type.String())}))
	}
	return schema.List(out...)
}

func fromJSON(t testing.TB, text string) schema.Value {
	t.Helper()
	v, err := schema.FromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// python is Debian's where there is one: what stands before it in the PATH may
// be a script that takes longer than the plug-in.
func python(t testing.TB) string {
	t.Helper()
	const debian = "/usr/bin/python3"
	if _, err := os.Stat(debian); err == nil {
		return debian
	}
	return connectortest.Program(t, "python3")
}

// settings are those of a program of the tests.
func settings(t testing.TB, config schema.Value, command ...string) connectors.Settings {
	t.Helper()
	words := make([]schema.Value, len(command))
	for i, c := range command {
		words[i] = schema.String(c)
	}
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return connectors.Settings{
		System: "hris", Folder: folder,
		Values: map[string]schema.Value{
			"command": schema.List(words...), "config": config, "env": schema.List(schema.String("PATH")), "grace": schema.String("300ms"),
		},
	}
}

// TestConformance runs the suite for plug-ins that claim much, and little.
func TestConformance(t *testing.T) {
	few := []schema.Kind{schema.KindString}
	for _, tt := range []struct {
		name, ops, facts string
		hash             bool
		kinds            []schema.Kind
	}{
		{"everything", `["read","get","find","write","check","cancel"]`, `{"complete":true,"null":true,"grade":"if_match","create":"external_id","batch":50,"verbs":["create","update","delete"]}`, false, nil},
		{"own hashes", `["read","get","write"]`, `{"complete":true,"null":true,"grade":"revision","create":"external_id","verbs":["create","update","delete"]}`, true, few},
		{"read only", `["read"]`, `{"complete":true}`, false, few},
		{"found", `["read","get","find"]`, `{}`, false, few},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conform(t, tt.ops, tt.facts, tt.hash, tt.kinds)
		})
	}
}

func conform(t *testing.T, ops, facts string, hash bool, kinds []schema.Kind) {
	python := python(t)
	claimed := exec.Definition()
	var err error
	if claimed.Facts, err = exec.Claims([]byte(facts), []byte(ops)); err != nil {
		t.Fatal(err)
	}
	connectortest.Run(t, connectortest.Harness{
		Definition: claimed,
		Sizes:      []int{0, 1, 1024, 1025},
		Kinds:      kinds,
		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
			p := &people{t: t, path: filepath.Join(t.TempDir(), "people.json"), fields: fields}
			p.put(rows...)
			names := []string{"store", "fields", "ops", "facts", "hash"}
			values := []schema.Value{schema.String(p.path), described(fields), fromJSON(t, ops), fromJSON(t, facts), schema.Bool(hash)}
			set := settings(t, schema.Object(names, values), python, "-S", "people.py")
			set.Values["fresh"] = schema.String("0s")
			return connectortest.Place{
				Settings:  set,
				Selection: connectors.Selection{Object: "people", ID: "id", Cursor: "updated_at"},
				Edit:      func(r connectortest.Row) { p.put(r) },
				Remove:    p.remove,
			}
		},
	})
}
