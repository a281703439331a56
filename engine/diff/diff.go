// Package diff compares values in normal form: two of them, or one against
// the base that was last agreed.
//
// It knows neither ends nor directions (engine/decide does) and no rule that
// would prefer one value (engine/conflict does). Enter at Form.Equal, Form.Hash
// and Merge.
//
// Why a Form: null, empty and a text of blanks are one for comparing, unless
// the attribute tells them apart; and a group of fields is compared member by
// member, each in its own way.
package diff

import "syncline/schema"

// Form says how the values of a field or a group are compared. The zero Form
// is a single field whose blanks are all equal.
type Form struct {
	Distinct bool   // null, empty and blanks are told apart
	Members  []Form // of a group: one per item of its object; nil for a single field
}

// FormOf returns the form of one field, or of a group of several.
func FormOf(members ...schema.Field) Form {
	if len(members) == 1 {
		return Form{Distinct: members[0].Distinct}
	}
	f := Form{Members: make([]Form, len(members))}
	for i := range members {
		f.Members[i].Distinct = members[i].Distinct
	}
	return f
}
