package connectortest

import (
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// liveIDs is how many records Live reads by their ids.
const liveIDs = 100

// Live holds an open connection to what it states, with the records that its
// system has, and writes nothing: for a system whose records nobody may make
// up, and for a plug-in that is being written. Every object is listed twice, its
// records are decoded to their types and read by their ids.
func Live(t *testing.T, conn connectors.Conn, facts connectors.Facts) {
	t.Helper()
	lister, ok := conn.(connectors.Lister)
	if !ok {
		t.Fatal("the connection names no objects")
	}
	objects, err := lister.Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := conn.(connectors.Checker); ok {
		if err := c.Check(t.Context()); err != nil {
			t.Errorf("check: %v", err)
		}
	}
	h := Harness{Definition: connectors.Definition{Facts: facts}}
	for _, o := range objects {
		t.Run(o.Name, func(t *testing.T) {
			sel := &connectors.Selection{Object: o.Name, ID: o.ID, Shape: schema.NewShape(o.Fields...)}
			b := &bench{T: t, h: h, ctx: t.Context(), conn: conn, sel: sel}
			b.live(o)
		})
	}
	if r, ok := conn.(connectors.Reader); ok {
		nowhere := &connectors.Selection{Object: "no such object", Shape: schema.NewShape()}
		if s, err := r.Read(t.Context(), nowhere, nil, true); err == nil {
			s.Close()
			t.Error("an object that is not there is read")
		}
	}
}

// live looks at one object twice.
func (b *bench) live(o connectors.Object) {
	b.Helper()
	first, again := b.all(), b.all()
	for id, one := range first {
		if other, ok := again[id]; ok && other.hash != one.hash {
			b.Errorf("%q has one hash in a listing and another in the next: did somebody write?", id)
		}
		for _, f := range o.Fields {
			v := one.rec.Get(f.Name)
			if _, err := f.Type.Normal(v, schema.Norm{}); err != nil {
				b.Errorf("%q, field %s: what was read is no %s: %v", id, f.Name, f.Type, err)
			}
			if !f.Type.Nullable && f.Type.Kind != schema.KindAny && !v.IsAbsent() && v.IsNull() {
				b.Errorf("%q, field %s: it is null, and its type %s is not nullable", id, f.Name, f.Type)
			}
		}
	}
	b.liveGet(first)
}

// liveGet reads records by their ids, and one that nobody has.
func (b *bench) liveGet(listed map[string]listed) {
	b.Helper()
	g, ok := b.conn.(connectors.Getter)
	if !ok {
		return // it reads nothing by id
	}
	ids := []string{"nobody has this id"}
	for id := range listed {
		if ids = append(ids, id); len(ids) > liveIDs {
			break
		}
	}
	got, err := g.Get(b.ctx, b.sel, ids)
	if err != nil || len(got) != len(ids) {
		b.Fatalf("%d answers to %d ids, %v", len(got), len(ids), err)
	}
	if got[0].Presence == connectors.Live {
		b.Error("an id that nobody has is live")
	}
	for i, id := range ids[1:] {
		one := got[i+1]
		switch {
		case one.Presence != connectors.Live || one.Record == nil || one.Record.ID != id:
			b.Errorf("%q was listed, and by its id it is %v, %v", id, one.Presence, one.Err)
		case one.Hash != listed[id].hash:
			b.Errorf("%q has one hash in the listing and another by its id", id)
		case one.Record.Revision != listed[id].rec.Revision:
			b.Errorf("%q has one revision in the listing and another by its id", id)
		}
	}
}
