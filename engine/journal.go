package engine

import (
	"context"
	"errors"
	"io/fs"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// entries adds what the journal has of the story's entity.
func (e *Engine) entries(ctx context.Context, c *pipelines.Config, s *Story) error {
	if s.Entity == "" {
		return nil
	}
	return e.Audit(ctx, c, audit.Filter{Entity: s.Entity}, func(entry audit.Entry) error {
		s.Entries = append(s.Entries, entry)
		return nil
	})
}

// Audit calls each with the journal's entries that the filter lets through,
// oldest first.
func (e *Engine) Audit(ctx context.Context, c *pipelines.Config, f audit.Filter, each func(audit.Entry) error) error {
	return e.journal(c, func(s *state.Store, j *audit.Journal) error {
		return j.Search(f, saltsOf(s), func(x *audit.Entry) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			copied := *x
			copied.Values = append([]audit.Value(nil), x.Values...)
			copied.Units = append([]string(nil), x.Units...)
			return each(e.masked(c, copied))
		})
	})
}

// masked closes the values that nobody is to read: pay and protected ones.
func (e *Engine) masked(c *pipelines.Config, x audit.Entry) audit.Entry {
	for _, p := range c.Pipelines {
		if p.Name != x.Pipeline {
			continue
		}
		for i := range x.Values {
			f, ok := p.Entity.Attribute(x.Values[i].Unit)
			if !ok || f.Class == schema.Pay || f.Class == schema.Protected {
				x.Values[i].Value = schema.String("(" + f.Class.String() + ")")
			}
		}
	}
	return x
}

// AuditVerify proves the chain and returns how many entries hold. A chain that
// does not hold is an *audit.Broken.
func (e *Engine) AuditVerify(_ context.Context, c *pipelines.Config) (n uint64, err error) {
	err = e.journal(c, func(_ *state.Store, j *audit.Journal) error {
		n, err = j.Verify()
		return err
	})
	return n, err
}

func (e *Engine) journal(c *pipelines.Config, fn func(*state.Store, *audit.Journal) error) error {
	return e.reading(c, func(s *state.Store) (err error) {
		var head audit.Head
		if err := s.View(func(v *state.View) error {
			head.Length, head.Hash = v.Audit()
			return nil
		}); err != nil {
			return err
		}
		j, err := audit.Open(audit.Options{Folder: c.Engine.State, Head: head, Wrap: s.JournalKey(), ReadOnly: true})
		if errors.Is(err, fs.ErrNotExist) && head.Length == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, j.Close()) }()
		return fn(s, j)
	})
}
