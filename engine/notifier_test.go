package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/engine"
	"syncline/schema"
)

// crier is a connector that notifies, and remembers what it told.
type crier struct {
	url  string
	told []connectors.Notice
	fail error
}

func (c *crier) Close() error { return nil }

func (c *crier) Notify(_ context.Context, n connectors.Notice) error {
	if c.fail != nil {
		return c.fail
	}
	c.told = append(c.told, n)
	return nil
}

func (c *crier) definition() *connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	return &connectors.Definition{
		Name: "email", Doc: "Tells.", Notifies: true,
		Settings: []schema.Field{{Name: "url", Type: text, Required: true, Secret: true}, {Name: "to", Type: text}},
		Open: func(_ context.Context, s connectors.Settings) (connectors.Conn, error) {
			var err error
			c.url, err = s.Secret("url")
			return c, err
		},
	}
}

// TestNotifierIsTold holds that a connector that notifies hears what a webhook
// would, once, and that one that fails is a warning which says what was not
// told.
func TestNotifierIsTold(t *testing.T) {
	c := &crier{}
	p := newPair(t, "notify \"ops\" {\n  connector = \"email\"\n  url = \"smtp://me:hunter2@x\"\n  to = \"ann@example.test\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay, c.definition())
	p.ats.Put("1", person("no address at all", "three", ""))
	p.run()
	p.run()
	if len(c.told) != 1 || c.url != "smtp://me:hunter2@x" || !strings.HasPrefix(c.told[0].Title, `pipeline "`) || len(c.told[0].Lines) != 1 || c.told[0].At.IsZero() {
		t.Fatalf("%+v", c.told)
	}
	if slices.ContainsFunc(c.told[0].Lines, func(l string) bool { return strings.Contains(l, "no address") }) {
		t.Errorf("it holds a value: %q", c.told[0].Lines)
	}
	c.fail = errors.New("nobody is at home")
	p.ats.Put("2", person("nor here", "four", ""))
	s, err := p.engine.Run(context.Background(), p.config, engine.RunOptions{})
	if err != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], `notify "ops"`) || !strings.Contains(s.Warnings[0], "nobody is at home; what it would have said") {
		t.Errorf("%v, %q", err, s.Warnings)
	}
}
