package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/review"
	"syncline/pipelines"
)

func docsCommand() *command {
	return &command{
		Name: "docs", Args: "[PATH]", Most: 1,
		Doc: "Write the mapping document of each pipeline: who is right about what, and why.",
		Long: "A document says in words what the configuration means: systems and what may be done there,\n" +
			"who is right about which fields, every field with its direction, transforms, words and\n" +
			"conflict answers, who is who, guards, who is told, and what is not synced. It needs no\n" +
			"network and no secrets, shows no settings, and is the same bytes until the meaning\n" +
			"changes: commit it, and a change of a mapping shows as a change of its document.\n\n" +
			"-out writes into a folder, a file a pipeline (PIPELINE.md, .html or .json), or into one file\n" +
			"of such a name, and prints the names of those that changed. With -check it writes nothing:\n" +
			"the exit code is 1 when what is there is not what would be written.",
		Examples: []string{
			"syncline docs sync", "syncline docs -out docs/mappings sync", "syncline docs -check -out docs/mappings sync",
			"syncline docs -only candidates -out candidates.html sync",
		},
		Bind: bindDocs,
	}
}

// writtenDocs are the documents to be, in one form.
type writtenDocs struct {
	format string
	whole  bool // of all pipelines
	all    []*review.Document
	files  map[string][]byte // by name
	order  []string
}

func bindDocs(f *pflag.FlagSet) action {
	format := f.String("format", "", "`FORM` of the documents: markdown, html (a page to print) or json; else as -out is named, else markdown")
	only := f.StringSlice("only", nil, "only of this `PIPELINE`; may be given several times")
	out := f.String("out", "", "write into this `FOLDER`, or one .md, .html or .json file")
	check := f.Bool("check", false, "write nothing; exit code 1 when what -out names is not up to date")
	return func(ctx context.Context, s *session, args []string) error {
		if *check && *out == "" {
			return failed("Name the folder or the file with -out.", "-check compares with what -out names")
		}
		form, err := docsFormat(*format, *out, s.json)
		if err != nil {
			return err
		}
		c, err := s.load(ctx, s.engine(nil), at(args, 0))
		if err != nil {
			return err
		}
		for _, name := range *only {
			if err := oneOf("only", name, pipelineNames(c)); err != nil {
				return err
			}
		}
		w, err := writeDocs(c, form, *only)
		switch {
		case err != nil:
			return err
		case *out != "":
			return s.putDocs(w, s.from(*out), *check)
		}
		text, err := w.single()
		if err != nil {
			return err
		}
		_, err = s.out.Write(text)
		return err
	}
}

// docsForms are the forms, and how names of files in them end.
var docsForms = [][2]string{{"markdown", ".md"}, {"html", ".html"}, {"json", ".json"}}

// docsFormat is the form that was asked for, or the one that a name tells.
func docsFormat(format, out string, json bool) (string, error) {
	for _, f := range docsForms {
		if format == f[0] || format == "" && filepath.Ext(out) == f[1] {
			return f[0], nil
		}
	}
	switch {
	case format != "":
		return "", failed("", "-format is markdown, html or json, not %q", format)
	case json:
		return "json", nil
	}
	return "markdown", nil
}

func docsEnding(format string) string {
	for _, f := range docsForms {
		if format == f[0] {
			return f[1]
		}
	}
	return ""
}

func writeDocs(c *pipelines.Config, format string, only []string) (*writtenDocs, error) {
	w := &writtenDocs{format: format, whole: len(only) == 0, all: engine.Documents(c, only), files: map[string][]byte{}}
	for _, d := range w.all {
		one := *c
		one.Pipelines = slices.DeleteFunc(slices.Clone(c.Pipelines), func(p *pipelines.Pipeline) bool { return p.Name != d.Pipeline })
		var b bytes.Buffer
		var err error
		switch format {
		case "json":
			err = view.JSON(&b, "document", d)
		case "html":
			err = view.MappingHTML(&b, d, view.RunGraph(&one))
		default:
			err = view.MappingMarkdown(&b, d, view.RunGraph(&one))
		}
		if err != nil {
			return nil, err
		}
		name := docsFile(d.Pipeline) + docsEnding(format)
		w.files[name] = b.Bytes()
		w.order = append(w.order, name)
	}
	return w, nil
}

// docsFile is a pipeline's name as that of a file: what could lead elsewhere,
// or means something to a file system, is written as its bytes.
func docsFile(pipeline string) string {
	var b strings.Builder
	for i, r := range []byte(pipeline) {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-' || r == '.' && i > 0 {
			b.WriteByte(r)
		} else {
			fmt.Fprintf(&b, "%%%02x", r)
		}
	}
	return b.String()
}

// single is the one result of all documents, as standard output gets it.
func (w *writtenDocs) single() ([]byte, error) {
	switch {
	case w.format == "json":
		var b bytes.Buffer
		err := view.JSON(&b, "documents", w.all)
		return b.Bytes(), err
	case w.format == "html" && len(w.all) > 1:
		return nil, failed("-only PIPELINE writes one, -out FOLDER a file a pipeline.", "a page is of one pipeline, and there are %d", len(w.all))
	}
	var parts [][]byte
	for _, name := range w.order {
		parts = append(parts, w.files[name])
	}
	return bytes.Join(parts, []byte("\n")), nil
}

// putDocs writes what is not yet as it should be, or only names it.
func (s *session) putDocs(w *writtenDocs, path string, check bool) error {
	files, err := w.below(path)
	if err != nil {
		return err
	}
	changed := []string{}
	for _, f := range files {
		if !sameDocument(f.name, f.after) {
			changed = append(changed, f.name)
		}
		if check || sameDocument(f.name, f.after) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(f.name), 0o755); err != nil {
			return failed("Name a folder that may be written.", "cannot make the folder %s: %w", filepath.Dir(f.name), cause(err))
		}
		if err := replace(f.name, f.after); err != nil {
			return err
		}
	}
	if check {
		changed = append(changed, w.gone(path)...)
	}
	if err := s.tellDocs(changed); err != nil {
		return err
	}
	if !check || len(changed) == 0 {
		return nil
	}
	if !s.json {
		s.notes().Line("not up to date: without -check they are written anew")
	}
	return exit(codeFailed)
}

// below are the files that a path stands for: itself, or one a pipeline.
func (w *writtenDocs) below(path string) ([]formatted, error) {
	if filepath.Ext(path) == docsEnding(w.format) {
		text, err := w.single()
		return []formatted{{name: path, after: text}}, err
	}
	files := make([]formatted, len(w.order))
	for i, name := range w.order {
		files[i] = formatted{name: filepath.Join(path, name), after: w.files[name]}
	}
	return files, nil
}

func (s *session) tellDocs(files []string) error {
	if s.json {
		return view.JSON(s.out, "changed", files)
	}
	for _, name := range files {
		s.page().Line("%s", name)
	}
	return nil
}

// gone names the documents in a folder of pipelines that are not there any
// more. What people wrote there is theirs.
func (w *writtenDocs) gone(folder string) (names []string) {
	entries, err := os.ReadDir(folder)
	if err != nil || !w.whole || w.format == "json" {
		return nil // a file, or nothing yet
	}
	for _, e := range entries {
		if _, ours := w.files[e.Name()]; ours || !e.Type().IsRegular() || filepath.Ext(e.Name()) != docsEnding(w.format) {
			continue
		}
		name := filepath.Join(folder, e.Name())
		if text, err := os.ReadFile(name); err == nil && isDocument(text) {
			names = append(names, name)
		}
	}
	return names
}

func isDocument(text []byte) bool {
	return bytes.Contains(text[:min(len(text), 200)], []byte(strings.TrimSpace(view.MappingMarker)))
}

// sameDocument compares as Git may have checked the file out: with other ends
// of lines.
func sameDocument(file string, want []byte) bool {
	info, err := os.Stat(file)
	if err != nil || info.Mode()&fs.ModeType != 0 {
		return false
	}
	got, err := os.ReadFile(file)
	return err == nil && bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want)
}
