package state

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// vault closes what the file holds. A nil vault leaves everything as it is.
//
// Values are sealed with AES-256-GCM under a random nonce of 96 bits, which is
// good for 2^32 values under one key, and bound to their place. Rewrite makes
// new keys. What is personal in a key, a record's id before all, is closed in a
// form that is always the same for the same id, so that it is found again:
// AES-SIV in effect, a CMAC of the whole key and the rest in counter mode under
// it. Numbers, times and entities in keys stay open, for they order the file;
// so do the values of id and key, which are entities, and the head of a link,
// which is counted without opening it.
type vault struct {
	ring   ring
	values cipher.AEAD
	names  cmac
	stream cipher.Block
	random io.Reader
	rooms  sync.Pool // of *room
}

// room is the memory that one key or value is closed or opened in: the ciphers
// let what they are given escape, and it would be taken anew for each.
type room struct {
	text          []byte // what a code is made of, or a value bound to
	mac, pad, ctr [aes.BlockSize]byte
}

// ring is the keys of a state. They are random, made once, and wrapped by the
// key of the configuration.
type ring struct {
	values, names, journal [32]byte
}

const (
	ringSize  = 3 * 32
	nonceSize = 12
	saltSize  = 16
	// shortestKey is how long the configuration's key is at least: it is meant
	// to be random.
	shortestKey = 20
	ringLabel   = "syncline state ring 1"
)

func newRing(random io.Reader) (r ring, err error) {
	for _, key := range r.keys() {
		if _, err := io.ReadFull(random, key); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (r *ring) keys() [3][]byte { return [...][]byte{r.values[:], r.names[:], r.journal[:]} }

func newVault(r ring, random io.Reader) (*vault, error) {
	v := &vault{ring: r, random: random, rooms: sync.Pool{New: func() any { return &room{text: make([]byte, 0, 128)} }}}
	block, err := aes.NewCipher(r.values[:])
	if err != nil {
		return nil, err
	}
	if v.values, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	both, err := hkdf.Expand(sha256.New, r.names[:], "names", 64)
	if err != nil {
		return nil, err
	}
	mac, err := aes.NewCipher(both[:32])
	if err != nil {
		return nil, err
	}
	v.names = newCMAC(mac)
	v.stream, err = aes.NewCipher(both[32:])
	return v, err
}

// wrapRing closes a ring with the configuration's key: a salt, a nonce, and
// the ring sealed with what HKDF makes of key and salt.
func wrapRing(r ring, key []byte, random io.Reader) ([]byte, error) {
	if len(key) < shortestKey {
		return nil, &KeyError{Why: fmt.Sprintf("has %d characters, and needs at least %d: make one with `openssl rand -base64 32`", len(key), shortestKey)}
	}
	out := make([]byte, saltSize+nonceSize, saltSize+nonceSize+ringSize+16)
	if _, err := io.ReadFull(random, out); err != nil {
		return nil, err
	}
	box, err := ringBox(key, out[:saltSize])
	if err != nil {
		return nil, err
	}
	return box.Seal(out, out[saltSize:], bytes.Join([][]byte{r.values[:], r.names[:], r.journal[:]}, nil), []byte(ringLabel)), nil
}

func unwrapRing(wrapped, key []byte) (r ring, err error) {
	if len(wrapped) != saltSize+nonceSize+ringSize+16 {
		return r, errEncoding
	}
	box, err := ringBox(key, wrapped[:saltSize])
	if err != nil {
		return r, err
	}
	plain, err := box.Open(nil, wrapped[saltSize:][:nonceSize], wrapped[saltSize+nonceSize:], []byte(ringLabel))
	if err != nil {
		return r, &KeyError{Why: "is not the one that the state was encrypted with"}
	}
	for i, k := range r.keys() {
		copy(k, plain[32*i:])
	}
	return r, nil
}

func ringBox(key, salt []byte) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, key, salt, ringLabel, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// unlock opens the state's ring with the key it was opened with.
func (s *Store) unlock(meta *bbolt.Bucket) error {
	err := s.vaultOf(meta.Get(keyRing))
	var k *KeyError
	if errors.As(err, &k) {
		k.Folder = s.options.Folder
	}
	return err
}

func (s *Store) vaultOf(wrapped []byte) error {
	switch {
	case wrapped == nil && s.options.Key == nil:
		return nil
	case wrapped == nil:
		return &KeyError{Plain: true}
	case s.options.Key == nil:
		return &KeyError{Why: "is not given, and the state is encrypted"}
	}
	r, err := unwrapRing(wrapped, s.options.Key)
	if err == nil {
		s.vault, err = newVault(r, s.options.Rand)
	}
	return err
}

// openPart returns how much of a bucket's keys stays open, -1: all of it.
func openPart(bucket uint8) int {
	switch bucket {
	case bucketID, bucketKey, bucketDead, bucketTomb, bucketSeen:
		return 4
	case bucketApart:
		return 6
	case bucketConflict:
		return 12
	case bucketDue:
		return 20
	}
	return -1
}

// seals reports whether what stands under a key is sealed.
func seals(bucket uint8, key []byte) bool {
	switch bucket {
	case bucketMeta:
		return len(key) > 1 && (key[0] == 'c' || key[0] == 'h' || key[0] == 'o')
	case bucketIndex, bucketID, bucketKey, bucketBlock:
		return false
	}
	return true
}

// openHead is how much of a value stays open.
func openHead(bucket uint8) int {
	if bucket == bucketLink {
		return linkHead
	}
	return 0
}

// closes reports whether a part of a key does not stay open.
func (v *vault) closes(bucket uint8, key []byte) bool {
	open := openPart(bucket)
	return v != nil && open >= 0 && len(key) > open
}

// key returns a key as it stands in the file: appended to dst, which has the
// room for it, or itself where all of it stays open.
func (v *vault) key(dst []byte, bucket uint8, key []byte) []byte {
	if !v.closes(bucket, key) {
		return key
	}
	open := openPart(bucket)
	r := v.rooms.Get().(*room)
	defer v.rooms.Put(r)
	v.names.sum(r, bucket, key)
	dst = append(append(dst, key[:open]...), r.mac[:]...)
	return v.counter(r, dst, key[open:])
}

// openKey returns the key that stands in the file as stored.
func (v *vault) openKey(bucket uint8, stored []byte) ([]byte, error) {
	if !v.closes(bucket, stored) {
		return stored, nil
	}
	open := openPart(bucket)
	if len(stored) < open+aes.BlockSize {
		return nil, errEncoding
	}
	r := v.rooms.Get().(*room)
	defer v.rooms.Put(r)
	mac := [aes.BlockSize]byte(stored[open:])
	r.mac = mac
	out := append(make([]byte, 0, len(stored)-aes.BlockSize), stored[:open]...)
	out = v.counter(r, out, stored[open+aes.BlockSize:])
	if v.names.sum(r, bucket, out); r.mac != mac {
		return nil, errEncoding
	}
	return out, nil
}

// counter appends src under AES in counter mode that begins at the room's mac.
func (v *vault) counter(r *room, dst, src []byte) []byte {
	at := len(dst)
	dst = append(dst, src...)
	r.ctr = r.mac
	for rest := dst[at:]; len(rest) > 0; {
		v.stream.Encrypt(r.pad[:], r.ctr[:])
		rest = rest[subtle.XORBytes(rest, rest, r.pad[:]):]
		for i := len(r.ctr) - 1; i >= 0; i-- {
			if r.ctr[i]++; r.ctr[i] != 0 {
				break
			}
		}
	}
	return dst
}

// indexKey is key for one that begins with its bucket.
func (v *vault) indexKey(dst, key []byte) []byte {
	if !v.closes(key[0], key[1:]) {
		return key
	}
	return v.key(append(dst, key[0]), key[0], key[1:])
}

// seal appends a value as it stands in the file under a stored key.
func (v *vault) seal(dst []byte, bucket uint8, stored, value []byte) ([]byte, error) {
	open := openHead(bucket)
	from := len(dst)
	dst = append(slices.Grow(dst, len(value)+sealedSize), value[:open]...)
	dst = dst[:from+open+nonceSize]
	nonce := dst[from+open:]
	if _, err := io.ReadFull(v.random, nonce); err != nil {
		return nil, err
	}
	r := v.rooms.Get().(*room)
	defer v.rooms.Put(r)
	return v.values.Seal(dst, nonce, value[open:], r.place(bucket, stored, value[:open])), nil
}

// sealedSize is how much longer a sealed value is.
const sealedSize = nonceSize + 16

// open returns the value that stands in the file under a stored key.
func (v *vault) open(bucket uint8, stored, data []byte) ([]byte, error) {
	if v == nil || !seals(bucket, stored) {
		return data, nil
	}
	open := openHead(bucket)
	if len(data) < open+sealedSize {
		return nil, errEncoding
	}
	r := v.rooms.Get().(*room)
	defer v.rooms.Put(r)
	out := append(make([]byte, 0, len(data)-sealedSize), data[:open]...)
	sealed := data[open:]
	out, err := v.values.Open(out, sealed[:nonceSize], sealed[nonceSize:], r.place(bucket, stored, data[:open]))
	if err != nil {
		return nil, errEncoding
	}
	return out, nil
}

// place is what a sealed value is bound to.
func (r *room) place(bucket uint8, stored, head []byte) []byte {
	r.text = append(append(append(r.text[:0], bucket, byte(len(head))), head...), stored...)
	return r.text
}
