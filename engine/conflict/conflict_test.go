package conflict_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/conflict"
	"syncline/schema"
)

// TestRules holds what every rule must have: a name of its own, a doc, an
// example, and examples that come out as they say. R2.3
func TestRules(t *testing.T) {
	names := map[string]bool{}
	for _, r := range conflict.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			if r.Name == "" || names[r.Name] || r.Doc == "" || len(r.Examples) == 0 || r.Decide == nil {
				t.Errorf("a rule needs a name of its own, a doc, an example and a function: %q", r.Name)
			}
			names[r.Name] = true
			for _, e := range r.Examples {
				got := r.Decide(&e.Case)
				if got.Answer != e.Want.Answer || got.End != e.Want.End || !e.Case.Form.Equal(got.Value, e.Want.Value) {
					t.Errorf("%s: got %+v, want %+v", e.Doc, got, e.Want)
				}
			}
		})
		if found, ok := conflict.Find(r.Name); !ok || found.Name != r.Name {
			t.Errorf("rule %q is not found by its name", r.Name)
		}
	}
	if _, ok := conflict.Find("coin_toss"); ok {
		t.Error("a rule is found that there is none of")
	}
}

func chain(rules ...conflict.Rule) conflict.Chain { return rules }

// TestTotal says which chains may not fall through.
func TestTotal(t *testing.T) {
	number := conflict.Terms{Type: schema.Type{Kind: schema.KindInt}, SystemOfRecord: -1, Speaks: []bool{true, true}}
	text := conflict.Terms{Type: schema.Type{Kind: schema.KindString}, SystemOfRecord: 1, Speaks: []bool{true, true}}
	deaf := conflict.Terms{Type: schema.Type{Kind: schema.KindString}, SystemOfRecord: 1, Speaks: []bool{true, false}}
	tests := []struct {
		name  string
		chain conflict.Chain
		terms conflict.Terms
		want  bool
	}{
		{"empty", nil, text, false},
		{"latest", chain(conflict.Latest), text, false},
		{"non_empty", chain(conflict.NonEmpty), text, false},
		{"latest, system of record", chain(conflict.Latest, conflict.SystemOfRecord), text, true},
		{"no system of record", chain(conflict.SystemOfRecord), number, false},
		{"a system of record that does not speak", chain(conflict.SystemOfRecord), deaf, false},
		{"an end", chain(conflict.Named("ats", 0)), deaf, true},
		{"an end that does not speak", chain(conflict.Named("crm", 1)), deaf, false},
		{"max of numbers", chain(conflict.Max), number, true},
		{"max of texts", chain(conflict.Max), text, false},
		{"most_advanced of texts", chain(conflict.MostAdvanced), text, false},
		{"union of texts", chain(conflict.Union), text, false},
		{"review", chain(conflict.Latest, conflict.Review), text, true},
		{"an expression", chain(conflict.Expr(nil, nil)), text, false},
	}
	for _, tt := range tests {
		if got := tt.chain.Total(&tt.terms); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestTotalMeansDecided: a chain that is called total never falls through,
// whatever the values.
func TestTotalMeansDecided(t *testing.T) {
	ints := rapid.Custom(func(t *rapid.T) schema.Value {
		if rapid.Bool().Draw(t, "blank") {
			return schema.NullValue()
		}
		return schema.Int(rapid.Int64Range(0, 3).Draw(t, "n"))
	})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 4).Draw(t, "ends")
		terms := conflict.Terms{Type: schema.Type{Kind: schema.KindInt}, SystemOfRecord: rapid.IntRange(-1, n-1).Draw(t, "record")}
		k := conflict.Case{Type: terms.Type, SystemOfRecord: terms.SystemOfRecord}
		for i := range n {
			s := conflict.Side{End: i, Value: ints.Draw(t, "value"), Changed: true, Speaks: rapid.Bool().Draw(t, "speaks")}
			terms.Speaks, k.Sides = append(terms.Speaks, s.Speaks), append(k.Sides, s)
		}
		if !disagree(&k) {
			return
		}
		for _, r := range conflict.Rules() {
			if chain(r).Total(&terms) && r.Decide(&k).Answer == conflict.Undecided {
				t.Fatalf("%s is called total and does not decide %+v", r.Name, k)
			}
		}
	})
}

// disagree reports whether two sides that speak differ: there is no case
// otherwise.
func disagree(k *conflict.Case) bool {
	for _, a := range k.Sides {
		for _, b := range k.Sides {
			if a.Speaks && b.Speaks && !k.Form.Equal(a.Value, b.Value) {
				return true
			}
		}
	}
	return false
}

func TestChain(t *testing.T) {
	k := conflict.Case{SystemOfRecord: 1, Sides: []conflict.Side{
		{End: 0, Value: schema.String("a"), Changed: true, Speaks: true},
		{End: 1, Value: schema.String("b"), Changed: true, Speaks: true},
	}}
	got := chain(conflict.Latest, conflict.SystemOfRecord).Settle(&k)
	if got.Answer != conflict.SideWins || got.End != 1 || got.Rule != "system_of_record" {
		t.Errorf("got %+v", got)
	}
	if got := chain(conflict.Latest).Settle(&k); got.Answer != conflict.Ask {
		t.Errorf("a chain that falls through answers %+v", got)
	}
}

// TestExpr: a program names an end, gives a value, leaves the case, or fails.
func TestExpr(t *testing.T) {
	k := conflict.Case{Sides: []conflict.Side{
		{End: 0, Value: schema.String("a"), Changed: true, Speaks: true},
		{End: 1, Value: schema.String("b"), Changed: true, Speaks: true},
	}}
	tests := []struct {
		name  string
		value schema.Value
		err   error
		want  conflict.Answer
	}{
		{"an end", schema.Text(schema.KindRef, "crm"), nil, conflict.SideWins},
		{"a value", schema.String("c"), nil, conflict.Made},
		{"nothing", schema.NullValue(), nil, conflict.Undecided},
		{"a failure", schema.Value{}, errors.New("division by zero"), conflict.Ask},
	}
	for _, tt := range tests {
		r := conflict.Expr([]string{"ats", "crm"}, func(*conflict.Case) (schema.Value, error) { return tt.value, tt.err })
		got := r.Decide(&k)
		if got.Answer != tt.want || got.Answer == conflict.SideWins && got.End != 1 || (got.Err != nil) != (tt.err != nil) {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
}

// TestMirror: naming the ends the other way round gives the mirrored verdict.
func TestMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := schema.Int(rapid.Int64Range(0, 3).Draw(t, "a")), schema.Int(rapid.Int64Range(4, 6).Draw(t, "b"))
		at := func() (int64, int64) {
			after := rapid.Int64Range(0, 30).Draw(t, "after")
			return after, after + rapid.Int64Range(0, 10).Draw(t, "width")
		}
		x := conflict.Side{End: 0, Value: a, Changed: true, Speaks: true}
		y := conflict.Side{End: 1, Value: b, Changed: true, Speaks: true}
		x.After, x.Before = at()
		y.After, y.Before = at()
		k := conflict.Case{Type: schema.Type{Kind: schema.KindInt}, Skew: 2, SystemOfRecord: 0, Sides: []conflict.Side{x, y}}
		x.End, y.End = 1, 0
		m := conflict.Case{Type: k.Type, Skew: 2, SystemOfRecord: 1, Sides: []conflict.Side{y, x}}
		for _, r := range conflict.Rules() {
			p, q := r.Decide(&k), r.Decide(&m)
			if p.Answer != q.Answer || !k.Form.Equal(p.Value, q.Value) {
				t.Fatalf("%s: %+v and mirrored %+v", r.Name, p, q)
			}
		}
	})
}
