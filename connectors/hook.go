package connectors

import (
	"net/http"
	"time"
)

// Hook is the ability of a system to tell by itself what changed: it sends a
// request, and the connection says whether it is genuine and what it tells of.
type Hook interface {
	// Verify checks a request by its raw body: its signature, and that it was
	// made within the system's window around now. An error of kind Denied says
	// that it is not genuine, any other that it cannot be understood; neither is
	// told to whoever sent it. A genuine request may tell of nothing, as one does
	// that only tries whether somebody is there.
	Verify(header http.Header, body []byte, now time.Time) (Delivery, error)
}

// Delivery is what one genuine request tells.
type Delivery struct {
	Events []Event
	Reply  []byte // what the system wants to hear back; nil: nothing
	Type   string // content type of the reply
}

// Event tells of one record that it is new, changed or gone. It is a hint: the
// record is read by its id before anything is decided.
type Event struct {
	Object string        // whose record it is; "": of any object that the pipelines read there
	Record string        // its id
	Kind   string        // in the system's own words
	ID     string        // of the event, the same when it is delivered again; "": the system names none
	Keep   time.Duration // how long it may be delivered again; 0: three days
}
