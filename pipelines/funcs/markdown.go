package funcs

import (
	"fmt"
	"strings"
)

// Signature is how the function is called: name(param type, …) → type.
func (f *Func) Signature() string {
	var b strings.Builder
	b.WriteString(f.Name + "(")
	for i, p := range f.Params {
		if p.Optional {
			b.WriteString("[")
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Name + " " + Word(p.Type))
	}
	b.WriteString(strings.Repeat("]", len(f.Params)-f.Least()))
	b.WriteString(") → " + Word(f.Result))
	if f.Result.Nullable {
		b.WriteString(" or null")
	}
	return b.String()
}

// Markdown returns the reference of all functions, as docs/functions.md holds
// it.
func Markdown() string {
	var b strings.Builder
	b.WriteString(intro)
	for _, family := range Families() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", family.Name, family.Doc)
		for _, f := range family.Funcs {
			f.markdown(&b)
		}
	}
	return b.String()
}

const intro = `# Functions

What a CEL transform may call, beside CEL's own operators, macros and string, list, math, set, encoder and regex functions.
Every example below runs as a test.

A function gives null for null, unless it says that it takes null. What it refuses sets the field aside with its file and line; it never becomes null.
Beside these, CEL knows ` + "`has(x)`" + ` (false for absent, null and blank), ` + "`lookup(local.table, 'key column', value, 'column')`" + ` (null when the word is not in the table), ` + "`days(n)`, `hours(n)`, `minutes(n)`" + ` and, where time may matter, ` + "`now` and `ago('45d')`" + `.
`

func (f *Func) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### `%s`\n\n%s\n", f.Signature(), f.Doc)
	if f.Nulls {
		b.WriteString("It takes null.\n")
	}
	if f.Errors != "" {
		fmt.Fprintf(b, "It refuses %s.\n", f.Errors)
	}
	b.WriteString("\n```cel\n")
	for _, e := range f.Examples {
		fmt.Fprintf(b, "%s  // %s\n", e.Expr, e.Gives)
	}
	b.WriteString("```\n")
}
