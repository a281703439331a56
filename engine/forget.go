package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// ForgetOptions say how somebody is forgotten.
type ForgetOptions struct {
	Apply bool // do it; else only say what would be done
	Block bool // and process them no more when an end shows them again
}

// Forgotten says what is, or would be, forgotten of somebody.
type Forgotten struct {
	Entities []string      `json:"entities"` // public ids
	Drops    []ForgetCount `json:"drops"`
	Entries  int           `json:"journal_entries"` // whose sealed part nobody can open then
	Applied  bool          `json:"applied"`
	Blocked  bool          `json:"blocked"`
	Searched int           `json:"searched_files"` // of the state folder, for what named them
	Remains  []string      `json:"remains"`        // files that still name them
	Copies   []string      `json:"copies"`         // states beside the folder that may
}

// ForgetCount is how much of one kind is dropped.
type ForgetCount struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// pendingForget marks a state of which somebody was forgotten and whose file
// was not written anew yet.
const pendingForget = "pending/forget"

// Forget drops everything the state holds of somebody, and the salt of what
// the journal sealed of them: nobody can open that any more, and the chain
// still verifies. Then the file is written anew, so that no freed page holds
// remains. What is a public id, END/RECORD, a record's id, or the value of a
// match key. Without Apply nothing is changed.
func (e *Engine) Forget(ctx context.Context, c *pipelines.Config, what string, o ForgetOptions) (out Forgotten, err error) {
	if !o.Apply {
		err = e.reading(c, func(s *state.Store) error {
			p, err := e.gather(s, c, what)
			if err != nil {
				return err
			}
			out, err = p.plan(s.NewBatch())
			return err
		})
		if err != nil {
			return out, err
		}
		return out, e.countEntries(ctx, c, &out)
	}
	w := &walk{config: c}
	if err := w.openBegun(e); err != nil {
		return out, errors.Join(err, w.close())
	}
	defer func() { err = errors.Join(err, w.close()) }()
	p, err := e.gather(w.store, c, what)
	if err != nil {
		return out, err
	}
	b := w.store.NewBatch()
	if out, err = p.plan(b); err != nil || len(out.Drops) == 0 {
		return out, err
	}
	if err := e.countIn(w.store, w.journal, &out); err != nil {
		return out, err
	}
	if o.Block {
		if err := p.block(b, e.options.Clock().UTC(), e.random()); err != nil {
			return out, err
		}
	}
	var entries []audit.Entry
	for _, x := range out.Entities {
		entries = append(entries, audit.Entry{Time: e.options.Clock(), Kind: "forget", Entity: x, Outcome: "done"})
	}
	if len(entries) == 0 {
		entries = append(entries, audit.Entry{Time: e.options.Clock(), Kind: "forget", Outcome: "done"})
	}
	b.SetHash(pendingForget, []byte{1})
	s := e.steps()
	s.do("drop it from the state", func() error { return w.note(b, entries...) })
	if s.err != nil {
		return out, s.err
	}
	if err := w.settleForgotten(e); err != nil {
		return out, fmt.Errorf("it is forgotten, and the file could not be written anew: the next run does it: %w", err)
	}
	out.Applied, out.Blocked = true, o.Block
	if _, err := w.store.DropFormer(); err != nil {
		return out, err
	}
	return out, p.search(c.Engine.State, &out)
}

// settleForgotten writes the file anew when somebody was forgotten and that
// was not done yet.
func (w *walk) settleForgotten(e *Engine) error {
	pending := false
	err := w.store.View(func(v *state.View) error {
		pending = len(v.Hash(pendingForget)) > 0
		return nil
	})
	if err != nil || !pending {
		return err
	}
	if _, err := w.rewrite(e, state.Rewriting{Keep: true, Drop: pendingForget}); err != nil {
		return err
	}
	if err := w.close(); err != nil {
		return err
	}
	*w = walk{config: w.config}
	return w.openState(e, true)
}

// countEntries counts the entries of the journal that would be closed.
func (e *Engine) countEntries(_ context.Context, c *pipelines.Config, out *Forgotten) error {
	return e.journal(c, func(s *state.Store, j *audit.Journal) error { return e.countIn(s, j, out) })
}

func (e *Engine) countIn(s *state.Store, j *audit.Journal, out *Forgotten) error {
	if len(out.Entities) == 0 {
		return nil
	}
	salts := saltsOf(s)
	return j.Search(audit.Filter{}, nil, func(x *audit.Entry) error {
		if slices.Contains(out.Entities, x.Entity) {
			if _, ok := salts(x.Entity); ok {
				out.Entries++
			}
		}
		return nil
	})
}

// leastWord is how long a text is at least that is searched for byte by byte:
// what is shorter stands anywhere by chance.
const leastWord = 4

// search looks for what named the person in every byte of every file of the
// state folder, and for states beside it.
func (p *person) search(folder string, out *Forgotten) error {
	out.Remains, out.Copies = []string{}, []string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out.Searched++
		for word := range p.words {
			if len(word) >= leastWord && bytes.Contains(text, []byte(word)) {
				out.Remains = append(out.Remains, path)
				break
			}
		}
		return nil
	})
	for _, pattern := range []string{".replaced-*", restoringSuffix} {
		names, _ := filepath.Glob(folder + pattern)
		out.Copies = append(out.Copies, names...)
	}
	return err
}
