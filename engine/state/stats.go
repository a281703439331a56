package state

// Stats says how much a state holds.
type Stats struct {
	Bytes   int64 // of the file, as of the snapshot
	Log     int   // bytes of the index log that wait to be folded
	Buckets []BucketStats
}

// BucketStats says how much a bucket holds.
type BucketStats struct {
	Name    string
	Entries int
	Bytes   int // of keys and values
}

// Stats counts what is there. It reads the whole state.
func (v *View) Stats() Stats {
	if v.tx == nil {
		return Stats{}
	}
	s := Stats{Bytes: v.tx.Size(), Log: v.end}
	for i := range v.buckets {
		b := v.bucket(uint8(i))
		counts := b.Stats()
		s.Buckets = append(s.Buckets, BucketStats{
			Name: string(bucketNames[i]), Entries: counts.KeyN, Bytes: counts.LeafInuse,
		})
	}
	return s
}
