package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/pipelines/diag"
)

// templates are the configurations that init writes, a folder each.
//
//go:embed all:templates
var templates embed.FS

// defaultTemplate is what init writes when nothing else is asked for: it needs
// no server.
const defaultTemplate = "csv-to-sqlite"

func initCommand() *command {
	return &command{
		Name: "init", Args: "[TEMPLATE [FOLDER] | PATH]", Most: 2,
		Doc: "Write a new, commented configuration, or make the ends of an existing one.",
		Long: "Writes a TEMPLATE (csv-to-sqlite, sqlite-to-sqlite or postgres) into FOLDER, by\n" +
			"default the current one; a file that is there already is never overwritten. Given the\n" +
			"PATH of a configuration, it makes what its systems say with `init` they start from.",
		Examples: []string{"syncline init csv-to-sqlite sync", "syncline init examples/quickstart"},
		Bind:     bindInit,
		Complete: func(_ *session, args []string) []string {
			if len(args) > 0 {
				return nil
			}
			return templateNames()
		},
	}
}

func bindInit(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		template, folder := defaultTemplate, "."
		switch {
		case len(args) == 0:
			if hasConfiguration(".") {
				return s.seed(ctx, ".")
			}
		case slices.Contains(templateNames(), args[0]):
			template, folder = args[0], at(args, 1)
		case len(args) == 1 && hasConfiguration(args[0]):
			return s.seed(ctx, args[0])
		default:
			return unknownTemplate(args[0])
		}
		return s.writeTemplate(template, folder)
	}
}

func unknownTemplate(word string) error {
	hint := "Templates: " + view.List(templateNames()) + "."
	if near := diag.Nearest(word, templateNames()); near != "" {
		hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
	}
	return failed(hint, "%q is neither a template nor the folder of a configuration", word)
}

func templateNames() []string {
	entries, err := templates.ReadDir("templates")
	if err != nil {
		panic("init: the templates are not in the binary: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// hasConfiguration reports whether a path is a configuration.
func hasConfiguration(path string) bool {
	names, err := configurationFiles(path)
	return err == nil && len(names) > 0
}

// seed makes the ends of a configuration that start from something.
func (s *session) seed(ctx context.Context, path string) error {
	e := s.engine(nil)
	c, err := s.loadToAct(ctx, e, path)
	if err != nil {
		return err
	}
	made, err := e.Seed(ctx, c)
	if err != nil {
		return err
	}
	if s.json {
		return view.JSON(s.out, "made", append([]string{}, made...))
	}
	if len(made) == 0 {
		s.page().Line("Nothing to make: every end is there already, or has no `init`.")
		return nil
	}
	s.page().Seeded(near(made))
	return nil
}

// writeTemplate writes a template's files, all or none.
func (s *session) writeTemplate(template, folder string) error {
	root := path.Join("templates", template)
	var names []string
	err := fs.WalkDir(templates, root, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, strings.TrimPrefix(name, root+"/"))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		target := filepath.Join(folder, target(name))
		if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
			return failed("Nothing was written. Choose another folder: syncline init "+template+" FOLDER", "%s is there already", target)
		}
	}
	for _, name := range names {
		content, err := templates.ReadFile(path.Join(root, name))
		if err != nil {
			return err
		}
		target := filepath.Join(folder, target(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return failed("", "cannot make the folder %s: %w", filepath.Dir(target), cause(err))
		}
		if err := write(target, content, 0o644); err != nil {
			return err
		}
		if !s.json && !s.quiet {
			s.page().Line("wrote %s", target)
		}
	}
	if s.json {
		return view.JSON(s.out, "made", names)
	}
	if s.quiet {
		return nil
	}
	where := ""
	if folder != "." {
		where = " " + folder
	}
	s.page().Line("\nNow: syncline validate%s, then syncline plan%s, then syncline run%s", where, where, where)
	return nil
}

// target is the name of a template's file where it is written: gitignore
// stands without its dot in the binary's folder, where it must not act.
func target(name string) string {
	if path.Base(name) == "gitignore" {
		return path.Join(path.Dir(name), ".gitignore")
	}
	return name
}
