package state_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"syncline/engine/state"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func copied(t testing.TB, s *state.Store) string {
	t.Helper()
	folder := t.TempDir()
	f, err := os.OpenFile(filepath.Join(folder, "state.db"), os.O_CREATE|os.O_WRONLY, 0o600)
	must(t, err)
	defer f.Close()
	_, _, err = s.Backup(f)
	must(t, err)
	return folder
}

func fileSize(t testing.TB, folder string) int64 {
	info, err := os.Stat(filepath.Join(folder, "state.db"))
	must(t, err)
	return info.Size()
}

const crashFolder = "SYNCLINE_STATE_CRASH_FOLDER"

// TestMain is also the child that is killed while it writes.
func TestMain(m *testing.M) {
	if folder := os.Getenv(crashFolder); folder != "" {
		writeUntilKilled(folder)
	}
	os.Exit(m.Run())
}

// writeUntilKilled commits batch after batch, each with its number as a
// checkpoint, and says the number once the commit has returned.
func writeUntilKilled(folder string) {
	s, err := state.Open(state.Options{Folder: folder, Engine: "test", Command: "child"})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	n := 0
	_ = s.View(func(v *state.View) error {
		fmt.Sscan(string(v.Checkpoint(1, 1)), &n)
		return nil
	})
	for {
		n++
		b := s.NewBatch()
		err := fillNumbered(s, b, n)
		if err == nil {
			err = s.Commit(b)
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

// fillNumbered adds to a batch what its number says: some are small, some go
// through the index log.
func fillNumbered(s *state.Store, b *state.Batch, n int) error {
	size := 10
	if n%3 == 0 {
		size = 400
	}
	var intents []state.Intent
	for i := range size {
		l := typical(s, n*1000+i)
		b.PutLink(l)
		for _, e := range l.Ends {
			b.PutID(1, e.End, e.Record, l.Entity)
		}
		b.ClaimKey(1, 1, uint64(n*1000+i), l.Entity)
		intents = append(intents, state.Intent{Entity: l.Entity, End: 1})
	}
	b.PutIntents(uint64(n%4), intents)
	b.SetCheckpoint(1, 1, fmt.Append(nil, n))
	w, err := s.ListingWriter(1, 1)
	if err != nil {
		return err
	}
	for i := range n {
		if err := w.Append(state.Entry{Raw: uint64(i) << 12}); err != nil {
			return err
		}
	}
	return b.SetListing(w)
}

func TestKilledWhileWriting(t *testing.T) {
	folder := t.TempDir()
	random := rand.New(rand.NewPCG(5, 6))
	said := 0
	for range 20 {
		said = max(said, killedChild(t, folder, 1+random.IntN(12), time.Duration(random.IntN(8000))*time.Microsecond))
		s := open(t, folder)
		clean(t, s)
		checkNumbered(t, s, said)
		if random.IntN(4) == 0 {
			must(t, s.Close()) // folds
			s = open(t, folder)
			clean(t, s)
		}
		must(t, s.Close())
	}
	if said < 20 {
		t.Errorf("only %d batches were committed", said)
	}
}

// killedChild kills a child some time after it said that it committed so many
// batches, and returns the last it said.
func killedChild(t *testing.T, folder string, lines int, wait time.Duration) (said int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFolder+"="+folder)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	scanner := bufio.NewScanner(out)
	for i := 0; scanner.Scan(); i++ {
		if _, err := fmt.Sscan(scanner.Text(), &said); err != nil {
			t.Error(scanner.Text())
		}
		if i == lines {
			time.AfterFunc(wait, func() { child.Process.Kill() })
		}
	}
	_ = child.Wait()
	return said
}

// checkNumbered proves that the state is what the first batches made, all that
// were said to be committed among them.
func checkNumbered(t *testing.T, s *state.Store, said int) {
	t.Helper()
	last, want := 0, int64(0)
	view(t, s, func(v *state.View) {
		fmt.Sscan(string(v.Checkpoint(1, 1)), &last)
		for n := 1; n <= last; n++ {
			want += 10
			if n%3 == 0 {
				want += 390
			}
		}
		if got := v.Totals(1).States[state.Active]; got != want {
			t.Errorf("%d links after %d batches, not %d", got, last, want)
		}
		if last > 0 && len(v.ByKey(1, 1, uint64(last*1000), nil)) != 1 {
			t.Errorf("the key of batch %d is lost", last)
		}
	})
	if last < said || last > said+1 {
		t.Errorf("batch %d was said to be committed, the state has %d", said, last)
	}
	if got := len(read(t, s)); got != last {
		t.Errorf("the listing has %d entries after %d batches", got, last)
	}
}
