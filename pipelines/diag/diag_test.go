package diag_test

import (
	"testing"

	"syncline/pipelines/diag"
)

func at(file string, start, end int) diag.Range {
	return diag.Range{File: file, Start: diag.Pos{Line: 1, Column: start + 1, Byte: start}, End: diag.Pos{Line: 1, Column: end + 1, Byte: end}}
}

// TestSort holds the order of problems: file, place, code; and that one found
// twice is told once.
func TestSort(t *testing.T) {
	ps := diag.Problems{
		{Code: "SYN2", Range: at("b", 0, 1)}, {Code: "SYN2", Range: at("a", 5, 6)}, {Code: "SYN1", Range: at("a", 5, 6)},
		{Code: "SYN9", Range: at("a", 1, 2)}, {Code: "SYN2", Range: at("b", 0, 1)},
	}
	ps.Sort()
	var got string
	for _, p := range ps {
		got += p.Range.String() + string(p.Code) + " "
	}
	if want := "a:1:2SYN9 a:1:6SYN1 a:1:6SYN2 b:1:1SYN2 "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFailed(t *testing.T) {
	if (diag.Problems{{Severity: diag.Warning}, {Severity: diag.Note}}).Failed() {
		t.Error("warnings fail")
	}
	if !(diag.Problems{{Severity: diag.Warning}, {Severity: diag.Error}}).Failed() {
		t.Error("an error does not fail")
	}
}

// TestTextAt holds that bytes of an expression map to the file, and that what
// cannot be mapped falls back to the whole.
func TestTextAt(t *testing.T) {
	whole := at("f", 10, 20)
	text := diag.Text{Source: "ab", Range: whole, Places: []diag.Pos{{Line: 1, Column: 12, Byte: 11}, {Line: 1, Column: 14, Byte: 13}, {Line: 1, Column: 15, Byte: 14}}}
	if got := text.At(1, 2); got.Start.Byte != 13 || got.End.Byte != 14 {
		t.Errorf("got %v", got)
	}
	if got := text.At(1, 9); got != whole {
		t.Errorf("beyond the end: %v", got)
	}
	if got := (diag.Text{Source: "ab", Range: whole}).At(0, 1); got != whole {
		t.Errorf("without places: %v", got)
	}
}

func TestExplain(t *testing.T) {
	if d, ok := diag.Explain("SYN1001"); !ok || d.Title == "" {
		t.Error("SYN1001 is not explained")
	}
	if _, ok := diag.Explain("SYN0000"); ok {
		t.Error("a code that is not there is explained")
	}
}
