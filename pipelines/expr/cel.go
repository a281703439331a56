package expr

import (
	"slices"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// compilation is the way of one CEL text to its program.
type compilation struct {
	text     diag.Text
	source   string // the text with var masked
	scope    *Scope
	env      *environment
	opts     Options
	parsed   *ast.AST
	checked  *ast.AST
	tables   []*index
	statics  map[string]schema.Value // of var and local, as far as they are read
	problems []diag.Problem
}

func compileCEL(text diag.Text, scope *Scope, opts Options) (Program, []diag.Problem) {
	c := &compilation{text: text, source: mask(text.Source), scope: scope, env: scope.environment(), opts: opts}
	p := c.compile()
	if diag.Problems(c.problems).Failed() {
		return nil, c.problems
	}
	return p, c.problems
}

func (c *compilation) compile() *program {
	parsed, issues := c.env.env.Parse(c.source)
	if issues.Err() != nil {
		c.report(issues)
		return nil
	}
	c.parsed = parsed.NativeRep()
	if c.nested(c.parsed.Expr()) {
		return nil
	}
	rewrite := &rewriter{c: c, factory: ast.NewExprFactory(), next: ast.MaxID(c.parsed), loose: map[int64]ast.Expr{}}
	rewrite.walk(c.parsed.Expr())
	if diag.Problems(c.problems).Failed() {
		return nil
	}
	checked, issues := c.env.env.Check(parsed)
	if issues.Err() != nil {
		c.report(issues)
		return nil
	}
	c.checked = checked.NativeRep()
	rewrite.tighten(c.checked.Expr())
	read := c.analyse()
	c.wanted(c.checked.Expr())
	if diag.Problems(c.problems).Failed() {
		return nil
	}
	return c.finish(checked, read)
}

// finish plans the program of a tree without mistakes.
func (c *compilation) finish(checked *cel.Ast, read *reading) *program {
	p := &program{
		text: c.text, opts: c.opts, env: c.env, scope: c.scope,
		uses: slices.Sorted(read.names()), class: read.class, now: read.now, places: c.places(),
		typ: schemaType(c.checked.GetType(c.checked.Expr().ID()), c.opts.Want),
	}
	p.typ.Nullable = p.typ.Nullable || read.nullable
	p.hash = c.hash()
	c.exact(c.checked.Expr())
	c.settle(c.checked.Expr())
	if p.quick = quickly(c); p.quick != nil && !c.opts.slow {
		return p
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize), c.env.metered()}
	if limit := c.limit(checked); limit > 0 {
		options = append(options, cel.CostLimit(limit))
	}
	planned, err := c.env.env.Program(checked, options...)
	if err != nil {
		c.problem(codeInvalid, "the expression cannot be planned", c.checked.Expr().ID(), reason(err).Error(), "")
		return nil
	}
	p.cel = planned
	return p
}

// program is a compiled CEL expression: a closure where that is enough, else
// a program of CEL.
type program struct {
	text   diag.Text
	opts   Options
	env    *environment
	scope  *Scope
	cel    cel.Program
	quick  step
	typ    schema.Type
	uses   []string
	class  schema.Class
	hash   uint64
	now    bool
	places map[int64]diag.Range
	pool   sync.Pool // of *activation
}

var _ Program = (*program)(nil)

func (p *program) Type() schema.Type   { return p.typ }
func (p *program) Uses() []string      { return p.uses }
func (p *program) Class() schema.Class { return p.class }
func (p *program) Hash() uint64        { return p.hash }
func (p *program) Text() diag.Text     { return p.text }
func (p *program) Now() bool           { return p.now }

func (p *program) Eval(f *Frame) (schema.Value, error) {
	var v schema.Value
	var err error
	if p.quick != nil {
		v, err = p.quick(f)
	} else {
		v, err = p.interpret(f)
	}
	if err == nil {
		if v, err = shape(v, p.opts.Want); err == nil {
			return v, nil
		}
	}
	return p.fault(err)
}

// fault turns an error into what the caller sees: absent where a value was
// missing, else the place and the reason.
func (p *program) fault(err error) (schema.Value, error) {
	if isAbsent(err) {
		return schema.Value{}, nil
	}
	place, ok := p.places[nodeOf(err)]
	if !ok {
		place = p.text.Range
	}
	return schema.Value{}, &Fault{Range: place, Label: p.opts.Label, Reason: reason(err)}
}

func (p *program) interpret(f *Frame) (schema.Value, error) {
	a, ok := p.pool.Get().(*activation)
	if !ok {
		a = &activation{env: p.env, scope: p.scope, objects: make([]object, len(p.scope.Vars))}
	}
	a.frame, a.meter = f, meter{}
	val, _, err := p.cel.Eval(a)
	var v schema.Value
	if err == nil {
		v, err = fromCEL(val, schema.KindAny)
		v = plain(v)
	}
	a.frame = nil
	clear(a.objects)
	p.pool.Put(a)
	return v, err
}

// activation gives CEL the values of a frame.
type activation struct {
	env     *environment
	scope   *Scope
	frame   *Frame
	objects []object
	meter   meter
}

var _ cel.Activation = (*activation)(nil)

func (a *activation) Parent() cel.Activation { return nil }

func (a *activation) ResolveName(name string) (any, bool) {
	i, ok := a.env.vars[name]
	if !ok {
		switch name {
		case "now":
			return types.Timestamp{Time: moment(a.frame.Now)}, true
		case meterName:
			return &a.meter, true
		}
		return nil, false
	}
	return a.value(i), true
}

func (a *activation) value(i int) ref.Val {
	slot := a.scope.Vars[i].Slot
	if v := a.scope.Vars[i].Static; !v.IsAbsent() {
		return a.env.statics[i]
	}
	if record := a.frame.Records[slot]; record != nil {
		a.objects[i].record = record
		return &a.objects[i]
	}
	if slot == Many {
		return recordList(a.frame.Many)
	}
	v := a.frame.Values[slot]
	if a.scope.Vars[i].Type.Kind == schema.KindObject && (v.IsAbsent() || v.Is()) {
		a.objects[i].value = v
		return &a.objects[i]
	}
	return toCEL(v)
}

func recordList(rows []*schema.Record) ref.Val {
	vals := make([]ref.Val, len(rows))
	for i, r := range rows {
		vals[i] = &object{record: r}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}
