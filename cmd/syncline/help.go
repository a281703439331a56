package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help returns what `syncline COMMAND -help` prints.
func help(c *cobra.Command) string {
	var b strings.Builder
	b.WriteString(c.Short + "\n")
	if c.Long != "" && c.Long != c.Short {
		b.WriteString("\n" + c.Long + "\n")
	}
	fmt.Fprintf(&b, "\nUsage:\n  %s\n", useLine(c))
	if c.Example != "" {
		b.WriteString("\nExamples:\n")
		for _, l := range strings.Split(c.Example, "\n") {
			b.WriteString("  " + l + "\n")
		}
	}
	if subs := visible(c); len(subs) > 0 {
		b.WriteString("\nCommands:\n")
		for _, sub := range subs {
			fmt.Fprintf(&b, "  %-12s %s\n", sub.Name(), sub.Short)
		}
	}
	if c.LocalNonPersistentFlags().HasAvailableFlags() {
		b.WriteString("\nOptions:\n" + options(c.LocalNonPersistentFlags()))
	}
	b.WriteString("\nOptions of every command:\n" + options(c.Root().PersistentFlags()))
	return b.String()
}

func useLine(c *cobra.Command) string {
	line := strings.TrimSuffix(c.CommandPath()+" "+strings.TrimPrefix(c.Use, c.Name()), " ")
	if len(visible(c)) > 0 {
		line += " COMMAND"
	}
	return strings.Join(strings.Fields(line), " ")
}

func visible(c *cobra.Command) []*cobra.Command {
	var subs []*cobra.Command
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			subs = append(subs, sub)
		}
	}
	return subs
}

// options lists a set of options, one dash each, the way the docs write them.
func options(fs *pflag.FlagSet) string {
	var rows [][2]string
	widest := 0
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, text := pflag.UnquoteUsage(f)
		left := "-" + f.Name
		if kind != "" {
			left += " " + strings.ToUpper(strings.TrimSuffix(kind, "Array"))
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
			text += " (default " + f.DefValue + ")"
		}
		rows = append(rows, [2]string{left, text})
		widest = max(widest, len(left))
	})
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "  %-*s  %s\n", widest, r[0], r[1])
	}
	return b.String()
}
