package rest

import (
	"slices"

	"syncline/connectors"
)

// Facts returns what is true of every object: the weakest of what they have,
// and the verbs of any.
func (d *Description) Facts() connectors.Facts {
	all := connectors.Facts{Version: d.Version, Lag: d.Lag, Permissions: d.permissions}
	var written bool
	for i := range d.Objects {
		f := d.factsOf(&d.Objects[i])
		if i == 0 {
			all.Whole, all.Complete, all.Ordered, all.Attribution = f.Whole, f.Complete, f.Ordered, f.Attribution
		}
		all.Complete, all.Ordered, all.Attribution = all.Complete && f.Complete, all.Ordered && f.Ordered, all.Attribution && f.Attribution
		for _, v := range f.Verbs {
			if !all.Can(v.Name) {
				all.Verbs = append(all.Verbs, v)
			}
		}
		if f.Grade == connectors.GradeNone {
			continue
		}
		if !written {
			all.Batch, all.Create, all.SaysNull = f.Batch, f.Create, f.SaysNull
		}
		written = true
		all.Grade, all.Batch = max(all.Grade, f.Grade), min(all.Batch, f.Batch)
		all.Create = min(all.Create, f.Create)
		all.Separate = all.Separate || f.Separate
	}
	return all
}

// FactsOf returns what is true of one object; the zero Facts of one that is
// not described.
func (d *Description) FactsOf(object string) connectors.Facts {
	o, ok := d.Object(object)
	if !ok {
		return connectors.Facts{}
	}
	return d.factsOf(o)
}

func (d *Description) factsOf(o *Object) connectors.Facts {
	f := connectors.Facts{
		Whole: true, Version: d.Version, Lag: d.Lag, Permissions: d.permissions,
		Complete: o.List != nil && !o.List.Partial, Ordered: o.Revision.Ordered,
		Attribution: d.Attribution || o.Author != "",
		SaysNull:    len(o.Writes) > 0 && !d.NoNull,
	}
	for i := range o.Writes {
		w := &o.Writes[i]
		f.Verbs = append(f.Verbs, connectors.Verb{Name: w.Verb, Doc: w.Doc, Args: w.Args, Undo: w.Undo})
		if w.Verb == verbCreate {
			f.Create = w.Lost.By
		} else {
			f.Grade = max(f.Grade, w.grade())
		}
		if w.Verb == verbUpdate {
			f.Separate = len(w.Steps) > 1 || slices.ContainsFunc(o.Writes, func(w Write) bool { return len(w.Serves) > 0 })
		}
		if w.Batch != nil {
			f.Batch = max(f.Batch, w.Batch.Most)
		}
	}
	if len(o.Writes) > 0 {
		f.Grade, f.Batch = max(f.Grade, connectors.IfMatch), max(f.Batch, 1)
	}
	return f
}

func (w *Write) grade() connectors.Grade {
	if w.Guard == nil {
		return connectors.Blind
	}
	return w.Guard.Grade()
}

// permissions returns what the object's scopes say of a verb.
func (d *Description) permissions(object, verb string) []string {
	o, ok := d.Object(object)
	if !ok {
		return nil
	}
	return o.Scopes[verb]
}

const (
	verbCreate = "create"
	verbUpdate = "update"
	verbRead   = "read"
)
