package httpclient

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"
)

// JWT is OAuth 2 with a signed assertion (RFC 7523), as Google and Salesforce
// take it.
type JWT struct {
	Endpoint Endpoint
	Key      string         // a PEM private key: RSA signs RS256, P-256 signs ES256
	KeyID    string         // the header's kid; "": none
	Claims   map[string]any // iss, sub, aud, scope …; iat and exp are added; aud is the endpoint's URL if it is missing
	Lifetime time.Duration  // of the assertion; 0: 3 min
	Place    Place
}

func (a JWT) check() error {
	_, err := signer(a.Key)
	return errors.Join(a.Endpoint.check(), err)
}

// secrets also lists the lines of the key, since an error may quote one.
func (a JWT) secrets() []string {
	all := append(a.Endpoint.secrets(), a.Key)
	for line := range strings.Lines(unfold(a.Key)) {
		if line = strings.TrimSpace(line); len(line) >= 16 && !strings.HasPrefix(line, "-----") {
			all = append(all, line)
		}
	}
	return all
}

func (a JWT) place() Place     { return a.Place }
func (a JWT) endpoint() string { return a.Endpoint.URL }
func (a JWT) identity() string {
	return fmt.Sprintf("jwt %s %q %q %v", a.Endpoint.identity(), a.Key, a.KeyID, a.Claims)
}

func (a JWT) fetch(ctx context.Context, c *Client, _ *tokens) (Token, error) {
	assertion, err := a.assertion(c.o.Clock())
	if err != nil {
		return Token{}, c.failure(&Request{Op: logIn}, nil, tokenless, err)
	}
	c.account.secrets.renew(assertion)
	g, err := c.grant(ctx, a.Endpoint, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}})
	return g.token, err
}

func (a JWT) assertion(now time.Time) (string, error) {
	key, err := signer(a.Key)
	if err != nil {
		return "", err
	}
	lifetime := a.Lifetime
	if lifetime == 0 {
		lifetime = 3 * time.Minute
	}
	claims := map[string]any{"aud": a.Endpoint.URL}
	maps.Copy(claims, a.Claims)
	claims["iat"], claims["exp"] = now.Unix(), now.Add(lifetime).Unix()
	header := map[string]any{"typ": "JWT", "alg": "RS256"}
	if _, ok := key.(*ecdsa.PrivateKey); ok {
		header["alg"] = "ES256"
	}
	if a.KeyID != "" {
		header["kid"] = a.KeyID
	}
	var parts []string
	for _, part := range []map[string]any{header, claims} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", errors.New("a claim cannot be written as JSON")
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	signed := strings.Join(parts, ".")
	signature, err := sign(key, sha256.Sum256([]byte(signed)))
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// sign signs a digest; ES256 wants the two numbers, not their ASN.1 (RFC 7518).
func sign(key crypto.Signer, digest [sha256.Size]byte) ([]byte, error) {
	k, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return key.Sign(rand.Reader, digest[:], crypto.SHA256)
	}
	r, s, err := ecdsa.Sign(rand.Reader, k, digest[:])
	if err != nil {
		return nil, err
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	s.FillBytes(both[32:])
	return both, nil
}

// unfold gives a key its lines back that an environment variable took.
func unfold(key string) string { return strings.ReplaceAll(key, `\n`, "\n") }

// signer reads a private key. Its errors hold nothing of the key.
func signer(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(unfold(text)))
	if block == nil {
		return nil, errors.New("the private key is not PEM: it begins with -----BEGIN")
	}
	var key any
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
	} {
		if k, err := parse(block.Bytes); err == nil {
			key = k
			break
		}
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P256() {
			return k, nil
		}
	}
	return nil, errors.New("the private key is neither RSA nor of the curve P-256, or has a passphrase")
}
