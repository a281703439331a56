package rest

import (
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// TestConformance holds four APIs that differ as much as they can to the suite
// that every connector passes.
func TestConformance(t *testing.T) {
	for _, api := range []struct {
		name  string
		serve func(testing.TB) *server
		sel   connectors.Selection
	}{
		{"greenhouse", serveGreenhouse, connectors.Selection{Object: "people", ID: "id", At: "updated_at", Cursor: "updated_at"}},
		{"salesforce", serveSalesforce, connectors.Selection{Object: "people", Revision: "updated_at", Cursor: "updated_at"}},
		{"scim", serveSCIM, connectors.Selection{Object: "people", ID: "id"}},
		{"graphql", serveGraphQL, connectors.Selection{Object: "people", ID: "id", Revision: "rev", Cursor: "rev"}},
	} {
		t.Run(api.name, func(t *testing.T) {
			d := api.serve(t).d
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			connectortest.Run(t, connectortest.Harness{
				Definition: d.Definition(Options{}), Sizes: []int{0, 1, 49, 50, 51, 150},
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					return api.serve(t).place(fields, rows, api.sel)
				},
			})
		})
	}
}
