package state

// Entry is one record of a listing.
type Entry struct {
	Raw    uint64 // hash of the raw record
	Entity Entity // below 1<<56; 0: none
	Mark   uint8  // the caller's own, kept as it is
}

// ListingReader walks the last complete listing of an end in its order. It
// holds no transaction between calls.
type ListingReader struct{}

// ListingReader returns a reader of the listing of a pipeline's end.
func (s *Store) ListingReader(p, end Number) (*ListingReader, error) { panic("body follows") }

// Next returns the next entry, false at the end.
func (r *ListingReader) Next() (Entry, bool, error) { panic("body follows") }

// ListingWriter takes a new listing while the old one is still in force.
// Batch.SetListing puts it in force.
type ListingWriter struct{}

// ListingWriter returns a writer for the listing of a pipeline's end.
func (s *Store) ListingWriter(p, end Number) (*ListingWriter, error) { panic("body follows") }

// Append adds an entry.
func (w *ListingWriter) Append(e Entry) error { panic("body follows") }
