package scenario

import (
	"slices"
	"strings"

	"syncline/engine/plans"
	"syncline/engine/state"
)

type unitOf = plans.Unit

// look is what the state says at one moment.
type look struct {
	links []*linked
	items []item
	waits map[state.Entity]string
	known map[string]string // PIPELINE/END/RECORD to why the state knows it
}

// linked is one entity.
type linked struct {
	state.Link
	public  string
	pipe    *pipe
	records []string // by end, "" where there is none
	bases   [][]uint64
}

// item is something open, or a finding.
type item struct {
	entity state.Entity
	pipe   *pipe
	kind   state.ConflictKind
	fields []string
	whole  bool
	reason string
}

// look reads the state, and holds it to its own promises.
func (w *world) look() *look {
	s, err := state.Open(state.Options{Folder: w.state(), ReadOnly: true, Clock: w.clock, Small: true})
	if err != nil {
		w.fail(Kill, "the state cannot be opened: %v", err)
		return &look{}
	}
	out := &look{waits: map[state.Entity]string{}, known: map[string]string{}}
	w.tally.Laws[Kill.Name]++
	if findings, err := s.Check(); err != nil || len(findings) > 0 {
		w.fail(Kill, "the state is not sound: %v %v", findings, err)
	}
	for _, p := range w.model.pipes {
		if err := s.View(func(v *state.View) error { return out.read(s, v, p) }); err != nil {
			w.fail(Kill, "the state cannot be read: %v", err)
		}
	}
	if err := s.Close(); err != nil {
		w.fail(Kill, "the state cannot be closed: %v", err)
	}
	return out
}

func (l *look) read(s *state.Store, v *state.View, p *pipe) error {
	pn, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return err
	}
	ends := make([]state.Number, len(p.ends))
	for i, e := range p.ends {
		if ends[i], err = s.Number(state.NumberEnd, e.name()); err != nil {
			return err
		}
	}
	know := func(end state.Number, record, why string) {
		if i := slices.Index(ends, end); i >= 0 && record != "" {
			l.known[p.ends[i].name()+"/"+record] = why
		}
	}
	err = v.Links(pn, func(k *state.Link) error {
		x := &linked{Link: *k, public: s.Public(k.Entity), pipe: p, records: make([]string, len(ends))}
		x.Ends, x.Units = slices.Clone(k.Ends), slices.Clone(k.Units)
		for i := range x.Units {
			x.Units[i].Bases = slices.Clone(k.Units[i].Bases)
		}
		for _, e := range k.Ends {
			if i := slices.Index(ends, e.End); i >= 0 {
				x.records[i] = e.Record
				know(e.End, e.Record, "linked")
			}
		}
		x.bases = basesOf(s, p, x)
		l.links = append(l.links, x)
		return nil
	})
	if err != nil {
		return err
	}
	err = v.Conflicts(pn, func(k *state.Conflict) error {
		l.items = append(l.items, item{
			entity: k.Entity, pipe: p, kind: k.Kind, fields: slices.Clone(k.Fields), whole: k.Unit == 0, reason: k.Reason,
		})
		if k.Subject != "" {
			l.known[p.Name+"/"+k.Subject] = "open: " + k.Reason
		}
		for _, side := range k.Sides {
			know(side.End, side.Record, "open: "+k.Reason)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.Waits(pn, func(x *state.Wait) error { l.waits[x.Entity] = x.Reason; return nil }); err != nil {
		return err
	}
	err = v.Deads(pn, func(d *state.Dead) error {
		know(d.End, d.Record, "set aside: "+d.Reason)
		l.known[p.Name+"/"+d.Record] = "set aside: " + d.Reason // a letter of who is not there yet names END/ID
		return nil
	})
	if err != nil {
		return err
	}
	return v.Tombs(pn, func(t *state.Tomb) error { know(t.End, t.Record, "gone: "+t.Reason); return nil })
}

// basesOf returns the bases of a link, by unit of the pipeline and by end.
func basesOf(s *state.Store, p *pipe, x *linked) [][]uint64 {
	out := make([][]uint64, len(p.Units))
	for i, u := range p.Units {
		n, err := s.Number(state.NumberUnit, p.Name+"/"+u.Name)
		if err != nil {
			continue
		}
		k := x.Link.Unit(n)
		if k == nil || len(k.Bases) == 0 {
			continue
		}
		out[i] = make([]uint64, len(p.ends))
		for j, e := range x.Ends {
			name := strings.TrimPrefix(s.Name(state.NumberEnd, e.End), p.Name+"/")
			at := slices.IndexFunc(p.ends, func(o *end) bool { return o.Name == name })
			if at >= 0 && j < len(k.Bases) {
				out[i][at] = k.Bases[j]
			}
		}
	}
	return out
}

// learn notes whose records are linked, and names those the engine made after
// the person they stand for.
func (w *world) learn(l *look) {
	for _, p := range w.places {
		for _, t := range p.tables {
			for _, r := range t.records {
				r.linked = false
			}
		}
	}
	for _, x := range l.links {
		person := w.personOf(x)
		for n, id := range x.records {
			r := w.table(x.pipe.ends[n]).records[id]
			if id == "" || r == nil {
				continue
			}
			r.linked = x.State == state.Active
			if r.person == 0 {
				r.person = person + 1
			}
		}
	}
}

// open reports whether something open, or waiting, concerns a unit of an
// entity.
func (l *look) open(x *linked, u *unitOf) bool {
	if _, waits := l.waits[x.Entity]; waits {
		return true
	}
	return slices.ContainsFunc(l.items, func(i item) bool {
		if i.entity != x.Entity || i.pipe != x.pipe {
			return false
		}
		return i.whole || slices.ContainsFunc(u.Fields, func(f *fieldOf) bool { return slices.Contains(i.fields, f.Name) })
	})
}
