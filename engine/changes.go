package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"syncline/engine/review"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/pipelines/revision"
)

// DiffOptions say which two configurations are compared.
type DiffOptions struct {
	From, To DiffSide
	Vars     map[string]string
	VarFiles []string
	Base     bool   // From is where its revision and To's have grown from
	State    string // a state folder, a state file or a backup, to weigh the changes by; "": none
}

// DiffSide is one of the two.
type DiffSide struct {
	Path     string
	Revision string // of the Git repository that Path lies in; "": as it lies there now
}

func (s DiffSide) String() string {
	switch {
	case s.Revision == "":
		return s.Path
	case s.Path == "." || s.Path == "":
		return s.Revision
	}
	return s.Path + " at " + s.Revision
}

// SideError says that one of two compared configurations does not compile.
type SideError struct {
	Side     string
	Config   *pipelines.Config // its files, for snippets
	Problems diag.Problems     // the errors: what no system was asked for is no news here
}

func (e *SideError) Error() string { return fmt.Sprintf("the configuration %s has errors", e.Side) }

// Diff says what lies between two configurations. It reads files and a Git
// repository, and no system: what the systems hold is not asked, so that both
// sides are judged by the same.
func (e *Engine) Diff(ctx context.Context, o DiffOptions) (*review.Report, error) {
	scratch, err := os.MkdirTemp("", "syncline-diff-")
	if err != nil {
		return nil, fmt.Errorf("no folder for revisions can be made: %w", err)
	}
	defer os.RemoveAll(scratch)
	d := &diffing{Engine: e, options: o, scratch: scratch}
	from, to, err := d.paths(ctx)
	if err != nil {
		return nil, err
	}
	a, err := d.load(ctx, o.From, from)
	if err != nil {
		return nil, err
	}
	b, err := d.load(ctx, o.To, to)
	if err != nil {
		return nil, err
	}
	r := review.Compare(a, b)
	r.From, r.To = o.From.String(), o.To.String()
	if o.State != "" {
		if err := e.weigh(a, o.State, r); err != nil {
			return nil, err
		}
	}
	r.Below(folderOf(o.From.Path), folderOf(o.To.Path))
	return r, nil
}

// diffing is one comparison under way.
type diffing struct {
	*Engine
	options DiffOptions
	scratch string
}

// paths are where the two configurations can be read: where they lie, or where
// a revision of them was laid out.
func (d *diffing) paths(ctx context.Context) (from, to string, err error) {
	o := d.options
	var repo *revision.Repository
	var a, b revision.Commit
	if from, to = o.From.Path, o.To.Path; o.From.Revision == "" && o.To.Revision == "" {
		return from, to, nil
	}
	if repo, err = revision.Open(o.From.Path); err != nil {
		return "", "", err
	}
	if a, err = repo.Commit(o.From.Revision); err != nil {
		return "", "", err
	}
	if o.To.Revision != "" {
		if b, err = repo.Commit(o.To.Revision); err != nil {
			return "", "", err
		}
		if o.Base {
			if a, err = repo.MergeBase(a, b); err != nil {
				return "", "", err
			}
		}
		if to, err = d.lay(ctx, repo, b, "to"); err != nil {
			return "", "", err
		}
	}
	from, err = d.lay(ctx, repo, a, "from")
	return from, to, err
}

func (d *diffing) lay(ctx context.Context, repo *revision.Repository, c revision.Commit, name string) (string, error) {
	folder := filepath.Join(d.scratch, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	return repo.Extract(ctx, c, folder)
}

func (d *diffing) load(ctx context.Context, side DiffSide, path string) (*pipelines.Config, error) {
	c, problems := pipelines.Load(ctx, pipelines.Options{
		Path: path, Definitions: d.Engine.options.Connectors, Vars: d.options.Vars, VarFiles: d.options.VarFiles,
		Env: d.Engine.options.Env, Now: d.Engine.options.Clock,
	})
	switch {
	case problems.Failed() && ctx.Err() != nil:
		return nil, ctx.Err()
	case problems.Failed():
		warns := func(p diag.Problem) bool { return p.Severity != diag.Error }
		return nil, &SideError{Side: side.String(), Config: c, Problems: slices.DeleteFunc(problems, warns)}
	}
	return c, nil
}

// folderOf is the folder of a configuration as its path names it.
func folderOf(name string) string {
	if filepath.Ext(name) == ".hcl" {
		name = filepath.Dir(name)
	}
	return path.Clean(filepath.ToSlash(name))
}

// weigh reads a state, whichever folder it lies in, as that of the
// configuration.
func (e *Engine) weigh(c *pipelines.Config, from string, r *review.Report) error {
	folder := from
	info, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("there is no state at %s: %w", from, errors.Unwrap(err))
	}
	if !info.IsDir() {
		folder = filepath.Dir(from)
		if filepath.Base(from) != state.FileName {
			return fmt.Errorf("%s is no state: it is called %s, and stands in the state folder or in a backup", from, state.FileName)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, state.FileName)); err != nil {
		return fmt.Errorf("%s holds no %s: name a state folder or a backup", from, state.FileName)
	}
	there := *c
	there.Engine.State, err = filepath.Abs(folder)
	if err != nil {
		return err
	}
	err = e.reading(&there, func(s *state.Store) error { return review.Weigh(r, c, s, from) })
	var locked *state.LockedError
	if errors.As(err, &locked) {
		return fmt.Errorf("%w; name a backup: `syncline state backup` makes one beside a run", err)
	}
	return err
}
