// Package file connects files: csv, tsv, jsonl, json and xlsx.
package file

import (
	"context"
	"errors"

	"syncline/connectors"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "file",
		Doc:  "Records in a file: csv, tsv, jsonl, json or xlsx.",
		Open: func(context.Context, connectors.Settings) (connectors.Conn, error) {
			return nil, errors.New("file: cannot be opened")
		},
	}
}
