package expr

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// many is the way of one Expr text to its program.
type many struct {
	text     diag.Text
	scope    *Scope
	opts     Options
	read     *reading
	statics  map[string]schema.Value
	problems []diag.Problem
}

func compileExpr(text diag.Text, scope *Scope, opts Options) (Program, []diag.Problem) {
	m := &many{text: text, scope: scope, opts: opts, read: &reading{uses: map[string]bool{}}, statics: map[string]schema.Value{}}
	p := m.compile()
	if diag.Problems(m.problems).Failed() {
		return nil, m.problems
	}
	return p, m.problems
}

func (m *many) compile() *manyProgram {
	if len(m.text.Source) > maxSource {
		m.problem(codeLarge, "the expression is too large", 0, len(m.text.Source), "")
		return nil
	}
	tree, err := parser.Parse(m.text.Source)
	if err != nil {
		m.report(err)
		return nil
	}
	if m.walk(tree.Node, 0); diag.Problems(m.problems).Failed() {
		return nil
	}
	options := m.options()
	typed, err := expr.Compile(m.text.Source, options...)
	if err != nil {
		m.report(err)
		return nil
	}
	m.wanted(typed.Node())
	counted, err := expr.Compile(m.text.Source, append(append(options, meteredOptions()...), expr.Patch(&counter{}))...)
	if err != nil {
		m.report(err)
		return nil
	}
	return m.program(tree.Node.String(), counted)
}

func (m *many) options() []expr.Option {
	options := []expr.Option{expr.Env(m.environment()), expr.MaxNodes(maxNodes), expr.DisableBuiltin("now"), expr.Function("__step", count)}
	return append(options, exactOptions()...)
}

func (m *many) program(canonical string, compiled *vm.Program) *manyProgram {
	d := digest{h: newHasher()}
	d.word(m.anonymous(canonical))
	d.word(m.opts.Want.String())
	p := &manyProgram{
		text: m.text, opts: m.opts, scope: m.scope, compiled: compiled, uses: slices.Sorted(m.read.names()),
		class: m.read.class, now: m.read.now, hash: d.h.Sum64(), limit: int(m.opts.Limit),
	}
	if p.limit == 0 {
		p.limit = defaultLimit
	}
	p.tops = m.tops()
	return p
}

// anonymous is the tree's text with the values of var and local in the place of
// their names.
func (m *many) anonymous(canonical string) string {
	for _, name := range slices.Sorted(maps.Keys(m.statics)) {
		value := fmt.Sprintf("#%016x", m.statics[name].Hash(1))
		canonical = regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).ReplaceAllLiteralString(canonical, value)
	}
	return canonical
}

// tops are the fields that the expression reads, by variable: only they are
// laid out for an evaluation. A variable read as a whole has none.
func (m *many) tops() map[string][]string {
	tops := map[string][]string{}
	whole := map[string]bool{}
	for _, path := range slices.Sorted(m.read.names()) {
		name, rest, deeper := strings.Cut(path, ".")
		whole[name] = whole[name] || !deeper
		field, _, _ := strings.Cut(rest, ".")
		if deeper && !slices.Contains(tops[name], field) {
			tops[name] = append(tops[name], field)
		}
	}
	for name := range whole {
		if whole[name] {
			tops[name] = nil
		}
	}
	return tops
}

// walk notes what the tree reads and refuses what never ends or is never the
// same.
func (m *many) walk(root ast.Node, _ int) {
	w := &exprWalk{m: m}
	w.visit(root, 0)
}

func (m *many) problem(code diag.Code, summary string, from, to int, hint string) {
	m.problems = append(m.problems, diag.Problem{Code: code, Summary: clip(summary), Hint: hint, Range: at(m.text, from, to)})
}

var (
	exprUnknown = regexp.MustCompile(`^unknown name (\S+)`)
	exprField   = regexp.MustCompile(`(?:has no|unknown) field (\S+)`)
	exprTypes   = regexp.MustCompile(`^(invalid operation|cannot use|cannot|too many|not enough|non-bool|type |operator|expected )`)
)

func (m *many) report(err error) {
	var e *file.Error
	if !errors.As(err, &e) {
		m.problem(codeSyntax, tidy(strings.SplitN(err.Error(), "\n", 2)[0]), 0, len(m.text.Source), "")
		return
	}
	from, to := offset(m.text.Source, e.From), offset(m.text.Source, e.To)
	if to <= from+1 {
		_, to = wordAt(m.text.Source, from)
	}
	switch message := e.Message; {
	case exprUnknown.MatchString(message):
		name := exprUnknown.FindStringSubmatch(message)[1]
		code, candidates := codeName, m.names()
		if to < len(m.text.Source) && m.text.Source[to] == '(' {
			code = codeFunction
		}
		m.problem(code, `unknown name "`+name+`"`, from, to, meant(name, candidates))
	case exprField.MatchString(message):
		name := exprField.FindStringSubmatch(message)[1]
		m.problem(codeField, `undefined field "`+name+`"`, from, to, meant(name, m.fields()))
	case exprTypes.MatchString(message):
		m.problem(codeTypes, strings.NewReplacer("map[string]interface {}", "object", "interface {}", "any", "expr.Exact", "number").Replace(message), from, to, "")
	default:
		m.problem(codeSyntax, tidy(message), from, to, "")
	}
}

func (m *many) names() []string {
	list := slices.Clone(m.scope.Ends)
	for _, v := range m.scope.Vars {
		list = append(list, v.Name)
	}
	return append(list, "filter", "map", "sum", "count", "any", "all", "none", "one", "sortBy", "groupBy", "find", "first", "last", "len", "max", "min", "mean", "median", "lower", "upper", "trim")
}

// fields lists all names of fields, since Expr does not say of which object.
func (m *many) fields() []string {
	var list []string
	var add func(t schema.Type)
	add = func(t schema.Type) {
		for _, f := range t.Fields {
			list = append(list, f.Name)
			add(f.Type)
		}
	}
	for _, v := range m.scope.Vars {
		add(v.Type)
		list = append(list, v.Static.Names()...)
	}
	return list
}

// wanted checks what the branches give, as far as it is known.
func (m *many) wanted(node ast.Node) {
	if c, ok := node.(*ast.ConditionalNode); ok {
		m.wanted(c.Exp1)
		m.wanted(c.Exp2)
		return
	}
	place := node.Location()
	from, to := offset(m.text.Source, place.From), offset(m.text.Source, place.To)
	want := m.opts.Want
	switch n := node.(type) {
	case *ast.NilNode:
		return
	case *ast.IdentifierNode:
		if slices.Contains(m.scope.Ends, n.Value) {
			return
		}
	case *ast.StringNode:
		if want.Kind == schema.KindRef && want.Entity == "end" {
			m.problem(codeGives, "it gives a text where an end is wanted", from, to, "an end is named without quotes: "+words(m.scope.Ends))
			return
		}
	}
	if t := node.Type(); t != nil && !fitsKind(t, want) {
		m.problem(codeGives, "it gives "+goWord(t)+" where "+want.Kind.String()+" is wanted", from, to, "")
	}
}

func fitsKind(t reflect.Type, want schema.Type) bool {
	kind := t.Kind()
	if kind == reflect.Interface || t == nil || want.Kind == schema.KindAny {
		return true
	}
	isNumber := kind >= reflect.Int && kind <= reflect.Float64 || t == exactGo
	switch want.Kind {
	case schema.KindBool:
		return kind == reflect.Bool
	case schema.KindInt, schema.KindDecimal:
		return isNumber
	case schema.KindMoney:
		return t == exactGo
	case schema.KindTimestamp:
		return t == timeGo
	case schema.KindList, schema.KindSet:
		return kind == reflect.Slice || kind == reflect.Array
	case schema.KindObject:
		return kind == reflect.Map
	case schema.KindRef:
		return kind == reflect.Map || kind == reflect.String && want.Entity != "end" && want.Entity != "record"
	}
	return kind == reflect.String
}

// manyProgram is a compiled Expr expression.
type manyProgram struct {
	text     diag.Text
	opts     Options
	scope    *Scope
	compiled *vm.Program
	uses     []string
	tops     map[string][]string
	class    schema.Class
	hash     uint64
	now      bool
	limit    int
	machines sync.Pool // of *vm.VM
}

var _ Program = (*manyProgram)(nil)

func (p *manyProgram) Type() schema.Type   { return p.opts.Want }
func (p *manyProgram) Uses() []string      { return p.uses }
func (p *manyProgram) Class() schema.Class { return p.class }
func (p *manyProgram) Hash() uint64        { return p.hash }
func (p *manyProgram) Text() diag.Text     { return p.text }
func (p *manyProgram) Now() bool           { return p.now }

func (p *manyProgram) Eval(f *Frame) (schema.Value, error) {
	machine, ok := p.machines.Get().(*vm.VM)
	if !ok {
		machine = &vm.VM{MemoryBudget: 500_000}
	}
	run := &running{left: p.limit}
	result, err := machine.Run(p.compiled, p.layout(f, run))
	p.machines.Put(machine)
	if err == nil {
		var v schema.Value
		if v, err = p.convert(result); err == nil {
			return v, nil
		}
	}
	return schema.Value{}, p.fault(err)
}

func (p *manyProgram) fault(err error) error {
	place := p.text.Range
	var e *file.Error
	if errors.As(err, &e) {
		from, to := offset(p.text.Source, e.From), offset(p.text.Source, e.To)
		place = at(p.text, from, to)
	}
	why := reason(err)
	for _, r := range []error{errSteps, errMade, errCurrencies, errNumber, errMoney} {
		if strings.Contains(err.Error(), r.Error()) {
			why = r
		}
	}
	if strings.Contains(err.Error(), "memory budget") {
		why = errSteps
	}
	return &Fault{Range: place, Label: p.opts.Label, Reason: why}
}

// running counts the steps of one evaluation, and what it makes.
type running struct {
	meter
	left int
}

// count is __step: it lets a loop go on, or stops it.
func count(args ...any) (any, error) {
	if r, ok := args[0].(*running); ok {
		if r.left--; r.left < 0 {
			return nil, errSteps
		}
	}
	return args[1], nil
}

// counter wraps the body of every loop in a call of __step, since Expr knows
// no limit of time.
type counter struct{}

func (*counter) Visit(node *ast.Node) {
	p, ok := (*node).(*ast.PredicateNode)
	if !ok {
		return
	}
	if c, isCall := p.Node.(*ast.CallNode); isCall {
		if id, named := c.Callee.(*ast.IdentifierNode); named && id.Value == "__step" {
			return
		}
	}
	p.Node = &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: "__step"},
		Arguments: []ast.Node{&ast.IdentifierNode{Value: "__run"}, p.Node},
	}
}
