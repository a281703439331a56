package review

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncline/pipelines"
	"syncline/schema"
)

func (v *inventory) engine() {
	e := v.Engine
	t := v.add(nil, "engine", "", "engine", e.Range)
	v.say(t, "name", e.Name, v.places.At(e.Range, "name"))
	folder := e.State
	if rel, err := filepath.Rel(v.Folder, folder); err == nil {
		folder = filepath.ToSlash(rel)
	}
	v.say(t, "state", folder, v.places.At(e.Range, "state"))
	v.say(t, "workers", fmt.Sprint(e.Workers), v.places.At(e.Range, "workers"))
	v.say(t, "listen", e.Listen, v.places.At(e.Range, "listen"))
	v.say(t, "retention", span(e.Retention), v.places.At(e.Range, "retention"))
	key := ""
	if e.Encryption != nil {
		key = secretly(*e.Encryption)
	}
	v.say(t, "encryption", key, v.places.At(e.Range, "encryption"))
}

// secretly names a secret as the configuration does.
func secretly(s pipelines.Secret) string { return fmt.Sprintf("secret(%q)", s.Ref) }

func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return ""
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

func (v *inventory) system(s *pipelines.System) {
	t := v.add(nil, "system", v.names.system(s.Name), "system "+v.names.system(s.Name), s.Range)
	at := func(name string) {
		t.facts[len(t.facts)-1].at = v.places.At(s.Range, strings.Split(name, ".")...)
	}
	v.say(t, "connector", s.Definition.Name, s.Range)
	at("connector")
	if s.Description != 0 {
		f := v.say(t, "description", "as described", s.Range)
		f.same[0] = fmt.Sprintf("%016x", s.Description)
		at("connector")
	}
	rate := ""
	if s.Limits.Requests > 0 {
		rate = fmt.Sprintf("%d/%s", s.Limits.Requests, span(s.Limits.Per))
	}
	for _, f := range [][2]string{
		{"rate", rate}, {"concurrency", unlessZero(s.Limits.Parallel)}, {"timeout", span(s.Limits.Timeout)}, {"reserve", percent(s.Limits.Reserve)},
		{"networks", strings.Join(s.Limits.Networks, ", ")},
		{"retry.attempts", unlessZero(s.Limits.Attempts)}, {"retry.backoff", span(s.Limits.First) + ".." + span(s.Limits.Longest)},
	} {
		v.say(t, f[0], f[1], s.Range)
		at(f[0])
	}
	secret := secretFields(s.Definition.Settings)
	for _, b := range s.Definition.Blocks {
		for _, f := range b.Fields {
			secret[b.Name+"."+f.Name] = f.Secret
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		v.setting(t, name, s.Values[name], secret[name])
		at(name)
	}
	labelled := map[string]bool{}
	for _, b := range s.Blocks {
		labelled[b.Name] = labelled[b.Name] || b.Label != ""
		for _, name := range slices.Sorted(maps.Keys(b.Values)) {
			v.setting(t, settingName(b.Name, b.Label, name), b.Values[name], secret[b.Name+"."+name])
			t.facts[len(t.facts)-1].at = v.places.At(s.Range, strings.TrimSpace(b.Name+" "+b.Label), name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
		block, rest, nested := strings.Cut(name, ".")
		if nested && labelled[block] && !strings.Contains(rest, ".") {
			continue // stands under its label, too
		}
		v.say(t, "settings."+name, secretly(s.Secrets[name]), s.Secrets[name].Range)
	}
}

func settingName(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ".")
}

func secretFields(fields []schema.Field) map[string]bool {
	out := map[string]bool{}
	for _, f := range fields {
		out[f.Name] = f.Secret
	}
	return out
}

// setting adds the fact of a connector's setting; a secret in plain text is not
// shown.
func (v *inventory) setting(t *thing, name string, value schema.Value, secret bool) {
	f := v.say(t, "settings."+name, plainly(value), t.at)
	if secret {
		f.text = "(a secret in plain text)"
	}
}

// plainly writes a value on one line.
func plainly(v schema.Value) string {
	switch {
	case v.State() == schema.Absent:
		return ""
	case v.Kind() == schema.KindObject:
		parts := make([]string, len(v.Names()))
		for i, name := range v.Names() {
			parts[i] = name + " = " + plainly(v.Field(name))
		}
		slices.Sort(parts)
		return "{ " + strings.Join(parts, ", ") + " }"
	case v.Kind().Collection():
		parts := make([]string, len(v.Items()))
		for i, item := range v.Items() {
			parts[i] = plainly(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return v.Display()
}

// leaves are the texts in a value.
func leaves(v schema.Value) []string {
	var out []string
	for _, item := range v.Items() {
		out = append(out, leaves(item)...)
	}
	for _, name := range v.Names() {
		out = append(out, leaves(v.Field(name))...)
	}
	if text := v.Text(); len(v.Items()) == 0 && text != "" {
		out = append(out, text)
	}
	return out
}

func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func percent(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("%g%%", share*100)
}

func (v *inventory) notify(n *pipelines.Notify) {
	t := v.add(nil, "notify", n.Name, "notify "+n.Name, n.Range)
	v.say(t, "connector", n.Connector, v.places.At(n.Range, "connector"))
	secret := map[string]bool{"url": true}
	if n.Definition != nil {
		secret = secretFields(n.Definition.Settings)
	}
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		v.setting(t, name, n.Values[name], secret[name])
		t.facts[len(t.facts)-1].at = v.places.At(n.Range, name)
	}
	for _, name := range slices.Sorted(maps.Keys(n.Secrets)) {
		v.say(t, "settings."+name, secretly(n.Secrets[name]), n.Secrets[name].Range)
	}
	v.say(t, "declassify", n.Declassify, v.places.At(n.Range, "declassify"))
}

// entity lays out what a model of the configuration's own declares. The ready
// ones are the binary's.
func (v *inventory) entity(e *schema.Entity) {
	block, own := v.places.Top("entity", e.Name)
	if !own {
		return
	}
	t := v.add(nil, "entity", e.Name, "entity "+e.Name, block)
	v.say(t, "extends", e.Extends, v.places.At(block, "extends"))
	v.say(t, "description", e.Doc, v.places.At(block, "description"))
	for _, f := range e.Fields {
		if !v.places.Holds(block, "attribute "+f.Name) {
			continue
		}
		at := func(name string) []string { return []string{"attribute " + f.Name, name} }
		a := v.add(t, "attribute", f.Name, fmt.Sprintf("attribute %s of %s", f.Name, e.Name), v.places.At(block, "attribute "+f.Name))
		kind := f.Type
		kind.Words, kind.Ordered = nil, false
		v.say(a, "type", kind.String(), v.places.At(block, at("type")...))
		words := strings.Join(f.Type.Words, ", ")
		v.say(a, "values", words, v.places.At(block, at("values")...)).same[0] = fmt.Sprintf("%q", f.Type.Words)
		blank := "same"
		if f.Distinct {
			blank = "distinct"
		}
		for _, fact := range [][2]string{
			{"ordered", fmt.Sprint(f.Type.Ordered)}, {"required", fmt.Sprint(f.Required)}, {"class", f.Class.String()}, {"normalise", f.Normalise},
			{"blank", blank}, {"max_length", unlessZero(f.MaxLength)}, {"description", f.Doc},
		} {
			v.say(a, fact[0], fact[1], v.places.At(block, at(fact[0])...))
		}
	}
}
