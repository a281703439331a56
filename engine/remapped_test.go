package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// remapped is a pair that agrees about phone numbers, and whose mapping then
// takes them from another column.
func remapped(t *testing.T, records int) *pair {
	p := newPair(t, strings.Replace(mirrored, `drift     = "restore"`, "", 1))
	for i := range records {
		mail := fmt.Sprintf("p%d@example.test", i)
		f := person(mail, "Engineer", fmt.Sprintf("+49151%07d", i))
		p.crm.Put(fmt.Sprint("c", i), f)
		f["role"] = schema.String(fmt.Sprintf("+4930%07d", i)) // the fax
		p.ats.Put(fmt.Sprint(i), f)
	}
	p.run()
	p.rewrite(`path = "phone"`, `path = "role"`)
	return p
}

// TestWithheldMappingIsDecidedAfresh: what another mapping makes of records that
// were edited too is over the ceiling. It waits, and the run that is allowed to
// write it does: what waits is not taken for what the records always said.
func TestWithheldMappingIsDecidedAfresh(t *testing.T) {
	const records = 100
	p := remapped(t, records)
	for i := range records {
		p.ats.Set(fmt.Sprint(i), memory.Fields{"name": schema.String(fmt.Sprint("Senior engineer ", i))})
	}
	if held := p.run(); len(held.Withheld) != 2 {
		t.Fatalf("withheld: %+v", held.Withheld)
	}
	p.run() // asked again without a grant, it still waits
	allow := map[string]int{"overwrites": records, "changed": records}
	if _, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{Allow: allow}); err != nil {
		t.Fatal(err)
	}
	for id, phone := range p.phones() {
		if want := "+4930" + fmt.Sprintf("%07s", id[1:]); phone != want {
			t.Fatalf("%s holds %s after the run that may write it, want %s", id, phone, want)
		}
	}
}

// TestMappingAloneIsTold: a changed mapping is nobody's edit, so nothing is
// written because of it alone; that the ends differ now is told.
func TestMappingAloneIsTold(t *testing.T) {
	const records = 5
	p := remapped(t, records)
	s := p.run()
	if s.Ends[1].Updated != 0 || s.Findings["ends differ, nobody edited since"] != records {
		t.Errorf("%d updated; findings %v", s.Ends[1].Updated, s.Findings)
	}
}

// TestCorrectedMappingSparesEdits: a wrong mapping is taken back, but for what
// somebody corrected by hand at an end that does not speak, and then corrected.
// The run after it leaves those alone too, as the configuration says.
func TestCorrectedMappingSparesEdits(t *testing.T) {
	const records, edits = 40, 10
	p := remapped(t, records)
	for i := range records {
		p.ats.Set(fmt.Sprint(i), memory.Fields{"name": schema.String(fmt.Sprint("Senior engineer ", i))})
	}
	allow := map[string]int{"overwrites": records, "changed": records}
	if _, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{Allow: allow}); err != nil {
		t.Fatal(err)
	}
	for i := range edits {
		p.crm.Set(fmt.Sprint("c", i), memory.Fields{"phone": schema.String(fmt.Sprintf("+49170%07d", i))})
	}
	r := p.rollback(engine.RollbackOptions{Run: "last", Field: "phone", Apply: true, Allow: allow})
	if r.Restored != records-edits || r.Refused != edits {
		t.Fatalf("%d put back, %d refused", r.Restored, r.Refused)
	}
	stand := p.phones()
	p.rewrite(`path = "role"`, `path = "phone"`)
	s := p.run()
	same(t, "the run after the mapping was corrected", stand, p.phones())
	if n := s.Findings["edited where it does not travel, kept"]; n != edits {
		t.Errorf("findings: %v", s.Findings)
	}
}

// TestWithheldRollbackTakesNothingBack: a rollback that a guard withheld is not
// told of as one that took the run back, nor has it anything to be taken back.
func TestWithheldRollbackTakesNothingBack(t *testing.T) {
	const records = 100
	p := remapped(t, records)
	for i := range records {
		p.ats.Set(fmt.Sprint(i), memory.Fields{"name": schema.String(fmt.Sprint("Senior engineer ", i))})
	}
	allow := map[string]int{"overwrites": records, "changed": records}
	got, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	held := p.rollback(engine.RollbackOptions{Run: got.Run, Apply: true})
	if held.Restored != 0 {
		t.Fatalf("over the ceiling %d were put back", held.Restored)
	}
	runs, err := p.engine.Runs(context.Background(), p.config)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		if len(r.UndoneBy) > 0 {
			t.Errorf("run %s is told to be taken back by %v", r.Run, r.UndoneBy)
		}
	}
	if _, err := p.engine.Rollback(context.Background(), p.config, engine.RollbackOptions{What: held.Run}); err == nil || !strings.Contains(err.Error(), "wrote nothing") {
		t.Errorf("taking back a rollback that wrote nothing: %v", err)
	}
}
