package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
	"syncline/schema/entities"
)

func evalCommand() *command {
	return &command{
		Name: "eval", Args: "[PATH]", Most: 1,
		Doc: "Try an expression on a sample record.",
		Long: "The sample is a JSON object. It stands as `record`, or, with -entity, as `entity` in\n" +
			"the types of a ready model. With -pipeline and -end the expression sees what a `read`\n" +
			"of that end sees, checked against its schema, `var` and `local` included.",
		Examples: []string{
			`syncline eval -expr "record.email.lowerAscii()" -record sample.json`,
			`echo '{"stage": "offer"}' | syncline eval -entity candidate -expr "entity.stage == 'offer'" -record -`,
		},
		Bind: bindEval,
	}
}

// trial is an expression to try, and on what.
type trial struct {
	expression, language, record, entity, pipeline, end string
}

func bindEval(f *pflag.FlagSet) action {
	var t trial
	f.StringVar(&t.expression, "expr", "", "the `EXPRESSION`")
	f.StringVar(&t.language, "language", "cel", "`LANGUAGE` it is written in: cel or expr")
	f.StringVar(&t.record, "record", "", "JSON `FILE` of the sample, - for standard input")
	f.StringVar(&t.entity, "entity", "", "the sample is an entity of this ready `MODEL`")
	f.StringVar(&t.pipeline, "pipeline", "", "see what an end of this `PIPELINE` sees")
	f.StringVar(&t.end, "end", "", "the `END` of the pipeline")
	return func(ctx context.Context, s *session, args []string) error {
		if t.expression == "" {
			return failed(`Such as: syncline eval -expr "1 + 1"`, "-expr says which expression to try")
		}
		if (t.pipeline == "") != (t.end == "") {
			return failed("", "-pipeline and -end go together")
		}
		sample, err := s.sample(t.record)
		if err != nil {
			return err
		}
		scope, frame, err := s.scopeOf(ctx, t, sample, at(args, 0))
		if err != nil {
			return err
		}
		return s.evaluate(t, scope, frame)
	}
}

// evaluate compiles the expression, runs it once, and prints what it gives.
func (s *session) evaluate(t trial, scope *expr.Scope, frame *expr.Frame) error {
	compile := expr.CEL
	switch t.language {
	case "cel":
	case "expr":
		compile = expr.Expr
	default:
		return failed("", "-language is cel or expr, not %q", t.language)
	}
	text := expressionText(t.expression)
	program, problems := compile(text, scope, expr.Options{Now: true, Label: "the expression"})
	if program == nil {
		return s.refuse(problems, map[string][]byte{expressionName: []byte(t.expression)})
	}
	frame.Now = s.now().UnixMicro()
	result, err := program.Eval(frame)
	if err != nil {
		return err
	}
	if s.json {
		return view.JSON(s.out, "result", view.MachineValue(result, program.Type()))
	}
	if len(problems) > 0 && !s.quiet {
		s.notes().Problems(problems, map[string][]byte{expressionName: []byte(t.expression)})
	}
	s.page().Value(result, program.Type())
	return nil
}

// expressionName stands where a file's name stands in a problem.
const expressionName = "expression"

// expressionText places every byte of the expression, so that a problem is
// underlined where it is.
func expressionText(source string) diag.Text {
	places := make([]diag.Pos, 0, len(source)+1)
	at := diag.Pos{Line: 1, Column: 1}
	for i := range len(source) + 1 {
		at.Byte = i
		places = append(places, at)
		if i == len(source) {
			break
		}
		switch b := source[i]; {
		case b == '\n':
			at.Line, at.Column = at.Line+1, 1
		case b&0xC0 != 0x80:
			at.Column++
		}
	}
	return diag.Text{Source: source, Places: places, Range: diag.Range{File: expressionName, Start: places[0], End: at}}
}

// sample reads the record to try the expression on; absent when there is none.
func (s *session) sample(name string) (schema.Value, error) {
	var content []byte
	var err error
	switch name {
	case "":
		return schema.Value{}, nil
	case "-":
		content, err = io.ReadAll(s.in)
	default:
		content, err = os.ReadFile(name)
	}
	if err != nil {
		return schema.Value{}, failed("", "cannot read the sample %s: %w", name, cause(err))
	}
	v, err := schema.FromJSON(content)
	if err == nil && v.Kind() != schema.KindObject {
		err = errors.New("it is no object")
	}
	if err != nil {
		return v, failed(`A sample is one JSON object, such as {"email": "ada@example.com"}.`, "the sample %s: %w", name, err)
	}
	return v, nil
}

// scopeOf lays out what the expression may name, and the values of it.
func (s *session) scopeOf(ctx context.Context, t trial, sample schema.Value, path string) (*expr.Scope, *expr.Frame, error) {
	switch {
	case t.pipeline != "":
		c, err := s.load(ctx, s.engine(nil), path)
		if err != nil {
			return nil, nil, err
		}
		scope, err := endScope(c, t.pipeline, t.end)
		if err != nil {
			return nil, nil, err
		}
		return scope, frameOf(scope, "record", sample), nil
	case t.entity != "":
		model := entities.Named(t.entity)
		if model == nil {
			return nil, nil, failed("", "there is no ready model %q%s", t.entity, nearName(t.entity, modelNames()))
		}
		entity, err := normalise(model, sample)
		if err != nil {
			return nil, nil, err
		}
		object := schema.Type{Kind: schema.KindObject, Fields: model.Fields}
		scope := &expr.Scope{Vars: []expr.Var{{Name: "entity", Slot: expr.Entity, Type: object}}}
		return scope, frameOf(scope, "entity", entity), nil
	}
	scope := &expr.Scope{Vars: []expr.Var{{Name: "record", Slot: expr.Record, Type: schema.Type{Kind: schema.KindObject}, Open: true}}}
	return scope, frameOf(scope, "record", sample), nil
}

func frameOf(scope *expr.Scope, name string, value schema.Value) *expr.Frame {
	f := &expr.Frame{}
	for _, v := range scope.Vars {
		f.Values[v.Slot] = v.Static
		if v.Name == name {
			f.Values[v.Slot] = value
		}
	}
	return f
}

// endScope finds what `read` sees at an end of a pipeline.
func endScope(c *pipelines.Config, pipeline, end string) (*expr.Scope, error) {
	var names []string
	for _, p := range c.Pipelines {
		names = append(names, p.Name)
		if p.Name != pipeline {
			continue
		}
		var ends []string
		for i, e := range p.Ends {
			if e.Name == end && i < len(p.Record) {
				return p.Record[i], nil
			}
			ends = append(ends, e.Name)
		}
		return nil, failed(fmt.Sprintf("It has: %s.", view.List(ends)), "the pipeline %q has no end %q", pipeline, end)
	}
	return nil, failed(fmt.Sprintf("There are: %s.", view.List(names)), "there is no pipeline %q", pipeline)
}

func modelNames() []string {
	var names []string
	for _, e := range entities.All {
		names = append(names, e.Name)
	}
	return names
}

// normalise brings a sample into the types of a model.
func normalise(model *schema.Entity, sample schema.Value) (schema.Value, error) {
	names := make([]string, len(model.Fields))
	items := make([]schema.Value, len(model.Fields))
	for i, f := range model.Fields {
		names[i] = f.Name
		v, err := f.Type.Normal(sample.Field(f.Name), schema.Norm{})
		if err != nil {
			return v, fmt.Errorf("the sample's field %s: %w", f.Name, err)
		}
		items[i] = v
	}
	for _, name := range sample.Names() {
		if _, ok := model.Attribute(name); !ok {
			return schema.Value{}, failed("", "the model %s has no attribute %q%s", model.Name, name, nearName(name, names))
		}
	}
	return schema.Object(names, items), nil
}

func nearName(word string, names []string) string {
	if near := diag.Nearest(word, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}
