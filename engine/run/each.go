package run

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/schema"
)

// elements shows the elements of a list in each record of an object as the
// records of an end (`each`). They are read and never written. An element is
// called WHOLE/ELEMENT, after the id of the record it stands in and its own.
type elements struct {
	connectors.Conn
	end                         *plans.End
	list, id                    schema.Path
	revision, at, author, trace schema.Path // zero: the whole's
}

var (
	_ connectors.Reader = (*elements)(nil)
	_ connectors.Getter = (*elements)(nil)
)

// stamped are elements of a system that can prove that nothing moved.
type stamped struct {
	*elements
	connectors.Stamper
}

// Stamp is the stamp of the object.
func (s stamped) Stamp(ctx context.Context, _ *connectors.Selection) (string, error) {
	return s.Stamper.Stamp(ctx, &s.end.Whole)
}

// elementsOf gives the connection through which an end is read: the system's
// own, or its elements where the end has each.
func elementsOf(e *plans.End, conn connectors.Conn) connectors.Conn {
	if e.Each == "" || conn == nil {
		return conn
	}
	s := &e.Selection
	x := &elements{
		Conn: conn, end: e, list: pathOf(e.Each), id: pathOf(s.ID),
		revision: pathOf(s.Revision), at: pathOf(s.At), author: pathOf(s.Author), trace: pathOf(s.Trace),
	}
	if stamper, ok := conn.(connectors.Stamper); ok {
		return stamped{x, stamper}
	}
	return x
}

// pathOf parses a path that was checked while compiling.
func pathOf(text string) schema.Path {
	path, _ := schema.ParsePath(text)
	return path
}

// Read lists the elements of all records.
func (x *elements) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	reader, ok := x.Conn.(connectors.Reader)
	if !ok {
		return nil, x.unsupported("read")
	}
	inner, err := reader.Read(ctx, &x.end.Whole, from, full)
	if err != nil {
		return nil, err
	}
	return &elementStream{x: x, inner: inner, whole: schema.NewRecord(x.end.Whole.Shape), element: schema.NewRecord(sel.Shape)}, nil
}

func (x *elements) unsupported(op string) error {
	return &connectors.Error{Kind: connectors.Unsupported, Op: op, Where: x.end.Object, Err: errors.New("the connector cannot do that")}
}

// Get reads the wholes of the ids and picks the elements.
func (x *elements) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	getter, ok := x.Conn.(connectors.Getter)
	if !ok {
		return nil, x.unsupported("get")
	}
	places := map[string]int{}
	var wholes []string
	for _, id := range ids {
		whole, _ := splitElementID(id)
		if _, known := places[whole]; !known {
			places[whole] = len(wholes)
			wholes = append(wholes, whole)
		}
	}
	got, err := getter.Get(ctx, &x.end.Whole, wholes)
	if err != nil {
		return nil, err
	}
	out := make([]connectors.Got, len(ids))
	for i, id := range ids {
		whole, element := splitElementID(id)
		out[i] = x.pick(sel, &got[places[whole]], whole, element)
	}
	return out, nil
}

// pick gives one element of a whole that was read by id. What became of the
// whole became of its elements; one that was merged has its elements elsewhere.
func (x *elements) pick(sel *connectors.Selection, got *connectors.Got, whole, element string) connectors.Got {
	switch got.Presence {
	case connectors.Live:
	case connectors.Merged:
		return connectors.Got{Presence: connectors.Gone}
	default:
		return connectors.Got{Presence: got.Presence, Err: got.Err}
	}
	if got.Record.ID == "" {
		got.Record.ID = whole
	}
	items, err := x.items(got.Record)
	if err != nil {
		return connectors.Got{Err: err}
	}
	for _, item := range items {
		if x.nameOf(item) != element {
			continue
		}
		rec := schema.NewRecord(sel.Shape)
		x.fill(rec, got.Record, item)
		return connectors.Got{Presence: connectors.Live, Record: rec, Hash: hashOf(slotBytes(nil, rec))}
	}
	return connectors.Got{Presence: connectors.Gone}
}

var (
	errNoList   = errors.New("what each names is no list")
	errNotShown = errors.New("the record does not show the list that each names")
)

// items gives the elements of a whole; a list that is not there has none.
func (x *elements) items(whole *schema.Record) ([]schema.Value, error) {
	v := x.list.Get(whole, x.end.Facts.Whole)
	switch {
	case v.IsAbsent() && !x.end.Facts.Whole:
		return nil, errNotShown
	case !v.Is():
		return nil, nil
	case !v.Kind().Collection():
		return nil, errNoList
	}
	return v.Items(), nil
}

// nameOf gives what an element is called in its whole, "" when nothing does.
func (x *elements) nameOf(item schema.Value) string {
	if v := x.id.Of(item, true); v.Is() {
		return v.Plain()
	}
	return ""
}

// fill lays an element out as a record of the end.
func (x *elements) fill(rec, whole *schema.Record, item schema.Value) {
	rec.Reset()
	rec.ID, rec.Revision, rec.At, rec.Author, rec.Trace = "", whole.Revision, whole.At, whole.Author, whole.Trace
	if name := x.nameOf(item); name != "" && whole.ID != "" {
		rec.ID = elementID(whole.ID, name)
	}
	own(x.revision, item, &rec.Revision)
	own(x.author, item, &rec.Author)
	own(x.trace, item, &rec.Trace)
	if !x.at.IsZero() {
		at, err := schema.Type{Kind: schema.KindTimestamp}.Normal(x.at.Of(item, true), schema.Norm{})
		if rec.At = (schema.Value{}); err == nil && at.Is() {
			rec.At = at
		}
	}
	for i := range rec.Slots {
		if i == x.end.Parent {
			rec.Slots[i] = x.parent(rec.Shape.Field(i).Type.Fields, whole)
		} else {
			rec.Slots[i] = item.Field(rec.Shape.Field(i).Name)
		}
	}
}

// own takes a fact of the element itself where the end says where it stands.
func own(path schema.Path, item schema.Value, fact *string) {
	if !path.IsZero() {
		*fact = path.Of(item, true).Plain()
	}
}

// parent gives what expressions read of the whole.
func (x *elements) parent(fields []schema.Field, whole *schema.Record) schema.Value {
	names, values := make([]string, len(fields)), make([]schema.Value, len(fields))
	for i, f := range fields {
		names[i], values[i] = f.Name, whole.Get(f.Name)
		if values[i].IsAbsent() && x.end.Facts.Whole {
			values[i] = schema.NullValue()
		}
	}
	return schema.Object(names, values)
}

// elementID puts an element's id together. The first slash ends the whole's.
func elementID(whole, element string) string { return wholeEscape.Replace(whole) + "/" + element }

func splitElementID(id string) (whole, element string) {
	whole, element, _ = strings.Cut(id, "/")
	return wholeUnescape.Replace(whole), element
}

var (
	wholeEscape   = strings.NewReplacer("%", "%25", "/", "%2F")
	wholeUnescape = strings.NewReplacer("%25", "%", "%2F", "/")
)

// slotBytes is what of an element counts as a change of it: neither its place
// nor a revision of the whole.
func slotBytes(b []byte, rec *schema.Record) []byte {
	for _, v := range rec.Slots {
		b = v.AppendBinary(b)
	}
	return b
}

func hashOf(b []byte) uint64 { return xxh3.Hash(b) }

// elementStream lists elements: a batch of it is what the elements of one
// batch of wholes are.
type elementStream struct {
	x              *elements
	inner          connectors.Stream
	batch          connectors.Batch
	whole, element *schema.Record
	bytes, slots   []byte
	places         []elementPlace // by Index of the items given
	ends           []int          // where in bytes an item ends
}

// elementPlace is where an element stands.
type elementPlace struct{ whole, nth int }

// Next fills the batch with the elements of the next wholes that have some.
func (s *elementStream) Next(ctx context.Context, b *connectors.Batch) error {
	for len(b.Items) == 0 {
		s.batch.Reset()
		s.bytes, s.places, s.ends = s.bytes[:0], s.places[:0], s.ends[:0]
		if err := s.inner.Next(ctx, &s.batch); err != nil {
			return err
		}
		if err := s.named(ctx, b); err != nil {
			return err
		}
		for i := range s.batch.Items {
			s.add(b, i)
		}
		s.cut(b)
	}
	return nil
}

// add lists the elements of one whole.
func (s *elementStream) add(b *connectors.Batch, i int) {
	it := &s.batch.Items[i]
	switch {
	case it.Gone, it.Raw == nil && it.Err == nil:
		return // its elements are missed, or were read by id
	case it.Err != nil:
		s.fail(b, i, it.Err)
		return
	}
	s.whole.Reset()
	if err := s.inner.Decode(it, s.whole); err != nil {
		s.fail(b, i, err)
		return
	}
	if s.whole.ID == "" {
		s.whole.ID = it.ID
	}
	s.addElements(b, i, s.whole)
}

func (s *elementStream) addElements(b *connectors.Batch, i int, whole *schema.Record) {
	items, err := s.x.items(whole)
	if err != nil {
		s.fail(b, i, err)
		return
	}
	for n, item := range items {
		s.x.fill(s.element, whole, item)
		s.slots = slotBytes(s.slots[:0], s.element)
		s.bytes = s.element.AppendBinary(s.bytes)
		b.Items = append(b.Items, connectors.Item{Hash: hashOf(s.slots), ID: s.element.ID, Index: len(s.places)})
		s.places, s.ends = append(s.places, elementPlace{i, n + 1}), append(s.ends, len(s.bytes))
	}
}

// fail lists a whole that cannot be taken apart.
func (s *elementStream) fail(b *connectors.Batch, i int, err error) {
	b.Items = append(b.Items, connectors.Item{Hash: s.batch.Items[i].Hash, Index: len(s.places), Err: err})
	s.places, s.ends = append(s.places, elementPlace{i, 0}), append(s.ends, len(s.bytes))
}

// cut gives each item its bytes, once they do not move any more.
func (s *elementStream) cut(b *connectors.Batch) {
	start := 0
	for i := range b.Items {
		end := s.ends[b.Items[i].Index]
		if b.Items[i].Err == nil {
			b.Items[i].Raw = s.bytes[start:end:end]
		}
		start = end
	}
}

// named lists the elements of the wholes that the listing only names.
func (s *elementStream) named(ctx context.Context, b *connectors.Batch) error {
	var ids []string
	var at []int
	for i := range s.batch.Items {
		if it := &s.batch.Items[i]; it.Raw == nil && it.Err == nil && !it.Gone && it.ID != "" {
			ids, at = append(ids, it.ID), append(at, i)
		}
	}
	getter, ok := s.x.Conn.(connectors.Getter)
	if len(ids) > 0 && !ok {
		return s.x.unsupported("get")
	}
	for start := 0; start < len(ids); start += idPage {
		page := ids[start:min(start+idPage, len(ids))]
		got, err := getter.Get(ctx, &s.x.end.Whole, page)
		if err != nil {
			return err
		}
		for i := range got {
			switch g := &got[i]; {
			case g.Presence == connectors.Live:
				if g.Record.ID == "" {
					g.Record.ID = page[i]
				}
				s.addElements(b, at[start+i], g.Record)
			case g.Presence == connectors.Unknown:
				s.fail(b, at[start+i], fmt.Errorf("the record cannot be read now: %w", orUnknown(g.Err)))
			}
		}
	}
	return nil
}

var errUnknown = errors.New("the system does not say why")

func orUnknown(err error) error {
	if err == nil {
		return errUnknown
	}
	return err
}

// Decode reads an element from the bytes of its item.
func (s *elementStream) Decode(it *connectors.Item, rec *schema.Record) error {
	_, err := rec.DecodeBinary(it.Raw)
	return err
}

// Where says where the whole of an element stands, and which of it it is.
func (s *elementStream) Where(it *connectors.Item) string {
	if it.Index >= len(s.places) {
		return ""
	}
	place := s.places[it.Index]
	where := whereOf(s.inner, &s.batch.Items[place.whole])
	if place.nth == 0 {
		return where
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, element %d of %s", where, place.nth, s.x.end.Each), ", ")
}

// Done is that of the wholes. An incremental listing does not say which
// elements are gone; a whole one does.
func (s *elementStream) Done() (connectors.Checkpoint, bool) { return s.inner.Done() }

func (s *elementStream) Close() error { return s.inner.Close() }
