package caldav

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncline/connectors"
	"syncline/schema"
)

const (
	verbCreate = "create"
	verbUpdate = "update"
	verbDelete = "delete"
)

// possible reports whether a resource can have an id.
func possible(id string) bool {
	name := nameOf(id)
	return id != "" && name != "." && name != ".." && len(name) <= 255 && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return r == '/' || unicode.IsControl(r) })
}

// Write implements connectors.Writer: one event after the other.
func (c *Conn) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	if _, err := c.plan("write", sel); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "write", Where: c.shown, Err: err}
	}
	out := make([]connectors.Result, len(changes))
	for i := range changes {
		out[i] = c.write(ctx, &changes[i])
	}
	return out, nil
}

func (c *Conn) write(ctx context.Context, ch *connectors.Change) connectors.Result {
	res := connectors.Result{ID: ch.ID}
	var etag string
	switch ch.Verb {
	case verbCreate:
		res.ID = ch.NewID
		etag, res.Err = c.create(ctx, ch)
	case verbUpdate:
		etag, res.Err = c.update(ctx, ch)
	case verbDelete:
		if res.Err = c.conditional(ch); res.Err == nil {
			_, res.Err = c.send(ctx, ch.Verb, http.MethodDelete, ch.ID, http.Header{"If-Match": {ch.Revision}}, nil)
		}
	default:
		res.Err = c.fault(ch, connectors.Unsupported, "", errors.New("a calendar knows create, update and delete"))
	}
	if res.Err == nil && etag != "" {
		res.Revision, res.Hash = etag, hashOf(etag)
	}
	return res
}

func (c *Conn) fault(ch *connectors.Change, kind connectors.ErrorKind, field string, err error) error {
	where := "event " + ch.ID
	if ch.Verb == verbCreate {
		where = "event " + ch.NewID
	}
	return &connectors.Error{Kind: kind, Op: ch.Verb, Where: where, Field: field, Err: err}
}

// conditional refuses what names no event, or no version of it.
func (c *Conn) conditional(ch *connectors.Change) error {
	switch {
	case !possible(ch.ID):
		return c.fault(ch, connectors.NotFound, "", errors.New("there is no such event"))
	case ch.Revision == "":
		return c.fault(ch, connectors.Refused, "", errors.New("the change names no revision"))
	}
	return nil
}

// create makes an event in the resource of its id, if nobody has that.
func (c *Conn) create(ctx context.Context, ch *connectors.Change) (string, error) {
	if !possible(ch.NewID) || strings.HasPrefix(ch.NewID, "/") {
		return "", c.fault(ch, connectors.Refused, "id", errors.New("an event cannot have this id"))
	}
	d, err := parse([]byte(blank))
	if err != nil {
		panic(err) // a constant
	}
	d.put("UID", []line{{value: escape(ch.NewID)}})
	if err := c.edit(d, ch); err != nil {
		return "", err
	}
	if _, ok := d.get("DTSTART"); !ok {
		return "", c.fault(ch, connectors.Refused, moments[0], errors.New("a new event needs a start"))
	}
	return c.send(ctx, ch.Verb, http.MethodPut, ch.NewID, http.Header{"If-None-Match": {"*"}}, d.bytes())
}

const blank = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Syncline//Syncline//EN\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// update edits the event as it is now, which has to be the one last seen.
func (c *Conn) update(ctx context.Context, ch *connectors.Change) (string, error) {
	if err := c.conditional(ch); err != nil {
		return "", err
	}
	text, etag, err := c.fetch(ctx, ch.Verb, ch.ID)
	switch {
	case err != nil:
		return "", err
	case etag != ch.Revision:
		return "", c.fault(ch, connectors.Moved, "", errors.New("the event was changed by someone else"))
	case len(text) > c.largest:
		return "", c.fault(ch, connectors.Refused, "", fmt.Errorf("the event is larger than %d MiB (largest)", c.largest>>20))
	}
	d, err := parse(text)
	if err != nil {
		return "", c.fault(ch, connectors.Unreadable, "", err)
	}
	if err := c.edit(d, ch); err != nil {
		return "", err
	}
	return c.send(ctx, ch.Verb, http.MethodPut, ch.ID, http.Header{"If-Match": {etag}}, d.bytes())
}

// edit writes the values of a change into an event.
func (c *Conn) edit(d *document, ch *connectors.Change) error {
	when := map[string]schema.Value{}
	for _, a := range ch.Set {
		name := a.Path.Top()
		f := c.field(name)
		switch {
		case f == nil || !a.Path.IsTop():
			return c.fault(ch, connectors.Refused, name, errors.New("an event has no such field"))
		case f.write == nil:
			return c.fault(ch, connectors.Refused, name, errors.New("it is only read"))
		case name == moments[0] || name == moments[1] || name == moments[2]:
			when[name] = a.Value
			continue
		}
		if err := f.write(d, a.Value); err != nil {
			return c.fault(ch, connectors.Refused, name, err)
		}
	}
	if err := writeSpan(d, c.floating, when); err != nil {
		return c.fault(ch, connectors.Refused, moments[0], err)
	}
	d.touch(c.set.Now().UTC().Format(layoutLocal+"Z"), len(when) > 0 && ch.Verb == verbUpdate)
	return nil
}

// touch says when the event was changed, and counts changes of its time: those
// who were invited are asked again.
func (d *document) touch(now string, moved bool) {
	d.put("DTSTAMP", []line{{value: now}})
	d.put("LAST-MODIFIED", []line{{value: now}})
	if !moved {
		return
	}
	old, _ := d.get("SEQUENCE")
	n, err := strconv.ParseUint(strings.TrimSpace(old.value), 10, 31)
	if err != nil {
		n = 0
	}
	d.put("SEQUENCE", []line{{value: strconv.FormatUint(n+1, 10)}})
}
