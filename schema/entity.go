package schema

// Entity is a normalised model: what the systems' records are compared as.
type Entity struct {
	Name    string
	Extends string
	Doc     string
	Fields  []Field
}

// Attribute returns the field of a name.
func (e *Entity) Attribute(name string) (Field, bool) {
	for _, f := range e.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}
