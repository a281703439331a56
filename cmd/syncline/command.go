package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/pipelines/diag"
)

// command is one thing syncline does.
type command struct {
	Name     string
	Args     string // as its help shows them: "[PATH]"
	Doc      string // one line
	Long     string // what a user should know; "" when Doc says all
	Examples []string
	Least    int // arguments
	Most     int
	Bind     func(*pflag.FlagSet) action // declares the options and returns what to do; nil: only Sub
	Sub      []*command
	Complete func(*session, []string) []string // what the next argument may be; nil: files
}

// action does a command's work. What it returns is printed once, by execute.
type action func(ctx context.Context, s *session, args []string) error

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, s *session) int {
	root := newRoot(s)
	root.SetArgs(dashes(root, args))
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	if code, ok := s.forward(ctx, args, err); ok {
		return code
	}
	return s.report(err)
}

// newRoot makes the tree of commands out of the list.
func newRoot(s *session) *cobra.Command {
	root := &cobra.Command{
		Use:           "syncline",
		Short:         "Keeps recruiting systems in agreement.",
		Long:          "Keeps recruiting systems in agreement: field by field, each in its declared direction.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			return c.Help()
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, RunE: func(_ *cobra.Command, args []string) error {
		return helpOn(root, args)
	}})
	s.bind(root.PersistentFlags())
	for _, c := range commands() {
		root.AddCommand(c.cobra(s))
	}
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(s.out, view.Columns(help(c), s.width(s.out))) })
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, flagMistake(c, err)) })
	return root
}

// cobra makes the command one of the library's.
func (c *command) cobra(s *session) *cobra.Command {
	out := &cobra.Command{
		Use:     strings.TrimSpace(c.Name + " " + c.Args),
		Short:   c.Doc,
		Long:    c.Long,
		Example: strings.Join(c.Examples, "\n"),
		Args: func(cc *cobra.Command, args []string) error {
			if len(args) < c.Least || len(args) > c.Most {
				return usage(cc, fmt.Sprintf("%s takes %s, not %d: syncline %s", cc.CommandPath(), c.takes(), len(args), strings.TrimPrefix(cc.UseLine(), "syncline ")))
			}
			return nil
		},
		DisableFlagsInUseLine: true,
	}
	for _, sub := range c.Sub {
		out.AddCommand(sub.cobra(s))
	}
	if c.Bind == nil {
		out.Args = cobra.ArbitraryArgs
		out.RunE = func(cc *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cc, args[0])
			}
			return cc.Help()
		}
		return out
	}
	do := c.Bind(out.Flags())
	out.RunE = func(cc *cobra.Command, args []string) error {
		if err := s.check(); err != nil {
			return usage(cc, err.Error())
		}
		return do(cc.Context(), s, args)
	}
	for _, option := range []string{"only", "pipeline"} {
		if out.Flags().Lookup(option) != nil {
			_ = out.RegisterFlagCompletionFunc(option, completePipelines(s))
		}
	}
	if c.Complete != nil {
		out.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return c.Complete(s, args), cobra.ShellCompDirectiveDefault
		}
	}
	return out
}

func (c *command) takes() string {
	switch {
	case c.Most == 0:
		return "no arguments"
	case c.Least == c.Most:
		return fmt.Sprintf("%d argument(s)", c.Most)
	}
	return fmt.Sprintf("%d to %d arguments", c.Least, c.Most)
}

// usageError is a command line that says nothing that can be done.
type usageError struct{ text, hint string }

func (e *usageError) Error() string { return e.text }

func usage(c *cobra.Command, text string) error {
	return &usageError{text: text, hint: fmt.Sprintf("`%s -help` says what it takes.", c.CommandPath())}
}

func unknownCommand(c *cobra.Command, word string) error {
	var names []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	text := fmt.Sprintf("%s has no command %q", c.CommandPath(), word)
	if near := diag.Nearest(word, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return usage(c, text)
}

// flagMistake says in our words what is wrong with an option.
func flagMistake(c *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return strings.ReplaceAll(err.Error(), "--", "-")
	}
	var names []string
	each := func(f *pflag.Flag) { names = append(names, f.Name) }
	c.Flags().VisitAll(each)
	c.InheritedFlags().VisitAll(each)
	text := fmt.Sprintf("%s has no option -%s", c.CommandPath(), unknown.GetSpecifiedName())
	if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		text += fmt.Sprintf("; did you mean -%s?", near)
	}
	return text
}

func helpOn(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return unknownCommand(c, rest[0])
	}
	return c.Help()
}
