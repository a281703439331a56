package rest

import (
	"slices"

	"syncline/connectors"
)

// Facts returns what is true of every object in every system: of what is listed
// or read, and of what is written, the weakest that any object has; and the
// verbs of all.
func (d *Description) Facts() connectors.Facts {
	d = d.given(nobody)
	all := connectors.Facts{Whole: true, Version: d.Version, Lag: d.Lag, Permissions: d.permissions()}
	var listed, read, written, created bool
	for i := range d.Objects {
		o := &d.Objects[i]
		f := d.factsOf(o)
		if o.List != nil {
			all.Complete, listed = f.Complete && (all.Complete || !listed), true
		}
		if o.List != nil || o.Get != nil {
			all.Ordered, all.Attribution = f.Ordered && (all.Ordered || !read), f.Attribution && (all.Attribution || !read)
			read = true
		}
		for _, v := range f.Verbs {
			if !all.Can(v.Name) {
				all.Verbs = append(all.Verbs, v)
			}
		}
		if f.Grade == connectors.GradeNone {
			continue
		}
		if all.Batch == 0 || f.Batch < all.Batch {
			all.Batch = f.Batch
		}
		all.Grade, all.Separate = max(all.Grade, f.Grade), all.Separate || f.Separate
		all.SaysNull, written = f.SaysNull && (all.SaysNull || !written), true
		if f.Can(verbCreate) && (!created || f.Create < all.Create) {
			all.Create, created = f.Create, true
		}
	}
	return all
}

// nobody has given a setting that a Write needs.
func nobody(string) bool { return false }

// FactsOf returns what is true of one object in a system of these settings; the
// zero Facts of one that is not described.
func (d *Description) FactsOf(object string, s connectors.Settings) connectors.Facts {
	d = d.given(givenIn(s))
	for i := range d.Objects {
		if d.Objects[i].Name == object {
			return d.factsOf(&d.Objects[i])
		}
	}
	o, ok := d.Object(object)
	if !ok {
		return connectors.Facts{}
	}
	return d.factsOf(o)
}

func (d *Description) factsOf(o *Object) connectors.Facts {
	f := connectors.Facts{
		Whole: true, Version: d.Version, Lag: d.Lag, Permissions: d.permissions(),
		Complete: o.List != nil && !o.List.Partial, Ordered: o.Revision.Ordered,
		Attribution: d.Attribution || o.Author != "",
		SaysNull:    len(o.Writes) > 0 && !d.NoNull, Grade: o.grade(), Separate: o.serves(),
	}
	for i := range o.Find {
		f.Searches = append(f.Searches, o.Find[i].Keys)
	}
	for i := range o.Writes {
		w := &o.Writes[i]
		f.Verbs = append(f.Verbs, connectors.Verb{Name: w.Verb, Doc: w.Doc, Args: w.Args, Undo: w.Undo})
		f.Batch = max(f.Batch, 1)
		if w.Batch != nil {
			f.Batch = max(f.Batch, w.Batch.Most)
		}
		switch w.Verb {
		case verbCreate:
			f.Create, f.Plain = w.Lost.By, w.Lost.Plain
		case verbUpdate:
			f.Separate = f.Separate || len(w.Steps) > 1
		}
	}
	if o.serves() && o.Write(verbUpdate) == nil {
		f.Verbs = append(f.Verbs, connectors.Verb{Name: verbUpdate, Doc: "Changes fields of a record, by the verbs that serve them."})
	}
	return f
}

// grade returns the weakest condition among the writes that the engine rests on
// it: of fields, and of what takes a record away.
func (o *Object) grade() connectors.Grade {
	var weakest connectors.Grade
	for i := range o.Writes {
		w := &o.Writes[i]
		if w.Verb == verbUpdate || w.Verb == verbArchive || w.Verb == verbDelete || len(w.Serves) > 0 {
			weakest = max(weakest, w.grade())
		}
	}
	if weakest == connectors.GradeNone && len(o.Writes) > 0 {
		return connectors.Blind // it only creates, or has verbs of its own
	}
	return weakest
}

func (w *Write) grade() connectors.Grade {
	if w.Guard == nil {
		return connectors.Blind
	}
	return w.Guard.Grade()
}

// permissions returns what the objects' scopes say of a verb; nil where no
// object has any.
func (d *Description) permissions() func(object, verb string) []string {
	if !slices.ContainsFunc(d.Objects, func(o Object) bool { return len(o.Scopes) > 0 }) {
		return nil
	}
	return func(object, verb string) []string {
		o, ok := d.Object(object)
		if !ok {
			return nil
		}
		return o.Scopes[verb]
	}
}

const (
	verbCreate  = "create"
	verbUpdate  = "update"
	verbArchive = "archive"
	verbDelete  = "delete"
	verbRead    = "read"
)
