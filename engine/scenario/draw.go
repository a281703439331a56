package scenario

import (
	"math/rand/v2"
	"slices"

	"syncline/connectors"
	"syncline/connectors/memory"
)

// drawer makes up a scenario. Every scenario has only some of what can happen,
// so that each is also tried alone.
type drawer struct {
	*rand.Rand
	m      *Model
	people int
	ends   []*end
	faults []memory.Kind

	kills, meanwhile, deletes, garbles, answers, twins, keys, calm bool
}

// Draw makes up the scenario of a seed: the same one every time.
func (m *Model) Draw(seed uint64) *Scenario {
	rng := rand.New(rand.NewPCG(seed, 0x5eed))
	d := &drawer{Rand: rng, m: m, people: 2 + rng.IntN(4)}
	for _, p := range m.pipes {
		for _, e := range p.ends {
			if e.idle == "" {
				d.ends = append(d.ends, e)
			}
		}
	}
	for _, k := range memory.Kinds() {
		if d.chance(3) {
			d.faults = append(d.faults, k)
		}
	}
	calm := d.chance(7) // so that the order of listings is all that could matter
	if calm {
		d.faults = nil
	}
	d.kills, d.meanwhile, d.deletes, d.garbles = d.chance(2), d.chance(2), d.chance(3), d.chance(5)
	d.answers, d.twins, d.keys = d.chance(3), d.chance(5), d.chance(4)
	if d.calm = calm; calm {
		d.kills, d.meanwhile, d.answers = false, false, false
	}
	s := &Scenario{FormatVersion: FormatVersion, Seed: seed, People: d.people}
	if len(d.ends) == 0 {
		return s
	}
	d.script(s)
	if !calm {
		d.Rand = rand.New(rand.NewPCG(seed, 0xa17e))
		d.quirks(s)
	}
	return s
}

// chance is true once in n times.
func (d *drawer) chance(n int) bool { return d.IntN(n) == 0 }

// script writes the steps down.
func (d *drawer) script(s *Scenario) {
	add := func(steps ...Step) { s.Steps = append(s.Steps, steps...) }
	if !d.calm && d.chance(2) {
		add(d.manners()...)
	}
	for person := range d.people {
		add(d.hire(person)...)
	}
	for range 2 + d.IntN(4) {
		for range d.IntN(4) {
			add(d.edit())
		}
		if len(d.faults) > 0 && d.chance(2) {
			add(d.trouble()...)
		}
		add(d.run())
		if d.answers && d.chance(2) {
			add(Step{Do: Answer, Value: d.IntN(12), Times: d.IntN(4)})
		}
		if d.chance(8) {
			add(Step{Do: Plan})
		}
		if d.chance(2) {
			add(Step{Do: Heal})
		}
		add(Step{Do: Tick, Amount: []int{1, 1, 10, 61, 600, 1500}[d.IntN(6)]})
	}
}

// hire puts a person at some of the ends.
func (d *drawer) hire(person int) []Step {
	var out []Step
	n := d.IntN(8)
	for len(out) == 0 {
		for _, e := range d.ends {
			if d.chance(2) {
				v := n
				if d.chance(5) {
					v = d.IntN(keyChanges / 2)
				}
				out = append(out, Step{Do: Put, End: e.name(), Person: person, Value: v})
			}
		}
	}
	if d.twins && d.chance(4) {
		s := out[d.IntN(len(out))]
		s.Do = Twin
		out = append(out, s)
	}
	return out
}

// edit is one thing one person does at one end.
func (d *drawer) edit() Step {
	e := d.ends[d.IntN(len(d.ends))]
	s := Step{Do: Set, End: e.name(), Person: d.IntN(d.people), Value: 8 + d.IntN(keyChanges-10)}
	switch {
	case d.deletes && d.chance(8):
		s.Do = []Do{Delete, Delete, Put}[d.IntN(3)]
		s.Into = d.IntN(d.people)
	case d.chance(10):
		s.Do = Put
	case d.garbles && d.chance(6):
		s.Do = Garble
	case d.chance(12):
		s.Do = Scrawl
	case d.chance(9) && len(e.helpers) > 0:
		s.Do, s.Field = Help, e.helpers[d.IntN(len(e.helpers))].name
		return s
	case d.chance(10):
		s.Do = Clear
	}
	if s.Do == Set || s.Do == Clear || s.Do == Garble {
		s.Field = d.field(e)
	}
	if d.keys && d.chance(6) {
		s.Value += keyChanges
	}
	return s
}

func (d *drawer) field(e *end) string {
	var names []string
	for slot, f := range e.Fields {
		if f != nil && f.HasPath && f.Path.Top() != e.id {
			names = append(names, e.pipe.Shape.Field(slot).Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[d.IntN(len(names))]
}

// run is a pass, with what happens meanwhile.
func (d *drawer) run() Step {
	s := Step{Do: Run, Full: d.chance(8), Allow: d.chance(6)}
	if d.kills && d.chance(2) {
		s.Kill = 1 + d.IntN(50)
	}
	if d.meanwhile {
		for range d.IntN(3) {
			x := d.edit()
			if x.Do == Put && !d.searchable() {
				continue // who appears behind a listing can only be found by searching
			}
			x.At = 1 + d.IntN(40)
			s.During = append(s.During, x)
		}
	}
	return s
}

func (d *drawer) searchable() bool {
	for _, s := range d.m.systems {
		if !s.finder || s.stamper {
			return false
		}
	}
	return true
}

func kindOf(name string) (memory.Kind, bool) {
	for _, k := range memory.Kinds() {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}

// trouble lets something go wrong at some systems.
func (d *drawer) trouble() []Step {
	var out []Step
	for _, s := range d.m.systems {
		if d.chance(2) {
			continue
		}
		f := Step{Do: Fault, System: s.name, After: []int{0, 0, 0, 1, 2, 4}[d.IntN(6)], Times: 1 + d.IntN(3)}
		kind := d.faults[d.IntN(len(d.faults))]
		if !fair(s, kind) || kind == memory.Stale && !d.ordered(s) {
			kind = memory.Lost
		}
		f.Fault = kind.String()
		switch kind {
		case memory.Unavailable, memory.Limited, memory.Denied:
			f.Op = []string{"write", "get", "next", "read", "find", ""}[d.IntN(6)]
			if kind == memory.Limited && d.chance(2) {
				f.Amount = 1 + d.IntN(120)
			}
		case memory.Stale:
			f.Op = []string{"read", "get"}[d.IntN(2)]
		case memory.Late:
			if s.facts.Create == connectors.CreateKeySearch {
				f.Verb = "update" // a create that is only late is not found, and is sent again
			}
		case memory.Partial:
			f.Field = d.fieldAt(s)
		}
		out = append(out, f)
	}
	return out
}

// ordered reports whether the revisions of everything a system is asked for
// have an order: nothing else tells yesterday's record from an edit back.
func (d *drawer) ordered(s *system) bool {
	return !slices.ContainsFunc(d.ends, func(e *end) bool { return e.system == s && !e.Facts.Ordered })
}

// fieldAt names a field that some end of the system reads.
func (d *drawer) fieldAt(s *system) string {
	for _, e := range d.ends {
		if name := d.field(e); e.system == s && name != "" {
			f, _ := e.pipe.field(name)
			return f.Ends[e.Index].Path.Top()
		}
	}
	return ""
}

// manners lets systems have ways of their own.
func (d *drawer) manners() []Step {
	var out []Step
	for _, s := range d.m.systems {
		if d.chance(3) {
			out = append(out, Step{Do: Behave, System: s.name, Fault: wayNames[d.IntN(len(wayNames))], Amount: 1 + d.IntN(90)})
		}
		if !d.chance(5) {
			continue
		}
		for _, e := range d.ends {
			if name := d.field(e); e.system == s && name != "" {
				if f, _ := e.pipe.field(name); !e.pipe.isKey(f.Index) {
					out = append(out, Step{Do: Habit, End: e.name(), Field: name, Fault: memory.Habits()[d.IntN(len(memory.Habits()))].Name})
				}
				break
			}
		}
	}
	return out
}

// fair reports whether a system that states the double's facts may do that: a
// fault that contradicts them proves nothing.
func fair(s *system, k memory.Kind) bool {
	switch k {
	case memory.Stale:
		return s.finder && !s.stamper // what a listing hides can only be found by searching
	case memory.Unreadable, memory.Cut, memory.Empty:
		return s.finder && !s.stamper
	case memory.Blanked:
		return false // a system that shows a blank says that somebody emptied the field
	case memory.Lying:
		return false // a connector says of what may have arrived that it may have
	case memory.Hidden:
		return s.facts.Lag > 0
	case memory.Partial:
		return !s.facts.Whole
	}
	return true
}
