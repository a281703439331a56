package engine

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// reading opens the state to look, not to change.
func (e *Engine) reading(c *pipelines.Config, fn func(*state.Store) error) (err error) {
	if v := e.serving(c); v != nil {
		return fn(v.store)
	}
	if err := e.finishRestore(c); err != nil {
		return err
	}
	o, err := e.stateOptions(c, "read")
	if err != nil {
		return err
	}
	o.ReadOnly = true
	s, err := state.Open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return fn(s)
}

const (
	// shortID is how many letters name an item where they name one only.
	shortID = 9

	ruleMatch  = "match" // the rule of a question who a record is
	choiceDrop = "drop"  // forget an item that nothing can settle any more
)

// itemID is stable: made of what the item is about. Its first letters name it
// as long as no other open item begins with them.
func itemID(k *state.Conflict) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(k.Entity))
	b = binary.BigEndian.AppendUint16(b, uint16(k.Pipeline))
	b = binary.BigEndian.AppendUint16(b, uint16(k.Unit))
	h := xxh3.Hash(append(b, k.Subject...))
	return fmt.Sprintf("c%08x%04x", uint32(h), uint16(h>>32))
}

func describe(s *state.Store, v *state.View, p *pipelines.Pipeline, k *state.Conflict, reveal bool) OpenItem {
	out := OpenItem{
		ID: itemID(k)[:shortID], Saw: sawOf(s, v, k).String(), Kind: k.Kind.String(), Pipeline: p.Name, Reason: k.Reason, Since: k.First,
		Deadline: k.Deadline, Source: k.Where, Field: strings.Join(k.Fields, ", "), Record: k.Subject, Rule: k.Rule,
		Orphaned: p.Entity == nil,
	}
	if k.Rule == ruleMatch {
		out.Field = ""
	}
	if k.Entity != 0 {
		out.Entity = s.Public(k.Entity)
	}
	if p.Alert != nil {
		out.Alert = p.Alert.Name
	}
	if to := escalatesTo(p, k); to != nil {
		out.Escalate = to.Name
	}
	if k.Choice != nil {
		out.Choice, out.By = cmp.Or(k.Choice.Answer, "a value"), k.Choice.By
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
			class = classOf(p, name)
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

// classOf is the label of a field; of what the configuration does not know any
// more nothing is shown.
func classOf(p *pipelines.Pipeline, field string) schema.Class {
	if p.Entity == nil {
		return schema.Protected
	}
	if f, ok := p.Entity.Attribute(field); ok {
		return f.Class
	}
	return schema.Protected
}

// escalatesTo returns who hears of an item after its window; nil: nobody.
func escalatesTo(p *pipelines.Pipeline, k *state.Conflict) *pipelines.Notify {
	for _, f := range p.Fields {
		if f.Conflict != nil && f.Conflict.EscalateTo != nil && slices.Contains(k.Fields, f.Name) && k.Unit != 0 {
			return f.Conflict.EscalateTo
		}
	}
	return nil
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
	case o.Orphaned:
		return []string{choiceDrop}
	case k.Rule == ruleMatch:
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
