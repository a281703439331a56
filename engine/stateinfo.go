package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// State describes the state.
func (e *Engine) State(_ context.Context, c *pipelines.Config) (StateInfo, error) {
	out := StateInfo{Folder: c.Engine.State, Engine: c.Engine.Name, Format: state.Format, Links: map[string]int{}}
	err := e.reading(c, func(s *state.Store) error {
		for _, p := range c.Pipelines {
			if err := describeState(s, p, &out); err != nil {
				return err
			}
		}
		return s.View(func(v *state.View) error {
			out.Audit, _ = v.Audit()
			return v.Intents(func(_ uint64, is []state.Intent) error {
				out.Intents += len(is)
				return nil
			})
		})
	})
	var locked *state.LockedError
	if errors.As(err, &locked) {
		out.Holder, err = locked.Error(), nil
	}
	_ = filepath.WalkDir(c.Engine.State, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				out.Size += info.Size()
			}
		}
		return nil
	})
	return out, err
}

func describeState(s *state.Store, p *pipelines.Pipeline, out *StateInfo) error {
	pn, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return err
	}
	return s.View(func(v *state.View) error {
		out.Links[p.Name] = int(v.Totals(pn).States[state.Active])
		for _, e := range p.Ends {
			en, err := s.Number(state.NumberEnd, p.Name+"/"+e.Name)
			if err != nil {
				return err
			}
			if at := v.Pass(pn, en).Complete; !at.IsZero() {
				out.Checkpoints = append(out.Checkpoints, CheckpointInfo{Pipeline: p.Name, End: e.Name, Checkpoint: readable(v.Checkpoint(pn, en)), At: at})
			}
		}
		for _, count := range []func() error{
			func() error {
				return v.Conflicts(pn, func(k *state.Conflict) error {
					if k.Kind == state.KindConflict {
						out.Conflicts++
					} else if k.Kind == state.KindReview {
						out.Reviews++
					}
					return nil
				})
			},
			func() error { return v.Waits(pn, func(*state.Wait) error { out.Waiting++; return nil }) },
			func() error { return v.Tombs(pn, func(*state.Tomb) error { out.Tombs++; return nil }) },
			func() error { return v.Deads(pn, func(*state.Dead) error { out.Dead++; return nil }) },
		} {
			if err := count(); err != nil {
				return err
			}
		}
		return nil
	})
}

// readable is a checkpoint as a person may read it: it is the connector's own.
func readable(b []byte) string {
	if len(b) == 0 {
		return "whole listing"
	}
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return "its own mark"
		}
	}
	return string(b)
}

// Backup writes a consistent copy of the state, its journal and its key to a
// new folder. Where it fails, it leaves no folder that looks like a backup.
func (e *Engine) Backup(_ context.Context, c *pipelines.Config, folder string) error {
	if _, err := os.Lstat(folder); err == nil {
		return fmt.Errorf("%s is there already: a backup overwrites nothing", folder)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	err := e.reading(c, func(s *state.Store) error {
		// The state first: the journal may be longer than it knows, not shorter.
		err := keep(filepath.Join(folder, state.FileName), func(w io.Writer) error {
			_, err := s.Backup(w)
			return err
		})
		for _, name := range audit.Files() {
			if err == nil {
				err = copyFile(filepath.Join(c.Engine.State, name), filepath.Join(folder, name))
			}
		}
		return err
	})
	if err != nil {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return err
}

// copyFile copies a file that may be missing.
func copyFile(from, to string) error {
	f, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return keep(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// keep writes a new file that only its owner may read, onto the disk.
func keep(name string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Sync(), f.Close())
}
