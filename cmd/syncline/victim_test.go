package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"syncline/engine/state"
)

// victim is a folder with a configuration, and the processes that run over it
// and die.
type victim struct {
	*testing.T
	rng      *rand.Rand
	folder   string
	env      []string      // of the processes, beside the test's own
	long     time.Duration // what a run takes
	kills    int
	finished int
	at       map[string]int // kills by what the state held then
	process  atomic.Pointer[os.Process]
}

func newVictim(t *testing.T, seed uint64) *victim {
	return &victim{T: t, rng: rand.New(rand.NewPCG(seed, 1)), at: map[string]int{}}
}

// seedOf is the seed that the environment names, else another one each time.
func seedOf(variable string) uint64 {
	if seed, err := strconv.ParseUint(os.Getenv(variable), 10, 64); err == nil {
		return seed
	}
	return uint64(time.Now().UnixNano())
}

// start makes a process that runs a command on the folder.
func (k *victim) start(args ...string) *exec.Cmd {
	cmd := exec.Command("syncline", args...)
	cmd.Env = append(os.Environ(), k.env...)
	return cmd
}

func (k *victim) file(name string, b []byte) {
	if err := os.WriteFile(filepath.Join(k.folder, name), b, 0o600); err != nil {
		k.Fatal(err)
	}
}

// death is how a process ended.
type death struct {
	killed    bool
	code      int
	out, errs string
	took      time.Duration
}

// said is all that the process said.
func (d *death) said() string { return d.out + d.errs }

// dies runs a command, and kills it after a while unless it was done before.
func (k *victim) dies(after time.Duration, args ...string) *death {
	cmd := k.start(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		k.Fatal(err)
	}
	k.process.Store(cmd.Process)
	begun := time.Now()
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	timer.Stop()
	return &death{
		killed: !cmd.ProcessState.Exited(), code: cmd.ProcessState.ExitCode(),
		out: out.String(), errs: errs.String(), took: time.Since(begun),
	}
}

// strike kills the process that runs now.
func (k *victim) strike() { _ = k.process.Load().Kill() }

// kill starts a run and kills it. It reports false when the run was done
// before.
func (k *victim) kill() bool {
	d := k.dies(time.Duration(k.rng.Int64N(int64(k.long))), "run", k.folder)
	if !d.killed {
		k.long = d.took
		if d.code != 0 {
			k.Errorf("a run failed with exit %d:\n%s", d.code, d.said())
		}
		return false
	}
	k.kills++
	k.at[k.stage()]++
	return true
}

// stage says how far the killed run had come, by what its state holds.
func (k *victim) stage() string {
	name := "before the first write"
	k.store(func(s *state.Store) {
		_ = s.View(func(v *state.View) error {
			links, intents := 0, 0
			_ = v.Links(0, func(*state.Link) error { links++; return nil })
			_ = v.Intents(func(_ uint64, is []state.Intent) error { intents += len(is); return nil })
			switch {
			case intents > 0:
				name = "writes under way"
			case links > 0:
				name = "between writes"
			}
			return nil
		})
	})
	return name
}

func (k *victim) store(fn func(*state.Store)) {
	s, err := state.Open(state.Options{Folder: filepath.Join(k.folder, ".syncline"), ReadOnly: true})
	if err != nil {
		k.Fatal(err)
	}
	fn(s)
	if err := s.Close(); err != nil {
		k.Fatal(err)
	}
}

// finish lets one run end by itself; a second has nothing left to do.
func (k *victim) finish() {
	begun := time.Now()
	k.command("run", k.folder)
	k.long = time.Since(begun) + 20*time.Millisecond
	if out := k.command("run", k.folder); !strings.Contains(out, "nothing to do") {
		k.Errorf("a second run still does something:\n%s", out)
	}
	k.sound()
	k.finished++
}

// sound holds the state and the journal to their own rules.
func (k *victim) sound() {
	if out := k.command("audit", "verify", k.folder); !strings.Contains(out, "The chain holds") {
		k.Errorf("audit verify: %s", out)
	}
	k.store(func(s *state.Store) {
		if findings, err := s.Check(); err != nil || len(findings) > 0 {
			k.Errorf("the state is not sound: %v %v", findings, err)
		}
	})
}

func (k *victim) command(args ...string) string {
	out, err := k.start(args...).CombinedOutput()
	if err != nil {
		k.Errorf("syncline %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}
