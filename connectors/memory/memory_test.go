package memory_test

import (
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/memory"
	"syncline/schema"
)

// TestConformance runs the suite once per write grade, once without any
// ability that can be left out, and once per manner that breaks no promise.
func TestConformance(t *testing.T) {
	for g := connectors.IfMatch; g <= connectors.Blind; g++ {
		facts := memory.DefaultFacts()
		facts.Grade = g
		t.Run(g.String(), func(t *testing.T) { conform(t, memory.Options{Facts: &facts}) })
	}
	for name, m := range map[string]memory.Manners{
		"reversed":   {Order: memory.Reversed},
		"shuffled":   {Order: memory.Shuffled, Seed: 1},
		"ids again":  {ReuseIDs: true},
		"own clock":  {Skew: time.Hour, Step: time.Minute},
		"timed":      {TimedRevisions: true},
		"budget":     {Budget: 1 << 20, Window: time.Hour},
		"credential": {Life: time.Hour * 1e6, Calls: 1 << 20},
		"lag":        {Lag: time.Second, Lagging: []string{"read", "find", "get"}},
	} {
		now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		o := memory.Options{NoStamper: m.Lag > 0, Raw: true, Clock: func() time.Time {
			now = now.Add(time.Minute) // nothing is asked for sooner than it is seen
			return now
		}}
		t.Run(name, func(t *testing.T) { conform(t, o, m) })
	}
	facts := memory.DefaultFacts()
	facts.Grade, facts.Verbs, facts.Complete = connectors.GradeNone, nil, false
	t.Run("read only", func(t *testing.T) {
		conform(t, memory.Options{Facts: &facts, NoFinder: true, NoGetter: true, NoStamper: true})
	})
}

func conform(t *testing.T, o memory.Options, manners ...memory.Manners) {
	world := memory.NewWorld(o)
	systems := 0
	connectortest.Run(t, connectortest.Harness{
		Definition: world.Definition(),
		Sizes:      []int{0, 1, 4096, 4097},
		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
			systems++
			name := t.Name() + string(rune('0'+systems))
			table := world.System(name).Table("people", memory.Layout{Fields: fields})
			for _, m := range manners {
				world.System(name).Behave(m)
			}
			put := func(r connectortest.Row) { table.Set(r.ID, r.Values) }
			for _, r := range rows {
				values := memory.Fields{}
				for _, f := range fields {
					values[f.Name] = schema.NullValue()
				}
				table.Put(r.ID, values)
				put(r)
			}
			return connectortest.Place{
				Settings:  connectors.Settings{System: name},
				Selection: connectors.Selection{Object: "people", ID: "id", Cursor: "at"},
				Edit:      put,
				Remove:    table.Delete,
			}
		},
	})
}
