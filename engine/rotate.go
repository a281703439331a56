package engine

import (
	"context"
	"errors"
	"fmt"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// RotateOptions say how the state's encryption is changed.
type RotateOptions struct {
	From     string // reference of the key it has: env:NAME, file:PATH, exec:COMMAND; "": the configuration's, or none
	Fresh    bool   // encrypt every value anew, with new keys of the state's own
	Progress func(entries int)
}

// Rotated says what became of the state's encryption.
type Rotated struct {
	Was, Is bool // whether it was encrypted, and is
	Already bool // it had the configuration's key before
	Compacted
}

// Rotate gives the state the key that the configuration names: it encrypts an
// open state, changes the key of an encrypted one, and opens it again where the
// configuration names no key. Killed on the way, the state opens with the old
// key or with the new one.
func (e *Engine) Rotate(_ context.Context, c *pipelines.Config, o RotateOptions) (out Rotated, err error) {
	if err := e.begun(c); err != nil {
		return out, err
	}
	want, err := e.stateOptions(c, "state rotate")
	if err != nil {
		return out, err
	}
	w := &walk{config: c}
	if out.Already, err = w.openWithOld(e, want, o.From); err != nil {
		return out, errors.Join(err, w.close())
	}
	out.Was, out.Is = w.store.Encrypted(), want.Key != nil
	if out.Already && !o.Fresh {
		return out, w.close()
	}
	s := e.steps()
	if want.Key == nil {
		// The state reads an open key of the journal, not the other way round.
		s.do("open the journal's key", func() error {
			return audit.RewrapKey(c.Engine.State, w.store.JournalKey(), nil, e.random())
		})
	}
	s.do("rewrite the state", func() (err error) {
		out.Compacted, err = w.rewrite(e, state.Rewriting{Key: want.Key, Fresh: o.Fresh, Progress: o.Progress})
		return err
	})
	if err := errors.Join(s.err, w.close()); err != nil {
		return out, err
	}
	// To open it proves that it opens, and closes the journal's key.
	again := &walk{config: c}
	return out, errors.Join(again.openState(e, true), again.close())
}

// openWithOld opens the state with the key it has, and reports whether that is
// the wanted one already.
func (w *walk) openWithOld(e *Engine, o state.Options, from string) (already bool, err error) {
	want := o.Key
	if from != "" {
		if o.Key, err = e.stateKey(w.config, from); err != nil {
			return false, err
		}
	}
	w.store, err = state.Open(o)
	var k *state.KeyError
	if !errors.As(err, &k) {
		return from == "" && err == nil, err
	}
	switch {
	case from == "" && k.Plain:
		o.Key = nil
		w.store, err = state.Open(o)
		return false, err
	case from != "": // a rotation that was killed may have come through
		o.Key = want
		if w.store, err = state.Open(o); err == nil {
			return true, nil
		}
		return false, fmt.Errorf("the key of -from does not open the state, nor does the configuration's: %w", k)
	}
	return false, fmt.Errorf("%w; `syncline state rotate -from env:NAME` names the key it has", k)
}
