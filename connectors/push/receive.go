package push

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/connectors/signature"
	"syncline/schema"
)

// longestID is how long the id of a record may be, in bytes.
const longestID = 1000

// Receive implements connectors.Receiver. When it returns without an error, the
// record is on the disk. An error that is none of connectors is the disk's: the
// system is to come again.
func (c *Conn) Receive(d *connectors.Delivery) (connectors.Received, error) {
	now := d.At
	if now.IsZero() {
		now = c.set.Now()
	}
	secrets, err := c.secrets()
	if err != nil {
		return connectors.Received{}, err
	}
	if err := c.rules.Verify(d, secrets, now); err != nil {
		return connectors.Received{}, fault(connectors.Denied, err, "see that the secret is the one the system signs with, and that its clock and ours are right")
	}
	l, err := c.letter(d)
	if err != nil {
		return connectors.Received{}, fault(connectors.Unreadable, err, "see record, id and at of the system")
	}
	out := connectors.Received{Reply: connectors.Reply{Status: http.StatusOK}}
	fresh, err := c.box.put(l)
	if err != nil || !fresh {
		return out, err
	}
	e := connectors.Event{ID: l.event(), Record: l.ID, At: l.At}
	if l.Gone {
		e.Kind = connectors.EventDeleted
	}
	out.Events = []connectors.Event{e}
	return out, nil
}

func fault(kind connectors.ErrorKind, err error, hint string) error {
	return &connectors.Error{Kind: kind, Op: "receive", Where: "a delivery", Err: err, Hint: hint}
}

// letter reads a delivery. An error says what is missing and none of what is
// there.
func (c *Conn) letter(d *connectors.Delivery) (l letter, err error) {
	body, err := schema.FromJSON(d.Body)
	if err != nil {
		return l, errors.New("the body is not JSON")
	}
	record := body
	if !c.record.IsZero() {
		record = c.record.Of(body, true)
	}
	if record.Kind() != schema.KindObject || !record.Is() {
		return l, errors.New("no record stands where it should: it is an object")
	}
	id := c.id.Of(record, true)
	if l.ID = id.Plain(); !id.Is() || l.ID == "" || len(l.ID) > longestID {
		return l, errors.New("the record has no id, or one of more than 1,000 bytes")
	}
	if l.At, err = c.moment(d, body); err != nil {
		return l, err
	}
	if !c.kind.IsZero() {
		l.Gone = slices.Contains(c.deleted, c.kind.Of(body, true).Plain())
	}
	if !l.Gone {
		l.Record = record.AppendJSON(nil)
	}
	return l, nil
}

// moment is what tells which of two deliveries is newer.
func (c *Conn) moment(d *connectors.Delivery, body schema.Value) (time.Time, error) {
	if c.at.IsZero() {
		return c.rules.Moment(d)
	}
	v := c.at.Of(body, true)
	at, err := signature.Moment(v.Plain())
	if !v.Is() || err != nil {
		return at, errors.New("it does not tell when the record changed")
	}
	return at.UTC(), nil
}

// event is equal of a repeated delivery.
func (l *letter) event() string {
	sum := sha256.Sum256(append([]byte(l.ID+"\x00"+l.At.Format(time.RFC3339Nano)+"\x00"), l.Record...))
	return hex.EncodeToString(sum[:16])
}
