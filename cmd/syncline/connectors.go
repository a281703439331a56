package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/pipelines/diag"
)

func connectorsCommand() *command {
	return &command{
		Name: "connectors", Args: "", Most: 0,
		Doc:      "List the connectors, and show the settings of one.",
		Examples: []string{"syncline connectors list", "syncline connectors show file"},
		Sub: []*command{
			{Name: "list", Most: 0, Doc: "List the connectors.", Bind: bindConnectorsList},
			{
				Name: "show", Args: "NAME", Least: 1, Most: 1, Doc: "Show one connector's settings and what is true of it.",
				Bind: bindConnectorsShow, Complete: completeConnectors,
			},
		},
	}
}

func bindConnectorsList(*pflag.FlagSet) action {
	return func(_ context.Context, s *session, _ []string) error {
		list := definitions()
		if s.json {
			out := make([]view.Connector, len(list))
			for i, d := range list {
				out[i] = view.MachineConnector(d)
			}
			return view.JSON(s.out, "connectors", out)
		}
		s.page().Connectors(list)
		return nil
	}
}

func bindConnectorsShow(*pflag.FlagSet) action {
	return func(_ context.Context, s *session, args []string) error {
		d, err := findConnector(args[0])
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "connector", view.MachineConnector(d))
		}
		s.page().Connector(d)
		return nil
	}
}

func findConnector(name string) (*connectors.Definition, error) {
	var names []string
	for _, d := range definitions() {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	hint := "`syncline connectors list` lists them."
	if near := diag.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
	}
	return nil, failed(hint, "there is no connector %q", name)
}

func completeConnectors(*session, []string) []string {
	var names []string
	for _, d := range definitions() {
		names = append(names, d.Name)
	}
	return names
}
