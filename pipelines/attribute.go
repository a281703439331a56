package pipelines

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"syncline/pipelines/diag"
)

// value evaluates an attribute to a type; false when there is none or it is
// wrong, which has been reported.
func (b *body) value(name string, want cty.Type) (cty.Value, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return cty.NilVal, false
	}
	v, ok := b.eval(a.Expr, b.context)
	if !ok {
		return cty.NilVal, false
	}
	if _, secret := secretIn(v); secret {
		b.fail(codeSecretMisuse, b.at(name), fmt.Sprintf("%q does not take a secret", name), "secrets are for the settings that ask for one")
		return cty.NilVal, false
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		return cty.NilVal, false
	}
	got, err := convert.Convert(v, want)
	if err != nil || !got.IsWhollyKnown() {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be %s", name, article(want)), "")
		return cty.NilVal, false
	}
	return got, true
}

func article(t cty.Type) string {
	switch {
	case t == cty.String:
		return "a text"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "true or false"
	case t.IsListType():
		return "a list of texts"
	case t.IsMapType():
		return "a map of texts: { name = value }"
	}
	return "a " + t.FriendlyName()
}

// need reports a required attribute that is not there.
func (b *body) need(name string) bool {
	if b.has(name) {
		return true
	}
	b.fail(codeMissing, b.header, fmt.Sprintf("%s needs %q", b.kind, name), "")
	return false
}

func (b *body) text(name string) (string, bool) {
	v, ok := b.value(name, cty.String)
	if !ok {
		return "", false
	}
	return v.AsString(), true
}

// texts reads a list of texts; a single text is a list of one.
func (b *body) texts(name string) ([]string, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil, false
	}
	if _, tuple := a.Expr.(*hclsyntax.TupleConsExpr); !tuple {
		if _, template := a.Expr.(*hclsyntax.TemplateExpr); template {
			one, ok := b.text(name)
			return []string{one}, ok
		}
	}
	v, ok := b.value(name, cty.List(cty.String))
	if !ok {
		return nil, false
	}
	out := []string{}
	for _, item := range v.AsValueSlice() {
		if item.IsNull() {
			b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q holds null", name), "")
			return nil, false
		}
		out = append(out, item.AsString())
	}
	return out, true
}

func (b *body) bool(name string) bool {
	v, ok := b.value(name, cty.Bool)
	return ok && v.True()
}

// whole reads a whole number of at least least.
func (b *body) whole(name string, least, otherwise int) int {
	f, ok := b.number(name)
	if !ok {
		return otherwise
	}
	if f != math.Trunc(f) || f < float64(least) || f > 1e9 {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be a whole number of at least %d", name, least), "")
		return otherwise
	}
	return int(f)
}

func (b *body) number(name string) (float64, bool) {
	v, ok := b.value(name, cty.Number)
	if !ok {
		return 0, false
	}
	f, _ := v.AsBigFloat().Float64()
	return f, true
}

// choice reads one of the words, of which the first is the default, and gives
// its index.
func (b *body) choice(name string, words ...string) int {
	word, ok := b.text(name)
	if !ok {
		return 0
	}
	if i := slices.Index(words, word); i >= 0 {
		return i
	}
	b.fail(codeChoice, b.at(name), fmt.Sprintf("%q cannot be %q", name, word), didYouMean(word, words))
	return 0
}

func (b *body) duration(name string, otherwise time.Duration) time.Duration {
	text, ok := b.text(name)
	if !ok {
		return otherwise
	}
	d, err := parseDuration(text)
	if err != nil {
		b.fail(codeDuration, b.at(name), fmt.Sprintf("%q is not a duration", text), `write "90s", "4h" or "45d"`)
		return otherwise
	}
	return d
}

// parseDuration reads the one syntax of durations: Go's, and days.
func parseDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			return 0, fmt.Errorf("not a number of days: %q", text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err == nil && d < 0 {
		return 0, fmt.Errorf("a negative duration")
	}
	return d, err
}

// share reads "1%" or a number from 0 to 1, as a share of one.
func (b *body) share(name string) (float64, bool) {
	text, ok := b.text(name)
	if !ok {
		return 0, false
	}
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		f /= 100
	}
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q is not a share", text), `write "10%" or 0.1`)
		return 0, false
	}
	return f, true
}

// call reads an attribute written as a call, such as wait("8h") or share(10):
// the function's name and its only argument.
func (b *body) call(name string) (function string, argument cty.Value, ok bool) {
	a := b.hcl.Attributes[name]
	fc, isCall := a.Expr.(*hclsyntax.FunctionCallExpr)
	if !isCall {
		return "", cty.NilVal, false
	}
	if len(fc.Args) != 1 {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%s takes one argument", fc.Name), "")
		return fc.Name, cty.NilVal, true
	}
	v, valid := b.eval(fc.Args[0], b.context)
	if !valid {
		v = cty.NilVal
	}
	return fc.Name, v, true
}

// ref reads a reference such as notify.ops and gives the name after the dot.
func (b *body) ref(name, kind string) (string, diag.Range, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return "", diag.Range{}, false
	}
	at := rangeOf(a.Expr.Range())
	t, diags := hcl.AbsTraversalForExpr(a.Expr)
	if diags.HasErrors() || t.RootName() != kind || len(t) < 2 {
		hint := fmt.Sprintf("write %s = %s.NAME", name, kind)
		if diags.HasErrors() {
			if text, isText := literal(a.Expr); isText {
				hint = fmt.Sprintf("write %s = %s.%s, without quotes", name, kind, text)
			}
		}
		b.fail(codeReference, at, fmt.Sprintf("%q must refer to a %s", name, kind), hint)
		return "", at, false
	}
	steps := make([]string, 0, len(t)-1)
	for _, step := range t[1:] {
		attr, isAttr := step.(hcl.TraverseAttr)
		if !isAttr {
			b.fail(codeReference, at, fmt.Sprintf("%q must refer to a %s", name, kind), fmt.Sprintf("write %s.NAME", kind))
			return "", at, false
		}
		steps = append(steps, attr.Name)
	}
	return strings.Join(steps, "."), at, true
}

// literal gives a quoted text that holds nothing to evaluate.
func literal(e hclsyntax.Expression) (string, bool) {
	t, ok := e.(*hclsyntax.TemplateExpr)
	if !ok || !t.IsStringLiteral() {
		return "", false
	}
	v, _ := t.Value(nil)
	return v.AsString(), true
}

// named finds what a reference leads to among names; a name that is declared
// but wrong is not reported again.
func (b *body) named(kind, name string, at diag.Range, names []string) bool {
	if slices.Contains(names, name) {
		return true
	}
	if !b.broken[kind+"."+name] && !b.partial {
		b.fail(codeUnknownName, at, fmt.Sprintf("there is no %s %q", kind, name), didYouMean(name, names))
	}
	return false
}

// notify reads a reference to a notify block.
func (b *body) notify(name string) *Notify {
	to, at, ok := b.ref(name, "notify")
	if !ok {
		return nil
	}
	var names []string
	for _, n := range b.config.Notifies {
		if n.Name == to {
			return n
		}
		names = append(names, n.Name)
	}
	b.named("notify", to, at, names)
	return nil
}
