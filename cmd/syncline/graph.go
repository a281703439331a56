package main

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine/graph"
)

func graphCommand() *command {
	return &command{
		Name: "graph", Args: "[PATH]", Most: 1,
		Doc: "Draw the run graph: systems, pipelines, and which way fields flow.",
		Long: "Needs no network and no secrets. SVG follows the reader's light or dark surroundings,\n" +
			"Mermaid is drawn by Git hosts, DOT by Graphviz.",
		Examples: []string{"syncline graph -out run.svg", "syncline graph -format mermaid"},
		Bind:     bindGraph,
	}
}

func bindGraph(f *pflag.FlagSet) action {
	format := f.String("format", "svg", "`FORM` of the picture: svg, dot or mermaid")
	out := f.String("out", "", "write to this `FILE` instead of standard output")
	return func(ctx context.Context, s *session, args []string) error {
		draw := map[string]func(io.Writer, *graph.Graph) error{"svg": view.SVG, "dot": view.DOT, "mermaid": view.Mermaid}[*format]
		if draw == nil {
			return failed("", "-format is svg, dot or mermaid, not %q", *format)
		}
		c, err := s.load(ctx, s.engine(nil), at(args, 0))
		if err != nil {
			return err
		}
		g := view.RunGraph(c)
		if s.json {
			return view.JSON(s.out, "graph", view.MachineGraph(g))
		}
		var picture bytes.Buffer
		if err := draw(&picture, g); err != nil {
			return err
		}
		if *out != "" {
			return replace(*out, picture.Bytes())
		}
		_, err = s.out.Write(picture.Bytes())
		return err
	}
}
