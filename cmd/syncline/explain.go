package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/pipelines/diag"
)

func explainCommand() *command {
	return &command{
		Name: "explain", Args: "WHAT [PATH]", Least: 1, Most: 2,
		Doc: "Tell a record's story, where a field's value came from, or what a code means.",
		Long: "WHAT is a record as END/ID, an entity's public id, the value of a match key (an\n" +
			"e-mail address, for one), or the code of a problem, such as SYN2001.",
		Examples: []string{"syncline explain crm/42", "syncline explain -field stage ada@example.com", "syncline explain SYN2001"},
		Bind:     bindExplain,
	}
}

// aCode is what the code of a problem looks like.
var aCode = regexp.MustCompile(`^(?i)SYN\d+$`)

func bindExplain(f *pflag.FlagSet) action {
	field := f.String("field", "", "tell only of this `FIELD`")
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	return func(ctx context.Context, s *session, args []string) error {
		if aCode.MatchString(args[0]) {
			return s.explainCode(args[0])
		}
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		stories, err := e.Explain(ctx, c, args[0], *field, *reveal)
		if err != nil {
			return err
		}
		if len(stories) == 0 {
			return failed("A record is END/ID, such as crm/42. Known is what a run has linked, or put aside with a reason; `syncline plan` tells of the others.", "no pipeline knows %q", args[0])
		}
		if s.json {
			return view.JSON(s.out, "stories", view.MachineStories(stories))
		}
		s.page().Stories(stories, *field)
		return nil
	}
}

// explainCode tells what the code of a problem means.
func (s *session) explainCode(word string) error {
	code := diag.Code(strings.ToUpper(word))
	doc, ok := diag.Explain(code)
	if !ok {
		var codes []string
		for _, d := range diag.Codes() {
			codes = append(codes, string(d.Code))
		}
		hint := "Codes are printed in brackets behind a problem."
		if near := diag.Nearest(string(code), codes); near != "" {
			hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
		}
		return failed(hint, "there is no code %s", code)
	}
	if s.json {
		return view.JSON(s.out, "code", view.MachineCode(doc))
	}
	s.page().Code(doc)
	return nil
}
