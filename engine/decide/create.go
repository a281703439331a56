package decide

// Create says which value the unit takes at an end where the entity's record
// is about to be created: a first link against nothing. Kind is Write with one
// wanted write, Nothing where there is no value, Park, Review, or Again.
// After, Agreed and the rest are as of Decide and hold for all ends.
func Create(u *Unit, in *Input, end int, d *Decision) {
	d.reset(len(u.Ends), &in.Base)
}
