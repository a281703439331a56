package exec

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// told is how many bytes of a line of a program are told.
const told = 300

// shortest is how long a text must be to be hidden: what is shorter stands in
// many words.
const shortest = 4

// hider takes secrets out of what a program says, in the forms that programs
// print them in.
type hider struct{ forms *strings.Replacer }

func newHider(secrets []string) *hider {
	var forms []string
	for _, s := range secrets {
		parts := append(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), s)
		for _, part := range parts {
			quoted, _ := json.Marshal(part)
			forms = append(forms, part, string(bytes.Trim(quoted, `"`)), url.QueryEscape(part), url.PathEscape(part),
				base64.StdEncoding.EncodeToString([]byte(part)), base64.RawURLEncoding.EncodeToString([]byte(part)))
		}
	}
	forms = slices.DeleteFunc(forms, func(f string) bool { return len(f) < shortest })
	// A part of a secret must not take a bite out of the whole.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, f := range forms {
		pairs = append(pairs, f, "(secret)")
	}
	return &hider{strings.NewReplacer(pairs...)}
}

// clean makes a line of a program fit to be told: without secrets, on one line,
// and not long.
func (h *hider) clean(line string) string {
	line = h.forms.Replace(line)
	var b strings.Builder
	for i, r := range strings.TrimSpace(line) {
		if b.Len() > told {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && line[i:] != "" || !unicode.IsPrint(r) && r != ' ':
			b.WriteRune('�')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
