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

// TestRotatedAnew: who encrypts a state anew under the key it has is not told that
// the key is another.
func TestRotatedAnew(t *testing.T) {
	text := string(rendered(80, func(p *Page) {
		p.Rotated(engine.Rotated{Was: true, Is: true, Already: true, Compacted: engine.Compacted{Entries: 3}})
	}))
	if !strings.Contains(text, "anew") || strings.Contains(text, "old one") {
		t.Error(text)
	}
}
