// Package exec connects programs: a plug-in that speaks JSON lines on its
// standard input and output, in whatever language it is written, or a Singer
// tap (singer.io), which is only read.
//
// [Definition] is where to enter. docs/plugins.md is the protocol, for whoever
// writes a plug-in; the package reads it strictly. What a plug-in says of
// itself are claims that the suite of connectors/connectortest can hold it to,
// and no others. A process answers one request at a time: where Syncline asks
// while a listing is under way, it starts another.
//
// A program gets no shell, no environment but what `env` lists, and its secrets
// on its standard input, in an environment variable, or in a file that only its
// user may read: never as an argument. It is ended with everything it started.
//
// What a program can do on the machine is not limited here; it runs as the user
// who runs Syncline.
package exec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "exec",
		Doc: "A program that speaks JSON lines, in any language, or a Singer tap.\n\n" +
			"docs/plugins.md has the protocol and two small plug-ins. A tap is only read. " +
			"The facts below are the most that a plug-in can claim: what one says of itself counts, and plan and run ask it before they decide.",
		Example: example, Settings: settings(),
		Blocks: []connectors.Block{{
			Name: "secret", Label: true,
			Doc: "A secret for the program: a member of config of that name, or with env a variable of its environment. It never is an argument.",
			Fields: []schema.Field{
				{Name: "value", Type: text, Required: true, Secret: true, Doc: "The secret, as in secret(\"env:HRIS_KEY\")."},
				{Name: "env", Type: text, Doc: "The variable of the program's environment that holds it; by default it is a member of config."},
			},
		}},
		Facts: most(),
		Open:  open,
	}
}

const example = `
system "hris" {
  connector = "exec"
  command   = ["python3", "hris.py"]
  config    = { subdomain = "acme" }

  secret "api_key" {
    value = secret("env:HRIS_KEY")
  }
}

system "tickets" {
  connector = "exec"
  protocol  = "singer"
  command   = ["tap-zendesk"]
  config    = { subdomain = "acme", start_date = "2024-01-01T00:00:00Z" }

  secret "api_token" {
    value = secret("env:ZENDESK_TOKEN")
  }
}
`

var text = schema.Type{Kind: schema.KindString}

func settings() []schema.Field {
	texts := schema.ListOf(text)
	return []schema.Field{
		{Name: "command", Type: texts, Required: true, Doc: "The program and its arguments, as in [\"python3\", \"hris.py\"]. No shell reads them. A program with a / in its name starts at dir, another is looked for in PATH."},
		{Name: "protocol", Type: schema.EnumOf("lines", "singer"), Default: schema.String("lines"), Doc: "What the program speaks: lines (docs/plugins.md), or singer for a tap."},
		{Name: "dir", Type: text, Doc: "The folder the program runs in; by default the configuration's. A relative one starts there."},
		{Name: "env", Type: texts, Doc: "The names of the environment variables that the program gets, and no others.", Default: schema.List(
			schema.String("PATH"), schema.String("HOME"), schema.String("LANG"), schema.String("TZ"), schema.String("TMPDIR"))},
		{Name: "config", Type: schema.Type{Kind: schema.KindObject}, Doc: "What the program is configured with: of a tap its --config, of a plug-in a member of describe. Secrets are added to it."},
		{Name: "catalog", Type: text, Doc: "The catalog of a tap, a file; by default what it prints with --discover."},
		{Name: "fresh", Type: text, Default: schema.String("10m"), Doc: "How old a listing may be that answers for a record by its id, where the program cannot read by id itself."},
		{Name: "silence", Type: text, Default: schema.String("1m"), Doc: "How long the program may say nothing while it is asked something. A plug-in that needs longer says {\"alive\":true}."},
		{Name: "grace", Type: text, Default: schema.String("5s"), Doc: "How long it has to end when it is told to, before it is killed."},
		{Name: "longest_line", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(16), Doc: "How long a line of its output may be, in MiB."},
		{Name: "most_output", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(4096), Doc: "How much it may print to answer one request, in MiB."},
	}
}

// open starts the program once and learns what it is.
func open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := programOf(set)
	if err != nil {
		return nil, err
	}
	if set.Text("protocol") == "singer" {
		return openTap(ctx, p, set)
	}
	if set.Text("catalog") != "" {
		return nil, refuse("open", p.name, "catalog is for a tap", "take it away, or set protocol = \"singer\"")
	}
	return openPlugin(ctx, p)
}

// span reads a setting that is a duration.
func span(set connectors.Settings, name string) (time.Duration, error) {
	if set.Text(name) == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(set.Text(name))
	if err != nil || d < 0 {
		return 0, refuse("open", set.System, fmt.Sprintf("%s = %q is not a duration", name, set.Text(name)), "write it as in "+name+" = \"90s\"")
	}
	return d, nil
}

func refuse(op, where, what, hint string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: op, Where: where, Hint: hint, Err: errors.New(what)}
}
