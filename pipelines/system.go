package pipelines

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
)

// commonSettings are what every system has, whatever its connector.
var commonSettings = []string{"connector", "rate", "concurrency", "timeout", "reserve", "networks"}

func retryBlock() Nested {
	return Nested{Name: "retry", Grammar: Grammar{Attributes: []string{"attempts", "backoff"}}}
}

func systemBlock() Block {
	return Block{
		Name: "system", Labels: 1, Doc: "one connected product",
		Grammar: Grammar{Attributes: commonSettings, Blocks: []Nested{retryBlock()}, Open: true},
		compile: compileSystems,
	}
}

func compileSystems(c *compiler, blocks []*body) {
	seen := map[string]diag.Range{}
	for _, b := range blocks {
		if !b.unique(seen, "system") || !b.goodName() {
			continue
		}
		if s := b.system(); s != nil {
			c.config.Systems = append(c.config.Systems, s)
		} else {
			c.broken["system."+b.name()] = true
		}
	}
}

func (b *body) system() *System {
	def := b.connector()
	if def == nil {
		return nil
	}
	s := &System{Name: b.name(), Definition: b.stated(def), Range: b.header}
	b.allowSettings(def)
	s.Values, s.Secrets = b.settings(def.Settings)
	s.Blocks = b.settingsBlocks(def)
	b.limits(s)
	b.discover(s)
	if name, _ := b.text("connector"); isFile(name) {
		if v := b.vendorFiles[name]; v != nil {
			s.Description = meaningOf(v.File, v.Source)
		}
	}
	return s
}

// connector finds the definition that the system names.
func (b *body) connector() *connectors.Definition {
	if !b.need("connector") {
		return nil
	}
	name, ok := b.text("connector")
	if !ok {
		return nil
	}
	var names []string
	for _, d := range b.options.Definitions {
		switch {
		case d.Name == name && d.Notifies:
			b.fail(codeUnknownConnector, b.at("connector"), fmt.Sprintf("%q tells people and holds no records", name), fmt.Sprintf("notify %q { connector = %q }", b.name(), name))
			return nil
		case d.Name == name:
			return d
		case d.Notifies:
			continue
		}
		names = append(names, d.Name)
	}
	if v := b.described(name); v != nil {
		return definitionOf(v)
	}
	if !isFile(name) && !slices.Contains(vendor.Names(), name) {
		b.fail(codeUnknownConnector, b.at("connector"), fmt.Sprintf("there is no connector %q", name), didYouMean(name, append(names, vendor.Names()...)))
	}
	return nil
}

// stated returns the definition with what a run learned of this very system.
func (b *body) stated(def *connectors.Definition) *connectors.Definition {
	facts, ok := b.options.Facts[b.name()]
	if !ok {
		return def
	}
	own := *def
	own.Facts = facts
	return &own
}

// allowSettings checks the names in the block against the connector's.
func (b *body) allowSettings(def *connectors.Definition) {
	g := Grammar{Attributes: slices.Clone(commonSettings), Blocks: []Nested{retryBlock()}}
	for _, f := range def.Settings {
		g.Attributes = append(g.Attributes, f.Name)
	}
	for _, blk := range def.Blocks {
		n := Nested{Name: blk.Name, Many: true}
		if blk.Label {
			n.Labels = 1
		}
		for _, f := range blk.Fields {
			n.Grammar.Attributes = append(n.Grammar.Attributes, f.Name)
		}
		g.Blocks = append(g.Blocks, n)
	}
	b.grammar = g
	b.checkNames()
}

func (b *body) settingsBlocks(def *connectors.Definition) []connectors.SettingsBlock {
	var out []connectors.SettingsBlock
	for _, blk := range def.Blocks {
		for _, inner := range b.nested(blk.Name) {
			values, secrets := inner.settings(blk.Fields)
			sb := connectors.SettingsBlock{Name: blk.Name, Values: values}
			if blk.Label {
				sb.Label = inner.name()
			}
			for name, s := range secrets {
				b.blockSecrets = append(b.blockSecrets, namedSecret{blk.Name + "." + name, s})
				if sb.Label != "" { // of several blocks with one name, each has its own
					b.blockSecrets = append(b.blockSecrets, namedSecret{blk.Name + "." + sb.Label + "." + name, s})
				}
			}
			out = append(out, sb)
		}
	}
	return out
}

// limits reads what is common to all systems.
func (b *body) limits(s *System) {
	for _, ns := range b.blockSecrets {
		s.Secrets[ns.name] = ns.secret
	}
	l := &s.Limits
	if text, ok := b.text("rate"); ok {
		var err error
		if l.Requests, l.Per, err = parseRate(text); err != nil {
			b.fail(codeDuration, b.at("rate"), fmt.Sprintf("%q is not a rate", text), `write "50/10s": so many per duration`)
		}
	}
	l.Parallel = b.whole("concurrency", 1, 0)
	l.Timeout = b.duration("timeout", 0)
	if l.Reserve, _ = b.share("reserve"); l.Reserve >= 1 {
		b.fail(codeWrongValue, b.at("reserve"), "a reserve of everything leaves nothing to Syncline", `write "20%"`)
	}
	l.Networks = b.networks()
	if r := b.one("retry"); r != nil {
		l.Attempts = r.whole("attempts", 1, 0)
		l.First, l.Longest = r.backoff()
		b.kept(s.Definition, "retry", r.header)
	}
	for _, name := range connectors.LimitNames() {
		if b.has(name) {
			b.kept(s.Definition, name, b.at(name))
		}
	}
}

// networks reads the networks that are not public and that a system may lie in.
func (b *body) networks() []string {
	all, _ := b.texts("networks")
	for _, text := range all {
		_, err := netip.ParsePrefix(text)
		if _, errAddress := netip.ParseAddr(text); err != nil && errAddress != nil {
			b.fail(codeWrongValue, b.at("networks"), fmt.Sprintf("%q is neither a network nor an address", text), `write ["10.1.0.0/16"]`)
		}
	}
	return all
}

// kept warns of a limit that the connector does not keep: what is written and
// not held is not passed over in silence.
func (b *body) kept(def *connectors.Definition, name string, at diag.Range) {
	if slices.Contains(def.Limits, name) {
		return
	}
	hint := "it keeps none of " + strings.Join(connectors.LimitNames(), ", ")
	if len(def.Limits) > 0 {
		hint = "it keeps " + strings.Join(def.Limits, ", ")
	}
	b.warn(codeNotKept, at, fmt.Sprintf("the connector %q does not keep %q", def.Name, name), hint)
}

func (b *body) backoff() (first, last time.Duration) {
	text, ok := b.text("backoff")
	if !ok {
		return 0, 0
	}
	from, to, _ := strings.Cut(text, "..")
	first, err := parseDuration(from)
	last, err2 := parseDuration(to)
	if err != nil || err2 != nil || first > last || first <= 0 {
		b.fail(codeDuration, b.at("backoff"), fmt.Sprintf("%q is not a span of durations", text), `write "1s..5m"`)
		return 0, 0
	}
	return first, last
}

func parseRate(text string) (int, time.Duration, error) {
	count, per, ok := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 {
		return 0, 0, fmt.Errorf("not a rate")
	}
	if per != "" && (per[0] < '0' || per[0] > '9') {
		per = "1" + per
	}
	d, err := parseDuration(per)
	if err != nil || d <= 0 {
		return 0, 0, fmt.Errorf("not a rate")
	}
	return n, d, nil
}
