package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// fieldEnd compiles how one end speaks of the field.
func (f *fieldBody) fieldEnd(i int, b *body) *FieldEnd {
	e := f.p.Ends[i]
	fe := &FieldEnd{Range: b.header, Tidy: b.bool("tidy"), Pass: b.choice("unmapped", "review", "pass") == 1}
	if !f.path(i, b, fe) {
		return nil
	}
	f.tables(i, b, fe)
	f.programs(i, b, fe)
	f.fallback(b, fe)
	if fe.Tidy && !e.May("update") {
		b.fail(codeNotAllowed, b.at("tidy"), fmt.Sprintf("%q tidies at %q, which does not allow it", f.Name, e.Name), `add "update" to its allow`)
	}
	if f.Hears[i] {
		f.hearable(i, b, fe)
	}
	return fe
}

// path reads where the value stands; without one there must be a `read`.
func (f *fieldBody) path(i int, b *body, fe *FieldEnd) bool {
	e := f.p.Ends[i]
	if !b.has("path") {
		if !b.has("read") {
			b.fail(codeMissing, b.header, fmt.Sprintf("%q at %q needs a path or a read", f.Name, e.Name), "")
		}
		return b.has("read")
	}
	text, ok := b.text("path")
	if !ok {
		return false
	}
	if fe.Path, ok = b.parsePath(text, b.at("path")); !ok {
		return false
	}
	fe.HasPath = true
	if e.Known && !b.checkPath(e, f.p.record[i].record, fe.Path, b.at("path")) {
		return false
	}
	fe.Type, _ = typeAlong(f.p.record[i].record, fe.Path)
	if !b.has("read") && !b.has("values") && !Fits(fe.Type, f.Attribute.Type) {
		b.fail(codeTypeMismatch, b.at("path"), fmt.Sprintf("%q is %s, which cannot give %s", text, fe.Type, f.Attribute.Type), "a read turns one into the other")
	}
	return true
}

// Fits reports whether a value of one type can be read as another at all; the
// normal form of each value decides when it is read.
func Fits(from, to schema.Type) bool {
	if from.Kind == schema.KindAny || to.Kind == schema.KindAny {
		return true
	}
	if from.Kind.Collection() != to.Kind.Collection() {
		return false
	}
	if from.Kind.Collection() {
		return Fits(from.ElemType(), to.ElemType())
	}
	if (from.Kind == schema.KindObject) != (to.Kind == schema.KindObject) {
		return false
	}
	numeric := []schema.Kind{schema.KindInt, schema.KindDecimal, schema.KindMoney, schema.KindString, schema.KindText, schema.KindTimestamp, schema.KindEnum, schema.KindRef}
	switch from.Kind {
	case schema.KindBool:
		return to.Kind == schema.KindBool || to.Kind == schema.KindString || to.Kind == schema.KindText || to.Kind == schema.KindEnum || to.Kind == schema.KindInt
	case schema.KindDecimal, schema.KindMoney:
		return slices.Contains(numeric, to.Kind)
	}
	return true
}

func (f *fieldBody) programs(i int, b *body, fe *FieldEnd) {
	name := f.p.Ends[i].Name
	if b.has("read") {
		want := f.Attribute.Type.OrNull()
		if fe.Values != nil || b.has("values") {
			want = schema.Type{}
		}
		value := fe.Type
		value.Nullable = value.Nullable && !fe.HasPath // beside a path, null is not given to read
		class := max(f.Attribute.Class, classAlong(f.p.record[i].record, fe.Path))
		fe.Read = b.program("read", f.p.readScope(i, schema.Field{Type: value, Class: class}), expr.Options{Want: want, Label: fmt.Sprintf("read of end %q", name)})
	}
	if b.has("write") {
		if !fe.HasPath {
			b.fail(codeMissing, b.at("write"), "a write needs a path", "path says where the value goes")
		}
		want := schema.Type{}
		if fe.HasPath && fe.Type.Kind != schema.KindAny {
			want = fe.Type.OrNull()
		}
		fe.Write = b.program("write", f.p.writeScope(i, f.Index), expr.Options{Want: want, Label: fmt.Sprintf("write of end %q", name)})
	}
	fe.With = b.arguments("with", f.p.record[i].write, func(schema.Path, diag.Range) schema.Type { return schema.Type{} })
}

// fallback reads the value that stands for a blank.
func (f *fieldBody) fallback(b *body, fe *FieldEnd) {
	v, ok := b.value("default", cty.DynamicPseudoType)
	if !ok {
		return
	}
	d, err := f.Attribute.Type.Normal(fromCty(v), schema.Norm{Region: f.p.region()})
	if err != nil {
		b.fail(codeWrongValue, b.at("default"), fmt.Sprintf("the default does not fit %q", f.Name), err.Error())
		return
	}
	fe.Default = d
}

// hearable checks that a value can be written at the end.
func (f *fieldBody) hearable(i int, b *body, fe *FieldEnd) {
	e := f.p.Ends[i]
	if !fe.HasPath {
		b.fail(codeNotWritable, b.header, fmt.Sprintf("%q is written at %q, which gives no path", f.Name, e.Name), "a read alone says how to get a value, not where to put one")
		return
	}
	if !fe.Path.Writable() {
		b.fail(codeNotWritable, b.at("path"), fmt.Sprintf("%q can be read but not written", fe.Path.String()), `select the element: list[type eq 'x'].value`)
		return
	}
	if top, ok := f.p.record[i].record.Field(fe.Path.Top()); ok && top.ReadOnly {
		b.fail(codeNotWritable, b.at("path"), fmt.Sprintf("%q is read-only at %q", fe.Path.Top(), e.Name), "")
		return
	}
	f.prove(b, i, fe)
}

// tables reads the words of the end and checks them against the entity's.
func (f *fieldBody) tables(i int, b *body, fe *FieldEnd) {
	fe.Values = b.wordMap("values")
	if b.has("values") && fe.Values == nil {
		return
	}
	writes := b.wordMap("writes")
	enum := f.Attribute.Type.Kind == schema.KindEnum
	for _, word := range sortedKeys(fe.Values) {
		if to := fe.Values[word]; enum && f.Attribute.Type.Rank(to) < 0 {
			b.fail(codeWrongWord, b.wordAt("values", word), fmt.Sprintf("%q is not a word of %q", to, f.Name), didYouMean(to, f.Attribute.Type.Words))
		}
	}
	if known := fe.Type.Words; fe.Type.Kind == schema.KindEnum && !b.has("read") {
		for _, word := range sortedKeys(fe.Values) {
			if !slices.Contains(known, word) {
				b.fail(codeWrongWord, b.wordAt("values", word), fmt.Sprintf("%q is not a word of %s", word, f.p.Ends[i].objectName()), didYouMean(word, known))
			}
		}
	}
	for _, word := range sortedKeys(writes) {
		if enum && f.Attribute.Type.Rank(word) < 0 {
			b.fail(codeWrongWord, b.wordAt("writes", word), fmt.Sprintf("%q is not a word of %q", word, f.Name), didYouMean(word, f.Attribute.Type.Words))
		}
	}
	if fe.Values == nil {
		fe.Writes = writes
		return
	}
	fe.Writes = f.invert(b, fe.Values, writes, f.Hears[i] && !b.has("write") || fe.Tidy)
}

// invert turns the table round: it must be one to one where it is written
// through, or `writes` must say which word to use.
func (f *fieldBody) invert(b *body, values, writes map[string]string, written bool) map[string]string {
	out := map[string]string{}
	for _, word := range sortedKeys(values) {
		to := values[word]
		if say, ok := writes[to]; ok {
			out[to] = say
			continue
		}
		if other, twice := out[to]; twice && written {
			b.fail(codeNotOneToOne, b.wordAt("values", word), fmt.Sprintf("%q and %q both mean %q", other, word, to), fmt.Sprintf(`writes = { %s = %q } says which to write`, to, other))
			continue
		}
		out[to] = word
	}
	for to, say := range writes {
		if back, ok := values[say]; ok && back != to {
			b.fail(codeRoundTrip, b.at("writes"), fmt.Sprintf("%q is written as %q, which reads as %q", to, say, back), "")
		}
		out[to] = say
	}
	return out
}

// everyWord demands a word of the end for each of the entity's, for a value
// without one could never be written. Where only some are meant to travel,
// unmapped = "pass" says so.
func (f *fieldBody) everyWord(b *body, fe *FieldEnd) {
	spoken := f.spokenWords(fe)
	var missing []string
	for _, word := range f.Attribute.Type.Words {
		if _, ok := fe.Writes[word]; !ok && slices.Contains(spoken, word) {
			missing = append(missing, fmt.Sprintf("%q", word))
		}
	}
	if len(missing) > 0 {
		b.fail(codeMissingWord, b.at("values"), fmt.Sprintf("no word for %s", missing[0]), fmt.Sprintf("the table must have one for each word another end can give: %s", strings.Join(missing, ", ")))
	}
}

// spokenWords are the entity's words that another end of the field can give:
// all, or those of its table.
func (f *fieldBody) spokenWords(self *FieldEnd) []string {
	var words []string
	for i, fe := range f.Field.Ends {
		if fe == nil || fe == self || !f.Speaks[i] {
			continue
		}
		if fe.Values == nil || fe.Pass {
			return f.Attribute.Type.Words
		}
		for _, to := range fe.Values {
			words = append(words, to)
		}
	}
	return words
}

// wordMap reads a table of words; nil when there is none or it is wrong.
func (b *body) wordMap(name string) map[string]string {
	v, ok := b.value(name, cty.Map(cty.String))
	if !ok {
		return nil
	}
	out := map[string]string{}
	for word, to := range v.AsValueMap() {
		if to.IsNull() {
			b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q has no word for %q", name, word), "")
			return nil
		}
		out[word] = to.AsString()
	}
	return out
}

// wordAt is where a word of a table stands, as far as the table is written
// here; else the attribute.
func (b *body) wordAt(name, word string) diag.Range {
	object, ok := b.hcl.Attributes[name].Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return b.at(name)
	}
	for _, pair := range object.Items {
		if key, diags := pair.KeyExpr.Value(nil); !diags.HasErrors() && fromCty(key).Text() == word {
			return rangeOf(pair.ValueExpr.Range())
		}
	}
	return b.at(name)
}
