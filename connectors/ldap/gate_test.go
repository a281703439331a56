package ldap

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"

	"syncline/connectors"
	"syncline/schema"
)

// The operations that a gate can wait for.
const (
	bindOp     = 0
	searchOp   = 3
	modifyOp   = 6
	addOp      = 8
	deleteOp   = 10
	modifyDNOp = 12
)

// gate is a connection to a server that stops at an operation.
type gate struct {
	url string
	op  ber.Tag

	mu     sync.Mutex
	before func() bool // the operation is about to reach the server; false cuts the connection
	after  func() bool // its answer is about to reach the client
}

// newGate listens for a connection to a server.
func newGate(t *testing.T, server string, op ber.Tag) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{url: "ldap://" + l.Addr().String(), op: op}
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() {
		cancel()
		l.Close()
		group.Wait()
	})
	group.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() { g.pass(ctx, client, server) })
		}
	})
	return g
}

// pass carries packets both ways until one side ends.
func (g *gate) pass(ctx context.Context, client net.Conn, address string) {
	server, err := net.Dial("tcp", address)
	if err != nil {
		client.Close()
		return
	}
	cut := func() { client.Close(); server.Close() }
	stop := context.AfterFunc(ctx, cut)
	defer stop()
	defer cut()
	var group sync.WaitGroup
	group.Go(func() {
		defer cut()
		carry(server, client, func(op ber.Tag) bool { return g.asks(op, &g.before, g.op) })
	})
	group.Go(func() {
		defer cut()
		carry(client, server, func(op ber.Tag) bool { return g.asks(op, &g.after, g.op+1) })
	})
	group.Wait()
}

func (g *gate) asks(op ber.Tag, hook *func() bool, wanted ber.Tag) bool {
	g.mu.Lock()
	ask := *hook
	if op == wanted {
		*hook = nil // once
	}
	g.mu.Unlock()
	return op != wanted || ask == nil || ask()
}

// set says what happens at the next operation.
func (g *gate) set(before, after func() bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before, g.after = before, after
}

func carry(to io.Writer, from io.Reader, may func(op ber.Tag) bool) {
	for {
		packet, err := ber.ReadPacket(from)
		if err != nil || len(packet.Children) < 2 || !may(packet.Children[1].Tag) {
			return
		}
		if _, err := to.Write(packet.Bytes()); err != nil {
			return
		}
	}
}

func cutNow() bool { return false }

// row is an entry of the class of the suite, by the server's id.
func rowSelection() *connectors.Selection {
	fields := []schema.Field{}
	for _, name := range []string{"name", "note"} {
		fields = append(fields, schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}})
	}
	fields = append(fields, schema.Field{Name: "uid", Type: schema.Type{Kind: schema.KindString}})
	return &connectors.Selection{Object: "row", Shape: schema.NewShape(fields...), Writes: []string{"name", "note", "uid"}}
}

// testCut cuts the connection before and after an operation was carried out:
// both times the write is uncertain, and reading tells.
func testCut(t *testing.T, p *place) {
	for _, c := range []struct {
		verb  string
		op    ber.Tag
		alter func(was connectors.Got) connectors.Change
		done  func(g connectors.Got) bool
	}{
		{"update", modifyOp, func(was connectors.Got) connectors.Change {
			return connectors.Change{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: sets("note", "new")}
		}, func(g connectors.Got) bool { return g.Record.Get("note").Text() == "new" }},
		{"delete", deleteOp, func(was connectors.Got) connectors.Change {
			return connectors.Change{Verb: "delete", ID: was.Record.ID, Hash: was.Hash}
		}, func(g connectors.Got) bool { return g.Presence == connectors.Gone }},
		{"rename", modifyDNOp, func(was connectors.Got) connectors.Change {
			return connectors.Change{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: sets("uid", "b")}
		}, func(g connectors.Got) bool { return g.Record.Get("uid").Text() == "b" }},
	} {
		for _, happens := range []bool{false, true} {
			base, _ := p.tree(t)
			p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}, "note": {"old"}})
			g := newGate(t, p.server.URL[len("ldap://"):], c.op)
			conn, sel := opened(t, settings(g.url, base)), rowSelection()
			was := all(t, conn, sel)[0]
			if happens {
				g.set(nil, cutNow)
			} else {
				g.set(cutNow, nil)
			}
			r, err := conn.Write(t.Context(), sel, []connectors.Change{c.alter(was)})
			if err != nil || connectors.KindOf(r[0].Err) != connectors.Uncertain {
				t.Errorf("%s, carried out %v: %v %v, want kind uncertain", c.verb, happens, err, r)
			}
			got, err := conn.Get(t.Context(), sel, []string{was.Record.ID})
			if err != nil || c.done(got[0]) != happens {
				t.Errorf("%s, carried out %v: %+v %v", c.verb, happens, got, err)
			}
		}
	}
	testCutCreate(t, p)
	testSilence(t, p)
}

func testCutCreate(t *testing.T, p *place) {
	for _, happens := range []bool{false, true} {
		base, _ := p.tree(t)
		g := newGate(t, p.server.URL[len("ldap://"):], addOp)
		conn, sel := opened(t, settings(g.url, base)), rowSelection()
		g.set(map[bool]func() bool{false: cutNow}[happens], map[bool]func() bool{true: cutNow}[happens])
		changes := []connectors.Change{{Verb: "create", Set: sets("uid", "a", "name", "Ann")}, {Verb: "create", Set: sets("uid", "b")}}
		r, err := conn.Write(t.Context(), sel, changes)
		if err != nil || connectors.KindOf(r[0].Err) != connectors.Uncertain || r[1].Err != nil {
			t.Fatalf("%v %+v", err, r)
		}
		found, err := conn.Find(t.Context(), sel, []connectors.Query{{Paths: []string{"name"}, Values: [][]schema.Value{{schema.String("ann")}}}})
		if err != nil || (len(found[0]) == 1) != happens {
			t.Errorf("carried out %v: found %v %v", happens, found, err)
		}
		// A name stands once: what is sent again makes no second entry.
		if r, err = conn.Write(t.Context(), sel, changes[:1]); err != nil || (r[0].Err == nil) == happens {
			t.Errorf("carried out %v, sent again: %v %v", happens, r[0].Err, err)
		}
	}
}

// testSilence holds that a server that is there and does not answer ends a
// question, and leaves a write uncertain.
func testSilence(t *testing.T, p *place) {
	base, _ := p.tree(t)
	p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}})
	for op, want := range map[ber.Tag]connectors.ErrorKind{searchOp: connectors.Unavailable, modifyOp: connectors.Uncertain} {
		g := newGate(t, p.server.URL[len("ldap://"):], op)
		conn, sel := opened(t, settings(g.url, base)), rowSelection()
		was := all(t, conn, sel)[0]
		conn.Close()
		conn = opened(t, settings(g.url, base))
		conn.Close()
		conn.closed, conn.to.silence = false, 50*time.Millisecond
		over := make(chan struct{})
		g.set(func() bool { <-over; return false }, nil)
		r, err := conn.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: sets("note", "new")}})
		close(over)
		if err == nil {
			err = r[0].Err
		}
		if connectors.KindOf(err) != want {
			t.Errorf("%v is %v, want %v", err, connectors.KindOf(err), want)
		}
	}
}

// testBetween lets somebody write after the entry was read and before it is
// written.
func testBetween(t *testing.T, p *place) {
	for _, asserts := range []bool{true, false} {
		base, _ := p.tree(t)
		p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}, "note": {"old"}, "name": {"n"}})
		g := newGate(t, p.server.URL[len("ldap://"):], modifyOp)
		conn, sel := opened(t, settings(g.url, base)), rowSelection()
		conn.root.assertion = asserts
		was := all(t, conn, sel)[0]
		g.set(func() bool {
			p.set(t, "uid=a,"+base, map[string][]string{"note": {"somebody's"}})
			return true
		}, nil)
		r, err := conn.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: sets("note", "ours")}})
		if err != nil || connectors.KindOf(r[0].Err) != connectors.Moved {
			t.Errorf("assertion %v: %v %v, want kind moved", asserts, err, r)
		}
		if got := all(t, conn, sel)[0].Record.Get("note").Text(); got != "somebody's" {
			t.Errorf("assertion %v: somebody's edit was overwritten with %q", asserts, got)
		}
	}
	// Of what is not written only the server can tell that it moved.
	base, _ := p.tree(t)
	p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}, "note": {"old"}, "name": {"n"}})
	for op, change := range map[ber.Tag]connectors.Change{
		modifyOp: {Verb: "update", Set: sets("note", "ours")}, modifyDNOp: {Verb: "update", Set: sets("uid", "b")}, deleteOp: {Verb: "delete"},
	} {
		g := newGate(t, p.server.URL[len("ldap://"):], op)
		conn, sel := opened(t, settings(g.url, base)), rowSelection()
		was := all(t, conn, sel)[0]
		g.set(func() bool {
			p.set(t, "uid=a,"+base, map[string][]string{"name": {fmt.Sprint("somebody's ", op)}})
			return true
		}, nil)
		change.ID, change.Hash = was.Record.ID, was.Hash
		if r, err := conn.Write(t.Context(), sel, []connectors.Change{change}); err != nil || connectors.KindOf(r[0].Err) != connectors.Moved {
			t.Errorf("%d: %v %v, want kind moved", op, err, r)
		}
	}
	testBetweenAndAfter(t, p)
}

// testBetweenAndAfter lets somebody write between our write and the look at
// what it left: their edit is no part of the hash we are told.
func testBetweenAndAfter(t *testing.T, p *place) {
	base, _ := p.tree(t)
	p.add(t, "uid=a,"+base, map[string][]string{"objectClass": {"row"}, "note": {"old"}, "name": {"n"}})
	g := newGate(t, p.server.URL[len("ldap://"):], modifyOp)
	conn, sel := opened(t, settings(g.url, base)), rowSelection()
	was := all(t, conn, sel)[0]
	g.set(nil, func() bool {
		p.set(t, "uid=a,"+base, map[string][]string{"name": {"somebody's"}})
		return true
	})
	r, err := conn.Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: was.Record.ID, Hash: was.Hash, Set: sets("note", "ours")}})
	if err != nil || r[0].Err != nil {
		t.Fatalf("%v %+v", err, r)
	}
	if now := all(t, conn, sel)[0]; now.Hash == r[0].Hash {
		t.Error("somebody's edit is hidden by the hash of our write")
	}
}
