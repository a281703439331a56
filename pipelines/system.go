package pipelines

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
)

// commonSettings are what every system has, whatever its connector.
var commonSettings = []string{"connector", "rate", "concurrency", "timeout", "reserve"}

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
	if text, ok := b.text("rate"); ok {
		rate, err := parseRate(text)
		if err != nil {
			b.fail(codeDuration, b.at("rate"), fmt.Sprintf("%q is not a rate", text), `write "50/10s": so many per duration`)
		}
		s.Rate = rate
	}
	s.Concurrency = b.whole("concurrency", 1, 0)
	s.Timeout = b.duration("timeout", 30*time.Second)
	s.Reserve, _ = b.share("reserve")
	s.Attempts, s.Backoff = 5, [2]time.Duration{time.Second, 5 * time.Minute}
	if r := b.one("retry"); r != nil {
		s.Attempts = r.whole("attempts", 1, s.Attempts)
		s.Backoff = r.backoff(s.Backoff)
	}
}

func (b *body) backoff(otherwise [2]time.Duration) [2]time.Duration {
	text, ok := b.text("backoff")
	if !ok {
		return otherwise
	}
	first, last, _ := strings.Cut(text, "..")
	from, err := parseDuration(first)
	to, err2 := parseDuration(last)
	if err != nil || err2 != nil || from > to {
		b.fail(codeDuration, b.at("backoff"), fmt.Sprintf("%q is not a span of durations", text), `write "1s..5m"`)
		return otherwise
	}
	return [2]time.Duration{from, to}
}

func parseRate(text string) (Rate, error) {
	count, per, ok := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 {
		return Rate{}, fmt.Errorf("not a rate")
	}
	if per != "" && (per[0] < '0' || per[0] > '9') {
		per = "1" + per
	}
	d, err := parseDuration(per)
	if err != nil || d <= 0 {
		return Rate{}, fmt.Errorf("not a rate")
	}
	return Rate{Count: n, Per: d}, nil
}
