package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
)

func connectorsCommand() *command {
	return &command{
		Name: "connectors", Args: "", Most: 0,
		Doc:      "List the connectors, and show what one can do.",
		Examples: []string{"syncline connectors list", "syncline connectors show file", "syncline connectors show ./acme.hcl"},
		Sub: []*command{
			{Name: "list", Most: 0, Doc: "List the connectors.", Bind: bindConnectorsList},
			{
				Name: "show", Args: "NAME", Least: 1, Most: 1, Doc: "Show one connector's settings and what is true of it. A file that describes an API is one, too.",
				Bind: bindConnectorsShow, Complete: completeConnectors,
			},
		},
	}
}

func bindConnectorsList(*pflag.FlagSet) action {
	return func(_ context.Context, s *session, _ []string) error {
		list := append(definitions(), vendors()...)
		slices.SortFunc(list, func(a, b *connectors.Definition) int { return strings.Compare(a.Name, b.Name) })
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
		d, described, err := s.findConnector(args[0])
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "connector", view.MachineVendor(d, described))
		}
		s.page().Connector(d)
		if described != nil {
			s.page().Description(described)
		}
		return nil
	}
}

// findConnector finds a connector of the binary, the description of a vendor,
// or one in a file. The description is nil of what is no API.
func (s *session) findConnector(name string) (*connectors.Definition, *rest.Description, error) {
	for _, d := range definitions() {
		if d.Name == name {
			return d, nil, nil
		}
	}
	v, problems, src := described(name)
	if v != nil {
		def := v.Definition()
		return &def, v.Description, nil
	}
	if len(problems) > 0 {
		return nil, nil, s.refuse(problems, map[string][]byte{name: src})
	}
	names := connectorNames()
	hint := "`syncline connectors list` lists them."
	if near := diag.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
	}
	return nil, nil, failed(hint, "there is no connector %q", name)
}

// described compiles the description of a vendor that comes with the binary,
// or of a file.
func described(name string) (*vendor.Vendor, diag.Problems, []byte) {
	if !strings.HasSuffix(name, ".hcl") {
		v, problems := vendor.Find(name)
		return v, problems, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, nil
	}
	v, problems := vendor.Compile(name, src)
	return v, problems, src
}

// vendors are the connectors that come with the binary as descriptions.
func vendors() []*connectors.Definition {
	var out []*connectors.Definition
	for _, name := range vendor.Names() {
		if v, _ := vendor.Find(name); v != nil {
			def := v.Definition()
			out = append(out, &def)
		}
	}
	return out
}

func connectorNames() []string {
	names := vendor.Names()
	for _, d := range definitions() {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	return names
}

func completeConnectors(*session, []string) []string { return connectorNames() }
