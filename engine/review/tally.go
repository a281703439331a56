package review

import (
	"encoding/binary"
	"slices"
	"strings"

	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// tally is what a state remembers of a pipeline, counted.
type tally struct {
	*plans.Pipeline
	links  int
	at     []int // by end: links that have a record there
	units  []unitTally
	open   int // conflicts and reviews
	places []int
}

// unitTally is what a state remembers of a field or a group. An end without a
// base counts nowhere.
type unitTally struct {
	bases  int              // links that have any
	differ [][]int          // by two ends: links where they hold different values
	clears [][]int          // by speaker and hearer: where the first is blank and the second is not
	words  []map[string]int // by end: links that hold each word of an enum
	open   int              // conflicts and reviews about it
	known  []known          // hashes to look for
}

// known is a value that can be recognised by its hash.
type known struct {
	word  string
	value schema.Value
}

// tallied walks the links of a pipeline once.
func tallied(s *state.Store, p *plans.Pipeline) (*tally, error) {
	t := &tally{Pipeline: p, at: make([]int, len(p.Ends)), units: make([]unitTally, len(p.Units))}
	number, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return nil, err
	}
	ends, units := make([]state.Number, len(p.Ends)), make([]state.Number, len(p.Units))
	for i, e := range p.Ends {
		if ends[i], err = s.Number(state.NumberEnd, p.Name+"/"+e.Name); err != nil {
			return nil, err
		}
	}
	for i, u := range p.Units {
		if units[i], err = s.Number(state.NumberUnit, p.Name+"/"+u.Name); err != nil {
			return nil, err
		}
		t.units[i].begin(u, len(p.Ends))
	}
	return t, s.View(func(v *state.View) error {
		err := v.Links(number, func(l *state.Link) error {
			t.link(l, ends, units)
			return nil
		})
		if err != nil {
			return err
		}
		return v.Conflicts(number, func(k *state.Conflict) error {
			if k.Kind == state.KindFinding {
				return nil
			}
			t.open++
			if i := slices.Index(units, k.Unit); i >= 0 {
				t.units[i].open++
			}
			return nil
		})
	})
}

func (u *unitTally) begin(of *plans.Unit, ends int) {
	u.differ, u.clears, u.words = make([][]int, ends), make([][]int, ends), make([]map[string]int, ends)
	for i := range ends {
		u.differ[i], u.clears[i], u.words[i] = make([]int, ends), make([]int, ends), map[string]int{}
	}
	if len(of.Fields) != 1 || of.Fields[0].Attribute.Type.Kind != schema.KindEnum {
		return
	}
	attribute := of.Fields[0].Attribute
	for _, word := range attribute.Type.Words {
		if v, err := attribute.Type.Normal(schema.String(word), schema.Norm{}); err == nil {
			u.known = append(u.known, known{word, v})
		}
	}
}

// link counts one link.
func (t *tally) link(l *state.Link, ends, units []state.Number) {
	if l.State != state.Active && l.State != state.Review {
		return
	}
	t.links++
	t.places = t.places[:0]
	for i, n := range ends {
		k := l.End(n)
		if k >= 0 && l.Ends[k].Record == "" {
			k = -1
		}
		if k >= 0 {
			t.at[i]++
		}
		t.places = append(t.places, k)
	}
	key := binary.LittleEndian.Uint64(l.Salt[:8])
	for i, n := range units {
		if u := l.Unit(n); u != nil && len(u.Bases) > 0 {
			t.units[i].count(t.Units[i], u.Bases, t.places, key)
		}
	}
}

func (u *unitTally) count(of *plans.Unit, bases []uint64, places []int, key uint64) {
	u.bases++
	base := func(end int) uint64 {
		if k := places[end]; k >= 0 && k < len(bases) {
			return bases[k]
		}
		return 0
	}
	blank := of.Form.Hash(key, schema.NullValue())
	for i := range places {
		x := base(i)
		if x == 0 {
			continue
		}
		for _, k := range u.known {
			if of.Form.Hash(key, k.value) == x {
				u.words[i][k.word]++
			}
		}
		for j := range places {
			if y := base(j); y != 0 && y != x {
				u.differ[i][j]++
				if x == blank {
					u.clears[i][j]++
				}
			}
		}
	}
}

// unit finds the unit that a field is in, -1: none.
func (t *tally) unit(field string) int {
	return slices.IndexFunc(t.Units, func(u *plans.Unit) bool {
		return slices.ContainsFunc(u.Fields, func(f *pipelines.Field) bool { return f.Name == field })
	})
}

// end finds an end by its name, -1: none.
func (t *tally) end(name string) int {
	return slices.IndexFunc(t.Ends, func(e *plans.End) bool { return e.Name == name })
}

// shared is how many links have a record at two ends, at most.
func (t *tally) shared(a, b int) int { return min(t.at[a], t.at[b]) }

// place names an end's field: crm.Title.
func (c *Change) place(end string) string {
	return end + "." + strings.TrimSpace(c.placeAt(end))
}
