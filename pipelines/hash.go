package pipelines

import (
	"fmt"
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
	fmt.Fprintf(&b, "entity %s\n", p.Entity.Name)
	for _, e := range p.Ends {
		s := e.Selection
		fmt.Fprintf(&b, "end %q %q %q %q %q %q %q %q\n", e.Name, e.System.Name, e.System.Definition.Name, e.Object, e.Each, s.ID, s.Revision, s.At)
		if e.Each != "" {
			fmt.Fprintf(&b, "whole %q %q\n", e.Whole.Revision, e.Whole.At)
		}
		writePrograms(&b, e.Filter, e.When)
		writeArguments(&b, "create", e.Create)
	}
	for _, l := range p.Lookups {
		fmt.Fprintf(&b, "lookup %q %q %q %s %s\n", l.Name, l.System.Name, l.Selection.Object, l.Many, l.None)
		writePrograms(&b, l.ID)
		writeArguments(&b, "where", l.Where)
	}
	for _, f := range p.Fields {
		p.writeField(&b, f)
	}
	return xxh3.HashString(b.String())
}

func (p *pipelineBody) writeField(b *strings.Builder, f *Field) {
	fmt.Fprintf(b, "field %q %s %v %v %d %d %d %d\n", f.Name, f.Attribute.Type, f.Speaks, f.Hears, f.Drift, f.First, f.Update, f.Empty)
	writePrograms(b, f.Owner)
	if c := f.Conflict; c != nil {
		for _, r := range c.Rules {
			fmt.Fprintf(b, "rule %q %d\n", r.Name, r.End)
		}
		writePrograms(b, c.Rule)
	}
	for i, fe := range f.Ends {
		if fe == nil {
			continue
		}
		fmt.Fprintf(b, "at %d %q %v %v\n", i, fe.Path.String(), fe.Pass, fe.Tidy)
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
	for _, a := range args {
		fmt.Fprintf(b, "%s %q ", kind, a.Path.String())
		writePrograms(b, a.Value)
	}
}
