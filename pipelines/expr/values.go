package expr

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"syncline/pipelines/funcs"
	"syncline/schema"
)

// errAbsent makes the whole result absent: a value was read that a partial
// record does not hold.
var errAbsent = errors.New("the record does not hold this field")

var errNative = errors.New("a value of the record has no other form")

var (
	decimalType = types.NewObjectType("decimal", traits.ComparerType, traits.AdderType, traits.SubtractorType, traits.MultiplierType)
	moneyType   = types.NewObjectType("money", traits.ComparerType, traits.AdderType, traits.SubtractorType, traits.MultiplierType)
	objectType  = types.NewObjectType("object", traits.ContainerType)
	tableType   = types.NewObjectType("table")
)

// toCEL returns the value as CEL sees it. Absent becomes an error value that
// ends the evaluation.
func toCEL(v schema.Value) ref.Val {
	switch v.State() {
	case schema.Absent:
		return types.WrapErr(errAbsent)
	case schema.Null:
		return types.NullValue
	case schema.Empty:
		return emptyToCEL(v)
	}
	switch v.Kind() {
	case schema.KindInt:
		return types.Int(v.Int())
	case schema.KindBool:
		return types.Bool(v.Bool())
	case schema.KindTimestamp:
		return types.Timestamp{Time: v.Time()}
	case schema.KindDecimal, schema.KindMoney:
		return number{v}
	case schema.KindList, schema.KindSet:
		return list(v)
	case schema.KindObject:
		return &object{value: v}
	}
	return types.String(v.Text())
}

// emptyToCEL gives a value without content its form: only texts, lists and
// sets have one, everything else is null.
func emptyToCEL(v schema.Value) ref.Val {
	switch v.Kind() {
	case schema.KindString, schema.KindText, schema.KindEmail, schema.KindPhone, schema.KindURL:
		return types.String("")
	case schema.KindList, schema.KindSet:
		return list(v)
	}
	return types.NullValue
}

// fromCEL returns a value of CEL as a value of the kind that is wanted;
// KindAny takes it as it is.
func fromCEL(val ref.Val, want schema.Kind) (schema.Value, error) {
	switch v := val.(type) {
	case types.String:
		if !funcs.Textual(want) {
			want = schema.KindString
		}
		return schema.Text(want, string(v)), nil
	case types.Null:
		return schema.NullValue(), nil
	case types.Bool:
		return schema.Bool(bool(v)), nil
	case types.Int:
		return whole(int64(v), want), nil
	case types.Uint:
		if v > 1<<63-1 {
			return schema.Value{}, errNumber
		}
		return whole(int64(v), want), nil
	case types.Double:
		return fraction(float64(v))
	case types.Timestamp:
		return schema.Timestamp(v.Time), nil
	case number:
		return v.value, nil
	case *object:
		return v.asValue()
	case *types.Optional:
		if !v.HasValue() {
			return schema.NullValue(), nil
		}
		return fromCEL(v.GetValue(), want)
	case *types.Err:
		return schema.Value{}, v
	}
	return compoundFromCEL(val)
}

func whole(n int64, want schema.Kind) schema.Value {
	if want == schema.KindDecimal {
		return schema.Decimal(strconv.FormatInt(n, 10))
	}
	return schema.Int(n)
}

func fraction(f float64) (schema.Value, error) {
	if v, ok := exactly(strconv.FormatFloat(f, 'g', -1, 64)); ok {
		return v, nil
	}
	return schema.Value{}, errNumber
}

func compoundFromCEL(val ref.Val) (schema.Value, error) {
	switch v := val.(type) {
	case traits.Mapper:
		return objectFromCEL(v)
	case traits.Lister:
		n, _ := v.Size().(types.Int)
		items := make([]schema.Value, 0, int(n))
		for i := types.Int(0); i < n; i++ {
			item, err := fromCEL(v.Get(i), schema.KindAny)
			if err != nil {
				return schema.Value{}, err
			}
			items = append(items, item)
		}
		return schema.List(items...), nil
	}
	return schema.Value{}, fmt.Errorf("a %s is not a value that a field can hold", val.Type().TypeName())
}

// objectFromCEL returns a map as an object with its names in order.
func objectFromCEL(m traits.Mapper) (schema.Value, error) {
	var names []string
	for it := m.Iterator(); it.HasNext() == types.True; {
		name, ok := it.Next().(types.String)
		if !ok {
			return schema.Value{}, errors.New("the keys of an object are strings")
		}
		names = append(names, string(name))
	}
	slices.Sort(names)
	items := make([]schema.Value, len(names))
	for i, name := range names {
		v, _ := m.Find(types.String(name))
		item, err := fromCEL(v, schema.KindAny)
		if err != nil {
			return schema.Value{}, err
		}
		items[i] = item
	}
	return schema.Object(names, items), nil
}

// number is a decimal or money.
type number struct{ value schema.Value }

var (
	_ traits.Comparer   = number{}
	_ traits.Adder      = number{}
	_ traits.Subtractor = number{}
	_ traits.Multiplier = number{}
)

func (n number) ConvertToNative(reflect.Type) (any, error) { return nil, errNative }

func (n number) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.StringType:
		return types.String(n.value.Text())
	case types.TypeType:
		return n.Type().(*types.Type)
	}
	return types.NoSuchOverloadErr()
}

func (n number) Equal(other ref.Val) ref.Val {
	o, ok := numberOf(other)
	if !ok {
		return types.False
	}
	c, err := compareNumbers(n.value, o)
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Bool(c == 0)
}

func (n number) Type() ref.Type {
	if n.value.Kind() == schema.KindMoney {
		return moneyType
	}
	return decimalType
}

func (n number) Value() any { return n.value }

// Compare orders numbers; money of two currencies is an error.
func (n number) Compare(other ref.Val) ref.Val {
	o, ok := numberOf(other)
	if !ok {
		return types.NoSuchOverloadErr()
	}
	c, err := compareNumbers(n.value, o)
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Int(c)
}

// Add returns the exact sum.
func (n number) Add(other ref.Val) ref.Val { return n.compute(opAdd, other) }

// Subtract returns the exact difference.
func (n number) Subtract(other ref.Val) ref.Val { return n.compute(opSubtract, other) }

// Multiply returns the exact product.
func (n number) Multiply(other ref.Val) ref.Val { return n.compute(opMultiply, other) }

func (n number) compute(op operation, other ref.Val) ref.Val {
	o, ok := numberOf(other)
	if !ok {
		return types.NoSuchOverloadErr()
	}
	v, err := compute(op, n.value, o)
	if err != nil {
		return types.WrapErr(err)
	}
	return number{v}
}

// numberOf returns any number of CEL as an exact one.
func numberOf(v ref.Val) (schema.Value, bool) {
	switch v := v.(type) {
	case number:
		return v.value, true
	case types.Int:
		return schema.Decimal(strconv.FormatInt(int64(v), 10)), true
	case types.Uint:
		return schema.Decimal(strconv.FormatUint(uint64(v), 10)), true
	case types.Double:
		f, err := fraction(float64(v))
		return f, err == nil
	}
	return schema.Value{}, false
}

// adapter turns what GetFrom and the activation give into values of CEL.
type adapter struct{ types.Adapter }

func (a adapter) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case ref.Val:
		return v
	case schema.Value:
		return toCEL(v)
	case time.Time:
		return types.Timestamp{Time: v}
	}
	return a.Adapter.NativeToValue(v)
}

// list is a list or set of the record.
func list(v schema.Value) ref.Val {
	items := v.Items()
	vals := make([]ref.Val, len(items))
	for i, item := range items {
		vals[i] = toCEL(item)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}
