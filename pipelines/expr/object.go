package expr

import (
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"syncline/schema"
)

// object is a record, or an object inside one, as CEL sees it. Fields are read
// from their slots; nothing is copied.
type object struct {
	record *schema.Record
	value  schema.Value       // when record is nil; absent: the object itself is
	static map[string]ref.Val // of var and local: every field, made ready
}

// An object is no traits.Mapper, so that presence is asked of IsSet.
var (
	_ traits.Indexer     = (*object)(nil)
	_ traits.Container   = (*object)(nil)
	_ traits.Iterable    = (*object)(nil)
	_ traits.FieldTester = (*object)(nil)
	_ traits.Sizer       = (*object)(nil)
)

// newStatic makes a known object ready: found by name, every value turned.
func newStatic(v schema.Value) *object {
	o := &object{value: v, static: make(map[string]ref.Val, len(v.Names()))}
	for i, name := range v.Names() {
		o.static[name] = staticToCEL(v.Items()[i])
	}
	return o
}

func staticToCEL(v schema.Value) ref.Val {
	if v.Kind() == schema.KindObject {
		return newStatic(v)
	}
	return toCEL(v)
}

// get returns the field, which stood in slot i when the scope was made. Of a
// nested object what is missing is null; of a record it is absent.
func (o *object) get(i int, name string) schema.Value {
	if o.record == nil {
		if o.value.IsAbsent() {
			return schema.Value{}
		}
		if v := o.value.Field(name); !v.IsAbsent() {
			return v
		}
		return schema.NullValue()
	}
	shape := o.record.Shape
	if i < 0 || i >= shape.Len() || shape.Field(i).Name != name {
		if i = shape.Slot(name); i < 0 {
			return schema.Value{}
		}
	}
	return o.record.Slots[i]
}

func (o *object) asValue() (schema.Value, error) {
	if o.record == nil {
		if o.value.IsAbsent() {
			return schema.Value{}, errAbsent
		}
		return o.value, nil
	}
	var names []string
	var items []schema.Value
	for i, v := range o.record.Slots {
		if !v.IsAbsent() {
			names, items = append(names, o.record.Shape.Field(i).Name), append(items, v)
		}
	}
	return schema.Object(names, items), nil
}

// set reports whether the field is there and not blank: what has() means.
func (o *object) set(i int, name string) bool {
	v := o.get(i, name)
	return !v.IsAbsent() && !v.Blank()
}

func (o *object) ConvertToNative(reflect.Type) (any, error) { return nil, errNative }

func (o *object) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return objectType
	}
	return types.NoSuchOverloadErr()
}

func (o *object) Equal(other ref.Val) ref.Val {
	p, ok := other.(*object)
	if !ok {
		return types.False
	}
	a, err := o.asValue()
	if err != nil {
		return types.WrapErr(err)
	}
	b, err := p.asValue()
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Bool(schema.Equal(a, b))
}

func (o *object) Type() ref.Type { return types.MapType }
func (o *object) Value() any     { return o }

// IsSet reports whether the field is there and not blank.
func (o *object) IsSet(field ref.Val) ref.Val {
	name, ok := field.(types.String)
	return types.Bool(ok && o.set(-1, string(name)))
}

// Get returns the field. One that is missing is null in a nested object,
// absent in a record, and an error in var and local.
func (o *object) Get(index ref.Val) ref.Val {
	name, ok := index.(types.String)
	if !ok {
		return types.NoSuchOverloadErr()
	}
	if o.static != nil {
		if v, ok := o.static[string(name)]; ok {
			return v
		}
		return types.WrapErr(errKey)
	}
	return toCEL(o.get(-1, string(name)))
}

// Contains reports whether the object has a field of the name.
func (o *object) Contains(key ref.Val) ref.Val {
	name, ok := key.(types.String)
	if !ok {
		return types.NoSuchOverloadErr()
	}
	if o.record != nil {
		return types.Bool(!o.record.Get(string(name)).IsAbsent())
	}
	return types.Bool(!o.value.Field(string(name)).IsAbsent())
}

// Size returns how many fields there are.
func (o *object) Size() ref.Val {
	v, err := o.asValue()
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Int(len(v.Items()))
}

// Iterator walks the names of the fields.
func (o *object) Iterator() traits.Iterator {
	v, _ := o.asValue()
	return types.NewStringList(types.DefaultTypeAdapter, v.Names()).Iterator()
}
