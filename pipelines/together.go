package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines/diag"
)

// place is one field of one object of one system.
type place struct{ system, object, path string }

func (p place) String() string { return p.system + "." + p.object + "." + p.path }

// flow is one field of one pipeline carrying a value from place to place.
type flow struct {
	from, to place
	pipeline *Pipeline
	field    *Field
}

// checkTogether finds what no pipeline sees alone: two that write one place,
// and a value that runs in a circle over several with nobody right about it.
func (c *compiler) checkTogether() {
	writers := map[place]*Pipeline{}
	var flows []flow
	for _, p := range c.config.Pipelines {
		for _, f := range p.Fields {
			for i, fe := range f.Ends {
				if fe == nil || !f.Hears[i] || !fe.HasPath || !f.writesAt(p.Ends[i]) {
					continue
				}
				to := placeOf(p, f, i)
				c.oneWriter(writers, to, p, f)
				flows = append(flows, flowsInto(p, f, i, to)...)
			}
		}
	}
	c.circles(flows)
}

func placeOf(p *Pipeline, f *Field, i int) place {
	e := p.Ends[i]
	return place{e.System.Name, e.Object, f.Ends[i].Path.String()}
}

func flowsInto(p *Pipeline, f *Field, to int, at place) []flow {
	var out []flow
	for i, fe := range f.Ends {
		if i != to && fe != nil && f.Speaks[i] && fe.HasPath {
			out = append(out, flow{placeOf(p, f, i), at, p, f})
		}
	}
	return out
}

func (c *compiler) oneWriter(writers map[place]*Pipeline, to place, p *Pipeline, f *Field) {
	first := writers[to]
	if first == nil {
		writers[to] = p
		return
	}
	summary := fmt.Sprintf("%q is written by %q too", to.path, first.Name)
	if first == p {
		summary = fmt.Sprintf("%q is written by two fields", to.path)
	}
	c.add(diag.Problem{Code: codeTwoWriters, Summary: summary, Detail: to.String() + " has one writer, or the two undo each other", Range: f.Range, Context: contextOf(p)})
}

func contextOf(p *Pipeline) string { return fmt.Sprintf("pipeline %q", p.Name) }

// circles reports each circle of flows that leads over several pipelines and
// has no owner in it, once, at the flow that closes it.
func (c *compiler) circles(flows []flow) {
	out := map[place][]flow{}
	for _, f := range flows {
		out[f.from] = append(out[f.from], f)
	}
	w := walk{compiler: c, out: out, state: map[place]int{}}
	for _, f := range flows {
		w.visit(f.from, nil)
	}
}

type walk struct {
	*compiler
	out   map[place][]flow
	state map[place]int // 1: on the path, 2: done
}

func (w *walk) visit(at place, path []flow) {
	if w.state[at] != 0 {
		return
	}
	w.state[at] = 1
	for _, f := range w.out[at] {
		if w.state[f.to] == 1 {
			i := slices.IndexFunc(path, func(o flow) bool { return o.from == f.to })
			if i < 0 {
				i = len(path)
			}
			w.circle(append(slices.Clone(path[i:]), f))
			continue
		}
		w.visit(f.to, append(path, f))
	}
	w.state[at] = 2
}

func (w *walk) circle(path []flow) {
	several, owned := false, false
	var places []string
	for _, f := range path {
		several = several || f.pipeline != path[0].pipeline
		owned = owned || f.field.Owned
		places = append(places, f.from.String())
	}
	if !several || owned {
		return
	}
	last := path[len(path)-1]
	w.add(diag.Problem{Code: codeCircle, Summary: fmt.Sprintf("%q runs in a circle over several pipelines", last.field.Name),
		Detail: strings.Join(append(places, last.to.String()), " → "), Hint: "an owner on one of the fields says who is right", Range: last.field.Range, Context: contextOf(last.pipeline)})
}
