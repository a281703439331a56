package review

import (
	"fmt"
	"slices"
	"strings"
)

// shownPairs and shownWords are how many of a kind a sentence lists.
const (
	shownPairs = 3
	shownWords = 8
)

// sentence says a change in one sentence for who reviews it: first what it
// comes to, then what was and what is.
func (c *Change) sentence() string {
	text := c.plainly()
	if c.aspect.tell != nil && c.Action == Changed {
		if lead := c.aspect.tell(c); lead != "" {
			text = lead + ": " + text
		}
	}
	if c.Pipeline != "" && c.kind != "pipeline" {
		text = c.Pipeline + ": " + text
	}
	return text
}

// plainly is the change without what it comes to.
func (c *Change) plainly() string {
	switch c.Action {
	case New:
		return c.What + " is new"
	case Gone:
		return c.What + " is gone"
	case Renamed:
		return fmt.Sprintf("%s is the %s that was called %s", c.What, c.kind, c.Old)
	}
	what := fmt.Sprintf("%s of %s", c.Attribute, c.What)
	if c.aspect.kind == "entry" && len(c.old.words)+len(c.new.words) > 0 {
		return fmt.Sprintf("the table %s has changed", what)
	}
	switch {
	case c.Old == "":
		return what + " is given" + c.as(", as ", c.New)
	case c.New == "":
		return what + " is not given any more" + c.as("; it was ", c.Old)
	case c.Old == c.New || c.Language != "":
		return what + " has changed" // in a value that is not shown, or shown by itself
	}
	return fmt.Sprintf("%s was %s, is %s", what, c.Old, c.New)
}

// as adds a value to a sentence; an expression is shown by itself.
func (c *Change) as(word, value string) string {
	if c.Language != "" {
		return ""
	}
	return word + value
}

// Full is the sentence, with the expressions that it is about on the same line.
func (c *Change) Full() string {
	if c.Language == "" {
		return c.Sentence
	}
	text := c.Sentence + ":"
	if c.Old != "" {
		text += " was " + quoted(c.Old)
	}
	if c.New != "" {
		if c.Old != "" {
			text += ","
		}
		text += " is " + quoted(c.New)
	}
	return text
}

// quoted sets an expression off from the words around it.
func quoted(text string) string { return "`" + strings.Join(strings.Fields(text), " ") + "`" }

// tellWord takes what a change comes to from the new word.
func tellWord(words map[string]string) func(c *Change) string {
	return func(c *Change) string {
		if form, ok := words[c.New]; ok {
			return fmt.Sprintf(form, listed(append([]string{c.Field}, c.Also...)))
		}
		return ""
	}
}

// listed writes names in a row, as many as a reader takes in.
func listed(names []string) string {
	if n := len(names); n > shownWords {
		return strings.Join(names[:shownWords], ", ") + fmt.Sprintf(" and %d more", n-shownWords)
	}
	return strings.Join(names, ", ")
}

// tellDirection says which values overwrite which, and do not any more.
func tellDirection(c *Change) string {
	was, is := wayOf(c.old.text).pairs(), wayOf(c.new.text).pairs()
	parts := append(c.ways(is, was, "now overwrites"), c.ways(was, is, "no longer overwrites")...)
	return strings.Join(parts, "; ")
}

func (c *Change) ways(of, but []pair, verb string) (out []string) {
	for _, p := range of {
		if !slices.Contains(but, p) {
			out = append(out, fmt.Sprintf("%s's %s %s %s's", p.from, c.placeAt(p.from), verb, p.to))
		}
	}
	if n := len(out); n > shownPairs {
		out = append(out[:shownPairs], fmt.Sprintf("and %d more", n-shownPairs))
	}
	return out
}

// placeAt is where the field stands at an end, else its name.
func (c *Change) placeAt(end string) string {
	for _, f := range []*fact{c.new, c.old} {
		if path := f.words[end]; path != "" {
			return path
		}
	}
	return c.Field
}

// tellTable lists the words that were added, removed and that mean something
// else.
func tellTable(c *Change) string {
	is, was := "means", "meant"
	if c.Attribute == "writes" {
		is, was = "is written", "was written"
	}
	gained, lost, moved := compareWords(c.old.words, c.new.words)
	var parts []string
	for _, w := range gained {
		parts = append(parts, fmt.Sprintf("%q is new and %s %q", w, is, c.new.words[w]))
	}
	for _, w := range lost {
		parts = append(parts, fmt.Sprintf("%q, which %s %q, is gone", w, was, c.old.words[w]))
	}
	for _, w := range moved {
		parts = append(parts, fmt.Sprintf("%q %s %q and %s %q", w, was, c.old.words[w], is, c.new.words[w]))
	}
	if n := len(parts); n > shownWords {
		parts = append(parts[:shownWords], fmt.Sprintf("and %d more", n-shownWords))
	}
	return strings.Join(parts, "; ")
}
