package engine_test

import (
	"os"
	"strings"
	"testing"

	"syncline/engine"
)

// TestDuplicateOfWhoMovedOn proves that a duplicate is left alone only as long
// as the record it repeats stays as it is.
func TestDuplicateOfWhoMovedOn(t *testing.T) {
	x := newBench(t, fileToTable)
	x.ends(candidates{n: 2 * twinEvery})
	x.load(candidates{n: 2 * twinEvery})
	x.expect(x.run(engine.RunOptions{}), map[string]int{"ats aside": 2, "ats unchanged": 2*twinEvery - 2, "crm created": 0, "crm updated": 0})

	// Record 12 has another address now: 19 is nobody's duplicate any more, 39
	// still is.
	text, err := os.ReadFile(x.path("candidates.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), `"email":"p12.candidate@example.com"`, `"email":"moved@example.com"`, 1)
	if edited == string(text) {
		t.Fatal("record 12 was not found")
	}
	if err := os.WriteFile(x.path("candidates.jsonl"), []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	got := x.run(engine.RunOptions{})
	again := x.run(engine.RunOptions{})
	if made := got.Ends[1].Created + again.Ends[1].Created; made != 1 || got.Ends[1].Updated != 1 {
		t.Errorf("%d created and %d updated, want one each\n%+v\n%+v", made, got.Ends[1].Updated, got, again)
	}
	x.expect(x.run(engine.RunOptions{}), map[string]int{"ats aside": 1, "linked": 2*twinEvery - 1, "crm created": 0, "crm updated": 0, "reviews": 0})
}
