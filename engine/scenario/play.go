package scenario

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
)

// Outcome is what playing a scenario came to.
type Outcome struct {
	Broken *Broken // nil: every law held
	Tally  *Tally
	Trace  []string // where it was asked for
}

// Play lives through a scenario. folder is an empty folder for its state,
// which is removed afterwards. With trace every step is told.
func (m *Model) Play(ctx context.Context, s *Scenario, folder string, trace bool) Outcome {
	w := m.start(ctx, s, folder, trace)
	defer os.RemoveAll(folder)
	w.live()
	if w.broken == nil {
		other := folder + "-other"
		defer os.RemoveAll(other)
		m.inOrder(ctx, w, other)
	}
	if w.broken != nil && w.broken.Step == 0 {
		w.broken.Step = len(s.Steps)
	}
	return Outcome{Broken: w.broken, Tally: w.tally, Trace: w.trace}
}

// live lets every step happen, and the world come to rest.
func (w *world) live() {
	for i, step := range w.scenario.Steps {
		w.say("%d. %s", i+1, step)
		w.step(step)
		if w.broken != nil {
			w.broken.Step = i + 1
			return
		}
	}
	w.rest()
}

// step lets one thing happen.
func (w *world) step(s Step) {
	switch s.Do {
	case Run:
		w.run(s)
	case Plan:
		w.looksAtPlan()
	case Answer:
		w.answer(s)
	case Fault:
		w.goesWrong(s)
	case Behave:
		w.behaves(s)
	case Habit: // a system has it from the start
	case Heal:
		w.heal()
	case Tick:
		w.now = w.now.Add(time.Duration(s.Amount) * time.Minute)
	default:
		w.person(s)
	}
}

// goesWrong injects a fault.
func (w *world) goesWrong(s Step) {
	p := w.places[s.System]
	kind, ok := kindOf(s.Fault)
	if p == nil || !ok {
		return
	}
	p.memory.Inject(memory.Fault{
		Kind: kind, Op: s.Op, Verb: s.Verb, Field: s.Field, After: s.After, Times: s.Times, RetryAfter: time.Duration(s.Amount) * time.Second,
	})
	w.tally.met(s.Fault).Set++
	w.tally.Steps[Fault]++
}

// behaves gives a system another way.
func (w *world) behaves(s Step) {
	p, way := w.places[s.System], ways[s.Fault]
	if p == nil || way == nil {
		return
	}
	p.memory.Behave(way(p.system, s.Amount))
	w.tally.met(s.Fault).Set++
	w.tally.Steps[Behave]++
}

// acquire gives the systems the habits of the scenario.
func (w *world) acquire(s *Scenario) map[string]map[string][]memory.Habit {
	out := map[string]map[string][]memory.Habit{}
	for _, step := range s.Steps {
		e := w.model.find(step.End)
		if step.Do != Habit || e == nil {
			continue
		}
		f, ok := e.pipe.field(step.Field)
		if !ok || f.Ends[e.Index] == nil || !f.Ends[e.Index].HasPath {
			continue
		}
		for _, h := range memory.Habits() {
			if h.Name == step.Fault {
				object, top := e.system.name+"/"+e.Object, f.Ends[e.Index].Path.Top()
				if out[object] == nil {
					out[object] = map[string][]memory.Habit{}
				}
				out[object][top] = append(out[object][top], h)
				w.tally.met("habit "+h.Name).Set++
			}
		}
	}
	return out
}

// looksAtPlan is LAW5: planning changes nothing.
func (w *world) looksAtPlan() {
	w.tally.Laws[Quiet.Name]++
	before := w.written()
	_, _ = w.engine.Plan(w.ctx, w.config, engine.PlanOptions{})
	if after := w.written(); after != before {
		w.fail(Quiet, "planning sent %d changes to the systems", after-before)
	}
}

func (w *world) written() (n int) {
	for _, p := range w.places {
		n += len(p.memory.Writes())
	}
	return n
}

// folders gives every scenario a folder of its own, in memory where there is a
// file system that is: a simulated kill is no power cut.
type folders struct{ root string }

func newFolders() (*folders, error) {
	base := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		base = "/dev/shm"
	}
	root, err := os.MkdirTemp(base, "syncline-chaos-")
	if err != nil && base != "" {
		root, err = os.MkdirTemp("", "syncline-chaos-")
	}
	return &folders{root}, err
}

func (f *folders) of(worker int) string {
	folder := filepath.Join(f.root, strconv.Itoa(worker))
	must(os.MkdirAll(folder, 0o700))
	return folder
}

func (f *folders) remove() { _ = os.RemoveAll(f.root) }
