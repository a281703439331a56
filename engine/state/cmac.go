package state

import (
	"crypto/aes"
	"crypto/cipher"
)

// cmac is the code of NIST SP 800-38B over AES.
type cmac struct {
	block  cipher.Block
	k1, k2 [aes.BlockSize]byte
}

func newCMAC(block cipher.Block) cmac {
	c := cmac{block: block}
	block.Encrypt(c.k1[:], c.k1[:])
	double(&c.k1)
	c.k2 = c.k1
	double(&c.k2)
	return c
}

// double multiplies by x in GF(2^128).
func double(b *[aes.BlockSize]byte) {
	carry := b[0] >> 7
	for i := range len(b) - 1 {
		b[i] = b[i]<<1 | b[i+1]>>7
	}
	b[len(b)-1] = b[len(b)-1]<<1 ^ carry*0x87
}

// sum returns the code of a key under a bucket.
func (c *cmac) sum(bucket uint8, key []byte) [aes.BlockSize]byte {
	var room [128]byte
	return c.of(append(append(room[:0], bucket), key...))
}

func (c *cmac) of(text []byte) (x [aes.BlockSize]byte) {
	for len(text) > aes.BlockSize {
		for i := range x {
			x[i] ^= text[i]
		}
		c.block.Encrypt(x[:], x[:])
		text = text[aes.BlockSize:]
	}
	last := &c.k1
	if len(text) < aes.BlockSize {
		last = &c.k2
		x[len(text)] ^= 0x80
	}
	for i := range text {
		x[i] ^= text[i]
	}
	for i := range x {
		x[i] ^= last[i]
	}
	c.block.Encrypt(x[:], x[:])
	return x
}
