package pipelines

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"gopkg.in/yaml.v3"

	"syncline/pipelines/diag"
)

// functions are what HCL expressions may call.
func (c *compiler) functions() map[string]function.Function {
	if c.calls == nil {
		c.calls = c.ownFunctions()
		for name, f := range standardFunctions() {
			c.calls[name] = f
		}
	}
	return c.calls
}

func standardFunctions() map[string]function.Function {
	return map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc,
		"parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,
		"chomp": stdlib.ChompFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc, "indent": stdlib.IndentFunc,
		"join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc,
		"replace": stdlib.ReplaceFunc, "split": stdlib.SplitFunc, "strlen": stdlib.StrlenFunc, "strrev": stdlib.ReverseFunc,
		"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
		"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
		"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "keys": stdlib.KeysFunc, "length": lengthFunction(),
		"lookup": stdlib.LookupFunc, "merge": stdlib.MergeFunc, "range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc,
		"setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
		"csvdecode": stdlib.CSVDecodeFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	}
}

func (c *compiler) ownFunctions() map[string]function.Function {
	return map[string]function.Function{
		"env":        textFunction(c.envValue),
		"file":       textFunction(c.fileValue),
		"text":       textFunction(c.templateValue),
		"yamldecode": decodeFunction(yamlValue),
		"secret":     secretFunction(),
	}
}

// textFunction is a function of one text that gives a text.
func textFunction(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			out, err := f(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(out), nil
		},
	})
}

// decodeFunction is a function whose result's type depends on the text.
func decodeFunction(f func(string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if !args[0].IsKnown() {
				return cty.DynamicPseudoType, nil
			}
			v, err := f(args[0].AsString())
			if err != nil {
				return cty.NilType, function.NewArgError(0, err)
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f(args[0].AsString()) },
	})
}

// lengthFunction counts the elements of a collection, or the characters of a
// text.
func lengthFunction() function.Function {
	counter := func(v cty.Value) function.Function {
		if v.Type() == cty.String {
			return stdlib.StrlenFunc
		}
		return stdlib.LengthFunc
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true}},
		Type:   func(args []cty.Value) (cty.Type, error) { return counter(args[0]).ReturnTypeForValues(args) },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return counter(args[0]).Call(args) },
	})
}

// secretFunction checks the reference and never resolves it.
func secretFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "ref", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			ref := args[0].AsString()
			kind, rest, _ := strings.Cut(ref, ":")
			if kind != "env" && kind != "file" && kind != "exec" || strings.TrimSpace(rest) == "" {
				return cty.NilVal, function.NewArgErrorf(0, `write "env:NAME", "file:PATH" or "exec:COMMAND"`)
			}
			return placeholder(ref), nil
		},
	})
}

func (c *compiler) envValue(name string) (string, error) {
	if v, ok := c.options.Env(name); ok {
		return v, nil
	}
	return "", fmt.Errorf("the environment has no %s", name)
}

// outsideError is a file that a configuration must not read.
type outsideError struct{ path string }

func (e *outsideError) Error() string {
	return fmt.Sprintf("%s is outside of the configuration's folder", e.path)
}

// fileValue reads a text file of the configuration's folder; links that lead
// out of it are refused like paths that do.
func (c *compiler) fileValue(path string) (string, error) {
	full, err := c.inFolder(path)
	if err != nil {
		return "", err
	}
	src, err := readLimited(full, maxFile)
	if err != nil {
		return "", errors.New(path + ": " + reason(err))
	}
	if !utf8.Valid(src) {
		return "", errors.New(path + " is not UTF-8 text")
	}
	return strings.TrimPrefix(string(src), "\ufeff"), nil
}

// inFolder resolves a path within the configuration's folder, links included.
func (c *compiler) inFolder(path string) (string, error) {
	if !filepath.IsLocal(path) {
		return "", &outsideError{path}
	}
	full := filepath.Join(c.folder, path)
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return "", errors.New(path + ": " + reason(err))
	}
	root, err := filepath.EvalSymlinks(c.folder)
	if err != nil {
		return "", errors.New(path + ": " + reason(err))
	}
	if rel, err := filepath.Rel(root, real); err != nil || !filepath.IsLocal(rel) {
		return "", &outsideError{path}
	}
	return real, nil
}

// templateValue reads a template file. What stands in ${…} is over var and
// local where it can be known now; the rest is filled when a message is sent.
func (c *compiler) templateValue(path string) (string, error) {
	src, err := c.fileValue(path)
	if err != nil {
		return "", err
	}
	if len(src) > maxTemplate || strings.Count(src, "\n") > diag.MaxHeredoc {
		return "", fmt.Errorf("%s: a text for people has %d KiB and %d lines at most", path, maxTemplate>>10, diag.MaxHeredoc)
	}
	if diag.Tangled([]byte(src)) {
		return "", fmt.Errorf("%s: nested too deeply", path)
	}
	if _, diags := hclsyntax.ParseTemplate([]byte(src), path, hcl.InitialPos); diags.HasErrors() {
		return "", fmt.Errorf("%s: %s", path, lower(diags[0].Summary))
	}
	return src, nil
}

func yamlValue(text string) (cty.Value, error) {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return cty.NilVal, errors.New("not YAML")
	}
	return yamlNode(v, 0)
}

func yamlNode(v any, depth int) (cty.Value, error) {
	if depth > diag.MaxNesting {
		return cty.NilVal, errors.New("nested too deeply")
	}
	switch v := v.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case string:
		return cty.StringVal(v), nil
	case bool:
		return cty.BoolVal(v), nil
	case int:
		return cty.NumberIntVal(int64(v)), nil
	case []any:
		items := make([]cty.Value, len(v))
		for i := range v {
			item, err := yamlNode(v[i], depth+1)
			if err != nil {
				return cty.NilVal, err
			}
			items[i] = item
		}
		return cty.TupleVal(items), nil
	case map[string]any:
		fields := make(map[string]cty.Value, len(v))
		for name := range v {
			field, err := yamlNode(v[name], depth+1)
			if err != nil {
				return cty.NilVal, err
			}
			fields[name] = field
		}
		return objectOf(fields), nil
	}
	return cty.ParseNumberVal(fmt.Sprint(v))
}
