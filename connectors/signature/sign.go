package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Sign returns the headers that a body goes out with: its id, which is equal
// when the same is sent again, the moment of this attempt, and the signature
// over both and the body. A secret is base64, also behind "whsec_".
func (s Standard) Sign(secret, id string, at time.Time, body []byte) (http.Header, error) {
	key, err := standardKey(secret)
	if err != nil {
		return nil, err
	}
	prefix, moment := s.prefix(), strconv.FormatInt(at.Unix(), 10)
	out := http.Header{}
	out.Set(prefix+"id", id)
	out.Set(prefix+"timestamp", moment)
	out.Set(prefix+"signature", "v1,"+base64.StdEncoding.EncodeToString(standardSum(key, id, moment, body)))
	return out, nil
}

func (s Standard) prefix() string {
	if s.Prefix == "" {
		return "webhook-"
	}
	return s.Prefix
}

func standardKey(secret string) ([]byte, error) {
	return Base64.key(strings.TrimPrefix(secret, "whsec_"))
}

func standardSum(key []byte, id, moment string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + moment + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
