package formats

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/schema"
)

// TestDisarmedTextsComeBack holds that every text reads back as it was, and
// that none that is written would run.
func TestDisarmedTextsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("'=+-@＝＋a1 \t\r\n,;\ufeff\u00a0"))).Draw(t, "text")
		written, err := EscapeFormulas.guarded(schema.String(text), text)
		if err != nil || arm(written) != text {
			t.Fatalf("%q is written as %q and read as %q, %v", text, written, arm(written), err)
		}
		if at := strings.TrimLeft(written, cellBlanks); at != "" && strings.ContainsRune(formulaSigns, []rune(at)[0]) {
			t.Fatalf("%q is written as %q, which runs", text, written)
		}
		if _, err := RefuseFormulas.guarded(schema.String(text), text); (err != nil) != (written != text) {
			t.Fatalf("%q is escaped as %q and refused with %v", text, written, err)
		}
	})
	for _, v := range []schema.Value{schema.Int(-5), schema.Decimal("-1.5")} {
		if got, err := EscapeFormulas.guarded(v, v.Text()); err != nil || got != v.Text() {
			t.Errorf("a number is written as %q, %v", got, err)
		}
	}
}
