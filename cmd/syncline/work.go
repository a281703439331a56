package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/pipelines"
)

func conflictsWork() *command {
	return &command{
		Name: "work", Args: "[PATH]", Most: 1, Doc: "Settle what waits for a person, one item after the other.",
		Long: "Shows each item with what its ends say, and takes an answer: the number or the name of\n" +
			"a side, k to keep the ends different, s to skip, u to undo the last, q to quit, ? for\n" +
			"help. Answers are read line by line, so that they can also come through a pipe. Every\n" +
			"answer is stored at once; the next run applies it.",
		Examples: []string{"syncline conflicts work", "syncline conflicts work -field phone -reveal"},
		Bind:     bindConflictsWork,
	}
}

// workload is how many items one sitting is about.
const workload = 1000

func bindConflictsWork(f *pflag.FlagSet) action {
	var w openFilter
	w.bind(f)
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	by := f.String("by", "", "`NAME` of who decides, for the journal (default: the user who runs the command)")
	return func(ctx context.Context, s *session, args []string) error {
		if s.json {
			return failed("`syncline conflicts list -json` lists them for a program.", "conflicts work is for people: it has no -json")
		}
		if err := w.check(); err != nil {
			return err
		}
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		o, err := w.options(c)
		if err != nil {
			return err
		}
		o.Reveal, o.Limit = *reveal, workload
		if o.Choice == "" {
			o.Choice = "none"
		}
		items, err := s.openItems(ctx, e, c, o)
		if err != nil {
			return err
		}
		if len(items) == 0 && w.narrows() {
			s.page().Line(nothingLetThrough)
			return nil
		}
		if *by == "" {
			*by = s.user()
		}
		d := &sitting{session: s, engine: e, config: c, items: items, by: *by, reveal: *reveal, lines: bufio.NewScanner(s.in)}
		return d.work(ctx)
	}
}

// sitting is one person going through the queue.
type sitting struct {
	*session
	engine *engine.Engine
	config *pipelines.Config
	items  []engine.OpenItem
	at     int
	stored []int // the items answered, in order
	by     string
	reveal bool
	lines  *bufio.Scanner
}

func (d *sitting) work(ctx context.Context) error {
	page := d.page()
	if len(d.items) == 0 {
		page.Line("Nothing waits for a person.")
		return nil
	}
	for shown := -1; d.at < len(d.items) && ctx.Err() == nil; {
		if shown != d.at {
			page.Question(d.items[d.at], d.at+1, len(d.items), d.now())
			shown = d.at
		}
		line, ok := d.read()
		if !ok || line == "q" {
			break
		}
		again, err := d.answer(ctx, line)
		if err != nil {
			return err
		}
		if again {
			shown = -1
		}
	}
	page.Worked(len(d.stored), len(d.items)-len(d.stored))
	return d.lines.Err()
}

// read returns what was typed. Only at a terminal is there a prompt.
func (d *sitting) read() (string, bool) {
	if d.asksPeople() {
		fmt.Fprint(d.err, "> ")
	}
	if !d.lines.Scan() {
		return "", false
	}
	return strings.TrimSpace(d.lines.Text()), true
}

// answer takes one line. It reports whether the item is to be shown again.
func (d *sitting) answer(ctx context.Context, line string) (again bool, err error) {
	item := &d.items[d.at]
	switch line {
	case "":
		return false, nil
	case "?":
		d.page().WorkHelp(*item)
		return false, nil
	case "s":
		d.at++
		return false, nil
	case "u":
		return true, d.undo(ctx)
	}
	choice, ok := choiceOf(item, line)
	if !ok {
		d.page().Line("%q is no answer here; ? says what is.", line)
		return false, nil
	}
	_, err = d.engine.ResolveSeen(ctx, d.config, engine.Pick{ID: item.ID, Saw: item.Saw}, choice, d.by)
	var stale *engine.StaleError
	switch {
	case errors.As(err, &stale):
		d.page().Line("%s", stale.Error())
		return true, d.reload(ctx)
	case err != nil:
		d.page().Line("%s", err.Error())
		return false, nil
	}
	d.page().Line("%s: %s is stored.", item.ID, choice)
	d.stored = append(d.stored, d.at)
	d.at++
	return false, nil
}

// reload shows an item as it is now; one that is closed by now is passed over.
func (d *sitting) reload(ctx context.Context) error {
	now, err := d.engine.Conflicts(ctx, d.config, engine.ConflictsOptions{ID: d.items[d.at].ID, Reveal: d.reveal})
	if err != nil {
		return err
	}
	if len(now) != 1 {
		d.at++
		return nil
	}
	d.items[d.at] = now[0]
	return nil
}

// undo takes the last answer back and returns to its item.
func (d *sitting) undo(ctx context.Context) error {
	if len(d.stored) == 0 {
		d.page().Line("There is nothing to undo.")
		return nil
	}
	last := d.stored[len(d.stored)-1]
	if _, err := d.engine.Withdraw(ctx, d.config, engine.Pick{ID: d.items[last].ID}, d.by); err != nil {
		d.page().Line("%s", err.Error())
		return nil
	}
	d.stored, d.at = d.stored[:len(d.stored)-1], last
	d.page().Line("%s: the choice is taken back.", d.items[last].ID)
	return d.reload(ctx)
}

// choiceOf is the choice that a line names: by number, by letter, or as
// `conflicts resolve` takes it.
func choiceOf(item *engine.OpenItem, line string) (string, bool) {
	if n, err := strconv.Atoi(line); err == nil {
		numbered := view.Numbered(*item)
		if n < 1 || n > len(numbered) {
			return "", false
		}
		return numbered[n-1], true
	}
	if text, ok := strings.CutPrefix(line, "v "); ok {
		line = "value:" + strings.TrimSpace(text)
	}
	if _, ok := strings.CutPrefix(line, "value:"); ok {
		return line, slices.Contains(item.Choices, "value:TEXT")
	}
	for letter, word := range view.Letters {
		if line == string(letter) {
			line = word
		}
	}
	return line, slices.Contains(item.Choices, line)
}
