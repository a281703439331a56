package pipelines

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// sharedWords are the decisions that `fields` may take for several fields.
var sharedWords = []string{"owner", "drift", "first", "update", "empty", "lossy"}

// fieldWords are all words of a field's body; its other names are ends.
var fieldWords = append([]string{"direction"}, sharedWords...)

// fieldBody is a field being compiled. Its body holds what an enclosing
// `fields` decided, too.
type fieldBody struct {
	*body
	*Field
	p         *pipelineBody
	direction diag.Text
}

// fields compiles every field, alone or in a `fields` block.
func (p *pipelineBody) fields() {
	seen := map[string]diag.Range{}
	p.fieldBodies = map[string]*fieldBody{}
	for _, b := range p.nested("field") {
		if p.declares(b, seen) {
			text, ok := b.source("direction")
			if !b.need("direction") || !ok {
				continue
			}
			p.field(b, text)
		}
	}
	for _, outer := range p.nested("fields") {
		text := labelText(outer)
		for _, b := range outer.nested("field") {
			if !p.declares(b, seen) {
				continue
			}
			inherit(b, outer)
			own := text
			if b.has("direction") {
				own, _ = b.source("direction")
			}
			p.field(b, own)
		}
	}
}

// declares reports whether a block declares a field of the entity for the
// first time.
func (p *pipelineBody) declares(b *body, seen map[string]diag.Range) bool {
	if !b.unique(seen, "field") {
		return false
	}
	if p.broken["attribute."+p.Entity.Name+"."+b.name()] {
		return false
	}
	return b.attributeOf(p.Entity)
}

// labelText is the direction that labels a `fields` block.
func labelText(b *body) diag.Text {
	r := b.labelRanges[0]
	t := diag.Text{Source: b.labels[0], Range: r}
	src := b.sourceText(r.File)
	if string(src[r.Start.Byte:r.End.Byte]) != `"`+t.Source+`"` {
		return t // bare, or with escapes
	}
	for i := range len(t.Source) + 1 {
		t.Places = append(t.Places, diag.Pos{Line: r.Start.Line, Column: r.Start.Column + 1 + i, Byte: r.Start.Byte + 1 + i})
	}
	return t
}

// inherit gives a field what the block around it decided; its own wins.
func inherit(b, outer *body) {
	merged := *b.hcl
	merged.Attributes = maps.Clone(b.hcl.Attributes)
	if merged.Attributes == nil {
		merged.Attributes = hclsyntax.Attributes{}
	}
	for _, name := range sharedWords {
		if a, ok := outer.hcl.Attributes[name]; ok && !b.has(name) && !(name == "owner" && hasBlock(b.hcl, "conflict")) {
			merged.Attributes[name] = a
		}
	}
	for _, hb := range outer.hcl.Blocks {
		if hb.Type == "conflict" && !hasBlock(b.hcl, "conflict") && !b.has("owner") {
			merged.Blocks = append(slices.Clone(merged.Blocks), hb)
		}
	}
	b.hcl = &merged
}

func hasBlock(b *hclsyntax.Body, kind string) bool {
	return slices.ContainsFunc(b.Blocks, func(hb *hclsyntax.Block) bool { return hb.Type == kind })
}

// field compiles one field. Where an end of its direction is not known the
// field is left out, for nothing that follows could be judged.
func (p *pipelineBody) field(b *body, text diag.Text) {
	f := &fieldBody{body: b, p: p, direction: text, Field: &Field{Name: b.name(), Group: -1, First: FirstDefault, Range: b.header}}
	f.allowEnds()
	d, ok := p.direction(text, b.context)
	if !ok {
		p.broken["field."+p.Pipeline.Name+"."+f.Name] = true
		p.sound = false
		return
	}
	f.Speaks, f.Hears = d.speaks, d.hears
	f.Index = p.placesIn(p.Entity)[f.Name]
	f.Attribute = p.Entity.Fields[f.Index]
	f.policies()
	f.ends()
	f.authority()
	f.writable()
	p.Fields = append(p.Fields, f.Field)
	p.fieldBodies[f.Name] = f
}

// allowEnds lays the grammar of the body: the words of a field, and the ends.
func (f *fieldBody) allowEnds() {
	g := Grammar{Attributes: slices.Clone(fieldWords), Blocks: []Nested{conflictNested()}}
	for _, name := range f.p.endNames() {
		g.Attributes = append(g.Attributes, name)
		g.Blocks = append(g.Blocks, Nested{Name: name, Grammar: entryGrammar()})
	}
	f.grammar = g
	if f.p.hasBroken(f.p.endKey("")) {
		return
	}
	f.checkNames()
}

func (f *fieldBody) policies() {
	f.Drift = Drift(f.choice("drift", "keep", "restore", "review"))
	f.Update = Update(f.choice("update", "overwrite", "fill", "create", "append"))
	f.Empty = Empty(f.choice("empty", "keep", "clear", "review"))
	f.Lossy, _ = f.text("lossy")
	if first, ok := f.text("first"); ok {
		if first == "review" {
			f.First = FirstReview
		} else if i := f.p.end(first, f.at("first"), f.context); i >= 0 {
			f.First = i
			if !f.Speaks[i] {
				f.fail(codeSilentOwner, f.at("first"), fmt.Sprintf("%q is first about %q but does not speak", first, f.Name), fmt.Sprintf("the direction is %q", f.direction.Source))
			}
		}
	}
	if f.Update == UpdateAppend && !f.Attribute.Type.Kind.Collection() && f.Attribute.Type.Kind != schema.KindAny {
		f.fail(codeChoice, f.at("update"), fmt.Sprintf("%q appends, but is a %s", f.Name, f.Attribute.Type), "only a list or a set can be appended to")
	}
}

// ends compiles how each end of the direction speaks of the field: by what the
// field says, else by what the end's mapping says.
func (f *fieldBody) ends() {
	f.Field.Ends = make([]*FieldEnd, len(f.p.Ends))
	entries := make([]*body, len(f.p.Ends))
	for i, e := range f.p.Ends {
		part := f.Speaks[i] || f.Hears[i]
		entry, given := f.entry(i)
		if !part {
			if given {
				f.fail(codeIdleEnd, f.at(e.Name), fmt.Sprintf("%q is not in the direction of %q", e.Name, f.Name), fmt.Sprintf("the direction is %q", f.direction.Source))
			}
			continue
		}
		if entry == nil {
			if m := f.p.mapped[i]; !given && (m == nil || !m.broken) {
				f.fail(codeSilentEnd, f.header, fmt.Sprintf("end %q does not say where %q is", e.Name, f.Name), fmt.Sprintf(`%s = "PATH", or a field %q in its mapping`, e.Name, f.Name))
			}
			continue
		}
		f.Field.Ends[i], entries[i] = f.fieldEnd(i, entry), entry
	}
	for i, fe := range f.Field.Ends {
		if fe != nil && f.Hears[i] && fe.Values != nil && !entries[i].has("write") && !fe.Pass && f.Attribute.Type.Kind == schema.KindEnum {
			f.everyWord(entries[i], fe)
		}
	}
}

// entry finds the block that says how an end speaks of the field. given says
// that the field itself has one, be it wrong; it is nil when there is none.
func (f *fieldBody) entry(i int) (entry *body, given bool) {
	name := f.p.Ends[i].Name
	if a, ok := f.hcl.Attributes[name]; ok {
		return f.shorthand(a), true
	}
	if hasBlock(f.hcl, name) {
		return f.one(name), true
	}
	if m := f.p.mapped[i]; m != nil {
		if b := m.fields[f.Name]; b != nil {
			return b, false
		}
	}
	return nil, false
}

// shorthand reads crm = "Email" as crm { path = "Email" }.
func (f *fieldBody) shorthand(a *hclsyntax.Attribute) *body {
	return &body{
		compiler: f.compiler, kind: a.Name, labels: nil, context: f.context, header: rangeOf(a.NameRange), grammar: entryGrammar(),
		hcl: &hclsyntax.Body{Attributes: hclsyntax.Attributes{"path": {Name: "path", Expr: a.Expr, SrcRange: a.SrcRange, NameRange: a.NameRange}}},
	}
}

// authority compiles who is right: an owner, or the answers to a conflict.
func (f *fieldBody) authority() {
	speakers := count(f.Speaks)
	own := f.one("conflict")
	if f.has("owner") {
		if own != nil {
			f.fail(codeOwnerAndConflict, f.at("owner"), "either owner or conflict", "an owner is right at each moment: nothing is left to settle")
			return
		}
		f.owner()
		return
	}
	if own == nil && speakers > 1 {
		own = f.p.conflict
	}
	if own == nil {
		if speakers > 1 {
			f.fail(codeNoAnswer, f.direction.Range, fmt.Sprintf("who is right about %q is not said", f.Name), "several ends speak: give an owner, or a conflict block")
		}
		return
	}
	if speakers < 2 {
		f.warn(codeIdleConflict, own.header, fmt.Sprintf("only one end speaks about %q", f.Name), "its conflict block never acts")
	}
	f.Conflict = f.p.conflictOf(own, f)
}

func (f *fieldBody) owner() {
	f.Owned = true
	text, ok := f.source("owner")
	if !ok {
		return
	}
	want := schema.Type{Kind: schema.KindRef, Entity: "end"}
	f.Owner = f.compiled(expr.Expr, text, f.p.Owner, expr.Options{Want: want, Label: fmt.Sprintf("owner of %q", f.Name)})
	if i := slices.Index(f.p.endNames(), text.Source); i >= 0 && !f.Speaks[i] {
		f.fail(codeSilentOwner, text.Range, fmt.Sprintf("%q owns %q but does not speak", text.Source, f.Name), fmt.Sprintf("the direction is %q", f.direction.Source))
	}
}

// writable refuses a direction that writes where the end does not allow it.
// What is written with new records alone is looked at once the keys are known.
func (f *fieldBody) writable() {
	for i, e := range f.p.Ends {
		if f.Hears[i] && f.Field.Ends[i] != nil && f.Update != UpdateCreate && !e.May("update") {
			f.fail(codeNotAllowed, f.direction.Range, fmt.Sprintf("%q is written at %q, which does not allow it", f.Name, e.Name), `add "update" to its allow, or change the direction`)
		}
	}
}

// writesAt reports whether an end that hears the field can ever be written.
func (f *Field) writesAt(e *End) bool { return f.Update != UpdateCreate || e.May("create") }

func count(flags []bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}
