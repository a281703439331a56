package run

import (
	"strings"

	"syncline/engine/state"
)

// answered applies what a person said about the newcomer. It reports whether
// that settles who it is.
func (p *pass) answered(i int, n *newcomer) (bool, error) {
	o, err := p.observe(n.end, n.at)
	if err != nil {
		return false, err
	}
	item, ok := p.open.subjects[subjectName(p.ends[n.end], o.id())]
	if !ok || item.Choice == nil || len(item.Sides) == 0 || item.Rule != ruleMatch {
		return false, nil
	}
	if same, err := p.asShown(o.Mapped.Clone(), &item); err != nil || !same {
		if err == nil {
			p.tell(Notice{Kind: "review", Record: item.Subject, Text: choiceLate})
		}
		item.Choice = nil // it was made on something else
		p.open.subjects[item.Subject] = item
		return false, err
	}
	self := state.Ref{End: p.ends[n.end].number, Record: item.Sides[0].Record}
	if item.Choice.Answer == answerNot {
		for _, side := range item.Sides[1:] {
			p.apartNow = append(p.apartNow, [2]state.Ref{self, {End: side.End, Record: side.Record}})
		}
		return false, nil
	}
	name, ok := strings.CutPrefix(item.Choice.Answer, answerLink)
	if !ok {
		return false, nil
	}
	return p.linkTo(i, n, self.Record, name)
}

// linkTo joins the newcomer to the record of that name, END/ID, if that is
// still there and has no record at the newcomer's end. A record of its own end
// stands for both.
func (p *pass) linkTo(i int, n *newcomer, self, name string) (bool, error) {
	endName, id, _ := strings.Cut(name, "/")
	for _, e := range p.ends {
		if e.Name != endName {
			continue
		}
		if e.Index == int(n.end) {
			n.fate = aside
			p.setAside(e, self, "", "duplicate of "+id+reasonSaid, nil)
			return true, nil
		}
		var owner state.Entity
		err := p.Store.View(func(v *state.View) error {
			owner, _ = v.ByID(p.numbers.pipeline, e.number, id)
			return nil
		})
		if err != nil {
			return false, err
		}
		if owner != 0 {
			return true, p.joinTo(i, n, uint64(owner))
		}
		m := p.sameID(e, id, idDigest(e, id))
		if m >= 0 && m != i {
			return p.pair(i, n, m)
		}
	}
	return false, nil
}

// pair makes one group of two newcomers.
func (p *pass) pair(i int, n *newcomer, other int) (bool, error) {
	o := &p.fresh.all[other]
	if o.end == n.end {
		return false, nil
	}
	if o.fate == undecided {
		p.found1(other, o)
	}
	if o.group < 0 || p.groups.of(o.group)[n.end] != 0 {
		return false, nil
	}
	return true, p.joinTo(i, n, groupBit|uint64(o.group))
}

// told reports whether a person said before that the record is the second one
// of another.
func (p *pass) told(n *newcomer, id string) bool {
	e := p.ends[n.end]
	var d state.Dead
	known := false
	p.view(func(v *state.View) error {
		d, known = v.Dead(p.numbers.pipeline, e.number, id)
		return nil
	})
	if !known || d.Kind != state.DeadDuplicate || !strings.HasSuffix(d.Reason, reasonSaid) {
		return false
	}
	n.fate = aside
	p.setAside(e, id, "", d.Reason, nil)
	return true
}
