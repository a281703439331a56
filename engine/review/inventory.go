package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// fact is one thing that is so. Two facts are the same when one of their
// identities is: an expression's checked tree, or else its text and the values
// that it names.
type fact struct {
	attribute string
	text      string // as it is shown; "": there is none
	same      [2]string
	language  string
	words     map[string]string // of a table, word by word
	set       []string          // of a list whose order means nothing
	at        diag.Range
}

func (f *fact) is(g *fact) bool {
	return f.same[0] == g.same[0] || f.same[1] != "" && f.same[1] == g.same[1]
}

// thing is a block that has facts.
type thing struct {
	key, parent string
	kind        string // as in aspects
	name        string
	shown       string // field "stage" at crm
	pipeline    string
	field, end  string
	at          diag.Range
	facts       []*fact
	children    []*thing
}

// inventory is all things of a configuration, by key and in order.
type inventory struct {
	*pipelines.Config
	places *pipelines.Places
	names  renames
	things map[string]*thing
	order  []*thing
	hidden []string    // values of sensitive variables
	scope  *expr.Scope // of the pipeline that is laid out
}

// newInventory lays a configuration out, under the names that things have since.
func newInventory(c *pipelines.Config, names renames) *inventory {
	v := &inventory{Config: c, places: c.Places(), names: names, things: map[string]*thing{}}
	for _, x := range c.Variables {
		if x.Sensitive {
			v.hidden = append(v.hidden, leaves(x.Value)...)
		}
	}
	v.engine()
	for _, e := range c.Entities {
		v.entity(e)
	}
	for _, s := range c.Systems {
		v.system(s)
	}
	for _, n := range c.Notifies {
		v.notify(n)
	}
	for _, p := range c.Pipelines {
		v.pipeline(p)
	}
	return v
}

// add puts a thing below another; nil: it stands by itself.
func (v *inventory) add(parent *thing, kind, name, shown string, at diag.Range) *thing {
	t := &thing{kind: kind, name: name, shown: shown, at: at}
	t.key = kind + "\x00" + name
	if parent != nil {
		t.key, t.parent, t.pipeline = parent.key+"\x00"+t.key, parent.key, parent.pipeline
		t.field, t.end = parent.field, parent.end
		parent.children = append(parent.children, t)
	}
	v.things[t.key] = t
	v.order = append(v.order, t)
	return t
}

// say adds a fact that is a word or a text.
func (v *inventory) say(t *thing, attribute, text string, at diag.Range) *fact {
	f := &fact{attribute: attribute, text: v.mask(text), at: at}
	f.same[0] = text
	t.facts = append(t.facts, f)
	return f
}

// mask hides what stems from a sensitive variable.
func (v *inventory) mask(text string) string {
	const least = 4 // shorter ones stand in many a word by chance
	for _, secret := range v.hidden {
		if text == secret || len(secret) >= least && strings.Contains(text, secret) {
			return "(sensitive)"
		}
	}
	return text
}

// list adds a fact that is a set of words.
func (v *inventory) list(t *thing, attribute string, words []string, at diag.Range) {
	sorted := slices.Sorted(slices.Values(words))
	f := v.say(t, attribute, strings.Join(sorted, ", "), at)
	f.same[0], f.set = fmt.Sprintf("%q", sorted), sorted
}

// table adds a fact that is a table of words.
func (v *inventory) table(t *thing, attribute string, words map[string]string, at diag.Range) {
	var b strings.Builder
	for _, word := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(&b, "%q = %q, ", word, words[word])
	}
	f := v.say(t, attribute, strings.TrimSuffix(b.String(), ", "), at)
	f.words = words
}

// program adds a fact that is an expression; nil is none.
func (v *inventory) program(t *thing, attribute, language string, prog expr.Program, at diag.Range) {
	if prog == nil {
		v.say(t, attribute, "", at)
		return
	}
	text := strings.TrimSpace(prog.Text().Source)
	if r := prog.Text().Range; r.File != "" {
		at = r
	}
	f := v.say(t, attribute, text, at)
	f.language = language
	f.same = [2]string{fmt.Sprintf("%016x", prog.Hash()), text + v.constants(prog)}
}

// constants are the values of what a program names of var and local.
func (v *inventory) constants(prog expr.Program) string {
	var b strings.Builder
	for _, name := range prog.Uses() {
		if value := v.constant(strings.Split(name, ".")); value.State() != schema.Absent {
			fmt.Fprintf(&b, "\x00%s=%016x", name, value.Hash(1))
		}
	}
	return b.String()
}

// constant follows a name into var or local.
func (v *inventory) constant(steps []string) schema.Value {
	i := slices.IndexFunc(v.scope.Vars, func(x expr.Var) bool { return x.Name == steps[0] })
	if i < 0 {
		return schema.Value{}
	}
	value := v.scope.Vars[i].Static
	for _, step := range steps[1:] {
		value = value.Field(step)
	}
	return value
}

// arguments adds a fact for each named value.
func (v *inventory) arguments(t *thing, attribute string, args []pipelines.Argument, at diag.Range) {
	for _, a := range args {
		v.program(t, attribute+"."+a.Path.String(), "cel", a.Value, at)
	}
}
