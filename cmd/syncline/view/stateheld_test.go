package view

import (
	"strings"
	"testing"

	"syncline/engine"
)

// TestHeldState: of a state that somebody has, nothing is said that nobody could
// read.
func TestHeldState(t *testing.T) {
	text := string(rendered(80, func(p *Page) {
		p.State(engine.StateInfo{Folder: "/s", Engine: "e", Size: 2048, Holder: `"run" (process 7 on h)`})
	}))
	if !strings.Contains(text, `"run" (process 7 on h)`) || strings.Contains(text, "format") || strings.Contains(text, "encrypted") || strings.Contains(text, "conflicts") {
		t.Error(text)
	}
}
