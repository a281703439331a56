package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// TestInterrupt interrupts runs as Ctrl-C does: what is under way is finished,
// the run says that it stopped, and the next one goes on.
func TestInterrupt(t *testing.T) {
	k := &killing{victim: newVictim(t, seedOf("SYNCLINE_KILL_SEED")), size: killRecords, edits: map[string]string{}}
	k.folder = t.TempDir()
	k.file("main.hcl", []byte(killConfig))
	k.seedCSV()
	k.seedSQLite()
	k.long = time.Second
	stopped := 0
	for range 12 {
		cmd := k.start("run", k.folder)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(k.rng.Int64N(int64(k.long))), func() { _ = cmd.Process.Signal(os.Interrupt) })
		begun := time.Now()
		err := cmd.Wait()
		timer.Stop()
		k.long = max(k.long/2, time.Since(begun))
		switch {
		case !cmd.ProcessState.Exited(): // before the process listened
		case err == nil:
			k.edit()
		case cmd.ProcessState.ExitCode() != 1 || !strings.Contains(out.String(), "stop"):
			t.Errorf("%v:\n%s", err, out.String())
		default:
			stopped++
			if stopped == 1 {
				t.Log(out.String())
			}
		}
	}
	t.Logf("%d runs stopped", stopped)
	k.finish()
	k.look()
}
