package engine

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// reading opens the state to look, not to change.
func (e *Engine) reading(c *pipelines.Config, fn func(*state.Store) error) (err error) {
	o := e.stateOptions(c, "read")
	o.ReadOnly = true
	s, err := state.Open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return fn(s)
}

// Conflicts lists what waits for a person, oldest first.
func (e *Engine) Conflicts(_ context.Context, c *pipelines.Config, o ConflictsOptions) ([]OpenItem, error) {
	var out []OpenItem
	err := e.reading(c, func(s *state.Store) error {
		return each(s, c, func(p *pipelines.Pipeline, k *state.Conflict) error {
			item := describe(s, p, k, o.Reveal)
			if fits(&item, o) {
				out = append(out, item)
			}
			return nil
		})
	})
	slices.SortStableFunc(out, func(a, b OpenItem) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.ID, b.ID))
	})
	return out, err
}

func fits(i *OpenItem, o ConflictsOptions) bool {
	return (o.Pipeline == "" || o.Pipeline == i.Pipeline) && (o.Field == "" || slices.Contains(strings.Split(i.Field, ", "), o.Field)) &&
		(o.Kind == "" || o.Kind == i.Kind) && (o.Entity == "" || o.Entity == i.Entity)
}

// each calls fn with every open item of the configuration's pipelines.
func each(s *state.Store, c *pipelines.Config, fn func(*pipelines.Pipeline, *state.Conflict) error) error {
	for _, p := range c.Pipelines {
		n, err := s.Number(state.NumberPipeline, p.Name)
		if err != nil {
			return err
		}
		err = s.View(func(v *state.View) error {
			return v.Conflicts(n, func(k *state.Conflict) error {
				if k.Kind == state.KindFinding {
					return nil
				}
				return fn(p, k)
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// itemID is short and stable: made of what the item is about.
func itemID(s *state.Store, k *state.Conflict) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(k.Entity))
	b = binary.BigEndian.AppendUint16(b, uint16(k.Pipeline))
	b = binary.BigEndian.AppendUint16(b, uint16(k.Unit))
	return fmt.Sprintf("c%08x", uint32(xxh3.Hash(append(b, k.Subject...))))
}

func describe(s *state.Store, p *pipelines.Pipeline, k *state.Conflict, reveal bool) OpenItem {
	out := OpenItem{
		ID: itemID(s, k), Kind: k.Kind.String(), Pipeline: p.Name, Reason: k.Reason, Since: k.First, Deadline: k.Deadline,
		Source: k.Where, Field: strings.Join(k.Fields, ", "), Record: k.Subject,
	}
	if k.Rule == "match" {
		out.Field = ""
	}
	if k.Entity != 0 {
		out.Entity = s.Public(k.Entity)
	}
	if p.Alert != nil {
		out.Alert = p.Alert.Name
	}
	if k.Choice != nil {
		out.Choice = k.Choice.Answer
		if out.Choice == "" {
			out.Choice = "a value"
		}
	}
	for _, side := range k.Sides {
		out.Sides = append(out.Sides, sideOf(s, p, k, &side, reveal))
		if out.Record == "" {
			out.Record = out.Sides[0].End + "/" + side.Record
		}
	}
	out.Choices = choices(&out, k)
	return out
}

func sideOf(s *state.Store, p *pipelines.Pipeline, k *state.Conflict, side *state.Side, reveal bool) Side {
	out := Side{End: endName(s, p, side.End), Record: side.Record, Revision: side.Revision, Seen: side.At}
	var texts []string
	for i, v := range side.Values {
		class, name := schema.Personal, ""
		if i < len(k.Fields) {
			name = k.Fields[i]
			if f, ok := p.Entity.Attribute(name); ok {
				class = f.Class
			}
		}
		text := Shown(v, class, reveal)
		if v.IsAbsent() {
			text = unusable
		}
		if len(side.Values) > 1 {
			text = name + " = " + cmp.Or(text, "(none)")
		}
		texts = append(texts, text)
	}
	out.Value = strings.Join(texts, ", ")
	return out
}

// unusable stands for what an end holds but nobody could read as a value.
const unusable = "(cannot be read)"

func endName(s *state.Store, p *pipelines.Pipeline, n state.Number) string {
	name := s.Name(state.NumberEnd, n)
	return strings.TrimPrefix(name, p.Name+"/")
}

// unreadable reports whether an end's value could not be read at all: then
// there is nothing to choose between, and the item closes by itself once the
// value is corrected at its end.
func unreadable(k *state.Conflict) bool {
	for _, side := range k.Sides {
		for _, v := range side.Values {
			if v.IsAbsent() {
				return true
			}
		}
	}
	return false
}

// choices returns what Resolve takes for the item.
func choices(o *OpenItem, k *state.Conflict) []string {
	var out []string
	switch {
	case k.Rule == "match":
		for i, side := range o.Sides {
			if i > 0 {
				out = append(out, "link:"+side.End+"/"+side.Record)
			}
		}
		return append(out, "not-same")
	case k.Rule == "validate":
		out = append(out, "accept")
		if len(k.Fields) == 1 {
			out = append(out, "value:TEXT")
		}
		return out
	case unreadable(k):
		return nil
	case k.Unit != 0:
		for _, side := range o.Sides {
			if side.Value != unusable {
				out = append(out, side.End)
			}
		}
		out = append(out, "keep")
		if len(k.Fields) == 1 {
			out = append(out, "value:TEXT")
		}
		return out
	}
	return []string{"accept"}
}

// Resolve stores a choice; the next run applies it, or shows the item again if
// the ends moved.
func (e *Engine) Resolve(_ context.Context, c *pipelines.Config, id, choice, by string) (item OpenItem, err error) {
	w := &walk{config: c}
	if err := w.openState(e, true); err != nil {
		return item, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	var found *state.Conflict
	var pipeline *pipelines.Pipeline
	err = each(w.store, c, func(p *pipelines.Pipeline, k *state.Conflict) error {
		if itemID(w.store, k) == id {
			copied := *k
			found, pipeline = &copied, p
		}
		return nil
	})
	if err != nil {
		return item, err
	}
	if found == nil {
		return item, fmt.Errorf("nothing open is called %q; `syncline conflicts list` names what is", id)
	}
	item = describe(w.store, pipeline, found, false)
	made, err := e.choose(w, c, pipeline, found, &item, choice)
	if err != nil {
		return item, err
	}
	made.By, made.At = by, e.options.Clock().UTC()
	found.Choice = made
	item.Choice = choice
	return item, w.storeChoice(found, &item, by)
}

// choose turns the words of a choice into what is stored, bound to what the
// person was shown.
func (e *Engine) choose(w *walk, c *pipelines.Config, p *pipelines.Pipeline, k *state.Conflict, item *OpenItem, choice string) (*state.Choice, error) {
	made := &state.Choice{Answer: choice}
	ok := slices.Contains(item.Choices, choice)
	text, isValue := strings.CutPrefix(choice, "value:")
	switch {
	case isValue && len(k.Fields) == 1 && k.Unit != 0:
		f, _ := p.Entity.Attribute(k.Fields[0])
		v, err := f.Type.Normal(schema.String(text), schema.Norm{})
		if err != nil {
			return nil, fmt.Errorf("this is no value of field %q: %w", f.Name, err)
		}
		made.Answer, made.Value = "", v
	case len(item.Choices) == 0:
		return nil, fmt.Errorf("there is nothing to choose: a value cannot be read; correct it at its end, and the item closes by itself")
	case !ok:
		return nil, fmt.Errorf("%q is no choice here; there is: %s", choice, strings.Join(item.Choices, ", "))
	}
	if k.Entity == 0 || k.Unit == 0 {
		return made, nil
	}
	saw, err := w.shown(c, p, k)
	made.Saw = saw
	return made, err
}

// shown returns, by end, the hashes of what the item shows.
func (w *walk) shown(c *pipelines.Config, p *pipelines.Pipeline, k *state.Conflict) ([]uint64, error) {
	g, err := plans.Compile(c, p)
	if err != nil {
		return nil, err
	}
	var link state.Link
	if err := w.store.View(func(v *state.View) error {
		_, err := v.Link(k.Entity, &link)
		return err
	}); err != nil {
		return nil, err
	}
	key := binary.LittleEndian.Uint64(link.Salt[:8])
	name := strings.TrimPrefix(w.store.Name(state.NumberUnit, k.Unit), p.Name+"/")
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
				if end.Name == endName(w.store, p, side.End) {
					saw[i] = u.Form.Hash(key, u.Values(slots))
				}
			}
		}
	}
	return saw, nil
}

func (w *walk) storeChoice(k *state.Conflict, item *OpenItem, by string) error {
	head, err := w.journal.Append([]audit.Entry{{
		Time: k.Choice.At, Kind: "choice", Pipeline: item.Pipeline, Entity: item.Entity, Record: item.Record,
		Units: k.Fields, Rule: item.Choice, Outcome: "stored", Trace: by,
	}})
	if err != nil {
		return err
	}
	b := w.store.NewBatch()
	b.SetAudit(head.Length, head.Hash)
	b.PutConflict(k)
	return w.store.Commit(b)
}
