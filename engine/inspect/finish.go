package inspect

import (
	"slices"
	"strings"
	"time"

	"syncline/schema"
)

// finish turns what was counted into the report.
func (x *object) finish() error {
	r := x.report
	for _, w := range x.reasons.ranked() {
		r.Reasons = append(r.Reasons, w)
	}
	r.Reasons = r.Reasons[:min(len(r.Reasons), x.o.Shown)]
	r.Oldest, r.Newest = day(x.oldest), day(x.newest)
	for name := range x.profile.left {
		r.NotLooked = append(r.NotLooked, name)
	}
	slices.Sort(r.NotLooked)
	for _, p := range x.profile.all {
		f := x.field(p)
		r.Fields = append(r.Fields, f)
		if len(f.Maps) == 0 && p.leaf() {
			x.unmapped(p, f.Fill)
		}
	}
	for _, v := range x.views {
		if len(v.rules.Keys) > 0 {
			d, err := v.duplicates(x.o, x.ids)
			if err != nil {
				return err
			}
			r.Duplicates = append(r.Duplicates, d)
		}
		if v.jobs != nil {
			j, err := v.jobs.result()
			if err != nil {
				return err
			}
			r.Jobs = append(r.Jobs, j)
		}
	}
	return nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// field says what one place holds.
func (x *object) field(p *place) FieldReport {
	look := p.sample.look(x.Region)
	l, byLook := x.label(p, look)
	f := FieldReport{
		Path: p.String(), Label: l.String(), ByLook: byLook, Maps: x.maps(p), Seen: x.times(p), Filled: p.filled(),
		Null: p.states[schema.Null], Empty: p.states[schema.Empty], Fill: p.fill(x.times(p)), Types: p.types(), Looks: look, Longest: p.longest,
	}
	f.Absent = f.Seen - f.Filled - f.Null - f.Empty
	differ, exact := p.differ.count()
	f.Distinct, f.DistinctEstimate = differ, !exact
	if 2*differ <= p.values || p.values > 0 && differ <= x.o.Shown {
		f.Words, f.WordsEstimate = l.shown(p.words.ranked(), x.o.Shown), p.words.lost > 0
	}
	f.Misfits = x.misfits(p, l)
	all := p.variants(look)
	for _, spellings := range all {
		f.Varied += total(spellings)
	}
	for _, spellings := range all[:min(len(all), x.o.Shown)] {
		f.Variants = append(f.Variants, Variant{Spellings: l.shown(spellings, x.o.Shown), Count: total(spellings)})
	}
	return f
}

// times is how often a place could have had a value: once a record, or once an
// object that it is a member of.
func (x *object) times(p *place) int {
	if len(p.names) == 1 {
		return x.report.Records
	}
	parent := x.profile.top[x.full.Slot(p.names[0])]
	for _, name := range p.names[1 : len(p.names)-1] {
		parent = parent.members[name]
	}
	return parent.objects
}

// readBy reports whether a path reads a place, or something it is a part of.
func (p *place) readBy(path string) bool {
	parsed, err := schema.ParsePath(path)
	if err != nil || parsed.Top() != p.names[0] {
		return false
	}
	rest, at := parsed.Rest(), 1
	for at < len(p.names) && !rest.IsZero() {
		if rest.Top() != "" {
			if rest.Top() != p.names[at] {
				return false
			}
			at++
		}
		rest = rest.Rest()
	}
	return true
}

// maps names the attributes that pipelines read at a place. What an expression
// reads besides counts for the whole field.
func (x *object) maps(p *place) []string {
	var out []string
	for _, v := range x.views {
		if v.by == "" {
			continue
		}
		for slot, path := range v.reads {
			if path != "" && p.readBy(path) {
				out = append(out, v.by+"."+v.entity.Fields[slot].Name)
			}
		}
	}
	for _, u := range x.Uses {
		end := u.Pipeline.Ends[u.End]
		shape := end.Shape()
		if end.Each != "" {
			shape = end.Whole.Shape
		}
		if len(out) == 0 && shape.Slot(p.names[0]) >= 0 && !x.pathed(p.names[0]) {
			out = append(out, u.Pipeline.Name)
		}
	}
	return out
}

// pathed reports whether a path of a pipeline leads into the field.
func (x *object) pathed(top string) bool {
	for _, v := range x.views {
		for _, path := range v.reads {
			if parsed, err := schema.ParsePath(path); v.by != "" && err == nil && parsed.Top() == top {
				return true
			}
		}
	}
	return false
}

// label is what is known of a place: from the system, from the mappings, from
// the proposal, and from what its values look like.
func (x *object) label(p *place, look *Look) (l label, byLook bool) {
	if top := x.profile.top[x.full.Slot(p.names[0])].field.Class; top != schema.Public {
		l = l.and(top)
	}
	if p.field.Class != schema.Public {
		l = l.and(p.field.Class)
	}
	for _, v := range x.views {
		for slot, path := range v.reads {
			if path != "" && p.readBy(path) {
				l = l.and(v.entity.Fields[slot].Class)
			}
		}
	}
	for _, g := range []*guess{x.guess, x.whole} {
		if g == nil {
			continue
		}
		for _, pair := range g.pairs {
			if pair.place == p {
				l = l.and(g.entity.Fields[pair.attribute].Class)
			}
		}
	}
	if look != nil && !l.known && slices.Contains([]string{"email", "phone", "url"}, look.Kind) {
		return l.and(schema.Personal), true
	}
	return l, false
}

// misfits are the values that do not fit what the place is mapped to.
func (x *object) misfits(p *place, l label) []Misfits {
	var out []Misfits
	for _, v := range x.views {
		for slot := range v.misfits {
			m := &v.misfits[slot]
			if m.count == 0 || !p.leaf() || !p.exactly(v.reads[slot]) {
				continue
			}
			f := v.entity.Fields[slot]
			y := Misfits{By: v.by, Attribute: f.Name, Type: f.Type.Kind.String(), Count: m.count, Reasons: m.reasons.ranked(), Estimate: m.words.lost > 0}
			if v.list(slot) != nil || v.words[slot] != nil {
				all := m.words.ranked()
				y.Differ = len(all)
				for _, w := range all[:min(len(all), x.o.Shown)] {
					text, _ := l.and(f.Class).show(w.Text, w.Count)
					near := v.near(slot, w.Text)
					if f.Class >= schema.Pay {
						near = ""
					}
					y.Outside = append(y.Outside, OutsideWord{Text: text, Count: w.Count, Near: near})
				}
			}
			out = append(out, y)
		}
	}
	return out
}

// exactly reports whether a path leads to the place itself, over an element or
// not.
func (p *place) exactly(path string) bool {
	parsed, err := schema.ParsePath(path)
	if err != nil || !p.readBy(path) {
		return false
	}
	names := 0
	for rest := parsed; !rest.IsZero(); rest = rest.Rest() {
		if rest.Top() != "" {
			names++
		}
	}
	return names == len(p.names)
}

// unmapped notes a field that nothing maps, and what it could be.
func (x *object) unmapped(p *place, fill float64) {
	u := Unmapped{Path: p.String(), Fill: fill}
	g := x.guess
	if g == nil {
		g = x.whole
	}
	if g != nil {
		for _, pair := range g.pairs {
			if name := g.entity.Fields[pair.attribute].Name; pair.place == p && !x.given(name) {
				u.Entity, u.Could = g.entity.Name, name
			}
		}
	}
	x.report.Unmapped = append(x.report.Unmapped, u)
}

// given reports whether a pipeline reads an attribute of the object already.
func (x *object) given(attribute string) bool {
	for _, v := range x.views {
		if s := v.slot(attribute); v.by != "" && s >= 0 {
			return true
		}
	}
	return false
}

// days writes a duration as the language does.
func days(d time.Duration) string {
	text := d.String()
	if n := d / (24 * time.Hour); n > 0 && d%(24*time.Hour) == 0 {
		text = strings.TrimSuffix(time.Duration(n*time.Hour).String(), "h0m0s") + "d"
	}
	return text
}
