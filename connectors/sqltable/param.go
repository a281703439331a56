package sqltable

import (
	"syncline/connectors"
	"syncline/schema"
)

// store returns the parameter that stores a value in a column.
func (d *Dialect) store(c *Column, v schema.Value) (any, error) {
	switch v.State() {
	case schema.Absent:
		return nil, refuse(c, "there is no value to write")
	case schema.Null:
		return blank(c, "")
	case schema.Empty:
		if !textual(c.Type.Kind) {
			return blank(c, nil)
		}
	}
	if v.State() == schema.Present && v.Kind() != c.Type.Kind {
		var err error
		if v, err = convert(c, v); err != nil {
			return nil, refuse(c, err.Error())
		}
	}
	p, err := d.Bind(c, v)
	if err != nil {
		return nil, refuse(c, err.Error())
	}
	return p, nil
}

// blank returns NULL, or what stands for it in a column that cannot hold it.
func blank(c *Column, instead any) (any, error) {
	if c.Type.Nullable {
		return nil, nil
	}
	if instead == nil || !textual(c.Type.Kind) {
		return nil, refuse(c, "it has to hold a value")
	}
	return instead, nil
}

// textual reports whether a column of the kind can hold an empty text.
func textual(k schema.Kind) bool {
	switch k {
	case schema.KindInt, schema.KindBool, schema.KindDecimal, schema.KindDate, schema.KindTimestamp, schema.KindEnum:
		return false
	}
	return true
}

// convert turns a value of another kind into one of the column's, exactly or
// not at all.
func convert(c *Column, v schema.Value) (schema.Value, error) {
	switch c.Type.Kind {
	case schema.KindInt, schema.KindDecimal:
		if v.Kind() == schema.KindBool {
			return schema.Int(v.Int()), nil
		}
		if v.Kind() == schema.KindTimestamp && c.Layout != "" {
			return v, nil
		}
	case schema.KindBool, schema.KindDate, schema.KindTimestamp:
	default:
		return v, nil
	}
	text, err := Text(v)
	if err != nil {
		return v, err
	}
	s, _ := text.(string)
	return cell{tag: cellText, text: s}.valueOf(c.Type)
}

// refuse says why a column does not take a value, without the value.
func refuse(c *Column, why string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: "write", Field: c.Name, Err: plain(why)}
}

// key returns the parameter that is compared with a column of ids, false when
// no row can have this id.
func (d *Dialect) key(c *Column, id string) (any, bool) {
	if c.Type.Kind != schema.KindInt {
		return id, id != ""
	}
	v, err := cell{tag: cellText, text: id}.int()
	if err != nil || !v.Is() {
		return nil, false
	}
	return v.Int(), cell{tag: cellInt, num: v.Int()}.string() == id
}
