package run

import (
	"cmp"
	"fmt"

	"syncline/engine/plans"
	"syncline/engine/state"
)

// summary says what became of every record: each counts once.
func (p *pass) summary() plans.PipelineSummary {
	r := p.reports
	for _, e := range p.ends {
		aside, review, waiting, flying := p.counted(e)
		s := plans.EndSummary{
			End: e.Name, Read: e.read, SetAside: aside, Review: review, Waiting: waiting, InFlight: flying,
			Unchanged: e.unchanged, Created: e.created, Updated: e.updated, Archived: e.archived, Deleted: e.deleted,
			Refused: e.refused, Down: cmp.Or(e.down, e.unanswered), Asides: e.asides,
		}
		if r.Failed != "" {
			s.NotReached = p.notReached(e)
		}
		s.Agreed = s.Read - s.SetAside - s.Review - s.Waiting - s.InFlight - s.NotReached
		r.Ends = append(r.Ends, s)
	}
	r.Findings = p.findings
	r.Breakers = p.fuses()
	p.totals(&r)
	return r
}

// totals reads what is open now.
func (p *pass) totals(r *plans.PipelineSummary) {
	if alert := p.Pipeline.Alert; alert != nil {
		r.Owner = alert.Name
	}
	err := p.Store.View(func(v *state.View) (err error) {
		r.Linked = int(v.Totals(p.numbers.pipeline).States[state.Active])
		r.Standing, err = Standing(v, p.numbers.pipeline, p.now)
		return err
	})
	if err != nil && r.Failed == "" {
		r.Failed = fmt.Sprintf("what is open could not be counted: state: %v", err)
	}
	r.Conflicts, r.Reviews, r.Waiting = r.Standing.Conflicts.Count, r.Standing.Reviews.Count, r.Standing.Waiting.Count
	r.Oldest = max(r.Standing.Conflicts.Oldest, r.Standing.Reviews.Oldest)
}
