package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/pipelines"
)

func fmtCommand() *command {
	return &command{
		Name: "fmt", Args: "[PATH]", Most: 1,
		Doc: "Write configuration files in canonical form.",
		Long: "Prints the names of the files it changed. PATH is a .hcl file, a folder, or - for\n" +
			"standard input, which is printed formatted. Comments and the inside of expressions\n" +
			"stay as they are; a file that does not parse is not touched.",
		Examples: []string{"syncline fmt", "syncline fmt -check -diff"},
		Bind:     bindFmt,
	}
}

// formatted is one file, before and after.
type formatted struct {
	name          string
	before, after []byte
}

func (f formatted) changed() bool { return string(f.before) != string(f.after) }

func bindFmt(f *pflag.FlagSet) action {
	check := f.Bool("check", false, "write nothing; exit code 1 when a file is not in canonical form")
	diff := f.Bool("diff", false, "print what changes")
	return func(_ context.Context, s *session, args []string) error {
		if at(args, 0) == "-" {
			return s.formatInput(*check, *diff)
		}
		files, err := s.formatAll(at(args, 0))
		if err != nil {
			return err
		}
		changed := []string{}
		for _, file := range files {
			if !file.changed() {
				continue
			}
			changed = append(changed, file.name)
			if err := s.showFormatted(file, *diff); err != nil {
				return err
			}
			if !*check {
				if err := replace(file.name, file.after); err != nil {
					return err
				}
			}
		}
		if s.json {
			if err := view.JSON(s.out, "changed", changed); err != nil {
				return err
			}
		}
		if *check && len(changed) > 0 {
			return exit(codeFailed)
		}
		return nil
	}
}

func (s *session) formatInput(check, diff bool) error {
	before, err := io.ReadAll(s.in)
	if err != nil {
		return err
	}
	file, err := s.format("standard input", before)
	if err != nil {
		return err
	}
	if diff {
		if err := s.showFormatted(file, true); err != nil {
			return err
		}
	} else if !check {
		if _, err := s.out.Write(file.after); err != nil {
			return err
		}
	}
	if check && file.changed() {
		return exit(codeFailed)
	}
	return nil
}

// formatAll formats every file of the path in memory: nothing is written when
// one of them does not parse.
func (s *session) formatAll(path string) ([]formatted, error) {
	names, err := configurationFiles(path)
	if err != nil {
		return nil, err
	}
	var files []formatted
	broken := false
	for _, name := range names {
		before, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := s.format(name, before)
		if err != nil {
			broken = true
			continue
		}
		files = append(files, file)
	}
	if broken {
		return nil, exit(codeConfiguration)
	}
	return files, nil
}

// format formats one file and prints what keeps it from being formatted.
func (s *session) format(name string, before []byte) (formatted, error) {
	after, problems := pipelines.Format(before, name)
	if problems.Failed() {
		s.notes().Problems(problems, map[string][]byte{name: before})
		return formatted{}, exit(codeConfiguration)
	}
	return formatted{name, before, after}, nil
}

func (s *session) showFormatted(file formatted, diff bool) error {
	switch {
	case s.json:
		return nil
	case diff:
		text := udiff.Unified(file.name, file.name+" (formatted)", string(file.before), string(file.after))
		s.page().Diff(text)
	default:
		s.page().Line("%s", file.name)
	}
	return nil
}

// configurationFiles lists the files that belong to a configuration, its
// tests and variables included, but not those of sub-folders.
func configurationFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, failed("PATH is a .hcl file, or a folder of them.", "cannot read %s: %w", path, cause(err))
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".hcl") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, failed("`syncline init` writes a first one.", "%s holds no .hcl file", path)
	}
	return names, nil
}
