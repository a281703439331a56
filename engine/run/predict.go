package run

import (
	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// predict says what a subject's writes would be.
func (p *pass) predict(s *subject) {
	if p.Predict == nil {
		return
	}
	for i := range s.writes {
		p.predictWrite(s, &s.writes[i])
	}
	if s.held.kind == free {
		for _, end := range s.fatal() {
			kind := plans.Archive
			if s.verdict.Fate == decide.Deletes {
				kind = plans.Delete
			}
			p.Predict(p.planned(s, end, kind, s.verdict.Reason))
		}
	}
	p.predictRest(s)
}

// planned returns the frame of a prediction about a subject.
func (p *pass) planned(s *subject, end int, kind plans.Kind, reason string) *plans.PlannedRecord {
	r := &plans.PlannedRecord{Pipeline: p.Pipeline.Name, Label: s.label(), Kind: kind, Reason: reason}
	if s.link.Entity != 0 {
		r.Entity = p.Store.Public(s.link.Entity)
	}
	if end >= 0 {
		r.End = p.ends[end].Name
		if o := s.obs[end]; o != nil {
			r.Record, r.Revision = o.id(), o.Mapped.Revision
		}
	}
	return r
}

// inDoubt reports whether an earlier write of the same kind may have happened and
// is a person's: they are asked, or it is a dead letter. Nothing is sent until
// they say so.
func (p *pass) inDoubt(s *subject, w *outgoing) bool {
	if !p.inFlight[flight{s.link.Entity, w.end}] {
		return false
	}
	if d := p.open.letters.all[p.letterKeyOf(s, w.end)]; d != nil && d.Kind == state.DeadLetter && !d.Retry {
		return true
	}
	item := p.open.find(s.link.Entity, 0)
	return item != nil && (item.Choice == nil || item.Choice.Answer != answerAccept)
}

// predictWrite predicts one write, field by field.
func (p *pass) predictWrite(s *subject, w *outgoing) {
	if s.held.kind != free {
		return
	}
	kind := plans.Kind(w.verb)
	if p.inDoubt(s, w) {
		p.Predict(p.planned(s, w.end, plans.Waiting, reasonFlying))
		return
	}
	r := p.planned(s, w.end, kind, "")
	if from := s.firstEnd(); kind == plans.Create && from >= 0 {
		r.Label = subjectName(p.ends[from], r.Label) // there is no id at the end itself yet
	}
	r.Grade = connectors.Grade(w.grade).String()
	for i := range w.parts {
		p.predictPart(s, w, &w.parts[i], r)
	}
	p.Predict(r)
}

func (p *pass) predictPart(s *subject, w *outgoing, part *part, r *plans.PlannedRecord) {
	u := p.Pipeline.Units[part.unit]
	mass, counts := p.massOf(w, part)
	for m, slot := range u.Slots {
		f := plans.PlannedField{
			Field: u.Fields[m].Name, New: part.values[m], Class: u.Fields[m].Attribute.Class,
			Rule: s.units[part.unit].Rule, Source: u.Fields[m].Range.String(),
		}
		if w.verb == verbCreate && f.Rule == "" {
			f.Rule = "create"
		}
		if f.Unit = u.Name; counts && w.verb == verbUpdate {
			f.Mass = mass.kind.String()
		}
		if src := part.wanted.Source; src >= 0 {
			f.From = p.ends[src].Name
		}
		if o := s.obs[w.end]; o != nil && p.ends[w.end].Fields[slot] != nil {
			f.Old = p.ends[w.end].Fields[slot].Raw(o.Raw)
		}
		if schema.Equal(f.Old, f.New) && len(u.Slots) > 1 {
			continue
		}
		r.Fields = append(r.Fields, f)
	}
}

// predictRest predicts what is no write: links, what waits and what is put to
// a person.
func (p *pass) predictRest(s *subject) {
	switch {
	case s.fresh && !s.worthLinking() && s.held.kind != holdReview:
		return // it is predicted when it is set aside
	case s.held.kind == holdAside:
		p.Predict(p.at(p.planned(s, s.held.end, plans.Aside, s.held.reason), s.held.where))
	case s.held.kind == holdReview:
		p.Predict(p.at(p.planned(s, s.heldAt(), plans.Review, s.held.reason), s.held.where))
	case s.held.kind == holdWait:
		p.Predict(p.at(p.planned(s, s.heldAt(), plans.Waiting, s.held.reason), s.held.where))
	case s.fresh && len(s.writes) == 0:
		p.Predict(p.planned(s, s.firstEnd(), plans.Link, ""))
	case s.verdict.Fate == decide.Unlinks:
		p.Predict(p.planned(s, s.verdict.Cause, plans.Unlink, s.verdict.Reason))
	case s.verdict.Fate == decide.Asks:
		p.Predict(p.planned(s, s.verdict.Cause, plans.Review, s.verdict.Reason))
	}
	for i := range s.units {
		d := &s.units[i]
		kind, ok := map[decide.Kind]plans.Kind{decide.Conflict: plans.Conflict, decide.Review: plans.Review, decide.Park: plans.Waiting}[d.Kind]
		if !ok {
			continue
		}
		r := p.planned(s, d.At, kind, d.Reason)
		r.Fields = []plans.PlannedField{{Field: p.Pipeline.Units[i].Name, Rule: d.Rule}}
		p.Predict(p.at(r, p.Pipeline.Units[i].Fields[0].Range.String()))
	}
}

// heldAt is the end that a held subject is told of: a new record has only its
// own id there to be known by.
func (s *subject) heldAt() int {
	if s.fresh && s.held.end < 0 {
		return s.firstEnd()
	}
	return s.held.end
}

// predictAlone says what becomes of a new record while a person is asked.
func (p *pass) predictAlone(e *endPass, id string, kind plans.Kind, reason string) {
	if p.Predict != nil {
		p.Predict(&plans.PlannedRecord{
			Pipeline: p.Pipeline.Name, End: e.Name, Record: id, Label: id, Kind: kind, Reason: reason,
			Source: p.Pipeline.Pipeline.Match.Range.String(),
		})
	}
}

func (p *pass) at(r *plans.PlannedRecord, where string) *plans.PlannedRecord {
	r.Source = where
	return r
}

// firstEnd returns the first end that shows the subject, -1 for none.
func (s *subject) firstEnd() int {
	for i, o := range s.obs {
		if o != nil {
			return i
		}
	}
	return -1
}
