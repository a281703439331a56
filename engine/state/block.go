package state

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// BlockKey is the name of the random key, kept as a hash, that digests of the
// blocked are made with. An encrypted state seals it.
const BlockKey = "block/key"

// BlockRecord is the digest of a record that takes no part any more.
func BlockRecord(key []byte, p, end Number, record string) [32]byte {
	return blockDigest(key, 'r', p, end, []byte(record))
}

// BlockMatch is the digest of a match key that takes no part any more.
func BlockMatch(key []byte, p, match Number, digest uint64) [32]byte {
	return blockDigest(key, 'k', p, match, binary.BigEndian.AppendUint64(nil, digest))
}

func blockDigest(key []byte, kind byte, p, of Number, text []byte) (d [32]byte) {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte{kind, byte(p >> 8), byte(p), byte(of >> 8), byte(of)})
	mac.Write(text)
	mac.Sum(d[:0])
	return d
}
