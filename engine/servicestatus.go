package engine

import (
	"maps"
	"slices"
	"time"

	"syncline/engine/run"
	"syncline/engine/serve"
	"syncline/engine/state"
)

// Status is how a service stands.
type Status struct {
	Since        time.Time
	Reloads      int
	ReloadFailed bool // the last one: what was loaded before is served
	Pipelines    []PipelineStatus
	Events       serve.Counts
}

// PipelineStatus is how one pipeline of a service stands.
type PipelineStatus struct {
	Name      string
	Passes    map[string]int // by kind of the order
	Failures  int            // passes that failed
	Failing   bool           // the last one did
	Last      time.Time      // when the last one that came through ended; zero: none yet
	Took      time.Duration  // it
	Writes    map[string]int // by end
	Repairs   int            // writes of sweeps that no event had led to
	Withheld  int            // kinds of change that the last pass withheld
	Inbox     int            // records of events that wait
	Oldest    time.Time      // since when; zero: none waits
	Age       time.Duration  // for how long
	Conflicts int
	Reviews   int
	Waiting   int
	Dead      int
}

// Status returns how the service stands now.
func (v *Service) Status() Status {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, g := range v.walk.graph {
		p := v.pipelineStatus(g.Name)
		if n, err := v.store.Number(state.NumberPipeline, g.Name); err == nil {
			p.Inbox, p.Oldest = v.inbox.Waiting(n)
			p.Age = 0
			if !p.Oldest.IsZero() {
				p.Age = v.engine.options.Clock().Sub(p.Oldest)
			}
		}
	}
	out := v.status
	out.Events = v.inbox.Counts()
	out.Pipelines = slices.Clone(v.status.Pipelines)
	for i := range out.Pipelines {
		p := &out.Pipelines[i]
		p.Passes, p.Writes = maps.Clone(p.Passes), maps.Clone(p.Writes)
	}
	return out
}

func (v *Service) loaded(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.status.Reloads++
	v.status.ReloadFailed = err != nil
}

// note keeps what came of a pass.
func (v *Service) note(r *serve.Report) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.pipelineStatus(r.Order.Pipeline.Name)
	p.Passes[r.Order.Kind.String()]++
	p.Failing = r.Err != nil
	for _, e := range r.Summary.Ends {
		p.Writes[e.End] += e.Created + e.Updated + e.Archived + e.Deleted
	}
	if r.Err != nil {
		p.Failures++
		return
	}
	p.Last, p.Took, p.Repairs = r.Began.Add(r.Took), r.Took, p.Repairs+r.Repairs
	p.Withheld = len(r.Summary.Withheld)
	p.Conflicts, p.Reviews, p.Waiting, p.Dead = r.Summary.Conflicts, r.Summary.Reviews, r.Summary.Waiting, r.Summary.Standing.Dead.Count
}

func (v *Service) pipelineStatus(name string) *PipelineStatus {
	for i := range v.status.Pipelines {
		if v.status.Pipelines[i].Name == name {
			return &v.status.Pipelines[i]
		}
	}
	v.status.Pipelines = append(v.status.Pipelines, PipelineStatus{Name: name, Passes: map[string]int{}, Writes: map[string]int{}})
	return &v.status.Pipelines[len(v.status.Pipelines)-1]
}

// timed tells how long each record that a system told of waited until it was
// looked at.
func (v *Service) timed(r *serve.Report) {
	if v.engine.options.Listen == nil {
		return
	}
	now := v.engine.options.Clock()
	for i := range r.Looked {
		x := &r.Looked[i]
		v.engine.options.Listen(run.Event{
			At: now, Kind: run.Timed, Stage: run.StageEvent, Pipeline: r.Order.Pipeline.Name, End: r.EndOf(x), Run: v.run, Began: x.At, Done: x.Count,
		})
	}
}
