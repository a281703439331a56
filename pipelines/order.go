package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// attributesUsed gives the names right below a variable that a program reads,
// sorted: "entity.stage" gives stage.
func attributesUsed(prog expr.Program, root string) []string {
	if prog == nil {
		return nil
	}
	return topsOf(prog.Uses(), root)
}

// topsOf gives the names right below a root in dotted paths, sorted; "*"
// stands for the whole, when something reads all of it.
func topsOf(uses []string, root string) []string {
	var out []string
	for _, use := range uses {
		if use == root {
			out = append(out, "*")
			continue
		}
		if rest, ok := strings.CutPrefix(use, root+"."); ok {
			name, _, _ := strings.Cut(rest, ".")
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// decisionPrograms are the programs that need other attributes of the entity
// decided before a field is.
func (f *Field) decisionPrograms() []expr.Program {
	programs := []expr.Program{f.Owner}
	if f.Conflict != nil {
		programs = append(programs, f.Conflict.Rule)
	}
	for _, fe := range f.Ends {
		if fe == nil {
			continue
		}
		programs = append(programs, fe.Write)
		for _, a := range fe.With {
			programs = append(programs, a.Value)
		}
	}
	return slices.DeleteFunc(programs, func(p expr.Program) bool { return p == nil })
}

// order puts the fields in the order of what they depend on, keeping the
// file's order where it is free. A cycle is an error at its first field.
func (p *pipelineBody) order() {
	o := ordering{p: p, byName: map[string]*Field{}, state: map[*Field]int{}}
	for _, f := range p.Fields {
		o.byName[f.Name] = f
	}
	for _, f := range slices.Clone(p.Fields) {
		o.visit(f, nil)
	}
	p.Fields = o.done
}

type ordering struct {
	p      *pipelineBody
	byName map[string]*Field
	state  map[*Field]int // 1: under way, 2: done
	done   []*Field
}

func (o *ordering) visit(f *Field, path []string) {
	if o.state[f] == 2 {
		return
	}
	if o.state[f] == 1 {
		o.p.add(diag.Problem{Code: codeFieldCycle, Summary: fmt.Sprintf("%q depends on itself", f.Name), Detail: strings.Join(append(path, f.Name), " → "),
			Hint: "fields are decided one after the other", Range: f.Range, Context: o.p.context})
		return
	}
	o.state[f] = 1
	for _, prog := range f.decisionPrograms() {
		for _, name := range attributesUsed(prog, "entity") {
			if other := o.byName[name]; other != nil && other != f {
				o.visit(other, append(path, f.Name))
			}
		}
	}
	o.state[f] = 2
	o.done = append(o.done, f)
}

// shapeOf lays out a record with the named fields, typed where they are known.
// "*" among the names stands for all known fields.
func shapeOf(names []string, known []schema.Field) *schema.Shape {
	var fields []schema.Field
	if slices.Contains(names, "*") {
		for _, f := range known {
			names = append(names, f.Name)
		}
		names = slices.DeleteFunc(names, func(n string) bool { return n == "*" })
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		f := schema.Field{Name: name}
		if i := slices.IndexFunc(known, func(k schema.Field) bool { return k.Name == name }); i >= 0 {
			f = known[i]
		}
		fields = append(fields, f)
	}
	return schema.NewShape(fields...)
}
