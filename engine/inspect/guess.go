package inspect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"syncline/pipelines"
	"syncline/schema"
)

const (
	// sure is how well a name has to speak for an attribute whose values do not
	// speak for themselves.
	sure = 0.65

	// byValues is what values alone are worth: all look like an e-mail address,
	// and the model has one.
	byValues = 0.5

	// telling is the share of values that speak for a type by themselves.
	telling = 0.8

	// enough is how well the fields of an object have to fit a model.
	enough = 2.5

	// byObject is what the name of the object is worth for its model.
	byObject = 3
)

// guess is a model, and where its attributes probably stand.
type guess struct {
	entity *schema.Entity
	pairs  []pair
}

// pair is an attribute and the place that probably holds it.
type pair struct {
	place     *place
	attribute int // into the entity's fields
	score     float64
	layout    string // of dates that are no ISO dates
}

// guesser finds what the places of an object are.
type guesser struct {
	object string
	id     string // where a record says which it is
	region string
	places []*place
}

// model returns the guess of the model that fits best, nil where none does.
func (g *guesser) model(entities []*schema.Entity) *guess {
	var best *guess
	most := 0.0
	for _, e := range entities {
		x := g.of(e)
		score := 0.0
		if calls(g.object, e.Name) {
			score = byObject
		}
		for _, p := range x.pairs {
			if e.Fields[p.attribute].Name != "external_id" {
				score += p.score
			}
		}
		if score >= enough && score > most && len(x.pairs) > 1 {
			best, most = x, score
		}
	}
	return best
}

// of returns where the attributes of a model probably stand, in its order.
func (g *guesser) of(e *schema.Entity) *guess {
	var all []pair
	kinds := map[schema.Kind]bool{}
	for i, f := range e.Fields {
		first := !kinds[f.Type.Kind]
		kinds[f.Type.Kind] = true
		for _, x := range g.places {
			if p, ok := g.pair(x, e, i, first); ok {
				all = append(all, p)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	out := &guess{entity: e}
	for _, p := range all {
		if !slices.ContainsFunc(out.pairs, func(o pair) bool { return o.place == p.place || o.attribute == p.attribute }) {
			out.pairs = append(out.pairs, p)
		}
	}
	slices.SortFunc(out.pairs, func(a, b pair) int { return cmp.Compare(a.attribute, b.attribute) })
	return out
}

// pair says how well a place fits an attribute. first: it is the first of its
// kind in the model.
func (g *guesser) pair(x *place, e *schema.Entity, i int, first bool) (pair, bool) {
	f := e.Fields[i]
	p := pair{place: x, attribute: i, score: named(x.names, e.Name, f.Name)}
	if f.Name == "external_id" && x.path("[0]") == g.id {
		p.score = 0.95
	}
	if !x.leaf() || f.Type.Kind == schema.KindObject || !pipelines.Fits(x.declared(!f.Type.Kind.Collection()), f.Type) {
		return p, false
	}
	t := f.Type
	if t.Kind.Collection() {
		t = t.ElemType()
	}
	if p.score == 0 && (t.Kind == schema.KindEmail || t.Kind == schema.KindPhone) && first && x.sample.fit(t, g.region) >= telling && !numeric(&x.sample) {
		p.score = byValues
	}
	switch {
	case p.score == 0:
		return p, false
	case len(x.sample.texts) == 0:
		return p, p.score >= sure
	case x.sample.fit(t, g.region) >= likeness:
		return p, true
	case t.Kind == schema.KindDate || t.Kind == schema.KindTimestamp:
		p.layout = x.sample.layout()
		return p, p.layout != "" && t.Kind == schema.KindDate
	case t.Kind == schema.KindEnum || t.Kind == schema.KindPhone:
		return p, p.score >= 0.8 // the words, or a region, are to be told
	}
	return p, false
}

// numeric reports whether the texts are plain numbers, which are no telephone
// numbers by themselves.
func numeric(s *sample) bool { return s.fit(schema.Type{Kind: schema.KindInt}, "") >= likeness }

// declared is the type that the system states for what usable leads to, unknown
// inside of lists.
func (x *place) declared(scalar bool) schema.Type {
	t := x.field.Type
	if slices.Contains(x.in, true) || x.list && scalar {
		return schema.Type{}
	}
	return t
}

// layouts are ways to write a date, as the function date names them.
var layouts = []struct {
	name string
	form *regexp.Regexp
}{
	{"DD.MM.YYYY", regexp.MustCompile(`^[0-3]?\d\.[01]?\d\.\d{4}$`)},
	{"MM/DD/YYYY", regexp.MustCompile(`^[01]?\d/[0-3]?\d/\d{4}$`)},
	{"DD/MM/YYYY", regexp.MustCompile(`^[0-3]?\d/[01]?\d/\d{4}$`)},
}

// layout returns the one way in which nearly all of the texts are dates, ""
// where there is none, or more than one.
func (s *sample) layout() string {
	found := ""
	for _, l := range layouts {
		n := 0
		for _, text := range s.texts {
			if l.form.MatchString(strings.TrimSpace(text)) {
				n++
			}
		}
		if float64(n) < telling*float64(len(s.texts)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = l.name
	}
	return found
}
