package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// openIffItHolds is the law of the queue: once everything came to rest, a field
// is in review exactly where deciding it again, from a state that knows of no
// open item, puts it to a person; a conflict is open wherever that says so, and
// else until the ends agree or somebody chooses; and everything open names
// somebody who hears of it. R4.7
func (w *world) openIffItHolds() {
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{})
	if err != nil {
		w.Error(err)
	}
	open, reviews := map[string]int{}, map[string]int{}
	for _, i := range items {
		if i.Alert == "" {
			w.Errorf("nobody hears of %+v", i)
		}
		if i.Entity != "" && i.Field != "" && i.Choice == "" {
			open[i.Entity]++
			if i.Kind == "review" {
				reviews[i.Entity]++
			}
		}
	}
	again := map[string]int{}
	w.forgotten(func() {
		plan, err := w.engine.Plan(context.Background(), w.config, engine.PlanOptions{})
		if err != nil {
			w.Error(err)
			return
		}
		for _, r := range plan.Records {
			if r.Entity != "" && len(r.Fields) == 1 && (r.Kind == plans.Conflict || r.Kind == plans.Review) {
				again[r.Entity]++
			}
		}
	})
	for e, n := range again {
		if open[e] < n {
			w.Errorf("law of the queue: %d fields of %s are put to a person, and %d are open: an item was lost", n, e, open[e])
		}
	}
	for e, n := range reviews {
		if again[e] < n {
			w.Errorf("law of the queue: %d fields of %s are in review, and the reason of %d holds: an item did not close", n, e, again[e])
		}
	}
}

// forgotten calls fn while the state knows of no open item of a field. A
// finding about every entity stands for them: each is looked at, changed or not.
func (w *world) forgotten(fn func()) {
	folder := filepath.Join(w.folder, "state")
	kept := filepath.Join(w.folder, "kept")
	if err := errors.Join(os.RemoveAll(kept), os.CopyFS(kept, os.DirFS(folder))); err != nil {
		w.Fatal(err)
	}
	s, err := state.Open(state.Options{Folder: folder})
	if err != nil {
		w.Fatal(err)
	}
	b := s.NewBatch()
	err = s.View(func(v *state.View) error {
		err := v.Links(0, func(l *state.Link) error {
			if _, open := v.Conflict(l.Pipeline, l.Entity, 0, ""); !open && l.State == state.Active {
				b.PutConflict(&state.Conflict{Kind: state.KindFinding, Pipeline: l.Pipeline, Entity: l.Entity})
			}
			return nil
		})
		if err != nil {
			return err
		}
		return v.Conflicts(0, func(k *state.Conflict) error {
			if k.Entity != 0 && k.Unit != 0 && k.Kind != state.KindFinding {
				b.DeleteConflict(k.Pipeline, k.Entity, k.Unit, k.Subject)
			}
			return nil
		})
	})
	if err := errors.Join(err, s.Commit(b), s.Close()); err != nil {
		w.Fatal(err)
	}
	fn()
	if err := errors.Join(os.RemoveAll(folder), os.Rename(kept, folder)); err != nil {
		w.Fatal(err)
	}
}
