package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is a fenced block of a page.
type block struct {
	language string
	lines    []string
	at       int // the line its text begins on
}

// blocks returns the fenced blocks of a page.
func blocks(text string) []block {
	var all []block
	inside, number := false, 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !inside:
			all = append(all, block{language: language, at: number + 1})
			inside = true
		case fence:
			inside = false
		case inside:
			all[len(all)-1].lines = append(all[len(all)-1].lines, line)
		}
	}
	return all
}

// TestPages runs the commands of every page, in order, in a copy of the
// examples. A text block after them is what they print: each of its lines has
// to be there, times and how long it took aside.
func TestPages(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(strings.TrimPrefix(page, "../../")), func(t *testing.T) {
			folder := t.TempDir()
			if strings.Contains(string(text), "```sh") && strings.Contains(string(text), "examples/") {
				if err := os.CopyFS(filepath.Join(folder, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
					t.Fatal(err)
				}
				forget(t, filepath.Join(folder, "examples"))
			}
			t.Chdir(folder)
			runPage(t, blocks(string(text)))
		})
	}
}

// TestIndex finds every page of the docs in their index.
func TestIndex(t *testing.T) {
	index, err := os.ReadFile("../../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages(t) {
		name := filepath.Base(page)
		if strings.Contains(page, "docs/") && name != "README.md" && !strings.Contains(string(index), "("+name+")") {
			t.Errorf("docs/README.md does not lead to %s", name)
		}
	}
}

// pages lists what people read.
func pages(t *testing.T) []string {
	var all []string
	for _, pattern := range []string{"../../docs/*.md", "../../examples/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return append(all, "../../README.md", "../../CONTRIBUTING.md", "../../CHANGELOG.md")
}

// forget takes out of a copy of the examples what runs of the original left.
func forget(t *testing.T, examples string) {
	for _, left := range []string{"live", ".syncline"} {
		found, err := filepath.Glob(filepath.Join(examples, "*", left))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if err := os.RemoveAll(f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func runPage(t *testing.T, all []block) {
	ran, printed := false, ""
	for _, b := range all {
		switch {
		case b.language == "sh":
			ran, printed = true, ""
			for i, line := range b.lines {
				printed += runLine(t, b.at+i, line)
			}
		case b.language != "text": // for a person to run
			ran = false
		case ran:
			for i, line := range b.lines {
				if !strings.Contains(steady(printed), steady(line)) {
					t.Errorf("line %d: the commands above do not print %q; they print:\n%s", b.at+i, line, printed)
				}
			}
		}
	}
}

// runLine runs one line of a page and returns what it printed.
func runLine(t *testing.T, at int, line string) string {
	line, _, _ = strings.Cut(line, " #")
	line = strings.Replace(strings.TrimSpace(line), "go run ./cmd/syncline", "syncline", 1)
	words := strings.Fields(line)
	switch {
	case len(words) > 1 && words[0] == "export":
		name, value, _ := strings.Cut(words[1], "=")
		t.Setenv(name, value)
		return ""
	case strings.HasPrefix(line, "syncline simulate "):
		return simulate(t, at, words[1:])
	case len(words) == 0, strings.Contains(line, "go test "), line == "go install ./cmd/syncline":
		return ""
	case words[0] == "syncline":
		var out, notes bytes.Buffer
		s := newSession(strings.NewReader(""), &out, &notes, os.LookupEnv)
		if code := execute(context.Background(), words[1:], s); code != 0 {
			t.Fatalf("line %d: %s: exit code %d\n%s%s", at, line, code, out.String(), notes.String())
		}
		return out.String() + notes.String()
	case words[0] == "sed", strings.HasPrefix(line, "LC_ALL=C sed "), words[0] == "cat", words[0] == "grep", words[0] == "curl":
		out, err := exec.Command("sh", "-c", line).CombinedOutput()
		if err != nil {
			t.Fatalf("line %d: %s: %v\n%s", at, line, err, out)
		}
		return string(out)
	case words[0] == "sqlite3":
		file, statement, _ := strings.Cut(strings.TrimPrefix(line, "sqlite3 "), " ")
		return rowsOf(t, at, file, strings.Trim(statement, `"`))
	}
	t.Fatalf("line %d: this test does not know how to run %q", at, line)
	return ""
}

// rowsOf gives a database a statement and returns the rows.
func rowsOf(t *testing.T, at int, file, statement string) (out string) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatalf("line %d: %s: %v", at, statement, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, c := range cells {
			out += strings.Repeat("|", min(i, 1)) + c.String
		}
		out += "\n"
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("line %d: %s: %v", at, statement, err)
	}
	return out
}

// simulate simulates a vendor until the page ends. It listens where the
// page says: the copies of the examples ask there.
func simulate(t *testing.T, at int, args []string) string {
	ctx, stop := context.WithCancel(context.Background())
	var out bytes.Buffer
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- execute(ctx, args, newSession(strings.NewReader(""), &out, w, os.LookupEnv))
		_ = w.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("line %d: %v: exit code %d", at, args, code)
		}
	})
	said := bufio.NewReader(r)
	first, err := said.ReadString('\n')
	go func() { _, _ = io.Copy(io.Discard, said) }()
	if err != nil || !strings.Contains(first, "simulating") {
		t.Fatalf("line %d: %v says %q, %v", at, args, first, err)
	}
	return first
}

// steady takes out of a text what differs from run to run.
func steady(text string) string {
	text = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`).ReplaceAllString(text, "TIME")
	return regexp.MustCompile(`\b(\d+h)?(\d+m)?[\d.]+(ms|s|m)\b`).ReplaceAllString(text, "SPAN")
}

// TestLinks proves that every link of a page to another file leads somewhere.
func TestLinks(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), link[1])); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", filepath.Base(page), link[1])
			}
		}
	}
}
