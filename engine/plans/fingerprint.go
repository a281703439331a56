package plans

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// Fingerprint identifies what a plan would do, values included: two plans with
// one fingerprint would write the same.
type Fingerprint struct{ h hash.Hash }

// NewFingerprint returns the fingerprint of nothing.
func NewFingerprint() *Fingerprint { return &Fingerprint{h: sha256.New()} }

// Add takes a prediction in. The order counts.
func (f *Fingerprint) Add(r *PlannedRecord) {
	b := []byte(r.Pipeline + "\x00" + r.End + "\x00" + r.Record + "\x00" + r.Revision + "\x00" + string(r.Kind) + "\x00" + r.Label)
	for i := range r.Fields {
		b = append(append(b, 0), r.Fields[i].Field...)
		b = r.Fields[i].Old.AppendBinary(b)
		b = r.Fields[i].New.AppendBinary(b)
	}
	f.h.Write(b)
}

// Sum returns the fingerprint.
func (f *Fingerprint) Sum() string { return hex.EncodeToString(f.h.Sum(nil)) }
