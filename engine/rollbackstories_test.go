package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/schema"
)

const leaving = `
notify "ops" {
  connector = "log"
}
pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"
  source "ats" {
    object  = "people"
    removed = "archive"
  }
  source "crm" {
    object = "people"
    allow  = ["read", "create", "update", "archive", "restore"]
  }
  match {
    key "email" { field = "email" }
  }
  field "email" {
    direction = "ats -> crm"
    ats       = "email"
    crm       = "email"
  }
  field "headline" {
    direction = "ats -> crm"
    ats       = "name"
    crm       = "name"
  }
}
`

// TestRollbackOfAnArchive takes an archive back by the verb that its connector
// says undoes it, and that one by the archive. A create whose undo is not in
// `allow`, and a delete, which nothing takes back, are listed.
func TestRollbackOfAnArchive(t *testing.T) {
	p := newPair(t, leaving)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.run()
	id := p.crm.IDs()[0]
	if r := p.rollback(engine.RollbackOptions{Run: "last"}); r.Refused != 2 || r.Restored != 0 || len(r.Records) != 2 ||
		r.Records[0].Reason != "the `allow` of crm has no \"delete\", which takes back create" {
		t.Errorf("creates that may not be deleted: %+v", r)
	}
	p.ats.Delete("1")
	if s := p.run(); s.Ends[1].Archived != 1 || p.crm.Record(id) != nil {
		t.Fatalf("the archive: %+v", s)
	}
	if r := p.rollback(engine.RollbackOptions{Run: "last", Apply: true}); r.Restored != 1 || p.crm.Record(id)["name"].Text() != "one" {
		t.Fatalf("an archive taken back: %+v, %v", r, p.crm.Record(id))
	}
	if s := p.run(); s.Ends[1].Archived != 0 || p.crm.Record(id) == nil {
		t.Errorf("the next run archives again what was taken back: %+v", s)
	}
	if r := p.rollback(engine.RollbackOptions{Run: "last", Apply: true}); r.Restored != 1 || p.crm.Record(id) != nil {
		t.Errorf("the rollback of an archive taken back: %+v", r)
	}

	p = newPair(t, strings.NewReplacer(`"archive", "restore"`, `"delete"`, `removed = "archive"`, `removed = "delete"`).Replace(leaving))
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.run()
	p.ats.Delete("1")
	p.run()
	r := p.rollback(engine.RollbackOptions{Run: "last", Apply: true})
	if r.Refused != 1 || r.Records[0].Reason != "deleted, and nothing takes a delete back; -reveal shows what it held" {
		t.Fatalf("a delete: %+v", r)
	}
	for _, reveal := range []bool{false, true} {
		r := p.rollback(engine.RollbackOptions{Run: "last", Reveal: reveal})
		shown := ""
		for _, f := range r.Records[0].Fields {
			shown += f.Field + "=" + f.NewText + " "
		}
		if strings.Contains(shown, "name=one ") != reveal {
			t.Errorf("what a deleted record held, revealed %v: %s", reveal, shown)
		}
	}
}

// TestRollbackMasksLabelledValues shows pay and protected values only to those
// who ask, also what is not put back.
func TestRollbackMasksLabelledValues(t *testing.T) {
	text := strings.Replace(mirrored, `entity           = "candidate"`, `entity           = "payee"`, 1) +
		"entity \"payee\" {\n  extends = \"candidate\"\n  attribute \"salary\" {\n    type = \"string\"\n    class = \"pay\"\n  }\n}\n"
	text = strings.Replace(text, `field "headline"`, `field "salary"`, 1)
	p := newPair(t, text)
	p.ats.Put("1", person("a@example.test", "CANARY-1", ""))
	p.ats.Put("2", person("b@example.test", "CANARY-2", ""))
	p.run()
	p.ats.Set("1", memory.Fields{"name": schema.String("CANARY-3")})
	p.ats.Set("2", memory.Fields{"name": schema.String("CANARY-4")})
	p.run()
	p.crm.Set(p.crm.IDs()[0], memory.Fields{"name": schema.String("CANARY-5")})
	for _, reveal := range []bool{false, true} {
		r := p.rollback(engine.RollbackOptions{Field: "salary", Reveal: reveal})
		shown := ""
		for _, x := range r.Records {
			for _, f := range x.Fields {
				shown += f.OldText + f.NewText
			}
		}
		if len(r.Records) != 2 || strings.Contains(shown, "CANARY") != reveal || !reveal && !strings.Contains(shown, "(pay)") {
			t.Errorf("revealed %v: %s, %+v", reveal, shown, r)
		}
	}
}

// TestRollbackInterrupted is stopped by a person in the middle of its writes:
// it says what it did, and the same command goes on.
func TestRollbackInterrupted(t *testing.T) {
	facts := memory.DefaultFacts()
	facts.Batch = 1
	p := newPairOf(t, memory.Options{Facts: &facts}, mirrored)
	for _, id := range []string{"1", "2", "3", "4"} {
		p.ats.Put(id, person(id+"@example.test", "before "+id, ""))
	}
	p.run()
	for _, id := range []string{"1", "2", "3", "4"} {
		p.ats.Set(id, memory.Fields{"name": schema.String("after " + id)})
	}
	p.run()
	ctx, stop := context.WithCancel(context.Background())
	writes := 0
	p.hook = func(system, op string, ended bool) {
		if op == "write" && ended {
			if writes++; writes == 2 {
				stop()
			}
		}
	}
	r, err := p.engine.Rollback(ctx, p.config, engine.RollbackOptions{Run: "last", Apply: true})
	p.hook = nil
	if !errors.Is(err, context.Canceled) || r == nil || r.Summary.Pipelines[0].Failed == "" {
		t.Fatalf("interrupted: %v, %+v", err, r)
	}
	runs, err := p.engine.Runs(context.Background(), p.config)
	if err != nil || runs[len(runs)-1].Outcome != "stopped" {
		t.Errorf("the runs: %v, %+v", err, runs)
	}
	p.rollback(engine.RollbackOptions{Run: runs[1].Run, Apply: true})
	for _, id := range p.crm.IDs() {
		if name := p.crm.Record(id)["name"].Text(); !strings.HasPrefix(name, "before ") {
			t.Errorf("%s holds %q after the rollback went on", id, name)
		}
	}
	if r := p.rollback(engine.RollbackOptions{Run: runs[1].Run}); r.Restored+r.Refused != 0 || r.Already != 4 {
		t.Errorf("what was taken back is to be taken back again: %+v", r)
	}
}

// TestRollbackKnowsLaterWrites leaves what another run wrote since, unless that
// one is taken back too, and says which it was.
func TestRollbackKnowsLaterWrites(t *testing.T) {
	p := newPair(t, mirrored)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	crm := p.crm.IDs()[0]
	for _, name := range []string{"two", "three"} {
		p.ats.Set("1", memory.Fields{"name": schema.String(name)})
		p.run()
	}
	runs, err := p.engine.Runs(context.Background(), p.config)
	if err != nil || len(runs) != 3 {
		t.Fatalf("%v, %+v", err, runs)
	}
	r := p.rollback(engine.RollbackOptions{Run: runs[1].Run, Apply: true})
	if r.Restored != 0 || r.Refused != 1 || r.Records[0].Reason != "written since by run "+runs[2].Run {
		t.Errorf("written since: %+v", r)
	}
	if r := p.rollback(engine.RollbackOptions{What: "crm/" + crm, Field: "headline", Apply: true}); r.Restored != 1 {
		t.Errorf("both runs: %+v", r)
	}
	if name := p.crm.Record(crm)["name"].Text(); name != "one" {
		t.Errorf("the record holds %q", name)
	}
	if r := p.rollback(engine.RollbackOptions{Run: runs[2].Run, Apply: true}); r.Already != 1 || r.Restored != 0 {
		t.Errorf("taken back already: %+v", r)
	}

	// The next edit of who speaks travels as always.
	p.ats.Set("1", memory.Fields{"name": schema.String("four")})
	p.run()
	if name := p.crm.Record(crm)["name"].Text(); name != "four" {
		t.Errorf("an edit after a rollback does not travel: %q", name)
	}
	kinds := ""
	_ = p.engine.Audit(context.Background(), p.config, audit.Filter{Kind: "update"}, func(e audit.Entry) error {
		kinds += e.Rule + "|"
		return nil
	})
	if !strings.Contains(kinds, "rollback of "+runs[1].Run) {
		t.Errorf("the journal does not say what was taken back: %s", kinds)
	}
}

// TestRollbackUnderAnotherConfiguration leaves what the configuration of now
// would put elsewhere, or may not write.
func TestRollbackUnderAnotherConfiguration(t *testing.T) {
	for _, tt := range []struct{ from, to, reason string }{
		{"crm       = \"name\"", "crm       = \"job\"", "the mapping leads elsewhere now, not to name"},
		{"field \"headline\"", "field \"summary\"", "the field is not in the mapping any more"},
		{"direction = \"ats -> crm\"\n    ats       = \"name\"\n    crm       = \"name\"", "direction = \"ats\"\n    ats       = \"name\"", "the field is not in the mapping any more"},
	} {
		p := newPair(t, mirrored)
		p.ats.Put("1", person("a@example.test", "one", ""))
		p.run()
		p.ats.Set("1", memory.Fields{"name": schema.String("two")})
		p.run()
		p.rewrite(tt.from, tt.to)
		r := p.rollback(engine.RollbackOptions{Run: "last", Apply: true})
		if r.Refused != 1 || r.Restored != 0 || !strings.Contains(r.Records[0].Reason, tt.reason) || r.Records[0].Kind != plans.Refused {
			t.Errorf("%s: %+v", tt.reason, r)
		}
		if name := p.crm.Record(p.crm.IDs()[0])["name"].Text(); name != "two" {
			t.Errorf("%s: the record holds %q", tt.reason, name)
		}
	}
}
