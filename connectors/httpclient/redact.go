package httpclient

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// hidden stands where a secret was.
const hidden = "(secret)"

// renewedKept is how many tokens that were renewed are still looked for: an
// answer that quotes an old one comes soon or never.
const renewedKept = 128

// shortest is the least a secret has: what is shorter keeps none, and taking it
// out would leave no text readable.
const shortest = 4

// redactor takes secrets out of texts, in every form they take on the way:
// plain, escaped for a URL, in base64, inside JSON. It may be used
// concurrently.
type redactor struct {
	mu       sync.RWMutex
	fixed    map[string]bool
	renewed  []string // tokens, the oldest first
	replacer *strings.Replacer
}

// add makes secrets known for good.
func (r *redactor) add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		if s = strings.TrimSpace(s); len(s) >= shortest && !r.fixed[s] {
			if r.fixed == nil {
				r.fixed = map[string]bool{}
			}
			r.fixed[s], r.replacer = true, nil
		}
	}
}

// renew makes secrets known that will be replaced.
func (r *redactor) renew(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		if len(s) >= shortest && !slices.Contains(r.renewed, s) {
			r.renewed, r.replacer = append(r.renewed, s), nil
		}
	}
	r.renewed = r.renewed[max(0, len(r.renewed)-renewedKept):]
}

// text returns a text without secrets.
func (r *redactor) text(s string) string {
	r.mu.RLock()
	replacer := r.replacer
	r.mu.RUnlock()
	if replacer == nil {
		replacer = r.build()
	}
	return replacer.Replace(s)
}

// build makes the replacer: the longest first, since one form may be part of
// another.
func (r *redactor) build() *strings.Replacer {
	r.mu.Lock()
	defer r.mu.Unlock()
	var forms []string
	for s := range r.fixed {
		forms = append(forms, formsOf(s)...)
	}
	for _, s := range r.renewed {
		forms = append(forms, formsOf(s)...)
	}
	slices.SortFunc(forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	var pairs []string
	for _, f := range slices.Compact(forms) {
		pairs = append(pairs, f, hidden)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r.replacer
}

// formsOf lists how a secret may look in a text.
func formsOf(s string) []string {
	forms := []string{s, url.QueryEscape(s), url.PathEscape(s)}
	forms = append(forms, strings.ReplaceAll(forms[1], "+", "%20"), url.QueryEscape(forms[1]))
	for _, f := range forms[1:] {
		forms = append(forms, lowerEscapes(f))
	}
	forms = append(forms, base64.StdEncoding.EncodeToString([]byte(s)), base64.RawStdEncoding.EncodeToString([]byte(s)),
		base64.URLEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)))
	if quoted, err := json.Marshal(s); err == nil {
		inner := string(quoted[1 : len(quoted)-1])
		forms = append(forms, inner, strings.ReplaceAll(inner, "/", `\/`), strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s))
	}
	return forms
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
			i += 2
		}
	}
	return string(b)
}

// secretWords are parts of names whose values are not written down, whatever
// they hold.
var secretWords = []string{"authorization", "cookie", "token", "secret", "password", "passwd", "apikey", "api_key", "api-key",
	"assertion", "signature", "credential", "session", "x-amz-security", "private"}

// secretName reports whether a header, parameter or member of that name holds a
// secret as far as its name tells.
func secretName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}
