package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// oneDash is an option written with one dash. There are no one-letter options.
var oneDash = regexp.MustCompile(`^-[A-Za-z]`)

// dashes gives every option the two dashes that the library wants, so that
// -name and --name are the same. What follows an option that takes a value is
// that value, whatever it looks like, and what follows -- is left alone.
func dashes(root *cobra.Command, args []string) []string {
	values := valueOptions(root)
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(out, args[i:]...)
		}
		if arg == "-h" {
			arg = "--help"
		}
		if oneDash.MatchString(arg) {
			arg = "-" + arg
		}
		out = append(out, arg)
		if values[strings.TrimPrefix(arg, "--")] && strings.HasPrefix(arg, "--") && i+1 < len(args) {
			i++
			out[len(out)-1] += "=" + args[i]
		}
	}
	if len(out) == 1 && out[0] == "--version" {
		return []string{"version"}
	}
	return out
}

// valueOptions returns the names of the options that take a value. An option
// of one name is of one kind in all commands, which a test holds.
func valueOptions(c *cobra.Command) map[string]bool {
	names := map[string]bool{}
	each := func(f *pflag.Flag) {
		if f.NoOptDefVal == "" {
			names[f.Name] = true
		}
	}
	c.PersistentFlags().VisitAll(each)
	c.Flags().VisitAll(each)
	for _, sub := range c.Commands() {
		for name := range valueOptions(sub) {
			names[name] = true
		}
	}
	return names
}
