package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"syncline/engine"
)

func completionCommand() *command {
	return &command{
		Name: "completion", Args: "SHELL", Least: 1, Most: 1,
		Doc:  "Print the completion script of a shell: bash, zsh, fish or powershell.",
		Long: "Completes commands, options, pipelines and connectors.",
		Examples: []string{
			"source <(syncline completion bash)",
			"syncline completion fish > ~/.config/fish/completions/syncline.fish",
		},
		Bind:     bindCompletion,
		Complete: func(*session, []string) []string { return shells() },
	}
}

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func bindCompletion(*pflag.FlagSet) action {
	return func(_ context.Context, s *session, args []string) error {
		root := newRoot(s)
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(s.out, true)
		case "zsh":
			return root.GenZshCompletion(s.out)
		case "fish":
			return root.GenFishCompletion(s.out, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(s.out)
		}
		return failed("It is bash, zsh, fish or powershell.", "there is no completion for %q", args[0])
	}
}

// completePipelines completes an option that names pipelines with those of the
// configuration in the current folder, or in the path given so far.
func completePipelines(s *session) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		config, _ := engine.New(engine.Options{Connectors: definitions(), Env: s.env}).Load(c.Context(), s.source(at(args, 0)))
		if config == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return pipelineNames(config), cobra.ShellCompDirectiveNoFileComp
	}
}
