package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// Explain tells a record's story: by public id, by END/RECORD, by the id of a
// record at any end, or by the value of a match key. There are several stories when several pipelines know
// it, and none when nobody does.
func (e *Engine) Explain(ctx context.Context, c *pipelines.Config, what, field string, reveal bool) ([]Story, error) {
	var out []Story
	err := e.reading(c, func(s *state.Store) error {
		for _, p := range c.Pipelines {
			if field != "" && !has(p, field) {
				continue
			}
			found, err := find(s, c, p, what)
			if err != nil {
				return err
			}
			for _, entity := range found {
				story, err := e.story(s, p, entity, field, reveal)
				if err != nil {
					return err
				}
				out = append(out, story)
			}
			if len(found) == 0 {
				out = append(out, asides(s, p, what)...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 && field != "" && !anyHas(c, field) {
		return nil, fmt.Errorf("no pipeline has a field %q", field)
	}
	for i := range out {
		if err := e.entries(ctx, c, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e *Engine) story(s *state.Store, p *pipelines.Pipeline, entity state.Entity, field string, reveal bool) (Story, error) {
	out := Story{Pipeline: p.Name, Entity: s.Public(entity)}
	err := s.View(func(v *state.View) error {
		var l state.Link
		if _, err := v.Link(entity, &l); err != nil {
			return err
		}
		out.State = l.State.String()
		for _, x := range l.Ends {
			out.Ends = append(out.Ends, StoryEnd{
				End: endName(s, p, x.End), Record: x.Record, Revision: x.Revision, State: evidence(x.Evidence), Seen: time.UnixMicro(x.At).UTC(),
			})
		}
		err := v.Conflicts(l.Pipeline, func(k *state.Conflict) error {
			if k.Entity == entity && k.Kind != state.KindFinding {
				out.Open = append(out.Open, describe(s, p, k, reveal))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, f := range p.Fields {
			if field == "" || f.Name == field {
				out.Fields = append(out.Fields, storyField(s, p, f, &l, out.Open))
			}
		}
		return nil
	})
	return out, err
}

func storyField(s *state.Store, p *pipelines.Pipeline, f *pipelines.Field, l *state.Link, open []OpenItem) StoryField {
	out := StoryField{Field: f.Name, Direction: direction(p, f), Source: f.Range.String(), State: "never linked"}
	name := f.Name
	if f.Group >= 0 {
		name = p.Groups[f.Group].Name
	}
	n, err := s.Number(state.NumberUnit, p.Name+"/"+name)
	if err != nil {
		return out
	}
	if u := l.Unit(n); u != nil && len(u.Bases) > 0 {
		out.State = "the ends differ, nobody edited since"
		if u.Agreed {
			out.State = "agreed"
		}
		if u.Owner >= 0 && u.Owner < len(p.Ends) {
			out.Owner = p.Ends[u.Owner].Name
		}
	}
	for _, o := range open {
		if strings.Contains(", "+o.Field+",", ", "+f.Name+",") {
			out.State, out.Values = o.Kind, o.Sides
		}
	}
	return out
}

// direction puts a field's direction into words.
func direction(p *pipelines.Pipeline, f *pipelines.Field) string {
	var speak, hear, both []string
	for i, e := range p.Ends {
		switch {
		case f.Speaks[i] && f.Hears[i]:
			both = append(both, e.Name)
		case f.Speaks[i]:
			speak = append(speak, e.Name)
		case f.Hears[i]:
			hear = append(hear, e.Name)
		}
	}
	from := strings.Join(append(speak, both...), " <-> ")
	if len(both) < 2 {
		from = strings.Join(append(speak, both...), ", ")
	}
	if len(hear) == 0 {
		return from
	}
	return from + " -> " + strings.Join(hear, ", ")
}

func evidence(e state.Evidence) string {
	switch e {
	case state.Live:
		return "live"
	case state.Missing:
		return "missing"
	case state.Gone:
		return "gone"
	case state.Archived:
		return "archived"
	case state.Merged:
		return "merged"
	case state.OutOfScope:
		return "out of scope"
	}
	return "unknown"
}

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
		salts := func(public string) (salt [16]byte, ok bool) {
			entity, known := s.FromPublic(public)
			if !known {
				return salt, false
			}
			var l state.Link
			err := s.View(func(v *state.View) (err error) {
				ok, err = v.Link(entity, &l)
				return err
			})
			return l.Salt, ok && err == nil
		}
		return j.Search(f, salts, func(x *audit.Entry) error {
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
		j, err := audit.Open(audit.Options{Folder: c.Engine.State, Head: head, ReadOnly: true})
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
			return fmt.Sprintf("%d bytes", len(b))
		}
	}
	return string(b)
}

// Backup writes a consistent copy of the state, its journal and its key to a
// new folder.
func (e *Engine) Backup(_ context.Context, c *pipelines.Config, folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return fmt.Errorf("%s is there already: a backup overwrites nothing", folder)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return e.reading(c, func(s *state.Store) error {
		f, err := os.OpenFile(filepath.Join(folder, state.FileName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = s.Backup(f)
		err = errors.Join(err, f.Sync(), f.Close())
		for _, name := range audit.Files() {
			if err == nil {
				err = copyFile(filepath.Join(c.Engine.State, name), filepath.Join(folder, name))
			}
		}
		return err
	})
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}
