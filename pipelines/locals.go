package pipelines

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"syncline/pipelines/diag"
)

func localsBlock() Block {
	return Block{Name: "locals", Doc: "named values, computed once", Grammar: Grammar{Open: true}, compile: compileLocals}
}

// compileLocals evaluates the locals of all blocks in the order of what they
// refer to.
func compileLocals(c *compiler, blocks []*body) {
	c.locals = map[string]cty.Value{}
	l := &localNames{compiler: c, attributes: map[string]*hclsyntax.Attribute{}, state: map[string]int{}}
	for _, b := range blocks {
		for _, hb := range b.hcl.Blocks {
			b.fail(codeUnknownBlock, rangeOf(hb.TypeRange), "locals hold no blocks", fmt.Sprintf("write %s = …", hb.Type))
		}
		for _, a := range sortedAttributes(b.hcl) {
			if first, again := l.attributes[a.Name]; again {
				b.fail(codeRepeated, rangeOf(a.NameRange), fmt.Sprintf("a second local %q", a.Name), "the first is at "+rangeOf(first.NameRange).String())
				continue
			}
			l.attributes[a.Name] = a
			l.order = append(l.order, a.Name)
		}
	}
	for _, name := range l.order {
		l.visit(name, nil)
	}
	for name, v := range c.locals {
		c.static["local."+name] = fromCty(v)
	}
}

type localNames struct {
	*compiler
	attributes map[string]*hclsyntax.Attribute
	order      []string
	state      map[string]int // 1: under way, 2: done
}

// visit evaluates a local after those it refers to.
func (l *localNames) visit(name string, path []string) {
	a, ok := l.attributes[name]
	if !ok || l.state[name] == 2 {
		return
	}
	if l.state[name] == 1 {
		l.broken["local."+name] = true
		l.add(diag.Problem{Code: codeLocalCycle, Summary: fmt.Sprintf("local %q depends on itself", name),
			Detail: strings.Join(append(path, name), " → "), Range: rangeOf(a.NameRange), Context: "locals"})
		return
	}
	l.state[name] = 1
	for _, t := range a.Expr.Variables() {
		if t.RootName() != "local" || len(t) < 2 {
			continue
		}
		if attr, is := t[1].(hcl.TraverseAttr); is {
			l.visit(attr.Name, append(path, name))
		}
	}
	l.state[name] = 2
	if l.broken["local."+name] {
		return
	}
	if v, ok := l.eval(a.Expr, "locals"); ok {
		l.locals[name] = v
	} else {
		l.broken["local."+name] = true
	}
}
