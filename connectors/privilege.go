package connectors

import "context"

// Need is what a credential has to be able to do with one object: the sum of
// what all pipelines do there, and nothing else.
type Need struct {
	Object   string
	ID       string   // the field that says which record it is; "": the system's own
	Revision string   // the field of the revision, "" when there is none
	Reads    []string // the fields read, in order; so are the lists below
	Creates  []string // the fields a new record is given
	Updates  []string // the fields that are written later
	Verbs    []string // read, create, update, archive, delete, or the connector's own
}

// Right is one thing that a credential may do with one object.
type Right struct {
	Object string   `json:"object"`
	Name   string   `json:"right"`            // in the system's own words: SELECT
	Fields []string `json:"fields,omitempty"` // those it is about, in order; nil: the object as a whole
}

// Privileges say how a system grants, where it does so in a form that can be
// written down. Both are functions of what they are given: no system is asked.
type Privileges struct {
	// Of returns the rights that a need takes, and what cannot be known without
	// the system, in words for those who grant.
	Of func(n *Need) (rights []Right, open []string)

	// Grant returns the statements that give somebody the rights. Names are
	// quoted, whatever they are.
	Grant func(rights []Right, to string) []string
}

// Granter says what the credential of an open system may do.
type Granter interface {
	// Needed returns the rights that a need takes of this very system.
	Needed(ctx context.Context, n *Need) ([]Right, error)

	// Held returns every right that the credential has, in the same words. An
	// error says why the system cannot tell.
	Held(ctx context.Context) ([]Right, error)
}
