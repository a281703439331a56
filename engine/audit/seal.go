package audit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
)

const nonceSize = 12

// sealer seals and opens values. Its zero value can do neither.
type sealer struct {
	prk []byte    // HKDF's extract of the master key; an entity's salt goes into its expand
	mac hash.Hash // under prk, for sealing: a journal seals one entry at a time

	salt [16]byte    // of the entry sealed last
	last cipher.AEAD // its box: an entity's entries mostly follow each other
}

func newSealer(master []byte) (sealer, error) {
	prk, err := hkdf.Extract(sha256.New, master, []byte("syncline audit"))
	if err != nil {
		return sealer{}, err
	}
	return sealer{prk: prk, mac: hmac.New(sha256.New, prk)}, nil
}

// box returns the cipher of an entity. The mac is under s.prk.
func (s sealer) box(mac hash.Hash, salt [16]byte) (cipher.AEAD, error) {
	if s.prk == nil {
		return nil, errors.New("audit key: there is none")
	}
	// HKDF's expand to one block of its hash, which is as long as the key.
	var room [keySize]byte
	mac.Reset()
	mac.Write(append(append(append(room[:0], "values"...), salt[:]...), 1))
	block, err := aes.NewCipher(mac.Sum(room[:0]))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// sealing returns the cipher to seal an entry with.
func (s *sealer) sealing(salt [16]byte) (box cipher.AEAD, err error) {
	if s.last == nil || s.salt != salt {
		s.salt = salt
		s.last, err = s.box(s.mac, salt)
	}
	return s.last, err
}

// seal returns what is sealed of an entry, nil when there is nothing, and
// fills in the digest of its values.
func (j *Journal) seal(e *Entry) ([]byte, error) {
	e.Digest = [32]byte{}
	if len(e.Values) == 0 && e.Trace+e.Record+e.Rule+e.Operation == "" {
		return nil, nil
	}
	box, err := j.sealer.sealing(e.Salt)
	if err != nil {
		return nil, err
	}
	j.plain = e.appendClosed(append(j.plain[:0], e.Salt[:]...))
	if len(e.Values) > 0 {
		e.Digest = sha256.Sum256(j.plain)
	}
	j.sealed = slices.Grow(j.sealed[:0], nonceSize+len(j.plain)+box.Overhead())[:nonceSize]
	if _, err := io.ReadFull(j.random, j.sealed); err != nil {
		return nil, fmt.Errorf("audit journal: %w", err)
	}
	return box.Seal(j.sealed, j.sealed, j.plain[len(e.Salt):], nil), nil
}

// openValues opens what is sealed of an entry. What does not open stays
// closed. An entry of no entity was sealed without a salt.
func (j *Journal) openValues(e *Entry, format byte, sealed []byte, salts Salts) {
	salt, ok := [16]byte{}, false
	if salts != nil && len(sealed) > nonceSize {
		if salt, ok = salts(e.Entity); e.Entity == "" {
			salt, ok = [16]byte{}, true
		}
	}
	if !ok {
		return
	}
	box, err := j.sealer.box(hmac.New(sha256.New, j.sealer.prk), salt)
	if err != nil {
		return
	}
	plain, err := box.Open(nil, sealed[:nonceSize], sealed[nonceSize:], nil)
	if err != nil {
		return
	}
	if format == formatOpen {
		e.Values, err = decodeValues(plain)
	} else {
		err = e.decodeClosed(plain)
	}
	if err == nil {
		e.Readable, e.Salt = true, salt
	}
}
