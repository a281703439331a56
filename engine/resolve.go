package engine

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// Pick names an open item, and what of it somebody saw.
type Pick struct {
	ID  string
	Saw string // OpenItem.Saw; "": answered whatever it shows now
}

// StaleError says that an item is not any more what somebody saw.
type StaleError struct {
	ID      string
	Changed []string // labelled values masked
}

// Error returns what changed.
func (e *StaleError) Error() string {
	return fmt.Sprintf("%s changed since you saw it: %s", e.ID, strings.Join(e.Changed, "; "))
}

// Resolution is what became of answers to many items.
type Resolution struct {
	Stored  int       `json:"stored"`
	Same    int       `json:"same"` // had this choice already
	Refused []Refusal `json:"refused,omitempty"`
}

// Refusal is an item that an answer does not fit.
type Refusal struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// Resolve stores a choice; the next run applies it, or shows the item again if
// the ends moved.
func (e *Engine) Resolve(ctx context.Context, c *pipelines.Config, id, choice, by string) (OpenItem, error) {
	return e.ResolveSeen(ctx, c, Pick{ID: id}, choice, by)
}

// ResolveSeen stores a choice for what somebody saw. Where the item shows
// something else by now, the error is a *StaleError.
func (e *Engine) ResolveSeen(_ context.Context, c *pipelines.Config, pick Pick, choice, by string) (OpenItem, error) {
	return e.answerOne(c, pick, func(a *answering, t *target) error { return a.choose(t, choice, by) })
}

// Withdraw takes a stored choice back.
func (e *Engine) Withdraw(_ context.Context, c *pipelines.Config, pick Pick, by string) (OpenItem, error) {
	return e.answerOne(c, pick, func(a *answering, t *target) error { return a.withdraw(t, by) })
}

func (e *Engine) answerOne(c *pipelines.Config, pick Pick, do func(*answering, *target) error) (item OpenItem, err error) {
	a, err := e.answering(c)
	if err != nil {
		return item, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	r, err := a.sel.find(pick.ID)
	if err != nil {
		return item, err
	}
	var t target
	if err := a.store.View(func(v *state.View) error { return a.target(v, r, pick.Saw, &t) }); err != nil {
		return item, err
	}
	if err := do(a, &t); err != nil {
		return t.item, err
	}
	return t.item, a.flush()
}

// ResolveAll stores one choice for many items. Each is stored with what it
// shows, in the order given, a page a transaction: a kill leaves every item
// answered or as it was. told hears how far it is; nil: nobody.
func (e *Engine) ResolveAll(ctx context.Context, c *pipelines.Config, picks []Pick, choice, by string, told func(done int)) (out Resolution, err error) {
	if len(picks) == 0 {
		return out, nil
	}
	a, err := e.answering(c)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	byID := make(map[string]*openRef, len(a.sel.refs))
	for i := range a.sel.refs {
		byID[a.sel.refs[i].id] = &a.sel.refs[i]
	}
	done := 0
	for page := range slices.Chunk(picks, answerPage) {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := a.page(page, byID, choice, by, &out); err != nil {
			return out, err
		}
		done += len(page)
		if told != nil {
			told(done)
		}
	}
	return out, nil
}

// answering is a state that takes choices.
type answering struct {
	*walk
	engine  *Engine
	sel     *selection
	graphs  map[*pipelines.Pipeline]*plans.Pipeline
	entries []audit.Entry
	strays  run.Strays
	batch   *state.Batch
}

// target is one item about to be answered.
type target struct {
	pipeline *pipelines.Pipeline
	conflict state.Conflict
	item     OpenItem
	same     bool // it has this choice already
}

func (e *Engine) answering(c *pipelines.Config) (*answering, error) {
	a := &answering{walk: &walk{config: c}, engine: e, graphs: map[*pipelines.Pipeline]*plans.Pipeline{}}
	err := a.openBegun(e)
	if err == nil {
		a.sel, err = e.sel(a.store, c, &ConflictsOptions{})
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.batch, a.strays.Store = a.store.NewBatch(), a.store
	return a, nil
}

// page answers one page of items in one transaction.
func (a *answering) page(picks []Pick, byID map[string]*openRef, choice, by string, out *Resolution) error {
	err := a.store.View(func(v *state.View) error {
		for _, pick := range picks {
			var t target
			r, err := byID[pick.ID], error(nil)
			if r == nil {
				r, err = a.sel.find(pick.ID)
			}
			if err == nil {
				err = a.target(v, r, pick.Saw, &t)
			}
			if err == nil {
				err = a.choose(&t, choice, by)
			}
			switch {
			case err != nil:
				out.Refused = append(out.Refused, Refusal{ID: pick.ID, Why: err.Error()})
			case t.same:
				out.Same++
			default:
				out.Stored++
			}
		}
		return nil
	})
	return errors.Join(err, a.flush())
}

// target reads an item, and refuses it when it is not what somebody saw.
func (a *answering) target(v *state.View, r *openRef, seen string, t *target) error {
	k, ok := a.sel.conflict(v, r)
	if !ok {
		return fmt.Errorf("%s is closed by now", r.id[:shortID])
	}
	t.pipeline, t.conflict, t.item = a.sel.pipelines[r.pipeline], k, a.sel.describe(v, r, &k, false)
	if seen == "" || seen == t.item.Saw {
		return nil
	}
	then, err := readSaw(seen)
	if err != nil {
		return err
	}
	return &StaleError{ID: t.item.ID, Changed: sawOf(a.store, v, &k).since(then, &t.item)}
}

// choose stores a choice with the next flush; the same once more changes
// nothing.
func (a *answering) choose(t *target, choice, by string) error {
	made, err := a.made(t, choice)
	if err != nil {
		return err
	}
	k := &t.conflict
	if old := k.Choice; old != nil && old.Answer == made.Answer && schema.Equal(old.Value, made.Value) && slices.Equal(old.Saw, made.Saw) {
		t.same = true
		return nil
	}
	made.By, made.At = by, a.engine.options.Clock().UTC()
	k.Choice = made
	t.item.Choice, t.item.By = choice, by
	outcome := "stored"
	if choice == choiceDrop {
		outcome = "dropped"
		a.batch.DeleteConflict(k.Pipeline, k.Entity, k.Unit, k.Subject)
	} else {
		a.batch.PutConflict(k)
	}
	return a.note(t, made.At, choice, outcome, by)
}

func (a *answering) withdraw(t *target, by string) error {
	if t.conflict.Choice == nil {
		return fmt.Errorf("no choice is stored for %s: there is nothing to take back", t.item.ID)
	}
	was := cmp.Or(t.conflict.Choice.Answer, "value:TEXT")
	t.conflict.Choice, t.item.Choice, t.item.By = nil, "", ""
	a.batch.PutConflict(&t.conflict)
	return a.note(t, a.engine.options.Clock().UTC(), was, "withdrawn", by)
}

// note adds a line of the journal; the text of a value is not in it.
func (a *answering) note(t *target, at time.Time, rule, outcome, by string) error {
	if strings.HasPrefix(rule, "value:") {
		rule = "value:TEXT"
	}
	entity, salt, err := journaled(&a.strays, a.batch, &t.conflict)
	a.entries = append(a.entries, audit.Entry{
		Time: at, Kind: "choice", Pipeline: t.item.Pipeline, Entity: a.store.Public(entity), Record: t.item.Record, Salt: salt,
		Units: t.conflict.Fields, Rule: rule, Outcome: outcome, Trace: by,
	})
	return err
}

// flush makes what was chosen true: the journal's lines first, then the state.
func (a *answering) flush() error {
	if len(a.entries) == 0 {
		return nil
	}
	head, err := a.journal.Append(a.entries)
	if err != nil {
		return err
	}
	a.batch.SetAudit(head.Length, head.Hash)
	err = a.store.Commit(a.batch)
	a.batch.Reset()
	a.entries = a.entries[:0]
	return err
}

// made turns the words of a choice into what is stored, bound to what the item
// shows.
func (a *answering) made(t *target, choice string) (*state.Choice, error) {
	k, made := &t.conflict, &state.Choice{Answer: choice}
	if err := offered(&t.item, k, choice); err != nil {
		return nil, err
	}
	if text, ok := strings.CutPrefix(choice, "value:"); ok {
		f, _ := t.pipeline.Entity.Attribute(k.Fields[0])
		v, err := f.Type.Normal(schema.String(text), schema.Norm{})
		if err != nil {
			return nil, fmt.Errorf("this is no value of field %q: %w", f.Name, err)
		}
		made.Answer, made.Value = "", v
	}
	if k.Entity == 0 || k.Unit == 0 || t.item.Orphaned {
		return made, nil
	}
	g, err := a.graph(t.pipeline)
	if err != nil {
		return nil, err
	}
	made.Saw, err = a.shown(g, k)
	return made, err
}

// offered says why an item does not take a choice.
func offered(item *OpenItem, k *state.Conflict, choice string) error {
	_, value := strings.CutPrefix(choice, "value:")
	switch {
	case slices.Contains(item.Choices, choice) && choice != "value:TEXT":
		return nil
	case value && slices.Contains(item.Choices, "value:TEXT"):
		return nil
	case len(item.Choices) == 0:
		return fmt.Errorf("there is nothing to choose: a value cannot be read; correct it at its end, and the item closes by itself")
	}
	return fmt.Errorf("%q is no choice here; there is: %s", choice, strings.Join(item.Choices, ", "))
}

func (a *answering) graph(p *pipelines.Pipeline) (*plans.Pipeline, error) {
	if g := a.graphs[p]; g != nil {
		return g, nil
	}
	g, err := plans.Compile(a.config, p)
	a.graphs[p] = g
	return g, err
}

// shown returns, by end, the hashes of what the item shows.
func (a *answering) shown(g *plans.Pipeline, k *state.Conflict) ([]uint64, error) {
	var link state.Link
	if err := a.store.View(func(v *state.View) error {
		_, err := v.Link(k.Entity, &link)
		return err
	}); err != nil {
		return nil, err
	}
	key := binary.LittleEndian.Uint64(link.Salt[:8])
	name := strings.TrimPrefix(a.store.Name(state.NumberUnit, k.Unit), g.Name+"/")
	saw := make([]uint64, len(g.Ends))
	for _, u := range g.Units {
		if u.Name != name {
			continue
		}
		for _, side := range k.Sides {
			slots := make([]schema.Value, g.Shape.Len())
			for i, slot := range u.Slots {
				if i < len(side.Values) {
					slots[slot] = side.Values[i]
				}
			}
			for i, end := range g.Ends {
				if end.Name == endName(a.store, g.Pipeline, side.End) {
					saw[i] = u.Form.Hash(key, u.Values(slots))
				}
			}
		}
	}
	return saw, nil
}
