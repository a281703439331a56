package pipelines

import (
	"fmt"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// entryGrammar is how an end speaks of a field.
func entryGrammar() Grammar {
	return Grammar{Attributes: []string{"path", "read", "write", "values", "writes", "unmapped", "default", "with", "tidy"}}
}

func mappingBlock() Block {
	return Block{
		Name: "mapping", Labels: 1, Doc: "how one system speaks of one entity",
		Grammar: Grammar{
			Attributes: []string{"object", "entity"},
			Blocks:     []Nested{{Name: "field", Labels: 1, Many: true, Grammar: entryGrammar()}},
		},
		compile: compileMappings,
	}
}

// mappingBody is a mapping, and its fields as the pipelines that use it will
// compile them: types and scopes are the pipeline's.
type mappingBody struct {
	*Mapping
	fields map[string]*body
	broken bool // a field of it is not one of the entity
}

func compileMappings(c *compiler, blocks []*body) {
	c.mappings = map[string]*mappingBody{}
	seen := map[string]diag.Range{}
	for _, b := range blocks {
		if !b.unique(seen, "mapping") || !b.goodName() {
			continue
		}
		if m := b.mapping(); m != nil {
			c.mappings[m.Name] = m
			c.config.Mappings = append(c.config.Mappings, m.Mapping)
		} else {
			c.broken["mapping."+b.name()] = true
		}
	}
}

func (b *body) mapping() *mappingBody {
	if !b.need("entity") {
		return nil
	}
	e := b.entityOf("entity")
	if e == nil {
		return nil
	}
	m := &mappingBody{Mapping: &Mapping{Name: b.name(), Entity: e.Name, Range: b.header}, fields: map[string]*body{}}
	m.Object, _ = b.text("object")
	seen := map[string]diag.Range{}
	for _, f := range b.nested("field") {
		if !f.unique(seen, "field") || !f.attributeOf(e) {
			m.broken = true
			continue
		}
		m.fields[f.name()] = f
	}
	return m
}

// attributeOf reports whether the block's name is an attribute of the entity.
func (b *body) attributeOf(e *schema.Entity) bool {
	if _, ok := b.placesIn(e)[b.name()]; ok {
		return true
	}
	b.fail(codeUnknownEntityField, b.header, fmt.Sprintf("%s has no attribute %q", e.Name, b.name()), didYouMean(b.name(), attributeNames(e)))
	return false
}

// placesIn gives the places of an entity's attributes by name.
func (c *compiler) placesIn(e *schema.Entity) map[string]int {
	if places, ok := c.attributes[e]; ok {
		return places
	}
	places := make(map[string]int, len(e.Fields))
	for i, f := range e.Fields {
		places[f.Name] = i
	}
	if c.attributes == nil {
		c.attributes = map[*schema.Entity]map[string]int{}
	}
	c.attributes[e] = places
	return places
}

func attributeNames(e *schema.Entity) []string {
	names := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		names[i] = f.Name
	}
	return names
}

// mappingRef reads a reference to a mapping.
func (b *body) mappingRef(e *schema.Entity) *mappingBody {
	name, at, ok := b.ref("mapping", "mapping")
	if !ok {
		return nil
	}
	m := b.mappings[name]
	if m == nil {
		m = b.shipped(name)
	}
	if m == nil {
		b.named("mapping", name, at, b.mappingNames())
		return nil
	}
	if m.Entity != e.Name {
		b.fail(codeWrongValue, at, fmt.Sprintf("mapping %q is of %s, not %s", name, m.Entity, e.Name), "")
		return nil
	}
	return m
}
