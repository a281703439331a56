package exec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// claims are what a plug-in may say of itself: what the suite of connectors
// holds a connector to. Another claim is refused, since nobody checks it.
type claims struct {
	Complete bool     `json:"complete"`
	Grade    string   `json:"grade"`
	Create   string   `json:"create"`
	Null     bool     `json:"null"`
	Batch    int      `json:"batch"`
	Lag      string   `json:"lag"`
	Verbs    []string `json:"verbs"`
}

// object is one kind of record, as a plug-in describes it.
type object struct {
	Name     string  `json:"name"`
	Doc      string  `json:"doc"`
	ID       string  `json:"id"`
	Revision string  `json:"revision"`
	At       string  `json:"at"`
	Open     bool    `json:"open"`
	ReadOnly bool    `json:"read_only"`
	Fields   []field `json:"fields"`
}

type field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Doc      string `json:"doc"`
	Required bool   `json:"required"`
	ReadOnly bool   `json:"read_only"`
}

// asks are what a plug-in may be asked. Every one reads and describes itself.
var asks = []string{"describe", "read", "get", "find", "write", "check", "cancel"}

// verbs are what a change may be.
func verbs() []connectors.Verb {
	return []connectors.Verb{
		{Name: "create", Doc: "Makes a record.", Undo: "delete"},
		{Name: "update", Doc: "Changes fields of a record and leaves the others as they are.", Undo: "update"},
		{Name: "delete", Doc: "Removes a record."},
	}
}

// most are the most that a plug-in can claim.
func most() connectors.Facts {
	return connectors.Facts{
		Whole: true, Complete: true, SaysNull: true, Grade: connectors.IfMatch, Create: connectors.CreateExternalID, Batch: defaultBatch, Verbs: verbs(),
	}
}

const (
	defaultBatch = 100
	mostBatch    = 10_000
	mostObjects  = 10_000
)

// facts checks what a plug-in claims. ops is what it can be asked.
func facts(raw []byte, ops []string) (connectors.Facts, error) {
	f := connectors.Facts{Whole: true, Batch: defaultBatch}
	var c claims
	if len(raw) > 0 {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return f, fmt.Errorf("its facts are not those of version %d: %s", version, strings.TrimPrefix(err.Error(), "json: "))
		}
	}
	f.Complete, f.SaysNull = c.Complete, c.Null
	var err error
	if f.Grade, err = wordOf(c.Grade, "grade", connectors.GradeNone, connectors.Blind); err != nil {
		return f, err
	}
	if f.Create, err = wordOf(c.Create, "create", connectors.CreateUnsafe, connectors.CreateExternalID); err != nil {
		return f, err
	}
	if c.Lag != "" {
		if f.Lag, err = time.ParseDuration(c.Lag); err != nil || f.Lag < 0 {
			return f, fmt.Errorf("its lag %q is not a duration", c.Lag)
		}
	}
	if c.Batch < 0 || c.Batch > mostBatch {
		return f, fmt.Errorf("its batch is not between 1 and %d", mostBatch)
	}
	if c.Batch > 0 {
		f.Batch = c.Batch
	}
	for _, v := range verbs() {
		if slices.Contains(c.Verbs, v.Name) {
			f.Verbs = append(f.Verbs, v)
		}
	}
	return f, sound(f, c, ops)
}

// wordOf finds the value whose word a plug-in wrote.
func wordOf[T interface {
	~uint8
	fmt.Stringer
}](word, what string, none, last T) (T, error) {
	for v := none; word != "" && v <= last; v++ {
		if v.String() == word {
			return v, nil
		}
	}
	if word == "" {
		return none, nil
	}
	return none, fmt.Errorf("there is no %s %q", what, word)
}

// sound refuses claims that contradict each other, or what the plug-in can be
// asked.
func sound(f connectors.Facts, c claims, ops []string) error {
	writes := slices.Contains(ops, "write")
	for _, v := range c.Verbs {
		if !f.Can(v) {
			return fmt.Errorf("version %d has no verb %q", version, v)
		}
	}
	switch {
	case writes != (f.Grade != connectors.GradeNone):
		return errors.New("it has the op write and no grade, or a grade and no op write")
	case writes != (len(f.Verbs) > 0):
		return errors.New("it has the op write and no verbs, or verbs and no op write")
	case f.Can("update") && !slices.Contains(ops, "get"):
		return errors.New("what is updated must be readable by id, and it has no op get")
	case f.Create == connectors.CreateMarker || f.Create == connectors.CreateIdempotency:
		return fmt.Errorf("create can be none, key_search or external_id; nothing holds a plug-in to %q", f.Create)
	case f.Create == connectors.CreateKeySearch && !slices.Contains(ops, "find"):
		return errors.New("a lost create is found by key_search, and it has no op find")
	}
	return nil
}

// objectsOf checks what a plug-in says of its objects.
func objectsOf(told []object) ([]connectors.Object, error) {
	if len(told) > mostObjects {
		return nil, fmt.Errorf("it has more than %d objects", mostObjects)
	}
	seen := map[string]bool{}
	var out []connectors.Object
	for _, o := range told {
		if strings.TrimSpace(o.Name) == "" || seen[o.Name] {
			return nil, fmt.Errorf("an object has no name, or that of another: %q", o.Name)
		}
		seen[o.Name] = true
		fields, err := fieldsOf(o)
		if err != nil {
			return nil, fmt.Errorf("object %q: %w", o.Name, err)
		}
		out = append(out, connectors.Object{
			Name: o.Name, Doc: o.Doc, Fields: fields, Open: o.Open, ID: o.ID, Revision: o.Revision, At: o.At, ReadOnly: o.ReadOnly,
		})
	}
	return out, nil
}

func fieldsOf(o object) ([]schema.Field, error) {
	seen := map[string]bool{}
	var out []schema.Field
	for _, f := range o.Fields {
		if strings.TrimSpace(f.Name) == "" || seen[f.Name] {
			return nil, fmt.Errorf("a field has no name, or that of another: %q", f.Name)
		}
		seen[f.Name] = true
		t := schema.Type{Nullable: true}
		if f.Type != "" {
			var err error
			if t, err = schema.ParseType(f.Type); err != nil {
				return nil, fmt.Errorf("field %q: the type %q: %w", f.Name, f.Type, err)
			}
		}
		out = append(out, schema.Field{Name: f.Name, Type: t, Doc: f.Doc, Required: f.Required, ReadOnly: f.ReadOnly})
	}
	return out, nil
}
