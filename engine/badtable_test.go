package engine_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/engine"
	"syncline/engine/plans"
)

// struck is what is answered badly in one cell of the table.
type struck struct {
	what  string
	asked string
	done  bool // a write was carried out before
}

var strikes = []struck{
	{"page", atList, false}, {"next page", atNext, false}, {"changes", atSince, false}, {"by id", atGet, false}, {"search", atFind, false},
	{"create", atCreate, false}, {"create, done", atCreate, true}, {"update", atUpdate, false}, {"update, done", atUpdate, true},
}

// answers is what folk does about it.
func (s struck) answers(b *badAnswer) func(*exchange) {
	return func(x *exchange) {
		if x.what != s.asked && x.r.URL.Path != "/login" {
			x.sound()
			return
		}
		x.f.meets()
		body := []byte(`{"id":"f77","name":"Nobody","mail":"nobody@x.test"}`)
		if s.done || x.what != atCreate && x.what != atUpdate {
			_, body = x.answer()
		}
		b.give(x, body)
	}
}

// What came of a bad answer. Those in bold end the run with exit code 1.
const (
	stops    = "**stops**"
	withheld = "**withheld**"
	doubts   = "**in doubt**"
	alone    = "**left alone**"
	asks     = "asks"
	waits    = "waits"
	aside    = "set aside"
	goesOn   = "goes on"
)

const badHead = `## Bad answers

A pipeline keeps people in agreement with an API that a file describes, behind an HTTP server. Since the last run names
were edited at both sides, somebody new came, and somebody who is new is there already under the same address. Then what
is asked in one of the columns is answered as the row says: in two runs, while people go on editing. A create and an
update are answered so without having been carried out, and *done*, once they were.

| it | means |
| --- | --- |
| **stops** | nothing is written by the run, and who has to hear of it does |
| **withheld** | nothing is concluded from the listing; all else goes on |
| **in doubt** | the write may have been carried out: the next run reads the record first |
| **left alone** | the system takes no more writes in this run; what is left waits |
| asks, waits | this record is put to a person, or waits; all else goes on |
| set aside | the record in this answer cannot be read; all else goes on |
| goes on | nothing is left to do: it is not needed, or was asked again |

What is in bold ends the run with exit code 1 and is told. *Says* is what the run says of the first cell that says
anything. The test that makes this table (` + "`TestBadAnswers`" + ` in ` + "`engine`" + `) judges by what the server holds: a run asks a
bounded number of times; and once the server is sound again, every edit stands at both sides, also those made meanwhile,
everybody is there once, nobody was taken for deleted, no question is left, and nothing is left to plan.

`

// TestBadAnswers holds what becomes of every bad answer to everything that is
// asked, and that everything agrees once it is over. docs/weather.md has the
// table; -update writes it anew.
func TestBadAnswers(t *testing.T) {
	cells := make([][]cell, len(badAnswers))
	whole, changes := newTroubled(t, true), newTroubled(t, false)
	t.Run("cells", func(t *testing.T) {
		for i := range badAnswers {
			cells[i] = make([]cell, len(strikes))
			for k, s := range strikes {
				if b := &badAnswers[i]; b.takes(s) {
					t.Run(b.what+"/"+s.what, func(t *testing.T) {
						t.Parallel()
						x := changes.twin
						if s.asked == atList || s.asked == atNext {
							x = whole.twin
						}
						cells[i][k] = x(t).trouble(b, s)
					})
				}
			}
		}
	})
	if t.Failed() {
		return
	}
	holdsTable(t, "Bad answers", badHead+badTable(cells))
}

// cell is what came of one bad answer, and what the run said.
type cell struct{ outcome, says string }

func badTable(cells [][]cell) string {
	var b strings.Builder
	b.WriteString("| what comes back | ")
	for _, s := range strikes {
		b.WriteString(s.what + " | ")
	}
	b.WriteString("says |\n|" + strings.Repeat(" --- |", len(strikes)+2) + "\n")
	for i, row := range cells {
		says := ""
		fmt.Fprintf(&b, "| %s |", badAnswers[i].what)
		for _, c := range row {
			fmt.Fprintf(&b, " %s |", c.outcome)
			if says == "" {
				says = c.says
			}
		}
		fmt.Fprintf(&b, " %s |\n", says)
	}
	return b.String()
}

// trouble lives through one cell.
func (x *troubled) trouble(b *badAnswer, s struck) cell {
	x.Helper()
	typed := map[string]string{"1@x.test": "one edited", "2@x.test": "two edited", "3@x.test": "three edited", "4@x.test": "four edited", "5@x.test": "name 5", "6@x.test": "name 6", "7@x.test": "name 7"}
	x.rename(1, "one edited")
	x.crm.edit("2@x.test", "two edited")
	x.hire(6)
	x.hire(7)
	x.logged = nil
	x.crm.wrong(s.answers(b), func() { x.crm.edit("3@x.test", "three edited") })
	sum, err := x.bounded()
	if x.crm.met == 0 {
		x.Fatal("nothing was answered badly")
	}
	c := x.outcome(sum, err)
	x.rename(4, "four edited")
	if s.asked == atGet && b.what != "404, and JSON" { // which is how this API says that somebody is gone
		x.engine.Run(x.Context(), x.config, engine.RunOptions{Hints: []engine.Hint{{Pipeline: "people", End: "crm", Record: "f5"}}})
	}
	x.bounded()
	x.crm.wrong(nil, nil)
	x.recovers(typed)
	return c
}

// bounded makes a run that asks no more often than it may.
func (x *troubled) bounded() (*plans.Summary, error) {
	x.Helper()
	asked := x.crm.requests()
	x.slept = 0
	s, err := x.attempt()
	if n := x.crm.requests() - asked; n > 60 && n < 1000 || n > 1050 || x.slept > 5*time.Minute {
		x.Errorf("%d requests, and %v of waiting", n, x.slept)
	}
	return s, err
}

// outcome says what came of a run, and holds that it is told as it should be.
func (x *troubled) outcome(s *plans.Summary, err error) (c cell) {
	x.Helper()
	c.outcome, c.says = x.outcomeOf(s, err)
	for _, text := range []string{"http://" + x.host, x.host} {
		c.says = strings.ReplaceAll(c.says, text, "")
	}
	c.says = regexp.MustCompile(`:[0-9]{5}->`).ReplaceAllString(c.says, ":…->")
	bold := strings.HasPrefix(c.outcome, "**")
	if (exitOf(s, err) == "1") != bold {
		x.Errorf("%s, and exit code %s", c.outcome, exitOf(s, err))
	}
	told := heard(x.logged)
	if bold && !strings.Contains(told, "failed") && !strings.Contains(told, "withheld") {
		x.Errorf("%s, and who has to hear of it heard of %s", c.outcome, told)
	}
	if bold && !strings.Contains(strings.Join(x.logged, "\n"), "crm") {
		x.Errorf("%s, and nothing says which system: %q", c.outcome, x.logged)
	}
	return c
}

func (x *troubled) outcomeOf(s *plans.Summary, err error) (string, string) {
	if err != nil {
		_, text, _ := strings.Cut(err.Error(), `end "crm": `)
		return stops, text
	}
	p := s.Pipelines[0]
	at := func(count func(plans.EndSummary) int) bool {
		return slices.ContainsFunc(p.Ends, func(e plans.EndSummary) bool { return count(e) > 0 })
	}
	down := p.Ends[0].Down + p.Ends[1].Down
	switch {
	case len(p.Withheld) > 0:
		return withheld, ""
	case at(func(e plans.EndSummary) int { return e.InFlight }):
		return doubts, down
	case down != "":
		return alone, down
	case at(func(e plans.EndSummary) int { return e.Review }):
		return asks, ""
	case at(func(e plans.EndSummary) int { return e.Waiting }):
		return waits, ""
	case at(func(e plans.EndSummary) int { return e.Asides["could not be read"] }):
		return aside, ""
	}
	return goesOn, ""
}

// holdsTable holds that a section of docs/weather.md is as it was made.
func holdsTable(t *testing.T, title, want string) {
	t.Helper()
	const page = "../docs/weather.md"
	weatherPage.Lock()
	defer weatherPage.Unlock()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, got, found := strings.Cut(string(text), "\n## "+title+"\n")
	got, rest, more := strings.Cut(got, "\n## ")
	if more {
		rest = "\n## " + rest
	}
	if *update {
		if err := os.WriteFile(page, []byte(strings.TrimRight(before, "\n")+"\n\n"+want+rest), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, "## "+title+"\n"+got); diff != "" || !found {
		t.Errorf("%s is not what happens (-happens +page; -update writes it anew):\n%s", page, diff)
	}
}

var weatherPage sync.Mutex // its sections are made by several tests
