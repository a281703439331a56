// Package entities holds the ready models: what a recruiting company keeps in
// agreement, one file each. Nothing in them is required, and every one has an
// external_id.
//
// It does not hold the models a configuration declares (pipelines does), nor
// how a system speaks of an entity (a mapping does). Enter at All.
package entities

import "syncline/schema"

// All is every ready model, in the order people read them.
var All = []*schema.Entity{
	Candidate,
	Job,
	Application,
	Interview,
	Evaluation,
	Offer,
	Employee,
	Placement,
	Account,
	Contact,
}

// Named returns the ready model of a name, nil when there is none.
func Named(name string) *schema.Entity {
	for _, e := range All {
		if e.Name == name {
			return e
		}
	}
	return nil
}
