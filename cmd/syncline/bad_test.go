package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"syncline/engine/state"
)

// TestBadFiles holds what is said of a file that cannot be read, and that the
// next run goes on once it can. R0.7
func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(d *desk, path string)
		words []string
	}{
		{"missing", func(d *desk, path string) { os.Remove(path) }, []string{"export", "export.csv"}},
		{"a folder", func(d *desk, path string) { os.Remove(path); os.Mkdir(path, 0o700) }, []string{"export", "export.csv"}},
		{"empty", func(d *desk, path string) { os.WriteFile(path, nil, 0o600) }, []string{"export"}},
		{"no text", func(d *desk, path string) { os.WriteFile(path, bytes.Repeat([]byte{0, 1, 255}, 500), 0o600) }, []string{"export"}},
		{"another header", func(d *desk, path string) { os.WriteFile(path, []byte("number;who\n1;Ada\n"), 0o600) }, []string{"export"}},
		{"no database", func(d *desk, _ string) { d.write("crm.db", strings.Repeat("no database ", 500)) }, []string{"crm"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, "unlink")
			d.says(0, nil, "run")
			db, table := d.read("crm.db"), d.sql("SELECT * FROM contacts")
			c.spoil(d, filepath.Join(d.folder, "export.csv"))
			out, code := d.run("run")
			if code == 0 && c.name != "empty" {
				t.Errorf("exit 0:\n%s", out)
			}
			for _, w := range c.words {
				if !strings.Contains(out, w) {
					t.Errorf("it does not say %q:\n%s", w, out)
				}
			}
			t.Log(out)
			os.RemoveAll(filepath.Join(d.folder, "export.csv"))
			d.write("export.csv", deskExport)
			d.write("crm.db", db)
			d.settled()
			if again := d.sql("SELECT * FROM contacts"); strings.Join(again, "|") != strings.Join(table, "|") {
				t.Errorf("the table was %v and is %v", table, again)
			}
		})
	}
}

// TestBadRows holds that one bad record is told with its place while the
// others go on, that its bytes stay, and that it takes part once it is mended.
func TestBadRows(t *testing.T) {
	for _, c := range []struct {
		name, row, mended string
		words             []string
	}{
		{"cut off", "4,\"Kay,kay@example.com\n", "4,Kay,kay@example.com,,\n", []string{"row 5"}},
		{"too many fields", "4,Kay,kay@example.com,,,,,\n", "4,Kay,kay@example.com,,\n", []string{"row 5"}},
		{"does not fit", "4,Kay,kay@example.com,1990-02-31,\n", "4,Kay,kay@example.com,1990-02-28,\n", []string{"born"}},
		{"lacks what is required", "4,Kay,,,\n", "4,Kay,kay@example.com,,\n", []string{"no e-mail address"}},
		{"lacks what the table requires", "4,,kay@example.com,,\n", "4,Kay,kay@example.com,,\n", []string{"first_name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, "unlink")
			d.write("export.csv", deskExport+c.row)
			out, code := d.run("run")
			if code != 0 {
				t.Errorf("exit %d:\n%s", code, out)
			}
			listed, _ := d.run("conflicts", "list")
			for _, w := range c.words {
				if !strings.Contains(out+listed, w) {
					t.Errorf("it does not say %q:\n%s\n%s", w, out, listed)
				}
			}
			if got := d.sql("SELECT name FROM contacts WHERE name <> 'Kay' ORDER BY name"); strings.Join(got, " ") != "Ada Alan Grace" {
				t.Errorf("the others did not go on: %v", got)
			}
			d.sql("UPDATE contacts SET name = 'Augusta' WHERE name = 'Ada'")
			d.run("run")
			if got := d.read("export.csv"); !strings.Contains(got, "1,Augusta,") || !strings.HasSuffix(got, c.row) {
				t.Errorf("the row's bytes are not kept:\n%s", got)
			}
			d.write("export.csv", strings.Replace(d.read("export.csv"), c.row, c.mended, 1))
			d.run("run")
			if got := d.sql("SELECT name FROM contacts WHERE email = 'kay@example.com'"); len(got) != 1 {
				t.Errorf("once mended, it does not take part: %v\n%s", got, listed)
			}
			d.settled()
		})
	}
}

// TestTwoRecordsWithOneID holds that neither is taken for the other.
func TestTwoRecordsWithOneID(t *testing.T) {
	d := newDesk(t, "unlink")
	d.write("export.csv", deskExport+"4,Kay,kay@example.com,,\n4,Kim,kim@example.com,,\n")
	out := d.says(0, []string{"one id"}, "run")
	if got := d.sql("SELECT count(*) FROM contacts"); got[0] != "3" {
		t.Errorf("%v records:\n%s", got, out)
	}
	d.write("export.csv", deskExport+"4,Kay,kay@example.com,,\n5,Kim,kim@example.com,,\n")
	d.says(0, nil, "run")
	if got := d.sql("SELECT count(*) FROM contacts"); got[0] != "5" {
		t.Errorf("%v records once they are mended", got)
	}
	d.settled()
}

// TestFullDisk holds that a file that cannot grow is an error like another,
// and that nothing is lost or doubled by it.
func TestFullDisk(t *testing.T) {
	for _, blocks := range []int{0, 8, 40, 90, 200} {
		t.Run(strconv.Itoa(blocks), func(t *testing.T) {
			d := newDesk(t, "unlink")
			var rows strings.Builder
			for n := range 2000 {
				fmt.Fprintf(&rows, "x%d,Name%d,name%d@example.com,,\n", n, n, n)
			}
			d.write("export.csv", deskExport+rows.String())
			out, code := d.start(exec.Command("sh", "-c", fmt.Sprintf("ulimit -f %d; exec syncline run %s", blocks, d.folder)))
			if code != 1 {
				t.Errorf("exit %d:\n%s", code, out)
			}
			if !strings.Contains(out, "ulimit -f") {
				t.Errorf("it does not say what now:\n%s", out)
			}
			d.says(0, nil, "run")
			if got := d.sql("SELECT count(*) FROM contacts"); got[0] != "2003" {
				t.Errorf("%v records", got)
			}
			d.settled()
		})
	}
}

// TestReadOnly holds what is said where a folder or a file may not be written.
func TestReadOnly(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	d.sql("UPDATE contacts SET name = 'Augusta' WHERE name = 'Ada'")
	binary, err := exec.LookPath("syncline")
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.MkdirTemp("", "syncline-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		exec.Command("chmod", "-R", "u+w", open).Run()
		os.RemoveAll(open)
	})
	copied := filepath.Join(open, "syncline")
	for _, args := range [][]string{{"cp", binary, copied}, {"cp", "-r", d.folder, filepath.Join(open, "desk")}, {"chmod", "-R", "a+rX,a-w", open}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command(copied, "run", filepath.Join(open, "desk"))
	asNobody(cmd)
	out, code := d.start(cmd)
	d.told(out, code, 1, []string{"writ", filepath.Join(open, "desk")})
	t.Log(out)
	d.says(0, nil, "run")
	d.settled()
}

// TestOneAtATime holds that a second process is told who is at work.
func TestOneAtATime(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	s, err := state.Open(state.Options{Folder: filepath.Join(d.folder, ".syncline"), Command: "run"})
	if err != nil {
		t.Fatal(err)
	}
	d.says(1, []string{"in use by \"run\"", strconv.Itoa(os.Getpid()), "wait until it is done"}, "run")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	d.settled()
}

// TestNewerState holds that a state of a later version is left alone.
func TestNewerState(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	db, err := bbolt.Open(filepath.Join(d.folder, ".syncline", "state.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("f"), []byte{0, 0, 0, 9}) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before := d.read(".syncline/state.db")
	for _, command := range []string{"run", "plan"} {
		d.says(1, []string{"format 9", "use the version that wrote it"}, command)
	}
	if d.read(".syncline/state.db") != before {
		t.Error("the state was touched")
	}
}

// TestRemovedByHand holds what becomes of the other side.
func TestRemovedByHand(t *testing.T) {
	for removed, want := range map[string]string{"unlink": "Ada Alan Grace", "delete": "Ada Grace", "review": "Ada Alan Grace"} {
		t.Run(removed, func(t *testing.T) {
			d := newDesk(t, removed)
			d.says(0, nil, "run")
			rest, _, _ := strings.Cut(deskExport, "3,")
			d.write("export.csv", rest)
			d.says(0, nil, "run")
			d.settled()
			if got := strings.Join(d.sql("SELECT name FROM contacts ORDER BY name"), " "); got != want {
				t.Errorf("the table has %s, want %s", got, want)
			}
			if got := d.read("export.csv"); got != rest {
				t.Errorf("the record is made again:\n%s", got)
			}
			listed, _ := d.run("conflicts", "list")
			if strings.Contains(listed, "1 item") != (removed == "review") {
				t.Errorf("a person is asked:\n%s", listed)
			}
		})
	}
}

// TestMappingChangedMeanwhile holds that a change of the mapping is no edit,
// and that an edit made at the same time is not lost.
func TestMappingChangedMeanwhile(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	config := strings.Replace(d.read("main.hcl"), "  field \"first_name\" {\n    direction = \"export <-> crm\"\n    export    = \"name\"\n",
		"  field \"first_name\" {\n    direction = \"export <-> crm\"\n    lossy     = \"capitals\"\n    export {\n      path = \"name\"\n      read = \"value.upperAscii()\"\n    }\n", 1)
	if config == d.read("main.hcl") {
		t.Fatal("the mapping did not change")
	}
	d.write("main.hcl", config)
	d.sql("UPDATE contacts SET name = 'Augusta' WHERE name = 'Ada'")
	d.says(0, nil, "run")
	d.settled()
	if got := strings.Join(d.sql("SELECT name FROM contacts ORDER BY id"), " "); got != "Augusta Grace Alan" {
		t.Errorf("the table has %s", got)
	}
	if got := d.read("export.csv"); got != deskExport {
		t.Errorf("what nobody edited was written:\n%s", got)
	}
	d.says(0, []string{"first_name", "1 item"}, "conflicts", "list")
	d.write("export.csv", strings.Replace(deskExport, "Grace", "Amazing", 1))
	d.says(0, nil, "run")
	if got := strings.Join(d.sql("SELECT name FROM contacts ORDER BY id"), " "); got != "Augusta AMAZING Alan" {
		t.Errorf("after an edit the table has %s", got)
	}
	d.settled()
}
