package run

import (
	"context"
	"errors"
	"io"
	"time"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// Job is one pass over one pipeline.
type Job struct {
	Pipeline *plans.Pipeline
	Conns    []connectors.Conn          // by end
	Lookups  map[string]connectors.Conn // by lookup
	Store    *state.Store
	Journal  *audit.Journal // nil when planning
	Clock    func() time.Time
	Run      string // id of the run
	Full     bool   // walk whole listings
	Write    bool   // false: turn round before the writer
	Allow    map[string]int
	Random   io.Reader                                  // how long a breaker stays open; nil: as long as it may
	Sleep    func(context.Context, time.Duration) error // waits for a system that asks for it; nil: nobody waits in a pass
	Undo     *Undo                                      // nil: an ordinary pass
	Hints    *Hints                                     // nil: the ends are listed; else only the records they name are read, by id
	Live     Live                                       // nil: nothing is looked at between two pages
	Within   time.Duration                              // passes whose writes share one ceiling; 0: each has its own
	Closing  func(*state.Batch, Closed)                 // adds to what the pass stores when it closes; nil: nothing
	Peers    []*plans.Pipeline                          // all pipelines of the configuration: references go through them
	Listen   func(Event)
	Predict  func(*plans.PlannedRecord) // nil: nobody wants the prediction
	Tell     func(Notice)               // nil: nobody is told
}

// Notice is something a person has to hear.
type Notice struct {
	Pipeline string `json:"pipeline"`
	End      string `json:"end,omitempty"`
	Record   string `json:"record,omitempty"`
	Kind     string `json:"kind"` // conflict, review, withheld, failed, aside
	Text     string `json:"text"`
	To       string `json:"to,omitempty"`  // whom to tell beside the pipeline's alert; "": nobody
	Key      string `json:"key,omitempty"` // equal when the same is told again
}

// Pass makes one pass over a pipeline and says what became of every record.
// The error is the pass's own: it could not go on. What was done until then
// stays done, and the next pass continues.
func Pass(ctx context.Context, j Job) (plans.PipelineSummary, error) {
	p, err := begin(ctx, j)
	if err != nil {
		return plans.PipelineSummary{Pipeline: j.Pipeline.Name, Failed: err.Error()}, err
	}
	defer p.close()
	err = p.stops(ctx)
	p.timed(Event{Stage: StagePass, Writes: p.writesDone}, p.now, err)
	return p.summary(), err
}

// stops walks every record from stop to stop.
func (p *pass) stops(ctx context.Context) error {
	stops := []func(context.Context) error{
		p.recover, // intents of an earlier run
		p.read,    // the ends, record by record
		p.follow,  // records that were merged into others
		p.match,   // who is who
		p.settle,  // decide, and write
		p.commit,  // checkpoints, listings, totals
	}
	if p.Undo != nil {
		stops = []func(context.Context) error{p.recover, p.stamp, p.settle, p.commitUndo}
	}
	if p.Hints != nil {
		stops[1] = p.readHints
	}
	for _, stop := range stops {
		if err := stop(ctx); err != nil {
			p.reports.Failed = err.Error()
			if errors.Is(err, context.Canceled) {
				p.reports.Failed = "interrupted; the next run goes on from here"
			}
			return err
		}
	}
	return nil
}
