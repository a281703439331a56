package match_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/match"
	"syncline/schema"
)

var shape = schema.NewShape(
	schema.Field{Name: "external_id", Type: schema.Type{Kind: schema.KindString}},
	schema.Field{Name: "email", Type: schema.Type{Kind: schema.KindList}},
	schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString}},
	schema.Field{Name: "phone", Type: schema.Type{Kind: schema.KindString}},
)

func person(id string, emails []string, name, phone string) *schema.Record {
	r := schema.NewRecord(shape)
	var list []schema.Value
	for _, e := range emails {
		list = append(list, schema.String(e))
	}
	r.Slots = []schema.Value{schema.String(id), schema.List(list...), schema.String(name), schema.String(phone)}
	return r
}

// rules: a reference, an e-mail, a name and phone; and a score of similar name
// and equal phone.
func rules() *match.Rules {
	return &match.Rules{Keys: []match.Key{
		{Name: "reference", Fields: []int{0}},
		{Name: "email", Fields: []int{1}},
		{Name: "name", Fields: []int{2}, Weight: 0.6, Similar: 0.9},
		{Name: "phone", Fields: []int{3}, Weight: 0.4},
	}}
}

func TestDecide(t *testing.T) {
	ada := person("", []string{"ada@x.org", "ada@y.org"}, "Ada Lovelace", "1")
	tests := []struct {
		name    string
		holders []match.Holder
		rules   func(*match.Rules)
		want    match.Kind
		entity  uint64
	}{
		{name: "nobody", want: match.Create},
		{name: "one shares any e-mail", want: match.Link, entity: 7,
			holders: []match.Holder{{Entity: 7, Record: person("", []string{"z@z.org", "ada@y.org"}, "", "")}}},
		{name: "blank references never match", want: match.Create,
			holders: []match.Holder{{Entity: 7, Record: person("", nil, "", "")}}},
		{name: "two share an e-mail", want: match.Review,
			holders: []match.Holder{
				{Entity: 7, Record: person("", []string{"ada@x.org"}, "", "")},
				{Entity: 8, Record: person("", []string{"ada@y.org"}, "", "")}}},
		{name: "two share an e-mail and nobody asks", want: match.Skip,
			rules: func(r *match.Rules) { r.Ambiguous = match.AmbiguousSkip },
			holders: []match.Holder{
				{Entity: 7, Record: person("", []string{"ada@x.org"}, "", "")},
				{Entity: 8, Record: person("", []string{"ada@y.org"}, "", "")}}},
		{name: "already linked", want: match.Review,
			holders: []match.Holder{{Entity: 7, Taken: true, Record: person("", []string{"ada@x.org"}, "", "")}}},
		{name: "already linked, duplicates ignored", want: match.Duplicate, entity: 7,
			rules:   func(r *match.Rules) { r.Duplicates = match.DuplicatesIgnore },
			holders: []match.Holder{{Entity: 7, Taken: true, Record: person("", []string{"ada@x.org"}, "", "")}}},
		{name: "said to be apart", want: match.Create,
			holders: []match.Holder{{Entity: 7, Apart: true, Record: person("", []string{"ada@x.org"}, "", "")}}},
		{name: "said to be one", want: match.Link, entity: 9,
			holders: []match.Holder{
				{Entity: 7, Record: person("", []string{"ada@x.org"}, "", "")},
				{Entity: 9, Joined: true, Record: person("", nil, "", "")}}},
		{name: "name and phone add up", want: match.Link, entity: 7,
			holders: []match.Holder{{Entity: 7, Record: person("", nil, "ada lovelacee", "1")}}},
		{name: "a similar name alone is too little", want: match.Create,
			holders: []match.Holder{{Entity: 7, Record: person("", nil, "Ada Lovelac", "2")}}},
		{name: "a similar name is a candidate when that is enough", want: match.Review,
			rules:   func(r *match.Rules) { r.Candidate = 0.5 },
			holders: []match.Holder{{Entity: 7, Record: person("", nil, "Ada Lovelac", "2")}}},
		{name: "another name is none", want: match.Create,
			rules:   func(r *match.Rules) { r.Candidate = 0.5 },
			holders: []match.Holder{{Entity: 7, Record: person("", nil, "Grace Hopper", "2")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := rules()
			if tt.rules != nil {
				tt.rules(r)
			}
			got := r.Decide(ada, tt.holders)
			if got.Kind != tt.want || got.Entity != tt.entity {
				t.Errorf("law 7: got kind %d entity %d, want %d %d (%s)", got.Kind, got.Entity, tt.want, tt.entity, got.Reason)
			}
		})
	}
}

func TestStrongestKeyFirst(t *testing.T) {
	r := rules()
	got := r.Decide(person("R1", []string{"a@x.org"}, "", ""), []match.Holder{
		{Entity: 1, Record: person("", []string{"a@x.org"}, "", "")},
		{Entity: 2, Record: person("R1", nil, "", "")},
	})
	if got.Kind != match.Link || got.Entity != 2 || got.Key != "reference" {
		t.Errorf("got %+v, want the holder of the reference", got)
	}
}

// TestOrderOfHolders: the order in which holders are found changes nothing.
func TestOrderOfHolders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"", "Ada Lovelace", "Ada Lovelac", "Grace Hopper"})
		draw := func(label string) *schema.Record {
			return person(
				rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, label+"id"),
				rapid.SliceOfN(rapid.SampledFrom([]string{"", "a@x", "b@x", "c@x"}), 0, 2).Draw(t, label+"emails"),
				name.Draw(t, label+"name"), rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, label+"phone"))
		}
		var holders []match.Holder
		for i := range rapid.IntRange(0, 4).Draw(t, "holders") {
			holders = append(holders, match.Holder{
				Entity: uint64(i), Record: draw(fmt.Sprint(i)), Taken: rapid.Bool().Draw(t, "taken"),
			})
		}
		r, record := rules(), draw("record")
		want := fmt.Sprint(r.Decide(record, holders))
		mixed := slices.Clone(holders)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(mixed), func(i, j int) {
			mixed[i], mixed[j] = mixed[j], mixed[i]
		})
		if got := fmt.Sprint(r.Decide(record, mixed)); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

// TestDigestsMeet: two records for which an equal key holds share a digest of
// it, so that one is found by the other.
func TestDigestsMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		emails := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a@x", "b@x", "c@x"}), 0, 3)
		a, b := emails.Draw(t, "a"), emails.Draw(t, "b")
		met := false
		r := &match.Rules{Keys: []match.Key{{Name: "email", Fields: []int{1}}}}
		for _, x := range r.Digests(nil, 1, person("", a, "", "")) {
			met = met || slices.Contains(r.Digests(nil, 1, person("", b, "", "")), x)
		}
		common := slices.ContainsFunc(a, func(e string) bool { return e != "" && slices.Contains(b, e) })
		if met != common {
			t.Fatalf("%q and %q: met %v, want %v", a, b, met, common)
		}
	})
}

func TestBlocksOfSimilarNames(t *testing.T) {
	r := &match.Rules{Keys: []match.Key{{Name: "name", Fields: []int{2}, Similar: 0.9}}}
	a := r.Digests(nil, 1, person("", nil, "Lovelace Ada", ""))
	b := r.Digests(nil, 1, person("", nil, "ada lovelacee", ""))
	if len(a) != 2 || !slices.ContainsFunc(a, func(d match.Digest) bool { return d.Block && slices.Contains(b, d) }) {
		t.Errorf("the spellings do not meet: %v %v", a, b)
	}
	if c := r.Digests(nil, 1, person("", nil, " ", "")); len(c) != 0 {
		t.Errorf("a blank name has digests: %v", c)
	}
}

func TestKeysDoNotMix(t *testing.T) {
	r := &match.Rules{Keys: []match.Key{{Fields: []int{0}}, {Fields: []int{2}}}}
	d := r.Digests(nil, 1, person("same", nil, "same", ""))
	if len(d) != 2 || d[0].Hash == d[1].Hash {
		t.Errorf("equal values of two keys share a digest: %v", d)
	}
}

func TestSurvive(t *testing.T) {
	records := []*schema.Record{{ID: "10"}, {ID: "9"}, {ID: "009"}, {ID: "a"}}
	r := rules()
	if i, err := r.Survive(records); err != nil || records[i].ID != "009" {
		t.Errorf("got %d %v, want the smallest number", i, err)
	}
	r.Survivor = func(rs []*schema.Record) (string, error) { return "a", nil }
	if i, err := r.Survive(records); err != nil || i != 3 {
		t.Errorf("got %d %v, want the one that is named", i, err)
	}
	r.Survivor = func(rs []*schema.Record) (string, error) { return "stranger", nil }
	if _, err := r.Survive(records); err == nil {
		t.Error("a stranger survives")
	}
	if _, err := r.Survive(nil); err == nil {
		t.Error("nobody survives of nobody")
	}
}

// TestCompareIDs: a total order in which numbers are numbers, however long.
func TestCompareIDs(t *testing.T) {
	sorted := []string{"0", "02", "2", "10", "99999999999999999999", "100000000000000000000", "", "10a", "a"}
	for i, a := range sorted {
		for j, b := range sorted {
			got := match.CompareIDs(a, b)
			if want := min(1, max(-1, i-j)); got != want {
				t.Errorf("CompareIDs(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}
