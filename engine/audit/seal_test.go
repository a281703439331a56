package audit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"testing"
)

// TestKeyIsHKDF proves that an entity's key is the one that HKDF gives.
func TestKeyIsHKDF(t *testing.T) {
	master := []byte("0123456789abcdef0123456789abcdef")
	s, err := newSealer(master)
	if err != nil {
		t.Fatal(err)
	}
	for salt := range byte(3) {
		box, err := s.box(s.mac, [16]byte{salt})
		if err != nil {
			t.Fatal(err)
		}
		sealed := box.Seal(nil, make([]byte, nonceSize), []byte("value"), nil)
		key, err := hkdf.Key(sha256.New, master, []byte("syncline audit"), "values"+string(append([]byte{salt}, make([]byte, 15)...)), keySize)
		if err != nil {
			t.Fatal(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := gcm.Open(nil, make([]byte, nonceSize), sealed, nil); err != nil || string(plain) != "value" {
			t.Errorf("salt %d: %q %v", salt, plain, err)
		}
	}
}
