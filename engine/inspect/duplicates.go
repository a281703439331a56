package inspect

import (
	"cmp"
	"slices"
	"strconv"

	"syncline/engine/match"
	"syncline/schema"
)

// Duplicates is what of an object is there more than once, by the keys of a
// pipeline or of the proposal.
type Duplicates struct {
	By      string          `json:"by"` // the pipeline, "" for the proposal
	Entity  string          `json:"entity"`
	Records int             `json:"records"` // that were held against each other
	LeftOut int             `json:"left_out,omitempty"`
	Keys    []KeyDuplicates `json:"keys"`
	Groups  int             `json:"groups"`
	In      int             `json:"in_groups"` // records that are in a group
	Merge   Merging         `json:"merge"`
	Shown   []Group         `json:"shown"`

	// Possible are pairs that a person would be asked about; it is at least that
	// many where Estimate is set, because blocks of one beginning were too common
	// to compare, or pairs too many.
	Possible      int            `json:"possible"`
	PossibleShown []PossiblePair `json:"possible_shown,omitempty"`
	Skipped       int            `json:"skipped_blocks,omitempty"`
	Estimate      bool           `json:"possible_is_estimate,omitempty"`
}

// Merging is what merging every group would give.
type Merging struct {
	Left    int           `json:"left"`    // records that would be left
	Filled  int           `json:"filled"`  // blank fields of the surviving records that others fill
	Differs int           `json:"differs"` // fields in which the records of a group differ
	Fields  []MergedField `json:"fields,omitempty"`
}

// MergedField is what merging would do to one attribute, over all groups.
type MergedField struct {
	Field   string `json:"field"`
	Filled  int    `json:"filled"`
	Differs int    `json:"differs"`
}

// Group is records that are one.
type Group struct {
	Size     int          `json:"size"`
	Records  []string     `json:"records"` // their ids, the first of them
	Keys     []string     `json:"keys"`
	Survivor string       `json:"survivor"`
	Filled   []string     `json:"filled,omitempty"` // attributes
	Differs  []Difference `json:"differs,omitempty"`
}

// Difference is an attribute in which the records of a group differ: the value
// that would stand comes first.
type Difference struct {
	Field  string   `json:"field"`
	Values []string `json:"values,omitempty"` // masked, or left out, as its label asks
}

// PossiblePair is two records of which a person would say whether they are one.
type PossiblePair struct {
	Records [2]string `json:"records"`
	Score   float64   `json:"score"`
	Keys    []string  `json:"keys"`
}

// shownIDs is how many ids of a group are named.
const shownIDs = 5

// duplicates says what the view's keys find.
func (v *view) duplicates(o Options, ids label) (*Duplicates, error) {
	t := v.twins
	if err := t.join(); err != nil {
		return nil, err
	}
	d := &Duplicates{By: v.by, Entity: v.entity.Name, Records: len(t.parents), LeftOut: v.out, Keys: t.keys, Shown: []Group{}}
	merged := make([]MergedField, len(v.entity.Fields))
	err := t.groups(o.Temp, func(members []uint32, size int) error {
		g, err := v.group(members, size, merged, ids)
		if err != nil {
			return err
		}
		d.Groups++
		d.In += size
		d.Shown = append(d.Shown, g)
		if len(d.Shown) > 4*o.Shown {
			d.Shown = largest(d.Shown, o.Shown)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.Shown = largest(d.Shown, o.Shown)
	d.Merge.Left = d.Records - d.In + d.Groups
	for i, m := range merged {
		if m.Filled+m.Differs > 0 {
			m.Field = v.entity.Fields[i].Name
			d.Merge.Fields = append(d.Merge.Fields, m)
		}
		d.Merge.Filled += m.Filled
		d.Merge.Differs += m.Differs
	}
	return d, v.possible(d, o.Shown, ids)
}

func largest(groups []Group, n int) []Group {
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(b.Size, a.Size) })
	return groups[:min(n, len(groups))]
}

// group loads a group and says what merging it would give: the survivor keeps
// what it has, and what it lacks is filled from the others, the smallest id
// first.
func (v *view) group(members []uint32, size int, merged []MergedField, ids label) (Group, error) {
	records, err := v.load(members)
	if err != nil {
		return Group{}, err
	}
	survivor, err := v.rules.Survive(records)
	if err != nil {
		survivor = 0 // the rule of the configuration failed on these records
	}
	first := records[survivor]
	rest := slices.Delete(slices.Clone(records), survivor, survivor+1)
	slices.SortStableFunc(rest, func(a, b *schema.Record) int { return match.CompareIDs(a.ID, b.ID) })
	order := append([]*schema.Record{first}, rest...)
	g := Group{Size: size, Survivor: name(first, members[survivor], ids), Keys: v.common(records)}
	for i, rec := range records[:min(shownIDs, len(records))] {
		g.Records = append(g.Records, name(rec, members[i], ids))
	}
	for slot, f := range v.entity.Fields {
		if f.Name == "external_id" {
			continue
		}
		values := different(order, slot)
		if len(values) > 0 && !first.Slots[slot].Is() {
			g.Filled = append(g.Filled, f.Name)
			merged[slot].Filled++
		}
		if len(values) > 1 {
			merged[slot].Differs++
			g.Differs = append(g.Differs, difference(f, values))
		}
	}
	return g, nil
}

func (v *view) load(members []uint32) ([]*schema.Record, error) {
	records := make([]*schema.Record, len(members))
	for i, m := range members {
		records[i] = schema.NewRecord(v.shape)
		if err := v.twins.kept.read(m, records[i]); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// different returns the values of an attribute that differ in normal form, in
// the records' order. Sets are one value: they are joined.
func different(records []*schema.Record, slot int) []schema.Value {
	var out []schema.Value
	for _, rec := range records {
		x := rec.Slots[slot]
		if !x.Is() || x.Blank() || x.Kind() == schema.KindSet && len(out) > 0 {
			continue
		}
		if !slices.ContainsFunc(out, func(o schema.Value) bool { return schema.Equal(o, x) }) {
			out = append(out, x)
		}
	}
	return out
}

// shownValues is how many values of a difference are told.
const shownValues = 3

func difference(f schema.Field, values []schema.Value) Difference {
	d := Difference{Field: f.Name}
	for _, x := range values[:min(shownValues, len(values))] {
		if text, ok := (label{f.Class, true}).show(brief(x.Display()), 0); ok {
			d.Values = append(d.Values, text)
		}
	}
	return d
}

// common names the keys of which two of the records have the same value.
func (v *view) common(records []*schema.Record) []string {
	seen := map[match.Digest]bool{}
	found := make([]bool, len(v.rules.Keys))
	for _, rec := range records {
		for _, d := range v.rules.Digests(nil, v.twins.seed, rec) {
			found[d.Key] = found[d.Key] || seen[d]
			seen[d] = true
		}
	}
	var out []string
	for i, k := range v.rules.Keys {
		if found[i] {
			out = append(out, k.Name)
		}
	}
	return out
}

// name is how a record is called: by its id, or by its place in the listing.
func name(rec *schema.Record, number uint32, ids label) string {
	if rec.ID == "" {
		return "record " + strconv.Itoa(int(number)+1)
	}
	if text, ok := ids.show(rec.ID, fewest); ok {
		return text
	}
	return "record " + strconv.Itoa(int(number)+1)
}

// possible says which pairs a person would be asked about.
func (v *view) possible(d *Duplicates, n int, ids label) error {
	t := v.twins
	pairs := t.open()
	d.Possible, d.Skipped = len(pairs)+t.more, t.skipped
	d.Estimate = t.skipped > 0 || t.more > 0
	slices.SortStableFunc(pairs, func(a, b [2]uint32) int {
		return cmp.Compare(t.possible[b].Candidates[0].Score, t.possible[a].Candidates[0].Score)
	})
	for _, p := range pairs[:min(n, len(pairs))] {
		records, err := v.load(p[:])
		if err != nil {
			return err
		}
		d.PossibleShown = append(d.PossibleShown, PossiblePair{
			Records: [2]string{name(records[0], p[0], ids), name(records[1], p[1], ids)},
			Score:   t.possible[p].Candidates[0].Score, Keys: v.common(records),
		})
	}
	return nil
}
