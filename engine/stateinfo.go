package engine

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

// State describes the state.
func (e *Engine) State(_ context.Context, c *pipelines.Config) (StateInfo, error) {
	out := StateInfo{Folder: c.Engine.State, Engine: c.Engine.Name, Links: map[string]int{}}
	err := e.reading(c, func(s *state.Store) error {
		out.Format, out.Encrypted = s.Format(), s.Encrypted()
		for _, p := range c.Pipelines {
			if err := describeState(s, p, &out, e.options.Clock()); err != nil {
				return err
			}
			pn, err := s.Number(state.NumberPipeline, p.Name)
			if err != nil {
				return err
			}
			found, err := e.breakersOf(s, p, pn)
			if err != nil {
				return err
			}
			out.Breakers = append(out.Breakers, found...)
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
		out.Holder, err = locked.Who(), nil
	}
	out.Size = folderSize(c.Engine.State)
	return out, err
}

// folderSize returns the bytes of a folder's files.
func folderSize(folder string) (n int64) {
	_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

func describeState(s *state.Store, p *pipelines.Pipeline, out *StateInfo, now time.Time) error {
	pn, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return err
	}
	return s.View(func(v *state.View) error {
		out.Links[p.Name] = int(v.Totals(pn).States[state.Active])
		standing, err := run.Standing(v, pn, now)
		if err != nil {
			return err
		}
		info := StandingInfo{Pipeline: p.Name, Standing: standing}
		if p.Alert != nil {
			info.Owner = p.Alert.Name
		}
		out.Standing = append(out.Standing, info)
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
