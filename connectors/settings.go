package connectors

import (
	"errors"
	"path/filepath"
	"time"
)

// Text returns a setting that holds text; "" when it was not given.
func (s Settings) Text(name string) string { return s.Values[name].Text() }

// Bool returns a setting that holds a truth value; false when it was not given.
func (s Settings) Bool(name string) bool { return s.Values[name].Bool() }

// Int returns a setting that holds a number; 0 when it was not given.
func (s Settings) Int(name string) int64 { return s.Values[name].Int() }

// Credential returns a setting that is a secret, whether it was given as secret(…)
// or in the open; "" when it was not given.
func (s Settings) Credential(name string) (string, error) {
	if v := s.Values[name]; v.Is() {
		return v.Text(), nil
	}
	if s.Secret == nil {
		return "", nil
	}
	text, err := s.Secret(name)
	if errors.Is(err, ErrNoSecret) {
		return "", nil
	}
	return text, err
}

// Path returns a setting that names a file; a relative one starts at the
// configuration's folder. It is "" when the setting was not given.
func (s Settings) Path(name string) string {
	p := s.Text(name)
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(s.Folder, p)
}

// Now returns the time of the settings' clock, and the machine's where none
// was given.
func (s Settings) Now() time.Time {
	if s.Clock == nil {
		return time.Now()
	}
	return s.Clock()
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() { b.Items = b.Items[:0] }

// Add appends an empty item and returns it. The pointer is valid until the
// next Add.
func (b *Batch) Add() *Item {
	if n := len(b.Items); n < cap(b.Items) {
		b.Items = b.Items[:n+1]
		b.Items[n] = Item{}
	} else {
		b.Items = append(b.Items, Item{})
	}
	return &b.Items[len(b.Items)-1]
}
