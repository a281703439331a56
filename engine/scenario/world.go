package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/pipelines"
	"syncline/schema"
)

// world is one scenario under way.
type world struct {
	model    *Model
	scenario *Scenario
	ctx      context.Context
	folder   string
	now      time.Time
	engine   *engine.Engine
	config   *pipelines.Config
	places   map[string]*place // by system
	told     []string          // what the engine logged
	broken   *Broken
	tally    *Tally
	tracing  bool
	trace    []string
	effects  []string // of the run under way, since the last line of the trace
	late     bool     // what arrives now was asked for long ago

	pass  pass
	edits edits
}

// pass is a run under way.
type pass struct {
	active  bool
	effects int
	kill    int
	during  map[int][]Step
	busy    bool // a step during the run is under way
	choices int
}

// Broken is a law that did not hold.
type Broken struct {
	Law  string `json:"law"`
	What string `json:"what"`
	Step int    `json:"step"` // how many steps were played
}

// Error names the law.
func (b *Broken) Error() string { return b.Law + ": " + b.What }

// killed is what ends a run where the process ends.
type killed struct{}

// start makes the world of a scenario. State lies in folder.
func (m *Model) start(ctx context.Context, s *Scenario, folder string, tracing bool) *world {
	w := &world{model: m, scenario: s, folder: folder, now: m.begins, places: map[string]*place{}, tally: newTally(), tracing: tracing}
	w.ctx = context.WithValue(ctx, worldKey{}, w)
	habits := w.acquire(s)
	for _, d := range m.systems {
		p := &place{system: d, world: memory.NewWorld(d.options(w)), tables: map[string]*table{}, habits: map[string]bool{}, altered: map[string]altered{}, dropped: map[string]bool{}}
		p.memory = p.world.System(d.name)
		for _, o := range d.objects {
			p.tables[o.Name] = &table{
				Table: p.memory.Table(o.Name, memory.Layout{Fields: m.layout(d, &o), ID: o.ID, Open: true, Habits: habits[d.name+"/"+o.Name]}), object: o.Name, records: map[string]*record{},
			}
		}
		for _, o := range d.objects {
			for top := range habits[d.name+"/"+o.Name] {
				p.habits[o.Name+"."+top] = true
			}
		}
		w.places[d.name] = p
	}
	config := *m.config
	config.Engine.State = filepath.Join(folder, "state")
	w.config = &config
	seed := [32]byte{byte(s.Seed), byte(s.Seed >> 8), byte(s.Seed >> 16), byte(s.Seed >> 24), byte(s.Seed >> 32)}
	w.engine = engine.New(engine.Options{
		Clock: w.clock, Random: rand.NewChaCha8(seed), Env: func(string) (string, bool) { return "", false },
		Log:    func(_, text string) { w.told = append(w.told, text) },
		Small:  true,
		Effect: func(what string, done bool) { w.effect(nil, what, done) },
	})
	return w
}

// clock is simulated time: it moves when it is looked at, and by ticks.
func (w *world) clock() time.Time {
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

// rng returns the randomness of a detail: it depends on nothing but the
// numbers, so that leaving out a step changes no other.
func (w *world) rng(a, b int) *rand.Rand {
	return rand.New(rand.NewPCG(w.scenario.Seed, uint64(a)<<32|uint64(b)))
}

func (w *world) say(format string, args ...any) {
	if !w.tracing {
		return
	}
	if len(w.effects) > 0 {
		w.trace = append(w.trace, "    "+strings.Join(w.effects, ", "))
		w.effects = nil
	}
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// fail says that a law is broken. The first counts.
func (w *world) fail(law Law, format string, args ...any) {
	if w.broken == nil {
		w.broken = &Broken{Law: law.Name, What: fmt.Sprintf(format, args...)}
		w.say("%s: %s", law.Name, w.broken.What)
	}
}

// effect is told of everything the engine does that the world outside it can
// see. People act meanwhile, and the engine may be killed: its state stays as
// it stands.
func (w *world) effect(p *place, what string, done bool) {
	if !w.pass.active || w.pass.busy {
		return
	}
	w.pass.effects++
	n := w.pass.effects
	if w.tracing && p != nil && !done && what != "next" {
		w.effects = append(w.effects, fmt.Sprintf("%d %s %s", n, what, p.system.name))
	} else if w.tracing && p == nil && done {
		w.effects = append(w.effects, fmt.Sprintf("%d %s", n, what))
	}
	for _, s := range w.pass.during[n] {
		w.pass.busy = true
		w.say("    meanwhile:")
		w.person(s)
		w.pass.busy = false
	}
	if n == w.pass.kill {
		w.keepState()
		panic(killed{})
	}
}

func (w *world) state() string { return filepath.Join(w.folder, "state") }

// keepState copies the state as it stands now.
func (w *world) keepState() {
	to := filepath.Join(w.folder, "killed")
	_ = os.RemoveAll(to)
	files, err := os.ReadDir(w.state())
	if os.IsNotExist(err) {
		return
	}
	must(err)
	must(os.MkdirAll(to, 0o700))
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(w.state(), f.Name()))
		if os.IsNotExist(err) {
			continue
		}
		must(err)
		must(os.WriteFile(filepath.Join(to, f.Name()), data, 0o600))
	}
}

// backToKilled puts in place what stood when the engine was killed.
func (w *world) backToKilled() {
	must(os.RemoveAll(w.state()))
	if err := os.Rename(filepath.Join(w.folder, "killed"), w.state()); !os.IsNotExist(err) {
		must(err)
	}
}

// must is for what can only fail when the machine does: no disk, no memory.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("scenario: the temporary folder cannot be used: %v", err))
	}
}

// place is one simulated system.
type place struct {
	system  *system
	world   *memory.World
	memory  *memory.System
	tables  map[string]*table  // by object
	habits  map[string]bool    // OBJECT.FIELD
	dropped map[string]bool    // OBJECT.FIELD that was taken away once
	altered map[string]altered // by OBJECT.FIELD, until everything is healed
}

// table is one object and what is known of its records.
type table struct {
	*memory.Table
	object  string
	records map[string]*record
	several bool // somebody who had several records here was looked up by person
}

// record is what became of one record.
type record struct {
	id      string
	person  int                        // whose it is, counted from 1; 0: unknown
	fields  map[string]schema.Value    // as it is now; nil: not there
	history []map[string]schema.Value  // every state it was in
	maker   author                     // who made it
	touched bool                       // by a person during the run under way
	met     bool                       // in a listing or a search of this run
	shown   map[string]map[string]bool // what the engine was shown in this run, by field
	ever    map[string]bool            // what it ever was shown, FIELD\x00VALUE
	news    []string                   // what of that it was shown first in this run
	laden   bool                       // a write of long ago arrived since somebody edited it
	own     map[string]bool            // what the engine ever sent, FIELD\x00VALUE
	asked   map[string]schema.Value    // what the engine asked for last, by field
	linked  bool
}

type author uint8

const (
	people author = iota
	theEngine
)
