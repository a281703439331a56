package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// reference is the page of the commands, made from their help.
func reference() string {
	var b strings.Builder
	b.WriteString(`# Commands

` + "`syncline COMMAND [PATH]`" + `: PATH is a ` + "`.hcl`" + ` file or a folder of them, by default the current folder. Options are
written ` + "`-name` or `--name`" + `; there are no one-letter options. Results go to standard output, progress and
messages to standard error, so that a result can be piped.

| exit code | means |
| --- | --- |
| 0 | done; what was put aside is said in the summary |
| 1 | failed, a guard withheld something, an end took no more writes, or a version did not rise (` + "`diff`" + `) |
| 2 | ` + "`plan` and `diff -detailed-exitcode`" + `: there are changes |
| 3 | ` + "`run -detailed-exitcode`" + `: done, with conflicts, reviews or refused writes left |
| 78 | the configuration has errors |

Colour is used on a terminal only, and never says anything alone. ` + "`NO_COLOR`" + ` and ` + "`-color never`" + ` turn it off,
` + "`FORCE_COLOR`" + ` and ` + "`-color always`" + ` on. ` + "`-json`" + ` prints any result as JSON with a ` + "`format_version`" + `, which rises
when a key changes its meaning.

This page is what the commands print about themselves; a test holds the two equal.
`)
	root := newRoot(newSession(nil, nil, nil, os.LookupEnv))
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		fmt.Fprintf(&b, "\n## %s\n\n```text\n%s```\n", c.CommandPath(), short(c))
		for _, sub := range visible(c) {
			walk(sub)
		}
	}
	walk(root)
	return b.String()
}

// short is a command's help without the options of every command, which the
// page shows once.
func short(c *cobra.Command) string {
	text := help(c)
	if c.HasParent() {
		text, _, _ = strings.Cut(text, "\nOptions of every command:")
	}
	return text
}

func TestReferenceIsWhatHelpSays(t *testing.T) {
	const page = "../../docs/cli.md"
	want := reference()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/cli.md is not what -help says (-help +page; -update writes it anew):\n%s", diff)
	}
}

// TestEveryCommandIsComplete proves what a newcomer expects of each: a line, an
// example where there is something to say, and options that explain themselves.
func TestEveryCommandIsComplete(t *testing.T) {
	var check func(c *command)
	check = func(c *command) {
		if !strings.HasSuffix(c.Doc, ".") || strings.Contains(c.Doc, "\n") {
			t.Errorf("%s: its doc is one sentence on one line, not %q", c.Name, c.Doc)
		}
		if c.Bind != nil {
			f := pflag.NewFlagSet(c.Name, pflag.ContinueOnError)
			c.Bind(f)
			f.VisitAll(func(o *pflag.Flag) {
				if o.Usage == "" || o.Shorthand != "" || len(o.Name) < 2 {
					t.Errorf("%s -%s: explains nothing, or has one letter", c.Name, o.Name)
				}
			})
		}
		if (c.Bind == nil) != (len(c.Sub) > 0) {
			t.Errorf("%s: a command does something, or has commands that do", c.Name)
		}
		for _, sub := range c.Sub {
			check(sub)
		}
	}
	for _, c := range commands() {
		if c.Long == "" && len(c.Examples) == 0 && c.Name != "version" {
			t.Errorf("%s: has neither an explanation nor an example", c.Name)
		}
		check(c)
	}
}

// TestOneDashMeansOneThing proves that an option takes a value in every
// command or in none, which dashes relies on.
func TestOneDashMeansOneThing(t *testing.T) {
	kinds := map[string]string{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if was, ok := kinds[f.Name]; ok && was != f.NoOptDefVal {
				t.Errorf("-%s takes a value in one command and none in another", f.Name)
			}
			kinds[f.Name] = f.NoOptDefVal
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(newSession(nil, nil, nil, os.LookupEnv)))
}

func TestDashes(t *testing.T) {
	root := newRoot(newSession(nil, nil, nil, os.LookupEnv))
	tests := []struct{ in, want string }{
		{"run -full", "run --full"},
		{"run --full .", "run --full ."},
		{"eval -expr -record.n", "eval --expr=-record.n"},
		{"eval -expr=-1 -record -", "eval --expr=-1 --record=-"},
		{"run -allow deletes=40 x", "run --allow=deletes=40 x"},
		{"fmt -", "fmt -"},
		{"explain -- -odd", "explain -- -odd"},
		{"run -h", "run --help"},
		{"-version", "version"},
		{"plan -out", "plan --out"},
	}
	for _, tt := range tests {
		got := strings.Join(dashes(root, strings.Fields(tt.in)), " ")
		if got != tt.want {
			t.Errorf("dashes(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestColour proves who decides about colour, strongest first.
func TestColour(t *testing.T) {
	tests := []struct {
		option string
		env    map[string]string
		want   bool
	}{
		{"auto", nil, false},
		{"always", map[string]string{"NO_COLOR": "1"}, true},
		{"never", map[string]string{"FORCE_COLOR": "1"}, false},
		{"auto", map[string]string{"FORCE_COLOR": "1"}, true},
		{"auto", map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, false},
		{"auto", map[string]string{"FORCE_COLOR": "0"}, false},
	}
	for _, tt := range tests {
		s := newSession(nil, nil, nil, func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok })
		s.color = tt.option
		if got := s.colorful(&bytes.Buffer{}); got != tt.want {
			t.Errorf("-color %s with %v: %v, want %v", tt.option, tt.env, got, tt.want)
		}
	}
}
