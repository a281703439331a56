package httpclient

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
)

// tokenLife is how many seconds the real server's tokens hold.
const tokenLife = "2"

// oauthServer starts the real server of testdata/oauth: its address, and a
// refresh token.
func oauthServer(t *testing.T, key *ecdsa.PrivateKey) (issuer, refresh string) {
	t.Helper()
	node := connectortest.Program(t, "node")
	if _, err := os.Stat("testdata/oauth/node_modules/oidc-provider"); err != nil {
		connectortest.Demanded(t, "no OAuth server: run npm ci in connectors/httpclient/testdata/oauth")
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := filepath.Join(t.TempDir(), "public.pem")
	write(t, public, "PUBLIC KEY", der)
	cmd := exec.Command(node, "testdata/oauth/server.mjs", public, tokenLife)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() // it ends with its input
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var up struct{ Issuer, Refresh string }
	if json.Unmarshal(line, &up) != nil || up.Issuer == "" {
		t.Fatalf("the server did not start: %v\n%s", err, said.String())
	}
	return up.Issuer, up.Refresh
}

// TestARealOAuthServer keeps several clients busy, for longer than two tokens
// live, against a certified server that takes each refresh token once and
// revokes the consent of who shows one twice: no request fails, and each token
// is asked for once.
func TestARealOAuthServer(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issuer, refresh := oauthServer(t, key)
	var kept sync.Map
	keeper := &keeping{keep: func(token string) error {
		if _, twice := kept.LoadOrStore(token, true); twice {
			t.Error("a refresh token is kept twice")
		}
		return nil
	}}
	form := Endpoint{URL: issuer + "/token", ID: "form", Secret: "form-secret/+ &"}
	basic := Endpoint{URL: issuer + "/token", ID: "basic", Secret: "basic-secret/+ &", InHeader: true}
	auths := map[string]Auth{
		"form":    ClientCredentials{Endpoint: form, Scopes: []string{"people"}},
		"basic":   ClientCredentials{Endpoint: basic},
		"jwt":     JWT{Endpoint: Endpoint{URL: issuer + "/token", ID: "signer"}, Key: pemKey(t, key), Claims: map[string]any{"iss": "signer"}},
		"refresh": RefreshToken{Endpoint: form, Token: refresh, Keeper: keeper},
	}
	var all sync.WaitGroup
	for name, auth := range auths {
		pool := NewPool()
		var sent, repeated atomic.Int64
		o := Options{Base: address(t, issuer), Auth: auth, Pool: pool, Credential: name, Limits: []Limit{{1, 20 * time.Millisecond}}, Retry: Retry{First: time.Millisecond}}
		end := time.Now().Add(4 * time.Second)
		for range 3 {
			c := made(t, o)
			all.Go(func() {
				for time.Now().Before(end) { // the limit paces it
					resp, err := c.Do(t.Context(), &Request{Path: "api"})
					if err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
					sent.Add(1)
					repeated.Add(int64(resp.Attempts - 1))
				}
			})
		}
		defer func() {
			renewals := int64(0)
			for _, s := range pool.Stats() {
				renewals = max(renewals, s.Renewals)
			}
			if renewals < 3 || renewals > 6 || sent.Load() < 50 || repeated.Load() > sent.Load()/20 {
				t.Errorf("%s: %d tokens for %d requests, %d of them repeated", name, renewals, sent.Load(), repeated.Load())
			}
		}()
	}
	all.Wait()
	for _, start := range []string{"the next", "the one after it"} { // nothing is left of a process but what it kept
		if _, err := made(t, Options{Base: address(t, issuer), Auth: auths["refresh"]}).Do(t.Context(), &Request{Path: "api"}); err != nil {
			t.Errorf("%s start: %v", start, err)
		}
	}
	for name, bad := range map[string]Auth{
		"a wrong secret":        ClientCredentials{Endpoint: Endpoint{URL: form.URL, ID: "form", Secret: "wrong-secret"}},
		"a used refresh token":  RefreshToken{Endpoint: form, Token: refresh},
		"another's signature":   JWT{Endpoint: Endpoint{URL: form.URL, ID: "signer"}, Key: pemKey(t, otherKey(t)), Claims: map[string]any{"iss": "signer"}},
		"an audience not meant": JWT{Endpoint: Endpoint{URL: form.URL, ID: "signer"}, Key: pemKey(t, key), Claims: map[string]any{"iss": "signer", "aud": "https://other.example"}},
	} {
		_, err := made(t, Options{Base: address(t, issuer), Auth: bad}).Do(t.Context(), &Request{Path: "api", Method: "POST"})
		codes := []string{"invalid_client", "invalid_grant"}
		named := slices.ContainsFunc(codes, func(code string) bool { return err != nil && strings.Contains(err.Error(), code) })
		if connectors.KindOf(err) != connectors.Denied || !named {
			t.Errorf("%s: %v (kind %d)", name, err, connectors.KindOf(err))
		}
	}
}

func otherKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
