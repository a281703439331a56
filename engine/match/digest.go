package match

import (
	"strings"
	"unicode/utf8"

	"syncline/schema"
)

// Digest is where a key's value is found in the index.
type Digest struct {
	Key   int    // index into Rules.Keys
	Hash  uint64 // of the normal form, or of a block
	Block bool   // a block of a similar key: finding somebody here proves nothing yet
}

// Digests appends the places to look up, and to be found at, for a record of
// the entity in normal form: one a key, more for lists and for similar keys. A
// key with a blank field has none. seed is the store's own.
func (r *Rules) Digests(dst []Digest, seed uint64, entity *schema.Record) []Digest {
	for i := range r.Keys {
		k := &r.Keys[i]
		from := len(dst)
		if k.Similar > 0 {
			dst = k.blocks(dst, i, seed, entity)
		} else {
			dst = k.digests(dst, i, k.mix(seed, i), 0, entity)
		}
		dst = unique(dst, from)
	}
	return dst
}

// mix keeps equal values of different keys apart.
func (k *Key) mix(seed uint64, i int) uint64 { return seed ^ uint64(i+1)*0x9e3779b97f4a7c15 }

// digests appends one digest for every combination of the elements of the
// key's fields, from the given field on.
func (k *Key) digests(dst []Digest, i int, hash uint64, field int, entity *schema.Record) []Digest {
	if field == len(k.Fields) {
		return append(dst, Digest{Key: i, Hash: hash})
	}
	v := entity.Slots[k.Fields[field]]
	if !many(v) {
		if blank(v) {
			return dst
		}
		return k.digests(dst, i, v.Hash(hash), field+1, entity)
	}
	for _, element := range v.Items() {
		if !blank(element) {
			dst = k.digests(dst, i, element.Hash(hash), field+1, entity)
		}
	}
	return dst
}

func blank(v schema.Value) bool { return v.State() == schema.Absent || v.Blank() }

func many(v schema.Value) bool {
	return v.Is() && (v.Kind() == schema.KindList || v.Kind() == schema.KindSet)
}

// MaxBlock is how many entities of one block are worth comparing: a larger one
// is as common as "Maria" and says nothing, so its holders are not asked for.
// They are still found by their other words.
const MaxBlock = 500

// blockLetters is how many letters of a word make a block.
const blockLetters = 3

// blocks appends a digest for the beginning of every word of the key's fields.
func (k *Key) blocks(dst []Digest, i int, seed uint64, entity *schema.Record) []Digest {
	for _, text := range k.texts(entity) {
		for _, word := range strings.Fields(text) {
			hash := schema.String(beginning(word)).Hash(k.mix(seed, i))
			dst = append(dst, Digest{Key: i, Hash: hash, Block: true})
		}
	}
	return dst
}

func beginning(word string) string {
	end := 0
	for range blockLetters {
		_, n := utf8.DecodeRuneInString(word[end:])
		end += n
	}
	return word[:end]
}

// texts returns what a similar key compares: its fields in lower case, one
// text for every combination of their elements; none when a field is blank.
func (k *Key) texts(entity *schema.Record) []string {
	texts := []string{""}
	for _, field := range k.Fields {
		var next []string
		for _, element := range elements(entity.Slots[field]) {
			for _, t := range texts {
				next = append(next, strings.TrimSpace(t+" "+strings.ToLower(element.Text())))
			}
		}
		texts = next
	}
	return texts
}

// elements returns the values of a list that are no blanks, or the one value.
func elements(v schema.Value) []schema.Value {
	all := []schema.Value{v}
	if many(v) {
		all = v.Items()
	}
	var kept []schema.Value
	for _, e := range all {
		if !blank(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// unique drops repeated digests from the given place on; there are few.
func unique(d []Digest, from int) []Digest {
	kept := d[:from]
	for i := from; i < len(d); i++ {
		seen := false
		for _, k := range kept[from:] {
			seen = seen || k == d[i]
		}
		if !seen {
			kept = append(kept, d[i])
		}
	}
	return kept
}
