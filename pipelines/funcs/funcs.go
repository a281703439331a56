// Package funcs holds the functions that CEL transforms may call: one file a
// family, each function a value with its documentation and its examples.
//
// It knows no CEL: a function takes and gives schema values, and pipelines/expr
// declares it to the language. Operators, comprehensions and the functions of
// CEL itself are not here, nor is lookup, which needs a table built while
// compiling. Enter at Families; a function is added by adding a value to the
// list of its family.
//
// Why values and not CEL functions: the same function serves CEL, the fast
// path beside it and the documentation, and its examples are its tests.
package funcs

import (
	"errors"
	"fmt"

	"syncline/schema"
)

// Families lists all functions. The caller does not change it.
func Families() []Family {
	return []Family{text, names, phones, emails, dates, numbers, lists, similarity, hashes, htmlFamily}
}

// All returns the functions of all families, in their order.
func All() []*Func {
	var all []*Func
	for _, f := range Families() {
		all = append(all, f.Funcs...)
	}
	return all
}

// Family is a group of functions that are documented together.
type Family struct {
	Name  string
	Doc   string
	Funcs []*Func
}

// Func is one function. Call is deterministic and safe for concurrent use,
// and never panics, whatever the arguments hold.
type Func struct {
	Name     string
	Doc      string
	Params   []Param
	Result   schema.Type // Nullable: it may give null for arguments that are not
	Errors   string      // what it refuses, "" when it takes everything
	Nulls    bool        // it is called with null; otherwise null in gives null out
	Now      bool        // it reads the run's time, and so needs a place that may
	Examples []Example
	Call     func(c *Context, args []schema.Value) (schema.Value, error)
}

// Param is an argument of a function. Optional ones come last.
type Param struct {
	Name     string
	Type     schema.Type // KindAny: any value
	Optional bool
}

// Example is a call and what it gives, both in CEL. Gives is "error" when the
// call is refused.
type Example struct{ Expr, Gives string }

// Context is what a function may know beside its arguments.
type Context struct {
	Region string // the default region of phone numbers, "" for none
	Now    int64  // the run's time, microseconds since 1970
}

// Least returns how many arguments it needs at least.
func (f *Func) Least() int {
	for i, p := range f.Params {
		if p.Optional {
			return i
		}
	}
	return len(f.Params)
}

// Run calls the function the way a transform does: null in gives null out,
// and an argument of another kind than its parameter is an error.
func (f *Func) Run(c *Context, args []schema.Value) (schema.Value, error) {
	for i, a := range args {
		if a.State() == schema.Null && !f.Nulls {
			return schema.NullValue(), nil
		}
		if a.State() != schema.Null && !fits(a.Kind(), f.Params[i].Type.Kind) {
			return schema.Value{}, fmt.Errorf("%s: its %s is not a %s", f.Name, f.Params[i].Name, Word(f.Params[i].Type))
		}
	}
	v, err := f.Call(c, args)
	if err != nil {
		return schema.Value{}, fmt.Errorf("%s: %w", f.Name, err)
	}
	return v, nil
}

// fits reports whether a value of the kind is an argument of the wanted kind.
func fits(kind, want schema.Kind) bool {
	switch want {
	case schema.KindAny:
		return true
	case schema.KindString:
		return Textual(kind)
	case schema.KindList:
		return kind == schema.KindList || kind == schema.KindSet
	}
	return kind == want
}

// Textual reports whether expressions see values of the kind as strings.
func Textual(kind schema.Kind) bool {
	switch kind {
	case schema.KindString, schema.KindText, schema.KindEmail, schema.KindPhone, schema.KindURL,
		schema.KindCountry, schema.KindEnum, schema.KindRef, schema.KindDate:
		return true
	}
	return false
}

// Word names a type as expressions see it: string, int, list(string) …
func Word(t schema.Type) string {
	switch t.Kind {
	case schema.KindAny:
		return "any value"
	case schema.KindInt:
		return "int"
	case schema.KindDecimal:
		return "decimal"
	case schema.KindBool:
		return "bool"
	case schema.KindTimestamp:
		return "timestamp"
	case schema.KindMoney:
		return "money"
	case schema.KindList, schema.KindSet:
		if t.Elem != nil {
			return "list(" + Word(*t.Elem) + ")"
		}
		return "list"
	case schema.KindObject:
		return "object"
	}
	return "string"
}

// maxText bounds what a function takes and makes, in bytes, so that a hostile
// record costs little.
const maxText = 1 << 20

var errTooLong = errors.New("the text is longer than 1 MiB")

var (
	stringType    = schema.Type{Kind: schema.KindString}
	intType       = schema.Type{Kind: schema.KindInt}
	boolType      = schema.Type{Kind: schema.KindBool}
	decimalType   = schema.Type{Kind: schema.KindDecimal}
	moneyType     = schema.Type{Kind: schema.KindMoney}
	timestampType = schema.Type{Kind: schema.KindTimestamp}
	anyType       = schema.Type{}
	stringsType   = schema.Type{Kind: schema.KindList, Elem: &stringType}
	listType      = schema.Type{Kind: schema.KindList}
)

// nullable is the type of a result that may be null.
func nullable(t schema.Type) schema.Type {
	t.Nullable = true
	return t
}

// textFunc is a function of one text that gives a text.
func textFunc(name, doc string, f func(string) string, examples ...Example) *Func {
	return &Func{
		Name: name, Doc: doc, Examples: examples,
		Params: []Param{{Name: "text", Type: stringType}},
		Result: stringType,
		Errors: "a text longer than 1 MiB",
		Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
			s := args[0].Text()
			if len(s) > maxText {
				return schema.Value{}, errTooLong
			}
			return schema.String(f(s)), nil
		},
	}
}
