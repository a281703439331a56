package sqltable

import "syncline/connectors"

// Facts are what is true of every table behind this package. A table without
// a revision column is written at grade compared instead.
func Facts() connectors.Facts {
	return connectors.Facts{
		Whole:    true,
		Complete: true,
		Grade:    connectors.RevisionMatch,
		Create:   connectors.CreateKeySearch,
		SaysNull: true,
		Batch:    10_000,
		Verbs: []connectors.Verb{
			{Name: "create", Doc: "Inserts a row.", Undo: "delete"},
			{Name: "update", Doc: "Changes columns of a row.", Undo: "update"},
			{Name: "delete", Doc: "Deletes a row."},
		},
	}
}
