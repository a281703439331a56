package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

const named = `
  validate "named" {
    check   = "entity.headline == 'one'"
    message = "it has no name"
    failed  = "review"
  }
`

// late is what somebody chose, and what a person did before the next run.
type late struct {
	name   string
	also   string // of the configuration
	opens  func(p *pair)
	choice string
	moves  func(p *pair)
	taken  func(p *pair) bool // whether the choice was applied
}

func lates() []late {
	two := func(p *pair) {
		p.ats.Put("1", person("a@example.test", "one", ""))
		p.run()
		p.ats.Put("2", person("a@example.test", "two", ""))
	}
	alone := func(p *pair) { p.ats.Put("1", person("a@example.test", "nobody", "")) }
	linked := func(p *pair) {
		p.ats.Put("1", person("a@example.test", "one", ""))
		p.run()
		p.ats.Set("1", memory.Fields{"name": schema.String("nobody")})
	}
	said := func(p *pair) bool {
		for _, q := range p.queue(engine.QueueOptions{All: true}) {
			if strings.Contains(q.Reason, "as somebody said") {
				return true
			}
		}
		return false
	}
	set := func(id, field, text string) func(*pair) {
		return func(p *pair) { p.ats.Set(id, memory.Fields{field: schema.String(text)}) }
	}
	created := func(p *pair) bool { return len(p.crm.IDs()) > 0 }
	updated := func(p *pair) bool { return p.crm.Record(p.crm.IDs()[0])["name"].Text() != "one" }
	return []late{
		{"a duplicate that is somebody else by now", "", two, "link:ats/1", set("2", "email", "b@example.test"), said},
		{"a duplicate of somebody who changed", "", two, "link:ats/1", set("1", "email", "b@example.test"), said},
		{"a duplicate of somebody who is gone", "", two, "link:ats/1", func(p *pair) { p.ats.Delete("1") }, said},
		{"a newcomer that a check holds", named, alone, "accept", set("1", "phone", "+49301234567"), created},
		{"a check of a field", named, linked, "accept", set("1", "name", "no one"), updated},
	}
}

// TestChoiceIsBound proves that a choice counts for what its item showed and
// for nothing else: left alone it is applied, and where a record moved before
// the next run it is not, neither then nor later, and somebody is asked again
// as long as there is something to ask.
func TestChoiceIsBound(t *testing.T) {
	for _, c := range lates() {
		for _, moves := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " ", moves), func(t *testing.T) {
				p := newPair(t, twoLogs+strings.Replace(twoWay, "  field \"email\" {", c.also+"  field \"email\" {\n", 1))
				c.opens(p)
				p.run()
				items := p.open()
				if len(items) != 1 {
					t.Fatalf("open: %+v", items)
				}
				p.resolve(items[0].ID, c.choice)
				if moves {
					c.moves(p)
				}
				for range 3 {
					p.run()
					if !moves {
						continue
					}
					if at := strings.Join(p.logged, "\n"); len(p.open()) > 0 && strings.Count(at, "when somebody chose") != 1 {
						t.Errorf("told of a choice that was not applied: %s", at)
					}
					if c.taken(p) {
						t.Fatalf("a choice that was made on something else was applied: %+v", p.open())
					}
					for _, i := range p.open() {
						if i.Choice != "" {
							t.Errorf("a choice stands for what nobody saw: %+v", i)
						}
					}
				}
				if !moves && (!c.taken(p) || len(p.open()) != 0) {
					t.Errorf("the choice was not applied: %+v", p.open())
				}
			})
		}
	}
}

// TestWithheldChoice proves that a choice whose write a guard withholds stands
// until it is let through, for what it was made on and for nothing else.
func TestWithheldChoice(t *testing.T) {
	const guarded = "  guard {\n    creates {\n      count = 0\n    }\n    overwrites {\n      count = 0\n    }\n  }\n"
	for _, kind := range []string{"conflict", "newcomer"} {
		for _, moves := range []bool{false, true} {
			t.Run(fmt.Sprint(kind, " ", moves), func(t *testing.T) {
				text := twoLogs + strings.Replace(twoWay, "  field \"email\" {", named+"  field \"email\" {\n", 1)
				p := newPair(t, text)
				p.ats.Put("1", person("a@example.test", "one", ""))
				p.run()
				crm := p.crm.IDs()[0]
				p.reload(strings.Replace(text, "  field \"email\" {", guarded+"  field \"email\" {", 1))
				edit := func(name string) {
					if kind == "conflict" {
						p.crm.Set(crm, memory.Fields{"name": schema.String(name)})
						return
					}
					p.ats.Put("2", person("b@example.test", name, ""))
				}
				choice, writes := "accept", func() int { return len(p.crm.IDs()) - 1 }
				if kind == "conflict" {
					p.reload(twoLogs + strings.Replace(twoWay, "  field \"email\" {", guarded+"  field \"email\" {\n", 1))
					p.ats.Set("1", memory.Fields{"name": schema.String("from ats")})
					choice, writes = "crm", func() int { return len(p.world.System("ats").Writes()) }
				}
				edit("from crm")
				p.run()
				if len(p.open()) != 1 {
					t.Fatalf("open: %+v", p.open())
				}
				p.resolve(p.open()[0].ID, choice)
				for n := range 2 {
					if s := p.run(); writes() != 0 || len(s.Withheld) == 0 {
						t.Fatalf("pass %d: it is not withheld: %+v, %+v", n, s.Withheld, p.open())
					}
				}
				if q := p.queue(engine.QueueOptions{Kind: engine.QueueWithheld}); len(q) != 1 {
					t.Errorf("the queue: %+v", p.queue(engine.QueueOptions{All: true}))
				}
				if moves {
					edit("moved meanwhile")
				}
				s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{Allow: map[string]int{"creates": 9, "overwrites": 9}})
				if err != nil {
					t.Fatal(err)
				}
				if open := p.open(); moves && (writes() != 0 || len(open) != 1 || open[0].Choice != "") {
					t.Errorf("a choice that was made on something else: %d writes, %+v", writes(), open)
				} else if !moves && (writes() != 1 || len(open) != 0) {
					t.Errorf("let through: %d writes, %+v, %+v", writes(), open, s)
				}
			})
		}
	}
}
