package state

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
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

// sum puts the code of a key under a bucket into the room.
func (c *cmac) sum(r *room, bucket uint8, key []byte) {
	r.text = append(append(r.text[:0], bucket), key...)
	c.of(r.text, &r.mac)
}

// of puts the code of a text into x.
func (c *cmac) of(text []byte, x *[aes.BlockSize]byte) {
	clear(x[:])
	for len(text) > aes.BlockSize {
		subtle.XORBytes(x[:], x[:], text)
		c.block.Encrypt(x[:], x[:])
		text = text[aes.BlockSize:]
	}
	last := &c.k1
	if len(text) < aes.BlockSize {
		last = &c.k2
		x[len(text)] ^= 0x80
	}
	subtle.XORBytes(x[:], x[:], text)
	subtle.XORBytes(x[:], x[:], last[:])
	c.block.Encrypt(x[:], x[:])
}
