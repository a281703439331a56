package vendor

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const guide = "../../docs/vendors.md"

// completed adds what a snippet leaves out: the vendor and the object around
// it, and what its CEL and its names refer to.
func completed(kind, text string) string {
	list, rest := "list { path = \"/people\" }\n", ""
	switch kind {
	case "vendor":
		return text
	case "list":
		list = "list {\npath = \"/people\"\n" + text + "}\n"
	case "object":
		rest = text
	}
	out := "vendor \"acme\" {\ndoc = \"An API.\"\nbase = \"settings.url\"\n" +
		"setting \"url\" {\ndoc = \"Where.\"\nrequired = true\n}\nsetting \"key\" {\ndoc = \"A key.\"\nsecret = true\n}\n"
	if kind == "vendor-block" {
		out += text
	}
	return out + "object \"people\" {\ndoc = \"People.\"\nrevision_header = \"ETag\"\nfield \"status\" { type = \"string\" }\n" +
		list + "get { path = \"/people/{id}\" }\n" + rest + "}\n}\n"
}

// TestGuideCompiles holds that every snippet of the page compiles.
func TestGuideCompiles(t *testing.T) {
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile("(?ms)^```hcl ([a-z-]+)\n(.*?)^```").FindAllStringSubmatch(string(page), -1)
	if len(all) < 8 {
		t.Fatalf("the page has %d snippets", len(all))
	}
	for _, m := range all {
		text := completed(m[1], m[2])
		if _, problems := Compile("page.hcl", []byte(text)); len(problems) > 0 {
			t.Errorf("%v\n%s", problems, text)
		}
	}
}

// TestGuideIsWhole holds the list of words at the page's end to the grammar,
// and the names of CEL on it to those there are.
func TestGuideIsWhole(t *testing.T) {
	src, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	const from = "## Every word\n"
	head, _, _ := strings.Cut(string(src), from)
	var b strings.Builder
	b.WriteString(head + from + "\nA bold word is needed. A place is `\"query NAME\"`, `\"header NAME\"` or `\"body NAME\"`; a duration `\"90s\"`, `\"4h\"` or\n`\"45d\"`; a type as in the [language](language.md#entity).\n")
	written := map[string]bool{}
	words(&b, Language(), "", written)
	for _, g := range shared() {
		words(&b, g, "", written)
	}
	if *update {
		if err := os.WriteFile(guide, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(src) != b.String() {
		t.Errorf("%s does not list the words there are (-update writes it anew)", guide)
	}
	for _, v := range (&compiler{}).variables() {
		if v.name != "secrets" && !regexp.MustCompile("`"+v.name+"[`.]").MatchString(head) {
			t.Errorf("the page does not know %s", v.name)
		}
	}
}

// shared are words and blocks that several blocks have: they are listed once,
// behind the others.
func shared() []*Grammar {
	return []*Grammar{
		{Name: "request", Doc: "What makes a request; its CEL is over what the block says that it stands in.", Words: requestWords(), Blocks: requestBlocks()},
		{Name: "records", Doc: "Where in an answer records are.", Words: recordsWords()},
		pagingBlock(),
	}
}

// words lists a block's words, and then the blocks in it.
func words(b *strings.Builder, g *Grammar, inside string, written map[string]bool) {
	label, title := "", strings.TrimPrefix(inside+" / "+g.Name, " / ")
	if g.Label != "" {
		label = " \"" + strings.ReplaceAll(g.Label, "`", "") + "\""
	}
	fmt.Fprintf(b, "\n### %s\n\n`%s%s`", title, g.Name, label)
	if g.Many {
		b.WriteString(", any number of times")
	}
	fmt.Fprintf(b, ". %s\n", g.Doc)
	switch g.Name {
	case "update", "archive", "delete", "verb":
		b.WriteString("\nIt has the words and blocks of `create`, but for `with`, `lost`, `lost_into`, `lost_field` and `lost_plain`.\n")
		return
	}
	left, refers := unshared(g, inside == "")
	if len(left) > 0 {
		b.WriteString("\n| word | takes | |\n| --- | --- | --- |\n")
	}
	for _, w := range left {
		name := "`" + w.Name + "`"
		if w.Need {
			name = "**" + name + "**"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, w.Kind, strings.ReplaceAll(w.Doc, "|", "\\|"))
	}
	if len(refers) > 0 {
		fmt.Fprintf(b, "\nAnd the words of %s.\n", strings.Join(refers, " and "))
	}
	blocks, next := nestedIn(g, len(refers) > 0, written)
	if len(blocks) > 0 {
		fmt.Fprintf(b, "\nBlocks: %s.\n", strings.Join(blocks, ", "))
	}
	for _, inner := range next {
		words(b, inner, title, written)
	}
}

// unshared are the words of a block but for those that it shares, and links to
// where those are listed.
func unshared(g *Grammar, itself bool) (left []Word, refers []string) {
	left = g.Words
	for _, of := range shared()[:2] {
		mine := map[string]string{}
		for _, w := range left {
			mine[w.Name] = w.Doc
		}
		if itself || slices.ContainsFunc(of.Words, func(w Word) bool { return mine[w.Name] != w.Doc }) {
			continue
		}
		left = slices.DeleteFunc(slices.Clone(left), func(w Word) bool {
			return slices.ContainsFunc(of.Words, func(o Word) bool { return o.Name == w.Name })
		})
		refers = append(refers, "["+of.Name+"](#"+of.Name+")")
	}
	return left, refers
}

// nestedIn are the names of a block's blocks, but for those of a request, and
// the blocks that are not listed yet.
func nestedIn(g *Grammar, request bool, written map[string]bool) (names []string, next []*Grammar) {
	for _, inner := range g.Blocks {
		if request && slices.ContainsFunc(requestBlocks(), func(r *Grammar) bool { return r.Name == inner.Name }) {
			continue
		}
		names = append(names, "`"+inner.Name+"`")
		if (inner.Name == "error" || inner.Name == "paging") && written[inner.Name] || inner.Name == "paging" && g.Name != "" {
			continue
		}
		written[inner.Name] = true
		next = append(next, inner)
	}
	return names, next
}
