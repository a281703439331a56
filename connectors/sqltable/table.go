package sqltable

import (
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// Table is a table or view as the catalogue describes it.
type Table struct {
	Name     string   // as a selection names it
	Parts    []string // the quoted identifier's parts: schema and name
	View     bool
	ReadOnly string // why it cannot be written; "" when it can
	Columns  []Column
	Key      []string // the primary key's columns, in order
	Triggers bool     // whether a write sets off others
	Unique   []string // columns that alone are unique and not null
}

// Column is one column of a table.
type Column struct {
	Name      string
	Type      schema.Type // Nullable says whether NULL may be stored
	Native    string      // the database's own name of the type, lower case
	Generated bool        // computed: it cannot be written
	Renewed   bool        // the database changes it with every update, by itself or by a trigger
	Auto      bool        // numbered by the database when a row is created
	Default   bool        // a create may leave it out
	MaxLength int
	Layout    string // how times are spelled here, by example; "": the dialect's way
}

// Column returns the index of a column by its name, -1 when there is none.
func (t *Table) Column(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// clone returns a table whose columns may be completed without touching t's.
func (t *Table) clone() *Table {
	c := *t
	c.Columns = slices.Clone(t.Columns)
	return &c
}

// id returns the name of the column that identifies a row unless a selection
// says otherwise, "" when there is no such single column.
func (t *Table) id() string {
	if len(t.Key) == 1 {
		return t.Key[0]
	}
	return ""
}

// unique reports whether no two rows hold one value in the column.
func (t *Table) unique(name string) bool {
	if t.id() == name {
		return true
	}
	for _, u := range t.Unique {
		if u == name {
			return true
		}
	}
	return false
}

// Object describes the table in the terms of the contract.
func (t *Table) Object() connectors.Object {
	o := connectors.Object{Name: t.Name, ID: t.id(), ReadOnly: t.View || t.ReadOnly != ""}
	if t.View {
		o.Doc = "a view"
	}
	for _, c := range t.Columns {
		o.Fields = append(o.Fields, schema.Field{
			Name:      c.Name,
			Type:      c.Type,
			ReadOnly:  c.Generated,
			Required:  !c.Type.Nullable && !c.Default && !c.Auto && !c.Generated,
			MaxLength: c.MaxLength,
		})
	}
	return o
}
