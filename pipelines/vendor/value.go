package vendor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"syncline/connectors/rest"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// value evaluates an attribute, which names nothing, to a type; false where
// there is none or it is wrong, which has been reported.
func (b *block) value(name string, want cty.Type) (cty.Value, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return cty.NilVal, false
	}
	v, ok := b.constant(a.Expr)
	if !ok || v.IsNull() {
		return cty.NilVal, false
	}
	got, err := convert.Convert(v, want)
	if err != nil || !got.IsWhollyKnown() {
		w, _ := b.g.word(name)
		b.fail(codeWrongValue, b.at(name), strings.Replace(fmt.Sprintf("%q must be a %s", name, w.Kind), "a true", "true", 1), "")
		return cty.NilVal, false
	}
	return got, true
}

// constant evaluates an expression that may name nothing.
func (b *block) constant(e hclsyntax.Expression) (cty.Value, bool) {
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "secret" {
		b.fail(codeStaticSecret, diag.RangeOf(e.Range()), "a description holds no secret", "declare a setting with secret = true, and name it in CEL: settings.NAME")
		return cty.NilVal, false
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		b.addHCL(codeEvaluation, diags[:1], b.context)
		return cty.NilVal, false
	}
	return v, true
}

func (b *block) text(name string) string {
	v, ok := b.value(name, cty.String)
	if !ok {
		return ""
	}
	return v.AsString()
}

func (b *block) texts(name string) []string {
	v, ok := b.value(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	out := []string{}
	for _, item := range v.AsValueSlice() {
		if item.IsNull() {
			b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q holds null", name), "")
			return nil
		}
		out = append(out, item.AsString())
	}
	return out
}

func (b *block) truth(name string) bool {
	v, ok := b.value(name, cty.Bool)
	return ok && v.True()
}

// number reads a whole number that is not negative.
func (b *block) number(name string, otherwise int64) int64 {
	v, ok := b.value(name, cty.Number)
	if !ok {
		return otherwise
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != 0 || n < 0 {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be a whole number", name), "")
		return otherwise
	}
	return n
}

func (b *block) numbers(name string) []int {
	v, ok := b.value(name, cty.List(cty.Number))
	if !ok {
		return nil
	}
	var out []int
	for _, item := range v.AsValueSlice() {
		if item.IsNull() {
			continue
		}
		n, _ := item.AsBigFloat().Int64()
		out = append(out, int(n))
	}
	return out
}

func (b *block) duration(name string) time.Duration {
	text := b.text(name)
	if text == "" {
		return 0
	}
	d, err := parseDuration(text)
	if err != nil || d < 0 {
		b.fail(codeDuration, b.at(name), fmt.Sprintf("%q is not a duration", text), `write "90s", "4h" or "45d"`)
		return 0
	}
	return d
}

// parseDuration reads the one syntax of durations: Go's, and days.
func parseDuration(text string) (time.Duration, error) {
	days, ok := strings.CutSuffix(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 0 || n > 36500 {
		return 0, fmt.Errorf("not a number of days: %q", text)
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

// choice reads one of the words and gives its index; the first is the default.
func (b *block) choice(name string, words ...string) int {
	word := b.text(name)
	if word == "" {
		return 0
	}
	i := slices.Index(words, word)
	if i < 0 {
		b.fail(codeChoice, b.at(name), fmt.Sprintf("%q cannot be %q", name, word), didYouMean(word, words))
		return 0
	}
	return i
}

// path reads a path; the zero path where there is none.
func (b *block) path(name string) schema.Path {
	text := b.text(name)
	if text == "" {
		return schema.Path{}
	}
	p, err := schema.ParsePath(text)
	if err != nil {
		b.fail(codeBadPath, b.at(name), fmt.Sprintf("%q is not a path", text), err.Error())
	}
	return p
}

// steps reads names that lead to a place in an answer.
func (b *block) steps(name string) []string {
	text := b.text(name)
	if text == "" {
		return nil
	}
	return strings.Split(text, ".")
}

// place reads where in a request something goes: "query NAME", "header NAME",
// "body PATH".
func (b *block) place(name string) rest.Place {
	text := b.text(name)
	if text == "" {
		return rest.Place{}
	}
	where, what, ok := strings.Cut(text, " ")
	what = strings.TrimSpace(what)
	i := slices.Index([]string{"", "query", "header", "body"}, where)
	if !ok || i < 1 || what == "" {
		b.fail(codeChoice, b.at(name), fmt.Sprintf("%q is no place in a request", text), `write "query NAME", "header NAME" or "body NAME"`)
		return rest.Place{}
	}
	return rest.Place{In: rest.Where(i), Name: what}
}

// typ reads a type.
func (b *block) typ(name string) schema.Type {
	text := b.text(name)
	if text == "" {
		return schema.Type{Kind: schema.KindString}
	}
	t, err := schema.ParseType(text)
	if err != nil {
		b.fail(codeUnknownType, b.at(name), fmt.Sprintf("%q is not a type", text), err.Error())
	}
	return t
}

// constantOf reads an attribute of any plain value.
func (b *block) constantOf(name string) schema.Value {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return schema.Value{}
	}
	v, ok := b.constant(a.Expr)
	if !ok {
		return schema.Value{}
	}
	return fromCty(v)
}

func (b *block) constants(name string) []schema.Value {
	return b.constantOf(name).Items()
}

func fromCty(v cty.Value) schema.Value {
	switch t := v.Type(); {
	case v.IsNull():
		return schema.NullValue()
	case t == cty.String:
		return schema.String(v.AsString())
	case t == cty.Bool:
		return schema.Bool(v.True())
	case t == cty.Number:
		n, err := schema.ParseDecimal(v.AsBigFloat().Text('f', -1))
		if err != nil {
			return schema.NullValue()
		}
		if whole, err := strconv.ParseInt(n.Plain(), 10, 64); err == nil {
			return schema.Int(whole)
		}
		return n
	case t.IsTupleType() || t.IsListType():
		var items []schema.Value
		for _, item := range v.AsValueSlice() {
			items = append(items, fromCty(item))
		}
		return schema.List(items...)
	case t.IsObjectType() || t.IsMapType():
		return fromObject(v)
	}
	return schema.NullValue()
}

func fromObject(v cty.Value) schema.Value {
	var names []string
	var items []schema.Value
	for it := v.ElementIterator(); it.Next(); {
		k, item := it.Element()
		names, items = append(names, k.AsString()), append(items, fromCty(item))
	}
	return schema.Object(names, items)
}

// words reads a map of texts.
func (b *block) words(name string) map[string]string {
	v, ok := b.value(name, cty.Map(cty.String))
	if !ok {
		return nil
	}
	out := map[string]string{}
	for k, item := range v.AsValueMap() {
		if !item.IsNull() {
			out[k] = item.AsString()
		}
	}
	return out
}

// lists reads a map of lists of texts.
func (b *block) lists(name string) map[string][]string {
	v, ok := b.value(name, cty.Map(cty.List(cty.String)))
	if !ok {
		return nil
	}
	out := map[string][]string{}
	for k, list := range v.AsValueMap() {
		for _, item := range list.AsValueSlice() {
			out[k] = append(out[k], item.AsString())
		}
	}
	return out
}
