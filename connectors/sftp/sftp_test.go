package sftp_test

import (
	"path/filepath"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/sftp"
	"syncline/schema"
)

// TestConformance runs the suite against OpenSSH.
func TestConformance(t *testing.T) {
	server := serve(t, "")
	for name, kinds := range map[string][]schema.Kind{"people.jsonl": nil, "people.csv": {schema.KindString}} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition:  sftp.Definition(),
				Kinds:       kinds,
				Sizes:       []int{0, 1, 4097},
				NullIsEmpty: kinds != nil,
				NoZero:      true,
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					path := filepath.Join(t.TempDir(), name)
					l := &connectortest.Lines{
						T: t, CSV: kinds != nil, Fields: fields,
						Read:  func() string { return content(t, path) },
						Write: func(text string) { laid(t, path, text) },
					}
					l.Begin(rows)
					return connectortest.Place{
						Settings:  server.settings(path),
						Selection: connectors.Selection{Object: name, ID: "id"},
						Edit:      l.Edit,
						Remove:    l.Remove,
					}
				},
			})
		})
	}
}
