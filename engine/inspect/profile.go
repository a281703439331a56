package inspect

import "syncline/schema"

const (
	// mostPlaces bounds how many places of an object are looked at.
	mostPlaces = 256

	// deepest is how far below a field objects are looked into.
	deepest = 3
)

// profile is what the records of an object hold, place by place.
type profile struct {
	top    []*place // by slot
	all    []*place // in the order they are shown
	left   map[string]bool
	lost   bool // more places were left out than left names
	hashed uint64
}

// place is a field, or a member of an object or of the objects of a list.
type place struct {
	names   []string
	in      []bool // by name: it is a member of a list's objects
	field   schema.Field
	members map[string]*place
	list    bool // it was seen to be a list

	looked  int // how often it was there to be looked at
	states  [4]int
	kinds   [schema.KindObject + 1]int
	objects int // how many objects its members were looked for in
	values  int // scalars, elements of lists one by one
	longest int
	differ  distinct
	words   words
	long    int // texts too long to be words
	sample  sample
}

func newProfile(shape *schema.Shape, seed uint64) *profile {
	p := &profile{left: map[string]bool{}, hashed: seed}
	for _, f := range shape.Fields() {
		x := &place{names: []string{f.Name}, in: []bool{false}, field: f}
		p.top, p.all = append(p.top, x), append(p.all, x)
	}
	return p
}

// add looks at a record of the shape.
func (p *profile) add(rec *schema.Record) {
	for i, v := range rec.Slots {
		p.value(p.top[i], v)
	}
}

func (p *profile) value(x *place, v schema.Value) {
	x.looked++
	state := v.State()
	if state == schema.Present && v.Blank() {
		state = schema.Empty
	}
	x.states[state]++
	if state != schema.Present {
		return
	}
	x.kinds[v.Kind()]++
	switch {
	case v.Kind().Collection():
		x.list = true
		for _, item := range v.Items() {
			if item.Is() {
				p.element(x, item)
			}
		}
	default:
		p.element(x, v)
	}
}

// element looks at a value itself, or at an element of a list.
func (p *profile) element(x *place, v schema.Value) {
	if v.Kind() == schema.KindObject {
		x.objects++
		for i, name := range v.Names() {
			if m := p.member(x, name); m != nil {
				p.value(m, v.Items()[i])
			}
		}
		return
	}
	if v.Kind().Collection() {
		return // a list of lists
	}
	text := v.Plain()
	x.values++
	x.longest = max(x.longest, len(text))
	x.differ.add(v.Hash(p.hashed))
	if len(text) > longestWord {
		x.long++
	} else {
		x.words.add(text)
	}
	x.sample.add(text)
}

// member returns the place of a member; nil where there are too many.
func (p *profile) member(x *place, name string) *place {
	if m, ok := x.members[name]; ok {
		return m
	}
	if len(p.all) >= mostPlaces || len(x.names) > deepest {
		if len(p.left) < mostPlaces {
			p.left[x.String()+"."+name] = true
		} else {
			p.lost = true
		}
		return nil
	}
	m := &place{names: append(append([]string(nil), x.names...), name), in: append(append([]bool(nil), x.in...), x.list)}
	m.field, _ = memberOf(x.field.Type, name)
	if x.members == nil {
		x.members = map[string]*place{}
	}
	x.members[name] = m
	p.all = append(p.all, m)
	return m
}

// memberOf is what a type says of a member of its objects.
func memberOf(t schema.Type, name string) (schema.Field, bool) {
	if t.Kind.Collection() {
		t = t.ElemType()
	}
	return t.Field(name)
}

// String returns where a place is: emails[].value is a member of each of a
// list's objects.
func (x *place) String() string { return x.path("[]") }

// usable returns the path that a mapping may name: a list's first element.
func (x *place) usable(scalar bool) string {
	text := x.path("[0]")
	if scalar && x.list {
		text += "[0]"
	}
	return text
}

func (x *place) path(element string) string {
	text := ""
	for i, name := range x.names {
		if x.in[i] {
			text += element
		}
		if i > 0 {
			text += "."
		}
		text += schema.PathTo(name).String()
	}
	return text
}

// filled is how often there was a value.
func (x *place) filled() int { return x.states[schema.Present] }

// fill is how often there was a value, of the times that there could have been.
func (x *place) fill(times int) float64 {
	if times == 0 {
		return 0
	}
	return float64(x.filled()) / float64(times)
}

// Kind counts the values of one kind, as the system gives them.
type Kind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

func (x *place) types() []Kind {
	out := []Kind{}
	for k, n := range x.kinds {
		if n > 0 {
			out = append(out, Kind{schema.Kind(k).String(), n})
		}
	}
	return out
}

// textual reports whether most of the values are texts.
func (x *place) textual() bool {
	n := 0
	for k, count := range x.kinds {
		if schema.Kind(k).Textual() || schema.Kind(k).Collection() {
			n += count
		}
	}
	return 2*n > x.filled()
}

// leaf reports whether the place holds values, and not only objects.
func (x *place) leaf() bool { return x.values > 0 || x.objects == 0 }
