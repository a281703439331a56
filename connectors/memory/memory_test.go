package memory_test

import (
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/memory"
	"syncline/schema"
)

// TestConformance runs the suite once per write grade and once without any
// ability that can be left out.
func TestConformance(t *testing.T) {
	for g := connectors.IfMatch; g <= connectors.Blind; g++ {
		facts := memory.DefaultFacts()
		facts.Grade = g
		t.Run(g.String(), func(t *testing.T) { conform(t, memory.Options{Facts: &facts}) })
	}
	facts := memory.DefaultFacts()
	facts.Grade, facts.Verbs, facts.Complete = connectors.GradeNone, nil, false
	t.Run("read only", func(t *testing.T) {
		conform(t, memory.Options{Facts: &facts, NoFinder: true, NoGetter: true, NoStamper: true})
	})
}

func conform(t *testing.T, o memory.Options) {
	world := memory.NewWorld(o)
	systems := 0
	connectortest.Run(t, connectortest.Harness{
		Definition: world.Definition(),
		Sizes:      []int{0, 1, 4096, 4097},
		Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
			systems++
			name := t.Name() + string(rune('0'+systems))
			table := world.System(name).Table("people", memory.Layout{Fields: fields})
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
