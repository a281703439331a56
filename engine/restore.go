package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// Restored says what a restoring did.
type Restored struct {
	From    string
	Aside   string // where the replaced state is now; "": there was none
	Entries uint64 // of the journal
}

// A state that is being restored stands beside the folder until it is whole and
// proven. The file ready in it says so: from then on it is the state, and who
// opens the state next finishes what a kill left.
const (
	restoringSuffix = ".restoring"
	readyFile       = "ready"
)

// A restored state leaves out the numbers of entities that were given after the
// backup was made: they are in the systems already. The replaced state says
// which those are; where it does not read, or is another one, many are left out. Numbers are dense
// otherwise: tables by number are as long as the highest.
const (
	skippedKnown   = 1 << 10
	skippedUnknown = 1 << 24
)

// Restore puts a backup in the state's place, after it has proved it: every
// bucket against every other, the journal's chain, the engine's name and the
// key. The state that was there is kept beside the folder. It refuses while
// anybody has the state.
func (e *Engine) Restore(_ context.Context, c *pipelines.Config, from string) (out Restored, err error) {
	out.From = from
	if _, err := os.Stat(filepath.Join(from, state.FileName)); err != nil {
		return out, fmt.Errorf("%s is no backup: %w", from, err)
	}
	if err := e.finishRestore(c); err != nil {
		return out, err
	}
	hold, err := e.hold(c)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, hold.close()) }()
	aside := c.Engine.State + ".replaced-" + e.options.Clock().UTC().Format("20060102T150405Z")
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s.replaced-%s-%d", c.Engine.State, e.options.Clock().UTC().Format("20060102T150405Z"), n)
	}
	fresh := c.Engine.State + restoringSuffix
	s := e.steps()
	s.do("clear "+filepath.Base(fresh), func() error { return os.RemoveAll(fresh) })
	s.do("make "+filepath.Base(fresh), func() error { return os.Mkdir(fresh, 0o700) })
	for _, name := range append([]string{state.FileName}, audit.Files()...) {
		s.copy(filepath.Join(from, name), filepath.Join(fresh, name))
	}
	unfit := func(err error) error {
		if err == nil {
			return nil
		}
		return errors.Join(fmt.Errorf("%s is not restored, and the state is as it was: %w", from, err), os.RemoveAll(fresh))
	}
	s.do("prove the copy", func() (err error) {
		out.Entries, err = e.proven(c, fresh)
		return unfit(err)
	})
	s.do("note it in the journal", func() error { return unfit(e.noteRestore(c, fresh, hold.store)) })
	s.do("say that it is ready", func() error {
		return errors.Join(os.WriteFile(filepath.Join(fresh, readyFile), []byte(filepath.Base(aside)), 0o600), syncFile(filepath.Join(fresh, readyFile)), syncFolder(fresh))
	})
	if s.err != nil {
		return out, s.err
	}
	if exists(c.Engine.State) {
		out.Aside = aside
	}
	return out, e.swapRestored(c)
}

// hold opens the state for writing, so that nobody else has it. One that does
// not open, for it is damaged or its key is lost, is nobody's.
func (e *Engine) hold(c *pipelines.Config) (*walk, error) {
	w := &walk{config: c}
	if !exists(c.Engine.State) {
		return w, nil
	}
	o, err := e.stateOptions(c, "state restore")
	if err != nil {
		return nil, err
	}
	w.store, err = state.Open(o)
	var locked *state.LockedError
	var name *state.NameError
	if errors.As(err, &locked) || errors.As(err, &name) {
		return nil, err
	}
	return w, nil
}

// noteRestore makes a copy the state that goes on from here: its journal says
// so, and no number is given twice.
func (e *Engine) noteRestore(c *pipelines.Config, folder string, replaced *state.Store) (err error) {
	there := *c
	there.Engine.State = folder
	w := &walk{config: &there}
	if err := w.openState(e, true); err != nil {
		return errors.Join(err, w.close())
	}
	defer func() { err = errors.Join(err, w.close()) }()
	before, err := w.head()
	if err != nil {
		return err
	}
	skip := uint64(skippedUnknown)
	if replaced != nil && replaced.Public(0) == w.store.Public(0) {
		skip = skippedKnown + max(replaced.Given(), w.store.Given()) - w.store.Given()
	}
	w.store.Skip(skip)
	return w.note(w.store.NewBatch(), audit.Entry{
		Time: e.options.Clock(), Kind: "restore", Outcome: "a backup that ended with " + hex.EncodeToString(before.Hash[:8]),
	})
}

// note commits a batch with entries of the journal.
func (w *walk) note(b *state.Batch, entries ...audit.Entry) error {
	head, err := w.journal.Append(entries)
	if err != nil {
		return err
	}
	b.SetAudit(head.Length, head.Hash)
	return w.store.Commit(b)
}

// finishRestore finishes a restoring that was killed after it was ready.
func (e *Engine) finishRestore(c *pipelines.Config) error {
	if !exists(filepath.Join(c.Engine.State+restoringSuffix, readyFile)) {
		return nil
	}
	hold, err := e.hold(c)
	if err != nil {
		return err
	}
	return errors.Join(e.swapRestored(c), hold.close())
}

// swapRestored puts what is ready in the state's place, and goes on where it
// was interrupted.
func (e *Engine) swapRestored(c *pipelines.Config) error {
	fresh, now := c.Engine.State+restoringSuffix, c.Engine.State
	aside, err := os.ReadFile(filepath.Join(fresh, readyFile))
	if err != nil {
		return err
	}
	s := e.steps()
	if exists(now) {
		s.rename(now, filepath.Join(filepath.Dir(now), filepath.Base(string(aside))))
	}
	s.rename(fresh, now)
	s.do("remove the mark", func() error { return os.Remove(filepath.Join(now, readyFile)) })
	return s.err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
