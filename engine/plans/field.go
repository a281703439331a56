package plans

import (
	"errors"
	"fmt"

	"syncline/pipelines"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// FieldEnd is one field at one end, ready to be walked: how the end's record
// gives the entity's value, and how the entity's value is written there.
type FieldEnd struct {
	*pipelines.FieldEnd
	Attribute schema.Field
	Slot      int  // of the path's first step in the end's records, -1: no path
	Direct    bool // the path is that slot and nothing more
	Whole     bool // the end's records are whole
	Region    string
}

// ReadError says why an end's value cannot stand for the field. Its text names
// the kind of fault, and a value only where it is of no person.
type ReadError struct {
	Field    string
	Unmapped bool   // a word the values table does not have
	Word     string // which, for those who may see it
	Where    string
	Err      error
}

func (e *ReadError) Error() string { return fmt.Sprintf("field %q: %v", e.Field, e.Err) }

func (e *ReadError) Unwrap() error { return e.Err }

// Raw returns what the end's record holds at the field's path.
func (f *FieldEnd) Raw(rec *schema.Record) schema.Value {
	switch {
	case f.Slot < 0:
		return schema.Value{}
	case f.Direct:
		return rec.Slots[f.Slot]
	}
	return f.Path.Get(rec, f.Whole)
}

// Read returns the entity's value, in normal form, as the end's record gives
// it. The frame's record is the end's; its value is overwritten.
func (f *FieldEnd) Read(frame *expr.Frame, rec *schema.Record) (schema.Value, error) {
	v := f.Raw(rec)
	var err error
	if f.FieldEnd.Read != nil && !(f.HasPath && v.State() <= schema.Null) {
		frame.Values[expr.Value] = v
		if v, err = f.FieldEnd.Read.Eval(frame); err != nil {
			return schema.Value{}, f.failed(err)
		}
	}
	if v.State() == schema.Absent {
		return v, nil
	}
	if v.Blank() {
		if f.Default.Is() {
			v = f.Default
		} else if !f.Attribute.Distinct {
			return blank(v), nil
		}
	}
	if f.Values != nil {
		if v, err = f.word(v); err != nil {
			return schema.Value{}, err
		}
	}
	v, err = f.Attribute.Type.Normal(v, schema.Norm{Region: f.Region, Distinct: f.Attribute.Distinct})
	if err != nil {
		return schema.Value{}, f.failed(err)
	}
	return v, nil
}

// blank gives every blank one form.
func blank(v schema.Value) schema.Value {
	if v.State() == schema.Present {
		return schema.Text(v.Kind(), "")
	}
	return v
}

// word turns the end's words into the entity's, element by element in a list.
func (f *FieldEnd) word(v schema.Value) (schema.Value, error) {
	return f.translated(v, f.Values, "the values table does not have this word")
}

func (f *FieldEnd) translated(v schema.Value, words map[string]string, missing string) (schema.Value, error) {
	if !v.Is() {
		return v, nil
	}
	if v.Kind().Collection() {
		items := make([]schema.Value, len(v.Items()))
		for i, item := range v.Items() {
			var err error
			if items[i], err = f.translated(item, words, missing); err != nil {
				return schema.Value{}, err
			}
		}
		return schema.List(items...), nil
	}
	if w, ok := words[v.Plain()]; ok {
		return schema.String(w), nil
	}
	if f.Pass {
		return v, nil
	}
	if f.Attribute.Class == schema.Public && v.Kind() != schema.KindObject {
		missing += fmt.Sprintf(": %.60q", v.Plain())
	}
	return schema.Value{}, &ReadError{Field: f.Attribute.Name, Unmapped: true, Word: v.Plain(), Where: f.Range.String(), Err: errors.New(missing)}
}

func (f *FieldEnd) failed(err error) error {
	return &ReadError{Field: f.Attribute.Name, Where: f.Range.String(), Err: err}
}

// Written returns the end's value for the entity's value v: what is put at the
// path. The frame's entity is the entity as it will stand.
func (f *FieldEnd) Written(frame *expr.Frame, v schema.Value) (schema.Value, error) {
	if v.Blank() && !f.Attribute.Distinct {
		if f.Type.Kind == schema.KindAny || f.Type.Nullable {
			return schema.NullValue(), nil
		}
		return schema.Text(schema.KindString, ""), nil
	}
	var err error
	if f.Write != nil {
		frame.Values[expr.Value] = v
		if v, err = f.Write.Eval(frame); err != nil {
			return schema.Value{}, f.failed(err)
		}
	}
	if f.Writes != nil {
		if v, err = f.translated(v, f.Writes, "the values table has no word of the end for it"); err != nil {
			return schema.Value{}, err
		}
	}
	if f.Type.Kind == schema.KindAny || v.State() != schema.Present {
		return v, nil
	}
	if v, err = f.Type.Normal(v, schema.Norm{Region: f.Region}); err != nil {
		return schema.Value{}, f.failed(err)
	}
	return v, nil
}
