package review

import (
	"fmt"
	"strings"
)

// Impact is how many values a change may move, as far as a state tells: it
// remembers links and, of nearly every value, a keyed hash.
type Impact struct {
	Links     int    `json:"links"`               // that it concerns
	Writes    *Count `json:"writes,omitempty"`    // values that are written over
	Clears    *Count `json:"clears,omitempty"`    // of those, what becomes blank
	Conflicts *Count `json:"conflicts,omitempty"` // conflicts and reviews that are opened
	Bases     *Count `json:"bases,omitempty"`     // bases that are taken anew
	Unknown   string `json:"unknown,omitempty"`   // what only reading tells
	Where     string `json:"where,omitempty"`     // the end's field that is written: crm.Title
}

// Count is a number, or what it is at most.
type Count struct {
	N      int  `json:"n"`
	AtMost bool `json:"at_most"`
}

func exactly(n int) *Count { return &Count{N: n} }

// atMost is a bound; nothing at all is known to be nothing.
func atMost(n int) *Count { return &Count{N: n, AtMost: n > 0} }

// String returns the number as people write it.
func (c *Count) String() string {
	if c.AtMost {
		return "at most " + grouped(c.N)
	}
	return grouped(c.N)
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// String says the impact in one sentence.
func (m *Impact) String() string {
	var parts []string
	if m.Writes != nil {
		of := ""
		if m.Where != "" {
			of = " of " + m.Where
		}
		parts = append(parts, fmt.Sprintf("would change %s values%s", m.Writes, of))
	}
	if m.Clears != nil {
		parts = append(parts, fmt.Sprintf("clear %s", m.Clears))
	}
	if m.Bases != nil {
		parts = append(parts, fmt.Sprintf("would take %s bases anew", m.Bases))
	}
	if m.Conflicts != nil {
		parts = append(parts, fmt.Sprintf("would open %s conflicts", m.Conflicts))
	}
	text := strings.Join(parts, ", ")
	if m.Unknown != "" {
		if text != "" {
			text += "; "
		}
		text += m.Unknown
	}
	return fmt.Sprintf("%s (of %s links)", text, grouped(m.Links))
}

// Scale is what a state says about all changes together.
type Scale struct {
	Folder    string `json:"folder"`
	Links     int    `json:"links"`
	Writes    Count  `json:"writes"`
	Clears    Count  `json:"clears"`
	Conflicts Count  `json:"conflicts"`
}

func (s *Scale) add(m *Impact) {
	for _, x := range []struct {
		to *Count
		of *Count
	}{{&s.Writes, m.Writes}, {&s.Clears, m.Clears}, {&s.Conflicts, m.Conflicts}} {
		if x.of != nil {
			x.to.N += x.of.N
			x.to.AtMost = x.to.AtMost || x.of.AtMost
		}
	}
}

// String says the scale in one sentence.
func (s *Scale) String() string {
	return fmt.Sprintf("Of %s links in %s: would change %s values, clear %s, open %s conflicts.",
		grouped(s.Links), s.Folder, &s.Writes, &s.Clears, &s.Conflicts)
}
