package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"syncline/engine/state"
	"syncline/pipelines"
)

// Compacted says what writing the state anew did to its file.
type Compacted struct {
	Before, After int64 // bytes
	Entries       int
}

// Compact writes the state's file anew, packed, and puts it in the old one's
// place at once. The journal is not touched.
func (e *Engine) Compact(_ context.Context, c *pipelines.Config, progress func(entries int)) (out Compacted, err error) {
	w := &walk{config: c}
	if err := w.openBegun(e); err != nil {
		return out, errors.Join(err, w.close())
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return w.rewrite(e, state.Rewriting{Keep: true, Progress: progress})
}

// rewrite writes the state's file anew and swaps it for the old one. The store
// that is open goes on with the old file, and is to be closed: nothing is
// committed to it any more.
func (w *walk) rewrite(e *Engine, o state.Rewriting) (out Compacted, err error) {
	now := filepath.Join(w.config.Engine.State, state.FileName)
	fresh := filepath.Join(w.config.Engine.State, state.NewName)
	told := o.Progress
	o.Progress = func(n int) {
		if out.Entries = n; told != nil {
			told(n)
		}
	}
	if info, err := os.Stat(now); err == nil {
		out.Before = info.Size()
	}
	s := e.steps()
	s.do("write "+state.NewName, func() (err error) {
		out.After, err = w.store.Rewrite(fresh, o)
		return err
	})
	s.rename(fresh, now)
	return out, s.err
}
