package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/pipelines"
)

// lastRun is the word for the run that wrote last.
const lastRun = "last"

// selection says in the journal's terms what is asked for.
func (r *rollback) selection(s *state.Store, j *audit.Journal) (sel undo.Selection, err error) {
	o := r.options
	if o.What != "" {
		if err := r.meant(s, j, &o); err != nil {
			return sel, err
		}
	}
	sel = undo.Selection{Trace: o.Trace, Pipeline: o.Pipeline, End: o.End, From: o.Since, Until: o.Until}
	if o.Run != "" {
		id, err := runNamed(j, o.Run)
		if err != nil {
			return sel, err
		}
		if id == "" {
			return sel, fmt.Errorf("the journal knows no run %q; `syncline audit runs` lists them", o.Run)
		}
		sel.Runs = []string{id}
	}
	if o.Record != "" {
		if sel.Entities, err = r.entities(s, j, o.Record); err != nil {
			return sel, err
		}
		if len(sel.Entities) == 0 {
			return sel, fmt.Errorf("no pipeline knows %q: give an id, END/ID, the value of a match key, or the public id of `syncline explain`", o.Record)
		}
	}
	if o.Field != "" {
		if err := r.units(&sel, o.Field); err != nil {
			return sel, err
		}
	}
	return sel, nil
}

// meant finds out what the words are: a run, a field, a record or a trace.
func (r *rollback) meant(s *state.Store, j *audit.Journal, o *RollbackOptions) error {
	if id, err := runNamed(j, o.What); id != "" || err != nil {
		o.Run = cmp.Or(o.Run, o.What)
		return err
	}
	if o.Field == "" && r.units(&undo.Selection{Pipeline: o.Pipeline}, o.What) == nil {
		o.Field = o.What
		return nil
	}
	found, err := r.entities(s, j, o.What)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		o.Record = cmp.Or(o.Record, o.What)
		return nil
	}
	traced := false
	err = j.Search(audit.Filter{}, saltsOf(s), func(e *audit.Entry) error {
		traced = traced || e.Trace == o.What
		return nil
	})
	if err == nil && !traced {
		err = fmt.Errorf("nothing is called %q: no run, field, record or trace; `syncline audit runs` lists the runs", o.What)
	}
	o.Trace = o.What
	return err
}

// shortest is how much of a run's id has to be given.
const shortest = 8

// runNamed returns the id of the run that the word names, "" for none.
func runNamed(j *audit.Journal, word string) (string, error) {
	var ids []string
	idle := ""
	err := j.Search(audit.Filter{}, nil, func(e *audit.Entry) error {
		fits := word == lastRun || e.Run == word || len(word) >= shortest && strings.HasPrefix(e.Run, word)
		if fits && e.Run != idle && e.End == "" {
			idle = strings.Clone(e.Run)
		}
		if fits && e.Run != "" && e.End != "" && !slices.Contains(ids, e.Run) {
			if word == lastRun {
				ids = ids[:0]
			}
			ids = append(ids, strings.Clone(e.Run))
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case len(ids) > 1:
		return "", fmt.Errorf("the ids of %d runs begin with %q: give more of it", len(ids), word)
	case len(ids) == 1:
		return ids[0], nil
	case word == lastRun:
		return "", errors.New("no run wrote anything yet")
	case idle != "":
		return "", fmt.Errorf("run %s wrote nothing to a system: there is nothing to take back", idle)
	}
	return "", nil
}

// entities returns the public ids of what the words name: by the state, or,
// where a record is gone, by the journal.
func (r *rollback) entities(s *state.Store, j *audit.Journal, what string) ([]string, error) {
	var out []string
	for _, p := range r.config.Pipelines {
		found, err := find(s, r.config, p, what)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			out = append(out, s.Public(x))
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	end, record, at := strings.Cut(what, "/")
	err := j.Search(audit.Filter{}, saltsOf(s), func(e *audit.Entry) error {
		fits := e.Record == what || at && e.End == end && e.Record == record
		if fits && e.Entity != "" && !slices.Contains(out, e.Entity) {
			out = append(out, strings.Clone(e.Entity))
		}
		return nil
	})
	return out, err
}

// units says which units hold a field, FIELD or PIPELINE.FIELD.
func (r *rollback) units(sel *undo.Selection, field string) error {
	pipeline, name, dotted := strings.Cut(field, ".")
	if !dotted {
		pipeline, name = sel.Pipeline, field
	}
	var names []string
	for _, p := range r.config.Pipelines {
		if pipeline != "" && p.Name != pipeline {
			continue
		}
		if unit := unitNamed(p, name); unit != "" && !slices.Contains(names, unit) {
			names = append(names, unit)
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("no pipeline has a field %q", field)
	}
	sel.Pipeline, sel.Units = pipeline, names
	return nil
}

// unitNamed returns the unit that holds the field, "" for none.
func unitNamed(p *pipelines.Pipeline, field string) string {
	for _, f := range p.Fields {
		if f.Name == field {
			if f.Group >= 0 {
				return p.Groups[f.Group].Name
			}
			return f.Name
		}
	}
	for _, g := range p.Groups {
		if g.Name == field {
			return g.Name
		}
	}
	return ""
}
