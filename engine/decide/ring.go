package decide

import "time"

// Ring is the last post-images written to one field of one record, and what
// was seen from outside between them. Its zero value is empty; it is stored
// with the link.
type Ring struct {
	Posts  [8]uint64 // hashes, oldest first; the lowest bits are the end
	Times  [8]int64  // when each was written, microseconds; 0: unknown
	Len    int
	Writes int // since somebody else last changed the record
}

// endBits is where a post-image keeps the end it was written to.
const endBits = MaxEnds - 1

// Post is the hash of a post-image at an end, as a ring keeps it.
func Post(hash uint64, end int) uint64 { return hash&^endBits | uint64(end)&endBits }

// EndOf is the end that the i-th post-image was written to.
func (r *Ring) EndOf(i int) int { return int(r.Posts[i] & endBits) }

// Outside returns the ring after a change that was not ours.
func (r Ring) Outside() Ring {
	r.Writes = 0
	return r
}

// memory is how long a value that its source shows again and again is
// remembered.
const memory = 7 * 24 * time.Hour

// Oscillates reports whether writing the post-image goes round in circles: it
// would be the fourth write with no new outside revision, or the value was
// written before, not long ago, and does not stay. believed is how often it may
// have been written within a week: Toggled where only the source moves, since a
// person may change their mind, Restored where the target was set back and the
// direction says to put it back, and Never where it was set back otherwise.
func (r Ring) Oscillates(post uint64, now int64, believed int) bool {
	if r.Writes >= 3 {
		return true
	}
	before, others := 0, false
	for i := r.Len - 1; i >= 0; i-- {
		if r.Posts[i] != post {
			others = others || r.EndOf(i) != int(post&endBits)
			continue
		}
		if believed == Never || others {
			return true
		}
		if now-r.Times[i] < memory.Microseconds() {
			before++
		}
	}
	return believed > Never && before >= believed
}

// How often a value may have been written before it is written again.
const (
	Never    = 0
	Toggled  = 2
	Restored = 3
)

// Wrote returns the ring after a write.
func (r Ring) Wrote(post uint64, now int64) Ring {
	if r.Len == len(r.Posts) {
		copy(r.Posts[:], r.Posts[1:])
		copy(r.Times[:], r.Times[1:])
		r.Len--
	}
	r.Posts[r.Len], r.Times[r.Len] = post, now
	r.Len++
	r.Writes++
	return r
}
