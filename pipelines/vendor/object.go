package vendor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"syncline/connectors/rest"
	"syncline/schema"
)

func (b *block) objects() []rest.Object {
	var out []rest.Object
	all := b.blocks("object")
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.label
	}
	seen := map[string]bool{}
	for _, o := range all {
		if o.unique(seen) {
			out = append(out, o.object(names))
		}
	}
	return out
}

// object decodes one object. Objects are the names of all there are.
func (b *block) object(objects []string) rest.Object {
	o := rest.Object{
		Name: b.label, Doc: b.text("doc"), Named: b.pattern("named"), Open: b.truth("open"), OmitsNull: b.truth("omits_null"),
		At: b.text("at"), Author: b.text("author"), Scopes: b.lists("permissions"), Rules: b.rules(),
	}
	o.Identity = rest.Identity{Path: b.path("id"), Field: b.text("id_field"), Parent: b.text("parent"), ParentPath: b.path("parent_path")}
	if o.Identity.Path.IsZero() {
		o.Identity.Path = schema.PathTo("id")
	}
	o.Identity.Qualified = o.Identity.Parent != ""
	o.Revision = rest.Revision{Path: b.path("revision"), Header: b.text("revision_header"), Ordered: b.truth("revision_ordered")}
	o.Hash = rest.Hash{Volatile: b.texts("volatile"), Selected: b.truth("hash_selected")}
	o.Fields = b.fields()
	o.Gone, o.Archived, o.Merged = b.mark("deleted"), b.mark("archived"), b.merged()
	b.knownField(&o, "at", o.At)
	b.knownField(&o, "author", o.Author)
	if l := b.block("list"); l != nil {
		o.List = l.listing(&o, objects)
	}
	if g := b.block("get"); g != nil {
		o.Get = g.getting()
	}
	for _, f := range b.blocks("find") {
		o.Find = append(o.Find, f.search(&o))
	}
	if d := b.block("discover"); d != nil {
		o.Discover = d.discovery()
	}
	b.readable(&o)
	o.Writes = b.writes(&o, objects)
	return o
}

// pattern reads a regular expression.
func (b *block) pattern(name string) string {
	text := b.text(name)
	if _, err := regexp.Compile(text); err != nil {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q is no regular expression", name), err.Error())
	}
	return text
}

// readable reports an object that nothing can be known of.
func (b *block) readable(o *rest.Object) {
	switch {
	case o.List == nil && o.Get == nil && len(o.Find) == 0:
		b.fail(codeUnreadable, b.header, fmt.Sprintf("%s can neither be listed nor read", o.Name), "write list { … } and get { … }")
	case o.Get == nil:
		b.fail(codeUnreadable, b.header, fmt.Sprintf("%s cannot be read by id", o.Name), "write get { … }: what is listed is read again before it is changed")
	}
}

func (b *block) fields() []rest.Field {
	var out []rest.Field
	seen := map[string]bool{}
	s := b.compiler.scope("settings record parent id parent_id")
	for _, f := range b.blocks("field") {
		if !f.unique(seen) {
			continue
		}
		field := rest.Field{
			Field: schema.Field{Name: f.label, Type: f.typ("type"), Doc: f.text("doc"), Required: f.truth("required"), ReadOnly: f.truth("read_only")},
			Path:  f.path("path"), Read: f.cel("read", s, anyKind), FromParent: f.truth("from_parent"), Write: f.path("write"), Codec: f.codec("codec"),
		}
		field.Class = schema.Class(f.choice("class", "public", "personal", "pay", "protected"))
		out = append(out, field)
	}
	return out
}

// codec reads the form of a value on the wire; nil: as JSON has it.
func (b *block) codec(name string) *rest.Codec {
	text := b.text(name)
	if text == "" {
		return nil
	}
	if layout, ok := strings.CutPrefix(text, "layout "); ok && strings.TrimSpace(layout) != "" {
		return rest.TimeLayout(strings.TrimSpace(layout))
	}
	var names []string
	for _, c := range rest.Codecs() {
		if c.Name == text {
			return c
		}
		names = append(names, c.Name)
	}
	b.fail(codeChoice, b.at(name), fmt.Sprintf("%q cannot be %q", name, text), didYouMean(text, append(names, "layout 2006-01-02")))
	return nil
}

func (b *block) mark(name string) *rest.Mark {
	m := b.block(name)
	if m == nil {
		return nil
	}
	return &rest.Mark{Path: m.path("path"), Is: m.constants("is")}
}

func (b *block) merged() *rest.Merge {
	m := b.block("merged")
	if m == nil {
		return nil
	}
	out := &rest.Merge{Path: m.path("path"), Follows: m.truth("follows")}
	if m.has("where") {
		out.Where = &rest.Mark{Path: m.path("where"), Is: m.constants("is")}
	}
	return out
}

// knownField reports a name that is no field of the object.
func (b *block) knownField(o *rest.Object, attribute, name string) {
	if name == "" || name == o.Identity.Field || o.Identity.Field == "" && name == "id" || name == o.Identity.Parent {
		return
	}
	if _, ok := o.Field(name); ok || o.Open {
		return
	}
	names := make([]string, len(o.Fields))
	for i := range o.Fields {
		names[i] = o.Fields[i].Name
	}
	b.fail(codeUnknownField, b.at(attribute), fmt.Sprintf("%s has no field %q", o.Name, name), didYouMean(name, names))
}

// writable reports a name that is no field that can be written.
func (b *block) writable(o *rest.Object, attribute, name string) {
	b.knownField(o, attribute, name)
	if f, ok := o.Field(name); ok && f.ReadOnly {
		b.fail(codeUnknownField, b.at(attribute), fmt.Sprintf("%s is a field that is only read", name), "")
	}
}

// allIDs is how many ids one request takes whose answer has every record.
const allIDs = 1_000_000

func (b *block) getting() *rest.Getting {
	quoting := rest.Quoting(b.choice("quoting", "soql", "scim", "odata", "lucene"))
	s := b.compiler.scope("settings object id ids parent_id fields", quotedIDs(quoting)...)
	g := &rest.Getting{Request: b.request(s), Records: b.records(), Many: int(b.number("many", 0)), Gone: b.numbers("gone")}
	among := b.truth("among")
	if g.Many <= 1 && !g.Records.Keyed && !among && !b.has("one") {
		g.Records.One = true
	}
	g.Paging = b.paging(&g.Request)
	named := b.reads("id", "ids", "quoted", "quotes")
	switch {
	case among && (named || b.reads("parent_id")):
		g.Among = true
	case among:
		g.Many = allIDs
	case !named:
		b.fail(codeNamesNoRecord, b.header, "the request names no record", `write path = "/people/{id}"`)
	}
	return g
}

func (b *block) search(o *rest.Object) rest.Search {
	keys := b.texts("keys")
	for _, k := range keys {
		b.knownField(o, "keys", k)
	}
	quoting := rest.Quoting(b.choice("quoting", "soql", "scim", "odata", "lucene"))
	looked := keysOf(keys, quoting)
	if b.truth("any") {
		looked = anyKeys(quoting)
	}
	switch {
	case b.truth("any") && b.has("keys"):
		b.fail(codeBoth, b.at("keys"), "keys beside any", "keep one of them")
	case !b.truth("any"):
		b.need("keys")
	}
	s := b.compiler.scope("settings object page fields", looked)
	out := rest.Search{Keys: keys, Any: b.truth("any"), Request: b.request(s), Records: b.records(), Spellings: int(b.number("spellings", 0))}
	out.Paging = b.paging(&out.Request)
	out.All = b.has("when") && !b.reads("keys")
	if !out.All && !b.reads("keys") {
		b.fail(codeNamesNoRecord, b.header, "the request says nothing of what is looked for", "name "+strings.Join(append([]string{"keys"}, append(slices.Clone(keys[:min(1, len(keys))]), "value")...), "."))
	}
	out.Parent, out.When = b.cel("parent", s, anyKind), b.cel("when", b.compiler.scope("settings record", looked), schema.KindBool)
	return out
}

func (b *block) discovery() *rest.Discovery {
	s := b.compiler.scope("settings object page")
	of := b.compiler.scope("settings object record")
	d := &rest.Discovery{
		Request: b.request(s), Records: b.records(), Name: b.cel("name", of, anyKind), Type: b.cel("type", of, anyKind),
		Doc: b.cel("doc", of, anyKind), When: b.cel("when", of, schema.KindBool), Path: b.cel("at", of, anyKind),
	}
	d.Paging = b.paging(&d.Request)
	return d
}

func (b *block) listing(o *rest.Object, objects []string) *rest.Listing {
	s := b.compiler.scope("settings object page since until fields parent parent_id")
	l := &rest.Listing{
		Request: b.request(s), Records: b.records(), Partial: b.truth("partial"),
		Detail: rest.Detail(b.choice("detail", "whole", "on_change", "always")),
	}
	l.Paging = b.paging(&l.Request)
	if e := b.block("each"); e != nil {
		l.Each = &rest.Each{Object: e.text("object"), When: e.cel("when", b.compiler.scope("settings parent parent_id"), schema.KindBool)}
		e.known("object", l.Each.Object, objects, "there is no object %q")
		if !b.reads("parent", "parent_id") {
			b.fail(codeNamesNoRecord, b.header, "every parent is asked for the same list", `write path = "/jobs/{parent_id}/stages"`)
		}
	}
	changes, token := b.block("changes"), b.block("sync_token")
	switch {
	case changes != nil && token != nil:
		token.fail(codeBoth, token.header, "sync_token beside changes", "keep one of them")
	case changes != nil:
		l.Incremental = changes.changes(b, o)
	case token != nil:
		l.Incremental = rest.SyncToken{From: token.cel("from", b.compiler.scope("settings answer"), anyKind), Into: token.place("into"), URL: token.truth("url"), Pages: token.truth("pages")}
	}
	return l
}

func (b *block) changes(listing *block, o *rest.Object) rest.Incremental {
	c := rest.Changes{
		Field: b.text("field"), Since: b.place("since"), Until: b.place("until"), Overlap: b.duration("overlap"),
		Window: b.duration("window"), Earliest: b.moment("earliest"),
	}
	b.knownField(o, "field", c.Field)
	if form := b.codec("form"); form != nil {
		c.Form = form.Encode
	}
	if c.Since.In == rest.Nowhere && !listing.reads("since") && !b.has("since") {
		b.fail(codeEndless, b.header, "nothing tells the API since when", `write since = "query updated_after"`)
	}
	if r := b.block("removed"); r != nil {
		s := b.compiler.scope("settings object page since until fields parent parent_id")
		c.Removed = &rest.Removed{Request: r.request(s), Records: r.records(), ID: r.path("id")}
		c.Removed.Paging = r.paging(&c.Removed.Request)
	}
	return c
}
