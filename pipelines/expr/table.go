package expr

import (
	"reflect"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/schema"
)

// index is one column of a table, found by the words of another: what lookup
// searches. Of several rows with one word the first counts.
type index struct {
	rows  map[string]schema.Value
	texts bool   // whether every value found is a text
	hash  uint64 // of what it holds
}

// newIndex makes the index of a table from its key column to its out column.
func newIndex(t *Table, key, out int) *index {
	x := &index{rows: make(map[string]schema.Value, len(t.Rows)), texts: true}
	for _, row := range t.Rows {
		if key >= len(row) || out >= len(row) {
			continue
		}
		word, ok := wordOf(row[key])
		if _, held := x.rows[word]; !ok || held {
			continue
		}
		x.rows[word] = row[out]
		x.texts = x.texts && row[out].Kind() == schema.KindString
		x.hash += mixed(word, row[out])
	}
	return x
}

// find returns what stands beside the word, null when the table lacks it.
func (x *index) find(word schema.Value) schema.Value {
	if w, ok := wordOf(word); ok {
		if v, held := x.rows[w]; held {
			return v
		}
	}
	return schema.NullValue()
}

// wordOf is how a value is written in a table.
func wordOf(v schema.Value) (string, bool) {
	switch {
	case !v.Is():
		return "", v.State() == schema.Empty
	case v.Kind() == schema.KindInt:
		return strconv.FormatInt(v.Int(), 10), true
	case v.Kind() == schema.KindBool:
		return strconv.FormatBool(v.Bool()), true
	}
	return v.Text(), v.Items() == nil
}

// tableOf reads a list of objects, as csvdecode gives, as a table.
func tableOf(v schema.Value) (*Table, bool) {
	t := &Table{}
	if v.Kind() != schema.KindList {
		return nil, false
	}
	at := map[string]int{}
	for _, row := range v.Items() {
		if row.Kind() != schema.KindObject {
			return nil, false
		}
		for _, name := range row.Names() {
			if _, ok := at[name]; !ok {
				at[name] = len(t.Columns)
				t.Columns = append(t.Columns, name)
			}
		}
	}
	for _, row := range v.Items() {
		cells := make([]schema.Value, len(t.Columns))
		for i := range cells {
			cells[i] = schema.NullValue()
		}
		for i, name := range row.Names() {
			cells[at[name]] = row.Items()[i]
		}
		t.Rows = append(t.Rows, cells)
	}
	return t, true
}

func (x *index) ConvertToNative(reflect.Type) (any, error) { return nil, errNative }
func (x *index) ConvertToType(ref.Type) ref.Val            { return types.NoSuchOverloadErr() }
func (x *index) Equal(other ref.Val) ref.Val               { return types.Bool(ref.Val(x) == other) }
func (x *index) Type() ref.Type                            { return tableType }
func (x *index) Value() any                                { return x }
