package view

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncline/connectors"
	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// rendered returns what a page of a width shows.
func rendered(width int, show func(*Page)) []byte {
	var b bytes.Buffer
	show(New(&b, width, false))
	return b.Bytes()
}

func TestSummary(t *testing.T) {
	s := &plans.Summary{
		Took: 1234 * time.Millisecond,
		Pipelines: []plans.PipelineSummary{{
			Pipeline: "candidates", Linked: 12040, Conflicts: 2, Reviews: 1, Oldest: 26 * time.Hour,
			Standing: plans.Standing{
				Conflicts: plans.Count{Count: 2, Oldest: 26 * time.Hour}, Reviews: plans.Count{Count: 1, Oldest: time.Hour},
				Dead: plans.Count{Count: 3, Oldest: 72 * time.Hour}, Overdue: 1,
			},
			Closed: map[string]int{run.ClosedChosen: 2, "the ends agree": 3},
			Ends: []plans.EndSummary{
				{End: "ats", Read: 12055, Agreed: 12040, SetAside: 12, Review: 3, Updated: 7, Asides: map[string]int{"row cannot be read": 10, "no e-mail": 2}},
				{End: "crm", Read: 11000, Agreed: 11000, Created: 1040, Refused: 1},
			},
			Withheld: []plans.Withheld{{End: "crm", Kind: "deletes", Count: 40, Ceiling: 10}},
		}, {Pipeline: "jobs\x1b[2J", Failed: "the table openings is gone"}},
		Warnings: []string{"the clock of crm is 3 minutes ahead"},
	}
	golden(t, "summary.txt", rendered(100, func(p *Page) { p.Summary(s) }))
	done := &plans.Summary{Took: time.Second, Pipelines: []plans.PipelineSummary{{Pipeline: "candidates", Linked: 3, Ends: []plans.EndSummary{{End: "ats", Read: 3, Agreed: 3}}}}}
	if got := rendered(100, func(p *Page) { p.Summary(done) }); !bytes.Contains(got, []byte("nothing to do")) {
		t.Errorf("a run without writes says:\n%s", got)
	}
	lost := plans.EndSummary{End: "ats", Read: 5, Agreed: 3}
	if got := rendered(100, func(p *Page) { p.endTable([]plans.EndSummary{lost}) }); !bytes.Contains(got, []byte("unaccounted")) {
		t.Errorf("records that are nowhere go unsaid:\n%s", got)
	}
}

func TestPlan(t *testing.T) {
	plan := &plans.Plan{Totals: map[plans.Kind]int{plans.Create: 1, plans.Update: 1, plans.Delete: 1, plans.Conflict: 1, plans.Aside: 1}, Records: []plans.PlannedRecord{
		{Pipeline: "candidates", Kind: plans.Create, Label: "ats/A-17", End: "crm", Grade: "compared", Fields: []plans.PlannedField{
			{Field: "first_name", NewText: "Zoë", Rule: "ats -> crm", From: "ats"}, {Field: "stage", NewText: "interview", Rule: "first link", From: "ats"}}},
		{Pipeline: "candidates", Kind: plans.Update, Label: "42", Record: "42", End: "ats", Grade: "if_match", Fields: []plans.PlannedField{
			{Field: "phone", OldText: "(personal)", NewText: "(personal)", Rule: "latest", From: "crm"},
			{Field: "headline", OldText: "", NewText: strings.Repeat("日本語", 20), Rule: "crm -> ats", From: "crm"}}},
		{Pipeline: "candidates", Kind: plans.Delete, Record: "7", End: "crm", Withheld: "deletes: 40 over the ceiling of 10"},
		{Pipeline: "candidates", Kind: plans.Aside, Label: "row 17", End: "ats", Reason: "the row has 3 cells, the header 12", Source: "candidates.csv:17"},
		{Pipeline: "candidates", Kind: plans.Conflict, Label: "43", Reason: "both changed", Source: "main.hcl:7", Fields: []plans.PlannedField{{Field: "phone", Rule: "review"}}},
	}, Summary: plans.Summary{Pipelines: []plans.PipelineSummary{{Ends: []plans.EndSummary{{End: "ats", Asides: map[string]int{"could not be read": 1}}}}}}}
	golden(t, "plan.txt", rendered(100, func(p *Page) { p.Plan(plan, 0) }))
	if got := rendered(100, func(p *Page) { p.Plan(plan, 1) }); !bytes.Contains(got, []byte("and 3 more")) {
		t.Errorf("a cut plan does not say so:\n%s", got)
	}
	if got := rendered(0, func(p *Page) { p.Plan(&plans.Plan{}, 0) }); !bytes.Contains(got, []byte("nothing to do")) {
		t.Errorf("an empty plan says:\n%s", got)
	}
}

// mistake makes a problem that underlines the first place of a text.
func mistake(source, meant string, severity diag.Severity) diag.Problem {
	at := strings.Index(source, meant)
	pos := func(at int) diag.Pos {
		return diag.Pos{Line: 1 + strings.Count(source[:at], "\n"), Column: at - strings.LastIndexByte(source[:at], '\n'), Byte: at}
	}
	return diag.Problem{
		Code: "SYN2002", Severity: severity, Summary: "there is no such field", Detail: "The object has first_name and last_name.",
		Hint: `Did you mean "first_name"?`, Context: `pipeline "candidates"`,
		Range: diag.Range{File: "main.hcl", Start: pos(at), End: pos(at + len(meant))},
	}
}

func TestProblems(t *testing.T) {
	source := "pipeline \"日本\" {\n\t\tread = \"日本語 + record.frist_name\"\n  when = <<-CEL\n    record.a &&\n    record.b &&\n    record.c\n  CEL\n" +
		"  long = \"" + strings.Repeat("padding ", 40) + "needle" + strings.Repeat(" padding", 40) + "\"\n\x1b[31m\n}\n"
	problems := diag.Problems{
		mistake(source, "frist_name", diag.Error),
		mistake(source, "record.a &&\n    record.b &&\n    record.c", diag.Warning),
		mistake(source, "needle", diag.Error),
		mistake(source, "\x1b[31m", diag.Note),
		{Code: "SYN1010", Summary: "nowhere"},
	}
	golden(t, "problems.txt", rendered(80, func(p *Page) { p.Problems(problems, map[string][]byte{"main.hcl": []byte(source)}) }))
}

// TestProblemsSurviveAnyRange renders ranges that no file has.
func TestProblemsSurviveAnyRange(t *testing.T) {
	for _, source := range []string{"", "a", "a\n", "\xff\xfe", "\r\n\r\n"} {
		for start := range 8 {
			for end := range 8 {
				d := diag.Problem{Range: diag.Range{File: "x", Start: diag.Pos{Line: 1, Byte: start}, End: diag.Pos{Line: 9, Byte: end}}}
				rendered(20, func(p *Page) { p.Problems(diag.Problems{d}, map[string][]byte{"x": []byte(source)}) })
			}
		}
	}
}

func TestConflictsAndStories(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	item := engine.OpenItem{
		ID: "c4f1", Kind: "conflict", Pipeline: "candidates", Entity: "e-1", Field: "stage", Reason: "both ends changed it and no rule decides",
		Since: now.Add(-3 * time.Hour), Sides: []engine.Side{{End: "ats", Record: "42", Value: "offer", Seen: now}, {End: "crm", Record: "9", Value: "interview", Seen: now}},
		Choices: []string{"ats", "crm"}, Saw: "0a1b2c3d4e5f6071", Source: "main.hcl:40",
	}
	golden(t, "conflicts.txt", rendered(100, func(p *Page) {
		p.Conflicts([]engine.OpenItem{item}, 1, now)
		p.Conflict(item, "my sync", now)
		p.Resolved(item)
		p.Conflicts(nil, 0, now)
	}))
	story := engine.Story{
		Pipeline: "candidates", Entity: "e-1", State: "linked",
		Ends:    []engine.StoryEnd{{End: "ats", Record: "42", State: "live", Seen: now}},
		Fields:  []engine.StoryField{{Field: "stage", Direction: "ats <-> crm", State: "conflict", Values: item.Sides, Last: "latest, from crm", Source: "main.hcl:40"}},
		Open:    []engine.OpenItem{item},
		Entries: []audit.Entry{{Seq: 7, Time: now, Kind: "write", Pipeline: "candidates", End: "crm", Record: "9", Units: []string{"stage"}, Rule: "latest", Outcome: "confirmed"}},
	}
	golden(t, "story.txt", rendered(100, func(p *Page) {
		p.Stories([]engine.Story{story}, "")
		p.Entries(story.Entries)
		p.Verified(7, nil)
		p.Verified(3, &audit.Broken{Seq: 4, Offset: 1200, Why: "the hash does not fit"})
		p.State(engine.StateInfo{Folder: "ends/.syncline", Format: 1, Size: 123456, Links: map[string]int{"candidates": 540},
			Checkpoints: []engine.CheckpointInfo{{Pipeline: "candidates", End: "ats", Checkpoint: "2026-03-01", At: now}}})
		p.Error(errors.New("state: another run holds it\x07"), "Wait for it, or end process 4711.")
		p.Value(schema.String("Zoë"), schema.Type{Kind: schema.KindString})
	}))
}

// TestProgress proves what is said where: a line drawn again on a terminal, a
// line every five seconds elsewhere.
func TestProgress(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	events := func(p *Progress) {
		for i := range 120 {
			p.Listen(run.Event{At: start.Add(time.Duration(i) * 100 * time.Millisecond), Kind: run.Progress, Pipeline: "candidates", End: "ats",
				Stage: "reading", Done: 1000 * i, Total: 120000, Writes: i, Conflicts: 1})
		}
		for range 9 {
			p.Listen(run.Event{At: start, Kind: run.PutAside, Pipeline: "candidates", End: "ats", Text: "row 7: \x1b]0;gone\x07"})
		}
		p.Clear()
	}
	var lines, live bytes.Buffer
	events(NewProgress(&lines, 0, false, false))
	golden(t, "progress.txt", lines.Bytes())
	events(NewProgress(&live, 60, false, true))
	if n := strings.Count(live.String(), "\r"); n < 100 {
		t.Errorf("a terminal's line was drawn %d times in 12 seconds", n)
	}
	if strings.Contains(live.String(), "\x1b]0;") {
		t.Error("an escape sequence of the data reached the terminal")
	}
	for _, drawn := range strings.Split(live.String(), "\r") {
		line, _, _ := strings.Cut(drawn, "\x1b[K")
		if strings.Contains(line, "reading") && len([]rune(line)) > 59 {
			t.Errorf("drawn wider than the terminal: %q", line)
		}
	}
}

func TestClean(t *testing.T) {
	tests := map[string]string{
		"Zoë 日本": "Zoë 日本", "a\nb": `a\nb`, "\x1b[2J": `\x1b[2J`, "\u202egpj": `\u202egpj`, "\xff": `\xff`, "\u009b31m": `\u009b31m`, "a\rb": `a\rb`,
	}
	for in, want := range tests {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTableFitsThePage(t *testing.T) {
	rows := [][]string{{"c4f1", strings.Repeat("日本語", 30), "12"}, {"a", strings.Repeat("word ", 40), "3"}}
	for _, width := range []int{40, 60, 80, 120} {
		text := string(rendered(width, func(p *Page) { p.table("  ", columns("id", "what", ">n"), rows) }))
		for _, l := range strings.Split(text, "\n") {
			if w := ansi.StringWidth(l); w > width {
				t.Errorf("a line of %d columns on a page of %d: %q", w, width, l)
			}
		}
		if !strings.Contains(text, "…") {
			t.Errorf("what was cut off a page of %d does not show", width)
		}
	}
}

// TestConnectorsFit holds that connectors with many verbs of their own and long
// descriptions are listed on any page, and through a pipe.
func TestConnectorsFit(t *testing.T) {
	own := connectors.Definition{Name: "own", Doc: strings.Repeat("many words ", 20)}
	for _, v := range []string{"create", "update", "advance", "move", "transfer", "hire", "reject", "unreject", "archive", "enable"} {
		own.Facts.Verbs = append(own.Facts.Verbs, connectors.Verb{Name: v})
	}
	for _, width := range []int{0, 80, 200} {
		text := string(rendered(width, func(p *Page) { p.Connectors([]*connectors.Definition{&own}) }))
		for l := range strings.SplitSeq(text, "\n") {
			if most := map[int]int{0: 100, 80: 80, 200: 100}[width]; ansi.StringWidth(l) > most {
				t.Errorf("a line of %d columns on a page of %d: %q", ansi.StringWidth(l), width, l)
			}
		}
		if !strings.Contains(text, "  read, create, update, archive   +7  many words") {
			t.Errorf("on a page of %d the verbs do not stand whole:\n%s", width, text)
		}
	}
}

func TestColourNeverStandsAlone(t *testing.T) {
	var plainText, colour bytes.Buffer
	r := plans.PlannedRecord{Kind: plans.Update, Label: "x", Fields: []plans.PlannedField{{Field: "a", OldText: "1", NewText: "2", Rule: "r"}}}
	New(&plainText, 80, false).planned(r)
	New(&colour, 80, true).planned(r)
	if !strings.Contains(colour.String(), "\x1b[") {
		t.Error("a page in colour shows none")
	}
	if ansi.Strip(colour.String()) != plainText.String() {
		t.Errorf("without colour something else is said:\n%q\n%q", ansi.Strip(colour.String()), plainText.String())
	}
}

func TestSpanAndCount(t *testing.T) {
	if got := []string{span(1500 * time.Microsecond), span(90 * time.Second), span(26 * time.Hour), span(72 * time.Hour), count(1234567), count(-1234), count(12)}; strings.Join(got, "|") != "2ms|1m30s|26h00m|3 days|1,234,567|-1,234|12" {
		t.Errorf("%q", got)
	}
}

func TestRollback(t *testing.T) {
	r := &plans.Rollback{
		Run: "0198f3a2-1111-7000-8000-000000000001", Applied: true, Restored: 9950, Refused: 2, Waiting: 1, Already: 3, Links: 1,
		Reasons: map[string]int{"edited since": 1, "the record is gone": 1, "withheld: over the ceiling": 1, "it is as it was already": 3},
		Records: []plans.PlannedRecord{
			{Pipeline: "candidates", Kind: plans.Refused, Label: "42", Record: "42", End: "crm", Reason: "edited since", Fields: []plans.PlannedField{{Field: "pay", OldText: "(pay)", NewText: "(pay)", Rule: "rollback"}}},
			{Pipeline: "candidates", Kind: plans.Refused, Label: "7", Record: "7", End: "crm", Reason: "the record is gone"},
			{Pipeline: "candidates", Kind: plans.Waiting, Label: "8", Record: "8", End: "crm", Reason: "withheld: over the ceiling"},
		},
		Omitted: 1,
		Summary: plans.Summary{Took: 1500 * time.Millisecond, Pipelines: []plans.PipelineSummary{{Pipeline: "candidates", Withheld: []plans.Withheld{{End: "crm", Kind: "clears", Count: 40, Ceiling: 10}}}}},
	}
	began := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	runs := []plans.RunInfo{
		{Run: "0198f3a2-0000-7000-8000-000000000000", Began: began, Pipelines: []string{"candidates"}, Done: map[string]int{"update": 10000, "link": 1}, Outcome: "done", UndoneBy: []string{r.Run}},
		{Run: r.Run, Began: began.Add(time.Hour), Pipelines: []string{"candidates"}, Done: map[string]int{"update": 9950}, Outcome: "cut short", Undoes: []string{"0198f3a2-0000-7000-8000-000000000000"}},
	}
	golden(t, "rollback.txt", rendered(140, func(p *Page) {
		p.Rollback(r)
		r.Applied = false
		p.Rollback(r)
		p.Rollback(&plans.Rollback{What: "last"})
		p.Runs(runs)
		p.Runs(nil)
	}))
}
