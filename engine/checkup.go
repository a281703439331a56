package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// StateFinding is something of the state that is not as it should be.
type StateFinding struct {
	What string `json:"what"`
	Now  string `json:"now"`
}

// CheckedState says what a check of the state went through and found.
type CheckedState struct {
	Folder   string
	Entries  uint64 // of the journal, that hold
	Links    int
	Findings []StateFinding // never nil
}

// What to do about what a check finds.
const (
	nowRestore = "restore a backup with `syncline state restore`; without one, move the folder away: the next run links the records anew and deletes nothing"
	nowMode    = "let only its owner read it: chmod go-rwx"
	nowRemains = "remove it when no syncline is running"
)

// CheckState holds every bucket of the state against every other, the journal's
// chain against itself and against the state, and the folder's files against
// what they should be.
func (e *Engine) CheckState(_ context.Context, c *pipelines.Config) (out CheckedState, err error) {
	out.Folder, out.Findings = c.Engine.State, []StateFinding{}
	say := func(now, text string, values ...any) {
		out.Findings = append(out.Findings, StateFinding{What: fmt.Sprintf(text, values...), Now: now})
	}
	err = e.reading(c, func(s *state.Store) error {
		found, err := s.Check()
		for _, f := range found {
			say(nowRestore, "%s", f)
		}
		return errors.Join(err, s.View(func(v *state.View) error {
			return v.Links(0, func(*state.Link) error { out.Links++; return nil })
		}))
	})
	if errors.Is(err, state.ErrDamaged) {
		say(nowRestore, "%v", err)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	err = e.journal(c, func(_ *state.Store, j *audit.Journal) error {
		out.Entries, err = j.Verify()
		return err
	})
	if err != nil {
		say(nowRestore, "%v", err)
	}
	if err := e.journalKey(c); err != nil {
		say(nowRestore, "%v", err)
	}
	e.checkFiles(c.Engine.State, say)
	return out, nil
}

// journalKey returns why the values of the journal would stay closed.
func (e *Engine) journalKey(c *pipelines.Config) error {
	return e.journal(c, func(_ *state.Store, j *audit.Journal) error {
		if j.Head().Length > 0 && !j.Opens() {
			return fmt.Errorf("the journal's key, audit.key, is missing: its values stay closed")
		}
		return nil
	})
}

// checkFiles looks at the names and the modes of the folder.
func (e *Engine) checkFiles(folder string, say func(now, text string, values ...any)) {
	mode := func(path string, info fs.FileInfo) {
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			say(nowMode, "%s may be read by others: its mode is %04o", path, info.Mode().Perm())
		}
	}
	info, err := os.Stat(folder)
	if err != nil {
		return
	}
	mode(folder, info)
	files, _ := os.ReadDir(folder)
	for _, f := range files {
		path := filepath.Join(folder, f.Name())
		info, err := f.Info()
		if err != nil {
			continue
		}
		if info.Mode().Type() == fs.ModeSymlink {
			say("put the file itself there", "%s is a link to elsewhere", path)
			continue
		}
		mode(path, info)
		if remains(f.Name()) {
			say(nowRemains, "%s was left by a process that was killed", path)
		}
	}
}

// remains reports whether a file is what a killed process left.
func remains(name string) bool {
	for _, pattern := range []string{askPrefix + "*", answerPrefix + "*", refusePrefix + "*", "*.new"} {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	return false
}
