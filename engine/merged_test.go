package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

const toLogs = "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"

// met is a pair of three people who are known at both ends.
func met(t testing.TB, text string) *pair {
	p := newPair(t, toLogs+text)
	for _, id := range []string{"1", "2", "3"} {
		p.ats.Put(id, person(id+"@example.test", "person "+id, ""))
	}
	p.settle()
	return p
}

// settle makes passes until nothing moves any more.
func (p *pair) settle() {
	p.Helper()
	for range 4 {
		p.run()
	}
}

// crmOf is the record of the crm that a person has; "" for none.
func (p *pair) crmOf(email string) string {
	for _, id := range p.crm.IDs() {
		if p.crm.Record(id)["email"].Text() == email {
			return id
		}
	}
	return ""
}

func (p *pair) named(table *memory.Table, id string) string {
	p.Helper()
	r := table.Record(id)
	if r == nil {
		return ""
	}
	return r["name"].Text()
}

func (p *pair) rename(table *memory.Table, id, name string) {
	p.Helper()
	if table.Record(id) == nil {
		p.Fatalf("there is no record %q", id)
	}
	table.Set(id, memory.Fields{"name": schema.String(name)})
}

func (p *pair) asks(reason string) bool {
	return slices.ContainsFunc(p.open(), func(i engine.OpenItem) bool { return strings.Contains(i.Reason, reason) })
}

// TestMergedIntoNobodysRecord holds that a link follows its record into the one
// that it was merged into: edits travel on both ways, and nobody is made twice.
func TestMergedIntoNobodysRecord(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Put("9", person("nine@example.test", "the merged one", ""))
	p.ats.Merge("1", "9")
	p.settle()
	if n := len(p.crm.IDs()); n != 3 {
		t.Fatalf("law 7: %d records in the crm, want 3", n)
	}
	if got := p.named(p.crm, one); got != "the merged one" {
		t.Errorf("law 4: the crm shows %q, not what the merged record does", got)
	}
	p.rename(p.crm, one, "typed in the crm")
	p.settle()
	if got := p.named(p.ats, "9"); got != "typed in the crm" {
		t.Errorf("law 3: the ats shows %q: the link did not follow", got)
	}
	if items := p.open(); len(items) != 0 {
		t.Errorf("open: %+v", items)
	}
}

// TestMergedAgainstAnEdit holds that both an edit at the other end and what the
// merge brought are seen: a conflict, and neither is lost.
func TestMergedAgainstAnEdit(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Put("9", person("1@example.test", "the merged one", ""))
	p.ats.Merge("1", "9")
	p.rename(p.crm, one, "typed in the crm")
	p.settle()
	a, b := p.named(p.ats, "9"), p.named(p.crm, one)
	if a == b && len(p.open()) == 0 && a != "the merged one" && a != "typed in the crm" {
		t.Errorf("law 1: %q and %q", a, b)
	}
	if a != b && len(p.open()) == 0 {
		t.Errorf("law 3: %q and %q, and nothing is open", a, b)
	}
}

// TestMergedIntoADuplicate holds that a record somebody is asked about, since it
// has the key of the one that is merged into it, takes its place.
func TestMergedIntoADuplicate(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Put("9", person("1@example.test", "the other one", ""))
	p.settle()
	if len(p.open()) == 0 {
		t.Fatal("a second record with the key of another is no question")
	}
	p.ats.Merge("1", "9")
	p.settle()
	if got := p.named(p.crm, one); got != "the other one" || len(p.open()) != 0 || len(p.crm.IDs()) != 3 {
		t.Errorf("the crm shows %q of %d, open is %+v", got, len(p.crm.IDs()), p.open())
	}
}

// TestMergedIntoAnothersRecord holds that two people who are one at an end are a
// question for a person: one item that names both, nothing is written of the two
// until it is answered, and the answer leaves nobody behind.
func TestMergedIntoAnothersRecord(t *testing.T) {
	p := met(t, twoWay)
	one, two := p.crmOf("1@example.test"), p.crmOf("2@example.test")
	p.ats.Merge("1", "2")
	p.settle()
	p.rename(p.crm, one, "one, edited")
	p.rename(p.ats, "2", "two, edited")
	p.rename(p.ats, "3", "three, edited")
	p.settle()
	if got := p.named(p.crm, two); got != "person 2" {
		t.Errorf("law 1: the other one's record was written: %q", got)
	}
	if got := p.named(p.crm, one); got != "one, edited" {
		t.Errorf("law 1: the merged one's record was written: %q", got)
	}
	if got := p.named(p.crm, p.crmOf("3@example.test")); got != "three, edited" {
		t.Errorf("law 3: everybody else goes on: %q", got)
	}
	items := p.open()
	if len(items) != 1 || !strings.Contains(items[0].Reason, "merged into 2") || !strings.Contains(items[0].Reason, two) {
		t.Fatalf("open: %+v", items)
	}
	p.resolve(items[0].ID, "accept")
	p.settle()
	if items := p.open(); len(items) != 0 {
		t.Errorf("open after the answer: %+v", items)
	}
	if got := p.named(p.crm, two); got != "two, edited" {
		t.Errorf("law 3: after the answer the other one goes on: %q", got)
	}
	if got := p.named(p.crm, one); got != "one, edited" || len(p.crm.IDs()) != 3 {
		t.Errorf("law 1: the merged one's record is %q of %d", got, len(p.crm.IDs()))
	}
}

// TestMergedQuestionClosesByItself holds that the question about two people who
// are one is settled when either of them goes.
func TestMergedQuestionClosesByItself(t *testing.T) {
	for gone, name := range map[string]string{"1": "the merged one", "2": "the other one"} {
		p := met(t, twoWay)
		p.ats.Merge("1", "2")
		p.settle()
		if len(p.open()) != 1 {
			t.Fatalf("open: %+v", p.open())
		}
		p.crm.Delete(p.crmOf(gone + "@example.test"))
		p.settle()
		p.settle()
		if items := p.open(); len(items) != 0 {
			t.Errorf("%s is gone, and open is %+v", name, items)
		}
		left := p.crm.IDs()
		kept := "2"
		if gone == "2" {
			kept = "1" // its link stands on the record that is left
			p.rename(p.ats, "2", "edited")
			p.settle()
			if got := p.named(p.crm, left[0]); got != "edited" {
				t.Errorf("%s is gone: the one that is left shows %q", name, got)
			}
		}
		if len(left) != 2 {
			t.Errorf("%s is gone, and of %s there are %v", name, kept, left)
		}
	}
}

// TestMergedOneIntoTheNext follows merges, and ends in a circle.
func TestMergedOneIntoTheNext(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Put("8", person("eight@example.test", "eight", ""))
	p.ats.Put("9", person("nine@example.test", "nine", ""))
	p.ats.Merge("1", "8")
	p.ats.Merge("8", "9")
	p.settle()
	if got := p.named(p.crm, one); got != "nine" || len(p.crm.IDs()) != 3 {
		t.Errorf("the chain ends at %q of %d, want nine", got, len(p.crm.IDs()))
	}
	p.ats.Merge("9", "1") // 1 into 8 into 9 into 1
	p.settle()
	if !p.asks("nobody can tell which record stands") {
		t.Errorf("a circle is no question: %+v", p.open())
	}
	p.rename(p.crm, one, "typed meanwhile")
	p.settle()
	if items := p.open(); len(items) != 1 {
		t.Fatalf("open: %+v", items)
	}
	p.resolve(p.open()[0].ID, "accept")
	p.settle()
	if items := p.open(); len(items) != 0 || p.named(p.crm, one) != "typed meanwhile" {
		t.Errorf("after the answer the crm has %q, open is %+v", p.named(p.crm, one), items)
	}
}

// TestMergedBothWays merges two linked records into each other.
func TestMergedBothWays(t *testing.T) {
	p := met(t, twoWay)
	p.ats.Merge("1", "2")
	p.ats.Merge("2", "1")
	p.settle()
	for range 4 {
		for _, i := range p.open() {
			p.resolve(i.ID, "accept")
		}
		p.settle()
	}
	if items := p.open(); len(items) != 0 || len(p.crm.IDs()) != 3 {
		t.Errorf("%d records in the crm, open is %+v", len(p.crm.IDs()), items)
	}
}

// TestArchivedRests holds that a record that is put away rests with its link:
// nothing is written to it, an edit elsewhere is a question, and when it is
// back everything goes on.
func TestArchivedRests(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Archive("1")
	p.settle()
	if items := p.open(); len(items) != 0 || len(p.crm.IDs()) != 3 {
		t.Fatalf("%d records in the crm, open is %+v", len(p.crm.IDs()), items)
	}
	p.rename(p.crm, one, "edited while away")
	p.settle()
	if !p.asks("archived at one end, changed at another") {
		t.Fatalf("law 1: the edit is nobody's question: %+v", p.open())
	}
	p.ats.Put("1", person("1@example.test", "person 1", ""))
	p.settle()
	if items := p.open(); len(items) != 0 || p.named(p.ats, "1") != "edited while away" {
		t.Errorf("law 4: back again, the ats shows %q, open is %+v", p.named(p.ats, "1"), items)
	}
}

// TestArchivedAndAccepted holds that the answer to an edit against a record that
// was put away ends the link, and that it is asked about when it is back.
func TestArchivedAndAccepted(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Archive("1")
	p.rename(p.crm, one, "edited while away")
	p.settle()
	p.resolve(p.open()[0].ID, "accept")
	p.settle()
	if items := p.open(); len(items) != 0 || p.named(p.crm, one) != "edited while away" {
		t.Fatalf("the crm shows %q, open is %+v", p.named(p.crm, one), items)
	}
	p.ats.Put("1", person("1@example.test", "back", ""))
	p.settle()
	if !p.asks("there again") || len(p.crm.IDs()) != 3 {
		t.Fatalf("%d records in the crm, open is %+v", len(p.crm.IDs()), p.open())
	}
	p.resolve(p.open()[0].ID, "accept")
	p.settle()
	p.rename(p.ats, "1", "edited later")
	p.settle()
	if items := p.open(); len(items) != 0 || p.named(p.crm, one) != "edited while away" {
		t.Errorf("a record that is let be is asked about again: the crm shows %q, open is %+v", p.named(p.crm, one), items)
	}
}

// TestAnswerOfBefore holds that an answer counts only for what the records
// showed when it was given.
func TestAnswerOfBefore(t *testing.T) {
	p := met(t, twoWay)
	one := p.crmOf("1@example.test")
	p.ats.Archive("1")
	p.rename(p.crm, one, "edited while away")
	p.settle()
	p.resolve(p.open()[0].ID, "accept")
	p.rename(p.crm, one, "edited once more")
	p.settle()
	items := p.open()
	if len(items) != 1 || items[0].Choice != "" {
		t.Errorf("law 1: an answer to another question counts: %+v", items)
	}
}

// TestArchivedByTheEngine holds that what the engine archives itself leads to
// nothing more.
func TestArchivedByTheEngine(t *testing.T) {
	text := strings.Replace(twoWay, `allow  = ["read", "update"]`, `allow  = ["read", "update", "archive"]
    removed = "archive"`, 1)
	text = strings.Replace(text, `"create", "update"]`, "\"create\", \"update\", \"archive\"]\n    removed = \"archive\"", 1)
	p := met(t, text)
	one := p.crmOf("1@example.test")
	p.ats.Archive("1")
	p.settle()
	if p.crm.Record(one) != nil {
		t.Fatal("what was declared was not done")
	}
	before := len(p.world.System("crm").Writes()) + len(p.world.System("ats").Writes())
	p.settle()
	if after := len(p.world.System("crm").Writes()) + len(p.world.System("ats").Writes()); after != before || len(p.open()) != 0 {
		t.Errorf("%d more writes, open is %+v", after-before, p.open())
	}
}

// TestKilledAtAMerge kills the engine at every request of the passes that see a
// merge, and holds that it comes to the same.
func TestKilledAtAMerge(t *testing.T) {
	for _, into := range []string{"9", "2"} {
		for at := 1; ; at++ {
			p := met(t, twoWay)
			one := p.crmOf("1@example.test")
			p.ats.Put("9", person("nine@example.test", "nine", ""))
			p.ats.Merge("1", into)
			if !p.killedAt(at) {
				break
			}
			p.settle()
			want, open := "nine", 0
			if into == "2" {
				want, open = "person 1", 1
			}
			if got := p.named(p.crm, one); got != want || len(p.open()) != open {
				t.Errorf("law 10: into %s, killed at request %d: %q, open %+v", into, at, got, p.open())
			}
		}
	}
}

// killedAt makes a pass that is killed at the so-manyth request. It reports
// whether the pass came to that request.
func (p *pair) killedAt(request int) (yes bool) {
	p.Helper()
	state, copied := p.config.Engine.State, filepath.Join(p.folder, "killed")
	n := 0
	p.hook = func(string, string, bool) {
		if n++; n == request {
			if err := os.CopyFS(copied, os.DirFS(state)); err != nil {
				p.Fatal(err)
			}
			panic(killed{})
		}
	}
	defer func() {
		p.hook = nil
		switch r := recover(); r.(type) {
		case nil:
		case killed:
			yes = true
			if err := errors.Join(os.RemoveAll(state), os.Rename(copied, state)); err != nil {
				p.Fatal(err)
			}
		default:
			panic(r)
		}
	}()
	_, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	if err != nil {
		p.Fatal(err)
	}
	return false
}
