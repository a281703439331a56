package scenario

import (
	"context"
	"slices"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/pipelines"
	"syncline/schema"
)

// The name that tells which world a connection belongs to: a model is compiled
// once, and played in many worlds at a time.
type worldKey struct{}

// definitions returns the doubles of the connectors: what they say about
// themselves is theirs, and what they open is simulated.
func (m *Model) definitions(list []*connectors.Definition) []*connectors.Definition {
	out := make([]*connectors.Definition, len(list))
	for i, d := range list {
		copied := *d
		copied.Offline = func(connectors.Settings) bool { return true }
		copied.Open = m.open
		out[i] = &copied
	}
	return out
}

// definitionsOf returns the connector of each system, described vendors among
// them, which no list of connectors has.
func definitionsOf(c *pipelines.Config) []*connectors.Definition {
	out := make([]*connectors.Definition, len(c.Systems))
	for i, s := range c.Systems {
		out[i] = s.Definition
	}
	return out
}

// open connects to the world of the context. While compiling there is none,
// and the connection tells what the system holds and nothing else.
func (m *Model) open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	s := m.system(set.System)
	w, ok := ctx.Value(worldKey{}).(*world)
	if !ok {
		return catalogue(s.objects), nil
	}
	return w.connect(ctx, s)
}

// catalogue is a connection that only lists objects.
type catalogue []connectors.Object

// Objects implements connectors.Lister.
func (c catalogue) Objects(context.Context) ([]connectors.Object, error) { return c, nil }

// Close does nothing.
func (c catalogue) Close() error { return nil }

// double makes a system's double. With loose, fields whose types nobody told
// may hold anything.
func double(c *pipelines.Config, s *pipelines.System, loose bool) *system {
	out := &system{name: s.Name, facts: s.Definition.Facts, objects: objectsOf(c, s, loose), finder: true}
	for i := range out.objects {
		if out.objects[i].ID == "" {
			out.objects[i].ID = idOf(c, s, out.objects[i].Name)
		}
	}
	for _, p := range c.Pipelines {
		for _, e := range p.Ends {
			if e.System == s && e.Selection.Revision == "" && out.facts.Grade == connectors.RevisionMatch {
				out.compares = append(out.compares, e.Object)
			}
		}
	}
	out.abilities(s)
	return out
}

// abilities finds out what a connection can do, where one can be had without a
// secret and the network; otherwise it is taken to search and not to stamp.
func (d *system) abilities(s *pipelines.System) {
	def := s.Definition
	set := connectors.Settings{System: s.Name, Values: s.Values, Blocks: s.Blocks}
	if def.Offline == nil || !def.Offline(set) {
		return
	}
	conn, err := def.Open(context.Background(), set)
	if err != nil {
		return
	}
	defer conn.Close()
	_, d.finder = conn.(connectors.Finder)
	_, d.stamper = conn.(connectors.Stamper)
}

// objectsOf returns the objects of a system's double. One that stands for many
// becomes those that the configuration names, and one that has further fields
// has those that the configuration reads and writes.
func objectsOf(c *pipelines.Config, s *pipelines.System, loose bool) []connectors.Object {
	used := derived(c, s, loose)
	if s.Objects == nil {
		return used
	}
	var out []connectors.Object
	for _, o := range s.Objects {
		if o.Named == "" && !o.Open {
			out = append(out, o)
		}
	}
	names := map[string]bool{}
	for _, u := range used {
		o, ok := connectors.ObjectNamed(s.Objects, u.Name)
		if !ok || !o.Open {
			continue
		}
		o.Fields, names[o.Name] = slices.Clone(o.Fields), true
		for _, f := range u.Fields {
			if f.Name != o.ID && !slices.ContainsFunc(o.Fields, func(have schema.Field) bool { return have.Name == f.Name }) {
				o.Fields = append(o.Fields, f)
			}
		}
		out = append(out, o)
	}
	for _, o := range s.Objects {
		if o.Named == "" && o.Open && !names[o.Name] {
			out = append(out, o)
		}
	}
	return out
}

// derived makes up the objects of a system of which nobody knows more than
// what the configuration reads and writes there.
func derived(c *pipelines.Config, s *pipelines.System, loose bool) []connectors.Object {
	var out []connectors.Object
	object := func(name string) *connectors.Object {
		for i := range out {
			if out[i].Name == name {
				return &out[i]
			}
		}
		out = append(out, connectors.Object{Name: name})
		return &out[len(out)-1]
	}
	add := func(o *connectors.Object, name string, t schema.Type) {
		if name == "" || slices.ContainsFunc(o.Fields, func(f schema.Field) bool { return f.Name == name }) {
			return
		}
		if loose {
			t = schema.Type{}
		}
		o.Fields = append(o.Fields, schema.Field{Name: name, Type: t.OrNull()})
	}
	for _, p := range c.Pipelines {
		for i, e := range p.Ends {
			if e.System != s {
				continue
			}
			o := object(e.Object)
			for _, f := range p.Fields {
				if fe := f.Ends[i]; fe != nil && fe.HasPath {
					add(o, fe.Path.Top(), rawType(f, fe))
				}
			}
			sel := &e.Selection
			if e.Each != "" {
				sel = &e.Whole
			}
			addSelection(o, sel, add)
		}
		for _, l := range p.Lookups {
			if l.System == s {
				addSelection(object(l.Selection.Object), &l.Selection, add)
			}
		}
	}
	return out
}

// rawType guesses what a field holds at the end.
func rawType(f *pipelines.Field, fe *pipelines.FieldEnd) schema.Type {
	switch {
	case !fe.Path.IsTop():
		return schema.Type{}
	case fe.Type.Kind != schema.KindAny:
		return fe.Type
	case fe.Read != nil, fe.Values != nil:
		return schema.Type{Kind: schema.KindString}
	}
	return f.Attribute.Type
}

func addSelection(o *connectors.Object, sel *connectors.Selection, add func(*connectors.Object, string, schema.Type)) {
	for _, f := range sel.Shape.Fields() {
		add(o, f.Name, f.Type)
	}
	for _, name := range sel.Writes {
		add(o, name, schema.Type{})
	}
	for _, fact := range []string{sel.ID, sel.Revision, sel.At, sel.Author, sel.Trace, sel.Cursor} {
		if path, err := schema.ParsePath(fact); err == nil {
			add(o, path.Top(), schema.Type{})
		}
	}
}

// idOf returns the field that shows the id of an object's records.
func idOf(c *pipelines.Config, s *pipelines.System, object string) string {
	for _, p := range c.Pipelines {
		for _, e := range p.Ends {
			if e.System == s && e.Object == object && e.Each == "" && e.Selection.ID != "" {
				return e.Selection.ID
			}
		}
	}
	return "id"
}

// layout returns the fields of an object as the double keeps them. What is
// required and nothing of the configuration gives, the system itself fills in.
func (m *Model) layout(d *system, o *connectors.Object) []schema.Field {
	fields := slices.Clone(o.Fields)
	for i := range fields {
		f := &fields[i]
		f.Required = f.Required && f.Default.IsAbsent() && slices.ContainsFunc(m.endsAt(d, o.Name), func(e *end) bool {
			path := schema.PathTo(f.Name)
			return e.hears(path)
		})
	}
	return fields
}

// options says what kind of world the system's double lives in.
func (d *system) options(w *world) memory.Options {
	facts := d.facts
	if d.deaf {
		facts.Grade = connectors.Blind
	}
	return memory.Options{Name: d.name, Facts: &facts, NoFinder: !d.finder, NoStamper: !d.stamper, Compares: d.compares, Clock: w.clock}
}
