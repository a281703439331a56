package rest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/connectors/signature"
	"syncline/schema"
)

// receive says whether a delivery is the system's, and what is in it.
func (c *conn) receive(d *connectors.Delivery) (connectors.Received, error) {
	w := c.d.Webhooks
	now := d.At
	if now.IsZero() {
		now = c.now()
	}
	in := c.input("")
	in.Now, in.Header = now, http.Header(d.Header)
	body, bodyErr := w.parse(d, in)
	if h := w.handshake(in, true); h != nil {
		return h.received(w, in)
	}
	secrets, err := c.hookSecrets(now)
	if err == nil {
		err = w.Verify(d, secrets, now)
	}
	if err != nil {
		return connectors.Received{}, deliveryFault(connectors.Denied, err, "see that the secret is the one the system signs with, and that its clock and ours are right")
	}
	if h := w.handshake(in, false); h != nil {
		return h.received(w, in)
	}
	if bodyErr != nil {
		return connectors.Received{}, deliveryFault(connectors.Unreadable, bodyErr, "")
	}
	events, err := w.events(c, in, body)
	if err != nil {
		return connectors.Received{}, deliveryFault(connectors.Unreadable, err, "")
	}
	return connectors.Received{Events: events, Reply: connectors.Reply{Status: cmp.Or(w.Status, http.StatusOK)}, Keep: w.keeps()}, nil
}

func deliveryFault(kind connectors.ErrorKind, err error, hint string) error {
	return &connectors.Error{Kind: kind, Op: "receive", Where: "a delivery", Err: err, Hint: hint}
}

// defaultKeeps is how long an API may deliver one event again that does not say.
const defaultKeeps = 72 * time.Hour

func (w *Webhooks) keeps() time.Duration { return cmp.Or(w.Keeps, defaultKeeps) }

// hookSecrets returns the secrets that deliveries may be signed with.
func (c *conn) hookSecrets(now time.Time) ([]string, error) {
	in := c.input("")
	in.Now = now
	var err error
	if in.Settings, err = c.secrets(); err != nil || c.d.Webhooks.Secret == nil {
		return nil, cmp.Or(err, signature.ErrNoSecret)
	}
	v, err := c.d.Webhooks.Secret(in)
	if err != nil || !v.Is() {
		return nil, signature.ErrNoSecret
	}
	return texts(v), nil
}

// parse puts the body and the query where programs look, and returns the body
// as JSON. A form becomes an object of texts.
func (w *Webhooks) parse(d *connectors.Delivery, in *Input) ([]byte, error) {
	in.Query = map[string]string{}
	if u, err := url.Parse(d.URL); err == nil {
		for name, values := range u.Query() {
			in.Query[name] = values[0]
		}
	}
	if w.rules().TooLarge(d.Body) {
		return nil, signature.ErrTooLarge
	}
	body := d.Body
	kind, _, _ := mime.ParseMediaType(in.Header.Get("Content-Type"))
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, errors.New("the body is not the form it says it is")
		}
		v := schema.Object(nil, nil)
		for name, values := range form {
			if v, err = schema.PathTo(name).Set(v, schema.String(values[0])); err != nil {
				return nil, err
			}
		}
		body = v.AppendJSON(nil)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, errors.New("the body is empty")
	}
	var err error
	in.Body, err = schema.FromJSON(body)
	return body, err
}

// handshake returns the handshake that a delivery is; nil where it is none.
func (w *Webhooks) handshake(in *Input, unsigned bool) *Handshake {
	for i := range w.Handshakes {
		h := &w.Handshakes[i]
		if h.Unsigned != unsigned {
			continue
		}
		if v, err := h.When(in); err == nil && v.Bool() {
			return h
		}
	}
	return nil
}

// received is the answer to a handshake.
func (h *Handshake) received(w *Webhooks, in *Input) (connectors.Received, error) {
	r := connectors.Reply{Status: cmp.Or(h.Status, http.StatusOK), Header: map[string]string{}}
	headers := http.Header{}
	if err := fill(headers, http.CanonicalHeaderKey, h.Headers, in); err != nil {
		return connectors.Received{}, deliveryFault(connectors.Unreadable, err, "")
	}
	for name, values := range headers {
		r.Header[name] = strings.Join(values, ", ")
	}
	if h.Body != nil {
		v, err := h.Body(in)
		if err != nil {
			return connectors.Received{}, deliveryFault(connectors.Unreadable, err, "")
		}
		kind := "text/plain; charset=utf-8"
		if r.Body = []byte(v.Plain()); v.Kind() == schema.KindObject {
			kind, r.Body = "application/json", v.AppendJSON(nil)
		}
		if r.Header["Content-Type"] == "" {
			r.Header["Content-Type"] = kind
		}
	}
	return connectors.Received{Reply: r, Keep: w.keeps()}, nil
}

// events returns the events of a good delivery.
func (w *Webhooks) events(c *conn, in *Input, body []byte) ([]connectors.Event, error) {
	r := &Records{At: w.Events}
	if len(w.Events) == 0 && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		r.One = true
	}
	elements, err := r.cut(body)
	if err != nil {
		return nil, err
	}
	var out []connectors.Event
	for _, e := range elements {
		look := *in
		if look.Event, err = schema.FromJSON(e.raw); err != nil {
			return nil, err
		}
		event, ok, err := w.Event.event(c, &look, e.raw)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, event)
		}
	}
	return out, nil
}

// event reads one event; false where it is about nothing that is described.
func (e *Event) event(c *conn, in *Input, raw []byte) (connectors.Event, bool, error) {
	var out connectors.Event
	object, err := e.Object(in)
	if err != nil {
		return out, false, err
	}
	o, ok := c.d.Object(object.Plain())
	if !ok {
		return out, false, nil
	}
	out.Object = o.Name
	record, err := e.Record(in)
	if err != nil || !record.Is() {
		return out, false, cmp.Or(err, errors.New("an event does not tell its record"))
	}
	out.Record = record.Plain()
	if e.Parent != nil && o.Identity.Qualified {
		parent, err := e.Parent(in)
		if err != nil || !parent.Is() {
			return out, false, cmp.Or(err, errors.New("an event does not tell its record's parent"))
		}
		out.Record = qualify(parent.Plain(), out.Record)
	}
	if out.ID, err = e.id(in, raw); err != nil {
		return out, false, err
	}
	if e.Kind != nil {
		if v, err := e.Kind(in); err == nil {
			out.Kind = e.Kinds[v.Plain()]
		}
	}
	if e.At != nil {
		if v, err := e.At(in); err == nil && v.Is() {
			if v.Kind() == schema.KindTimestamp {
				out.At = v.Time()
			} else if at, err := signature.Moment(v.Plain()); err == nil {
				out.At = at
			}
		}
	}
	return out, true, nil
}

func (e *Event) id(in *Input, raw []byte) (string, error) {
	if e.ID == nil {
		sum := sha256.Sum256(raw)
		return hex.EncodeToString(sum[:16]), nil
	}
	v, err := e.ID(in)
	if err == nil && !v.Is() {
		err = errors.New("an event has no id")
	}
	return v.Plain(), err
}
