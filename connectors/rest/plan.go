package rest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"syncline/connectors"
	"syncline/schema"
)

// plan is how one selection reads and writes one object.
type plan struct {
	o     *Object
	sel   *connectors.Selection
	slots []slot

	rev    schema.Path // zero: the hash
	at     *Field      // nil: none, like the two below
	author *Field
	trace  *Field
	cursor *Field

	head  *schema.Shape // the top-level names that a listing looks at
	wire  *schema.Shape // and those that a record is decoded from
	names []string      // of wire, for requests
	heads sync.Pool     // of *schema.Record of head
	wires sync.Pool     // of *schema.Record of wire
}

// slot is where the value of a field comes from.
type slot struct {
	field  *Field
	id     bool // it is the record's id
	parent bool // it is the parent's id
}

// newPlan resolves the names of a selection. More are fields that were
// discovered.
func newPlan(o *Object, more []Field, sel *connectors.Selection) (*plan, error) {
	p := &plan{o: o, sel: sel}
	find := func(name string) (slot, error) { return o.slotOf(more, name) }
	if id := sel.ID; id != "" && !o.isID(id) {
		return nil, planFault(o, id, "records are not told apart by it", "leave `id` out, or name "+o.Identity.field())
	}
	p.slots = make([]slot, sel.Shape.Len())
	for i, f := range sel.Shape.Fields() {
		var err error
		if p.slots[i], err = find(f.Name); err != nil {
			return nil, err
		}
	}
	for _, part := range []struct {
		name string
		into **Field
	}{{or(sel.At, o.At), &p.at}, {or(sel.Author, o.Author), &p.author}, {sel.Trace, &p.trace}, {sel.Cursor, &p.cursor}} {
		if part.name == "" {
			continue
		}
		s, err := find(part.name)
		if err != nil {
			return nil, err
		}
		*part.into = s.field
	}
	if err := p.revision(find); err != nil {
		return nil, err
	}
	if err := p.checkCursor(); err != nil {
		return nil, err
	}
	p.shapes()
	return p, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// field returns the name of the field of the id.
func (id *Identity) field() string { return or(id.Field, "id") }

func (o *Object) isID(name string) bool {
	return name == o.Identity.field() || name == o.Identity.Path.String()
}

// slotOf returns where a field's value comes from.
func (o *Object) slotOf(more []Field, name string) (slot, error) {
	if f, ok := o.Field(name); ok {
		return slot{field: f, parent: o.Identity.Parent != "" && name == o.Identity.Parent}, nil
	}
	if name == o.Identity.field() {
		return slot{id: true, field: &Field{Field: schema.Field{Name: name, ReadOnly: true}, Path: o.Identity.Path}}, nil
	}
	if o.Identity.Parent != "" && name == o.Identity.Parent {
		return slot{parent: true, field: &Field{Field: schema.Field{Name: name}}}, nil
	}
	for i := range more {
		if more[i].Name == name {
			return slot{field: &more[i]}, nil
		}
	}
	if o.Open {
		return slot{field: &Field{Field: schema.Field{Name: name}}}, nil
	}
	return slot{}, planFault(o, name, "there is no such field", "the fields are "+o.fieldNames())
}

func (o *Object) fieldNames() string {
	names := make([]string, len(o.Fields))
	for i := range o.Fields {
		names[i] = o.Fields[i].Name
	}
	return strings.Join(names[:min(len(names), 20)], ", ")
}

func planFault(o *Object, field, why, hint string) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: verbRead, Where: o.Name, Field: field, Err: fmt.Errorf("%s", why), Hint: hint}
}

// revision resolves where the revision is.
func (p *plan) revision(find func(string) (slot, error)) error {
	p.rev = p.o.Revision.Path
	if p.sel.Revision == "" || p.sel.Revision == p.rev.String() {
		return nil
	}
	s, err := find(p.sel.Revision)
	if err == nil {
		p.rev = s.field.path()
	}
	return err
}

func (p *plan) checkCursor() error {
	if p.cursor == nil || p.o.List == nil {
		return nil
	}
	c, ok := p.o.List.Incremental.(Changes)
	if ok && c.Field != p.cursor.Name {
		return planFault(p.o, p.cursor.Name, "it is not what changes are listed by", "use cursor = \""+c.Field+"\"")
	}
	return nil
}

// path returns where the field is read.
func (f *Field) path() schema.Path {
	if f.Path.IsZero() {
		return schema.PathTo(f.Name)
	}
	return f.Path
}

// target returns where the field is written.
func (f *Field) target() schema.Path {
	if f.Write.IsZero() {
		return f.path()
	}
	return f.Write
}

// shapes gathers the top-level names that are looked at.
func (p *plan) shapes() {
	var head, wire []string
	add := func(list *[]string, path schema.Path) {
		if top := path.Top(); top != "" && !slices.Contains(*list, top) {
			*list = append(*list, top)
		}
	}
	add(&head, p.o.Identity.Path)
	add(&head, p.rev)
	if p.cursor != nil {
		add(&head, p.cursor.path())
	}
	for _, m := range []*Mark{p.o.Gone, p.o.Archived} {
		if m != nil {
			add(&head, m.Path)
		}
	}
	if m := p.o.Merged; m != nil {
		add(&head, m.Path)
		if m.Where != nil {
			add(&head, m.Where.Path)
		}
	}
	wire = slices.Clone(head)
	for _, s := range p.slots {
		if !s.field.FromParent && !s.parent {
			add(&wire, s.field.path())
		}
	}
	for _, f := range []*Field{p.at, p.author, p.trace} {
		if f != nil {
			add(&wire, f.path())
		}
	}
	p.head, p.wire, p.names = shapeOf(head), shapeOf(wire), wire
	p.heads.New = func() any { return schema.NewRecord(p.head) }
	p.wires.New = func() any { return schema.NewRecord(p.wire) }
}

func shapeOf(names []string) *schema.Shape {
	fields := make([]schema.Field, len(names))
	for i, n := range names {
		fields[i].Name = n
	}
	return schema.NewShape(fields...)
}
