package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// BackedUp says what a backup holds.
type BackedUp struct {
	Folder  string
	Bytes   int64
	Entries uint64 // of the journal
	Held    bool   // whether a run had the state, and made the copy itself
}

// Backup writes a copy of the state, its journal and its key as of one moment
// to a new folder, and proves that it is whole. While a run has the state, the
// run makes the copy between two commits. Where it fails, it leaves no folder
// that looks like a backup.
func (e *Engine) Backup(ctx context.Context, c *pipelines.Config, folder string) (out BackedUp, err error) {
	out.Folder = folder
	if _, err := os.Lstat(folder); err == nil {
		return out, fmt.Errorf("%s is there already: a backup overwrites nothing", folder)
	}
	if within(folder, c.Engine.State) {
		return out, fmt.Errorf("%s lies in the state folder itself, and would be lost with it: name a folder elsewhere", folder)
	}
	if err := e.begun(c); err != nil {
		return out, err
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		return out, err
	}
	err = e.reading(c, func(s *state.Store) error { return copyState(s, c.Engine.State, folder) })
	var locked *state.LockedError
	if errors.As(err, &locked) {
		out.Held = true
		err = e.askForBackup(ctx, c, folder)
	}
	if err == nil {
		out.Entries, err = e.proven(c, folder)
	}
	if err != nil {
		return out, errors.Join(err, os.RemoveAll(folder))
	}
	out.Bytes = folderSize(folder)
	return out, nil
}

// within reports whether a path lies in a folder, or is it.
func within(path, folder string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// copyState copies an open state and what belongs to it to a new folder. The
// journal may have grown since: it is cut to where the state says it stood.
func copyState(s *state.Store, from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	var head audit.Head
	err := keep(filepath.Join(to, state.FileName), func(w io.Writer) (err error) {
		head.Length, head.Hash, err = s.Backup(w)
		return err
	})
	for _, name := range audit.Files() {
		if err == nil && head.Length > 0 {
			err = copyFile(filepath.Join(from, name), filepath.Join(to, name))
		}
	}
	if err == nil && head.Length > 0 {
		var j *audit.Journal
		if j, err = audit.Open(audit.Options{Folder: to, Head: head, Wrap: s.JournalKey()}); err == nil {
			err = j.Close()
		}
	}
	return errors.Join(err, syncFolder(to), syncFolder(filepath.Dir(to)))
}

// proven opens a state folder to look, and holds every bucket against every
// other and the journal against the state. It returns how many entries the
// journal has.
func (e *Engine) proven(c *pipelines.Config, folder string) (entries uint64, err error) {
	there := *c
	there.Engine.State = folder
	findings, entries, err := e.examine(&there)
	if err == nil && len(findings) > 0 {
		err = fmt.Errorf("%s: %s", folder, findings[0])
	}
	return entries, err
}

// examine returns what does not fit in a state and its journal.
func (e *Engine) examine(c *pipelines.Config) (findings []string, entries uint64, err error) {
	err = e.reading(c, func(s *state.Store) error {
		findings, err = s.Check()
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	err = e.journal(c, func(_ *state.Store, j *audit.Journal) error {
		entries, err = j.Verify()
		return err
	})
	return findings, entries, err
}

// attending is how often somebody who waits looks again.
const attending = 20 * time.Millisecond

// askForBackup has the process that holds the state make the copy.
func (e *Engine) askForBackup(ctx context.Context, c *pipelines.Config, folder string) error {
	r, err := newRequest(c.Engine.State, e.random())
	if err != nil {
		return err
	}
	defer r.withdraw()
	tick := time.NewTicker(attending)
	defer tick.Stop()
	for n := 1; ; n++ {
		done, err := r.answered()
		if err != nil || done {
			return errors.Join(err, r.fetch(folder, done && err == nil))
		}
		if n%10 == 0 { // the holder may have ended meanwhile
			var locked *state.LockedError
			err := e.reading(c, func(s *state.Store) error { return copyState(s, c.Engine.State, folder) })
			if !errors.As(err, &locked) {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
