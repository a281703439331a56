package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/schema"
)

// backups is how many backups are taken of runs under way; more when
// SYNCLINE_BACKUPS says so.
func backups(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("SYNCLINE_BACKUPS")); err == nil {
		return n
	}
	return 20
}

// TestBackupOfRuns takes backups in the middle of runs, while the run has the
// state: each is made by the run, each is whole and verifies, and a run over
// the last one has nothing to write that the systems do not show already.
func TestBackupOfRuns(t *testing.T) {
	for _, block := range []string{unencrypted, withOne} {
		l := newLife(t, block)
		l.people()
		made, held, folder := 0, 0, t.TempDir()
		busy := false
		l.hook = func(_, _ string, ended bool) {
			if busy || ended || made == backups(t) {
				return
			}
			busy = true
			defer func() { busy = false }()
			b, err := l.engine.Backup(context.Background(), l.config, filepath.Join(folder, strconv.Itoa(made)))
			if err != nil {
				t.Errorf("backup %d: %v", made, err)
			}
			if made++; b.Held {
				held++
			}
			if b.Entries == 0 {
				t.Errorf("backup %d has no journal", made)
			}
		}
		for n := 0; made < backups(t); n++ {
			l.ats.Put(fmt.Sprintf("new-%d", n), person(fmt.Sprintf("new%d@example.test", n), "New", ""))
			l.ats.Set("record-ats-bob", memory.Fields{"name": schema.String(fmt.Sprint("Bob ", n))})
			l.run()
		}
		l.hook = nil
		if held != made {
			t.Errorf("%d of %d backups were made by the run", held, made)
		}
		people := len(l.crm.IDs())
		if _, err := l.engine.Restore(t.Context(), l.config, filepath.Join(folder, strconv.Itoa(made-1))); err != nil {
			t.Fatal(err)
		}
		l.run()
		l.quiet("after the restored state was run")
		l.whole("restored")
		if n := len(l.crm.IDs()); n != people {
			t.Errorf("%d records became %d", people, n)
		}
	}
}

// TestRestoreOldState goes back to yesterday's state: edits made since at both
// ends are not trampled, what was created since is not doubled, and nobody gets
// a public id that somebody has.
func TestRestoreOldState(t *testing.T) {
	l := newLife(t, unencrypted)
	for i := range 6 {
		l.ats.Put(fmt.Sprintf("a%d", i), person(fmt.Sprintf("p%d@example.test", i), "old", ""))
	}
	l.run()
	old := filepath.Join(t.TempDir(), "yesterday")
	if _, err := l.engine.Backup(t.Context(), l.config, old); err != nil {
		t.Fatal(err)
	}
	crm := func(i int) string { return l.idOf(fmt.Sprintf("p%d@example.test", i)) }
	name := func(v string) memory.Fields { return memory.Fields{"name": schema.String(v)} }
	l.ats.Put("later", person("later@example.test", "later", ""))
	l.ats.Set("a0", name("edited and written"))
	l.crm.Delete(crm(5))
	l.run()
	l.ats.Set("a1", name("only here"))
	l.crm.Set(crm(2), name("only there"))
	l.ats.Set("a3", name("here"))
	l.crm.Set(crm(3), name("there"))
	l.ats.Set("a4", name("both"))
	l.crm.Set(crm(4), name("both"))
	l.ats.Put("unlinked", person("unlinked@example.test", "never seen", ""))
	people := len(l.crm.IDs())
	done, err := l.engine.Restore(t.Context(), l.config, old)
	if err != nil || done.Aside == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	l.run()
	l.whole("restored and run")
	for what, pair := range map[string][2]string{
		"written before":   {"edited and written", "edited and written"},
		"edited here":      {"only here", "only here"},
		"edited there":     {"only there", "only there"},
		"edited at both":   {"here", "there"},
		"edited the same":  {"both", "both"},
		"created meantime": {"later", "later"},
	} {
		i := map[string]int{"written before": 0, "edited here": 1, "edited there": 2, "edited at both": 3, "edited the same": 4}[what]
		at, there := fmt.Sprintf("a%d", i), ""
		if what == "created meantime" {
			at, there = "later", l.idOf("later@example.test")
		} else {
			there = crm(i)
		}
		if a, b := l.ats.Record(at)["name"].Text(), l.crm.Record(there)["name"].Text(); a != pair[0] || b != pair[1] {
			t.Errorf("%s: %q and %q, want %q", what, a, b, pair)
		}
	}
	if open := l.open(); len(open) != 1 || open[0].Kind != "conflict" {
		t.Errorf("open: %+v", open)
	}
	if n := len(l.crm.IDs()); n != people+1 {
		t.Errorf("%d records where there were %d and one is new", n, people)
	}
	l.quiet("a second run")
	restored, err := state.Open(state.Options{Folder: done.Aside, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if stories, err := l.engine.Explain(t.Context(), l.config, "unlinked@example.test", "", false); err != nil || len(stories) != 1 {
		t.Error(stories, err)
	} else if x, ok := restored.FromPublic(stories[0].Entity); ok {
		err := restored.View(func(v *state.View) error {
			if taken, err := v.Link(x, &state.Link{}); taken || err != nil {
				t.Errorf("%s was somebody else's: %v", stories[0].Entity, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestRestoreRefuses holds that nothing unproved becomes the state, and nothing
// is replaced while somebody has it or when it is another engine's.
func TestRestoreRefuses(t *testing.T) {
	l := newLife(t, "name = \"production\"")
	l.people()
	good := filepath.Join(t.TempDir(), "good")
	if _, err := l.engine.Backup(t.Context(), l.config, good); err != nil {
		t.Fatal(err)
	}
	refused := func(from, want string) {
		t.Helper()
		_, err := l.engine.Restore(t.Context(), l.config, from)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), from) {
			t.Errorf("%s: %v, want %q", from, err, want)
		}
		if left, _ := filepath.Glob(l.state() + ".*"); len(left) > 0 {
			t.Errorf("%s leaves %v", from, left)
		}
		l.whole("after a refusal")
	}
	spoil := func(name, file string, change func([]byte) []byte) string {
		to := filepath.Join(t.TempDir(), name)
		copyFolder(t, good, to)
		text, err := os.ReadFile(filepath.Join(to, file))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, file), change(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	refused(filepath.Join(t.TempDir(), "nowhere"), "no backup")
	refused(spoil("cut", "state.db", func(b []byte) []byte { return b[:len(b)/2] }), "cut off")
	refused(spoil("chain", "audit.log", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), "broken")
	refused(spoil("short", "audit.log", func(b []byte) []byte { return b[:len(b)-7] }), "broken")
	l.use("name = \"sandbox\"")
	if _, err := l.engine.Restore(t.Context(), l.config, good); err == nil || !strings.Contains(err.Error(), "belongs to engine") {
		t.Errorf("of another engine: %v", err)
	}
	l.use("name = \"production\"")
	s, err := state.Open(state.Options{Folder: l.state(), Command: "run"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.engine.Restore(t.Context(), l.config, good)
	var locked *state.LockedError
	if !errors.As(err, &locked) {
		t.Errorf("while it is held: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	l.quiet("after all")
}

// TestRetention lets time pass: what is older than the retention goes at the
// end of a run, the rest stays, and the chain verifies with the head it had.
func TestRetention(t *testing.T) {
	l := newLife(t, "retention = \"10d\"")
	l.people()
	first, err := l.engine.AuditVerify(t.Context(), l.config)
	if err != nil || first == 0 {
		t.Fatal(first, err)
	}
	l.now = l.now.Add(9 * 24 * time.Hour)
	l.ats.Set("record-ats-bob", memory.Fields{"name": schema.String("Robert")})
	l.run()
	if n, err := l.engine.AuditVerify(t.Context(), l.config); n <= first || err != nil {
		t.Error("nothing is old yet:", n, err)
	}
	l.now = l.now.Add(2 * 24 * time.Hour)
	l.run()
	l.whole("some is old")
	lines := journalOf(t, l.engine, l.config, audit.Filter{})
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "update crm/") || !strings.Contains(all, "retention") || strings.Contains(all, "link ") {
		t.Errorf("the journal has\n%s", all)
	}
	tombs := func() int {
		info, err := l.engine.State(t.Context(), l.config)
		if err != nil {
			t.Fatal(err)
		}
		return info.Tombs
	}
	if tombs() == 0 {
		t.Error("a mark of who is gone went before its time")
	}
	l.now = l.now.Add(100 * 24 * time.Hour)
	l.quiet("much later")
	l.whole("much later")
	if n := tombs(); n != 0 {
		t.Errorf("%d marks of who is gone stay for ever", n)
	}
}

// TestLostState loses the state, whole or in part: a lost folder is a first
// link, and everything else is an error that says what to do. Nothing is ever
// created twice, deleted, or overwritten where the ends agree.
func TestLostState(t *testing.T) {
	for lost, want := range map[string]string{
		"": "", "state.db": "", "audit.log": "the file is missing; restore", "audit.key": "is missing: restore it from a backup",
	} {
		l := newLife(t, unencrypted)
		l.people()
		l.crm.Set("record-crm-ada", memory.Fields{"name": schema.String("Countess Ada")})
		l.ats.Delete("record-ats-dup")
		l.run()
		before := map[string]int{}
		for _, name := range []string{"ats", "crm"} {
			before[name] = len(l.world.System(name).Writes())
		}
		path := filepath.Join(l.state(), lost)
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		_, err := l.engine.Run(t.Context(), l.config, engine.RunOptions{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("without %q: %v", lost, err)
		}
		var wrote []string
		for name, n := range before {
			for _, w := range l.world.System(name).Writes()[n:] {
				wrote = append(wrote, w.Change.Verb+" "+name)
			}
		}
		// That the crm's Eve was deleted is forgotten: she is new to it.
		if got := strings.Join(wrote, ", "); got != map[bool]string{true: "create crm"}[want == ""] {
			t.Errorf("without %q it wrote %q", lost, got)
		}
		if want == "" {
			l.whole("linked anew")
			l.quiet("linked anew")
			if !l.knows("ada.lovelace@example.test") {
				t.Error("nobody is linked")
			}
		}
	}
}
