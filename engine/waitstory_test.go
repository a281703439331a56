package engine_test

import (
	"context"
	"strings"

	"syncline/engine"
)

// tellsWhy holds that a record which nobody made a counterpart of is in the
// queue and has a story, and that both say the same.
func (p *pair) tellsWhy(record, kind string) {
	p.Helper()
	q := p.queue(engine.QueueOptions{Kind: engine.QueueWaiting})
	if len(q) != 1 || q[0].End+"/"+q[0].Record != record || q[0].Reason == "" {
		p.Fatalf("%s %s, and the queue has %+v", record, kind, q)
	}
	stories, err := p.engine.Explain(context.Background(), p.config, record, "", false)
	if err != nil || len(stories) != 1 || !strings.Contains(stories[0].Aside, q[0].Reason) {
		p.Errorf("the story of %s: %v %+v; the queue says %q", record, err, stories, q[0].Reason)
	}
}
