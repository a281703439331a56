// Package run walks records to agreement, one file a stop.
package run

import "time"

// Event is what a stop reports. The view, the console, metrics and the log
// are listeners. Listeners return quickly and are called by one goroutine.
type Event struct {
	At        time.Time
	Kind      EventKind
	Pipeline  string
	End       string
	Stage     string // reading, deciding, writing, closing
	Done      int    // records so far
	Total     int    // 0: unknown
	Writes    int
	Conflicts int
	Asides    int
	Text      string
	Run       string    // of Timed: the run's id, as in the journal
	Began     time.Time // of Timed: At is when it ended
	Failed    bool      // of Timed: it could not go on
}

// EventKind is what an Event says.
type EventKind uint8

const (
	Progress EventKind = iota
	Started
	Finished
	Warned
	PutAside
	Withheld
	Timed // a pass, the reading of an end, or a page of writes is over; the stage says which
)

// The stages that are timed besides reading and writing.
const (
	StagePass  = "pass"
	StageEvent = "event" // from when a record was told of until it was looked at
)
