package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// crashUnit is a field or group of the pipeline: what it is made of, who
// speaks, and what judges an edit that was overwritten.
type crashUnit struct {
	name  string
	of    []string
	heard map[string]bool // the ends that it is written to
	asks  bool            // where both changed, a person is asked
	drift bool            // an end that does not speak may differ
}

func crashUnits() []crashUnit {
	both, ats, crm := map[string]bool{"crm": true, "ats": true}, map[string]bool{"ats": true}, map[string]bool{"crm": true}
	return []crashUnit{
		{name: "email", of: []string{"email"}, heard: both, asks: true},
		{name: "name", of: []string{"first", "last"}, heard: both, asks: true},
		{name: "preferred_name", of: []string{"nick"}, heard: both},
		{name: "location", of: []string{"city"}, heard: ats},
		{name: "headline", of: []string{"title"}, heard: crm, drift: true},
		{name: "permit", of: []string{"permit"}, heard: ats, drift: true},
	}
}

// value is what a person's record says of a unit; "" when nothing.
func (u *crashUnit) value(p person) string {
	var parts []string
	for _, name := range u.of {
		parts = append(parts, p[name])
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

func otherEnd(end string) string {
	if end == "crm" {
		return "ats"
	}
	return "crm"
}

// verdict is all there is to know of a world at one moment.
type verdict struct {
	*crashWorld
	t       *crashTally
	rows    map[string]map[string]person // by end and id
	notes   map[string][]note            // by end
	items   []engine.OpenItem
	open    map[string]string // why a unit of a person is open
	journal map[string]bool   // what the journal says was seen before a write
}

// look gathers what the databases, the queue and the journal say.
func (w *crashWorld) look(t *crashTally) *verdict {
	v := &verdict{crashWorld: w, t: t, rows: map[string]map[string]person{}, notes: map[string][]note{}, open: map[string]string{}, journal: map[string]bool{}}
	for name, e := range w.ends {
		v.rows[name], v.notes[name] = e.rows(w.T), e.history(w.T)
		t.rows += len(v.rows[name])
		t.notes += len(v.notes[name])
	}
	var list struct{ Items []engine.OpenItem }
	if err := json.Unmarshal([]byte(w.command("conflicts", "list", "-json", w.folder)), &list); err != nil {
		w.Fatal(err)
	}
	v.items = list.Items
	for _, i := range v.items {
		if u := unitOf(i.Field); u != nil {
			v.open[v.emailOf(i)+"/"+u.name] = i.Reason
		}
	}
	v.readJournal()
	return v
}

// emailOf says who an open item is about.
func (v *verdict) emailOf(i engine.OpenItem) string {
	for _, s := range i.Sides {
		if p, ok := v.rows[s.End][s.Record]; ok {
			return p["email"]
		}
	}
	v.Errorf("law 3: an open item is about nobody: %+v", i)
	return ""
}

// readJournal gathers the values that the journal says stood there before a
// write, and holds that no protected value lies open in it.
func (v *verdict) readJournal() {
	v.store(func(s *state.Store) {
		salts := map[string][16]byte{}
		var head audit.Head
		err := s.View(func(view *state.View) error {
			head.Length, head.Hash = view.Audit()
			return view.Links(0, func(l *state.Link) error {
				salts[s.Public(l.Entity)] = l.Salt
				return nil
			})
		})
		if err != nil {
			v.Fatal(err)
		}
		j, err := audit.Open(audit.Options{Folder: filepath.Join(v.folder, ".syncline"), Head: head, ReadOnly: true})
		if err != nil {
			v.Fatal(err)
		}
		defer j.Close()
		salt := func(entity string) ([16]byte, bool) { x, ok := salts[entity]; return x, ok }
		err = j.Search(audit.Filter{}, salt, func(e *audit.Entry) error {
			for _, x := range e.Values {
				if x.Role != "after" {
					v.journal[seen(e.End, e.Record, x.Unit, displayed(x.Value))] = true
				}
			}
			return nil
		})
		if err != nil {
			v.Fatal(err)
		}
	})
}

// displayed is a value as crashUnit.value spells it.
func displayed(v schema.Value) string {
	var parts []string
	for _, item := range v.Items() {
		parts = append(parts, item.Display())
	}
	if len(parts) == 0 {
		return v.Display()
	}
	return strings.Join(parts, " ")
}

func seen(end, record, unit, value string) string {
	return strings.Join([]string{end, record, unit, strings.ToLower(value)}, "/")
}

// judge holds the world to the laws.
func (v *verdict) judge(open bool) {
	v.onePerPerson()
	v.agreement()
	v.loneEditors()
	for end := range v.ends {
		v.overwrites(end)
	}
	v.nothingPlanned()
	v.sound()
	if !open && len(v.items) > 0 {
		v.Errorf("what was answered is still open: %+v", v.items)
	}
}

// onePerPerson is law 7, and that nobody is lost.
func (v *verdict) onePerPerson() {
	for end, rows := range v.rows {
		count := map[string]int{}
		for _, p := range rows {
			count[p["email"]]++
		}
		for _, who := range v.people {
			if count[who] != 1 {
				v.Errorf("law 7: %s has %d records of %s: %s", end, count[who], who, v.tell(who))
			}
			delete(count, who)
		}
		for who := range count {
			v.Errorf("law 7: %s has %s, whom nobody typed", end, who)
		}
	}
}

// byEmail is what both ends say of everybody.
func (v *verdict) byEmail() map[string]map[string]person {
	out := map[string]map[string]person{}
	for end, rows := range v.rows {
		for _, p := range rows {
			if out[p["email"]] == nil {
				out[p["email"]] = map[string]person{}
			}
			out[p["email"]][end] = p
		}
	}
	return out
}

// agreement is law 3: the ends say the same, or an open item says why not.
func (v *verdict) agreement() {
	for who, said := range v.byEmail() {
		for _, u := range crashUnits() {
			crm, ats := u.value(said["crm"]), u.value(said["ats"])
			v.t.fields++
			_, open := v.open[who+"/"+u.name]
			if crm == ats {
				if open {
					v.Errorf("law 3: %s of %s is open, and both say %q", u.name, who, crm)
				}
				continue
			}
			if !open && !u.drift && !(u.name == "location" && crm == "") {
				v.Errorf("law 3: %s of %s: crm says %q, ats %q: %s", u.name, who, crm, ats, v.tell(who))
			}
		}
	}
}

// loneEditors is law 4: what people changed at one end only since the last
// time all was settled stands at both. Where they changed something else of
// the same record at the other end, a write that got lost there may have to be
// asked about: nobody can tell it from one that they took back.
func (v *verdict) loneEditors() {
	said, edits := v.byEmail(), v.edits()
	for _, u := range crashUnits() {
		for who, by := range edits[u.name] {
			for end, value := range by {
				if len(by) > 1 || !u.heard[otherEnd(end)] {
					continue
				}
				v.t.lone++
				v.lone(&u, who, end, value, said[who], edits[anything][who][otherEnd(end)] != "")
			}
		}
	}
}

func (v *verdict) lone(u *crashUnit, who, end, value string, said map[string]person, touched bool) {
	if reason, open := v.open[who+"/"+u.name]; open {
		if touched && lost(reason) {
			v.t.doubts++
			return
		}
		v.Errorf("law 4: only %s changed %s of %s, and it is open: %s: %s", end, u.name, who, reason, v.tell(who))
		return
	}
	for _, at := range []string{"crm", "ats"} {
		if got := u.value(said[at]); got != value && !v.chosen[seen(end, who, u.name, value)] && !v.drifted(u, who, at) {
			v.Errorf("law 4: only %s changed %s of %s, to %q; %s says %q: %s", end, u.name, who, value, at, got, v.tell(who))
		}
	}
}

// anything stands for all units.
const anything = ""

// edits are the last values that people typed since all was settled, by unit,
// person and end.
func (v *verdict) edits() map[string]map[string]map[string]string {
	out := map[string]map[string]map[string]string{}
	note := func(unit, who, end, value string) {
		if out[unit] == nil {
			out[unit] = map[string]map[string]string{}
		}
		if out[unit][who] == nil {
			out[unit][who] = map[string]string{}
		}
		out[unit][who][end] = value
	}
	for end, notes := range v.notes {
		for _, n := range notes[v.marked[end]:] {
			for _, u := range crashUnits() {
				if n.people && u.value(n.old) != u.value(n.new) {
					note(u.name, n.new["email"], end, u.value(n.new))
					note(anything, n.new["email"], end, "edited")
				}
			}
		}
	}
	return out
}

// drifted reports whether people ever changed a unit at an end that hears
// only, and is left alone.
func (v *verdict) drifted(u *crashUnit, who, end string) bool {
	if !u.drift {
		return false
	}
	for _, n := range v.notes[end] {
		if n.people && n.new["email"] == who && u.value(n.old) != u.value(n.new) {
			return true
		}
	}
	return false
}

// overwrites are laws 1 and 8: whatever the program wrote over a person's own
// value, it had seen; and it wrote nothing that no direction lets through.
func (v *verdict) overwrites(end string) {
	appeared := map[string]bool{}
	for _, n := range v.notes[otherEnd(end)] {
		for _, u := range crashUnits() {
			appeared[seen(n.new["email"], u.name, "", u.value(n.new))] = true
		}
	}
	author := map[string]bool{} // whether people wrote what a unit of a record says
	for _, n := range v.notes[end] {
		for _, u := range crashUnits() {
			old, fresh := u.value(n.old), u.value(n.new)
			if old == fresh {
				continue
			}
			key := n.id + "/" + u.name
			if !n.people {
				v.t.writes++
				v.overwrite(end, &u, n, author[key], appeared)
			}
			author[key] = n.people
		}
	}
}

func (v *verdict) overwrite(end string, u *crashUnit, n note, peoples bool, appeared map[string]bool) {
	old, who := u.value(n.old), n.new["email"]
	if !u.heard[end] {
		v.Errorf("law 8: %s of %s was written to %s: %q, before %q", u.name, who, end, u.value(n.new), old)
	}
	if u.name == "name" && strings.TrimPrefix(n.new["first"], "First") != strings.TrimPrefix(n.new["last"], "Last") {
		v.Errorf("half of a group was written to %s: %v", end, n.new)
	}
	if !peoples || old == "" {
		return
	}
	v.t.overwritten++
	if u.asks && !appeared[seen(who, u.name, "", old)] && !v.chosen[seen(end, who, u.name, old)] {
		v.Errorf("law 1: %s of %s at %s was %q, which was never agreed, and became %q: %s", u.name, who, end, old, u.value(n.new), v.tell(who))
	}
	if !v.journal[seen(end, n.id, u.name, old)] {
		v.Errorf("law 1: the journal does not say that %s of %s at %s was %q before it became %q: %s", u.name, who, end, old, u.value(n.new), v.tell(who))
	}
}

// tell is all that both ends ever said of a person.
func (v *verdict) tell(who string) string {
	var b strings.Builder
	for _, end := range []string{"crm", "ats"} {
		for _, n := range v.notes[end] {
			if n.new["email"] != who {
				continue
			}
			by := "syncline"
			if n.people {
				by = "people"
			}
			fmt.Fprintf(&b, "\n  %s/%s %s by %s: %v", end, n.id, n.op, by, n.new)
		}
	}
	return b.String()
}

// nothingPlanned is law 5.
func (v *verdict) nothingPlanned() {
	d := v.dies(2*time.Minute, "plan", "-json", "-detailed-exitcode", v.folder)
	v.discreet(d.said())
	if d.code != 0 {
		v.Errorf("law 5: a plan is not empty: exit %d\n%s", d.code, d.said())
	}
	var p plans.Plan
	if err := json.Unmarshal([]byte(d.out), &p); err != nil {
		v.Error(err)
	}
}

// answer settles what is open: some of it by an answer, some by people who
// type the same at both ends.
func (v *verdict) answer(w *crashWorld) {
	for n, i := range v.items {
		who, said := v.emailOf(i), v.byEmail()[v.emailOf(i)]
		u := unitOf(i.Field)
		if u == nil || len(i.Sides) != 2 || !u.mayAsk(i.Reason) {
			v.Errorf("law 3: nobody has to be asked this: %+v: %s", i, v.tell(who))
			continue
		}
		wrong := i.Sides[n%2].End
		if !u.heard[wrong] {
			wrong = otherEnd(wrong)
		}
		right := otherEnd(wrong)
		w.chosen[seen(wrong, who, u.name, u.value(said[wrong]))] = true
		if n < 4 {
			v.t.answers++
			w.command("conflicts", "resolve", i.ID, right, w.folder)
			continue
		}
		same := person{}
		for _, name := range u.of {
			same[name] = said[right][name]
		}
		if err := w.ends[wrong].typing(func(tx *sql.Tx) error { return w.ends[wrong].set(tx, who, same) }); err != nil {
			v.Fatal(err)
		}
	}
}

// unitOf is the unit that an open item is about.
func unitOf(field string) *crashUnit {
	if field == "first_name, last_name" {
		field = "name"
	}
	for _, u := range crashUnits() {
		if u.name == field {
			return &u
		}
	}
	return nil
}

// mayAsk reports whether a person may be asked about a unit for this reason:
// where both ends speak and no rule decides; where somebody edited again what
// was put back; where an end that only hears was edited as well as the
// speaker; and where nobody knows whether a write arrived.
func (u *crashUnit) mayAsk(reason string) bool {
	switch {
	case u.asks, lost(reason):
		return true
	case u.drift:
		return strings.Contains(reason, "an end that does not speak")
	}
	return u.name == "location" && strings.Contains(reason, "written again and again")
}

// lost reports whether an item is open because of a write of which nobody
// knows.
func lost(reason string) bool {
	return strings.Contains(reason, "may or may not have arrived") || strings.Contains(reason, "whether a first write arrived")
}
