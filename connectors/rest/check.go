package rest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// Check says what is wrong with a description, every fault joined: what would
// fail at each use, and what would claim more than can be done.
func (d *Description) Check() error {
	k := &checker{d: d}
	if d.Name == "" || d.Doc == "" {
		k.fault("description", "it lacks a name or a doc")
	}
	if d.Base == nil {
		k.fault("base", "there is none")
	}
	if len(d.Objects) == 0 {
		k.fault("objects", "there are none")
	}
	k.auth()
	seen := map[string]bool{}
	for i := range d.Objects {
		o := &d.Objects[i]
		if seen[o.Name] {
			k.fault(o.Name, "it is described twice")
		}
		seen[o.Name] = true
		k.object(o)
	}
	k.webhooks()
	return errors.Join(k.faults...)
}

type checker struct {
	d      *Description
	faults []error
}

func (k *checker) fault(where, format string, args ...any) {
	k.faults = append(k.faults, fmt.Errorf("%s: "+format, append([]any{where}, args...)...))
}

func (k *checker) auth() {
	for i := range k.d.Auth {
		a := &k.d.Auth[i]
		if a.Name == "" || a.Doc == "" || a.Scheme == nil {
			k.fault("auth "+a.Name, "it lacks a name, a doc or a scheme")
		}
		for _, n := range a.Needs {
			if !slices.ContainsFunc(k.d.Settings, func(f schema.Field) bool { return f.Name == n }) {
				k.fault("auth "+a.Name, "it needs the setting %s, which there is not", n)
			}
		}
	}
}

func (k *checker) object(o *Object) {
	if o.Name == "" || o.Doc == "" {
		k.fault("object "+o.Name, "it lacks a name or a doc")
	}
	if _, err := regexp.Compile(o.Named); err != nil {
		k.fault(o.Name, "the names it stands for are no regular expression")
	}
	if o.Identity.Path.IsZero() {
		k.fault(o.Name, "it does not say where the id is")
	}
	if o.Identity.Qualified && o.Identity.Parent == "" {
		k.fault(o.Name, "its ids are qualified, and it does not say which field is the parent's id")
	}
	seen := map[string]bool{}
	for i := range o.Fields {
		if seen[o.Fields[i].Name] {
			k.fault(o.Name, "field %s is described twice", o.Fields[i].Name)
		}
		seen[o.Fields[i].Name] = true
	}
	for _, name := range []string{o.At, o.Author} {
		if _, ok := o.Field(name); name != "" && !ok {
			k.fault(o.Name, "it has no field %s", name)
		}
	}
	k.reading(o)
	for i := range o.Writes {
		k.write(o, &o.Writes[i])
		for _, before := range o.Writes[:i] {
			if before.Verb == o.Writes[i].Verb && len(before.Needs) == 0 {
				k.fault(o.Name+", "+before.Verb, "it is described twice, and the first needs no setting")
			}
		}
	}
}

// reading checks how an object is listed, read by id and searched.
func (k *checker) reading(o *Object) {
	if (o.List != nil || len(o.Find) > 0) && o.Get == nil {
		k.fault(o.Name, "what is listed or searched has to be readable by id")
	}
	if o.Get != nil && o.Get.Many > 1 && o.Identity.Qualified {
		k.fault(o.Name, "qualified ids are read one by one")
	}
	if o.Get != nil && o.Get.Many > 1 && o.Get.Among {
		k.fault(o.Name, "what is read among others is read one by one")
	}
	if o.Get != nil {
		k.request(o.Name+", get", &o.Get.Request)
		k.paging(o.Name+", get", o.Get.Paging)
	}
	for i := range o.Find {
		k.request(o.Name+", find", &o.Find[i].Request)
		k.paging(o.Name+", find", o.Find[i].Paging)
		for _, name := range o.Find[i].Keys {
			if _, ok := o.Field(name); !ok && !o.isID(name) && !o.Open {
				k.fault(o.Name, "it is searched by %s, which is no field", name)
			}
		}
	}
	if o.List == nil {
		return
	}
	k.request(o.Name+", list", &o.List.Request)
	k.paging(o.Name+", list", o.List.Paging)
	if o.List.Detail == OnChange && o.Revision.Path.IsZero() {
		k.fault(o.Name, "a listing of ids and revisions needs to say where the revision is")
	}
	if e := o.List.Each; e != nil {
		k.each(o, e)
	}
	if c, ok := o.List.Incremental.(Changes); ok {
		if _, ok := o.Field(c.Field); !ok {
			k.fault(o.Name, "changes are listed by %s, which is no field", c.Field)
		}
	}
	if c, ok := o.List.Incremental.(SyncToken); ok && c.From == nil {
		k.fault(o.Name, "it does not say where the sync token is")
	}
}

// each holds that parents lead to an end.
func (k *checker) each(o *Object, e *Each) {
	seen := map[string]bool{o.Name: true}
	for e != nil {
		if seen[e.Object] {
			k.fault(o.Name, "its parents lead back to themselves")
			return
		}
		seen[e.Object] = true
		parent, ok := k.d.Object(e.Object)
		if !ok || parent.List == nil {
			k.fault(o.Name, "its parents, %s, are not listed", e.Object)
			return
		}
		e = parent.List.Each
	}
}

func (k *checker) paging(where string, p *Paging) {
	if p == nil {
		return
	}
	var ok bool
	switch n := p.Next.(type) {
	case ByCursor:
		ok = n.From != nil
	case ByURL:
		ok = n.From != nil
	case ByKey:
		ok = n.Key != nil
	case ByLink, ByNumber, ByOffset:
		ok = true
	}
	if !ok {
		k.fault(where, "it does not say how the next page is found")
	}
	for _, s := range p.Stop {
		if _, short := s.(ShortPage); short && p.Size.Ask <= 0 {
			k.fault(where, "a short page is the last, and nothing says how many records a page has")
		}
	}
}

func (k *checker) request(where string, r *Request) {
	if len(r.Path) == 0 {
		k.fault(where, "the request has no path")
	}
	for _, p := range append(slices.Clone(r.Query), r.Headers...) {
		if p.Name == "" || p.Value == nil {
			k.fault(where, "a named value of the request lacks its name or its value")
		}
	}
}

func (k *checker) write(o *Object, w *Write) {
	where := o.Name + ", " + w.Verb
	if w.Verb == "" || w.Doc == "" {
		k.fault(where, "it lacks a verb or a doc")
	}
	if len(w.Steps) == 0 {
		k.fault(where, "it has no request")
	}
	for _, n := range w.Needs {
		if !slices.ContainsFunc(k.d.Settings, func(f schema.Field) bool { return f.Name == n }) {
			k.fault(where, "it needs the setting %s, which there is not", n)
		}
	}
	for i := range w.Steps {
		k.request(where, &w.Steps[i].Request)
		for _, name := range w.Steps[i].Takes {
			if f, ok := o.Field(name); !ok || f.ReadOnly {
				k.fault(where, "it takes %s, which is no field that can be written", name)
			}
		}
	}
	for _, s := range w.Serves {
		for _, name := range append([]string{s.Field}, s.Also...) {
			if _, ok := o.Field(name); !ok {
				k.fault(where, "it serves %s, which is no field", name)
			}
		}
	}
	if o.Get == nil && (w.Verb == verbUpdate || w.After == AfterRead || needsGet(w)) {
		k.fault(where, "what it changes has to be readable by id")
	}
	k.guard(o, w, where)
	if w.Batch != nil && (len(w.Steps) != 1 || w.Batch.Most < 2) {
		k.fault(where, "a batch is of several changes of one request each")
	}
	if w.Verb == verbCreate {
		k.creation(o, w, where)
	} else if len(w.With) > 0 {
		k.fault(where, "only a create makes records of other objects")
	}
}

func needsGet(w *Write) bool {
	if _, ok := w.Guard.(Compare); ok {
		return true
	}
	if g, ok := w.Guard.(IfMatch); ok && g.Read {
		return true
	}
	if g, ok := w.Guard.(IfUnmodifiedSince); ok && g.Read {
		return true
	}
	return slices.ContainsFunc(w.Steps, func(s Step) bool { return s.Encoding == Entire })
}

func (k *checker) guard(o *Object, w *Write, where string) {
	switch g := w.Guard.(type) {
	case IfMatch:
		if g.Read && o.Revision.Header == "" && o.Revision.Path.IsZero() || !g.Read && o.Revision.Path.IsZero() {
			k.fault(where, "its condition needs a revision, and the object does not say where that is")
		}
	case IfUnmodifiedSince, IfRevision:
		if o.Revision.Path.IsZero() {
			k.fault(where, "its condition needs a revision, and the object does not say where that is")
		}
	}
}

func (k *checker) creation(o *Object, w *Write, where string) {
	switch w.Lost.By {
	case connectors.CreateKeySearch:
		if len(o.Find) == 0 {
			k.fault(where, "a lost one is to be found by its keys, and the object has no search")
		}
	case connectors.CreateMarker:
		if _, ok := o.Field(w.Lost.Field); !ok {
			k.fault(where, "a lost one is to be found by its marker, and no field holds it")
		}
	}
	for _, with := range w.With {
		if _, ok := k.d.Object(with.Object); !ok || len(with.Into) == 0 || len(with.Made) == 0 {
			k.fault(where, "what it makes of %s is not an object, or has no place", with.Object)
		}
	}
}

func (k *checker) webhooks() {
	w := k.d.Webhooks
	if w == nil {
		return
	}
	if w.Signature == nil || w.Secret == nil {
		k.fault("webhooks", "there is no signature or no secret: anybody could send them")
	}
	if w.Event.Object == nil || w.Event.Record == nil {
		k.fault("webhooks", "an event does not say its object or its record")
	}
	for i := range w.Handshakes {
		if w.Handshakes[i].When == nil {
			k.fault("webhooks", "a handshake does not say when a delivery is one")
		}
	}
}
