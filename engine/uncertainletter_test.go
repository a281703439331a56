package engine_test

import (
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// TestUncertainLetter proves that a write of which nobody hears stands in the
// queue with its reason as long as it did not arrive, goes on when somebody
// says so, and in the end is there once, or is put to a person: never lost, never twice.
func TestUncertainLetter(t *testing.T) {
	for _, verb := range []string{"create", "update"} {
		for _, fault := range []memory.Kind{memory.Lost, memory.Dropped} {
			t.Run(verb+" "+fault.String(), func(t *testing.T) {
				p := newPair(t, twoLogs+twoWay)
				p.ats.Put("1", person("a@example.test", "one", ""))
				if verb == "update" {
					p.run()
					p.ats.Set("1", memory.Fields{"name": schema.String("two")})
				}
				p.world.System("crm").Inject(memory.Fault{Kind: fault, Op: "write", Verb: verb})
				for n := range 8 {
					p.run()
					q := p.queue(engine.QueueOptions{})
					if fault == memory.Dropped && (len(q) == 0 || q[0].Reason == "") {
						t.Fatalf("pass %d: the queue is %+v", n, q)
					}
					if len(p.crm.IDs()) > 1 {
						t.Fatalf("pass %d: it is there twice", n)
					}
				}
				p.world.System("crm").Heal()
				for _, q := range p.queue(engine.QueueOptions{Kind: engine.QueueDead}) {
					p.retry(q.ID)
				}
				for range 2 {
					p.run()
				}
				ids, open := p.crm.IDs(), p.open()
				if len(ids) != 1 || len(p.queue(engine.QueueOptions{})) != 0 {
					t.Fatalf("healed: %v, %+v", ids, p.queue(engine.QueueOptions{}))
				}
				arrived := p.crm.Record(ids[0])["name"].Text() == p.ats.Record("1")["name"].Text()
				if asked := len(open) == 1 && open[0].Kind == "conflict"; arrived == asked {
					t.Errorf("it is there: %t, and somebody is asked: %+v", arrived, open)
				}
			})
		}
	}
}
