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
			"-out writes a file a pipeline, PIPELINE.md, .html or .json, and prints the names of those\n" +
			"that changed. -check writes nothing: the exit code is 1 when what is there is not what\n" +
			"would be written.",
		Examples: []string{
			"syncline docs sync", "syncline docs -out docs/mappings sync", "syncline docs -check docs/mappings sync",
			"syncline docs -format html -only candidates sync > candidates.html",
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
	format := f.String("format", "", "`FORM` of the documents: markdown, html (a page to print) or json; else by the name that -check is given, else markdown")
	only := f.StringSlice("only", nil, "only of this `PIPELINE`; may be given several times")
	out := f.String("out", "", "write the documents into this `FOLDER`")
	check := f.String("check", "", "say whether this `FILE` or folder is up to date")
	return func(ctx context.Context, s *session, args []string) error {
		if *out != "" && *check != "" {
			return failed("", "-out writes and -check does not: give one of them")
		}
		form, err := docsFormat(*format, *check, s.json)
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
		case *check != "":
			return s.checkDocs(w, s.from(*check))
		case *out != "":
			return s.putDocs(w, s.from(*out))
		}
		return s.printDocs(w)
	}
}

// docsFormat is the form that was asked for, or the one that a name tells.
func docsFormat(format, check string, json bool) (string, error) {
	switch {
	case format == "" && json, format == "" && strings.HasSuffix(check, ".json"):
		return "json", nil
	case format == "" && strings.HasSuffix(check, ".html"):
		return "html", nil
	case format == "":
		return "markdown", nil
	case slices.Contains([]string{"markdown", "html", "json"}, format):
		return format, nil
	}
	return "", failed("", "-format is markdown, html or json, not %q", format)
}

func docsEnding(format string) string {
	return map[string]string{"markdown": ".md", "html": ".html", "json": ".json"}[format]
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

func (s *session) printDocs(w *writtenDocs) error {
	text, err := w.single()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

func (s *session) putDocs(w *writtenDocs, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return failed("Name a folder that may be written.", "cannot make the folder %s: %w", folder, cause(err))
	}
	changed := []string{}
	for _, name := range w.order {
		file := filepath.Join(folder, name)
		if was, err := os.ReadFile(file); err == nil && bytes.Equal(was, w.files[name]) {
			continue
		}
		if err := replace(file, w.files[name]); err != nil {
			return err
		}
		changed = append(changed, file)
	}
	return s.tellDocs("changed", changed)
}

func (s *session) tellDocs(key string, files []string) error {
	if s.json {
		return view.JSON(s.out, key, files)
	}
	for _, name := range files {
		s.page().Line("%s", name)
	}
	return nil
}

// checkDocs names what is not as it would be written.
func (s *session) checkDocs(w *writtenDocs, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return failed("`syncline docs -out FOLDER` writes them.", "there are no documents at %s: %w", path, cause(err))
	}
	stale := []string{}
	if info.IsDir() {
		stale, err = w.staleIn(path)
	} else if text, failure := w.single(); failure != nil {
		err = failure
	} else if !sameDocument(path, text) {
		stale = append(stale, path)
	}
	if err != nil {
		return err
	}
	if err := s.tellDocs("stale", stale); err != nil {
		return err
	}
	if len(stale) > 0 {
		if !s.json {
			s.notes().Line("not up to date; `syncline docs -out FOLDER` writes the documents anew")
		}
		return exit(codeFailed)
	}
	return nil
}

// staleIn names the files of a folder that are missing or otherwise, and the
// documents there of pipelines that are gone.
func (w *writtenDocs) staleIn(folder string) ([]string, error) {
	stale := []string{}
	for _, name := range w.order {
		if file := filepath.Join(folder, name); !sameDocument(file, w.files[name]) {
			stale = append(stale, file)
		}
	}
	if !w.whole || w.format == "json" {
		return stale, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, failed("", "cannot read the folder %s: %w", folder, cause(err))
	}
	for _, e := range entries {
		if _, ours := w.files[e.Name()]; ours || !e.Type().IsRegular() || filepath.Ext(e.Name()) != docsEnding(w.format) {
			continue
		}
		if text, err := os.ReadFile(filepath.Join(folder, e.Name())); err == nil && isDocument(text) {
			stale = append(stale, filepath.Join(folder, e.Name()))
		}
	}
	return stale, nil
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
