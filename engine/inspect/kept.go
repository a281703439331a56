package inspect

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"

	"syncline/schema"
)

// keptBuffer is how much is written to the files at once, in bytes.
const keptBuffer = 256 << 10

// kept is the entities of the records, to be looked at again by number. They
// lie in nameless files, encrypted under a key that only this process has.
type kept struct {
	folder  string
	records int
	data    covered
	index   covered // where each begins, eight bytes a record
	buffer  []byte
}

func newKept(folder string) *kept { return &kept{folder: folder} }

// append keeps an entity, and returns its number.
func (k *kept) append(rec *schema.Record) (uint32, error) {
	if k.data.block == nil {
		k.data.block, k.index.block = newCover(), newCover()
	}
	at := k.data.length()
	k.buffer = rec.AppendBinary(k.buffer[:0])
	if err := k.data.append(k.folder, k.buffer); err != nil {
		return 0, err
	}
	number := uint32(k.records)
	k.records++
	return number, k.index.append(k.folder, binary.BigEndian.AppendUint64(nil, uint64(at)))
}

// read fills the record, which has the shape of those kept.
func (k *kept) read(number uint32, into *schema.Record) error {
	var at [8]byte
	if err := k.index.read(at[:], 8*int64(number)); err != nil {
		return err
	}
	start := int64(binary.BigEndian.Uint64(at[:]))
	var size [4]byte
	if err := k.data.read(size[:], start); err != nil {
		return err
	}
	b := make([]byte, 4+binary.LittleEndian.Uint32(size[:]))
	if err := k.data.read(b, start); err != nil {
		return err
	}
	_, err := into.DecodeBinary(b)
	return err
}

func (k *kept) close() {
	k.data.close()
	k.index.close()
}

// covered is a file that is only appended to, and read anywhere.
type covered struct {
	block cipher.Block
	file  *os.File
	start int64
	tail  []byte // not yet in the file
}

func newCover() cipher.Block {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(fmt.Sprintf("inspect: %v", err))
	}
	return block
}

func (c *covered) length() int64 { return c.start + int64(len(c.tail)) }

func (c *covered) append(folder string, b []byte) error {
	c.tail = append(c.tail, b...)
	if len(c.tail) < keptBuffer {
		return nil
	}
	if c.file == nil {
		f, err := nameless(folder)
		if err != nil {
			return err
		}
		c.file = f
	}
	c.over(c.tail, c.start)
	if _, err := c.file.WriteAt(c.tail, c.start); err != nil {
		return fmt.Errorf("keep records in a temporary file: %w", err)
	}
	c.start += int64(len(c.tail))
	c.tail = c.tail[:0]
	return nil
}

func (c *covered) read(b []byte, at int64) error {
	if at < 0 || at+int64(len(b)) > c.length() {
		return fmt.Errorf("read records back: nothing stands at %d", at)
	}
	n := int(min(int64(len(b)), max(0, c.start-at)))
	if n > 0 {
		if _, err := c.file.ReadAt(b[:n], at); err != nil {
			return fmt.Errorf("read records back from a temporary file: %w", err)
		}
		c.over(b[:n], at)
	}
	if n < len(b) {
		copy(b[n:], c.tail[at+int64(n)-c.start:])
	}
	return nil
}

// over covers bytes that stand at a place of the file, or uncovers them: AES in
// counter mode.
func (c *covered) over(b []byte, at int64) {
	var iv, skip [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[8:], uint64(at/aes.BlockSize))
	stream := cipher.NewCTR(c.block, iv[:])
	stream.XORKeyStream(skip[:at%aes.BlockSize], skip[:at%aes.BlockSize])
	stream.XORKeyStream(b, b)
}

func (c *covered) close() {
	if c.file != nil {
		c.file.Close()
	}
}
