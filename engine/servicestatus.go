package engine

import (
	"maps"
	"slices"

	"syncline/engine/state"
)

// Status returns how the service stands now.
func (v *Service) Status() Status {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, g := range v.walk.graph {
		p := v.pipelineStatus(g.Name)
		if n, err := v.store.Number(state.NumberPipeline, g.Name); err == nil {
			p.Inbox, p.Oldest = v.inbox.Waiting(n)
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

// Healthy says why the service is not ready: a pipeline never came through, or
// the state takes no more writes; nil when it is.
func (s *Status) Healthy() []string {
	var out []string
	for _, p := range s.Pipelines {
		if p.Last.IsZero() {
			out = append(out, p.Name+" was not looked at yet")
		}
	}
	return out
}
