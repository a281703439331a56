package scenario

// Tally counts what was exercised: a green result means as much as it says.
type Tally struct {
	Steps    map[Do]int      `json:"steps"`
	Faults   map[string]*Met `json:"faults"`  // by kind
	Answers  map[string]int  `json:"answers"` // errors that requests of the engine ended with, by kind
	Laws     map[string]int  `json:"laws"`    // how often each was checked
	Writes   map[string]int  `json:"writes"`  // that landed: created, updated, removed
	Requests int             `json:"requests"`
	Kills    int             `json:"kills"`
	Effects  int             `json:"effects"`
}

// Met is what became of a kind of fault.
type Met struct {
	Set     int `json:"set"`          // how often it was set up
	Struck  int `json:"struck"`       // how often it struck
	Went    int `json:"runs_went_on"` // runs in which it struck that went on to their end
	Stopped int `json:"runs_stopped"` // that gave up, to be run again
	Killed  int `json:"runs_killed"`  // that were killed besides
}

func (t *Tally) met(kind string) *Met {
	if t.Faults[kind] == nil {
		t.Faults[kind] = &Met{}
	}
	return t.Faults[kind]
}

// strikes notes which faults struck in a run, and what became of it.
func (t *Tally) strikes(before, after map[string]int, stopped, killed bool) {
	for kind, n := range after {
		if n == before[kind] {
			continue
		}
		m := t.met(kind)
		m.Struck += n - before[kind]
		switch {
		case killed:
			m.Killed++
		case stopped:
			m.Stopped++
		default:
			m.Went++
		}
	}
}

func newTally() *Tally {
	return &Tally{Steps: map[Do]int{}, Faults: map[string]*Met{}, Answers: map[string]int{}, Laws: map[string]int{}, Writes: map[string]int{}}
}

// add adds another tally.
func (t *Tally) add(o *Tally) {
	sum(t.Steps, o.Steps)
	for kind, m := range o.Faults {
		of := t.met(kind)
		of.Set, of.Struck, of.Went, of.Stopped, of.Killed = of.Set+m.Set, of.Struck+m.Struck, of.Went+m.Went, of.Stopped+m.Stopped, of.Killed+m.Killed
	}
	sum(t.Answers, o.Answers)
	sum(t.Laws, o.Laws)
	sum(t.Writes, o.Writes)
	t.Requests += o.Requests
	t.Kills += o.Kills
	t.Effects += o.Effects
}

func sum[K comparable](into, from map[K]int) {
	for k, n := range from {
		into[k] += n
	}
}
