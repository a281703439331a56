package connectors_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

func TestGradeNames(t *testing.T) {
	want := []string{"none", "if_match", "unmodified_since", "revision", "compared", "read_before_write", "blind"}
	for i, name := range want {
		g := connectors.Grade(i)
		if g.String() != name {
			t.Errorf("grade %d is %q, want %q", i, g, name)
		}
	}
	if got := connectors.Grade(99).String(); got != "grade 99" {
		t.Errorf("a grade that is none prints %q", got)
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	open := func(context.Context, connectors.Settings) (connectors.Conn, error) { return nil, nil }
	whole := connectors.Definition{Name: "x", Doc: "X.", Open: open}
	for _, c := range []struct {
		name   string
		change func(*connectors.Definition)
		want   string
	}{
		{"whole", func(*connectors.Definition) {}, ""},
		{"name", func(d *connectors.Definition) { d.Name = "" }, "no name"},
		{"doc", func(d *connectors.Definition) { d.Doc = "" }, "no doc"},
		{"open", func(d *connectors.Definition) { d.Open = nil }, "cannot be opened"},
		{"setting without doc", func(d *connectors.Definition) { d.Settings = []schema.Field{{Name: "path"}} }, "path has no doc"},
		{"setting twice", func(d *connectors.Definition) {
			d.Settings = []schema.Field{{Name: "path", Doc: "P."}, {Name: "path", Doc: "P."}}
		}, "declared twice"},
		{"verbs without grade", func(d *connectors.Definition) {
			d.Facts.Verbs = []connectors.Verb{{Name: "update", Doc: "U."}}
		}, "no write grade"},
		{"a limit that is none", func(d *connectors.Definition) { d.Limits = []string{"rate", "speed"} }, "speed, which is no limit"},
		{"grade without verbs", func(d *connectors.Definition) { d.Facts.Grade = connectors.Blind }, "no verbs"},
	} {
		d := whole
		c.change(&d)
		err := d.Check()
		if got := fmt.Sprint(err); (err == nil) != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSettingsPath(t *testing.T) {
	s := connectors.Settings{Folder: "/etc/sync", Values: map[string]schema.Value{
		"near": schema.String("data/a.csv"), "far": schema.String("/data/a.csv"),
	}}
	for name, want := range map[string]string{"near": filepath.Join("/etc/sync", "data/a.csv"), "far": "/data/a.csv", "none": ""} {
		if got := s.Path(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestBatchKeepsItsMemory(t *testing.T) {
	var b connectors.Batch
	b.Add().ID = "a"
	b.Reset()
	if it := b.Add(); it.ID != "" || len(b.Items) != 1 {
		t.Errorf("an item added after a reset is %+v of %d", it, len(b.Items))
	}
	if n := testing.AllocsPerRun(10, func() { b.Reset(); b.Add() }); n != 0 {
		t.Errorf("a batch that is used again allocates %v times", n)
	}
}
