package expr

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"

	"syncline/pipelines/diag"
)

// The kinds of problems; pipelines/diag explains each.
const (
	codeSyntax   diag.Code = "SYN3001"
	codeField    diag.Code = "SYN3002"
	codeName     diag.Code = "SYN3003"
	codeFunction diag.Code = "SYN3004"
	codeTypes    diag.Code = "SYN3005"
	codeGives    diag.Code = "SYN3006"
	codeNullable diag.Code = "SYN3007"
	codeWord     diag.Code = "SYN3008"
	codeNow      diag.Code = "SYN3009"
	codeTable    diag.Code = "SYN3010"
	codeLarge    diag.Code = "SYN3011"
	codeInvalid  diag.Code = "SYN3012"
	codeLoops    diag.Code = "SYN3013"
)

// node returns the place of a node of the tree in the file.
func (c *compilation) node(id int64) diag.Range {
	from, to := c.bytes(id)
	return at(c.text, from, to)
}

// bytes returns where a node stands in the text, the name of a field included.
func (c *compilation) bytes(id int64) (from, to int) {
	if c.parsed == nil {
		return 0, len(c.source)
	}
	place, ok := c.parsed.SourceInfo().GetOffsetRange(id)
	if !ok {
		return 0, len(c.source)
	}
	from, to = offset(c.source, int(place.Start)), offset(c.source, int(place.Stop))
	if from < len(c.source) && c.source[from] == '(' && from > 0 && wordByte(c.source[from-1]) {
		to = from
		for from > 0 && wordByte(c.source[from-1]) {
			from--
		}
		return from, to
	}
	if to <= from+1 {
		_, to = wordAt(c.source, from)
	}
	return from, to
}

// places maps every node to its place, for errors of evaluations.
func (c *compilation) places() map[int64]diag.Range {
	places := map[int64]diag.Range{}
	for id := range c.parsed.SourceInfo().OffsetRanges() {
		places[id] = c.node(id)
	}
	return places
}

func (c *compilation) problem(code diag.Code, summary string, id int64, detail, hint string) {
	c.problems = append(c.problems, diag.Problem{Code: code, Summary: clip(summary), Detail: detail, Hint: hint, Range: c.node(id)})
}

// report turns what CEL says into problems, in the order of the text.
func (c *compilation) report(issues *cel.Issues) {
	unread := false // after the first place that cannot be read, the next ones say nothing
	for _, e := range issues.Errors() {
		syntax := strings.Contains(e.Message, "Syntax error")
		if syntax && unread {
			continue
		}
		unread = unread || syntax
		c.problems = append(c.problems, c.translate(e))
		if len(c.problems) == 20 {
			return
		}
	}
}

var (
	undefinedField = regexp.MustCompile(`^undefined field '(.*)'`)
	undeclared     = regexp.MustCompile(`^undeclared reference to '(.*?)' \(in container`)
	noOverload     = regexp.MustCompile(`^found no matching overload for '(.*?)' applied to '(.*)'$`)
	foreignLetter  = regexp.MustCompile(`token recognition error at: '\pL`)
	reserved       = regexp.MustCompile(`^reserved identifier: (.*)$`)
)

func (c *compilation) translate(e *common.Error) diag.Problem {
	p := diag.Problem{Code: codeSyntax, Range: c.located(e)}
	message := e.Message
	switch {
	case undefinedField.MatchString(message):
		name := undefinedField.FindStringSubmatch(message)[1]
		p.Code, p.Summary = codeField, `undefined field "`+name+`"`
		p.Hint = meant(name, c.siblings(e.ExprID))
		if e.ExprID > 0 {
			p.Range = c.field(e.ExprID, name)
		}
	case undeclared.MatchString(message):
		c.unknown(&p, named(undeclared.FindStringSubmatch(message)[1]), e.ExprID)
	case noOverload.MatchString(message):
		found := noOverload.FindStringSubmatch(message)
		c.mismatch(&p, found[1], found[2])
	case reserved.MatchString(message):
		p.Summary = "a reserved word of CEL stands as a name"
		p.Hint = "choose another name than " + reserved.FindStringSubmatch(message)[1]
	case strings.Contains(message, "Syntax error"):
		p.Summary, p.Detail = "syntax error", tidy(strings.TrimPrefix(message, "Syntax error: "))
		if foreignLetter.MatchString(message) {
			from, to := wholeWord(c.source, c.offsetOf(e))
			p.Range, p.Detail = at(c.text, from, to), "a name without quotes is made of the letters a to z, digits and _"
			p.Hint = "put it in quotes: record['" + c.source[from:to] + "']"
		}
	case strings.Contains(message, "invalid") && strings.Contains(message, "argument"):
		p.Code, p.Summary, p.Detail = codeInvalid, "this literal is not valid", tidy(message)
	case strings.Contains(message, "size exceeds"), strings.Contains(message, "recursion"):
		p.Code, p.Summary = codeLarge, "the expression is too large"
	case strings.Contains(message, "expected type"), strings.Contains(message, "does not support"):
		p.Code, p.Summary = codeTypes, tidy(message)
	default:
		p.Summary = tidy(message)
	}
	if p.Summary = clip(p.Summary); p.Summary == "" {
		p.Summary = "the expression does not compile"
	}
	return p
}

// unknown explains a name that is not there.
func (c *compilation) unknown(p *diag.Problem, name string, id int64) {
	shown := strings.ReplaceAll(name, stand, "var")
	var candidates []string
	if e := nodeByID(c.parsed, id); e != nil && e.Kind() == ast.CallKind {
		p.Code, p.Summary = codeFunction, `unknown function "`+shown+`"`
		candidates = c.functions()
	} else {
		p.Code, p.Summary = codeName, `unknown name "`+shown+`"`
		for _, v := range c.scope.Vars {
			candidates = append(candidates, v.Name)
		}
	}
	if hint, known := c.scope.Elsewhere[shown]; known && p.Code == codeName {
		p.Summary, p.Hint = `"`+shown+`" is not seen here`, hint
		return
	}
	p.Hint = meant(shown, candidates)
	if p.Hint == "" && p.Code == codeName && len(candidates) > 0 {
		slices.Sort(candidates)
		p.Hint = "names known here: " + words(candidates)
	}
}

// mismatch explains a function or operator beside types that it does not take.
func (c *compilation) mismatch(p *diag.Problem, function, types string) {
	p.Code = codeTypes
	types = strings.NewReplacer("google.protobuf.Timestamp", "timestamp", "google.protobuf.Duration", "duration", "optional_type", "optional").Replace(types)
	if symbol, ok := symbols[function]; ok {
		p.Summary = symbol + " does not take " + types
		return
	}
	p.Summary = named(function) + " does not take " + types
	if f := c.function(named(function)); f != nil {
		p.Hint = "it is " + f.Signature()
	}
}

var symbols = map[string]string{
	"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=",
	"_>_": ">", "_>=_": ">=", "_&&_": "&&", "_||_": "||", "!_": "!", "-_": "-", "_?_:_": "? :", "_[_]": "[ ]", "@in": "in",
}

// functions lists the names of functions, for the nearest one.
func (c *compilation) functions() []string {
	var list []string
	for name := range c.env.env.Functions() {
		if name = named(name); wordByte(name[0]) && !strings.ContainsAny(name, "_") || c.function(name) != nil {
			list = append(list, name)
		}
	}
	return append(list, "ago", "lookup", "has")
}

// siblings lists the fields beside one that is not there.
func (c *compilation) siblings(id int64) []string {
	e := nodeByID(c.parsed, id)
	if e == nil {
		return nil
	}
	operand := e
	switch {
	case e.Kind() == ast.SelectKind:
		operand = e.AsSelect().Operand()
	case e.Kind() == ast.CallKind && len(e.AsCall().Args()) > 0:
		operand = e.AsCall().Args()[0]
	}
	if t := c.typeOf(operand); t != "" {
		names, _ := c.env.types.FindStructFieldNames(t)
		return names
	}
	return nil
}

// typeOf returns the name of the object type of a path, as far as it can be
// said of a tree that does not check: of names, fields and elements.
func (c *compilation) typeOf(e ast.Expr) string {
	path := pathOf(e)
	if path != "" && c.env.types.structs["@"+path] != nil {
		return "@" + path
	}
	if isCall(e, "_[_]") || isCall(e, "_[?_]") {
		if t := "@" + pathOf(e.AsCall().Args()[0]) + "[]"; c.env.types.structs[t] != nil {
			return t
		}
	}
	return ""
}

func (c *compilation) undefined(id int64, name string, candidates []string) {
	c.problem(codeField, `undefined field "`+name+`"`, id, "", meant(name, candidates))
}

// field is the place of a node, or, where a macro such as has() stands for it,
// that of the name inside the macro.
func (c *compilation) field(id int64, name string) diag.Range {
	from, to := c.bytes(id)
	if i := strings.Index(c.source[from:], name); i >= 0 && !strings.Contains(c.source[from:to], name) {
		return at(c.text, from+i, from+i+len(name))
	}
	return at(c.text, from, to)
}

// located is the place of one of CEL's errors.
func (c *compilation) located(e *common.Error) diag.Range {
	if c.parsed != nil && e.ExprID > 0 {
		if _, ok := c.parsed.SourceInfo().GetOffsetRange(e.ExprID); ok {
			return c.node(e.ExprID)
		}
	}
	from := c.offsetOf(e)
	_, to := wordAt(c.source, from)
	return at(c.text, from, to)
}

// offsetOf is the byte of the text that one of CEL's errors names by line and
// column.
func (c *compilation) offsetOf(e *common.Error) int {
	from := 0
	for line := 1; line < e.Location.Line(); line++ {
		if n := strings.IndexByte(c.source[from:], '\n'); n >= 0 {
			from += n + 1
		}
	}
	return from + offset(c.source[from:], max(e.Location.Column(), 0))
}

// nodeByID returns the node of an id.
func nodeByID(tree *ast.AST, id int64) ast.Expr {
	var found ast.Expr
	if tree != nil && id > 0 {
		ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
			if e.ID() == id {
				found = e
			}
		}))
	}
	return found
}

// wanted checks what the expression gives, branch by branch.
func (c *compilation) wanted(e ast.Expr) {
	if isCall(e, "_?_:_") {
		c.wanted(e.AsCall().Args()[1])
		c.wanted(e.AsCall().Args()[2])
		return
	}
	c.word(c.opts.Want, e)
	t := c.checked.GetType(e.ID())
	if t == nil || gives(t, c.opts.Want) || c.exactLiteral(e) {
		return
	}
	c.problem(codeGives, "it gives "+typeName(t)+" where "+c.opts.Want.Kind.String()+" is wanted", e.ID(), "", turn(t, c.opts.Want.Kind.String()))
}

func (c *compilation) exactLiteral(e ast.Expr) bool {
	_, ok := c.number(e)
	return ok && c.opts.Want.Kind.String() == "decimal"
}

// turn says how a value becomes one of the wanted type.
func turn(t *types.Type, want string) string {
	switch {
	case want == "bool":
		return "compare it with something"
	case want == "decimal" && t.Kind() == types.StringKind, want == "int" && t.Kind() == types.StringKind:
		return "turn it with " + want + "(…)"
	case want == "timestamp" && t.Kind() == types.StringKind:
		return "turn it with timestamp(…) or parse_time(…)"
	case want == "money":
		return "make it with money(amount, currency)"
	case want == "string" || want == "text" || want == "ref":
		return "turn it with string(…)"
	}
	return ""
}

func meant(word string, candidates []string) string {
	if near := diag.Nearest(word, candidates); near != "" {
		return `did you mean "` + near + `"?`
	}
	return ""
}

// words lists the first few.
func words(list []string) string {
	if len(list) > 12 {
		return strings.Join(list[:12], ", ") + " …"
	}
	return strings.Join(list, ", ")
}

// tidy makes one of CEL's messages one of ours.
func tidy(s string) string {
	s = strings.ReplaceAll(s, stand, "var")
	if i := strings.Index(s, " expecting "); i > 0 {
		s = s[:i]
	}
	s = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(s), "."), "\n", " ")
	return s
}

// clip keeps a summary to its sixty letters.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:59])) + "…"
}
