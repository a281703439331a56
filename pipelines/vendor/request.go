package vendor

import (
	"strings"

	"syncline/connectors/rest"
	"syncline/schema"
)

// request reads the request that stands in a block.
func (b *block) request(s *scope) rest.Request {
	r := rest.Request{
		Method: strings.ToUpper(b.text("method")), Path: b.address("path", s), Query: b.pairs("query", s),
		Headers: b.openPairs("headers", s), Reads: b.truth("reads"), Rules: b.rules(),
	}
	r.Body = b.body(s)
	return r
}

// body reads what a request carries; nil where nothing is said.
func (b *block) body(s *scope) rest.Body {
	var out rest.Body
	set := func(name string, body rest.Body) {
		if out != nil {
			b.fail(codeBoth, b.at(name), "the request has two bodies", "keep one of them")
			return
		}
		out = body
	}
	if p := b.shape("json", s); p != nil {
		set("json", rest.JSON{Value: p})
	}
	if b.has("form") {
		set("form", rest.Form{Fields: b.pairs("form", s)})
	}
	if g := b.block("graphql"); g != nil {
		set("graphql", rest.GraphQL{Query: g.text("query"), Variables: g.shape("variables", s)})
	}
	if v := b.block("verbatim"); v != nil {
		set("verbatim", rest.Verbatim{Type: v.text("type"), Text: v.cel("text", s, anyKind)})
	}
	if m := b.block("multipart"); m != nil {
		set("multipart", m.parts(s))
	}
	return out
}

func (b *block) parts(s *scope) rest.Body {
	var out rest.Multipart
	for _, p := range b.blocks("part") {
		out.Parts = append(out.Parts, rest.FormPart{
			Name: p.label, Filename: p.cel("filename", s, anyKind), Type: p.text("type"), Content: p.cel("content", s, anyKind), Base64: p.truth("base64"),
		})
	}
	return out
}

// records reads where in an answer records are.
func (b *block) records() rest.Records {
	return rest.Records{
		At: b.steps("records"), One: b.truth("one"), Keyed: b.truth("keyed"), Unwrap: b.steps("unwrap"), Optional: b.truth("optional"),
	}
}

// kinds of paging, and the words that mean something in each.
func pagingWords() map[string][]string {
	return map[string][]string{
		"link": {"rel"}, "cursor": {"from", "into"}, "url": {"from"}, "number": {"first", "into"}, "offset": {"first", "into"}, "key": {"key", "into"},
	}
}

// paging reads how pages follow each other; nil where there is one page. The
// request is that of the listing: it may place the page itself.
func (b *block) paging(r *rest.Request) *rest.Paging {
	p := b.block("paging")
	if p == nil {
		return nil
	}
	out := &rest.Paging{Overlap: p.truth("overlap"), Most: int(p.number("most", 0))}
	out.Size = rest.PageSize{Into: p.place("size_into"), Ask: int(p.number("size", 0))}
	out.Next = p.next()
	s := b.compiler.scope("settings answer")
	if p.truth("short_ends") {
		out.Stop = append(out.Stop, rest.ShortPage{})
		if out.Size.Ask == 0 {
			p.fail(codeEndless, p.at("short_ends"), "a short page ends it, and no page is short", "give size")
		}
	}
	if p.truth("empty_ends") {
		out.Stop = append(out.Stop, rest.EmptyPage{})
	}
	if more := p.cel("more", s, schema.KindBool); more != nil {
		out.Stop = append(out.Stop, rest.NoMore{More: more})
	}
	if total := p.cel("total", s, anyKind); total != nil {
		out.Stop = append(out.Stop, rest.Total{Count: total})
	}
	if n := p.number("end_status", 0); n > 0 {
		out.Stop = append(out.Stop, rest.EndStatus{Status: int(n)})
	}
	p.ends(b, out)
	return out
}

func (b *block) next() rest.Next {
	s := b.compiler.scope("settings answer")
	for kind, words := range pagingWords() {
		for _, w := range words {
			if b.has(w) && kind != b.label && !contains(pagingWords()[b.label], w) {
				b.fail(codeUnknownAttribute, b.at(w), "paging \""+b.label+"\" has no "+w, didYouMean("", pagingWords()[b.label]))
			}
		}
	}
	switch b.label {
	case "link":
		return rest.ByLink{Rel: b.text("rel")}
	case "cursor":
		b.need("from")
		return rest.ByCursor{From: b.cel("from", s, anyKind), Into: b.place("into")}
	case "url":
		b.need("from")
		return rest.ByURL{From: b.cel("from", s, anyKind)}
	case "number":
		return rest.ByNumber{First: b.number("first", 1), Into: b.place("into")}
	case "offset":
		return rest.ByOffset{First: b.number("first", 0), Into: b.place("into")}
	case "key":
		b.need("key")
		return rest.ByKey{Key: b.cel("key", b.compiler.scope("settings page answer"), anyKind), Into: b.place("into")}
	}
	b.fail(codeChoice, b.header, "pages do not follow each other by \""+b.label+"\"", didYouMean(b.label, []string{"link", "cursor", "url", "number", "offset", "key"}))
	return nil
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// ends reports a rule of pages that asks for the same page for ever: nothing
// in the request changes from page to page.
func (b *block) ends(listing *block, p *rest.Paging) {
	var into rest.Place
	switch n := p.Next.(type) {
	case rest.ByCursor:
		into = n.Into
	case rest.ByNumber:
		into = n.Into
	case rest.ByOffset:
		into = n.Into
	case rest.ByKey:
		into = n.Into
	default:
		return
	}
	if into.In == rest.Nowhere && !listing.reads("page") && !b.has("into") {
		b.fail(codeEndless, b.header, "every page is asked for with the same request", "say where "+b.label+" goes: into = \"query NAME\"")
	}
}
