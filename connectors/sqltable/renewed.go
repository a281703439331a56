package sqltable

import "regexp"

// SetBy reports whether one of the triggers' texts assigns to the column: in a
// SET clause, or to the new row.
func SetBy(triggers []string, column string) bool {
	name := "[\"`\\[]?" + regexp.QuoteMeta(column) + "[\"`\\]]?"
	assigns, err := regexp.Compile(`(?is)(\bset\b[^;]*?[\s,(.]|\bnew\.)` + name + `\s*(:=|=)`)
	if err != nil {
		return false
	}
	for _, t := range triggers {
		if assigns.MatchString(t) {
			return true
		}
	}
	return false
}
