package expr

import (
	"strconv"
	"strings"

	"github.com/google/cel-go/common/types"

	"syncline/pipelines/funcs"
	"syncline/schema"
)

// plain returns the value as expressions see it and give it back: texts of all
// kinds are strings, a set is a list, and what knows no empty form is null.
// It is fromCEL(toCEL(v)) without the way through CEL.
func plain(v schema.Value) schema.Value {
	switch kind := v.Kind(); {
	case v.State() == schema.Absent || v.State() == schema.Null:
		return v
	case kind == schema.KindString, kind == schema.KindObject:
		return v
	case kind == schema.KindList || kind == schema.KindSet:
		items := make([]schema.Value, len(v.Items()))
		for i, item := range v.Items() {
			items[i] = plain(item)
		}
		return schema.List(items...)
	case v.State() == schema.Empty:
		switch kind {
		case schema.KindText, schema.KindEmail, schema.KindPhone, schema.KindURL:
			return schema.EmptyValue(schema.KindString)
		}
		return schema.NullValue()
	case funcs.Textual(kind):
		return schema.String(v.Text())
	}
	return v
}

// shape gives a plain value the type that is wanted. Texts stand as they are;
// normalising is the field's.
func shape(v schema.Value, want schema.Type) (schema.Value, error) {
	if want.Kind == schema.KindAny || v.State() == schema.Absent || v.State() == schema.Null {
		return v, nil
	}
	kind := v.Kind()
	switch want.Kind {
	case schema.KindInt:
		return toInt(v)
	case schema.KindDecimal:
		if kind == schema.KindInt {
			return schema.Decimal(strconv.FormatInt(v.Int(), 10)), nil
		}
	case schema.KindList, schema.KindSet:
		return shapeItems(v, want)
	case schema.KindObject, schema.KindBool, schema.KindTimestamp, schema.KindMoney:
	default:
		return toText(v, want.Kind)
	}
	return same(v, want.Kind)
}

func same(v schema.Value, kind schema.Kind) (schema.Value, error) {
	if v.Kind() == kind {
		return v, nil
	}
	if v.State() == schema.Empty {
		return schema.NullValue(), nil
	}
	return schema.Value{}, errMismatch
}

func toText(v schema.Value, kind schema.Kind) (schema.Value, error) {
	switch v.Kind() {
	case schema.KindString:
		return schema.Text(kind, v.Text()), nil
	case schema.KindInt:
		return schema.Text(kind, strconv.FormatInt(v.Int(), 10)), nil
	case schema.KindDecimal:
		return schema.Text(kind, v.Text()), nil
	}
	return schema.Value{}, errMismatch
}

func toInt(v schema.Value) (schema.Value, error) {
	if v.Kind() != schema.KindDecimal {
		return same(v, schema.KindInt)
	}
	whole, fraction, _ := strings.Cut(v.Text(), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0") != "" {
		return schema.Value{}, errMismatch
	}
	return schema.Int(n), nil
}

func shapeItems(v schema.Value, want schema.Type) (schema.Value, error) {
	if v.Kind() != schema.KindList {
		return same(v, want.Kind)
	}
	items := v.Items()
	if want.Elem != nil {
		items = make([]schema.Value, len(v.Items()))
		for i, item := range v.Items() {
			shaped, err := shape(item, *want.Elem)
			if err != nil {
				return schema.Value{}, err
			}
			items[i] = shaped
		}
	}
	if want.Kind == schema.KindSet {
		return schema.Set(items...), nil
	}
	return schema.List(items...), nil
}

// gives reports whether what CEL says of an expression can be what is wanted.
func gives(t *types.Type, want schema.Type) bool {
	if t.Kind() == types.DynKind || t.Kind() == types.NullTypeKind || t.Kind() == types.TypeParamKind {
		return true
	}
	if isOptional(t) {
		return len(t.Parameters()) == 0 || gives(t.Parameters()[0], want)
	}
	switch want.Kind {
	case schema.KindAny:
		return t.Kind() != types.DurationKind && t.Kind() != types.TypeKind && t.Kind() != types.BytesKind
	case schema.KindInt:
		return t.Kind() == types.IntKind || t.Kind() == types.UintKind
	case schema.KindDecimal:
		return t.IsExactType(decimalType) || t.Kind() == types.IntKind || t.Kind() == types.UintKind
	case schema.KindMoney:
		return t.IsExactType(moneyType)
	case schema.KindBool:
		return t.Kind() == types.BoolKind
	case schema.KindTimestamp:
		return t.Kind() == types.TimestampKind
	case schema.KindList, schema.KindSet:
		return t.Kind() == types.ListKind && (want.Elem == nil || gives(t.Parameters()[0], *want.Elem))
	case schema.KindObject:
		return t.Kind() == types.MapKind || t.Kind() == types.StructKind && t != decimalType && t != moneyType
	}
	return t.Kind() == types.StringKind
}

// typeName is how messages name a type of CEL.
func typeName(t *types.Type) string {
	switch t.Kind() {
	case types.TimestampKind:
		return "timestamp"
	case types.DurationKind:
		return "duration"
	case types.DynKind:
		return "any value"
	case types.NullTypeKind:
		return "null"
	case types.ListKind:
		return "list(" + typeName(t.Parameters()[0]) + ")"
	case types.MapKind:
		return "map"
	case types.StructKind:
		if t != decimalType && t != moneyType {
			return "object"
		}
	}
	if isOptional(t) && len(t.Parameters()) == 1 {
		return "optional(" + typeName(t.Parameters()[0]) + ")"
	}
	return strings.TrimPrefix(t.TypeName(), "google.protobuf.")
}

// schemaType is the type of the result in the schema's terms, as far as known.
func schemaType(t *types.Type, want schema.Type) schema.Type {
	if want.Kind != schema.KindAny {
		return want
	}
	switch t.Kind() {
	case types.StringKind:
		return schema.Type{Kind: schema.KindString}
	case types.IntKind, types.UintKind:
		return schema.Type{Kind: schema.KindInt}
	case types.BoolKind:
		return schema.Type{Kind: schema.KindBool}
	case types.TimestampKind:
		return schema.Type{Kind: schema.KindTimestamp}
	case types.DoubleKind:
		return schema.Type{Kind: schema.KindDecimal}
	case types.ListKind:
		elem := schemaType(t.Parameters()[0], schema.Type{})
		return schema.Type{Kind: schema.KindList, Elem: &elem}
	case types.MapKind:
		return schema.Type{Kind: schema.KindObject}
	case types.StructKind:
		if t == decimalType {
			return schema.Type{Kind: schema.KindDecimal}
		}
		if t == moneyType {
			return schema.Type{Kind: schema.KindMoney}
		}
		return schema.Type{Kind: schema.KindObject}
	}
	if isOptional(t) && len(t.Parameters()) == 1 {
		inner := schemaType(t.Parameters()[0], want)
		inner.Nullable = true
		return inner
	}
	return schema.Type{}
}

func isOptional(t *types.Type) bool {
	return t.Kind() == types.OpaqueKind && t.TypeName() == "optional_type"
}
