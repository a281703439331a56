package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// piece is one record as it was read, with what a listing knows of it.
type piece struct {
	element
	parentID string
	own      string // the id as the API knows it
	id       string // as the engine does
	rev      string // "" where the record has none
	hash     uint64
	presence connectors.Presence
	into     string
	cursor   schema.Value
}

var (
	errNoID     = errors.New("the record has no id")
	errDetailed = errors.New("the listing has only the record's id: get it by id")
)

// look reads of a record what a listing needs to know. An error concerns this
// record alone.
func (p *plan) look(e element, parentID string, in *Input) (piece, error) {
	w := piece{element: e, parentID: parentID, presence: connectors.Live}
	if i := skipSpace(e.raw, 0); p.o.List != nil && p.o.List.Detail != Whole && i < len(e.raw) && e.raw[i] != '{' {
		v, err := schema.FromJSON(e.raw)
		if err != nil {
			return w, err
		}
		w.own = v.Plain()
		return w, p.identify(&w)
	}
	rec := p.heads.Get().(*schema.Record)
	defer p.heads.Put(rec)
	if err := schema.DecodeObject(e.raw, p.head, rec); err != nil {
		return w, err
	}
	w.own = p.o.Identity.Path.Get(rec, false).Plain()
	if err := p.identify(&w); err != nil {
		return w, err
	}
	if !p.rev.IsZero() {
		w.rev = p.rev.Get(rec, false).Plain()
	}
	if p.cursor != nil {
		w.cursor = p.cursor.path().Get(rec, false)
	}
	p.judge(&w, rec)
	var err error
	w.hash, err = p.hash(&w, in)
	return w, err
}

// identify makes the engine's id.
func (p *plan) identify(w *piece) error {
	if w.own == "" {
		return errNoID
	}
	w.id = w.own
	if p.o.Identity.Qualified {
		if w.parentID == "" {
			return errors.New("the record's id is qualified by its parent's, which is not known")
		}
		w.id = qualify(w.parentID, w.own)
	}
	return nil
}

var slashes = strings.NewReplacer("%", "%25", "/", "%2F")

// qualify returns the id of a record that is unique only below its parent.
func qualify(parent, own string) string { return slashes.Replace(parent) + "/" + own }

// split takes an id of the engine apart; false where it cannot be one.
func (o *Object) split(id string) (parent, own string, ok bool) {
	if !o.Identity.Qualified {
		return "", id, id != ""
	}
	parent, own, ok = strings.Cut(id, "/")
	parent = strings.NewReplacer("%2F", "/", "%25", "%").Replace(parent)
	return parent, own, ok && parent != "" && own != ""
}

// judge looks for the marks of a record.
func (p *plan) judge(w *piece, rec *schema.Record) {
	switch o := p.o; {
	case o.Merged != nil && (o.Merged.Where == nil || o.Merged.Where.holds(rec)) && p.mergedInto(w, rec) != "":
		w.presence, w.into = connectors.Merged, p.mergedInto(w, rec)
		if o.Identity.Qualified {
			w.into = qualify(w.parentID, w.into)
		}
	case o.Gone.holds(rec):
		w.presence = connectors.Gone
	case o.Archived.holds(rec):
		w.presence = connectors.Archived
	}
}

// mergedInto returns the id of the record that another was merged into: its
// own says that it was not.
func (p *plan) mergedInto(w *piece, rec *schema.Record) string {
	into := p.o.Merged.Path.Get(rec, false)
	if !into.Is() || into.Plain() == w.own {
		return ""
	}
	return into.Plain()
}

// holds reports whether the mark is in the record.
func (m *Mark) holds(rec *schema.Record) bool {
	if m == nil {
		return false
	}
	v := m.Path.Get(rec, false)
	if len(m.Is) == 0 {
		return v.Is() && !(v.Kind() == schema.KindBool && !v.Bool())
	}
	return slices.ContainsFunc(m.Is, func(is schema.Value) bool {
		return v.State() == is.State() && (!v.Is() || v.Plain() == is.Plain())
	})
}

// hash returns what is equal as long as the record is.
func (p *plan) hash(w *piece, in *Input) (uint64, error) {
	seed := uint64(0)
	if w.parentID != "" {
		seed = xxh3.HashString(w.parentID)
	}
	switch o := p.o; {
	case o.List != nil && o.List.Detail == OnChange:
		return xxh3.HashStringSeed(w.own+"\x00"+w.rev, seed), nil
	case o.Hash.Selected:
		rec := schema.NewRecord(p.sel.Shape)
		if err := p.decode(w, in, rec); err != nil {
			return 0, err
		}
		sum := xxh3.HashStringSeed(w.own+"\x00"+w.rev, seed)
		for i, v := range rec.Slots {
			sum = sum*31 + v.Hash(uint64(i))
		}
		return sum, nil
	case len(o.Hash.Volatile) > 0:
		sum := seed
		err := eachMember(w.raw, func(name, value []byte) error {
			if !slices.ContainsFunc(o.Hash.Volatile, func(v string) bool { return isNamed(name, v) }) {
				sum += xxh3.HashSeed(dense(value), xxh3.HashSeed(name, seed))
			}
			return nil
		})
		return sum, err
	}
	return xxh3.HashSeed(dense(w.raw), seed), nil
}

// dense is JSON without the lines and blanks around and between its parts: a
// record stands in a listing otherwise than alone.
func dense(raw []byte) []byte {
	raw = bytes.TrimSpace(raw)
	if bytes.IndexByte(raw, '\n') < 0 { // in a text it would be escaped
		return raw
	}
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

// decode turns a record into one of the selection's shape. The input tells
// programs of the settings; it is not changed.
func (p *plan) decode(w *piece, in *Input, rec *schema.Record) error {
	rec.Reset()
	wire := p.wires.Get().(*schema.Record)
	defer p.wires.Put(wire)
	if err := schema.DecodeObject(w.raw, p.wire, wire); err != nil {
		return err
	}
	d := decoder{p: p, w: w, wire: wire, in: *in}
	for i := range p.slots {
		v, err := d.value(&p.slots[i])
		if err != nil {
			rec.Reset()
			return &connectors.Error{Kind: connectors.Unreadable, Op: verbRead, Where: p.o.Name, Field: p.slots[i].field.Name, Err: err}
		}
		rec.Slots[i] = v
	}
	rec.ID, rec.Revision = w.id, p.revisionOf(w)
	return d.facts(rec)
}

// revisionOf returns the revision of a record as it is told: its own, or the
// hash.
func (p *plan) revisionOf(w *piece) string {
	if p.rev.IsZero() {
		return strconv.FormatUint(w.hash, 16)
	}
	return w.rev
}

// decoder decodes one record.
type decoder struct {
	p      *plan
	w      *piece
	wire   *schema.Record
	in     Input
	looked bool // whether in has the record and its parent
}

// facts fills in what is known of the record beside its fields.
func (d *decoder) facts(rec *schema.Record) error {
	for _, part := range []struct {
		f    *Field
		into func(schema.Value)
	}{
		{d.p.at, func(v schema.Value) { rec.At = v }},
		{d.p.author, func(v schema.Value) { rec.Author = v.Plain() }},
		{d.p.trace, func(v schema.Value) { rec.Trace = v.Plain() }},
	} {
		if part.f == nil {
			continue
		}
		v, err := d.value(&slot{field: part.f})
		if err != nil {
			return err
		}
		part.into(v)
	}
	return nil
}

func (d *decoder) value(s *slot) (schema.Value, error) {
	if s.parent && d.w.parentID != "" {
		return schema.String(d.w.parentID), nil
	}
	if s.id {
		return schema.String(d.w.id), nil
	}
	f := s.field
	v, err := d.read(f)
	if err != nil || f.Codec == nil || v.IsAbsent() || v.IsNull() {
		return v, err
	}
	return f.Codec.Decode(v)
}

func (d *decoder) read(f *Field) (schema.Value, error) {
	if f.Read != nil {
		if err := d.see(); err != nil {
			return schema.Value{}, err
		}
		return f.Read(&d.in)
	}
	if f.FromParent {
		if err := d.see(); err != nil {
			return schema.Value{}, err
		}
		return f.path().Of(d.in.Parent, d.p.o.OmitsNull), nil
	}
	// An element that a list does not have is null, whatever members may miss.
	v := f.path().Get(d.wire, d.p.o.OmitsNull || selects(f.path()))
	if v.IsAbsent() && d.p.o.OmitsNull {
		v = schema.NullValue()
	}
	return v, nil
}

// see puts the whole record and its parent where programs look.
func (d *decoder) see() (err error) {
	if d.looked {
		return nil
	}
	d.looked = true
	d.in.ID, d.in.ParentID = d.w.own, d.w.parentID
	if d.in.Record, err = schema.FromJSON(d.w.raw); err != nil {
		return err
	}
	if d.w.parent != nil {
		d.in.Parent, err = schema.FromJSON(d.w.parent)
	}
	return err
}

// unreadable is the error of one record.
func (o *Object) unreadable(where string, err error) error {
	var e *connectors.Error
	if errors.As(err, &e) {
		return err
	}
	return &connectors.Error{Kind: connectors.Unreadable, Op: verbRead, Where: fmt.Sprint(o.Name, where), Err: err}
}
