package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncline/connectors/connectortest"
)

// diskFault is a system call that fails, as a disk that is full or broken
// makes it fail.
type diskFault struct {
	calls string
	err   string
	most  int  // the fault strikes a thread's call 1, then 2, up to this one
	only  bool // in calls on the state alone: the Go runtime makes them too
}

func diskFaults() []diskFault {
	return []diskFault{
		{calls: "fsync,fdatasync", err: "EIO", most: 24},
		{calls: "pwrite64", err: "ENOSPC", most: 24},
		{calls: "pwrite64", err: "EIO", most: 16},
		{calls: "write", err: "ENOSPC", most: 12},
		{calls: "ftruncate", err: "ENOSPC", most: 3},
		{calls: "rename,renameat,renameat2,linkat", err: "EIO", most: 3},
		{calls: "mmap", err: "ENOMEM", most: 2, only: true},
		{calls: "unlink,unlinkat", err: "EIO", most: 4},
	}
}

// TestBrokenDisk makes each system call with which the program puts something
// on disk fail, one after the other, in first loads and in later runs: the run
// says so and stops, and the next one goes on as if nothing had been. R0.4
func TestBrokenDisk(t *testing.T) {
	strace := connectortest.Program(t, "strace")
	disk := newFaultDisk(t)
	step := 12
	if os.Getenv("CI") != "" {
		step = 3
	}
	for _, f := range diskFaults() {
		for n := 1; n <= f.most && !t.Failed(); n += 1 + disk.rng.IntN(step) {
			for _, later := range []bool{false, true} {
				disk.strike(strace, &f, n, later)
			}
		}
	}
	t.Log(disk.report())
}

// faultDisk is two folders that are copied for each fault: one that never ran,
// and one that ran once and was edited at both ends since.
type faultDisk struct {
	*victim
	fresh, ran *killing
	struck     map[string]int // by system call and file
	missed     int
	silent     map[string]int // what was struck and went unnoticed
	said       map[string]int
}

func newFaultDisk(t *testing.T) *faultDisk {
	d := &faultDisk{victim: newVictim(t, seedOf("SYNCLINE_DISK_SEED")), struck: map[string]int{}, silent: map[string]int{}, said: map[string]int{}}
	d.fresh, d.ran = d.seeded(), d.seeded()
	d.ran.command("run", d.ran.folder)
	d.ran.edit()
	return d
}

func (d *faultDisk) seeded() *killing {
	k := &killing{victim: newVictim(d.T, d.rng.Uint64()), size: 200, edits: map[string]string{}}
	k.folder = d.TempDir()
	k.file("main.hcl", []byte(killConfig))
	k.seedCSV()
	k.seedSQLite()
	return k
}

// copy returns a world like one of the two.
func (d *faultDisk) copy(later bool) *killing {
	from := d.fresh
	if later {
		from = d.ran
	}
	k := &killing{victim: newVictim(d.T, d.rng.Uint64()), size: from.size, edits: from.edits}
	k.folder = filepath.Join(d.TempDir(), "world")
	if err := os.CopyFS(k.folder, os.DirFS(from.folder)); err != nil {
		d.Fatal(err)
	}
	return k
}

// strike runs over a disk whose call n fails in each thread, and once more
// over a sound one.
func (d *faultDisk) strike(strace string, f *diskFault, n int, later bool) {
	k := d.copy(later)
	log := filepath.Join(d.TempDir(), "strace")
	on := []string{"", "", "+"}[d.rng.IntN(3)] // now and then it stays broken
	if f.calls == "write" {
		on = "" // it would have no voice left
	}
	args := []string{"-f", "-qq", "-y", "--seccomp-bpf", "-o", log,
		"-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,linkat,mmap,unlink,unlinkat",
		"-e", fmt.Sprintf("inject=%s:error=%s:when=%d%s", f.calls, f.err, n, on)}
	if f.only {
		args = append(args, "-P", filepath.Join(k.folder, ".syncline", "state.db"))
	}
	cmd := exec.Command(strace, append(args, "syncline", "run", k.folder)...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	out, _ := cmd.CombinedOutput()
	name := fmt.Sprintf("%s %s at call %d%s, later=%v", f.calls, f.err, n, on, later)
	d.judge(name, k, log, string(out), cmd.ProcessState.ExitCode())
	k.finish()
	k.look()
	k.tidy()
	if d.Failed() {
		d.Logf("%s: in %s it said:\n%s", name, k.folder, out)
	}
	os.RemoveAll(k.folder)
}

// injected are the calls of a log that were made to fail.
var injected = regexp.MustCompile(`^\d+ +(\w+)\((.*)\) += .*\(INJECTED\)`)

// judge holds a struck run to what it says and does.
func (d *faultDisk) judge(name string, k *killing, log, out string, code int) {
	text, err := os.ReadFile(log)
	if err != nil {
		d.Fatal(err)
	}
	var hits []string
	state, journal := false, false // whether they failed to reach the disk
	for _, line := range wholeCalls(string(text)) {
		m := injected.FindStringSubmatch(line)
		switch {
		case m != nil:
			file := d.fileOf(m[2])
			if file == "" {
				continue // what it says to people
			}
			hit := m[1] + " " + file
			hits = append(hits, hit)
			d.struck[hit]++
			state, journal = state || strings.Contains(hit, "sync state.db"), journal || strings.Contains(hit, "sync audit.log")
		case state && strings.Contains(line, " pwrite64(") && strings.Contains(line, "state.db>"), (state || journal) && d.writes(line):
			d.Errorf("%s: it goes on after its state failed: %s", name, line)
		}
	}
	if len(hits) == 0 {
		d.missed++
	}
	switch {
	case strings.Contains(out, "goroutine ") || strings.Contains(out, "panic"):
		d.Errorf("%s: it panics:\n%s", name, out)
	case code != 0 && code != 1:
		d.Errorf("%s: exit %d:\n%s", name, code, out)
	case code == 1 && len(hits) == 0:
		d.Errorf("%s: nothing was struck, and it fails:\n%s", name, out)
	case code == 1:
		d.noteSaid(name, out, k)
	default:
		d.unnoticed(name, hits, out)
	}
}

// unnoticed holds that only what does not matter passes without a word: who
// holds the state, and old files that are swept the next time.
func (d *faultDisk) unnoticed(name string, hits []string, out string) {
	for _, hit := range hits {
		d.silent[hit]++
		if hit != "write holder" && !strings.HasPrefix(hit, "unlink") {
			d.Errorf("%s: %s failed, and nobody is told:\n%s", name, hit, out)
		}
	}
}

// fileOf is the file that a call is about, "" for none of the folder's.
func (d *faultDisk) fileOf(args string) string {
	for _, name := range []string{"state.db", "audit.log", "audit.key", "crm.db-journal", "crm.db", ".export.csv", "export.csv", "spool", "holder", ".syncline", "world"} {
		if strings.Contains(args, name) {
			return strings.TrimPrefix(name, ".")
		}
	}
	return ""
}

// writes reports whether a call would put something on an end.
func (d *faultDisk) writes(line string) bool {
	return strings.Contains(line, " pwrite64(") && strings.Contains(line, "crm.db>") ||
		strings.Contains(line, " rename") && strings.Contains(line, "export.csv")
}

// noteSaid holds an error to name a place and what now.
func (d *faultDisk) noteSaid(name, out string, k *killing) {
	out = strings.ReplaceAll(out, k.folder, "FOLDER")
	if !strings.Contains(out, "error:") && !strings.Contains(out, "no more writes:") || !regexp.MustCompile(`state|journal|audit|export|crm|spool`).MatchString(out) {
		d.Errorf("%s: it does not say what failed:\n%s", name, out)
	}
	_, said, _ := strings.Cut(out, "error:")
	d.said[strings.TrimSpace(said)]++
}

// tidy holds that nothing is left beside the files.
func (k *killing) tidy() {
	entries, err := os.ReadDir(k.folder)
	if err != nil {
		k.Fatal(err)
	}
	for _, e := range entries {
		switch e.Name() {
		case ".syncline", "main.hcl", "export.csv", "crm.db":
		default:
			k.Errorf("%s is left behind", e.Name())
		}
	}
}

func (d *faultDisk) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "struck:    %s\nmissed:    %d\nunnoticed: %s\n", counted(d.struck), d.missed, counted(d.silent))
	for said, n := range d.said {
		fmt.Fprintf(&b, "%d times: %s\n", n, said)
	}
	return b.String()
}
