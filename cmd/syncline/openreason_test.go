package main

import (
	"strings"
	"testing"
)

// TestOpenItemKeepsItsReason holds that an item says why it was opened as long
// as it is open.
func TestOpenItemKeepsItsReason(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	d.sql("UPDATE contacts SET name = 'Augusta' WHERE name = 'Ada'")
	d.write("export.csv", strings.Replace(deskExport, "Ada", "Ada Augusta", 1))
	var reasons []string
	for range 3 {
		d.says(0, nil, "run")
		out, _ := d.run("conflicts", "list", "-json")
		for line := range strings.Lines(out) {
			if strings.Contains(line, `"reason"`) {
				reasons = append(reasons, strings.TrimSpace(line))
			}
		}
	}
	if len(reasons) != 3 || reasons[0] != reasons[1] || reasons[1] != reasons[2] {
		t.Errorf("the reasons of one item, run by run: %q", reasons)
	}
}
