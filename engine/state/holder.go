package state

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// holder is who has the state open for writing: a note beside it for the
// error of the next one who tries. The lock itself is the file's.
type holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
}

func (s *Store) holderFile() string { return filepath.Join(s.options.Folder, "holder.json") }

// announce writes the note. Without it the error names nobody; that is no
// reason not to run.
func (s *Store) announce() {
	host, _ := os.Hostname()
	note, err := json.Marshal(holder{PID: os.Getpid(), Command: s.options.Command, Host: host, Since: s.options.Clock()})
	if err == nil {
		_ = os.WriteFile(s.holderFile(), note, 0o600)
	}
}

func (s *Store) forgetHolder() { _ = os.Remove(s.holderFile()) }

func (s *Store) holder() error {
	locked := &LockedError{Folder: s.options.Folder}
	var h holder
	if note, err := os.ReadFile(s.holderFile()); err == nil && json.Unmarshal(note, &h) == nil && h.mayLive() {
		locked.PID, locked.Command, locked.Host, locked.Since = h.PID, h.Command, h.Host, h.Since
	}
	return locked
}

// mayLive is false for a note that a killed process of this machine left.
func (h *holder) mayLive() bool {
	if host, _ := os.Hostname(); host != h.Host {
		return true
	}
	p, err := os.FindProcess(h.PID)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}
