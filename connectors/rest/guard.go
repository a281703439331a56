package rest

import (
	"context"
	"errors"
	"net/http"

	"syncline/connectors"
	"syncline/schema"
)

var (
	errMoved      = errors.New("the record was changed by someone else")
	errNoRevision = errors.New("the change names no revision")
	errNoTag      = errors.New("the answer does not tell the record's revision")
	errNotTime    = errors.New("the revision is no time")
)

// reads reports whether a change needs the record as it is now.
func (t *task) reads(pt *part) bool {
	if pt.w.Verb == verbCreate {
		return false
	}
	switch g := pt.w.Guard.(type) {
	case Compare:
		return true
	case IfMatch:
		if g.Read {
			return true
		}
	case IfUnmodifiedSince:
		if g.Read {
			return true
		}
	}
	for i := range pt.w.Steps {
		s := &pt.w.Steps[i]
		if s.Encoding == Entire {
			return true
		}
		for _, p := range pt.set {
			if selects(p.path) && s.Encoding != SCIMPatch && s.takes(p.field) {
				return true
			}
		}
	}
	return false
}

// before reads the record where that is needed, and holds it to what was last
// seen.
func (t *task) before(ctx context.Context, pt *part) error {
	if t.rev == "" {
		t.rev = t.ch.Revision
	}
	if !t.reads(pt) || t.was != nil && t.done == 0 {
		return nil
	}
	f, err := t.c.fetchOne(ctx, t.p, t.id)
	if err != nil {
		return err
	}
	return t.saw(&f)
}

// saw takes a record that was read before a write.
func (t *task) saw(f *fetched) error {
	switch {
	case f.err != nil:
		return f.err
	case f.presence == connectors.Gone:
		return t.refuse(connectors.NotFound, "there is no such record")
	case t.done == 0 && t.ch.Hash != 0 && f.hash != t.ch.Hash:
		return &connectors.Error{Kind: connectors.Moved, Op: t.verb, Where: t.o.Name, Err: errMoved}
	}
	var err error
	if t.in.Record, err = schema.FromJSON(f.raw); err != nil {
		return t.o.unreadable("", err)
	}
	t.was = f
	t.rev = f.rev
	if f.tag != "" {
		t.rev = f.tag
	}
	return nil
}

// conditional reports whether a write's request holds a condition.
func (w *Write) conditional() bool {
	return w.Verb != verbCreate && w.grade() < connectors.ReadBeforeWrite
}

// revise takes the revision that the next request is to hold the record to.
func (t *task) revise(ctx context.Context, w *Write) error {
	if !w.conditional() {
		return nil
	}
	if t.done > 0 {
		if err := t.renew(ctx); err != nil {
			return err
		}
	}
	if g, ok := w.Guard.(IfMatch); ok && g.Read && t.was != nil && t.rev == "" {
		return t.o.unreadable("", errNoTag)
	}
	if t.rev == "" {
		return &connectors.Error{Kind: connectors.Refused, Op: t.verb, Where: t.o.Name, Err: errNoRevision}
	}
	t.in.Revision = t.o.revisionOnWire(t.rev)
	return nil
}

// condition puts the condition of a write into its request.
func (t *task) condition(w *Write, out *outgoing) error {
	if !w.conditional() {
		return nil
	}
	switch g := w.Guard.(type) {
	case IfMatch:
		out.header.Set(or(g.Header, "If-Match"), t.rev)
	case IfUnmodifiedSince:
		at, err := momentOf(t.o.revisionValue(t.rev))
		if err != nil {
			return &connectors.Error{Kind: connectors.Refused, Op: t.verb, Where: t.o.Name, Err: errNotTime}
		}
		out.header.Set(or(g.Header, "If-Unmodified-Since"), at.UTC().Format(http.TimeFormat))
	case IfRevision:
		if g.Into.In != Nowhere {
			return out.put(g.Into, t.in.Revision)
		}
	}
	return nil
}

// renew takes the revision that our own last request made: what its answer
// told, else what the record shows.
func (t *task) renew(ctx context.Context) error {
	if t.told != "" {
		t.rev = t.told
		return nil
	}
	f, err := t.c.fetchOne(ctx, t.p, t.id)
	if err != nil {
		return err
	}
	return t.saw(&f)
}

// revisionField returns the field that holds the revision; nil where none
// does.
func (o *Object) revisionField() *Field {
	for i := range o.Fields {
		if f := &o.Fields[i]; !o.Revision.Path.IsZero() && f.path().String() == o.Revision.Path.String() {
			return f
		}
	}
	return nil
}

// revisionValue returns the value of a revision, out of its form on the wire.
func (o *Object) revisionValue(rev string) schema.Value {
	v := schema.String(rev)
	if f := o.revisionField(); f != nil && f.Codec != nil {
		if decoded, err := f.Codec.Decode(v); err == nil {
			return decoded
		}
	}
	return v
}

// revisionOnWire returns a revision as the API has it: a number where it is
// one.
func (o *Object) revisionOnWire(rev string) schema.Value {
	f := o.revisionField()
	if f == nil || !f.isNumber() || f.Codec != nil {
		return schema.String(rev)
	}
	n, err := schema.ParseDecimal(rev)
	if err != nil {
		return schema.String(rev)
	}
	return n
}
