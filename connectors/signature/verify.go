// Package signature says whether a delivery comes from whom it says, and signs
// one that goes out. It knows the schemes that systems sign webhooks with:
// keyed hashes of what was sent, hashes with a moment in one header, Standard
// Webhooks, a shared token, and a certificate that a proxy tells of.
//
// It reads no body and keeps nothing: what is in a delivery is its connector's
// business, and telling repeated deliveries apart that of whoever keeps them.
//
// Enter at [Rules.Verify], and at [Standard.Sign].
package signature

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some APIs sign with it, and as a keyed hash it holds
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
)

// What may be wrong with a delivery, or with the settings.
var (
	ErrNoSecret = errors.New("there is no secret to verify it with")
	ErrTooLarge = errors.New("it is larger than deliveries of this system are")
)

var (
	errUnsigned  = errors.New("it carries no signature, or several")
	errForged    = errors.New("its signature is not the system's")
	errNoMoment  = errors.New("it does not tell when it was signed")
	errMoment    = errors.New("it was signed too long ago, or in the future")
	errKey       = errors.New("the secret is not in the form that the signature needs")
	errNotUnique = errors.New("a header that counts is there more than once")
)

const (
	defaultWindow = 5 * time.Minute
	defaultSize   = 1 << 20
)

// Rules say what a delivery has to be.
type Rules struct {
	Scheme Scheme
	Size   int64         // the greatest body, in bytes; 0: 1 MiB
	Window time.Duration // how old or new a signed moment may be; 0: 5 minutes
}

// TooLarge reports whether a body is larger than it may be.
func (r Rules) TooLarge(body []byte) bool {
	size := r.Size
	if size <= 0 {
		size = defaultSize
	}
	return int64(len(body)) > size
}

// Verify says whether a delivery was signed with one of the secrets and, where
// the scheme tells a moment, within the window around now. It is pure, and
// takes as long for a wrong signature as for a right one.
func (r Rules) Verify(d *connectors.Delivery, secrets []string, now time.Time) error {
	if r.TooLarge(d.Body) {
		return ErrTooLarge
	}
	window := r.Window
	if window <= 0 {
		window = defaultWindow
	}
	v := verifier{d: d, header: http.Header{}, now: now, window: window}
	for name, values := range d.Header {
		v.header[http.CanonicalHeaderKey(name)] = append(v.header[http.CanonicalHeaderKey(name)], values...)
	}
	err := ErrNoSecret
	for _, secret := range secrets {
		if secret == "" {
			continue // anybody could sign with nothing
		}
		if err = v.verify(r.Scheme, secret); err == nil {
			return nil
		}
	}
	return err
}

// Moment returns when a delivery was signed, as far as its scheme tells.
func (r Rules) Moment(d *connectors.Delivery) (time.Time, error) {
	h, text := http.Header{}, ""
	for name, values := range d.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	switch s := r.Scheme.(type) {
	case HMAC:
		text = h.Get(s.Moment)
	case Timestamped:
		for part := range strings.SplitSeq(h.Get(s.Header), ",") {
			if name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name == cmp.Or(s.Moment, "t") {
				text = value
			}
		}
	case Standard:
		text = h.Get(s.prefix() + "timestamp")
	}
	at, err := Moment(strings.TrimSpace(text))
	if err != nil {
		return at, errNoMoment
	}
	return at.UTC(), nil
}

// verifier verifies one delivery.
type verifier struct {
	d      *connectors.Delivery
	header http.Header
	now    time.Time
	window time.Duration
}

func (v *verifier) verify(s Scheme, secret string) error {
	switch s := s.(type) {
	case HMAC:
		return v.hmac(s, secret)
	case Timestamped:
		return v.timestamped(s, secret)
	case Standard:
		return v.standard(s, secret)
	case Token:
		return v.token(s, secret)
	case Certificate:
		got, err := v.one(s.Header)
		if err != nil {
			return err
		}
		return same([]byte(got), []byte(secret))
	}
	return errUnsigned
}

// one returns the only value of a header.
func (v *verifier) one(name string) (string, error) {
	switch values := v.header.Values(name); len(values) {
	case 0:
		return "", errUnsigned
	case 1:
		return strings.TrimSpace(values[0]), nil
	}
	return "", errNotUnique
}

// same compares without telling by its time where two texts differ, or how
// long the secret one is.
func same(got, want []byte) error {
	a, b := sha256.Sum256(got), sha256.Sum256(want)
	if subtle.ConstantTimeCompare(a[:], b[:]) != 1 {
		return errForged
	}
	return nil
}

func (v *verifier) hmac(s HMAC, secret string) error {
	key, err := s.KeyForm.key(secret)
	if err != nil {
		return err
	}
	text, err := v.one(s.Header)
	if err != nil {
		return err
	}
	text, ok := strings.CutPrefix(text, s.Prefix)
	if !ok {
		return errForged
	}
	got, err := s.Form.decode(text)
	if err != nil {
		return errForged
	}
	mac := hmac.New(s.Hash.new(), key)
	if err := v.over(mac, s.Over); err != nil {
		return err
	}
	if !hmac.Equal(got, mac.Sum(nil)) {
		return errForged
	}
	if s.Moment == "" {
		return nil
	}
	moment, err := v.one(s.Moment)
	if err != nil {
		return errNoMoment
	}
	return v.within(moment)
}

// over writes what is signed.
func (v *verifier) over(mac hash.Hash, parts []Part) error {
	if parts == nil {
		parts = []Part{Body{}}
	}
	for _, p := range parts {
		switch p := p.(type) {
		case Body:
			mac.Write(v.d.Body)
		case Text:
			mac.Write([]byte(p))
		case Method:
			mac.Write([]byte(v.d.Method))
		case URL:
			mac.Write([]byte(v.d.URL))
		case Header:
			value, err := v.one(string(p))
			if err != nil {
				return err
			}
			mac.Write([]byte(value))
		}
	}
	return nil
}

func (v *verifier) timestamped(s Timestamped, secret string) error {
	line, err := v.one(s.Header)
	if err != nil {
		return err
	}
	var moment string
	var given [][]byte
	for _, part := range strings.Split(line, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case cmp.Or(s.Moment, "t"):
			if moment != "" {
				return errNotUnique
			}
			moment = value
		case cmp.Or(s.Scheme, "v1"):
			if sum, err := hex.DecodeString(value); err == nil {
				given = append(given, sum)
			}
		}
	}
	if moment == "" {
		return errNoMoment
	}
	mac := hmac.New(s.Hash.new(), []byte(secret))
	mac.Write([]byte(moment + cmp.Or(s.Separator, ".")))
	mac.Write(v.d.Body)
	if err := anyOf(given, mac.Sum(nil)); err != nil {
		return err
	}
	return v.within(moment)
}

func anyOf(given [][]byte, want []byte) error {
	for _, got := range given {
		if hmac.Equal(got, want) {
			return nil
		}
	}
	return errForged
}

func (v *verifier) standard(s Standard, secret string) error {
	var parts [3]string
	for i, name := range []string{"id", "timestamp", "signature"} {
		var err error
		if parts[i], err = v.one(s.prefix() + name); err != nil {
			return err
		}
	}
	key, err := standardKey(secret)
	if err != nil {
		return err
	}
	var given [][]byte
	for _, one := range strings.Fields(parts[2]) {
		if text, ok := strings.CutPrefix(one, "v1,"); ok {
			if sum, err := base64.StdEncoding.DecodeString(text); err == nil {
				given = append(given, sum)
			}
		}
	}
	if err := anyOf(given, standardSum(key, parts[0], parts[1], v.d.Body)); err != nil {
		return err
	}
	return v.within(parts[1])
}

func (v *verifier) token(s Token, secret string) error {
	if s.Header != "" {
		got, err := v.one(s.Header)
		if err != nil {
			return err
		}
		return same([]byte(got), []byte(s.Prefix+secret))
	}
	u, err := url.Parse(v.d.URL)
	if err != nil {
		return errUnsigned
	}
	values := u.Query()[s.Query]
	if len(values) != 1 {
		return errUnsigned
	}
	return same([]byte(values[0]), []byte(secret))
}

// within holds a moment, seconds or milliseconds since 1970 or RFC 3339, to the
// window.
func (v *verifier) within(text string) error {
	at, err := Moment(text)
	if err != nil {
		return errNoMoment
	}
	if d := v.now.Sub(at); d > v.window || d < -v.window {
		return errMoment
	}
	return nil
}

// Moment reads a moment: seconds or milliseconds since 1970, or RFC 3339. A
// number from 1e11 on counts milliseconds.
func Moment(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return time.Parse(time.RFC3339, text)
	case n >= 1e11 || n <= -1e11:
		return time.UnixMilli(n), nil
	}
	return time.Unix(n, 0), nil
}

func (h Hash) new() func() hash.Hash {
	switch h {
	case SHA1:
		return sha1.New
	case SHA512:
		return sha512.New
	}
	return sha256.New
}

// decode reads a signature.
func (f Form) decode(text string) ([]byte, error) {
	if f == Base64 {
		return base64.StdEncoding.DecodeString(text)
	}
	return hex.DecodeString(text)
}

// key makes the key of a secret.
func (f Form) key(secret string) (key []byte, err error) {
	switch f {
	case Hex:
		key, err = hex.DecodeString(secret)
	case Base64:
		key, err = base64.StdEncoding.DecodeString(secret)
	default:
		return []byte(secret), nil
	}
	if err != nil || len(key) == 0 {
		return nil, errKey
	}
	return key, nil
}
