package state

import (
	"bytes"
	"crypto/rand"
	"testing"
)

// TestClosingTakesNoMemory holds that a key is closed and a value sealed in the
// room that the caller has for them: there is one of each for every record.
func TestClosingTakesNoMemory(t *testing.T) {
	r, err := newRing(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVault(r, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	index := append([]byte{bucketID}, make([]byte, 4)...)
	index = append(index, "a record's id"...)
	plain, value := index[1:], bytes.Repeat([]byte("value"), 60)
	key, sealed := make([]byte, 0, closedKey), make([]byte, 0, 1<<10)
	for what, fn := range map[string]func(){
		"a key":              func() { v.key(key, bucketDead, plain) },
		"a key of the index": func() { v.indexKey(key, index) },
		"a value": func() {
			if _, err := v.seal(sealed, bucketWait, plain, value); err != nil {
				t.Error(err)
			}
		},
	} {
		if n := testing.AllocsPerRun(100, fn); n > 0 {
			t.Errorf("closing %s takes memory %v times", what, n)
		}
	}
}
