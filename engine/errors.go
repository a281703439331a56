package engine

import (
	"fmt"

	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// ConfigError says that a configuration which compiled without its systems
// does not compile with what they really hold.
type ConfigError struct {
	Config   *pipelines.Config // its files, for snippets
	Problems diag.Problems
}

func (e *ConfigError) Error() string {
	n := 0
	for _, p := range e.Problems {
		if p.Severity == diag.Error {
			n++
		}
	}
	return fmt.Sprintf("the configuration does not fit what the systems hold: %d errors", n)
}

// UnbegunError says that nothing is remembered yet, so that there is nothing to
// change or to copy.
type UnbegunError struct{ Folder string }

func (e *UnbegunError) Error() string {
	return fmt.Sprintf("there is no state at %s yet: the first `syncline run` begins it", e.Folder)
}

// MovedError says that a plan is no longer what a run would do.
type MovedError struct{ What string }

func (e *MovedError) Error() string {
	return "the plan is out of date: " + e.What + "; make a new one with `syncline plan`"
}
