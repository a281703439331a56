package exec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"syncline/connectors"
)

// exchange is a request and the answers to it. It is used by one goroutine.
type exchange struct {
	plugin *plugin
	peer   *peer
	op     string
	id     int64
	end    *answer // the last
	over   bool
	sent   bool // the plug-in has the request
}

// askOf sends a request to a process.
func (c *plugin) askOf(ctx context.Context, p *peer, r *request) (*exchange, error) {
	p.asked++
	r.V, r.ID = version, p.asked
	x := &exchange{plugin: c, peer: p, op: r.Op, id: r.ID}
	line, err := json.Marshal(r)
	if err != nil {
		c.back(p)
		return nil, fail(r.Op, c.program.name, err)
	}
	p.out.left = c.program.most
	if err := p.send(ctx, line); err != nil {
		return nil, x.lost(err)
	}
	x.sent = true
	return x, nil
}

// next returns the next answer, and io.EOF after the last, which is then in
// end. What the plug-in calls an error ends the request.
func (x *exchange) next(ctx context.Context) (*answer, error) {
	if x.over {
		return nil, io.EOF
	}
	for {
		line, err := x.peer.out.line(ctx)
		if err != nil {
			return nil, x.lost(err)
		}
		if len(line) == 0 {
			continue
		}
		a, err := parse(line)
		switch {
		case err != nil:
			return nil, x.broken(err)
		case *a.ID < x.id && *a.ID > 0:
			return nil, x.broken(fmt.Errorf("it answers request %d, which was over", *a.ID))
		case *a.ID != x.id:
			return nil, x.broken(fmt.Errorf("it answers request %d, and was asked %d", *a.ID, x.id))
		case a.Done:
			return nil, x.done(a)
		case a.Error != nil && a.whole():
			return nil, x.done(a)
		case a.Alive:
			continue
		}
		return a, nil
	}
}

// ready reports whether an answer is there without waiting.
func (x *exchange) ready() bool { return !x.over && x.peer.out.ready() }

func (x *exchange) done(a *answer) error {
	x.end, x.over = a, true
	switch {
	case x.op != "describe":
		x.plugin.back(x.peer)
	case a.Error != nil:
		x.peer.kill() // it has not got its configuration
	}
	if a.Error != nil {
		return a.Error.problem(x.plugin.program.hide, x.op, x.plugin.program.name)
	}
	return io.EOF
}

// broken ends a plug-in that does not keep to the protocol: what it says next
// means nothing.
func (x *exchange) broken(err error) error {
	x.over = true
	x.peer.kill()
	return &connectors.Error{
		Kind: connectors.Unreadable, Op: x.op, Where: x.plugin.program.name, Err: err,
		Hint: "its output is for answers only (docs/plugins.md): what it has to say otherwise belongs on standard error",
	}
}

// lost ends a plug-in that answers no more.
func (x *exchange) lost(err error) error {
	x.over = true
	switch {
	case err == io.EOF:
		err = x.peer.last("it closed its output")
	case errors.Is(err, errSilent):
		err = fmt.Errorf("it said nothing for %s", x.plugin.program.silence)
	}
	x.peer.kill()
	return fail(x.op, x.plugin.program.name, err)
}

// cancel ends a request whose answers are not wanted any more: a plug-in that
// can be told so may go on living.
func (x *exchange) cancel() {
	if x.over {
		return
	}
	for _, op := range x.plugin.ops {
		if op == "cancel" && x.cancelled() {
			return
		}
	}
	x.over = true
	x.peer.kill()
}

// cancelled tells the plug-in to stop, and reports whether it did.
func (x *exchange) cancelled() bool {
	ctx, stop := context.WithTimeout(context.Background(), x.plugin.program.grace)
	defer stop()
	line, _ := json.Marshal(&request{V: version, ID: x.id, Op: "cancel"})
	if x.peer.send(ctx, line) != nil {
		return false
	}
	for until := time.Now().Add(x.plugin.program.grace); time.Now().Before(until); {
		line, err := x.peer.out.line(ctx)
		if err != nil {
			return false
		}
		a, err := parse(line)
		if err != nil || *a.ID != x.id {
			return false
		}
		if a.Done || a.Error != nil && a.whole() {
			x.done(a)
			return true
		}
	}
	return false
}

// fail is a failure of a program that did nothing.
func fail(op, where string, err error) error {
	e := &connectors.Error{Kind: connectors.Unavailable, Op: op, Where: where, Err: err}
	var much tooMuch
	if errors.As(err, &much) {
		e.Kind, e.Hint = connectors.Unreadable, "longest_line and most_output say how much is borne"
	}
	return e
}
