package engine_test

import (
	"context"
	"slices"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
)

// TestQuiet proves that the queue shows by itself what somebody has to look at
// and nothing that is as the configuration says, that each of those can still
// be listed, and that none is retried or dropped unless it is asked for.
func TestQuiet(t *testing.T) {
	p := newPair(t, twoLogs+twoWay)
	p.crm.Put("9", person("alone@example.test", "of the crm alone", ""))
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	p.world.System("crm").Inject(memory.Fault{Kind: memory.Refused, Op: "write"})
	p.ats.Put("2", person("b@example.test", "two", ""))
	p.run()
	kinds := func(o engine.QueueOptions) (out []string) {
		for _, q := range p.queue(o) {
			out = append(out, q.Kind+" "+q.Record)
		}
		return out
	}
	if got := kinds(engine.QueueOptions{}); !slices.Equal(got, []string{"failing ats/2"}) {
		t.Errorf("by itself: %q", got)
	}
	if got := kinds(engine.QueueOptions{Kind: engine.QueueDeclared}); !slices.Equal(got, []string{"declared 9"}) {
		t.Errorf("declared: %q", got)
	}
	if got := kinds(engine.QueueOptions{All: true}); len(got) != 2 {
		t.Errorf("all: %q", got)
	}
	declared := p.queue(engine.QueueOptions{Kind: engine.QueueDeclared})[0]
	if p.retry(declared.ID); !p.queue(engine.QueueOptions{ID: declared.ID})[0].Retry {
		t.Errorf("a declared one is not tried again although somebody says so")
	}
	if p.run(); len(kinds(engine.QueueOptions{Kind: engine.QueueDeclared})) != 1 {
		t.Errorf("after the retry: %q", kinds(engine.QueueOptions{All: true}))
	}
	stories, err := p.engine.Explain(context.Background(), p.config, "crm/9", "", false)
	if err != nil || len(stories) != 1 || stories[0].Aside == "" {
		t.Errorf("its story: %v %+v", err, stories)
	}
}
