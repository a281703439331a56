package state_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"syncline/engine/state"
)

// committer commits numbered batches one after another without a pause, until
// it is stopped or has made the most it makes.
type committer struct {
	returned chan int // numbers of commits, for who waits for one; closed at the end
	stop     atomic.Bool
	err      error // read after the end
}

const mostCommits = 400

func commitWithoutPause(s *state.Store) *committer {
	c := &committer{returned: make(chan int)}
	go func() {
		defer close(c.returned)
		for n := 1; n <= mostCommits && c.err == nil && !c.stop.Load(); n++ {
			b := s.NewBatch()
			if c.err = fillNumbered(s, b, n); c.err == nil {
				c.err = s.Commit(b)
			}
			select {
			case c.returned <- n:
			default:
			}
		}
	}()
	return c
}

// during is a file that goes on being written only when a commit was made,
// from its begin to its end, since the last time.
type during struct {
	io.Writer
	commits <-chan int
	waits   int // so often; then it writes on
	between int // commits that it waited for
}

func (d *during) Write(p []byte) (int, error) {
	// Elsewhere a file that grows waits for who reads it.
	for ; d.waits > 0 && runtime.GOOS != "windows"; d.waits-- {
		<-d.commits
		if _, ok := <-d.commits; ok {
			d.between++
		}
	}
	return d.Writer.Write(p)
}

// TestBackupDuringCommits takes backups while another goroutine commits without
// a pause, some of it between two pieces of one copy: each backup opens, checks,
// is what some number of whole batches made, and can be written on; one of an
// encrypted state names no record.
func TestBackupDuringCommits(t *testing.T) {
	for name, key := range map[string][]byte{"open": nil, "encrypted": firstKey} {
		t.Run(name, func(t *testing.T) {
			s, err := openWith(t.TempDir(), key)
			must(t, err)
			commits := commitWithoutPause(s)
			var folders []string
			for i := range 6 {
				folders = append(folders, t.TempDir())
				f, err := os.OpenFile(filepath.Join(folders[i], state.FileName), os.O_CREATE|os.O_WRONLY, 0o600)
				must(t, err)
				w := during{Writer: f, commits: commits.returned, waits: 2}
				_, _, err = s.Backup(&w)
				must(t, err)
				must(t, f.Close())
				if w.between < 2 && runtime.GOOS != "windows" {
					t.Errorf("copy %d: %d commits were made while it was written", i, w.between)
				}
			}
			commits.stop.Store(true)
			for range commits.returned {
			}
			must(t, commits.err)
			must(t, s.Close())
			last := -1
			for _, folder := range folders {
				if key != nil {
					silent(t, folder, "a backup", "-00001000", "-00002000", "rev0001000")
				}
				n := numberedBackup(t, folder, key)
				if n <= last {
					t.Errorf("a backup has %d batches, the one before it had %d", n, last)
				}
				last = n
			}
		})
	}
}

// numberedBackup proves a backup, by reading alone and then opened to be
// written, and returns how many batches made it.
func numberedBackup(t *testing.T, folder string, key []byte) (n int) {
	t.Helper()
	for _, readOnly := range []bool{true, false} {
		s, err := state.Open(state.Options{Folder: folder, Engine: "test", Key: key, ReadOnly: readOnly})
		must(t, err)
		view(t, s, func(v *state.View) { fmt.Sscan(string(v.Checkpoint(1, 1)), &n) })
		checkNumbered(t, s, n)
		if !readOnly {
			b := s.NewBatch()
			must(t, fillNumbered(s, b, n+1))
			must(t, s.Commit(b))
			checkNumbered(t, s, n+1)
		}
		clean(t, s)
		must(t, s.Close())
	}
	return n
}
