package run

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// cover encrypts the file of a spool, where the state is encrypted: AES in
// counter mode under a key that only this process knows, and only as long as
// the spool holds what it holds. What is read back wrong does not decode; it
// is nobody's but this process's own file. A nil cover does nothing.
type cover struct {
	block   cipher.Block
	scratch [2 * aes.BlockSize]byte
}

func newCover() *cover {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(fmt.Sprintf("spool: %v", err))
	}
	return &cover{block: block}
}

// over covers bytes that stand at an offset of the file, or uncovers them.
func (c *cover) over(b []byte, at int64) {
	if c == nil || len(b) == 0 {
		return
	}
	iv, skip := c.scratch[:aes.BlockSize], c.scratch[aes.BlockSize:][:at%aes.BlockSize]
	clear(iv)
	binary.BigEndian.PutUint64(iv[8:], uint64(at/aes.BlockSize))
	stream := cipher.NewCTR(c.block, iv)
	stream.XORKeyStream(skip, skip)
	stream.XORKeyStream(b, b)
}
