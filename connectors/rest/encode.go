package rest

import (
	"errors"
	"fmt"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

var (
	errSelector = errors.New("an element of a list cannot be written alone here")
	errNoNull   = errors.New("the API cannot say null")
	errNotTaken = errors.New("no request of this change takes the field")
	errReadOnly = errors.New("the field cannot be written")
	errNoField  = errors.New("there is no such field")
)

// placed is one value that is written: where in the API's record, and in its
// form.
type placed struct {
	field *Field
	path  schema.Path
	value schema.Value
}

// placed resolves what a change sets.
func (t *task) placed(set []connectors.Assignment) ([]placed, error) {
	var out []placed
	for _, a := range set {
		if a.Value.IsAbsent() || t.o.isID(a.Path.Top()) && t.verb == verbCreate {
			continue
		}
		name := a.Path.Top()
		if t.o.Identity.Parent != "" && name == t.o.Identity.Parent {
			if t.in.ParentID == "" {
				t.in.ParentID = a.Value.Plain()
			}
			if _, ok := t.o.Field(name); !ok {
				continue
			}
		}
		p, err := t.c.place(t.o, a)
		if err != nil {
			return nil, &connectors.Error{
				Kind: connectors.Refused, Op: t.verb, Where: t.o.Name, Field: a.Path.String(), Err: err,
				Hint: "leave the field out of what is written",
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// place resolves one assignment.
func (c *conn) place(o *Object, a connectors.Assignment) (placed, error) {
	s, err := o.slotOf(c.more(o), a.Path.Top())
	switch {
	case err != nil:
		return placed{}, errNoField
	case s.field.ReadOnly, s.field.Codec != nil && s.field.Codec.Encode == nil:
		return placed{}, errReadOnly
	case a.Value.IsNull() && c.d.NoNull:
		return placed{}, errNoNull
	}
	v := a.Value
	if a.Path.IsTop() {
		if v, err = s.field.encode(v); err != nil {
			return placed{}, err
		}
	}
	path, err := below(s.field.target(), a.Path.Rest())
	return placed{field: s.field, path: path, value: v}, err
}

// more returns the fields that were discovered.
func (c *conn) more(o *Object) []Field {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.discovered[o.Name]
}

// below returns the path that leads on from the end of another.
func below(path, rest schema.Path) (schema.Path, error) {
	if rest.IsZero() {
		return path, nil
	}
	text := rest.String()
	if !strings.HasPrefix(text, "[") {
		text = "." + text
	}
	return schema.ParsePath(path.String() + text)
}

// selects reports whether a path leads to an element of a list.
func selects(p schema.Path) bool { return strings.Contains(p.String(), "[") }

// encode returns what a step writes, in its encoding; absent where nothing is.
func (e Encoding) encode(set []placed, was schema.Value) (schema.Value, error) {
	switch e {
	case Nothing:
		return schema.Value{}, nil
	case Entire:
		return written(was, set, was)
	case JSONPatch:
		return jsonPatch(set)
	case SCIMPatch:
		return scimPatch(set), nil
	}
	if len(set) == 0 {
		return schema.Value{}, nil
	}
	return written(schema.Object(nil, nil), set, was)
}

// written puts values into an object. A path into a list begins with the list
// as it was read.
func written(root schema.Value, set []placed, was schema.Value) (schema.Value, error) {
	for _, p := range set {
		if selects(p.path) && root.Field(p.path.Top()).IsAbsent() {
			if was.IsAbsent() {
				return root, errSelector
			}
			next, err := schema.PathTo(p.path.Top()).Set(root, was.Field(p.path.Top()))
			if err != nil {
				return root, err
			}
			root = next
		}
		next, err := p.path.Set(root, p.value)
		if err != nil {
			return root, err
		}
		root = next
	}
	return root, nil
}

var pointer = strings.NewReplacer("~", "~0", "/", "~1")

// jsonPatch returns the operations of RFC 6902. To add to an object replaces
// what is there, and does not ask that anything is.
func jsonPatch(set []placed) (schema.Value, error) {
	var ops []schema.Value
	for _, p := range set {
		if selects(p.path) {
			return schema.Value{}, errSelector
		}
		var at strings.Builder
		for path := p.path; !path.IsZero(); path = path.Rest() {
			at.WriteString("/" + pointer.Replace(path.Top()))
		}
		ops = append(ops, schema.Object([]string{"op", "path", "value"}, []schema.Value{schema.String("add"), schema.String(at.String()), p.value}))
	}
	if ops == nil {
		return schema.Value{}, nil
	}
	return schema.List(ops...), nil
}

const scimPatchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

// scimPatch returns the PatchOp of RFC 7644. A null is removed.
func scimPatch(set []placed) schema.Value {
	var ops []schema.Value
	for _, p := range set {
		at := scimPath(p.path)
		if p.value.IsNull() {
			ops = append(ops, schema.Object([]string{"op", "path"}, []schema.Value{schema.String("remove"), schema.String(at)}))
			continue
		}
		ops = append(ops, schema.Object([]string{"op", "path", "value"}, []schema.Value{schema.String("replace"), schema.String(at), p.value}))
	}
	if ops == nil {
		return schema.Value{}
	}
	return schema.Object([]string{"schemas", "Operations"}, []schema.Value{schema.List(schema.String(scimPatchOp)), schema.List(ops...)})
}

// scimPath returns a path in the notation of RFC 7644: that of schema.Path,
// but for attributes of an extension.
func scimPath(p schema.Path) string {
	rest := p.Rest().String()
	switch {
	case rest == "", strings.HasPrefix(rest, "["):
		return p.Top() + rest
	case strings.HasPrefix(p.Top(), "urn:"):
		return p.Top() + ":" + rest
	}
	return p.Top() + "." + rest
}

// content is the type of what an encoding makes.
func (e Encoding) content() string {
	switch e {
	case MergePatch:
		return "application/merge-patch+json"
	case JSONPatch:
		return "application/json-patch+json"
	case SCIMPatch:
		return "application/scim+json"
	}
	return ""
}

// arguments returns the arguments of a verb as an object.
func arguments(args []connectors.Assignment) (schema.Value, error) {
	out := schema.Object(nil, nil)
	for _, a := range args {
		next, err := a.Path.Set(out, a.Value)
		if err != nil {
			return out, fmt.Errorf("argument %s: %w", a.Path, err)
		}
		out = next
	}
	return out, nil
}

// companions returns what is created with a record, by object.
func (t *task) companions(w *Write) (schema.Value, error) {
	out := schema.Object(nil, nil)
	for _, with := range w.With {
		o, ok := t.c.d.Object(with.Object)
		if !ok {
			continue
		}
		var list []schema.Value
		for _, m := range t.ch.With {
			if m.Object != with.Object {
				continue
			}
			var set []placed
			for _, a := range m.Set {
				if a.Value.IsAbsent() || o.isID(a.Path.Top()) {
					continue
				}
				p, err := t.c.place(o, a)
				if err != nil {
					return out, &connectors.Error{Kind: connectors.Refused, Op: t.verb, Where: o.Name, Field: a.Path.String(), Err: err}
				}
				set = append(set, p)
			}
			v, err := written(schema.Object(nil, nil), set, schema.Value{})
			if err != nil {
				return out, err
			}
			list = append(list, v)
		}
		if list == nil {
			continue
		}
		next, err := schema.PathTo(with.Object).Set(out, schema.List(list...))
		if err != nil {
			return out, err
		}
		out = next
	}
	return out, nil
}
