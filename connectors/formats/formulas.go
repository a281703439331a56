package formats

import (
	"errors"
	"strings"
	"unicode/utf8"

	"syncline/schema"
)

// Formulas is what becomes of a text in a table that a spreadsheet would take
// for a formula and run: one that begins with = + - @ or one of their
// full-width forms, also behind blanks.
type Formulas uint8

const (
	// KeepFormulas writes the text as it is, for programs that read the file.
	KeepFormulas Formulas = iota
	// EscapeFormulas writes an apostrophe before it, which makes it a text to a
	// spreadsheet, and reads it without. A text that begins so with apostrophes
	// of its own gets one more: what is written is what is read again.
	EscapeFormulas
	// RefuseFormulas refuses the row.
	RefuseFormulas
)

// FormulaWords are the words for the choices, in their order.
func FormulaWords() []string { return []string{"keep", "escape", "refuse"} }

// ParseFormulas returns the choice of a word, false when there is none.
func ParseFormulas(word string) (Formulas, bool) {
	for i, w := range FormulaWords() {
		if w == word {
			return Formulas(i), true
		}
	}
	return KeepFormulas, false
}

const (
	formulaSigns = "=+-@＝＋－＠"
	cellBlanks   = " \t\r\n\u00a0\ufeff"
)

// runs reports whether a spreadsheet would run a text as a formula, whatever
// apostrophes and blanks stand before it. A tab or a line's end at the
// beginning counts too: some drop it, and some begin a cell after it.
func runs(text string) bool {
	text = strings.TrimLeft(text, "'")
	if text == "" {
		return false
	}
	if strings.IndexByte("\t\r\n", text[0]) >= 0 {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "'"+cellBlanks))
	return strings.ContainsRune(formulaSigns, first)
}

// disarm puts the apostrophe before what would run; arm takes it away again:
// arm(disarm(text)) is text, for every text.
func disarm(text string) string {
	if runs(text) {
		return "'" + text
	}
	return text
}

func arm(text string) string {
	if strings.HasPrefix(text, "'") && runs(text) {
		return text[1:]
	}
	return text
}

// guarded returns the text of a cell as the choice wants it written. A number
// is one to a spreadsheet too, its sign included.
func (f Formulas) guarded(v schema.Value, text string) (string, error) {
	if f == KeepFormulas || v.Kind() == schema.KindInt || v.Kind() == schema.KindDecimal || !runs(text) {
		return text, nil
	}
	if f == RefuseFormulas {
		return "", errors.New("a spreadsheet would run the text as a formula")
	}
	return disarm(text), nil
}

// splits reports whether a text holds what another program may take for the
// end of a cell: quotes keep what follows from standing at a beginning.
func splits(text string) bool { return strings.ContainsAny(text, ",;\t|") }
