package scenario

import (
	"time"

	"syncline/connectors/memory"
)

// ways are how a system may behave all the time, by name; n is a number that
// means something else to each.
var ways = map[string]func(s *system, n int) memory.Manners{
	memory.Reversed.String(): func(*system, int) memory.Manners { return memory.Manners{Order: memory.Reversed} },
	memory.Rotated.String():  func(*system, int) memory.Manners { return memory.Manners{Order: memory.Rotated} },
	memory.Shuffled.String(): func(_ *system, n int) memory.Manners {
		return memory.Manners{Order: memory.Shuffled, Seed: uint64(n)}
	},
	"budget": func(_ *system, n int) memory.Manners {
		return memory.Manners{Budget: 4 + n/3, Window: time.Minute, Tells: n%2 == 0}
	},
	"expiring": func(_ *system, n int) memory.Manners { return memory.Manners{Calls: 3 + n/3} },
	"leavers":  func(*system, int) memory.Manners { return memory.Manners{Leavers: true} },
	"skewed":   func(_ *system, n int) memory.Manners { return memory.Manners{Skew: time.Duration(n-45) * time.Minute} },
	"coarse":   func(*system, int) memory.Manners { return memory.Manners{Step: time.Second} },
	reusing:    func(*system, int) memory.Manners { return memory.Manners{ReuseIDs: true} },
	lagging: func(s *system, n int) memory.Manners {
		return memory.Manners{Lag: s.facts.Lag, Lagging: lagged[n%len(lagged)]}
	},
}

const (
	reusing = "reusing"
	lagging = "lagging"
)

// wayNames are the ways that say nothing of facts.
var wayNames = []string{"budget", "coarse", "expiring", "leavers", memory.Reversed.String(), memory.Rotated.String(), memory.Shuffled.String(), "skewed"}

// lagged are the operations that may see a system as it was.
var lagged = [][]string{{"read"}, {"get"}, {"read", "get"}}

// quirks puts what systems do of their own, and what an administrator changes,
// into a story. It comes from a sequence of numbers of its own: the rest of the
// story is the same with and without.
func (d *drawer) quirks(s *Scenario) {
	if d.chance(2) {
		s.Steps = append(d.habits(), s.Steps...)
	}
	if d.chance(3) {
		d.between(s, d.way())
	}
	if d.chance(3) {
		d.between(s, d.alters())
	}
	if d.chance(4) {
		d.between(s, d.again()...)
	}
	if d.chance(4) && d.searchable() {
		for _, x := range d.m.systems {
			d.between(s, Step{Do: Fault, System: x.name, Fault: memory.Duplicate.String(), Op: "read", Times: 1 + d.IntN(3)})
		}
	}
}

// between puts steps into a story, in their order and at any places.
func (d *drawer) between(s *Scenario, steps ...Step) {
	at := 0
	for _, x := range steps {
		if x.Do == "" {
			continue
		}
		at += d.IntN(len(s.Steps) - at + 1)
		out := append([]Step{}, s.Steps[:at]...)
		s.Steps = append(append(out, x), s.Steps[at:]...)
		at++
	}
}

// habits gives every second system something it does to a field.
func (d *drawer) habits() (out []Step) {
	for _, s := range d.m.systems {
		if e := d.at(s); e != nil && d.chance(2) {
			if name := d.field(e); name != "" {
				f, _ := e.pipe.field(name)
				if h := memory.Habits()[d.IntN(len(memory.Habits()))]; !e.pipe.isKey(f.Index) {
					out = append(out, Step{Do: Habit, End: e.name(), Field: name, Fault: h.Name})
				}
			}
		}
	}
	return out
}

// at returns some end of a system; nil when it has none.
func (d *drawer) at(s *system) *end {
	for range 8 {
		if e := d.ends[d.IntN(len(d.ends))]; e.system == s {
			return e
		}
	}
	return nil
}

// way lets a system use ids again, or show what it holds later only, where its
// facts say so; otherwise behave in any other way.
func (d *drawer) way() Step {
	s := d.m.systems[d.IntN(len(d.m.systems))]
	name := wayNames[d.IntN(len(wayNames))]
	switch {
	case d.chance(3):
		name = reusing
	case s.facts.Lag > 0 && d.chance(2):
		name = lagging
	}
	return Step{Do: Behave, System: s.name, Fault: name, Amount: 1 + d.IntN(90)}
}

// alters lets an administrator change a field of which the pipeline knows.
func (d *drawer) alters() Step {
	e := d.ends[d.IntN(len(d.ends))]
	name := d.field(e)
	if name == "" {
		return Step{}
	}
	return Step{Do: Alter, End: e.name(), Field: name, Fault: alterations[d.IntN(len(alterations))]}
}

// again deletes a person's record and gives its id to another's later.
func (d *drawer) again() []Step {
	e := d.ends[d.IntN(len(d.ends))]
	gone := d.IntN(d.people)
	return []Step{
		{Do: Delete, End: e.name(), Person: gone},
		{Do: Delete, End: e.name(), Person: (gone + 1) % d.people},
		{Do: Reuse, End: e.name(), Person: (gone + 1) % d.people, Into: gone, Value: d.IntN(8)},
	}
}
