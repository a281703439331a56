package review

import (
	"slices"
	"strings"

	"syncline/pipelines"
)

// renames are new names for what only its name changed of: systems, pipelines,
// and the ends of a pipeline, by the older name.
type renames struct {
	systems, pipelines map[string]string
	ends               map[string]string // PIPELINE/END
}

func (r renames) system(name string) string   { return called(r.systems, name) }
func (r renames) pipeline(name string) string { return called(r.pipelines, name) }

func (r renames) end(pipeline, name string) string { return called(r.ends, pipeline+"/"+name, name) }

func called(names map[string]string, key string, otherwise ...string) string {
	if now, ok := names[key]; ok {
		return now
	}
	if len(otherwise) > 0 {
		return otherwise[0]
	}
	return key
}

// findRenames looks for things that one configuration has under one name and
// the other under another: the systems first, since ends name them.
func findRenames(a, b *pipelines.Config) renames {
	var r renames
	if sameNames(a, b) {
		return r
	}
	old, now := newInventory(a, r), newInventory(b, renames{})
	r.systems = paired(old, now, "system", "")
	old = newInventory(a, r)
	r.pipelines = paired(old, now, "pipeline", "")
	old = newInventory(a, r)
	r.ends = map[string]string{}
	for _, p := range a.Pipelines {
		parent := "pipeline\x00" + r.pipeline(p.Name)
		for was, is := range paired(old, now, "source", parent) {
			r.ends[p.Name+"/"+was] = is
		}
	}
	return r
}

// sameNames reports whether both configurations have systems, pipelines and
// ends of the same names.
func sameNames(a, b *pipelines.Config) bool {
	names := func(c *pipelines.Config) []string {
		var out []string
		for _, s := range c.Systems {
			out = append(out, "system "+s.Name)
		}
		for _, p := range c.Pipelines {
			out = append(out, "pipeline "+p.Name)
			for _, e := range p.Ends {
				out = append(out, "end "+p.Name+"/"+e.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(names(a), names(b))
}

// paired gives the new names of things of a kind that are gone, where exactly
// one new thing has the same facts.
func paired(old, now *inventory, kind, parent string) map[string]string {
	gone, fresh := alone(old, now, kind, parent), alone(now, old, kind, parent)
	out := map[string]string{}
	for signature, was := range gone {
		if is := fresh[signature]; len(was) == 1 && len(is) == 1 {
			out[was[0]] = is[0]
		}
	}
	return out
}

// alone are the names of things of a kind that the other inventory lacks, by
// what is so of them.
func alone(v, other *inventory, kind, parent string) map[string][]string {
	out := map[string][]string{}
	for _, t := range v.order {
		if t.kind == kind && t.parent == parent && other.things[t.key] == nil {
			out[signature(t, t.key)] = append(out[signature(t, t.key)], t.name)
		}
	}
	return out
}

// signature is all facts of a thing and of what it holds, without its name.
func signature(t *thing, root string) string {
	var b strings.Builder
	b.WriteString(strings.TrimPrefix(t.key, root))
	for _, f := range t.facts {
		b.WriteString("\x00" + f.attribute + "\x01" + f.same[0])
	}
	for _, c := range t.children {
		b.WriteString("\x00" + signature(c, root))
	}
	return b.String()
}
