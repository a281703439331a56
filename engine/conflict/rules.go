package conflict

// Rules returns every rule a configuration may name, in the order of the
// documentation. An end's name and an Expr rule are made by Named and Expr.
func Rules() []Rule {
	return []Rule{
		SystemOfRecord,
		Latest,
		NonEmpty,
		Max,
		Min,
		MostAdvanced,
		Union,
		Review,
	}
}

// Find returns the rule of a name.
func Find(name string) (Rule, bool) {
	for _, r := range Rules() {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{}, false
}
