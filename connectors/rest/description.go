package rest

import (
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// Description is an HTTP API as data: everything that is particular to it. It
// is not changed once it is used, and may be shared by any number of
// connections. [Description.Check] says what is wrong with one.
type Description struct {
	Name    string // the connector's, as `connector = "NAME"` has it
	Doc     string // one sentence, then what a user should know
	Version string // of the API that is asked for; "": it has none

	// Settings are the attributes of a `system` block. One named `auth` is a
	// word that chooses among Auth.
	Settings []schema.Field

	// Hosts are further hosts that paths may lead to with the credential, by
	// their names; nil: none.
	Hosts []Program

	// Base is the address that paths stand below, from the settings: the
	// sub-domain, the sandbox or the live system.
	Base Program

	// Headers go with every request: the version, what is accepted.
	Headers []Pair

	// Actor are the headers that say for whom a request acts, where the API
	// has such ones. They go with requests that write, and with all where
	// ActorReads is set.
	Actor      []Pair
	ActorReads bool

	Auth   []Auth // the first that fits is used; nil: the API asks nobody who they are
	Rules  []Rule
	Limits Limits

	Objects []Object

	// Probe is a request that anybody with a good credential may make; nil:
	// the first page of the first object that is listed.
	Probe *Request

	Webhooks *Webhooks // nil: it pushes nothing

	Lag         time.Duration // how long a write may stay unseen by a read
	NoNull      bool          // null cannot be written
	Attribution bool          // every object has an Author
}

// Object returns the description of an object; false where there is none of
// the name. One that stands for many is returned under the name asked for.
func (d *Description) Object(name string) (*Object, bool) {
	near := false
	for i := range d.Objects {
		o := &d.Objects[i]
		if o.Named == "" && o.Name == name {
			return o, true
		}
		near = near || o.Named == "" && strings.EqualFold(o.Name, name)
	}
	for i := range d.Objects {
		if o := &d.Objects[i]; o.Named != "" && !near && connectors.Fits(o.Named, name) {
			own := *o
			own.Name, own.Named = name, ""
			return &own, true
		}
	}
	return nil, false
}

// given returns the description for a system of which some settings were
// given: of each verb it has one Write.
func (d *Description) given(has func(setting string) bool) *Description {
	if !slices.ContainsFunc(d.Objects, func(o Object) bool {
		return slices.ContainsFunc(o.Writes, func(w Write) bool { return len(w.Needs) > 0 })
	}) {
		return d
	}
	out := *d
	out.Objects = slices.Clone(d.Objects)
	for i := range out.Objects {
		o := &out.Objects[i]
		var writes []Write
		for _, w := range o.Writes {
			done := slices.ContainsFunc(writes, func(have Write) bool { return have.Verb == w.Verb })
			lacks := slices.ContainsFunc(w.Needs, func(setting string) bool { return !has(setting) })
			if !done && !lacks {
				writes = append(writes, w)
			}
		}
		o.Writes = writes
	}
	return &out
}

// givenIn returns which settings a system has.
func givenIn(s connectors.Settings) func(setting string) bool {
	return func(setting string) bool {
		if s.Values[setting].Is() {
			return true
		}
		if s.Secret == nil {
			return false
		}
		_, err := s.Secret(setting)
		return err == nil
	}
}

// Field returns a field of the object; false where it has none of the name.
func (o *Object) Field(name string) (*Field, bool) {
	for i := range o.Fields {
		if o.Fields[i].Name == name {
			return &o.Fields[i], true
		}
	}
	return nil, false
}

// Write returns how a verb is carried out; nil where the object cannot.
func (o *Object) Write(verb string) *Write {
	for i := range o.Writes {
		if o.Writes[i].Verb == verb {
			return &o.Writes[i]
		}
	}
	return nil
}
