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
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const (
	keyFile   = "audit.key"
	keySize   = 32
	nonceSize = 12
)

// sealer seals and opens values. Its zero value can do neither.
type sealer struct {
	prk []byte    // HKDF's extract of the master key; an entity's salt goes into its expand
	mac hash.Hash // under prk, for sealing: a journal seals one entry at a time
}

func newSealer(master []byte) (sealer, error) {
	prk, err := hkdf.Extract(sha256.New, master, []byte("syncline audit"))
	if err != nil {
		return sealer{}, err
	}
	return sealer{prk: prk, mac: hmac.New(sha256.New, prk)}, nil
}

// openSealer reads the master key, and makes it for a journal that has nothing
// yet. A journal read without its key keeps its values closed.
func openSealer(o Options, used bool) (sealer, error) {
	path := filepath.Join(o.Folder, keyFile)
	master, err := os.ReadFile(path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err == nil && len(master) == keySize:
		return newSealer(master)
	case err == nil:
		return sealer{}, fmt.Errorf("audit key %s has %d bytes, not %d: restore it from a backup", path, len(master), keySize)
	case missing && o.ReadOnly:
		return sealer{}, nil
	case missing && used:
		return sealer{}, fmt.Errorf("audit key %s is missing: restore it from a backup; without it the values of the journal stay closed", path)
	case missing:
		return makeKey(path, o.Rand)
	}
	return sealer{}, fmt.Errorf("audit key: %w", err)
}

func makeKey(path string, random io.Reader) (sealer, error) {
	master := make([]byte, keySize)
	if _, err := io.ReadFull(random, master); err != nil {
		return sealer{}, fmt.Errorf("audit key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return sealer{}, fmt.Errorf("audit key: %w", err)
	}
	_, err = f.Write(master)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return sealer{}, errors.Join(fmt.Errorf("audit key: %w", err), os.Remove(path))
	}
	return newSealer(master)
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

// seal returns the sealed values of an entry, nil when it has none, and fills
// in their digest.
func (j *Journal) seal(e *Entry) ([]byte, error) {
	if len(e.Values) == 0 {
		e.Digest = [32]byte{}
		return nil, nil
	}
	box, err := j.sealer.box(j.sealer.mac, e.Salt)
	if err != nil {
		return nil, err
	}
	j.plain = appendValues(append(j.plain[:0], e.Salt[:]...), e.Values)
	e.Digest = sha256.Sum256(j.plain)
	j.sealed = slices.Grow(j.sealed[:0], nonceSize+len(j.plain)+box.Overhead())[:nonceSize]
	if _, err := io.ReadFull(j.options.Rand, j.sealed); err != nil {
		return nil, fmt.Errorf("audit journal: %w", err)
	}
	return box.Seal(j.sealed, j.sealed, j.plain[len(e.Salt):], nil), nil
}

// open opens the values of an entry. What does not open stays closed.
func (j *Journal) openValues(e *Entry, sealed []byte, salts Salts) {
	salt, ok := [16]byte{}, false
	if salts != nil && len(sealed) > nonceSize {
		salt, ok = salts(e.Entity)
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
	if e.Values, err = decodeValues(plain); err == nil {
		e.Readable, e.Salt = true, salt
	}
}
