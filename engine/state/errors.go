package state

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	berrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrDamaged means the state does not read.
	ErrDamaged = errors.New("the state is damaged")
	// ErrNotWritable means the state folder may not be written.
	ErrNotWritable = errors.New("the state folder is not writable")
	// ErrFull means the disk is full.
	ErrFull = errors.New("the disk is full")
	// ErrDisk means the disk failed to write or to read.
	ErrDisk = errors.New("the disk failed")
	// ErrReadOnly means the store was opened only for reading.
	ErrReadOnly = errors.New("the state is open only for reading")
	// ErrTooBig means a batch is over MaxBatch.
	ErrTooBig = errors.New("a batch is over 64 MiB")
)

// LockedError says who holds the state.
type LockedError struct {
	Folder  string
	PID     int // 0: unknown
	Command string
	Host    string
	Since   time.Time
}

// Error names the holder and what to do.
func (e *LockedError) Error() string {
	now := "wait until it is done"
	if e.PID != 0 {
		now += ", or stop it"
	}
	return fmt.Sprintf("state %s is in use by %s: %s", e.Folder, e.Who(), now)
}

// Who names the holder.
func (e *LockedError) Who() string {
	if e.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("%q (process %d on %s, since %s)", e.Command, e.PID, e.Host, e.Since.UTC().Format(time.RFC3339))
}

// NewerError says that a later version of the program wrote the state.
type NewerError struct {
	Folder            string
	Format, Supported int
}

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("state %s has format %d and this program knows up to %d: use the version that wrote it, or a newer one",
		e.Folder, e.Format, e.Supported)
}

// KeyError says that the state does not open with the key it was opened with.
type KeyError struct {
	Folder string
	Why    string
	Plain  bool // the state is not encrypted, and a key was given
}

// Error says which setting it is, and what to do.
func (e *KeyError) Error() string {
	if e.Plain {
		return fmt.Sprintf("state %s is not encrypted, and engine { encryption { key = … } } asks for it: encrypt it with `syncline state rotate`", e.Folder)
	}
	return fmt.Sprintf("state %s: the key of engine { encryption { key = … } } %s", e.Folder, e.Why)
}

// NameError says that the state belongs to another engine.
type NameError struct {
	Folder, Has, Want string
}

// Error says what to do.
func (e *NameError) Error() string {
	return fmt.Sprintf("state %s belongs to engine %q, the configuration says %q: sandbox and production cannot mix; give each its own state folder",
		e.Folder, e.Has, e.Want)
}

func damaged(file string, why any) error {
	return fmt.Errorf("%w: %s: %v; restore a backup, or move the folder away: the next run then links the records anew and deletes nothing",
		ErrDamaged, file, why)
}

// world names what the operating system or bbolt refused.
func world(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrTooBig), errors.Is(err, ErrDamaged), errors.Is(err, ErrReadOnly),
		errors.Is(err, ErrFull), errors.Is(err, ErrDisk), errors.Is(err, ErrNotWritable):
		return err
	case failedWith(err, syscall.ENOSPC), failedWith(err, syscall.EDQUOT):
		return fmt.Errorf("%w: writing %s: free some space and run again; nothing half-done was kept: %w", ErrFull, path, err)
	case failedWith(err, syscall.EIO):
		return fmt.Errorf("%w: writing %s: see to the disk, then run again: what was confirmed before is kept, and the rest is looked up: %w", ErrDisk, path, err)
	case failedWith(err, syscall.EFBIG):
		return fmt.Errorf("state %s may not grow: raise the limit on files (ulimit -f) and run again; nothing half-done was kept: %w", path, err)
	case failedWith(err, syscall.ENOMEM):
		return fmt.Errorf("state %s: give the process more memory or address space, and run again: %w", path, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %s: let this user write it, or name another folder in engine { state = … }: %w", ErrNotWritable, path, err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch),
		errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrInvalidMapping), errors.Is(err, errEncoding):
		return damaged(path, err)
	case errors.Is(err, berrors.ErrDatabaseReadOnly):
		return ErrReadOnly
	}
	return fmt.Errorf("state %s: %w", path, err)
}

// failedWith reports whether an error is of this kind: of some bbolt keeps only
// the text.
func failedWith(err error, kind syscall.Errno) bool {
	return errors.Is(err, kind) || strings.HasSuffix(err.Error(), kind.Error())
}

// guarded calls fn and makes an error of what a damaged file raises: bbolt
// panics, and reading a mapped file beyond its end is a fault.
func guarded(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = damaged(path, r)
		}
	}()
	return fn()
}

// guardedFault is guarded for code that calls the caller's: only a fault in
// mapped memory, and what bbolt itself raises, is made an error.
func guardedFault(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		_, fault := r.(interface {
			runtime.Error
			Addr() uintptr
		})
		if !fault && !raisedByBolt() {
			panic(r)
		}
		err = damaged(path, r)
	}()
	return fn()
}

// raisedByBolt reports whether what a deferred function is recovering from began
// in bbolt: a page that is not what another says of it is an assertion there.
func raisedByBolt() bool {
	frames := runtime.CallersFrames(callers())
	for panicking := false; ; {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if panicking && !inRuntime {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		panicking = panicking || f.Function == "runtime.gopanic"
		if !more {
			return false
		}
	}
}

func callers() []uintptr {
	pcs := make([]uintptr, 64)
	return pcs[:runtime.Callers(0, pcs)]
}
