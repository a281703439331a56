package undo_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/audit"
	"syncline/engine/undo"
	"syncline/schema"
)

// story is the history of one field of one record: what the journal says, and
// what it held after each entry.
type story struct {
	entries []audit.Entry
	values  []string // before the first entry, then after each
}

func (s *story) now() string { return s.values[len(s.values)-1] }

// write adds an entry of a run; since names the first entry that it takes back.
func (s *story) write(run, value string, since uint64) {
	text := func(role, v string) audit.Value {
		return audit.Value{Unit: "phone", Role: role, Value: schema.String(v)}
	}
	e := audit.Entry{
		Seq: uint64(len(s.entries) + 1), Run: run, Kind: "update", Pipeline: "people", Entity: "ann", End: "crm", Record: "1",
		Grade: "compared", Units: []string{"phone"}, Readable: true,
		Values: []audit.Value{
			text(undo.Before, s.now()), text(undo.After, value), text(undo.Path, "tel"), text(undo.Was, s.now()), text(undo.Became, value),
			{Unit: "phone", Role: undo.Mapping, Value: schema.Int(7)},
		},
	}
	if since != 0 {
		e.Values = append(e.Values, audit.Value{Unit: "phone", Role: undo.Since, Value: schema.Int(int64(since))})
	}
	s.entries, s.values = append(s.entries, e), append(s.values, value)
}

// gather asks for runs, as the journal would be asked.
func (s *story) gather(t interface{ Fatal(...any) }, sel undo.Selection) []undo.Item {
	got, err := undo.Gather(func(_ audit.Salts, each func(*audit.Entry) error) error {
		for i := range s.entries {
			e := s.entries[i]
			if err := each(&e); err != nil {
				return err
			}
		}
		return nil
	}, &sel, func(string) ([16]byte, bool) { return [16]byte{}, true })
	if err != nil {
		t.Fatal(err)
	}
	return got.Items
}

// TestHistories walks through random histories of writes and rollbacks. What is
// wanted back of a run is what stood before it, unless another run wrote since;
// a rollback taken back gives what stood before the rollback; and what was taken
// back already is not wanted again. Of everything that was ever written, rollbacks
// included, what stood before all of it is wanted.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &story{values: []string{"v0"}}
		var standing []int // entries whose writes stand, by a second way of counting
		history := [][]int{nil}
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			run := fmt.Sprint("run", step)
			s.asksForAll(t, len(standing) > 0)
			if len(s.entries) == 0 || rapid.Bool().Draw(t, "writes") {
				s.write(run, fmt.Sprint("v", step+1), 0)
				standing = append(append([]int(nil), standing...), len(s.entries)-1)
				history = append(history, standing)
				continue
			}
			of := rapid.IntRange(0, len(s.entries)-1).Draw(t, "of")
			items := s.gather(t, undo.Selection{Runs: []string{s.entries[of].Run}})
			if len(items) != 1 {
				t.Fatalf("%d items of one field", len(items))
			}
			item, last := items[0], len(s.entries)-1
			stands := len(standing) > 0 && standing[len(standing)-1] == of
			switch {
			case stands || of == last:
				if item.Verdict != undo.Wanted || item.Before.Text() != s.values[of] || item.Fields[0].Was.Text() != s.values[of] || item.Fields[0].Became.Text() != s.now() {
					t.Fatalf("of entry %d of %d is wanted %+v, want %q put back over %q", of, last+1, item, s.values[of], s.now())
				}
				s.write(run, item.Before.Text(), item.Since)
				standing = history[of]
				history = append(history, standing)
			case item.Verdict == undo.Wanted:
				t.Fatalf("entry %d is wanted although others stand on it: %v", of, standing)
			}
		}
	})
}

// asksForAll asks for everything that was ever written to the record.
func (s *story) asksForAll(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, stands bool) {
	for _, item := range s.gather(t, undo.Selection{Entities: []string{"ann"}}) {
		switch {
		case stands && (item.Verdict != undo.Wanted || item.Before.Text() != s.values[0]):
			t.Fatalf("of everything is wanted %+v, want %q put back", item, s.values[0])
		case !stands && (item.Verdict != undo.Already || s.now() != s.values[0]):
			t.Fatalf("everything was taken back, and %+v is wanted over %q", item, s.now())
		}
	}
}

// TestCreates takes a record as a whole: with it go its fields, unless another
// run wrote one of them since; a field alone leaves it.
func TestCreates(t *testing.T) {
	s := &story{values: []string{""}}
	s.entries = []audit.Entry{{
		Seq: 1, Run: "first", Kind: "create", Pipeline: "people", Entity: "ann", End: "crm", Record: "1", Grade: "compared", Readable: true,
		Units: []string{"phone"}, Values: []audit.Value{{Role: undo.Hash, Value: schema.Int(5)}},
	}}
	if items := s.gather(t, undo.Selection{Runs: []string{"first"}}); len(items) != 1 || items[0].Unit != "" || items[0].Kind != "create" || items[0].Hash != 5 || items[0].Verdict != undo.Wanted {
		t.Errorf("a create: %+v", items)
	}
	if items := s.gather(t, undo.Selection{Units: []string{"phone"}}); len(items) != 0 {
		t.Errorf("a field of a record that was made: %+v", items)
	}
	s.write("second", "030", 0)
	if items := s.gather(t, undo.Selection{Runs: []string{"first"}}); len(items) != 1 || items[0].Reason != "written since by run second" {
		t.Errorf("a create that was written since: %+v", items)
	}
	if items := s.gather(t, undo.Selection{Entities: []string{"ann"}}); len(items) != 1 || items[0].Verdict != undo.Wanted || items[0].Unit != "" {
		t.Errorf("all of it: %+v", items)
	}
	s.entries[1].Readable, s.entries[1].Values = false, nil
	if items := s.gather(t, undo.Selection{Runs: []string{"second"}}); len(items) != 1 || items[0].Reason != "its values were forgotten" {
		t.Errorf("values that were forgotten: %+v", items)
	}
}
