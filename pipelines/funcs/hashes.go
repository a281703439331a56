package funcs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/google/uuid"
	"github.com/zeebo/xxh3"

	"syncline/schema"
)

var hashes = Family{
	Name: "Hashes",
	Doc:  "Stable keys from values. The hash of a personal value is still personal: it can be guessed from a list of names.",
	Funcs: []*Func{
		textFunc("sha256", "The SHA-256 of a text, in hexadecimal.", func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) },
			Example{"sha256('abc')", "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'"}),
		textFunc("short_hash", "A hash of 16 hexadecimal digits: short, and fit for keys, not for secrets.", func(s string) string { h := xxh3.HashString128(s).Bytes(); return hex.EncodeToString(h[:8]) },
			Example{"size(short_hash('abc'))", "16"}, Example{"short_hash('a') == short_hash('b')", "false"}),
		{
			Name: "hmac_sha256", Doc: "The HMAC with SHA-256 of a text by a key, in hexadecimal.",
			Params: []Param{{Name: "text", Type: stringType}, {Name: "key", Type: stringType}}, Result: stringType, Errors: "an empty key",
			Examples: []Example{{"hmac_sha256('what do ya want for nothing?', 'Jefe')", "'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'"}, {"hmac_sha256('a', '')", "error"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				if args[1].Text() == "" {
					return schema.Value{}, errors.New("the key is empty")
				}
				h := hmac.New(sha256.New, []byte(args[1].Text()))
				h.Write([]byte(args[0].Text()))
				return schema.String(hex.EncodeToString(h.Sum(nil))), nil
			},
		},
		{
			Name: "uuid5", Doc: "The UUID, version 5, of a text in a name space, which is a UUID itself.",
			Params: []Param{{Name: "namespace", Type: stringType}, {Name: "text", Type: stringType}}, Result: stringType, Errors: "a name space that is no UUID",
			Examples: []Example{{"uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')", "'2ed6657d-e927-568b-95e1-2665a8aea6a2'"}, {"uuid5('x', 'y')", "error"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				space, err := uuid.Parse(args[0].Text())
				if err != nil {
					return schema.Value{}, errors.New("the name space is no UUID")
				}
				return schema.String(uuid.NewSHA1(space, []byte(args[1].Text())).String()), nil
			},
		},
	},
}
