package expr

import (
	"strings"
	"testing"
)

// TestDeepExpressionsAreRefused gives both languages texts that nest as deep as
// their length allows, which would end the process where the stack does: each
// is refused, or gives a program.
func TestDeepExpressionsAreRefused(t *testing.T) {
	nest := func(open, middle, shut string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
	}
	for _, n := range []int{2_000, 50_000} {
		for name, source := range map[string]string{
			"parentheses": nest("(", "1", ")", n), "lists": nest("[", "1", "]", n), "maps": nest("{'a':", "1", "}", n), "unclosed": nest("(", "", "", n),
			"nots": nest("!", "true", "", n), "minuses": nest("-", "1", "", n), "conditions": nest("true ? 1 : ", "1", "", n), "indexes": "record" + nest("[", "0", "]", n),
			"sums": nest("1+", "1", "", n), "fields": "record" + nest(".a", "", "", n), "optional fields": "record" + nest(".?a", "", "", n), "calls": nest("size(", "'a'", ")", n),
			"quotes": nest("'", "", "", n), "loops": nest("[1].map(x, ", "x", ")", n), "filters": nest("filter([1], ", "true", ")", n), "pipes": "[1]" + nest(" | len()", "", "", n),
			"lets": nest("let a = 1; ", "a", "", n), "zeros": nest("0", "1", "", n), "a number": "1e" + nest("9", "", "", n), "escapes": "'" + nest(`\u0000`, "", "", n) + "'",
			"comments": nest("/*", "", "", n), "nils": "record" + nest("?.a", "", "", n), "unicode": nest("é", "", "", n), "bytes": nest("\xff", "", "", n),
		} {
			if p, problems := CEL(plainText(source), testScope(), Options{}); p == nil && len(problems) == 0 {
				t.Errorf("CEL, %d %s: neither a program nor a problem", n, name)
			} else if p != nil && n > maxSource {
				t.Errorf("CEL, %d %s: a program", n, name)
			}
			if p, problems := Expr(plainText(source), manyScope(), Options{}); p == nil && len(problems) == 0 {
				t.Errorf("Expr, %d %s: neither a program nor a problem", n, name)
			} else if p != nil && n > maxSource {
				t.Errorf("Expr, %d %s: a program", n, name)
			}
		}
	}
}
