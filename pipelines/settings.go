package pipelines

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// namedSecret is a secret of a nested block: "auth.client_id", and of a block
// with a label also "auth.oauth.client_id".
type namedSecret struct {
	name   string
	secret Secret
}

// settings decodes the attributes that a connector declared. Defaults are
// filled in; a secret stands apart from the values.
func (b *body) settings(fields []schema.Field) (map[string]schema.Value, map[string]Secret) {
	values, secrets := map[string]schema.Value{}, map[string]Secret{}
	for _, f := range fields {
		a, ok := b.hcl.Attributes[f.Name]
		if !ok {
			b.unset(f, values)
			continue
		}
		v, ok := b.eval(a.Expr, b.context)
		if !ok {
			continue
		}
		if ref, found := secretIn(v); found {
			if _, whole := isSecret(v); !whole || !f.Secret {
				b.fail(codeSecretMisuse, b.at(f.Name), fmt.Sprintf("%q does not take a secret", f.Name), "secret(…) stands alone, in a setting that asks for one")
				continue
			}
			secrets[f.Name] = Secret{Ref: ref, Range: b.at(f.Name)}
			continue
		}
		if f.Secret {
			b.hide(b.at(f.Name))
			b.warn(codePlainSecret, b.at(f.Name), fmt.Sprintf("%q is a secret in plain text", f.Name), fmt.Sprintf(`write %s = secret("env:NAME")`, f.Name))
		}
		if got, ok := b.setting(f, v); ok {
			values[f.Name] = got
		}
	}
	return values, secrets
}

// hide blanks a secret in plain text in what is shown of the file, so that no
// problem underlines it.
func (b *body) hide(r diag.Range) {
	src, ok := b.config.Files[r.File]
	if !ok || r.Start.Byte < 0 || r.Start.Byte > r.End.Byte || r.End.Byte > len(src) {
		return
	}
	shown := bytes.Clone(src)
	for i := r.Start.Byte; i < r.End.Byte; i++ {
		if shown[i] != '"' && shown[i] != '\n' {
			shown[i] = '*'
		}
	}
	b.config.Files[r.File] = shown
}

func (b *body) unset(f schema.Field, values map[string]schema.Value) {
	switch {
	case f.Default.State() != schema.Absent:
		values[f.Name] = f.Default
	case f.Required:
		b.need(f.Name)
	}
}

// setting converts a value to the declared type of a setting.
func (b *body) setting(f schema.Field, v cty.Value) (schema.Value, bool) {
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		b.unset(f, map[string]schema.Value{})
		return schema.Value{}, false
	}
	want := settingType(f.Type)
	got, err := convert.Convert(v, want)
	if err != nil {
		b.fail(codeWrongValue, b.at(f.Name), fmt.Sprintf("%q must be %s", f.Name, article(want)), "")
		return schema.Value{}, false
	}
	out := fromCty(got)
	if f.Type.Kind == schema.KindEnum && f.Type.Rank(out.Text()) < 0 {
		b.fail(codeChoice, b.at(f.Name), fmt.Sprintf("%q cannot be %q", f.Name, out.Text()), didYouMean(out.Text(), f.Type.Words))
		return schema.Value{}, false
	}
	return out, true
}

func settingType(t schema.Type) cty.Type {
	switch t.Kind {
	case schema.KindInt, schema.KindDecimal:
		return cty.Number
	case schema.KindBool:
		return cty.Bool
	case schema.KindList, schema.KindSet:
		return cty.List(settingType(t.ElemType()))
	case schema.KindObject, schema.KindAny:
		return cty.DynamicPseudoType
	}
	return cty.String
}

// discover learns what a system holds: from the run that asked it, or by
// opening it where that needs neither a secret nor the network.
func (b *body) discover(s *System) {
	if objects, ok := b.options.Objects[s.Name]; ok {
		s.Objects = objects
		return
	}
	name, _ := b.text("connector")
	if !b.options.Discover && b.vendorFiles[name] == nil || s.Definition.Offline == nil || s.Definition.Open == nil {
		return
	}
	settings := s.settings(b.compiler)
	if !s.Definition.Offline(settings) {
		return
	}
	objects, err := b.ask(s.Definition, settings)
	if err != nil {
		b.warn(codeDiscovery, b.header, fmt.Sprintf("what %q holds could not be read", s.Name), strings.TrimSuffix(err.Error(), "."))
		return
	}
	s.Objects = objects
}

// settings are the values a connector is opened with while compiling: no
// secret is resolved and nothing is made.
func (s *System) settings(c *compiler) connectors.Settings {
	return connectors.Settings{
		System: s.Name, Folder: c.folder, Values: s.Values, Blocks: s.Blocks, Clock: c.options.Now,
		Secret: func(name string) (string, error) {
			return "", fmt.Errorf("the secret %q is not resolved while compiling", name)
		},
	}
}

// told are the settings as far as they can be looked at without a secret.
func (s *System) told() connectors.Settings {
	given := func(name string) (string, error) {
		if _, ok := s.Secrets[name]; !ok {
			return "", fmt.Errorf("setting %q: %w", name, connectors.ErrNoSecret)
		}
		return "", nil
	}
	return connectors.Settings{System: s.Name, Values: s.Values, Blocks: s.Blocks, Secret: given}
}

func (c *compiler) ask(def *connectors.Definition, settings connectors.Settings) ([]connectors.Object, error) {
	conn, err := def.Open(c.ctx, settings)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	lister, ok := conn.(connectors.Lister)
	if !ok {
		return nil, nil
	}
	return lister.Objects(c.ctx)
}
