package run

import (
	"context"
	"fmt"
	"runtime"
	"sort"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/decide"
	"syncline/engine/match"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// pass is one walk under way.
type pass struct {
	Job
	ctx     context.Context
	now     time.Time
	ends    []*endPass
	numbers numbers
	rules   *match.Rules
	open    openItems
	barred  blocked
	lookups lookups
	remap   remapping

	// what was read
	spool   *spool
	mappers []*mapper
	frame   *expr.Frame
	in      decide.Input
	echoed  *observation
	looking []*subject         // the page that is about to be created
	adopted map[state.Ref]bool // records linked because they were found by their key
	last    *observation       // what observe returned last
	seenAt  []*observation
	wanted  []wanted
	shapes  []shaped
	ids     []string
	owners  []state.Entity
	known   []known
	found   []uint32
	scratch []byte
	spares  spares
	created decide.Decision
	lines   audit.Draft // of the page, for the journal

	batch      *state.Batch
	stirred    *entities // linked entities to look at; nil: not gathered yet
	concluded  conclusion
	postponing audit.Draft

	// who is who
	fresh         newcomers
	groups        groups
	joins         []join
	missed        []missing
	doubts        map[int32]*schema.Record // newcomers that wait for a person, decoded
	contested     map[state.Entity]string  // whose record another one was merged into, and why nothing is written of them
	resting       []state.Ref              // records whose links ended, and that a person lets be
	retold        bool                     // the listing says of a record whose it was
	parted        bool                     // a person said of some records that they are not the same
	suspectGroups []int32
	suspectLinks  []state.Entity
	apartNow      [][2]state.Ref // a person said so; kept when the pass closes
	linkedBefore  int
	endedBefore   int // links that ended

	// what is wanted, and what was done
	first       bool // first load: phases alternate page by page
	counting    bool
	seed        uint64 // of the match keys' digests
	wantedMass  map[mass]int
	closed      map[mass]bool
	breakers    breakers
	waited      time.Duration // for systems that asked for it
	shifts      map[place]*shift
	ill         map[place]bool // fields that look broken at an end
	spent       map[mass]int   // what may have left so far, in this pass and in an unfinished one before it
	carried     map[mass]int   // of spent, what the unfinished pass wrote
	hour        map[mass]int   // of spent, what earlier passes wrote that share the ceiling
	limits      map[mass]limit
	spentBefore bool // something of it is in the state
	dirtyBefore bool // a pass was cut short, and its links know more than the listings
	unsettled   []Left
	inFlight    map[flight]bool
	lagging     map[flight]bool  // where this pass wrote, and reads lag behind
	making      map[int]bool     // ends with a create of an earlier run in flight
	asking      map[flight]bool  // creates of which a person is asked whether they happened
	seats       map[flight]int32 // new records that joined a linked entity, by its place
	page        uint64
	again       []state.Entity
	attended    map[state.Entity]bool // looked at between two pages: what was listed of them is old
	pace        pace
	revivals    map[state.Entity]*subject  // by recovery, the entities it touched
	placed      map[state.Ref]state.Entity // by recovery, whose records creates were made from
	lost        map[state.Entity]string    // creates of which nobody can tell whether they happened
	later       *spool
	postponed   []int64
	pending     []pendingPage
	dead        []state.Dead
	reviews     []state.Conflict
	stillOpen   map[string]bool
	findings    map[string]int
	classes     map[state.Entity]state.Class // of entities that are not simply in agreement
	writesDone  int
	undone      map[*undo.Item]bool // confirmed by this pass
	became      []state.Entity      // by group
	ended       entities            // whose links this pass ended
	stopped     error
	reports     plans.PipelineSummary

	marks  []audit.Entry // what was opened and closed, for the journal
	strays Strays
}

// missing is a linked record that was not met.
type missing struct {
	entity  state.Entity
	end     int
	certain bool // an event said so
}

func begin(ctx context.Context, j Job) (*pass, error) {
	p := &pass{
		Job: j, ctx: ctx, now: j.Clock().UTC(), frame: &expr.Frame{},
		spool: newSpool(j.Store.Folder(), j.Store.Encrypted()), later: newSpool(j.Store.Folder(), j.Store.Encrypted()),
		wantedMass: map[mass]int{}, shifts: map[place]*shift{}, inFlight: map[flight]bool{}, making: map[int]bool{}, asking: map[flight]bool{}, placed: map[state.Ref]state.Entity{}, stillOpen: map[string]bool{}, findings: map[string]int{}, classes: map[state.Entity]state.Class{},
		rules: j.Pipeline.Rules,
	}
	p.lost, p.undone, p.attended = map[state.Entity]string{}, map[*undo.Item]bool{}, map[state.Entity]bool{}
	p.strays.Store = j.Store
	p.lookups = lookups{found: map[string]finding{}, listed: map[string][]*schema.Record{}, trouble: map[string]finding{}}
	p.reports.Pipeline = j.Pipeline.Name
	p.seed = KeySeed(j.Store)
	if err := p.number(); err != nil {
		return nil, err
	}
	for i, e := range j.Pipeline.Ends {
		p.ends = append(p.ends, &endPass{End: e, conn: elementsOf(e, j.Conns[i]), number: p.numbers.ends[i], asides: map[string]int{}, buried: map[string]bool{}})
	}
	for range max(1, runtime.GOMAXPROCS(0)) {
		p.mappers = append(p.mappers, &mapper{observed: newObservation(j.Pipeline.Shape, j.Pipeline.Ends[0].Shape())})
	}
	p.echoed = newObservation(j.Pipeline.Shape, j.Pipeline.Ends[0].Shape())
	p.seenAt = make([]*observation, len(p.ends))
	if err := p.loadOpen(); err != nil {
		return nil, err
	}
	if err := p.loadPasses(); err != nil {
		return nil, err
	}
	if err := p.loadBlocked(); err != nil {
		return nil, err
	}
	if err := p.loadBreakers(); err != nil {
		return nil, err
	}
	return p, nil
}

// KeySeed is what the digests of match keys are made with in a store: its own,
// so that they tell nobody else which values two stores share.
func KeySeed(s *state.Store) uint64 { return xxh3.HashString(s.Public(0)) }

// number gives every name its number in the store.
func (p *pass) number() (err error) {
	name := p.Pipeline.Name
	get := func(kind state.NumberKind, name string) state.Number {
		n, e := p.Store.Number(kind, name)
		if err == nil {
			err = e
		}
		return n
	}
	p.numbers.pipeline = get(state.NumberPipeline, name)
	p.numbers.key = get(state.NumberKey, name+"/keys")
	for _, e := range p.Pipeline.Ends {
		p.numbers.ends = append(p.numbers.ends, get(state.NumberEnd, name+"/"+e.Name))
	}
	for _, u := range p.Pipeline.Units {
		p.numbers.units = append(p.numbers.units, get(state.NumberUnit, name+"/"+u.Name))
	}
	return err
}

// loadPasses learns what earlier passes left: whether this is a first load,
// how many links there are, and whether the mapping is still the same.
func (p *pass) loadPasses() error {
	return p.Store.View(func(v *state.View) error {
		totals := v.Totals(p.numbers.pipeline)
		p.linkedBefore, p.endedBefore = int(totals.States[state.Active]), int(totals.States[state.Tombstone])
		p.first = p.Pipeline.Ceilings.Creates == nil
		p.dirtyBefore = len(v.Hash(dirtyName(p.Pipeline.Name))) > 0
		p.loadSpent(v)
		for _, e := range p.ends {
			last := v.Pass(p.numbers.pipeline, e.number)
			e.firstDone = last.First
			if !last.Complete.IsZero() {
				e.since = last.Complete.UnixMicro()
			}
			if e.May(verbCreate) && last.First {
				p.first = false
			}
			e.dirty = p.dirtyBefore || len(v.Hash(p.staleName(e))) > 0
		}
		p.remap.load(p, v)
		p.parted = v.Parted(p.numbers.pipeline)
		return nil
	})
}

func dirtyName(pipeline string) string { return "dirty/" + pipeline }

// staleName is set while links of the end know more than its listing: since it
// was stored, passes read only what changed, or it does not say whose a record
// is.
func (p *pass) staleName(e *endPass) string { return "stale/" + p.Pipeline.Name + "/" + e.Name }

func (p *pass) close() {
	for _, e := range p.ends {
		if e.session != nil {
			_ = e.session.Abort()
		}
	}
	_ = p.spool.close()
	_ = p.later.close()
}

// observe reads an observation of the spool. It is valid until the next call
// for the same end.
func (p *pass) observe(end uint8, at int64) (*observation, error) {
	b, err := p.spool.read(at)
	if err != nil {
		return nil, err
	}
	if p.seenAt[end] == nil {
		p.seenAt[end] = newObservation(p.Pipeline.Shape, p.ends[end].Shape())
	}
	p.last = p.seenAt[end]
	return p.last, p.last.decode(b)
}

// view reads the store. A state that cannot be read stops the pass: nothing is
// concluded from what it did not say.
func (p *pass) view(fn func(*state.View) error) {
	if err := p.Store.View(fn); err != nil && p.stopped == nil {
		p.stopped = fmt.Errorf("state: %w", err)
	}
}

func (p *pass) emit(e Event) {
	if p.Listen == nil {
		return
	}
	e.At, e.Pipeline = p.Clock(), p.Pipeline.Name
	p.Listen(e)
}

// timed says that a part of the pass which began at a time is over.
func (p *pass) timed(e Event, began time.Time, err error) {
	e.Kind, e.Run, e.Began, e.Failed = Timed, p.Run, began, err != nil
	p.emit(e)
}

func (p *pass) tell(n Notice) {
	if p.Tell == nil || !p.Write {
		return
	}
	n.Pipeline = p.Pipeline.Name
	p.Tell(n)
}

// commitBatch makes a batch true, after the journal's lines are on disk.
func (p *pass) commitBatch(b *state.Batch, lines *audit.Draft) error {
	if lines != nil && lines.Len() > 0 {
		head, err := p.Journal.AppendDraft(lines)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		b.SetAudit(head.Length, head.Hash)
		lines.Reset()
	}
	return p.Store.Commit(b)
}

// blankBatch returns the page's batch, empty: each is committed before the next
// is begun.
func (p *pass) blankBatch() *state.Batch {
	if p.batch == nil {
		p.batch = p.Store.NewBatch()
	}
	p.batch.Reset()
	return p.batch
}

// draft adds entries to the lines that go into the journal with the next
// commit.
func (p *pass) draft(lines *audit.Draft, entries []audit.Entry) error {
	if p.Journal == nil {
		return nil
	}
	for i := range entries {
		if err := p.Journal.Draft(lines, &entries[i]); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return nil
}

func sortWithheld(ws []plans.Withheld) {
	sort.Slice(ws, func(i, j int) bool {
		a, b := ws[i], ws[j]
		return a.End+" "+a.Kind+" "+a.Field < b.End+" "+b.Kind+" "+b.Field
	})
}

func microTime(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// rolledOut reports whether the phased roll-out lets the entity be written at
// an end.
func (p *pass) rolledOut(s *subject, end int) bool {
	e := p.ends[end]
	if e.Only != nil {
		v, err := e.Only.Eval(p.frameOf(s, end))
		return err == nil && v.Bool()
	}
	if e.Share <= 0 || e.Share >= 100 {
		return true
	}
	return int(schema.String(s.label()).Hash(0)%100) < e.Share
}

// requires reports whether a create needs a value for the named field.
func (e *endPass) requires(name string) bool {
	if e.needed == nil {
		e.needed = map[string]bool{}
		o, _ := connectors.ObjectNamed(e.System.Objects, e.Selection.Object)
		for _, f := range o.Fields {
			if f.Required {
				e.needed[f.Name] = true
			}
		}
	}
	return e.needed[name]
}
