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
