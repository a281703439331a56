package main

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// oneOf refuses an option that names nothing there is: an answer of nothing
// would look like good news. An option that was not given names everything.
func oneOf(option, word string, words []string) error {
	if word == "" || slices.Contains(words, word) {
		return nil
	}
	hint := "There is: " + strings.Join(words, ", ") + "."
	if near := diag.Nearest(word, words); near != "" {
		hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
	}
	return failed(hint, "-%s names nothing there is: %q", option, word)
}

func pipelineNames(c *pipelines.Config) []string {
	names := make([]string, len(c.Pipelines))
	for i, p := range c.Pipelines {
		names[i] = p.Name
	}
	return names
}

// fieldNames lists the fields of all pipelines.
func fieldNames(c *pipelines.Config) []string {
	var names []string
	for _, p := range c.Pipelines {
		for _, f := range p.Fields {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// endNames lists the ends of all pipelines.
func endNames(c *pipelines.Config) []string {
	var names []string
	for _, p := range c.Pipelines {
		for _, e := range p.Ends {
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// notifyNames lists the places where people are told.
func notifyNames(c *pipelines.Config) []string {
	names := make([]string, len(c.Notifies))
	for i, n := range c.Notifies {
		names[i] = n.Name
	}
	return names
}
