package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/pipelines/expr"
)

// hash identifies the mapping's meaning: what is compared, how it is read and
// written and who is right. Texts enter as checked trees, so that moving or
// reformatting changes nothing; schedules, descriptions, guards and who is
// told do not enter.
func (p *pipelineBody) hash() uint64 {
	var b strings.Builder
	fmt.Fprintf(&b, "entity %s %s\n", p.Entity.Name, p.region())
	for _, i := range p.EndsByName() {
		e := p.Ends[i]
		s := e.Selection
		fmt.Fprintf(&b, "end %q %q %q %q %q %q %q %q\n", e.Name, e.System.Name, e.System.Definition.Name, e.Object, e.Each, s.ID, s.Revision, s.At)
		if e.Each != "" {
			fmt.Fprintf(&b, "whole %q %q\n", e.Whole.Revision, e.Whole.At)
		}
		writePrograms(&b, e.Filter, e.When)
		writeArguments(&b, "create", e.Create)
	}
	lookups := slices.Clone(p.Lookups)
	slices.SortFunc(lookups, func(a, b *Lookup) int { return strings.Compare(a.Name, b.Name) })
	for _, l := range lookups {
		fmt.Fprintf(&b, "lookup %q %q %q %s %s\n", l.Name, l.System.Name, l.Selection.Object, l.Many, l.None)
		writePrograms(&b, l.ID)
		writeArguments(&b, "where", l.Where)
	}
	fields := slices.Clone(p.Fields)
	slices.SortFunc(fields, func(a, b *Field) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range fields {
		p.writeField(&b, f)
	}
	return xxh3.HashString(b.String())
}

// EndsByName returns the indexes of the ends in the order of their names:
// blocks that change places mean what they meant.
func (p *Pipeline) EndsByName() []int {
	order := make([]int, len(p.Ends))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(p.Ends[a].Name, p.Ends[b].Name) })
	return order
}

func (p *pipelineBody) writeField(b *strings.Builder, f *Field) {
	first := ""
	if f.First >= 0 {
		first = p.Ends[f.First].Name
	}
	fmt.Fprintf(b, "field %q %s %q %v %d %d %q %d %d\n", f.Name, f.Attribute.Type, f.Attribute.Normalise, f.Attribute.Distinct, f.Drift, min(f.First, 0), first, f.Update, f.Empty)
	writePrograms(b, f.Owner)
	if c := f.Conflict; c != nil {
		for _, r := range c.Rules {
			fmt.Fprintf(b, "rule %q\n", r.Name)
		}
		writePrograms(b, c.Rule)
	}
	for _, i := range p.EndsByName() {
		fe := f.Ends[i]
		if fe == nil {
			continue
		}
		fmt.Fprintf(b, "at %q %v %v %q %v %v\n", p.Ends[i].Name, f.Speaks[i], f.Hears[i], fe.Path.String(), fe.Pass, fe.Tidy)
		fmt.Fprintf(b, "default %d %s\n", fe.Default.State(), fe.Default.Text())
		for _, word := range sortedKeys(fe.Values) {
			fmt.Fprintf(b, "reads %q %q\n", word, fe.Values[word])
		}
		for _, word := range sortedKeys(fe.Writes) {
			fmt.Fprintf(b, "writes %q %q\n", word, fe.Writes[word])
		}
		writePrograms(b, fe.Read, fe.Write)
		writeArguments(b, "with", fe.With)
	}
}

func writePrograms(b *strings.Builder, programs ...expr.Program) {
	for _, prog := range programs {
		if prog == nil {
			b.WriteString("-\n")
			continue
		}
		fmt.Fprintf(b, "%016x\n", prog.Hash())
	}
}

func writeArguments(b *strings.Builder, kind string, args []Argument) {
	sorted := slices.Clone(args)
	slices.SortFunc(sorted, func(a, b Argument) int { return strings.Compare(a.Path.String(), b.Path.String()) })
	for _, a := range sorted {
		fmt.Fprintf(b, "%s %q ", kind, a.Path.String())
		writePrograms(b, a.Value)
	}
}
