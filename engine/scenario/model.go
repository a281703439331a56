package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// Model is a configuration with doubles in place of its connectors. It is not
// changed once it is made, and may be played concurrently.
type Model struct {
	config  *pipelines.Config
	systems []*system
	pipes   []*pipe
	begins  time.Time
}

// system is one system of the configuration, as it is simulated.
type system struct {
	name     string
	facts    connectors.Facts // as the double keeps them
	objects  []connectors.Object
	finder   bool
	stamper  bool
	compares []string // the objects whose records show no revision
	deaf     bool     // it holds no condition whatever it says: for the test of the laws
}

// pipe is one pipeline, laid out.
type pipe struct {
	*plans.Pipeline
	ends []*end
	refs map[int]*pipe // by entity slot of a reference: the pipeline that knows the entity
}

// end is one end of a pipeline.
type end struct {
	*plans.End
	pipe    *pipe
	system  *system
	id      string // the field that shows the id
	helpers []helper
	place   int    // among the ends of all pipelines
	idle    string // why nobody puts records here, "" when they do
}

// name says which end of which pipeline.
func (e *end) name() string { return e.pipe.Name + "/" + e.Name }

// BadConfig is a configuration that does not compile.
type BadConfig struct {
	Config   *pipelines.Config
	Problems diag.Problems
}

// Error says that it does not compile.
func (b *BadConfig) Error() string { return "the configuration does not compile" }

// Compile compiles a configuration as `validate` does, replaces its connectors
// by doubles and compiles it again. The error is a *BadConfig when the
// configuration is at fault.
func Compile(ctx context.Context, o Options) (*Model, error) {
	m := &Model{begins: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	first, problems := m.load(ctx, o, o.Connectors)
	if problems.Failed() {
		return nil, &BadConfig{Config: first, Problems: problems}
	}
	for _, loose := range []bool{false, true} {
		m.systems = nil
		for _, s := range first.Systems {
			m.systems = append(m.systems, double(first, s, loose))
		}
		m.config, problems = m.load(ctx, o, m.definitions(o.Connectors))
		if !problems.Failed() {
			return m, m.layOut()
		}
	}
	return nil, fmt.Errorf("its systems cannot be simulated: %s", problems[0].Summary)
}

func (m *Model) load(ctx context.Context, o Options, list []*connectors.Definition) (*pipelines.Config, diag.Problems) {
	e := engine.New(engine.Options{Connectors: list, Clock: func() time.Time { return m.begins }, Env: o.Env})
	return e.Load(ctx, o.Source)
}

// layOut compiles the pipelines and takes away what would lead outside: what opens
// the systems and their settings, and the addresses where people are told.
func (m *Model) layOut() error {
	m.config.Engine.Encryption = nil
	doubles := m.definitions(definitionsOf(m.config))
	for i, s := range m.config.Systems {
		s.Definition, s.Values, s.Secrets, s.Blocks = doubles[i], nil, nil, nil
	}
	for _, n := range m.config.Notifies {
		n.Connector, n.Values, n.Secrets = "log", nil, nil
	}
	ends := 0
	for _, p := range m.config.Pipelines {
		g, err := plans.Compile(m.config, p)
		if err != nil {
			return err
		}
		x := &pipe{Pipeline: g, refs: map[int]*pipe{}}
		for _, e := range g.Ends {
			x.ends = append(x.ends, m.end(x, e))
			x.ends[len(x.ends)-1].place = ends
			ends++
		}
		m.pipes = append(m.pipes, x)
	}
	m.refer()
	return nil
}

func (m *Model) end(p *pipe, e *plans.End) *end {
	out := &end{End: e, pipe: p, system: m.system(e.End.System.Name)}
	out.id = out.system.object(e.Object).ID
	if e.Each != "" {
		out.idle = "its records are elements of other records (each)"
	}
	out.helpers = helpersOf(out)
	return out
}

// refer finds, for every reference, the pipeline that knows what it refers to.
func (m *Model) refer() {
	for _, p := range m.pipes {
		for slot := range p.Shape.Len() {
			t := p.Shape.Field(slot).Type
			if t.Kind != schema.KindRef {
				continue
			}
			if i := slices.IndexFunc(m.pipes, func(o *pipe) bool { return o.Entity.Name == t.Entity }); i >= 0 {
				p.refs[slot] = m.pipes[i]
			}
		}
	}
}

func (m *Model) system(name string) *system {
	for _, s := range m.systems {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (m *Model) pipe(name string) *pipe {
	for _, p := range m.pipes {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// end finds an end by PIPELINE/END; nil when there is none.
func (m *Model) find(name string) *end {
	for _, p := range m.pipes {
		for _, e := range p.ends {
			if e.name() == name {
				return e
			}
		}
	}
	return nil
}

// rule is one link of a chain of conflict rules.
type rule = pipelines.Rule

// fieldOf is a field of a pipeline.
type fieldOf = pipelines.Field

// field returns the field of a name.
func (p *pipe) field(name string) (*fieldOf, bool) {
	for _, f := range p.Pipeline.Pipeline.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return nil, false
}

func (s *system) object(name string) *connectors.Object {
	for i := range s.objects {
		if s.objects[i].Name == name {
			return &s.objects[i]
		}
	}
	return nil
}
