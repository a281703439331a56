package expr

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/types"
	"github.com/zeebo/xxh3"

	"syncline/schema"
)

// Exact is a decimal or money in Expr, whose own numbers are floats.
type Exact struct{ value schema.Value }

var (
	exactGo = reflect.TypeFor[Exact]()
	timeGo  = reflect.TypeFor[time.Time]()
)

// Keys that no field can have: whose end, whose record an object is.
const (
	endKey = "@end"
	idKey  = "@id"
)

func newHasher() *xxh3.Hasher { return xxh3.New() }

// environment is the type of every name, so that a wrong one is found while
// compiling.
func (m *many) environment() types.Map {
	env := types.Map{"__run": types.Any, "now": types.TypeOf(time.Time{})}
	sides := types.Map{}
	for _, v := range m.scope.Vars {
		t := exprType(v.Type)
		switch {
		case v.Static.Kind() == schema.KindObject:
			t = staticExprType(v.Static)
		case v.Slot == Many:
			t = types.Array(rowType(v.Type))
		case v.Open:
			if known, ok := t.(types.Map); ok {
				known[types.Extra] = types.Any
			}
		}
		env[v.Name] = t
		if known, ok := t.(types.Map); ok && v.Name == "sides" {
			sides = known
		}
	}
	for _, end := range m.scope.Ends {
		if _, ok := env[end]; ok {
			continue
		}
		env[end] = types.Map{}
		if t, ok := sides[end]; ok {
			env[end] = t
		}
	}
	return env
}

// rowType is one of many records: its fields, and its id.
func rowType(t schema.Type) types.Type {
	if t.Elem != nil && t.Kind.Collection() {
		t = *t.Elem
	}
	row, ok := exprType(t).(types.Map)
	if !ok {
		return types.Any
	}
	if _, held := row["id"]; !held {
		row["id"] = types.String
	}
	return row
}

func exprType(t schema.Type) types.Type {
	switch t.Kind {
	case schema.KindInt:
		return types.Int
	case schema.KindBool:
		return types.Bool
	case schema.KindTimestamp:
		return types.TypeOf(time.Time{})
	case schema.KindDecimal, schema.KindMoney:
		return types.TypeOf(Exact{})
	case schema.KindAny:
		return types.Any
	case schema.KindList, schema.KindSet:
		if t.Elem == nil {
			return types.Array(types.Any)
		}
		return types.Array(exprType(*t.Elem))
	case schema.KindObject:
		if t.Fields == nil {
			return types.Any
		}
		fields := types.Map{}
		for _, f := range t.Fields {
			fields[f.Name] = exprType(f.Type)
		}
		return fields
	}
	return types.String
}

func staticExprType(v schema.Value) types.Type {
	if v.Kind() != schema.KindObject {
		return exprType(schema.Type{Kind: v.Kind()})
	}
	fields := types.Map{}
	for i, item := range v.Items() {
		fields[v.Names()[i]] = staticExprType(item)
	}
	return fields
}

// layout gives Expr the values that the expression reads.
func (p *manyProgram) layout(f *Frame, run *running) map[string]any {
	env := map[string]any{"__run": run, "now": moment(f.Now)}
	for _, v := range p.scope.Vars {
		fields, used := p.tops[v.Name]
		if !used {
			continue
		}
		switch {
		case !v.Static.IsAbsent():
			env[v.Name] = toExpr(v.Static)
		case f.Records[v.Slot] != nil:
			env[v.Name] = rowToExpr(f.Records[v.Slot], fields)
		case v.Slot == Many:
			env[v.Name] = rowsToExpr(f.Many)
		default:
			env[v.Name] = toExpr(f.Values[v.Slot])
		}
	}
	sides, _ := env["sides"].(map[string]any)
	for _, end := range p.scope.Ends {
		if _, ok := env[end]; ok {
			continue
		}
		side := map[string]any{endKey: end}
		if known, ok := sides[end].(map[string]any); ok {
			known[endKey] = end
			side = known
		}
		env[end] = side
	}
	return env
}

func rowsToExpr(rows []*schema.Record) []any {
	list := make([]any, len(rows))
	for i, r := range rows {
		row := rowToExpr(r, nil)
		row[idKey] = r.ID
		if _, held := row["id"]; !held {
			row["id"] = r.ID
		}
		list[i] = row
	}
	return list
}

// rowToExpr lays out the fields that are read, or all.
func rowToExpr(r *schema.Record, fields []string) map[string]any {
	row := make(map[string]any, max(len(fields), 4))
	for i, v := range r.Slots {
		if name := r.Shape.Field(i).Name; fields == nil || slices.Contains(fields, name) {
			row[name] = toExpr(v)
		}
	}
	return row
}

func toExpr(v schema.Value) any {
	switch v.State() {
	case schema.Absent, schema.Null:
		return nil
	}
	switch v = plain(v); v.Kind() {
	case schema.KindInt:
		return int(v.Int())
	case schema.KindBool:
		return v.Bool()
	case schema.KindTimestamp:
		return v.Time()
	case schema.KindDecimal, schema.KindMoney:
		return Exact{v}
	case schema.KindList:
		list := make([]any, len(v.Items()))
		for i, item := range v.Items() {
			list[i] = toExpr(item)
		}
		return list
	case schema.KindObject:
		fields := make(map[string]any, len(v.Items()))
		for i, item := range v.Items() {
			fields[v.Names()[i]] = toExpr(item)
		}
		return fields
	case schema.KindAny:
		return nil
	}
	return v.Text()
}

// convert turns a result into the wanted value. An end is its name, one of
// many records its id.
func (p *manyProgram) convert(result any) (schema.Value, error) {
	if row, ok := result.(map[string]any); ok {
		if end, ok := row[endKey].(string); ok {
			return schema.Text(schema.KindRef, end), nil
		}
		if id, ok := row[idKey].(string); ok && p.opts.Want.Kind == schema.KindRef {
			return schema.Text(schema.KindRef, id), nil
		}
	}
	v, err := fromExpr(result)
	if err != nil {
		return v, err
	}
	want := p.opts.Want
	if want.Kind == schema.KindRef && (want.Entity == "end" || want.Entity == "record") && !v.IsAbsent() && v.State() != schema.Null {
		if want.Entity != "end" || !slices.Contains(p.scope.Ends, v.Text()) {
			return schema.Value{}, errMismatch
		}
	}
	return shape(v, want)
}

func fromExpr(result any) (schema.Value, error) {
	switch v := result.(type) {
	case nil:
		return schema.NullValue(), nil
	case string:
		return schema.String(v), nil
	case bool:
		return schema.Bool(v), nil
	case int:
		return schema.Int(int64(v)), nil
	case int64:
		return schema.Int(v), nil
	case float64:
		return fraction(v)
	case time.Time:
		return schema.Timestamp(v), nil
	case Exact:
		return v.value, nil
	case []any:
		items := make([]schema.Value, len(v))
		for i, item := range v {
			var err error
			if items[i], err = fromExpr(item); err != nil {
				return schema.Value{}, err
			}
		}
		return schema.List(items...), nil
	case map[string]any:
		return objectFromExpr(v)
	}
	return schema.Value{}, errors.New("it gives what no field can hold")
}

func objectFromExpr(m map[string]any) (schema.Value, error) {
	var names []string
	for name := range m {
		if name != endKey && name != idKey {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	items := make([]schema.Value, len(names))
	for i, name := range names {
		var err error
		if items[i], err = fromExpr(m[name]); err != nil {
			return schema.Value{}, err
		}
	}
	return schema.Object(names, items), nil
}

// exactOptions teach Expr + - * and comparisons of decimal and money.
func exactOptions() []expr.Option {
	numbers := func(f func(a, b schema.Value) (any, error)) func(...any) (any, error) {
		return func(args ...any) (any, error) {
			a, okA := exactOf(args[0])
			b, okB := exactOf(args[1])
			if !okA || !okB {
				return nil, errKind
			}
			return f(a, b)
		}
	}
	var options []expr.Option
	for symbol, op := range map[string]operation{"+": opAdd, "-": opSubtract, "*": opMultiply} {
		name := "__exact" + strconv.Itoa(int(op))
		f := numbers(func(a, b schema.Value) (any, error) {
			v, err := compute(op, a, b)
			return Exact{v}, err
		})
		options = append(options, expr.Function(name, f, new(func(a, b Exact) Exact), new(func(a Exact, b int) Exact), new(func(a int, b Exact) Exact),
			new(func(a Exact, b float64) Exact), new(func(a float64, b Exact) Exact)), expr.Operator(symbol, name))
	}
	for i, symbol := range []string{"==", "!=", "<", "<=", ">", ">="} {
		name := "__order" + strconv.Itoa(i)
		f := numbers(func(a, b schema.Value) (any, error) {
			c, err := compareNumbers(a, b)
			return [...]bool{c == 0, c != 0, c < 0, c <= 0, c > 0, c >= 0}[i], err
		})
		options = append(options, expr.Function(name, f, new(func(a, b Exact) bool), new(func(a Exact, b int) bool), new(func(a int, b Exact) bool),
			new(func(a Exact, b float64) bool), new(func(a float64, b Exact) bool)), expr.Operator(symbol, name))
	}
	return options
}

func exactOf(v any) (schema.Value, bool) {
	switch v := v.(type) {
	case Exact:
		return v.value, true
	case int:
		return schema.Decimal(strconv.Itoa(v)), true
	case float64:
		f, err := fraction(v)
		return f, err == nil
	}
	return schema.Value{}, false
}

// goWord names a type of Expr.
func goWord(t reflect.Type) string {
	switch {
	case t == exactGo:
		return "decimal"
	case t == timeGo:
		return "timestamp"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Map:
		return "object"
	}
	return t.String()
}
