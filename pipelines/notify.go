package pipelines

import (
	"fmt"

	"syncline/pipelines/diag"
	"syncline/schema"
)

func notifyBlock() Block {
	return Block{
		Name: "notify", Labels: 1, Doc: "a place where a person is told",
		Grammar: Grammar{Attributes: []string{"connector", "url", "secret", "networks", "to", "from", "ca_file", "declassify"}},
		compile: compileNotifies,
	}
}

// notifyConnectors are the places a person can be told: those below, and the
// connectors that notify. Those that do not act yet compile, and say so.
func (c *compiler) notifyConnectors() map[string][]schema.Field {
	url := schema.Field{Name: "url", Type: schema.Type{Kind: schema.KindURL}, Required: true, Secret: true}
	text := schema.Type{Kind: schema.KindString}
	known := map[string][]schema.Field{
		"log":     nil,
		"webhook": {url, {Name: "secret", Type: text, Secret: true}, {Name: "networks", Type: schema.ListOf(text)}},
		"slack":   {url},
		"teams":   {url},
		"email":   {{Name: "to", Type: text, Required: true}, {Name: "from", Type: text}, url},
	}
	for _, d := range c.options.Definitions {
		if d.Notifies {
			known[d.Name] = d.Settings
		}
	}
	return known
}

func compileNotifies(c *compiler, blocks []*body) {
	seen := map[string]diag.Range{}
	for _, b := range blocks {
		if !b.unique(seen, "notify") || !b.goodName() {
			continue
		}
		if n := b.notifyTo(); n != nil {
			c.config.Notifies = append(c.config.Notifies, n)
		} else {
			c.broken["notify."+b.name()] = true
		}
	}
}

func (b *body) notifyTo() *Notify {
	if !b.need("connector") {
		return nil
	}
	name, ok := b.text("connector")
	if !ok {
		return nil
	}
	known := b.notifyConnectors()
	fields, ok := known[name]
	if !ok {
		b.fail(codeUnknownConnector, b.at("connector"), fmt.Sprintf("there is no place to notify %q", name), didYouMean(name, sortedKeys(known)))
		return nil
	}
	n := &Notify{Name: b.name(), Connector: name, Range: b.header}
	n.Values, n.Secrets = b.settings(fields)
	sends := name
	if name == "slack" || name == "teams" {
		sends = "webhook" // with a body of their own
	}
	for _, d := range b.options.Definitions {
		if d.Notifies && d.Name == sends {
			n.Definition = d
		}
	}
	for _, f := range []string{"url", "secret", "networks", "to", "from", "ca_file"} {
		if b.has(f) && !hasField(fields, f) {
			b.fail(codeUnknownAttribute, b.at(f), fmt.Sprintf("notify by %s has no attribute %q", name, f), "")
		}
	}
	n.Declassify, _ = b.text("declassify")
	return n
}

func hasField(fields []schema.Field, name string) bool {
	for _, f := range fields {
		if f.Name == name {
			return true
		}
	}
	return false
}
