package review

import (
	"fmt"
	"slices"
	"strings"

	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
)

// onlyReading is said of what no hash tells.
const onlyReading = "how many, only reading the systems tells"

// Weigh adds to a report what a state says of the size of each change. The
// state is that of the older configuration; nothing but it is read.
func Weigh(r *Report, older *pipelines.Config, s *state.Store, folder string) error {
	r.State = &Scale{Folder: folder}
	tallies := map[string]*tally{}
	for _, p := range older.Pipelines {
		laid, err := plans.Compile(older, p)
		if err != nil {
			return err
		}
		t, err := tallied(s, laid)
		if err != nil {
			return err
		}
		tallies[p.Name] = t
		r.State.Links += t.links
	}
	for _, c := range r.Changes {
		if t := tallies[c.before]; t != nil {
			c.Impact = t.impact(c)
		}
		if c.Impact != nil {
			r.State.add(c.Impact)
		}
	}
	return nil
}

// impact says what a change may move. It is nil for a change that moves
// nothing by itself.
func (t *tally) impact(c *Change) *Impact {
	switch c.kind {
	case "pipeline":
		return t.ofPipeline(c)
	case "source":
		return t.ofSource(c)
	case "key":
		return &Impact{Links: t.links, Unknown: "links that stand stay; who is recognised as whom from now on, only reading the systems tells"}
	case "group", "validate", "lookup":
		return &Impact{Links: t.links, Unknown: "how many it concerns, only reading the systems tells"}
	case "field", "conflict", "entry":
		return t.ofFields(c)
	}
	return nil
}

func (t *tally) ofPipeline(c *Change) *Impact {
	m := &Impact{Links: t.links}
	name, kind, _ := strings.Cut(c.Attribute, ".")
	switch {
	case c.Action == Gone:
		m.Writes, m.Unknown = exactly(0), "all of its links rest"
	case c.Action == Renamed:
		m.Unknown = "none of its links is known under the new name"
	case name == "guard":
		m.Unknown = t.ceilings(kind, c)
	case name == "match":
		m.Unknown = "links that stand stay; " + fmt.Sprintf("%s items are open", grouped(t.open))
	case c.Attribute == "region":
		n := 0
		for i, u := range t.Units {
			if slices.ContainsFunc(u.Fields, func(f *pipelines.Field) bool { return strings.Contains(f.Attribute.Type.String(), "phone") }) {
				n += t.units[i].bases
			}
		}
		m.Bases = atMost(n)
	case c.Attribute == "system_of_record":
		return t.differing(m, "")
	default:
		return nil
	}
	return m
}

// ceilings says how much each of two ceilings lets pass now.
func (t *tally) ceilings(kind string, c *Change) string {
	of := func(text string) (string, bool) {
		var x ceiling
		if !x.read(text) {
			return "the default", false
		}
		return grouped(max(x.count, int(x.share/100*float64(t.links)))), true
	}
	was, _ := of(c.Old)
	is, _ := of(c.New)
	return fmt.Sprintf("%s may be %s in one pass, and were %s", kind, is, was)
}

func (t *tally) ofSource(c *Change) *Impact {
	i := t.end(c.End)
	if i < 0 {
		return &Impact{Links: t.links, Unknown: "nothing is remembered of the end; " + onlyReading}
	}
	m := &Impact{Links: t.at[i]}
	switch c.Attribute {
	case "":
		if c.Action == Renamed {
			m.Unknown = "none of its records is known under the new name"
			return m
		}
		m.Writes, m.Unknown = exactly(0), "its records are left as they are"
	case "system", "object", "each", "id":
		m.Unknown = "each record that is linked is looked for anew; which are there, only reading the systems tells"
	case "filter", "when", "only", "share":
		m.Writes, m.Unknown = atMost(t.at[i]*t.fieldsHeard(i)), "which records are let go of, only reading the systems tells"
	case "left", "removed":
		m.Writes, m.Unknown = exactly(0), "it acts when a record is let go of, or gone"
	default:
		return nil
	}
	return m
}

// fieldsHeard counts the units that are written at an end.
func (t *tally) fieldsHeard(end int) (n int) {
	for _, u := range t.Units {
		if u.Ends[end].Hears {
			n++
		}
	}
	return n
}

// ofFields adds up the fields that a change is about.
func (t *tally) ofFields(c *Change) *Impact {
	m := &Impact{Links: t.links}
	for _, name := range append([]string{c.Field}, c.Also...) {
		one := t.ofField(c, name)
		if one == nil {
			return nil
		}
		m.sum(one)
	}
	return m
}

func (m *Impact) sum(o *Impact) {
	for _, x := range []struct{ to, of **Count }{{&m.Writes, &o.Writes}, {&m.Clears, &o.Clears}, {&m.Conflicts, &o.Conflicts}, {&m.Bases, &o.Bases}} {
		switch {
		case *x.of == nil:
		case *x.to == nil:
			*x.to = *x.of
		default:
			*x.to = &Count{N: (*x.to).N + (*x.of).N, AtMost: (*x.to).AtMost || (*x.of).AtMost}
		}
	}
	m.Unknown = o.Unknown
	if m.Where == "" {
		m.Where = o.Where
	}
}

func (t *tally) ofField(c *Change, field string) *Impact {
	i := t.unit(field)
	if i < 0 {
		return &Impact{Unknown: fmt.Sprintf("nothing is remembered of the field: what it writes, %s", strings.TrimPrefix(onlyReading, "how many, "))}
	}
	u := &t.units[i]
	m := &Impact{}
	switch {
	case c.kind == "conflict":
		m.Conflicts, m.Unknown = exactly(0), fmt.Sprintf("%s items about it are open, and stay with a person", grouped(u.open))
	case c.Action == Gone:
		m.Writes, m.Unknown = exactly(0), "its values are left as they are"
	case c.kind == "entry":
		return t.ofEntry(c, u)
	case c.Attribute == "direction":
		return t.ofDirection(c, u)
	case c.Attribute == "owner", c.Attribute == "first":
		return t.differing(m, field)
	case c.Attribute == "drift":
		return t.drifting(c, i)
	case c.Attribute == "empty":
		m.Clears = exactly(0)
		if c.New == "clear" {
			m.Clears, m.Unknown = atMost(t.among(u.clears, i)), "none before a value is emptied, or its other end is edited"
		}
	case c.Attribute == "update":
		m.Writes = exactly(0)
		if c.New == "overwrite" {
			m.Writes, m.Unknown = atMost(t.among(u.differ, i)), "none before somebody edits the end that speaks"
		}
	default:
		return nil
	}
	return m
}

// among adds up a count over all ways that a unit's values take.
func (t *tally) among(counts [][]int, unit int) (n int) {
	ends := t.Units[unit].Ends
	for i := range counts {
		for j := range counts[i] {
			if i != j && ends[i].Speaks && ends[j].Hears {
				n += counts[i][j]
			}
		}
	}
	return n
}

// drifting counts what hearers hold that is not what the end holds that speaks.
func (t *tally) drifting(c *Change, unit int) *Impact {
	u, m := &t.units[unit], &Impact{}
	n := t.among(u.differ, unit)
	switch c.New {
	case "restore":
		m.Writes, m.Clears = atMost(n), atMost(t.among(u.clears, unit))
	case "review":
		m.Writes, m.Conflicts = exactly(0), atMost(n)
	default:
		m.Writes = exactly(0)
	}
	return m
}

// differing counts, over the units of a field or all, values that differ and
// could be written over.
func (t *tally) differing(m *Impact, field string) *Impact {
	n, clears := 0, 0
	for i := range t.units {
		if field == "" || t.unit(field) == i {
			n += t.among(t.units[i].differ, i)
			clears += t.among(t.units[i].clears, i)
		}
	}
	m.Writes, m.Clears = atMost(n), atMost(clears)
	if field == "" {
		m.Unknown = "and records that are not linked yet, of which nothing is remembered"
	}
	return m
}

// ofDirection counts, for each way that is new, what differs at its two ends;
// where an end did not know the field, every record that both have.
func (t *tally) ofDirection(c *Change, u *unitTally) *Impact {
	m := &Impact{Writes: exactly(0), Clears: exactly(0)}
	was, is := wayOf(c.old.text), wayOf(c.new.text)
	for _, p := range is.pairs() {
		if slices.Contains(was.pairs(), p) {
			continue
		}
		i, j := t.end(p.from), t.end(p.to)
		n, clears := 0, 0
		switch {
		case i < 0 || j < 0:
			m.Unknown = "nothing is remembered of " + p.to + "; " + onlyReading
		case slices.Contains(was.ends(), p.from) && slices.Contains(was.ends(), p.to):
			n, clears = u.differ[i][j], u.clears[i][j]
		default:
			n = t.shared(i, j)
		}
		m.sum(&Impact{Writes: atMost(n), Clears: atMost(clears), Unknown: m.Unknown, Where: c.place(p.to)})
	}
	if m.Where != "" && m.Unknown == "" && m.Writes.N > 0 {
		m.Unknown = "none of them before the end that speaks is edited, or its drift is restored"
	}
	return m
}

// ofEntry counts bases that are taken anew. Where words change their meaning,
// those that hold one are known by their hashes.
func (t *tally) ofEntry(c *Change, u *unitTally) *Impact {
	m := &Impact{Writes: exactly(0), Bases: atMost(u.bases)}
	end := t.end(c.End)
	if c.aspect.class == Decisions || end < 0 {
		return nil
	}
	m.Unknown = "a changed mapping writes nothing by itself; how many ends differ afterwards, only reading the systems tells"
	if c.Attribute == "values" && len(u.known) > 0 {
		_, lost, moved := compareWords(c.old.words, c.new.words)
		meanings, n := map[string]bool{}, 0
		for _, w := range slices.Concat(lost, moved) {
			if !meanings[c.old.words[w]] {
				meanings[c.old.words[w]] = true
				n += u.words[end][c.old.words[w]]
			}
		}
		m.Unknown = fmt.Sprintf("a changed mapping writes nothing by itself; %s records at %s hold what these words meant", grouped(n), c.End)
	}
	return m
}
