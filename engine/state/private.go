package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Narrowed says in words what others could read when the state was opened for
// writing, and no longer can.
func (s *Store) Narrowed() []string { return s.narrowed }

// keepPrivate sees that the folder and the files in it are their owner's alone.
// It refuses what others could have put there, or can: a link in the place of a
// file leads writes elsewhere, and who may write to the folder may replace
// what lies in it.
func (s *Store) keepPrivate() error {
	folder := s.options.Folder
	info, err := os.Stat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.IsDir() {
		err = errors.New("it is not a folder")
	}
	if err != nil {
		return fmt.Errorf("state %s: %w", folder, bare(err))
	}
	if err := s.narrow(folder, info); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return world(folder, err)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		info, err := e.Info()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return world(path, err)
		case e.Name() == SocketName && info.Mode().Type() == fs.ModeSocket:
		case !info.Mode().IsRegular() && !info.IsDir():
			return fmt.Errorf("state %s: %s is no file but a %s; nobody but syncline has anything to put there: see where it leads, and remove it", folder, e.Name(), kindOf(info.Mode()))
		}
		if err := s.narrow(path, info); err != nil {
			return err
		}
	}
	return nil
}

func kindOf(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "link"
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	}
	return "device"
}

func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
