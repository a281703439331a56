package run

import (
	"testing"

	"pgregory.net/rapid"
)

// TestElementID holds that an element's name leads back to its whole and to
// itself, whatever the two are called.
func TestElementID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab/%2F5é ")))
		whole, element := text.Draw(t, "whole"), text.Draw(t, "element")
		w, e := splitElementID(elementID(whole, element))
		if w != whole || e != element {
			t.Fatalf("%q of %q comes back as %q of %q", element, whole, e, w)
		}
	})
}
