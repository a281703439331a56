package pipelines

import (
	"fmt"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// typeAlong follows a path through a type. It reports false where a name on
// the way is not a field of what is known there.
func typeAlong(t schema.Type, path schema.Path) (schema.Type, bool) {
	for !path.IsZero() {
		if t.Kind == schema.KindAny || t.Kind == schema.KindObject && t.Fields == nil {
			return schema.Type{}, true
		}
		if t.Kind != schema.KindObject {
			return schema.Type{}, false
		}
		f, ok := t.Field(path.Top())
		if !ok {
			return schema.Type{}, false
		}
		t, path = stepType(f.Type, path)
	}
	return t, true
}

// stepType takes one step: over the name, and over a selector or an index that
// follows it, which leads to an element.
func stepType(t schema.Type, path schema.Path) (schema.Type, schema.Path) {
	rest := path.Rest()
	if t.Kind.Collection() && !rest.IsZero() {
		return schema.Type{}, schema.Path{}
	}
	return t, rest
}

// checkPath reports a path that leads nowhere in a known schema.
func (b *body) checkPath(e *End, record schema.Type, path schema.Path, at diag.Range) bool {
	if _, ok := typeAlong(record, path); ok {
		return true
	}
	var names []string
	for _, f := range record.Fields {
		names = append(names, f.Name)
	}
	summary := fmt.Sprintf("%s has no field %q", e.objectName(), path.Top())
	if _, known := record.Field(path.Top()); known {
		summary = fmt.Sprintf("%s has nothing at %q", e.objectName(), path.String())
	}
	hint := nearOnly(path.Top(), names)
	if hint != "" {
		hint += " or "
	}
	b.fail(codeUnknownField, at, summary, hint+fmt.Sprintf(`declare it: fields = { %s = "string" }`, path.Top()))
	return false
}

func (e *End) objectName() string {
	if e.Object == "" {
		return e.Name
	}
	return e.Object
}
