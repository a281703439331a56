package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// world is a random configuration over systems in memory, the people who edit
// them, and an engine that may be killed at every request.
type world struct {
	testing.TB
	rng    *rand.Rand
	folder string
	now    time.Time
	shape  shape
	ends   []*place
	engine *engine.Engine
	config *pipelines.Config

	serial  int                     // of values: no two edits of free text are alike
	parents map[string]string       // what a person saw when they typed a value
	ops     int                     // requests of the run under way
	killAt  int                     // the request before or after which the engine is killed; 0: never
	editAt  map[int]bool            // requests during which a person edits
	edited  map[string]map[int]bool // ends by "person field", since they are linked
	linked  map[string]bool         // END/ID
	early   map[string]bool         // "person field" that was edited before it was linked
	choices map[string]string       // by item, what a person chose
	kept    map[string]bool         // "ENTITY field" that may differ
	people  int
	busy    bool // the engine is under way
	single  bool // nobody is there twice
	hinting bool // passes are made over what was hinted at, now and then
	hints   []engine.Hint
	known   map[string]string // what was last hinted of, by END/ID
	trace   []string

	alone     restraint
	lifted    bool                       // whether the ceilings are lifted
	addresses map[string]string          // of records, by END/ID
	retyped   map[string]map[string]bool // by value, what it was typed over once more
	last      map[string]string          // by "person field", what was typed last
	regrets   []regret                   // names that were typed over lately
}

// place is one end.
type place struct {
	name   string
	world  *memory.World
	system *memory.System
	table  *memory.Table
	seen   int // writes looked at
}

// killed is what a hook panics with: the process ended here.
type killed struct{}

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

var endNames = []string{"a", "b", "c"}

func newLaws(t testing.TB, seed uint64) *world {
	rng := rand.New(rand.NewPCG(seed, 7))
	return newWorld(t, rng, drawShape(rng))
}

func newWorld(t testing.TB, rng *rand.Rand, s shape) *world {
	w := &world{
		TB: t, rng: rng, folder: t.TempDir(), now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), shape: s,
		parents: map[string]string{}, edited: map[string]map[int]bool{}, early: map[string]bool{}, kept: map[string]bool{},
		alone: newRestraint(), addresses: map[string]string{}, retyped: map[string]map[string]bool{}, last: map[string]string{},
	}
	w.build()
	return w
}

func (w *world) clock() time.Time {
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

func (w *world) build() {
	var definitions []*connectors.Definition
	text := func(name string) schema.Field {
		return schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString}}
	}
	for i := range w.shape.ends {
		name := endNames[i]
		facts := w.shape.facts[i]
		p := &place{name: name, world: memory.NewWorld(memory.Options{
			Name: "mem" + name, Facts: &facts, NoFinder: !w.shape.finder && facts.Create != connectors.CreateKeySearch,
			NoConfirm: w.shape.noConfirm, NoStamper: !w.shape.stamper, Raw: w.shape.raw, Clock: w.clock,
			Hook: w.request,
		})}
		p.system = p.world.System(name)
		p.table = p.system.Table("people", memory.Layout{Fields: []schema.Field{
			text("email"), text("name"), text("phase"), text("note"), text("city"), text("land"), text("owned"), text("private"), text("updated"),
			{Name: "tags", Type: schema.Type{Kind: schema.KindSet, Elem: &schema.Type{Kind: schema.KindString}}},
		}})
		d := p.world.Definition()
		definitions = append(definitions, &d)
		w.ends = append(w.ends, p)
	}
	w.engine = engine.New(engine.Options{Connectors: definitions, Clock: w.clock})
	w.load(w.text())
}

func (w *world) load(text string) {
	path := filepath.Join(w.folder, "main.hcl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	config, problems := w.engine.Load(context.Background(), engine.Source{Path: path})
	if problems.Failed() {
		for _, p := range problems {
			w.Errorf("%+v", p)
		}
		w.Fatalf("the configuration does not compile:\n%s", text)
	}
	w.config = config
}

// request is told of every request of the engine. People edit meanwhile, and
// the engine may be killed: its state as it stands is kept, and nothing of
// what it would do to close is.
func (w *world) request(string, string, bool) {
	w.ops++
	if w.editAt[w.ops] {
		w.busy = true
		w.edit()
		w.busy = false
	}
	if w.ops != w.killAt {
		return
	}
	w.copyState()
	panic(killed{})
}

func (w *world) copyState() {
	to := filepath.Join(w.folder, "killed")
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(filepath.Join(w.folder, "state")))); err != nil && !errors.Is(err, os.ErrNotExist) {
		w.Fatal(err)
	}
}

// run makes one pass. It reports nil when the engine was killed.
func (w *world) run() (s *plans.Summary, err error) {
	w.ops = 0
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case killed:
			s, err = nil, nil
			folder := filepath.Join(w.folder, "state")
			if err := errors.Join(os.RemoveAll(folder), os.Rename(filepath.Join(w.folder, "killed"), folder)); err != nil {
				w.Fatal(err)
			}
		default:
			panic(r)
		}
	}()
	return w.engine.Run(context.Background(), w.config, engine.RunOptions{Allow: w.allowance(), Hints: w.hints})
}

func (w *world) say(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// fresh returns a value nobody wrote before.
func (w *world) fresh(word string) string {
	w.serial++
	return fmt.Sprintf("%s%d", word, w.serial)
}

// person returns the e-mail address of one of the people.
func (w *world) person() string { return fmt.Sprintf("p%d@x.test", w.rng.IntN(w.people)) }

// hire puts a new person at some of the ends.
func (w *world) hire() {
	email := fmt.Sprintf("p%d@x.test", w.people)
	w.people++
	at := 1 + w.rng.IntN(1<<w.shape.ends-1)
	name, note := w.fresh("name"), w.fresh("note")
	for i, e := range w.ends {
		if at&(1<<i) == 0 {
			continue
		}
		f := memory.Fields{
			"email": schema.String(email), "name": schema.String(name), "note": schema.String(note),
			"phase": schema.String(fmt.Sprintf("%s%d", e.name, 1+w.rng.IntN(3))),
			"city":  schema.String("city0"), "land": schema.String("land0"), "owned": schema.String("owned0"),
			"tags": schema.Set(schema.String("t0")),
		}
		if i == 0 {
			f["private"] = schema.String("no")
		} else {
			f["private"] = schema.String("secret-" + e.name)
		}
		if w.rng.IntN(4) == 0 {
			f["name"] = schema.String(w.fresh("name"))
		}
		if w.rng.IntN(6) == 0 {
			f["name"] = schema.NullValue()
		}
		id := fmt.Sprintf("%s-%d", e.name, w.people)
		e.table.Put(id, f)
		w.say("  person put %s/%s %s name=%s note=%s", e.name, id, email, f["name"].Display(), note)
		if w.rng.IntN(12) == 0 && !w.single {
			e.table.Put(id+"x", f)
			w.say("  person put a duplicate %s/%sx", e.name, id)
		}
	}
}

// edit is one edit of one person.
func (w *world) edit() {
	if w.people == 0 || w.rng.IntN(8) == 0 && (w.shape.finder || !w.busy) {
		w.hire() // who appears behind a listing can only be found by searching
		return
	}
	email := w.person()
	end := w.rng.IntN(w.shape.ends)
	e := w.ends[end]
	id := w.find(e, email)
	if id == "" {
		return
	}
	if w.shape.deletes && w.rng.IntN(12) == 0 {
		w.know()
		w.alone.gone[email] = true
		e.table.Delete(id)
		w.say("  person deleted %s/%s", e.name, id)
		return
	}
	field := pick(w.rng, "name", "name", "name", "name", "note", "phase", "tags", "city", "land", "owned", "private")
	old := e.table.Record(id)
	var v schema.Value
	switch field {
	case "phase":
		v = schema.String(fmt.Sprintf("%s%d", e.name, 1+w.rng.IntN(3)))
	case "tags":
		v = w.retag(old["tags"])
	case "private":
		if end == 0 {
			v = schema.String(pick(w.rng, "no", "no", "yes"))
		} else {
			v = schema.String("secret-" + e.name)
		}
	default:
		v = schema.String(w.fresh(field))
		if w.rng.IntN(10) == 0 {
			v = schema.NullValue()
		}
	}
	again := false
	if field == "name" && w.rng.IntN(4) == 0 {
		if x, ok := w.concede(e, id, email, field); ok {
			v, again = x, true
		}
	}
	if agreed := w.everywhere(email, field, old[field]); v.Is() && (agreed || w.parents[old[field].Text()] != "") {
		w.typed(v.Text(), old[field].Text(), again)
		key := email + " " + field
		w.last[key] = v.Text()
		if w.edited[key] == nil {
			w.edited[key] = map[int]bool{}
		}
		w.edited[key][end] = true
	} else {
		w.early[email+" "+field] = true
	}
	w.alone.touched[e.name+"/"+id] = w.alone.touched[e.name+"/"+id] || !w.busy && v.Display() != old[field].Display()
	w.alone.chosen[v.Text()] = w.choices != nil && !again
	if field == "name" && old[field].Is() {
		w.regrets = append(w.regrets, regret{e, id, old[field].Text()})
	}
	e.table.Set(id, memory.Fields{field: v})
	w.say("  person set %s/%s %s=%s (was %s)", e.name, id, field, v.Display(), old[field].Display())
}

// everywhere reports whether every record of a person is linked and shows the
// value: before that, nothing is an edit.
func (w *world) everywhere(email, field string, v schema.Value) bool {
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			r := e.table.Record(id)
			if r["email"].Text() == email && (!w.linked[e.name+"/"+id] || field == "name" && r[field].Text() != v.Text()) {
				return false
			}
		}
	}
	return true
}

func (w *world) retag(old schema.Value) schema.Value {
	items := slices.Clone(old.Items())
	if len(items) > 0 && w.rng.IntN(2) == 0 {
		i := w.rng.IntN(len(items))
		return schema.Set(slices.Delete(items, i, i+1)...)
	}
	return schema.Set(append(items, schema.String(w.fresh("t")))...)
}

func (w *world) find(e *place, email string) string {
	for _, id := range e.table.IDs() {
		if r := e.table.Record(id); r != nil && r["email"].Text() == email {
			return id
		}
	}
	return ""
}

var (
	writeTroubles = []memory.Kind{
		memory.Refused, memory.Moved, memory.Lost, memory.Lost, memory.Late, memory.Late, memory.Dropped, memory.Lying,
		memory.Unavailable, memory.Limited, memory.Denied,
	}
	readTroubles = []memory.Kind{
		memory.Unavailable, memory.Limited, memory.Denied, memory.Stale, memory.Duplicate, memory.Incomplete, memory.Cut,
		memory.Empty, memory.Partial, memory.Unreadable,
	}
)

// trouble makes systems fail for a while.
func (w *world) trouble() {
	for _, e := range w.ends {
		if w.rng.IntN(3) == 0 {
			continue
		}
		kinds := writeTroubles
		if w.rng.IntN(2) == 0 {
			kinds = readTroubles
		}
		f := memory.Fault{Kind: pick(w.rng, kinds...), After: w.rng.IntN(4), Times: 1 + w.rng.IntN(3)}
		if hides := f.Kind == memory.Stale || f.Kind == memory.Unreadable || f.Kind == memory.Cut || f.Kind == memory.Empty; hides && (!w.shape.finder || w.shape.stamper) {
			f.Kind = memory.Lost // what a listing hides can only be found by searching
		}
		if f.Kind == memory.Lying && (!w.shape.finder || w.shape.stamper) {
			f.Verb = "update" // who is told that nothing was made, and cannot look, makes it again
		}
		if f.Kind == memory.Late && e.world.Definition().Facts.Create == connectors.CreateKeySearch {
			f.Verb = "update" // a create that is only late is not found, and is sent again
		}
		if f.Kind == memory.Stale {
			f.Op = pick(w.rng, "read", "get")
		}
		if f.Kind == memory.Partial {
			f.Field = pick(w.rng, "name", "note", "tags")
		}
		if f.Kind <= memory.Denied {
			f.Op = pick(w.rng, "write", "get", "next")
		}
		if ids := e.table.IDs(); f.Op == "get" && f.Kind != memory.Limited && len(ids) > 0 && w.rng.IntN(2) == 0 {
			f.ID, f.After = pick(w.rng, ids...), 0 // one answer of the call
		}
		e.system.Inject(f)
		w.say("  fault at %s: %v %s after %d, %d times", e.name, f.Kind, f.Op, f.After, f.Times)
	}
}

func (w *world) heal() {
	for _, e := range w.ends {
		e.system.Heal()
		if n := e.system.Deliver(); n > 0 {
			w.say("  %s: %d late arrived", e.name, n)
		}
	}
}

// look tells what the engine wrote since it was last asked.
func (w *world) look(each func(end int, c memory.Write)) {
	for i, e := range w.ends {
		writes := e.system.Writes()
		for _, x := range writes[e.seen:] {
			set := ""
			for _, a := range x.Change.Set {
				set += " " + a.Path.String() + "=" + a.Value.Display()
			}
			w.say("  engine %s %s/%s%s rev %s: %v", x.Change.Verb, e.name, x.Change.ID+x.Change.NewID, set, x.Change.Revision, x.Err)
			each(i, x)
		}
		e.seen = len(writes)
	}
}

// learn remembers which records are linked: an edit before that is none.
func (w *world) learn() {
	w.linked = map[string]bool{}
	w.store(func(s *state.Store) {
		_ = s.View(func(v *state.View) error {
			return v.Links(0, func(l *state.Link) error {
				for _, e := range l.Ends {
					if i := w.endOf(s, e.End); i >= 0 && e.Record != "" && l.State == state.Active {
						w.linked[w.ends[i].name+"/"+e.Record] = true
					}
				}
				return nil
			})
		})
	})
}

// store opens the state to look at it.
func (w *world) store(fn func(*state.Store)) {
	s, err := state.Open(state.Options{Folder: filepath.Join(w.folder, "state"), ReadOnly: true})
	if err != nil {
		w.Fatal(err)
	}
	fn(s)
	if err := s.Close(); err != nil {
		w.Fatal(err)
	}
}
