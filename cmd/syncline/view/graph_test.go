package view

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/pipelines"
	"syncline/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was rendered with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}

// house is a configuration of two pipelines over three systems: peers, a
// hearer, a reference, and a hostile name.
func house() *pipelines.Config {
	system := func(name, connector string) *pipelines.System {
		return &pipelines.System{Name: name, Definition: &connectors.Definition{Name: connector}}
	}
	ats, crm, hris := system("ats", "file"), system("crm", "sqlite"), system("hris", "postgres")
	field := func(name string, t schema.Type, speaks, hears []bool) *pipelines.Field {
		return &pipelines.Field{Name: name, Attribute: schema.Field{Name: name, Type: t}, Speaks: speaks, Hears: hears}
	}
	text := schema.Type{Kind: schema.KindString}
	end := func(s *pipelines.System, object string, allow ...string) *pipelines.End {
		return &pipelines.End{Name: s.Name, System: s, Object: object, Allow: allow}
	}
	jobs := &pipelines.Pipeline{
		Name: "jobs", Entity: &schema.Entity{Name: "job"},
		Ends: []*pipelines.End{end(ats, "jobs.csv", "read"), end(crm, "openings", "read", "create", "update")},
		Fields: []*pipelines.Field{
			field("title", text, []bool{true, false}, []bool{false, true}),
			field("location", text, []bool{true, false}, []bool{false, true}),
		},
	}
	people := &pipelines.Pipeline{
		Name: "candidates", Entity: &schema.Entity{Name: "candidate"},
		Ends: []*pipelines.End{
			end(ats, "candidates.csv", "read", "update"), end(crm, `contacts <"&\`, "read", "create", "update"), end(hris, "employees", "read", "create"),
		},
		Fields: []*pipelines.Field{
			field("email", text, []bool{true, false, false}, []bool{false, true, true}),
			field("name", text, []bool{true, false, false}, []bool{false, true, true}),
			field("phone", text, []bool{true, true, false}, []bool{true, true, true}),
			field("job", schema.Type{Kind: schema.KindRef, Entity: "job"}, []bool{true, false, false}, []bool{false, true, false}),
		},
	}
	return &pipelines.Config{Pipelines: []*pipelines.Pipeline{jobs, people}}
}

func TestRunGraph(t *testing.T) {
	g := RunGraph(house())
	var svg, dot, mermaid bytes.Buffer
	if err := errors.Join(SVG(&svg, g), DOT(&dot, g), Mermaid(&mermaid, g)); err != nil {
		t.Fatal(err)
	}
	golden(t, "run.svg", svg.Bytes())
	golden(t, "run.dot", dot.Bytes())
	golden(t, "run.mmd", mermaid.Bytes())
	d := xml.NewDecoder(&svg)
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the SVG is no XML: %v", err)
		}
	}
	if strings.Contains(mermaid.String(), `<"`) {
		t.Error("a name breaks out of its Mermaid label")
	}
}

func TestDirection(t *testing.T) {
	p := house().Pipelines[1]
	want := []string{"ats -> crm, hris", "ats -> crm, hris", "ats <-> crm -> hris", "ats -> crm"}
	for i, f := range p.Fields {
		if got := Direction(p, f); got != want[i] {
			t.Errorf("Direction(%s) = %q, want %q", f.Name, got, want[i])
		}
	}
}
