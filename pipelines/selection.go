package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines/expr"
	"syncline/schema"
)

// selections computes, for every end, the least that is read of its records
// and what may be written: the pipeline never sees a field nobody asked for.
func (p *pipelineBody) selections() {
	for i, e := range p.Ends {
		if e.Each != "" {
			p.selectElements(i, p.recordPrograms(i))
			continue
		}
		p.selectRecords(i, p.recordPrograms(i))
	}
	p.selectLookups(p.allUses())
}

func (p *pipelineBody) selectRecords(i int, programs []expr.Program) {
	e := p.Ends[i]
	var names, writes []string
	for _, prog := range programs {
		names = append(names, topsOf(prog.Uses(), "record")...)
	}
	for _, path := range factsOf(&e.Selection) {
		names = append(names, topOf(*path))
	}
	for _, f := range p.Fields {
		fe := f.Ends[i]
		if fe == nil || !fe.HasPath {
			continue
		}
		names = append(names, fe.Path.Top())
		if f.Hears[i] || fe.Tidy {
			writes = append(writes, fe.Path.Top())
		}
		for _, a := range fe.With {
			writes = append(writes, a.Path.Top())
		}
	}
	for _, a := range e.Create {
		if _, ok := e.creating(a.Path.Top()); !ok {
			writes = append(writes, a.Path.Top())
		}
	}
	slices.Sort(writes)
	e.Selection.Writes = slices.Compact(writes)
	e.Selection.Shape = shapeOf(named(names), e.FieldsOf()).Narrowed(p.membersRead(i, programs))
}

// membersRead finds the objects of which only some members are read, by the
// name of the top-level field. One that is written, or that anything reads as
// a whole, or deeper than its members, is read as a whole.
func (p *pipelineBody) membersRead(i int, programs []expr.Program) map[string][]string {
	e := p.Ends[i]
	members, whole := map[string][]string{}, slices.Clone(e.Selection.Writes)
	read := func(top, member string) {
		if members[top] = append(members[top], member); member == "" {
			whole = append(whole, top)
		}
	}
	for _, prog := range programs {
		for _, use := range prog.Uses() {
			steps := strings.Split(use, ".")
			switch {
			case use == "record":
				return nil
			case steps[0] != "record":
			case len(steps) == 3:
				read(steps[1], steps[2])
			default:
				read(steps[1], "")
			}
		}
	}
	for _, path := range factsOf(&e.Selection) {
		if at, err := schema.ParsePath(*path); err == nil && *path != "" {
			read(at.Top(), at.Member())
		}
	}
	for _, f := range p.Fields {
		if fe := f.Ends[i]; fe != nil && fe.HasPath {
			read(fe.Path.Top(), fe.Path.Member())
		}
	}
	for _, top := range whole {
		delete(members, top)
	}
	for top, names := range members {
		slices.Sort(names)
		members[top] = slices.Compact(names)
	}
	return members
}

func topOf(path string) string {
	p, err := schema.ParsePath(path)
	if err != nil || path == "" {
		return ""
	}
	return p.Top()
}

// recordPrograms are the programs that look at an end's records.
func (p *pipelineBody) recordPrograms(i int) []expr.Program {
	programs := []expr.Program{p.Ends[i].Filter}
	for _, f := range p.Fields {
		if fe := f.Ends[i]; fe != nil {
			programs = append(programs, fe.Read, fe.Write)
			for _, a := range fe.With {
				programs = append(programs, a.Value)
			}
		}
	}
	return slices.DeleteFunc(programs, func(p expr.Program) bool { return p == nil })
}

// allUses is what any program of the pipeline reads.
func (p *pipelineBody) allUses() []string {
	var uses []string
	add := func(prog expr.Program) {
		if prog != nil {
			uses = append(uses, prog.Uses()...)
		}
	}
	for i, e := range p.Ends {
		for _, prog := range p.recordPrograms(i) {
			add(prog)
		}
		add(e.When)
		add(e.Only)
		for _, a := range e.Create {
			add(a.Value)
		}
	}
	for _, f := range p.Fields {
		add(f.Owner)
		if f.Conflict != nil {
			add(f.Conflict.Rule)
		}
	}
	for _, v := range p.Pipeline.Validates {
		add(v.Check)
	}
	for _, l := range p.Lookups {
		add(l.ID)
		for _, w := range l.Where {
			add(w.Value)
		}
	}
	slices.Sort(uses)
	return slices.Compact(uses)
}

// provided refuses a creating end whose system demands a field that nothing
// gives, and a required attribute of the entity that no end speaks about.
func (p *pipelineBody) provided() {
	for i, e := range p.Ends {
		if !e.May("create") || e.Each != "" {
			continue
		}
		for _, f := range e.FieldsOf() {
			if f.Required && !f.ReadOnly && f.Default.State() == schema.Absent && !p.gives(i, f.Name) {
				p.fail(codeNotProvided, e.Range, fmt.Sprintf("%s needs %q to create, and nothing gives it", e.objectName(), f.Name),
					fmt.Sprintf(`a field written to it, or create = { %s = "…" }`, f.Name))
			}
		}
	}
	for _, a := range p.Entity.Fields {
		if a.Required && !p.spoken(a.Name) && !p.broken["field."+p.Pipeline.Name+"."+a.Name] && p.creates() {
			p.fail(codeNotProvided, p.header, fmt.Sprintf("%q is required and no end gives it", a.Name), fmt.Sprintf("field %q { … } in the pipeline", a.Name))
		}
	}
}

func (p *pipelineBody) creates() bool {
	return slices.ContainsFunc(p.Ends, func(e *End) bool { return e.May("create") })
}

func (p *pipelineBody) spoken(name string) bool {
	return slices.ContainsFunc(p.Fields, func(f *Field) bool { return f.Name == name && count(f.Speaks) > 0 })
}

// gives reports whether a creating call at an end sets the field.
func (p *pipelineBody) gives(i int, name string) bool {
	e := p.Ends[i]
	o := e.discovered()
	if e.Selection.ID == name || o != nil && o.ID == name {
		return true
	}
	if slices.ContainsFunc(e.Create, func(a Argument) bool { return a.Path.Top() == name }) {
		return true
	}
	if p.hasBroken("field." + p.Pipeline.Name + ".") {
		return true
	}
	return slices.ContainsFunc(p.Fields, func(f *Field) bool {
		fe := f.Ends[i]
		return fe != nil && f.Hears[i] && fe.HasPath && strings.EqualFold(fe.Path.Top(), name)
	})
}
