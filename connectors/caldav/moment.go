package caldav

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// span is when an event is.
type span struct {
	start, end time.Time // zero: it does not say
	day        bool      // whole days: the moments are midnights of UTC
	zone       string    // the name that the event has for its time zone; "": none
	place      *time.Location
	floating   bool // in whatever zone its reader is
}

const (
	layoutDay   = "20060102"
	layoutLocal = "20060102T150405"
)

// span reads when the event is; floating times are of the given zone.
func (d *document) span(floating *time.Location) (s span, err error) {
	start, ok := d.get("DTSTART")
	if !ok {
		return s, nil
	}
	s.place = floating
	if s.zone = start.param("TZID"); s.zone != "" {
		if s.place, err = location(s.zone); err != nil {
			return s, err
		}
	}
	if s.start, s.day, err = moment(&start, s.place); err != nil {
		return s, err
	}
	s.floating = !s.day && s.zone == "" && !strings.HasSuffix(start.value, "Z")
	if s.end, err = d.finish(s); err != nil {
		return s, err
	}
	return s, nil
}

// finish reads when the event ends.
func (d *document) finish(s span) (time.Time, error) {
	if end, ok := d.get("DTEND"); ok {
		place := s.place
		if zone := end.param("TZID"); zone != "" {
			var err error
			if place, err = location(zone); err != nil {
				return time.Time{}, err
			}
		}
		t, _, err := moment(&end, place)
		return t, err
	}
	if l, ok := d.get("DURATION"); ok {
		return after(s.start.In(s.place), l.value)
	}
	return time.Time{}, nil
}

// location finds a time zone by the name that an event has for it, before which
// programs put their own: /example.org/20070129_1/Europe/Berlin.
func location(name string) (*time.Location, error) {
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for n := min(3, len(parts)); n > 0; n-- {
		if at, err := time.LoadLocation(strings.Join(parts[len(parts)-n:], "/")); err == nil && parts[len(parts)-1] != "Local" {
			return at, nil
		}
	}
	return nil, fmt.Errorf("the time zone %.80q is not known", name)
}

var errMoment = errors.New("a moment cannot be read")

// moment reads a date, or a date with a time.
func moment(l *line, place *time.Location) (t time.Time, day bool, err error) {
	value := strings.TrimSpace(l.value)
	switch {
	case len(value) == len(layoutDay):
		t, err = time.Parse(layoutDay, value)
		day = true
	case strings.HasSuffix(value, "Z"):
		t, err = time.Parse(layoutLocal+"Z", value)
	default:
		t, err = time.ParseInLocation(layoutLocal, value, place)
	}
	if err != nil {
		return t, day, errMoment
	}
	return t.UTC(), day, nil
}

// after adds a duration as RFC 5545 writes it: P1DT2H30M.
func after(t time.Time, text string) (time.Time, error) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(text, "+"), "P")
	if !ok || rest == "" || rest == "T" {
		return t, errMoment
	}
	clock := false
	for rest != "" {
		if rest[0] == 'T' && !clock {
			clock, rest = true, rest[1:]
			continue
		}
		n, digits := 0, 0
		for digits < len(rest) && digits < 7 && rest[digits] >= '0' && rest[digits] <= '9' {
			n = n*10 + int(rest[digits]-'0')
			digits++
		}
		if digits == 0 || digits == len(rest) {
			return t, errMoment
		}
		switch unit := rest[digits]; {
		case unit == 'W' && !clock:
			t = t.AddDate(0, 0, 7*n)
		case unit == 'D' && !clock:
			t = t.AddDate(0, 0, n)
		case unit == 'H' && clock:
			t = t.Add(time.Duration(n) * time.Hour)
		case unit == 'M' && clock:
			t = t.Add(time.Duration(n) * time.Minute)
		case unit == 'S' && clock:
			t = t.Add(time.Duration(n) * time.Second)
		default:
			return t, errMoment
		}
		rest = rest[digits+1:]
	}
	return t.UTC(), nil
}

// write returns a moment as a line of the event has it.
func (s *span) write(t time.Time) (line, error) {
	switch {
	case s.day:
		if !t.Equal(t.UTC().Truncate(24 * time.Hour)) {
			return line{}, errors.New("an event of whole days begins and ends at midnight, UTC")
		}
		return line{params: ";VALUE=DATE", value: t.UTC().Format(layoutDay)}, nil
	case s.zone != "":
		quote := ""
		if strings.ContainsAny(s.zone, ":;,") {
			quote = `"`
		}
		return line{params: ";TZID=" + quote + s.zone + quote, value: t.In(s.place).Format(layoutLocal)}, nil
	case s.floating:
		return line{value: t.In(s.place).Format(layoutLocal)}, nil
	}
	return line{value: t.UTC().Format(layoutLocal + "Z")}, nil
}
