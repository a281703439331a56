package view

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// Simulator prints how a simulated vendor is used: what its block reads, and
// the block.
func (p *Page) Simulator(block string, env map[string]string) {
	p.line("")
	for _, name := range slices.Sorted(maps.Keys(env)) {
		p.line("export %s=%s", clean(name), clean(env[name]))
	}
	p.line("")
	for l := range strings.Lines(block) {
		p.line("%s", clean(strings.TrimSuffix(l, "\n")))
	}
	p.line("")
}

// Request prints a request that a simulated vendor answered, or a webhook that
// it sent: when, what, what came of it. What stands behind the path's ? may
// name people, and is left out.
func (p *Page) Request(r simulators.Request) {
	path, _, _ := strings.Cut(r.Path, "?")
	text := fmt.Sprintf("%s %-6s %s: %s", r.At.UTC().Format(time.TimeOnly), clean(r.Method), clean(path), clean(r.Said))
	status := "no answer"
	if r.Status != 0 {
		status = strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)))
	}
	style := good
	switch {
	case r.Fault != "":
		style, status = warn, status+", fault "+clean(r.Fault)
	case r.Status == 0 || r.Status >= 400:
		style = bad
	}
	p.line("%s %s", text, p.paint(style, "("+status+")"))
}

// Line writes a value as JSON on one line, for what goes on and on.
func Line(w io.Writer, key string, value any) error {
	body, err := marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "{%q:%d,%q:%s}\n", "format_version", FormatVersion, key, body)
	return err
}

// MachineRequest is a request as JSON has it. What was in it is for those who
// record it.
func MachineRequest(r simulators.Request) simulators.Request {
	r.Path, _, _ = strings.Cut(r.Path, "?")
	r.Header, r.Body = nil, ""
	return r
}
