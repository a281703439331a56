package connectors

import (
	"errors"
	"fmt"
	"slices"
)

// Find returns the connector of a name from a list; false when it has none.
func Find(list []Definition, name string) (Definition, bool) {
	for _, d := range list {
		if d.Name == name {
			return d, true
		}
	}
	return Definition{}, false
}

// Check says what a definition lacks: a name, a sentence about itself and
// each setting, a way to open it, settings and verbs told apart by their
// names, and facts that do not contradict each other. It returns every fault,
// joined.
func (d Definition) Check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("connector %q: "+format, append([]any{d.Name}, args...)...))
	}
	if d.Name == "" {
		fault("it has no name")
	}
	if d.Doc == "" {
		fault("it has no doc")
	}
	if d.Open == nil {
		fault("it cannot be opened")
	}
	seen := map[string]bool{}
	for _, f := range d.Settings {
		if f.Doc == "" {
			fault("setting %s has no doc", f.Name)
		}
		if seen[f.Name] {
			fault("setting %s is declared twice", f.Name)
		}
		seen[f.Name] = true
	}
	for _, l := range d.Limits {
		if !slices.Contains(LimitNames(), l) {
			fault("it keeps %s, which is no limit", l)
		}
	}
	d.Facts.check(fault)
	return errors.Join(faults...)
}

func (f Facts) check(fault func(string, ...any)) {
	seen := map[string]bool{}
	for _, v := range f.Verbs {
		if v.Doc == "" {
			fault("verb %s has no doc", v.Name)
		}
		if seen[v.Name] {
			fault("verb %s is declared twice", v.Name)
		}
		seen[v.Name] = true
	}
	for _, v := range f.Verbs {
		if v.Undo != "" && !seen[v.Undo] {
			fault("verb %s is undone by %s, which it does not have", v.Name, v.Undo)
		}
	}
	if f.Grade == GradeNone && len(f.Verbs) > 0 {
		fault("it has verbs and no write grade")
	}
	if f.Grade != GradeNone && len(f.Verbs) == 0 {
		fault("it has a write grade and no verbs")
	}
}

// Can reports whether the facts list a verb of that name.
func (f Facts) Can(verb string) bool {
	for _, v := range f.Verbs {
		if v.Name == verb {
			return true
		}
	}
	return false
}

// UndoOf returns the verb that takes another one back; "" where none does.
func (f Facts) UndoOf(verb string) string {
	for _, v := range f.Verbs {
		if v.Name == verb {
			return v.Undo
		}
	}
	return ""
}
