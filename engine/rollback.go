package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/pipelines"
)

// RollbackOptions say what is taken back: the writes that fit all that is set.
type RollbackOptions struct {
	What         string // a run, a field, a record or a trace, found out in that order
	Run          string // a run's id or the beginning of it, or last
	Record       string // a public id, END/ID, an id, or the value of a match key
	Trace        string
	Field        string // FIELD or PIPELINE.FIELD; a group by one of its fields
	Pipeline     string
	End          string
	Since, Until time.Time // from Since on, before Until

	Apply  bool           // carry it out; else it is only planned
	Allow  map[string]int // ceilings granted once
	Limit  int            // records listed; 0: all
	Reveal bool           // show pay and protected values
}

// rollback is one under way.
type rollback struct {
	engine  *Engine
	options RollbackOptions
	config  *pipelines.Config
	items   []undo.Item
	head    audit.Head // of the journal when the items were gathered
	undoing map[string]*run.Undo
	listed  map[bool]int // whether written
	out     *plans.Rollback
}

// Rollback takes writes back: what an end held before them is put back where
// nobody edited it since; everything else is listed with the reason. Nothing is
// written unless it is applied. The rollback is never nil when it was begun:
// with an error it says what was done until then, and the same call goes on.
func (e *Engine) Rollback(ctx context.Context, c *pipelines.Config, o RollbackOptions) (_ *plans.Rollback, err error) {
	r := &rollback{engine: e, options: o, config: c, undoing: map[string]*run.Undo{}, listed: map[bool]int{}}
	r.out = &plans.Rollback{
		FormatVersion: plans.FormatVersion, What: o.words(), Made: e.options.Clock().UTC(), Applied: o.Apply,
		Undoes: []string{}, Reasons: map[string]int{}, Records: []plans.PlannedRecord{},
	}
	r.out.Summary.FormatVersion, r.out.Summary.Started = plans.FormatVersion, r.out.Made
	if err := r.gather(); err != nil {
		return nil, err
	}
	if len(r.items) == 0 {
		return r.out, nil
	}
	w, err := e.begin(ctx, c, r.pipelines(), o.Apply)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if now, err := w.head(); err != nil || now != r.head {
		return nil, errors.Join(err, errors.New("another run was made meanwhile: try again"))
	}
	err = r.carryOut(ctx, w)
	r.report()
	r.out.Summary.Took = e.options.Clock().Sub(r.out.Made)
	return r.out, err
}

// words says what was asked for.
func (o *RollbackOptions) words() string {
	var words []string
	for _, x := range [][2]string{
		{"", o.What}, {"run ", o.Run}, {"record ", o.Record}, {"trace ", o.Trace}, {"field ", o.Field},
		{"pipeline ", o.Pipeline}, {"end ", o.End}, {"since ", timeText(o.Since)}, {"until ", timeText(o.Until)},
	} {
		if x[1] != "" {
			words = append(words, x[0]+x[1])
		}
	}
	return strings.Join(words, ", ")
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// gather learns from the journal what is wanted back.
func (r *rollback) gather() error {
	return r.engine.journal(r.config, func(s *state.Store, j *audit.Journal) error {
		r.head = j.Head()
		sel, err := r.selection(s, j)
		if err != nil {
			return err
		}
		read := func(salts audit.Salts, each func(*audit.Entry) error) error {
			return j.Search(audit.Filter{}, salts, each)
		}
		got, err := undo.Gather(read, &sel, saltsOf(s))
		if err != nil {
			return err
		}
		r.items, r.out.Links = got.Items, got.Links
		for i := range r.items {
			for _, run := range r.items[i].Runs {
				if !slices.Contains(r.out.Undoes, run) {
					r.out.Undoes = append(r.out.Undoes, run)
				}
			}
		}
		return r.sort(s)
	})
}

// sort gives every item to its pipeline and entity.
func (r *rollback) sort(s *state.Store) error {
	for _, item := range r.items {
		u := r.undoing[item.Pipeline]
		if u == nil {
			u = &run.Undo{Items: map[state.Entity][]undo.Item{}, Results: map[*undo.Item]undo.Result{}, Verbs: r.verbs(item.Pipeline)}
			r.undoing[item.Pipeline] = u
		}
		x, _ := s.FromPublic(item.Entity)
		u.Items[x] = append(u.Items[x], item)
	}
	return nil
}

// verbs returns what the actions of a pipeline say undoes them.
func (r *rollback) verbs(pipeline string) func(end, verb string) string {
	return func(end, verb string) string {
		for _, p := range r.config.Pipelines {
			if p.Name != pipeline {
				continue
			}
			for _, on := range p.Ons {
				for _, a := range on.Actions {
					if a.End >= 0 && p.Ends[a.End].Name == end && a.Kind == verb && a.Undo != "" {
						return a.Undo
					}
				}
			}
		}
		return ""
	}
}

// pipelines returns those of the configuration that have something to take
// back, in its order.
func (r *rollback) pipelines() []string {
	var names []string
	for _, p := range r.config.Pipelines {
		if r.undoing[p.Name] != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// carryOut makes one pass over every pipeline.
func (r *rollback) carryOut(ctx context.Context, w *walk) error {
	if len(r.pipelines()) == 0 {
		return nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var before audit.Head
	if r.options.Apply {
		r.out.Run, r.out.Summary.Run = id.String(), id.String()
		before = w.journal.Head()
		if err := r.engine.mark(w, r.out.Run, began, r.out.Undoes); err != nil {
			return err
		}
	}
	var failed error
	for _, p := range w.wanted {
		err := r.pass(ctx, w, p, id.String())
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("pipeline %q: %w", p.Name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	if r.options.Apply {
		failed = errors.Join(failed, r.engine.ended(w, &r.out.Summary, before, r.out.Undoes))
	}
	return failed
}

func (r *rollback) pass(ctx context.Context, w *walk, p *plans.Pipeline, id string) error {
	if err := w.systems.missing(p.Pipeline); err != nil {
		return err
	}
	bell := r.engine.bell(w.config, p.Pipeline)
	j := w.job(r.engine, p)
	j.Run, j.Write, j.Allow, j.Undo, j.Tell = id, r.options.Apply, r.options.Allow, r.undoing[p.Name], bell.ring
	if !r.options.Apply {
		j.Predict = r.list
	}
	got, err := run.Pass(ctx, j)
	r.out.Summary.Pipelines = append(r.out.Summary.Pipelines, got)
	r.out.Summary.Warnings = append(r.out.Summary.Warnings, bell.send(context.WithoutCancel(ctx))...)
	return err
}

// list adds a record to what is shown.
func (r *rollback) list(p *plans.PlannedRecord) {
	written := p.Kind != plans.Refused && p.Kind != plans.Waiting // neither crowds out the other
	if limit := r.options.Limit; limit > 0 && r.listed[written] >= limit {
		r.out.Omitted++
		return
	}
	r.listed[written]++
	show(p, r.options.Reveal)
	r.out.Records = append(r.out.Records, *p)
}
