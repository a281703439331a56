package decide

// Ceiling is how many writes of a kind a pass may make.
type Ceiling struct {
	Count int
	Share float64 // of the links active when the pass began
}

// Ceilings is one ceiling a kind of mass change; nil: no ceiling. Missing is
// for links that would end because a record is not there any more, Changed for
// a field of which nearly every record of an end changed at once.
type Ceilings struct {
	Creates, Overwrites, Clears, Deletes, Missing, Changed *Ceiling
}

// Of returns how many writes the ceiling lets pass.
func (c Ceiling) Of(links int) int {
	return max(c.Count, int(c.Share*float64(links)))
}

// Defaults returns the ceilings that hold where a configuration says nothing.
// Until a pipeline has finished its first pass towards an end, creates have
// none.
func Defaults(first bool) Ceilings {
	c := Ceilings{
		Creates:    &Ceiling{Count: 100, Share: 0.20},
		Overwrites: &Ceiling{Count: 50, Share: 0.20},
		Clears:     &Ceiling{Count: 10, Share: 0.05},
		Deletes:    &Ceiling{Count: 10, Share: 0.05},
		Missing:    &Ceiling{Count: 10, Share: 0.05},
		Changed:    &Ceiling{Count: 20, Share: 0.80},
	}
	if first {
		c.Creates = nil
	}
	return c
}
