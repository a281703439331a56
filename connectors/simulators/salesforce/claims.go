package salesforce

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// formOf reads the body of a token request.
func formOf(c *simulators.Call) (url.Values, error) { return url.ParseQuery(string(c.Content)) }

// claimed says what is wrong with what a JWT claims; "" where nothing is.
func claimed(assertion string, now time.Time) string {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return "invalid assertion"
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
	}
	switch {
	case err != nil || json.Unmarshal(text, &claims) != nil:
		return "invalid assertion"
	case claims.Issuer != Client:
		return "invalid client credentials"
	case claims.Subject != User:
		return "user hasn't approved this consumer"
	case claims.Audience == "":
		return "audience is invalid"
	case claims.Expires <= now.Unix():
		return "expired authorization code"
	}
	return ""
}
