package run

import (
	"errors"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// Reasons for which a record is set aside; the summary counts by them.
const (
	reasonScope    = "out of scope"
	reasonUnread   = "could not be read"
	reasonNoID     = "has no id"
	reasonTwins    = "two records with one id"
	reasonNowhere  = "nobody may create it elsewhere"
	reasonUnlinked = "unlinked: its partner is gone"
	reasonRefused  = "refused by the end"
	reasonSaid     = ", as somebody said"
	reasonFrozen   = "out of scope or unlinked"
)

// setAside keeps a record that cannot go on, with its reason; the others go
// on. err says more than the reason; it goes to the state and the log.
func (p *pass) setAside(e *endPass, id, where, reason string, err error) {
	e.asides[short(reason)]++
	e.setAside++
	e.blind = e.blind || reason == reasonUnread || reason == reasonNoID || reason == reasonTwins
	text := reason
	if err != nil {
		text = reason + ": " + detail(err)
	}
	if p.Predict != nil {
		p.Predict(&plans.PlannedRecord{
			Pipeline: p.Pipeline.Name, End: e.Name, Record: id, Kind: plans.Aside, Reason: text, Source: where,
		})
	}
	if !p.Write || reason == reasonScope || reason == reasonBlocked {
		return
	}
	if p.bury(e, id, where, reason, text) && loud(reason) {
		p.emit(Event{Kind: PutAside, End: e.Name, Text: strings.TrimSpace(where + " " + text)})
		p.tell(Notice{Kind: "set aside", End: e.Name, Record: id, Text: strings.TrimSpace(where + " " + text)})
	}
}

// bury keeps the record with its reason. It reports whether that is news: a
// reason that was told before is not told again.
func (p *pass) bury(e *endPass, id, where, reason, text string) bool {
	d := state.Dead{Kind: state.DeadAside, Pipeline: p.numbers.pipeline, End: e.number, Record: id, Reason: text, Where: where, At: p.now}
	if id == "" {
		d.Record = where
	}
	if strings.HasPrefix(reason, "duplicate") {
		d.Kind = state.DeadDuplicate
	}
	d.Record = strings.Clone(d.Record)
	e.buried[d.Record] = true
	known, again := false, false
	p.view(func(v *state.View) error {
		old, ok := v.Dead(d.Pipeline, d.End, d.Record)
		known = ok && old.Reason == d.Reason && old.Where == d.Where
		if again = known && old.Retry; again {
			d.At = old.At
		}
		if ok && old.Kind == d.Kind && d.Kind == state.DeadDuplicate {
			d.At, d.Dropped = old.At, old.Dropped // whom it repeats may be said otherwise
		}
		return nil
	})
	if !known || again {
		p.dead = append(p.dead, d)
	}
	return !known
}

// detail is what an error says beyond where it happened, which is said
// already.
func detail(err error) string {
	var c *connectors.Error
	if errors.As(err, &c) && c.Err != nil {
		if c.Hint != "" {
			return c.Err.Error() + " (" + c.Hint + ")"
		}
		return c.Err.Error()
	}
	return err.Error()
}

// loud reports whether somebody has to hear of the reason: a duplicate that
// the configuration ignores and a record out of scope are as declared.
func loud(reason string) bool {
	return reason != reasonScope && reason != reasonNowhere && reason != reasonUnlinked && !strings.HasPrefix(reason, "duplicate")
}

// AsDeclared reports whether a record is set aside as the configuration says:
// then nobody has to look at it.
func AsDeclared(d *state.Dead) bool {
	return d.Kind == state.DeadAside && (d.Reason == reasonNowhere || d.Reason == reasonUnlinked)
}

// short folds reasons that name a record to one line of the summary.
func short(reason string) string {
	if strings.HasPrefix(reason, "duplicate of ") {
		return "duplicate"
	}
	if head, _, ok := strings.Cut(reason, ": "); ok {
		return head
	}
	return reason
}

// reasonOf names what went wrong with reading a record.
func reasonOf(err error) string {
	if errors.Is(err, errNoID) {
		return reasonNoID
	}
	return reasonUnread
}

// reasonText is an error as a reason: what a person may read.
func reasonText(err error) string {
	var r *plans.ReadError
	if errors.As(err, &r) {
		return r.Error()
	}
	var c *connectors.Error
	if errors.As(err, &c) && c.Hint != "" {
		return c.Error() + " (" + c.Hint + ")"
	}
	return err.Error()
}

// askWho opens a review: who is this record? The others are those it may be.
func (p *pass) askWho(e *endPass, rec *schema.Record, reason string, others []state.Side) {
	var fields []string
	for _, slot := range p.keySlots() {
		fields = append(fields, p.Pipeline.Shape.Field(slot).Name)
	}
	id := strings.Clone(rec.ID)
	self := p.sideOf(rec, state.Ref{End: e.number, Record: id})
	p.predictAlone(e, id, plans.Review, reason)
	p.openReview(&state.Conflict{
		Kind: state.KindReview, Pipeline: p.numbers.pipeline, Subject: subjectName(e, id), Fields: fields,
		Sides: append([]state.Side{self}, others...), Rule: ruleMatch, Reason: reason, Where: p.Pipeline.Pipeline.Match.Range.String(),
	})
	e.inReview++
}

func subjectName(e *endPass, id string) string { return e.Name + "/" + id }

func (p *pass) keySlots() []int {
	var slots []int
	for _, k := range p.rules.Keys {
		for _, f := range k.Fields {
			if !slices.Contains(slots, f) {
				slots = append(slots, f)
			}
		}
	}
	return slots
}

// candidate returns what somebody holds who a record may be.
func (p *pass) candidate(entity uint64) (*schema.Record, []state.Ref, error) {
	if entity&doubtBit != 0 {
		n := &p.fresh.all[entity&^doubtBit]
		rec, err := p.doubted(int32(entity &^ doubtBit))
		if err != nil {
			return nil, nil, err
		}
		return rec, []state.Ref{{End: p.ends[n.end].number, Record: rec.ID}}, nil
	}
	if entity&groupBit != 0 {
		return p.recordOf(int32(entity &^ groupBit))
	}
	s, err := p.subjectOf(p.ctx, state.Entity(entity))
	if err != nil || s == nil {
		return nil, nil, err
	}
	return s.combined(), s.refs(), nil
}

// sideOf is what a record shows of the match keys.
func (p *pass) sideOf(rec *schema.Record, ref state.Ref) state.Side {
	return state.Side{
		End: ref.End, Record: strings.Clone(ref.Record), Revision: strings.Clone(rec.Revision), At: p.now, Values: p.keyValues(rec),
	}
}

// notLinked says why a new record stays without an entity.
func (p *pass) notLinked(s *subject) {
	end := s.firstEnd()
	if listed := slices.IndexFunc(s.joined, func(m int32) bool { return m > 0 }); listed >= 0 && s.obs[listed] != nil {
		end = listed // another may only have been found by a search
	}
	if end < 0 {
		return
	}
	e, o := p.ends[end], s.obs[end]
	for i, m := range s.joined {
		if i != end && m > 0 {
			p.held(p.holdBack(&p.fresh.all[m-1], "it belongs to "+subjectName(e, o.id())+", which is not linked yet"))
		}
	}
	if s.joined[end] == 0 {
		return // it was only found by a search, and is counted nowhere
	}
	p.fresh.all[s.joined[end]-1].fate = aside
	switch {
	case s.held.kind == holdReview:
		p.askAlone(e, o, s.held.reason, s.held.where)
	case s.refusal != nil:
		p.askAlone(e, o, reasonRefused+" "+p.ends[s.refusal.end].Name+": "+s.refusal.text, "")
	case s.held.kind == holdAside:
		p.setAside(e, o.id(), o.Where, s.held.reason, nil)
	case len(s.dead) > 0:
		e.asides[reasonLetter]++
		e.setAside++
		if len(s.writes) == 0 {
			p.predictAlone(e, o.id(), plans.Aside, reasonLetter)
		}
	case len(s.waits) > 0 || s.held.kind == holdWait || s.moved:
		p.keepAnswer(s)
		p.waitAlone(e, o.id(), s.waitsFor())
	default:
		p.setAside(e, o.id(), "", reasonNowhere, nil)
	}
}

// held stops the pass where a record could not be held back.
func (p *pass) held(err error) {
	if err != nil && p.stopped == nil {
		p.stopped = err
	}
}

// waitsFor is why a new record waits.
func (s *subject) waitsFor() string {
	switch {
	case s.held.kind == holdWait:
		return s.held.reason
	case len(s.waits) > 0:
		return s.waits[0].reason
	}
	return "its records moved while they were written"
}

// askAlone opens a review of a record that is not linked.
func (p *pass) askAlone(e *endPass, o *observation, reason, where string) {
	id := strings.Clone(o.id())
	e.inReview++
	p.openReview(&state.Conflict{
		Kind: state.KindReview, Pipeline: p.numbers.pipeline, Subject: subjectName(e, id), Reason: reason, Where: where,
		Sides: []state.Side{{End: e.number, Record: id, Revision: strings.Clone(version(o)), At: p.now}},
	})
}
