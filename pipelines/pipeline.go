package pipelines

import (
	"fmt"
	"slices"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
)

func pipelineBlock() Block {
	field := Nested{Name: "field", Labels: 1, Many: true, Grammar: Grammar{Open: true}}
	return Block{
		Name: "pipeline", Labels: 1, Doc: "keeps one entity in agreement over its ends",
		Grammar: Grammar{
			Attributes: []string{"description", "version", "entity", "alert", "system_of_record"},
			Blocks: []Nested{
				sourceNested(), lookupNested(), matchNested(), field,
				{Name: "fields", Labels: 1, Many: true, Grammar: Grammar{Attributes: sharedWords, Blocks: []Nested{field, conflictNested()}}},
				conflictNested(), groupNested(), validateNested(), guardNested(), onNested(),
			},
		},
		compile: compilePipelines,
	}
}

// pipelineBody is a pipeline being compiled.
type pipelineBody struct {
	*body
	*Pipeline
	mapped      []*mappingBody // by end; nil: none
	record      []endScopes    // by end
	conflict    *body          // of all fields; nil: none
	endBodies   []*body        // by end
	lookups     []lookupBody
	fieldBodies map[string]*fieldBody
	dated       map[diag.Range]bool // chains that were warned of latest
	sound       bool                // every end is known, so that fields can be judged
}

func compilePipelines(c *compiler, blocks []*body) {
	seen := map[string]diag.Range{}
	for _, b := range blocks {
		if !b.unique(seen, "pipeline") || !b.goodName() {
			continue
		}
		if p := b.pipeline(); p != nil {
			c.config.Pipelines = append(c.config.Pipelines, p)
		}
	}
}

func (b *body) pipeline() *Pipeline {
	p := &pipelineBody{body: b, Pipeline: &Pipeline{Name: b.name(), SystemOfRecord: -1, Range: b.header}, dated: map[diag.Range]bool{}, sound: true}
	p.Description, _ = b.text("description")
	p.Version = b.whole("version", 1, 1)
	if b.need("entity") {
		p.Entity = b.entityOf("entity")
	}
	p.alert()
	if p.Entity == nil {
		return nil
	}
	p.use()
	p.sources()
	p.systemOfRecord()
	p.declareLookups()
	p.makeScopes()
	p.compileSources()
	p.compileLookups()
	p.conflict = b.one("conflict")
	p.fields()
	p.idleConflict()
	p.compileMatch()
	p.createOnly()
	p.groups()
	p.order()
	p.fillGroups()
	p.validates()
	p.guard()
	p.ons()
	if p.sound {
		p.selections()
		p.provided()
	}
	p.Pipeline.Hash = p.hash()
	return p.Pipeline
}

func (p *pipelineBody) alert() {
	if !p.has("alert") {
		p.fail(codeNoAlert, p.header, fmt.Sprintf("pipeline %q has no alert", p.body.name()), "alert = notify.NAME: who hears of failures that nothing else claims")
		return
	}
	p.Alert = p.notify("alert")
}

// use adds a ready model to the configuration's.
func (p *pipelineBody) use() {
	if !slices.Contains(p.config.Entities, p.Entity) {
		p.config.Entities = append(p.config.Entities, p.Entity)
	}
}

func (p *pipelineBody) systemOfRecord() {
	name, ok := p.text("system_of_record")
	if !ok {
		return
	}
	p.SystemOfRecord = p.end(name, p.at("system_of_record"), p.context)
}

func (p *pipelineBody) endNames() []string {
	names := make([]string, len(p.Ends))
	for i, e := range p.Ends {
		names[i] = e.Name
	}
	return names
}

// end finds an end by name; -1 when there is none, which is reported unless
// the end is declared and broken.
func (p *pipelineBody) end(name string, at diag.Range, context string) int {
	for i, e := range p.Ends {
		if e.Name == name {
			return i
		}
	}
	if !p.broken[p.endKey(name)] {
		p.add(diag.Problem{Code: codeUnknownEnd, Summary: fmt.Sprintf("there is no end %q", name), Hint: didYouMean(name, p.endNames()), Range: at, Context: context})
	}
	return -1
}

func (p *pipelineBody) endKey(name string) string { return "end." + p.Pipeline.Name + "." + name }

// program compiles the CEL of an attribute; nil when it is not there or wrong.
func (b *body) program(name string, scope *expr.Scope, o expr.Options) expr.Program {
	text, ok := b.source(name)
	if !ok {
		return nil
	}
	return b.compiled(expr.CEL, text, scope, o)
}

// compiled runs one of the two compilers and gathers what it finds.
func (b *body) compiled(compile func(diag.Text, *expr.Scope, expr.Options) (expr.Program, []diag.Problem), text diag.Text, scope *expr.Scope, o expr.Options) expr.Program {
	prog, problems := compile(text, scope, o)
	for _, p := range problems {
		if p.Context == "" {
			p.Context = b.context
		}
		b.add(p)
	}
	if diag.Problems(problems).Failed() {
		return nil
	}
	return prog
}
