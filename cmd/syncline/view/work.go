package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/engine"
)

// Letters are the answers that one letter stands for.
var Letters = map[rune]string{'k': "keep", 'a': "accept", 'n': "not-same", 'd': "drop"}

// Numbered returns the choices that are about one side each, in the order in
// which a person numbers them.
func Numbered(i engine.OpenItem) []string {
	var out []string
	for _, c := range i.Choices {
		if _, isSide := sideOf(i, c); isSide {
			out = append(out, c)
		}
	}
	return out
}

// sideOf returns the side that a choice names.
func sideOf(i engine.OpenItem, choice string) (int, bool) {
	for n, s := range i.Sides {
		if choice == s.End || choice == "link:"+s.End+"/"+s.Record {
			return n, true
		}
	}
	return 0, false
}

// Question shows one item to a person who answers at once.
func (p *Page) Question(i engine.OpenItem, number, of int, now time.Time) {
	p.line("")
	p.line("%s of %s  %s %s  %s, %s  open for %s", p.paint(strong, count(number)), count(of), p.paint(warn, clean(i.Kind)),
		p.paint(name, clean(i.ID)), clean(i.Pipeline), clean(or(i.Field, "the whole record")), span(now.Sub(i.Since)))
	p.line("  %s", clean(i.Reason))
	numbers := make([]string, len(i.Sides))
	for n, c := range Numbered(i) {
		if side, ok := sideOf(i, c); ok {
			numbers[side] = strconv.Itoa(n + 1)
		}
	}
	var rows [][]string
	for n, s := range i.Sides {
		rows = append(rows, []string{p.paint(strong, numbers[n]), p.paint(name, clean(s.End)), clean(s.Record), value(s.Value), moment(s.Seen)})
	}
	p.table("  ", columns(">", "end", "record", "value", "seen"), rows)
	if len(i.Choices) == 0 {
		p.line("  Nothing to choose: correct the value at its end, and it closes by itself.")
	}
	p.line("  %s", p.paint(faint, strings.Join(keys(i), " · ")))
}

// keys are the answers to an item, in one line.
func keys(i engine.OpenItem) []string {
	var out []string
	for n, c := range Numbered(i) {
		out = append(out, strconv.Itoa(n+1)+" "+clean(c))
	}
	for _, letter := range "kand" {
		if slices.Contains(i.Choices, Letters[letter]) {
			out = append(out, string(letter)+" "+Letters[letter])
		}
	}
	if slices.Contains(i.Choices, "value:TEXT") {
		out = append(out, "v TEXT")
	}
	return append(out, "s skip", "u undo", "q quit", "? help")
}

// WorkHelp says what the answers to an item mean.
func (p *Page) WorkHelp(i engine.OpenItem) {
	var facts [][2]string
	for n, c := range Numbered(i) {
		facts = append(facts, [2]string{strconv.Itoa(n + 1), meaning(c) + " (or: " + c + ")"})
	}
	for _, letter := range "kand" {
		if word := Letters[letter]; slices.Contains(i.Choices, word) {
			facts = append(facts, [2]string{string(letter), meaning(word)})
		}
	}
	if slices.Contains(i.Choices, "value:TEXT") {
		facts = append(facts, [2]string{"v TEXT", meaning("value")})
	}
	p.facts(append(facts, [][2]string{
		{"s", "skip it: it stays open"}, {"u", "take the last answer back"}, {"q", "quit; what is stored stays stored"},
	}...))
}

// Worked sums up what somebody did.
func (p *Page) Worked(stored, left int) {
	p.line("")
	p.line("%s, %s left. The next run applies what was chosen.", plural(stored, "choice is stored", "choices are stored"), plural(left, "item is", "items are"))
}
