package review

import (
	"fmt"
	"reflect"

	"syncline/pipelines"
	"syncline/schema"
)

// Document is what one pipeline keeps in agreement, for those who answer for
// the data: plain texts in an order that only a change of meaning changes.
type Document struct {
	Pipeline    string `json:"pipeline"`
	Description string `json:"description,omitempty"`
	Version     int    `json:"version"`
	Mapping     string `json:"mapping"` // identifies the mapping's meaning
	Entity      string `json:"entity"`
	Record      string `json:"system_of_record,omitempty"`
	Region      string `json:"region,omitempty"`

	Ends     []DocumentEnd     `json:"ends"`
	Owners   []Ownership       `json:"ownership"`
	Fields   []DocumentField   `json:"fields"`
	Groups   []DocumentGroup   `json:"groups,omitempty"`
	Keys     []DocumentKey     `json:"keys"`
	Match    []Choice          `json:"match"`
	Lookups  []DocumentLookup  `json:"lookups,omitempty"`
	Checks   []DocumentCheck   `json:"checks,omitempty"`
	Guards   []Choice          `json:"guards"`
	Triggers []DocumentTrigger `json:"triggers,omitempty"`
	Alerts   []Alert           `json:"alerts"`
	Unsynced []Unsynced        `json:"not_synced"`
}

// Choice is a decision of the configuration, and what it means.
type Choice struct {
	What  string `json:"what"`
	Word  string `json:"word"`
	Means string `json:"means"`
	Code  string `json:"code,omitempty"` // an expression that decides
}

// DocumentEnd is a system's place in the pipeline.
type DocumentEnd struct {
	Name      string   `json:"name"`
	System    string   `json:"system"`
	Connector string   `json:"connector"`
	Object    string   `json:"object,omitempty"`
	Each      string   `json:"each,omitempty"`
	Allow     []string `json:"allow"`
	Grade     string   `json:"grade"`
	Guarded   string   `json:"guarded"` // the grade in words
	When      []Choice `json:"when"`    // which records, how soon, what becomes of those that go
	Create    []Named  `json:"create,omitempty"`
}

// Named is an expression under a name.
type Named struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

// Ownership is who is right about which fields.
type Ownership struct {
	Right  string   `json:"right"`
	Fields []string `json:"fields"`
}

// DocumentField is one field: who is right, which way it flows and how it is
// put into each end's words.
type DocumentField struct {
	Name      string     `json:"name"`
	Type      string     `json:"type"`
	Doc       string     `json:"doc,omitempty"`
	Label     string     `json:"label"`
	Direction string     `json:"direction"`
	Right     string     `json:"right"`
	Owner     string     `json:"owner,omitempty"`
	Group     string     `json:"group,omitempty"`
	Lossy     string     `json:"lossy,omitempty"`
	Policies  []Choice   `json:"policies"` // first, update, empty, drift
	Conflict  *Answers   `json:"conflict,omitempty"`
	Ends      []FieldEnd `json:"ends"`
}

// Answers are the three that a field of several speakers has to give.
type Answers struct {
	Wins        string `json:"wins"`
	Rule        string `json:"rule,omitempty"`
	Unavailable string `json:"unavailable"`
	Alerted     string `json:"alerted"`
}

// FieldEnd is how one end speaks of a field.
type FieldEnd struct {
	End   string  `json:"end"`
	Path  string  `json:"path,omitempty"`
	Reads string  `json:"reads,omitempty"`  // in words; "": it is not read
	Sets  string  `json:"writes,omitempty"` // in words; "": it is not written
	Read  string  `json:"read_cel,omitempty"`
	Write string  `json:"write_cel,omitempty"`
	Words []Word  `json:"words,omitempty"`
	With  []Named `json:"with,omitempty"`
}

// Word is a row of a table of words.
type Word struct {
	There   string `json:"there"`
	Here    string `json:"here"`
	Written bool   `json:"written"` // whether it is what is written there
}

// DocumentGroup is fields that change, wait and are written as one.
type DocumentGroup struct {
	Name   string   `json:"name"`
	Fields []string `json:"fields"`
}

// DocumentKey is one way to recognise an entity.
type DocumentKey struct {
	Name    string   `json:"name"`
	Fields  []string `json:"fields"`
	Decides string   `json:"decides"`
}

// DocumentLookup is another record that is found.
type DocumentLookup struct {
	Name   string   `json:"name"`
	System string   `json:"system"`
	Object string   `json:"object"`
	By     []Named  `json:"by"`
	When   []Choice `json:"when"`
}

// DocumentCheck is a check on the entity.
type DocumentCheck struct {
	Name    string `json:"name"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Failed  string `json:"failed"`
}

// DocumentTrigger is what is set off, and by what.
type DocumentTrigger struct {
	Name  string   `json:"name"`
	Code  string   `json:"code"`
	Steps []string `json:"steps"`
}

// Alert is who is told of what.
type Alert struct {
	Who string `json:"who"`
	Of  string `json:"of"`
}

// Unsynced is what a known schema has and the mapping leaves alone.
type Unsynced struct {
	Where  string   `json:"where"`
	Fields []string `json:"fields"`
	Note   string   `json:"note,omitempty"`
}

// Describe returns the document of a configuration's pipeline. It holds no
// setting of a system, and no value of a sensitive variable.
func Describe(c *pipelines.Config, p *pipelines.Pipeline) *Document {
	d := describer{newInventory(c, renames{}), p}
	out := &Document{
		Pipeline: p.Name, Description: p.Description, Version: p.Version, Mapping: fmt.Sprintf("%016x", p.Hash),
		Entity: p.Entity.Name, Ends: d.ends(), Fields: d.fields(), Groups: d.groups(), Keys: d.keys(), Match: d.match(),
		Lookups: d.lookups(), Checks: d.checks(), Guards: d.guards(), Triggers: d.triggers(), Alerts: d.alerts(), Unsynced: d.unsynced(),
	}
	out.Owners = owners(out.Fields)
	if p.SystemOfRecord >= 0 {
		out.Record = p.Ends[p.SystemOfRecord].Name
	}
	if p.Scope != nil {
		out.Region = p.Scope.Region
	}
	d.inventory.maskAll(reflect.ValueOf(out).Elem())
	return out
}

// maskAll hides what stems from a sensitive variable in every text of a
// document: one that is added later is none that somebody forgot.
func (v *inventory) maskAll(of reflect.Value) {
	switch of.Kind() {
	case reflect.String:
		of.SetString(v.mask(of.String()))
	case reflect.Pointer:
		if !of.IsNil() {
			v.maskAll(of.Elem())
		}
	case reflect.Slice:
		for i := range of.Len() {
			v.maskAll(of.Index(i))
		}
	case reflect.Struct:
		for i := range of.NumField() {
			v.maskAll(of.Field(i))
		}
	}
}

// describer lays one pipeline out for readers.
type describer struct {
	*inventory
	*pipelines.Pipeline
}

// owners gathers the fields by who is right about them, in the order in which
// the first of each stands.
func owners(fields []DocumentField) []Ownership {
	var out []Ownership
	at := map[string]int{}
	for _, f := range fields {
		i, ok := at[f.Right]
		if !ok {
			i = len(out)
			at[f.Right] = i
			out = append(out, Ownership{Right: f.Right})
		}
		out[i].Fields = append(out[i].Fields, f.Name)
	}
	return out
}

// unsynced lists what is known and left alone, end by end, and the entity's
// attributes that no field keeps.
func (d describer) unsynced() []Unsynced {
	var out []Unsynced
	for _, e := range d.Ends {
		u := Unsynced{Where: e.Name + ": " + e.Object, Note: "All that is known of it is read or written."}
		known, whole := d.known(e)
		for _, name := range known {
			if !touched(e, name) {
				u.Fields, u.Note = append(u.Fields, name), ""
			}
		}
		switch {
		case len(known) == 0:
			u.Note = "What it holds is known to a run only. Whatever this document does not name is left alone."
		case !whole:
			u.Note = "It may hold more than is known. Whatever this document does not name is left alone."
		}
		out = append(out, u)
	}
	u := Unsynced{Where: "attributes of " + d.Entity.Name}
	kept := map[string]bool{}
	for _, f := range d.Fields {
		kept[f.Name] = true
	}
	for _, a := range d.Entity.Fields {
		if !kept[a.Name] {
			u.Fields = append(u.Fields, a.Name)
		}
	}
	if len(u.Fields) > 0 {
		out = append(out, u)
	}
	return out
}

// known are the fields that an end's object is known to have, but for those
// that every run reads, and whether those are all.
func (d describer) known(e *pipelines.End) (names []string, all bool) {
	for _, o := range e.System.Objects {
		if o.Name == e.Object && e.Each == "" {
			for _, f := range o.Fields {
				if f.Name != o.ID && f.Name != o.Revision && f.Name != o.At {
					names = append(names, f.Name)
				}
			}
			return names, !o.Open
		}
	}
	return nil, false
}

// touched reports whether a top-level field of an end is read or written.
func touched(e *pipelines.End, name string) bool {
	s := e.Selection
	if s.Shape != nil {
		if s.Shape.Slot(name) >= 0 {
			return true
		}
	}
	for _, w := range s.Writes {
		if w == name {
			return true
		}
	}
	for _, text := range []string{s.ID, s.Revision, s.At, s.Author, s.Trace, s.Cursor} {
		if p, err := schema.ParsePath(text); text == name || err == nil && p.Top() == name {
			return true
		}
	}
	return false
}
