package expr

import (
	"errors"
	"slices"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/schema"
)

// errNull says that a field was read of something that is null.
var errNull = errors.New("a field is read of what is null or no object")

// provider tells CEL the types of a scope: an object type per object, whose
// fields are read from slots. It is filled while the scope is made ready and
// only read afterwards.
type provider struct {
	types.Provider
	structs map[string]*structure
}

type structure struct {
	typ    *types.Type
	fields []schema.Field
	types  []*types.FieldType
	index  map[string]int
	open   bool
}

// variable is the type of one of the scope's variables.
func (p *provider) variable(v Var) *types.Type {
	if v.Static.Kind() == schema.KindObject {
		return p.static(v.Name, v.Static)
	}
	if v.Type.Kind == schema.KindObject && (v.Type.Fields != nil) {
		return p.structure(v.Name, v.Type.Fields, v.Open)
	}
	if v.Slot == Many {
		return types.NewListType(p.celType(v.Type, v.Name))
	}
	return p.celType(v.Type, v.Name)
}

// structure declares the object type of a path. The @ keeps the name of the
// type from being taken for the path itself.
func (p *provider) structure(name string, fields []schema.Field, open bool) *types.Type {
	path := name
	name = "@" + path
	s := &structure{typ: types.NewObjectType(name), fields: fields, index: make(map[string]int, len(fields)), open: open}
	p.structs[name] = s
	for i, f := range fields {
		s.index[f.Name] = i
		s.types = append(s.types, p.field(i, f.Name, p.celType(f.Type, path+"."+f.Name), f.Type.Kind == schema.KindObject))
	}
	return s.typ
}

// static types var and local by what they hold: their own names are checked;
// what lies below are maps, so that they can be indexed.
func (p *provider) static(name string, value schema.Value) *types.Type {
	name = "@" + name
	s := &structure{typ: types.NewObjectType(name), index: map[string]int{}}
	p.structs[name] = s
	for i, item := range value.Items() {
		n := value.Names()[i]
		s.index[n] = i
		s.fields = append(s.fields, schema.Field{Name: n, Type: typeOf(item)})
		s.types = append(s.types, known(staticType(item), staticToCEL(item), item.Blank()))
	}
	return s.typ
}

// staticType is the type of a known value: elements of one type keep it.
func staticType(v schema.Value) *types.Type {
	switch v.Kind() {
	case schema.KindObject:
		return types.NewMapType(types.StringType, shared(v.Items()))
	case schema.KindList, schema.KindSet:
		return types.NewListType(shared(v.Items()))
	case schema.KindAny:
		return types.DynType
	}
	return (&provider{}).celType(schema.Type{Kind: v.Kind()}, "")
}

func shared(items []schema.Value) *types.Type {
	t := types.DynType
	for i, item := range items {
		u := staticType(item)
		if i > 0 && !t.IsEquivalentType(u) {
			return types.DynType
		}
		t = u
	}
	return t
}

// typeOf is the type of a known value in the schema's terms.
func typeOf(v schema.Value) schema.Type {
	return schema.Type{Kind: v.Kind(), Nullable: v.State() == schema.Null}
}

// known is a field whose value is known while compiling.
func known(t *types.Type, v ref.Val, blank bool) *types.FieldType {
	return &types.FieldType{
		Type:    t,
		IsSet:   func(any) bool { return !blank },
		GetFrom: func(any) (any, error) { return v, nil },
	}
}

func (p *provider) field(i int, name string, t *types.Type, isObject bool) *types.FieldType {
	return &types.FieldType{
		Type: t,
		IsSet: func(target any) bool {
			o, ok := target.(*object)
			return ok && o.set(i, name)
		},
		GetFrom: func(target any) (any, error) {
			o, ok := target.(*object)
			if !ok {
				return nil, errNull
			}
			v := o.get(i, name)
			if isObject && v.IsAbsent() {
				return &object{}, nil
			}
			val := toCEL(v)
			if err, failed := val.(*types.Err); failed {
				return nil, err
			}
			return val, nil
		},
	}
}

// FindStructType returns the object type of a name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if s, ok := p.structs[name]; ok {
		return types.NewTypeTypeWithParam(s.typ), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames returns the names of its fields, sorted.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	s, ok := p.structs[name]
	if !ok {
		return p.Provider.FindStructFieldNames(name)
	}
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.Name
	}
	slices.Sort(names)
	return names, true
}

// FindStructFieldType returns a field of an object type. An open object has
// every field.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	s, ok := p.structs[name]
	if !ok {
		return p.Provider.FindStructFieldType(name, field)
	}
	if i, ok := s.index[field]; ok {
		return s.types[i], true
	}
	if s.open {
		return p.field(-1, field, types.DynType, false), true
	}
	return nil, false
}

// NewValue refuses: an expression makes maps, never records.
func (p *provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("a %s cannot be made", name)
}
