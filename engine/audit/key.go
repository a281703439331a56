package audit

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	keyFile    = "audit.key"
	keySize    = 32
	wrapMagic  = "SYNKEY1\n"
	wrappedLen = len(wrapMagic) + nonceSize + keySize + 16
)

// openSealer reads the master key, and makes it for a journal that has nothing
// yet. A journal read without its key keeps its values closed.
func openSealer(o Options, used bool) (sealer, error) {
	path := filepath.Join(o.Folder, keyFile)
	master, err := os.ReadFile(path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err == nil:
		return keptSealer(o, path, master)
	case missing && o.ReadOnly:
		return sealer{}, nil
	case missing && used:
		return sealer{}, fmt.Errorf("audit key %s is missing: restore it from a backup; without it the values of the journal stay closed", path)
	case missing:
		return madeSealer(o, path)
	}
	return sealer{}, fmt.Errorf("audit key: %w", err)
}

// keptSealer opens the master key. One that stands open where it is to be
// wrapped was left so by a process that was killed, or is older: it is wrapped.
func keptSealer(o Options, path string, text []byte) (sealer, error) {
	master, wrapped, err := unwrap(text, o.Wrap)
	if err != nil {
		return sealer{}, fmt.Errorf("audit key %s %w", path, err)
	}
	if o.Wrap != nil && !wrapped && !o.ReadOnly {
		if err := RewrapKey(o.Folder, nil, o.Wrap, o.Rand); err != nil {
			return sealer{}, err
		}
	}
	return newSealer(master)
}

func madeSealer(o Options, path string) (sealer, error) {
	master := make([]byte, keySize)
	if _, err := io.ReadFull(o.Rand, master); err != nil {
		return sealer{}, fmt.Errorf("audit key: %w", err)
	}
	text, err := wrap(master, o.Wrap, o.Rand)
	if err == nil {
		err = replace(path, text)
	}
	if err != nil {
		return sealer{}, fmt.Errorf("audit key: %w: check that the disk has room and the folder may be written", err)
	}
	return newSealer(master)
}

// RewrapKey replaces the file of the master key by one that is wrapped with
// another key; nil stands for none. One that is wrapped so already stays.
func RewrapKey(folder string, from, to []byte, random io.Reader) error {
	path := filepath.Join(folder, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("audit key: %w", err)
	}
	master, wrapped, err := unwrap(text, from)
	if err != nil {
		return fmt.Errorf("audit key %s %w", path, err)
	}
	if to == nil && !wrapped {
		return nil
	}
	if text, err = wrap(master, to, random); err != nil {
		return fmt.Errorf("audit key: %w", err)
	}
	return replace(path, text)
}

func unwrap(text, with []byte) (master []byte, wrapped bool, err error) {
	if len(text) == keySize {
		return text, false, nil
	}
	if len(text) != wrappedLen || string(text[:len(wrapMagic)]) != wrapMagic {
		return nil, false, fmt.Errorf("has %d bytes, not %d: restore it from a backup", len(text), keySize)
	}
	if with == nil {
		return nil, true, errors.New("is encrypted, and the state is not: restore both from one backup")
	}
	box, err := boxOf(with)
	if err != nil {
		return nil, true, err
	}
	sealed := text[len(wrapMagic):]
	if master, err = box.Open(nil, sealed[:nonceSize], sealed[nonceSize:], []byte(wrapMagic)); err != nil {
		return nil, true, errors.New("does not belong to the state: restore both from one backup")
	}
	return master, true, nil
}

func wrap(master, with []byte, random io.Reader) ([]byte, error) {
	if with == nil {
		return master, nil
	}
	box, err := boxOf(with)
	if err != nil {
		return nil, err
	}
	text := append([]byte(wrapMagic), make([]byte, nonceSize)...)
	nonce := text[len(wrapMagic):]
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, err
	}
	return box.Seal(text, nonce, master, []byte(wrapMagic)), nil
}

func boxOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// replace puts a file in the place of another, at once: a reader finds the one
// or the other, whole.
func replace(path string, text []byte) error {
	f, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+newSuffix))
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// newSuffix is behind the name of what is about to take a file's place.
const newSuffix = ".new"

// syncFolder puts the names of a folder on disk. Where folders cannot be
// synced that is the system's to do.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}

// Opens reports whether the journal has its key, so that values can be opened.
func (j *Journal) Opens() bool { return j.sealer.prk != nil }
