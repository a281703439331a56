package all_test

import (
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/all"
)

// TestEveryConnectorIsWhole holds each connector of the list to what every
// connector has, and the list to its order.
func TestEveryConnectorIsWhole(t *testing.T) {
	list := all.Connectors()
	for _, d := range list {
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		if found, ok := connectors.Find(list, d.Name); !ok || found.Doc != d.Doc {
			t.Errorf("%s is not found by its name", d.Name)
		}
	}
	byName := func(a, b connectors.Definition) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(list, byName) {
		t.Error("the list is not in order of name")
	}
	if _, ok := connectors.Find(list, "memory"); ok {
		t.Error("the connector for tests is in the list users see")
	}
}
