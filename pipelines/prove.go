package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// prove shows that what is written at an end reads as what was meant. Every
// word of an enum is tried, and seeded samples of other types; programs that
// look at more than the value are left to the run, which compares what it
// reads back.
func (f *fieldBody) prove(b *body, i int, fe *FieldEnd) {
	if f.Lossy != "" || fe.Read == nil && fe.Write == nil || b.has("write") && fe.Write == nil || b.has("read") && fe.Read == nil {
		return
	}
	if !f.alone(fe) {
		return
	}
	for _, sample := range samples(f.Attribute.Type) {
		if fe.Write == nil && fe.Writes != nil && fe.Writes[sample.Text()] == "" {
			continue // no word is written for it, which is told where it matters
		}
		back, why := f.roundTrip(i, fe, sample)
		if why == "" && schema.Equal(back, sample) {
			continue
		}
		reason := fmt.Sprintf("%s comes back as %s", sample.Display(), back.Display())
		if why != "" {
			reason = fmt.Sprintf("%s: %s", sample.Display(), why)
		}
		name := "write"
		if fe.Write == nil {
			name = "read"
		}
		b.add(diag.Problem{Code: codeRoundTrip, Summary: fmt.Sprintf("read does not undo write of %q", f.Name), Detail: reason,
			Hint: `lossy = "why" on the field excuses it`, Range: b.at(name), Context: b.context})
		return
	}
}

// alone reports whether the programs look at the value and nothing else of the
// record or the entity.
func (f *fieldBody) alone(fe *FieldEnd) bool {
	allowed := func(prog expr.Program, own string) bool {
		if prog == nil {
			return true
		}
		return !slices.ContainsFunc(prog.Uses(), func(use string) bool {
			root, _, _ := strings.Cut(use, ".")
			return root != "var" && root != "local" && use != own && !strings.HasPrefix(use, own+".")
		})
	}
	return allowed(fe.Read, "value") && allowed(fe.Write, "entity."+f.Name)
}

// roundTrip writes a value of the entity and reads it back. why says what
// failed on the way.
func (f *fieldBody) roundTrip(i int, fe *FieldEnd, v schema.Value) (back schema.Value, why string) {
	raw, why := f.writeOf(i, fe, v)
	if why != "" {
		return v, why
	}
	back = raw
	if fe.Read != nil {
		frame := f.p.frame(f.p.Record[i])
		frame.Values[expr.Value] = raw
		got, err := fe.Read.Eval(frame)
		if err != nil {
			return v, "read: " + err.Error()
		}
		back = got
	}
	if fe.Values != nil {
		word, ok := fe.Values[back.Text()]
		if !ok {
			return back, fmt.Sprintf("the table has no word %q", back.Text())
		}
		back = schema.String(word)
	}
	norm, err := f.Attribute.Type.Normal(back, schema.Norm{Region: f.p.region()})
	if err != nil {
		return back, "what is read does not fit"
	}
	return norm, ""
}

func (f *fieldBody) writeOf(i int, fe *FieldEnd, v schema.Value) (schema.Value, string) {
	if fe.Write == nil {
		if fe.Writes != nil {
			return schema.String(fe.Writes[v.Text()]), ""
		}
		return v, ""
	}
	scope := f.p.record[i].write
	frame := f.p.frame(scope)
	entity := schema.NewRecord(schema.NewShape(f.p.Entity.Fields...))
	for j := range entity.Slots {
		entity.Slots[j] = schema.NullValue()
	}
	entity.Slots[f.Index] = v
	frame.Records[expr.Entity], frame.Records[expr.Prior] = entity, entity
	got, err := fe.Write.Eval(frame)
	if err != nil {
		return v, "write: " + err.Error()
	}
	return got, ""
}

// frame lays out a frame in which only what is known while compiling has a
// value.
func (p *pipelineBody) frame(s *expr.Scope) *expr.Frame {
	f := &expr.Frame{Now: p.options.Now().UnixMicro()}
	for _, v := range s.Vars {
		f.Values[v.Slot] = v.Static
	}
	return f
}

// samples are values of a type in normal form: every word of an enum, and
// chosen ones of the other types.
func samples(t schema.Type) []schema.Value {
	var out []schema.Value
	for _, v := range rawSamples(t) {
		if norm, err := t.Normal(v, schema.Norm{Region: "US"}); err == nil && norm.Is() {
			out = append(out, norm)
		}
	}
	return out
}

func rawSamples(t schema.Type) []schema.Value {
	texts := func(words ...string) []schema.Value {
		out := make([]schema.Value, len(words))
		for i, w := range words {
			out[i] = schema.String(w)
		}
		return out
	}
	switch t.Kind {
	case schema.KindEnum:
		return texts(t.Words...)
	case schema.KindInt:
		return []schema.Value{schema.Int(0), schema.Int(1), schema.Int(-7), schema.Int(80000), schema.Int(1<<40 + 3)}
	case schema.KindDecimal:
		return []schema.Value{schema.Decimal("0"), schema.Decimal("1.5"), schema.Decimal("-12.25"), schema.Decimal("80000.01")}
	case schema.KindMoney:
		return []schema.Value{schema.Money("80000", "EUR"), schema.Money("12.34", "USD")}
	case schema.KindBool:
		return []schema.Value{schema.Bool(true), schema.Bool(false)}
	case schema.KindDate:
		return texts("2024-02-29", "1999-12-31", "2001-01-01")
	case schema.KindTimestamp:
		return texts("2024-02-29T23:59:59Z", "1999-12-31T00:00:01.000002Z")
	case schema.KindEmail:
		return texts("ada@example.com", "jose.garcia+x@mail.example.org")
	case schema.KindPhone:
		return texts("+14155552671", "+442079460958", "+4915112345678")
	case schema.KindURL:
		return texts("https://example.com/", "https://example.org/a/b?c=d")
	case schema.KindCountry:
		return texts("DE", "US", "GB")
	case schema.KindString, schema.KindText, schema.KindRef:
		return texts("a", "Ada Lovelace", "x-1 y", "Åsa Öst", "O'Neil, 2")
	case schema.KindList, schema.KindSet:
		if items := rawSamples(t.ElemType()); len(items) > 1 {
			return []schema.Value{schema.List(items[0]), schema.List(items[:2]...)}
		}
	}
	return nil
}
