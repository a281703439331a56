package pipelines

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
	"syncline/schema"
)

func entityBlock() Block {
	attribute := Nested{Name: "attribute", Labels: 1, Many: true, Grammar: Grammar{
		Attributes: []string{"type", "required", "class", "values", "ordered", "normalise", "blank", "max_length", "description"},
	}}
	return Block{
		Name: "entity", Labels: 1, Doc: "a normalised model",
		Grammar: Grammar{Attributes: []string{"extends", "description"}, Blocks: []Nested{attribute}},
		compile: compileEntities,
	}
}

// compileEntities compiles the configuration's own models; each comes after
// the one it extends.
func compileEntities(c *compiler, blocks []*body) {
	seen := map[string]diag.Range{}
	var order []*body
	for _, b := range blocks {
		if b.unique(seen, "entity") && b.goodName() {
			order = append(order, b)
		}
	}
	for len(order) > 0 {
		rest := c.compileReady(order)
		if len(rest) == len(order) {
			for _, b := range rest {
				b.fail(codeUnknownEntity, b.at("extends"), fmt.Sprintf("%q extends itself over others", b.name()), "")
				c.broken["entity."+b.name()] = true
			}
			return
		}
		order = rest
	}
}

// compileReady compiles the entities that wait for no other of the list.
func (c *compiler) compileReady(list []*body) (rest []*body) {
	for _, b := range list {
		parent, _ := literalAttribute(b, "extends")
		if parent == b.name() {
			parent = "" // a ready model of that name is extended in place
		}
		if slices.ContainsFunc(list, func(o *body) bool { return o.name() == parent }) && c.ownEntity(parent) == nil && !c.broken["entity."+parent] {
			rest = append(rest, b)
			continue
		}
		if e := b.entity(); e != nil {
			c.config.Entities = append(c.config.Entities, e)
		} else {
			c.broken["entity."+b.name()] = true
		}
	}
	return rest
}

func literalAttribute(b *body, name string) (string, bool) {
	if a, ok := b.hcl.Attributes[name]; ok {
		return literal(a.Expr)
	}
	return "", false
}

func (c *compiler) ownEntity(name string) *schema.Entity {
	for _, e := range c.config.Entities {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (c *compiler) readyEntity(name string) *schema.Entity {
	for _, e := range c.options.Entities {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (c *compiler) entityNames() []string {
	var names []string
	for _, e := range slices.Concat(c.config.Entities, c.options.Entities) {
		names = append(names, e.Name)
	}
	return names
}

// entityOf finds a model by the name an attribute gives.
func (b *body) entityOf(name string) *schema.Entity {
	word, ok := b.text(name)
	if !ok {
		return nil
	}
	if e := b.ownEntity(word); e != nil {
		return e
	}
	if b.broken["entity."+word] {
		return nil
	}
	if e := b.readyEntity(word); e != nil {
		return e
	}
	if b.partial {
		return nil
	}
	b.fail(codeUnknownEntity, b.at(name), fmt.Sprintf("there is no entity %q", word), didYouMean(word, b.entityNames()))
	return nil
}

func (b *body) entity() *schema.Entity {
	e := &schema.Entity{Name: b.name()}
	e.Doc, _ = b.text("description")
	if b.has("extends") {
		parent := b.entityOf("extends")
		if parent == nil {
			return nil
		}
		e.Extends, e.Fields = parent.Name, slices.Clone(parent.Fields)
	} else if b.readyEntity(b.name()) != nil {
		b.warn(codeShadow, b.header, fmt.Sprintf("%q hides the ready model of that name", b.name()), fmt.Sprintf("extends = %q adds to it", b.name()))
	}
	seen, places := map[string]diag.Range{}, map[string]int{}
	for i, f := range e.Fields {
		places[f.Name] = i
	}
	for _, a := range b.nested("attribute") {
		if !a.unique(seen, "attribute") || !a.goodName() {
			continue
		}
		f, ok := a.attribute()
		if !ok {
			b.broken["attribute."+e.Name+"."+f.Name] = true
			f.Type = schema.Type{}
		}
		if i, again := places[f.Name]; again {
			e.Fields[i] = f
		} else {
			e.Fields = append(e.Fields, f)
		}
	}
	return e
}

var classWords = []string{"public", "personal", "pay", "protected"}

func (b *body) attribute() (f schema.Field, ok bool) {
	f.Name = b.name()
	f.Doc, _ = b.text("description")
	f.Required = b.bool("required")
	f.Class = schema.Class(b.choice("class", classWords...))
	f.Normalise, _ = b.text("normalise")
	f.Distinct = b.choice("blank", "same", "distinct") == 1
	f.MaxLength = b.whole("max_length", 1, 0)
	f.Type, ok = b.attributeType()
	return f, ok
}

func (b *body) attributeType() (schema.Type, bool) {
	words, hasWords := b.texts("values")
	if !b.has("type") && hasWords {
		return schema.Type{Kind: schema.KindEnum, Words: words, Ordered: b.bool("ordered")}, true
	}
	if !b.need("type") {
		return schema.Type{}, false
	}
	t, ok := b.typeAt("type")
	if !ok {
		return t, false
	}
	if t.Kind == schema.KindEnum {
		if hasWords {
			t.Words = words
		}
		t.Ordered = t.Ordered || b.bool("ordered")
		if len(t.Words) == 0 {
			b.fail(codeMissing, b.at("type"), "an enum needs its words", `values = ["open", "closed"]`)
			return t, false
		}
		return t, b.distinctWords(t.Words)
	}
	if hasWords {
		b.fail(codeWrongValue, b.at("values"), "only an enum has values", `type = "enum"`)
	}
	return t, true
}

func (b *body) distinctWords(words []string) bool {
	sorted := slices.Sorted(slices.Values(words))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			b.fail(codeRepeated, b.at("values"), fmt.Sprintf("the word %q stands twice", sorted[i]), "")
			return false
		}
	}
	return true
}

// typeAt reads a type, in quotes or bare: "list(string)", list(string).
func (b *body) typeAt(name string) (schema.Type, bool) {
	return b.typeOf(b.hcl.Attributes[name].Expr)
}

func (b *body) typeOf(e hclsyntax.Expression) (schema.Type, bool) {
	text, ok := literal(e)
	if !ok {
		r := e.Range()
		text = string(b.sourceText(r.Filename)[r.Start.Byte:r.End.Byte])
	}
	t, err := schema.ParseType(text)
	if err != nil {
		b.fail(codeWrongType, rangeOf(e.Range()), fmt.Sprintf("%q is not a type", text), typeHint(text))
		return t, false
	}
	return t, true
}

func typeHint(text string) string {
	return didYouMean(text, []string{"string", "text", "email", "phone", "url", "int", "decimal", "bool", "date", "timestamp", "money", "country", "enum", "list(string)", "set(string)", "ref(job)", "object"})
}
