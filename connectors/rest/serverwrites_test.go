package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// put stores a record with its id, revision and moment.
func (s *server) put(id string, v schema.Value) *row {
	rw := s.rows[id]
	if rw == nil {
		rw = &row{}
		s.rows[id] = rw
		s.order = append(s.order, id)
	}
	s.now = s.now.Add(2 * time.Second)
	rw.rev++
	rw.gone = time.Time{}
	set := func(path schema.Path, x schema.Value) {
		if !path.IsZero() {
			v, _ = path.Set(v, x)
		}
	}
	set(s.o.Identity.Path, schema.String(id))
	if f, ok := s.o.Field("updated_at"); ok {
		at, err := f.encode(schema.Timestamp(s.now))
		if err != nil {
			s.t.Error(err)
		}
		set(f.path(), at)
	}
	if f, ok := s.o.Field("rev"); ok {
		x, _ := f.encode(schema.Int(int64(rw.rev)))
		set(f.path(), x)
	}
	if f, ok := s.o.Field("etag"); ok {
		set(f.path(), schema.String(fmt.Sprintf(`W/"%d"`, rw.rev)))
	}
	rw.value = v
	if s.o.OmitsNull {
		rw.value = withoutNulls(v)
	}
	return rw
}

func withoutNulls(v schema.Value) schema.Value {
	if v.Kind() != schema.KindObject {
		return v
	}
	var names []string
	var items []schema.Value
	for i, n := range v.Names() {
		if x := v.Items()[i]; !x.IsNull() {
			names, items = append(names, n), append(items, withoutNulls(x))
		}
	}
	return schema.Object(names, items)
}

// write carries a verb out and returns the status and the answer.
func (s *server) write(verb, id string, h http.Header, body schema.Value) (int, schema.Value) {
	w := s.o.Write(verb)
	if verb == verbCreate {
		return s.create(w, h, body, id)
	}
	rw := s.rows[id]
	if rw == nil || !rw.gone.IsZero() {
		return http.StatusNotFound, schema.Value{}
	}
	if !s.holds(w, h, body, rw) {
		return http.StatusPreconditionFailed, schema.Value{}
	}
	switch verb {
	case "delete":
		rw.gone = s.now
		return http.StatusNoContent, schema.Value{}
	case verbUpdate:
		v := s.changed(w.Steps[0].Encoding, rw.value, body)
		rw = s.put(id, v)
		return http.StatusOK, rw.value
	}
	s.t.Errorf("the server does not know the verb %s", verb)
	return http.StatusNotImplemented, schema.Value{}
}

func (s *server) create(w *Write, h http.Header, body schema.Value, id string) (int, schema.Value) {
	key := ""
	switch w.Lost.By {
	case connectors.CreateIdempotency:
		key = id
		if w.Lost.Into.In == InHeader {
			key = h.Get(w.Lost.Into.Name)
		} else if w.Lost.Into.In == InBody {
			key = schema.PathTo(strings.Split(w.Lost.Into.Name, ".")...).Of(body, false).Plain()
		}
		id = s.keyed[key]
	case connectors.CreateExternalID:
		id = s.o.Identity.Path.Of(body, false).Plain()
	default:
		id = ""
	}
	if id == "" {
		s.lastID++
		id = fmt.Sprintf("new-%d", s.lastID)
	}
	if key != "" {
		s.keyed[key] = id
	}
	rw := s.put(id, s.changed(Fields, schema.Object(nil, nil), body))
	return http.StatusCreated, rw.value
}

// holds judges the condition of a write.
func (s *server) holds(w *Write, h http.Header, body schema.Value, rw *row) bool {
	switch g := w.Guard.(type) {
	case IfMatch:
		return h.Get(or(g.Header, "If-Match")) == s.revision(rw).Plain()
	case IfUnmodifiedSince:
		f := s.o.revisionField()
		at, err := http.ParseTime(h.Get(or(g.Header, "If-Unmodified-Since")))
		changed, _ := momentOf(s.o.revisionValue(f.path().Of(rw.value, false).Plain()))
		return err == nil && !changed.After(at)
	case IfRevision:
		return placeIn(&asked{Request: &http.Request{Header: h, URL: &url.URL{}}, body: body}, g.Into) == s.revision(rw).Plain()
	}
	return true
}

// changed applies what was sent in an encoding.
func (s *server) changed(e Encoding, was, body schema.Value) schema.Value {
	switch e {
	case Entire:
		return body
	case JSONPatch:
		for _, op := range body.Items() {
			names := strings.Split(strings.TrimPrefix(op.Field("path").Plain(), "/"), "/")
			was, _ = schema.PathTo(names...).Set(was, op.Field("value"))
		}
		return was
	case SCIMPatch:
		for _, op := range body.Field("Operations").Items() {
			path, err := schema.ParsePath(op.Field("path").Plain())
			if err != nil {
				s.t.Error(err)
			}
			v := op.Field("value")
			if op.Field("op").Plain() == "remove" {
				v = schema.NullValue()
			}
			was, _ = path.Set(was, v)
		}
		return was
	}
	return merged(was, body)
}

func merged(was, with schema.Value) schema.Value {
	for i, name := range with.Names() {
		v := with.Items()[i]
		if v.Kind() == schema.KindObject && was.Field(name).Kind() == schema.KindObject {
			v = merged(was.Field(name), v)
		}
		was, _ = schema.PathTo(name).Set(was, v)
	}
	return was
}
