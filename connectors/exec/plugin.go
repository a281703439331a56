package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"syncline/connectors"
)

// plugin is an open system: what the plug-in said of itself, and processes of
// it that wait for a question.
type plugin struct {
	program *program
	facts   connectors.Facts
	ops     []string
	objects []connectors.Object
	shelf   *shelf // for one that cannot read by id; nil: it can

	mu     sync.Mutex
	idle   []*peer
	closed bool
}

// peer is one process of a plug-in, which answers one request at a time.
type peer struct {
	*process
	asked int64 // id of the request that was sent last
}

// openPlugin starts a plug-in and has it describe itself. What comes back has
// the abilities that it says it has.
func openPlugin(ctx context.Context, p *program) (connectors.Conn, error) {
	c := &plugin{program: p}
	first, told, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.learn(told); err != nil {
		first.kill()
		return nil, &connectors.Error{
			Kind: connectors.Unreadable, Op: "describe", Where: p.name, Hint: "docs/plugins.md says what a plug-in may say of itself", Err: err,
		}
	}
	c.idle = append(c.idle, first)
	return c.able(), nil
}

// able gives the connection the abilities of the plug-in.
func (c *plugin) able() connectors.Conn {
	find, write := slices.Contains(c.ops, "find"), slices.Contains(c.ops, "write")
	switch {
	case find && write:
		return struct {
			*plugin
			finder
			writer
		}{c, finder{c}, writer{c}}
	case find:
		return struct {
			*plugin
			finder
		}{c, finder{c}}
	case write:
		return struct {
			*plugin
			writer
		}{c, writer{c}}
	}
	return c
}

type (
	finder struct{ c *plugin }
	writer struct{ c *plugin }
)

var (
	_ connectors.Lister  = (*plugin)(nil)
	_ connectors.Reader  = (*plugin)(nil)
	_ connectors.Getter  = (*plugin)(nil)
	_ connectors.Checker = (*plugin)(nil)
	_ connectors.Stater  = (*plugin)(nil)
	_ connectors.Finder  = finder{}
	_ connectors.Writer  = writer{}
)

// States implements connectors.Stater.
func (c *plugin) States() connectors.Facts { return c.facts }

// Objects implements connectors.Lister: as they were when the system opened.
func (c *plugin) Objects(ctx context.Context) ([]connectors.Object, error) {
	return slices.Clone(c.objects), ctx.Err()
}

// learn takes what the plug-in says of itself.
func (c *plugin) learn(told *answer) (err error) {
	if told.V != version {
		return fmt.Errorf("it speaks version %d of the protocol, and Syncline speaks %d", told.V, version)
	}
	for _, op := range told.Ops {
		if !slices.Contains(asks, op) {
			return fmt.Errorf("version %d has no op %q", version, op)
		}
	}
	if !slices.Contains(told.Ops, "read") {
		return errors.New("it does not have the op read")
	}
	c.ops = told.Ops
	if c.facts, err = facts(told.Facts, c.ops); err != nil {
		return err
	}
	if c.objects, err = objectsOf(told.Objects); err != nil {
		return err
	}
	if !slices.Contains(c.ops, "get") {
		c.shelf = &shelf{now: c.program.now, fresh: c.program.fresh}
	}
	return nil
}

// begin starts a process; every one is asked to describe itself first, and has
// the configuration from there.
func (c *plugin) begin(ctx context.Context) (*peer, *answer, error) {
	proc, err := c.program.start()
	if err != nil {
		return nil, nil, err
	}
	p := &peer{process: proc}
	x, err := c.askOf(ctx, p, &request{Op: "describe", Config: c.program.config.AppendJSON(nil)})
	if err != nil {
		return nil, nil, err
	}
	a, err := x.next(ctx)
	if err == io.EOF {
		a, err = x.end, nil
	}
	switch {
	case err != nil:
		return nil, nil, err
	case !a.Done:
		return nil, nil, x.broken(errors.New("describe has one answer, and it does not say done"))
	}
	x.over = true
	return p, a, nil
}

// ask sends a request to a process that has nothing to do.
func (c *plugin) ask(ctx context.Context, r *request) (*exchange, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := c.take()
	if p == nil {
		var err error
		if p, _, err = c.begin(ctx); err != nil {
			return nil, err
		}
	}
	return c.askOf(ctx, p, r)
}

func (c *plugin) take() *peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.idle) > 0 {
		p := c.idle[len(c.idle)-1]
		c.idle = c.idle[:len(c.idle)-1]
		if !p.out.over() {
			return p
		}
		p.kill()
	}
	return nil
}

// back returns a process that has answered.
func (c *plugin) back(p *peer) {
	c.mu.Lock()
	if !c.closed {
		c.idle = append(c.idle, p)
		p = nil
	}
	c.mu.Unlock()
	if p != nil {
		p.close()
	}
}

// Close ends the plug-in. It may be called twice.
func (c *plugin) Close() error {
	c.mu.Lock()
	idle := c.idle
	c.idle, c.closed = nil, true
	c.mu.Unlock()
	for _, p := range idle {
		p.close()
	}
	c.shelf.close()
	return nil
}

// Check implements connectors.Checker: the plug-in looks whether its system can
// be reached, or at least describes itself.
func (c *plugin) Check(ctx context.Context) error {
	if !slices.Contains(c.ops, "check") {
		p, _, err := c.begin(ctx)
		if err == nil {
			c.back(p)
		}
		return err
	}
	x, err := c.ask(ctx, &request{Op: "check"})
	if err != nil {
		return err
	}
	if _, err = x.next(ctx); err == io.EOF {
		return nil
	} else if err == nil {
		err = x.broken(errors.New("check has one answer, and it does not say done"))
	}
	return err
}

// object returns what is known of an object.
func (c *plugin) object(op string, sel *connectors.Selection) (*connectors.Object, error) {
	return pick(c.objects, op, c.program.name, sel)
}

// pick finds the object of a selection; "" is the only one there is.
func pick(objects []connectors.Object, op, where string, sel *connectors.Selection) (*connectors.Object, error) {
	var names []string
	for i := range objects {
		o := &objects[i]
		if o.Name != sel.Object && (sel.Object != "" || len(objects) > 1) {
			names = append(names, o.Name)
			continue
		}
		if o.ID != "" && sel.ID != "" && sel.ID != o.ID {
			return nil, refuse(op, where, fmt.Sprintf("the id of %s is %s, and not %s", o.Name, o.ID, sel.ID), "leave id out")
		}
		return o, nil
	}
	return nil, &connectors.Error{
		Kind: connectors.NotFound, Op: op, Where: where, Hint: fmt.Sprintf("it has %q", names[:min(len(names), 10)]),
		Err: fmt.Errorf("there is no object %q", sel.Object),
	}
}
