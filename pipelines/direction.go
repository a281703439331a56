package pipelines

import (
	"fmt"
	"strings"

	"syncline/pipelines/diag"
)

// direction is which ends of a field speak and which are written, by end.
type direction struct {
	speaks, hears []bool
}

// word is one name of a direction, and where it starts in the text.
type directionWord struct {
	text  string
	start int
}

// direction reads a direction:
//
//	"ats"                     observed only
//	"ats -> crm, hris"        one speaks
//	"linkedin, github -> ats" several speak
//	"ats <-> hris -> crm"     peers, and hearers
//
// It reports false when it cannot be read or names an end that is not there.
func (p *pipelineBody) direction(text diag.Text, context string) (direction, bool) {
	d := direction{speaks: make([]bool, len(p.Ends)), hears: make([]bool, len(p.Ends))}
	groups, arrows, bad := splitDirection(text.Source)
	if bad != "" {
		p.badDirection(text, context, bad)
		return d, false
	}
	peers := 0
	for peers < len(arrows) && arrows[peers] == "<->" {
		peers++
	}
	if len(arrows)-peers > 1 || peers == 0 && len(arrows) > 1 {
		p.badDirection(text, context, `one -> at most, and it comes last: "a <-> b -> c, d"`)
		return d, false
	}
	ok := true
	seen := map[string]bool{}
	for i, names := range groups {
		hearers := i == len(groups)-1 && len(arrows) > peers
		if peers > 0 && !hearers && len(names) > 1 {
			p.badDirection(text, context, `peers are joined by <-> alone: "a <-> b <-> c"`)
			return d, false
		}
		for _, w := range names {
			at := text.At(w.start, w.start+len(w.text))
			if seen[w.text] {
				p.add(diag.Problem{Code: codeDirection, Summary: fmt.Sprintf("%q stands twice in the direction", w.text), Range: at, Context: context})
				ok = false
				continue
			}
			seen[w.text] = true
			e := p.end(w.text, at, context)
			if e < 0 {
				ok = false
				continue
			}
			d.speaks[e] = d.speaks[e] || !hearers
			d.hears[e] = d.hears[e] || hearers || peers > 0
		}
	}
	return d, ok
}

func (p *pipelineBody) badDirection(text diag.Text, context, hint string) {
	p.add(diag.Problem{Code: codeDirection, Summary: fmt.Sprintf("%q is not a direction", text.Source), Hint: hint, Range: text.Range, Context: context})
}

// splitDirection gives the names between the arrows, and the arrows. bad says
// what is wrong with the text.
func splitDirection(text string) (groups [][]directionWord, arrows []string, bad string) {
	start := 0
	for {
		at, arrow := nextArrow(text[start:])
		end := len(text)
		if arrow != "" {
			end = start + at
		}
		names, ok := splitNames(text[start:end], start)
		if !ok {
			return nil, nil, `write "ats", "ats -> crm, hris", "linkedin, github -> ats" or "ats <-> hris -> crm"`
		}
		groups = append(groups, names)
		if arrow == "" {
			return groups, arrows, loneList(groups, arrows)
		}
		arrows = append(arrows, arrow)
		start = end + len(arrow)
	}
}

func loneList(groups [][]directionWord, arrows []string) string {
	if len(arrows) == 0 && len(groups[0]) > 1 {
		return `one end alone is observed; several need an arrow: "a, b -> c"`
	}
	return ""
}

func nextArrow(text string) (int, string) {
	i := strings.Index(text, "->")
	if i < 0 {
		return 0, ""
	}
	if i > 0 && text[i-1] == '<' {
		return i - 1, "<->"
	}
	return i, "->"
}

func splitNames(text string, start int) ([]directionWord, bool) {
	var names []directionWord
	for part := range strings.SplitSeq(text, ",") {
		name := strings.TrimSpace(part)
		if name == "" || strings.ContainsAny(name, " <>-=\t\n") && !strings.Contains(name, "-") || strings.ContainsAny(name, " <>=\t\n") {
			return nil, false
		}
		names = append(names, directionWord{name, start + strings.Index(part, name)})
		start += len(part) + 1
	}
	return names, true
}
