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
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
)

func served(t testing.TB, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func pemKey(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestWhereACredentialGoes(t *testing.T) {
	for _, tt := range []struct {
		auth          Auth
		header, query string
		name          string
	}{
		{auth: Basic{User: "key-of-the-api"}, name: "Authorization", header: "Basic " + base64.StdEncoding.EncodeToString([]byte("key-of-the-api:"))},
		{auth: Bearer{"t"}, name: "Authorization", header: "Bearer t"},
		{auth: Key{"k", Place{Header: "X-Api-Key"}}, name: "X-Api-Key", header: "k"},
		{auth: Key{"k", Place{Header: "Authorization", Prefix: "Token "}}, name: "Authorization", header: "Token k"},
		{auth: Key{"a b&c", Place{Query: "api_key"}}, query: "page=2&api_key=a+b%26c"},
	} {
		var header, query string
		c := made(t, Options{Auth: tt.auth, Record: network(func(req *http.Request) (*http.Response, error) {
			header, query = req.Header.Get(tt.name), req.URL.RawQuery
			return reply(req, 200, nil, ""), nil
		})})
		resp, err := c.Do(t.Context(), &Request{Path: "x", Query: url.Values{"page": {"2"}}})
		if err != nil {
			t.Fatal(err)
		}
		if tt.query == "" {
			tt.query = "page=2"
		}
		if tt.name == "" {
			header = ""
		}
		if header != tt.header || query != tt.query || resp.URL.RawQuery != "page=2" {
			t.Errorf("%T: %q, %q, %s", tt.auth, header, query, resp.URL)
		}
	}
}

// issuer is a token endpoint: it counts, checks what it can, and gives tokens
// that hold for a time.
type issuer struct {
	mu      sync.Mutex
	issued  int
	life    int
	refresh string // the only refresh token that is good
	valid   string // the only access token that is good
	forms   []url.Values
	status  int // answers so instead, with body
	body    string
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r.ParseForm()
	if user, password, ok := r.BasicAuth(); ok {
		r.PostForm.Set("basic", user+":"+password)
	}
	i.forms = append(i.forms, r.PostForm)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case i.status != 0:
		w.WriteHeader(i.status)
		fmt.Fprint(w, i.body)
		return
	case r.PostForm.Get("grant_type") == "refresh_token" && r.PostForm.Get("refresh_token") != i.refresh:
		w.WriteHeader(400)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	i.issued++
	i.valid = fmt.Sprintf("access-%d", i.issued)
	answer := map[string]any{"access_token": i.valid, "token_type": "Bearer", "expires_in": i.life}
	if i.refresh != "" {
		i.refresh = fmt.Sprintf("refresh-%d", i.issued)
		answer["refresh_token"] = i.refresh
	}
	json.NewEncoder(w).Encode(answer)
}

// guarded answers what shows the good token.
func (i *issuer) guarded(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+i.valid {
		w.WriteHeader(401)
	}
}

// around is an issuer at /token and an API elsewhere, without a network.
func (i *issuer) around(delay time.Duration) network {
	return func(req *http.Request) (*http.Response, error) {
		if err := sleep(req.Context(), delay); err != nil {
			return nil, err
		}
		w := httptest.NewRecorder()
		if req.URL.Path == "/token" {
			i.ServeHTTP(w, req)
		} else {
			i.guarded(w, req)
		}
		resp := w.Result()
		resp.Request = req
		return resp, nil
	}
}

const tokenURL = "https://login.example.com/token"

func TestOneTokenForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: 100}
		pool := NewPool()
		auth := ClientCredentials{Endpoint: Endpoint{URL: tokenURL, ID: "me", Secret: "s3cret-s3cret"}}
		var clients []*Client
		for range 3 {
			clients = append(clients, made(t, Options{Auth: auth, Pool: pool, Record: i.around(time.Second)}))
		}
		all := func(n int) {
			var group sync.WaitGroup
			for k := range n {
				group.Go(func() {
					if _, err := clients[k%3].Do(t.Context(), &Request{Path: "x", Method: "POST"}); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		}
		all(50)
		if i.issued != 1 {
			t.Errorf("50 requests asked for %d tokens", i.issued)
		}
		time.Sleep(70 * time.Second)
		all(50)
		if i.issued != 1 {
			t.Errorf("a token is renewed at %d s of 100", 72)
		}
		time.Sleep(10 * time.Second)
		all(50)
		if i.issued != 2 {
			t.Errorf("%d tokens: it is renewed a little before its end, once", i.issued)
		}
		i.mu.Lock()
		i.valid = "somebody revoked it"
		i.mu.Unlock()
		all(50)
		if i.issued != 3 {
			t.Errorf("%d tokens: a refused one is renewed once for all", i.issued)
		}
	})
}

// TestATokenIsRenewedOnceAfterARefusal: an API that goes on refusing is Denied,
// after two requests and one new token.
func TestATokenIsRenewedOnceAfterARefusal(t *testing.T) {
	i := &issuer{life: 3600}
	asked := 0
	inner := i.around(0)
	c := made(t, Options{Auth: ClientCredentials{Endpoint: Endpoint{URL: tokenURL, ID: "me"}}, Record: network(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path != "/token" {
			asked++
			return reply(req, 401, nil, ""), nil
		}
		return inner(req)
	})})
	_, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST"})
	if connectors.KindOf(err) != connectors.Denied || asked != 2 || i.issued != 2 {
		t.Errorf("%v after %d requests and %d tokens", err, asked, i.issued)
	}
}

func TestHowClientsShowThemselves(t *testing.T) {
	for _, inHeader := range []bool{false, true} {
		i := &issuer{life: 60}
		e := Endpoint{URL: tokenURL, ID: "me&you", Secret: "s3cret/+ ", InHeader: inHeader, Params: url.Values{"audience": {"api"}}}
		c := made(t, Options{Auth: ClientCredentials{Endpoint: e, Scopes: []string{"a", "b"}}, Record: i.around(0)})
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
			t.Fatal(err)
		}
		f := i.forms[0]
		shown := f.Get("client_id") + ":" + f.Get("client_secret")
		if want := "me&you:s3cret/+ "; inHeader {
			user, password, _ := strings.Cut(f.Get("basic"), ":")
			user, _ = url.QueryUnescape(user)
			password, _ = url.QueryUnescape(password)
			if shown = user + ":" + password; shown != want || f.Has("client_secret") {
				t.Errorf("in the header: %q", shown)
			}
		} else if shown != want || f.Has("basic") {
			t.Errorf("in the form: %q", shown)
		}
		if f.Get("scope") != "a b" || f.Get("audience") != "api" || f.Get("grant_type") != "client_credentials" {
			t.Errorf("form: %v", f)
		}
	}
}

// keeping keeps by a function, and holds what it kept for the next start.
type keeping struct {
	mu   sync.Mutex
	held map[string]string
	keep func(token string) error
}

func (k *keeping) Kept(name string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held[name], nil
}

func (k *keeping) Keep(name, token string) error {
	if err := k.keep(token); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held == nil {
		k.held = map[string]string{}
	}
	k.held[name] = token
	return nil
}

// TestARotatedTokenIsKeptBeforeItIsUsed also holds that a second client, made
// with the first refresh token, goes on with the one that is held.
func TestARotatedTokenIsKeptBeforeItIsUsed(t *testing.T) {
	i := &issuer{life: 3600, refresh: "refresh-0"}
	inner := i.around(0)
	var events []string
	var broken error
	auth := RefreshToken{Endpoint: Endpoint{URL: tokenURL, ID: "me"}, Token: "refresh-0", Keeper: &keeping{keep: func(token string) error {
		events = append(events, "keep "+token)
		return broken
	}}}
	pool := NewPool()
	o := Options{Auth: auth, Pool: pool, Credential: "crm", Record: network(func(req *http.Request) (*http.Response, error) {
		events = append(events, strings.TrimPrefix(req.URL.Path, "/v1"))
		return inner(req)
	})}
	do := func() error {
		_, err := made(t, o).Do(t.Context(), &Request{Path: "x"})
		return err
	}
	if err := do(); err != nil || !slices.Equal(events, []string{"/token", "keep refresh-1", "/x"}) {
		t.Errorf("%v: %v", events, err)
	}
	events, broken = nil, errors.New("disk full")
	i.valid = "revoked"
	err := do()
	if connectors.KindOf(err) != connectors.Failed || !strings.Contains(fmt.Sprint(err), "disk full") || !slices.Equal(events, []string{"/x", "/token", "keep refresh-2"}) {
		t.Errorf("%v: %v", events, err)
	}
	events, broken = nil, nil
	if err := do(); err != nil || events[1] != "keep refresh-2" && events[0] != "keep refresh-2" {
		t.Errorf("%v: %v", events, err)
	}
	if i.issued > 3 {
		t.Errorf("%d tokens", i.issued)
	}
	// Somebody gave a new consent: the held token is worth nothing, the
	// client's is good.
	i.refresh, i.valid = "consent", "revoked"
	auth.Token = "consent"
	o.Auth = auth
	if err := do(); err != nil {
		t.Error(err)
	}
}

// TestTwoConsentsAreTwo: two people's consents for one application share neither
// token nor what replaced it, in one process and after the next start.
func TestTwoConsentsAreTwo(t *testing.T) {
	keeper := &keeping{keep: func(string) error { return nil }}
	pool := NewPool()
	for range 2 {
		for _, who := range []string{"ann", "bob"} {
			i := &issuer{life: 3600, refresh: who}
			if kept, _ := keeper.Kept(RefreshToken{Endpoint: Endpoint{URL: tokenURL, ID: "me"}, Token: who}.kept()); kept != "" {
				i.refresh = kept
			}
			auth := RefreshToken{Endpoint: Endpoint{URL: tokenURL, ID: "me"}, Token: who, Keeper: keeper}
			if _, err := made(t, Options{Auth: auth, Pool: pool, Record: i.around(0)}).Do(t.Context(), &Request{Path: "x"}); err != nil || len(i.forms) != 1 {
				t.Errorf("%s: %v, asked for a token %d times", who, err, len(i.forms))
			}
		}
		pool = NewPool()
	}
	if len(keeper.held) != 2 {
		t.Errorf("%d tokens are kept of two consents", len(keeper.held))
	}
}

// TestGivingUpLosesNoRefreshToken: the one who waits gives up while the token
// endpoint rotates, and the new refresh token is kept all the same.
func TestGivingUpLosesNoRefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: 3600, refresh: "refresh-0"}
		kept := ""
		auth := RefreshToken{Endpoint: Endpoint{URL: tokenURL, ID: "me"}, Token: "refresh-0", Keeper: &keeping{keep: func(token string) error {
			kept = token
			return nil
		}}}
		c := made(t, Options{Auth: auth, Record: i.around(2 * time.Second)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Do(ctx, &Request{Path: "x"}); connectors.KindOf(err) != connectors.Failed {
			t.Error(err)
		}
		if kept != "refresh-1" {
			t.Errorf("kept %q", kept)
		}
	})
}

func TestAssertions(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}))
	for name, key := range map[string]string{"RS256": pemKey(t, rsaKey), "RS256 1": pkcs1, "ES256": pemKey(t, ecKey), "ES256 folded": strings.ReplaceAll(pemKey(t, ecKey), "\n", `\n`)} {
		i := &issuer{life: 60}
		now := time.Unix(1772366400, 0)
		c := made(t, Options{Auth: JWT{Endpoint: Endpoint{URL: tokenURL}, Key: key, KeyID: "k1", Claims: map[string]any{"iss": "me", "scope": "all"}},
			Record: i.around(0), Clock: func() time.Time { return now }})
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(i.forms[0].Get("assertion"), ".")
		var plain [3][]byte
		for k, p := range parts {
			plain[k], _ = base64.RawURLEncoding.DecodeString(p)
		}
		alg, _, _ := strings.Cut(name, " ")
		if want := fmt.Sprintf(`{"alg":%q,"kid":"k1","typ":"JWT"}`, alg); string(plain[0]) != want {
			t.Errorf("%s: header %s", name, plain[0])
		}
		if want := `{"aud":"https://login.example.com/token","exp":1772366580,"iat":1772366400,"iss":"me","scope":"all"}`; string(plain[1]) != want {
			t.Errorf("%s: claims %s", name, plain[1])
		}
		digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		good := len(plain[2]) == 64 && ecdsa.Verify(&ecKey.PublicKey, digest[:], new(big.Int).SetBytes(plain[2][:32]), new(big.Int).SetBytes(plain[2][32:]))
		if alg == "RS256" {
			good = rsa.VerifyPKCS1v15(&rsaKey.PublicKey, crypto.SHA256, digest[:], plain[2]) == nil
		}
		if !good {
			t.Errorf("%s: the signature does not hold", name)
		}
	}
	for name, key := range map[string]string{"another curve": pemKey(t, other), "no PEM": "secret-key", "rubbish": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", "none": ""} {
		_, err := New(Options{Base: address(t, "https://api.example.com"), Auth: JWT{Endpoint: Endpoint{URL: tokenURL}, Key: key}})
		if err == nil || key != "" && strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASessionLogsIn(t *testing.T) {
	var paths []string
	c := made(t, Options{
		Auth: Session{
			Login:   Request{Method: "POST", Path: "login", Body: []byte(`{"user":"u","password":"pw-1234567"}`)},
			Secrets: []string{"pw-1234567"},
			Token:   func(r *Response) (Token, error) { return Token{Value: string(r.Body)}, nil },
			Place:   Place{Header: "X-Session"},
		},
		Record: network(func(req *http.Request) (*http.Response, error) {
			paths = append(paths, req.URL.Path+" "+req.Header.Get("X-Session"))
			if req.URL.Path == "/v1/login" {
				return reply(req, 200, nil, fmt.Sprintf("session-%d", len(paths))), nil
			}
			if req.Header.Get("X-Session") == "session-1" {
				return reply(req, 401, nil, ""), nil
			}
			return reply(req, 200, nil, ""), nil
		}),
	})
	for range 2 {
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"/v1/login ", "/v1/x session-1", "/v1/login ", "/v1/x session-3", "/v1/x session-3"}; !slices.Equal(paths, want) {
		t.Errorf("%q", paths)
	}
}

func TestTokenEndpointsThatFail(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		kind   connectors.ErrorKind
		asked  int
		says   string
	}{
		{"the client is not known", 401, `{"error":"invalid_client","error_description":"no such client"}`, connectors.Denied, 1, "invalid_client: no such client"},
		{"the grant is not good", 400, `{"error":"invalid_grant"}`, connectors.Denied, 1, "invalid_grant"},
		{"a refusal that is called 200", 200, `{"error":"invalid_grant"}`, connectors.Denied, 1, "invalid_grant"},
		{"down", 503, `down`, connectors.Unavailable, 3, "503"},
		{"HTML", 200, `<html><title>Log in</title>`, connectors.Unreadable, 1, "HTML"},
		{"HTML as an error", 403, `<html>`, connectors.Denied, 1, "403"},
		{"no token", 200, `{}`, connectors.Unreadable, 1, "no access_token"},
		{"an empty answer", 200, ``, connectors.Unreadable, 1, "empty"},
		{"another form", 200, `["x"]`, connectors.Unreadable, 1, "another form"},
		{"an expired token", 200, `{"access_token":"t","expires_in":-5}`, connectors.Unreadable, 1, "expired"},
		{"an expiry that is none", 200, `{"access_token":"t","expires_in":"soon"}`, connectors.Unreadable, 1, "another form"},
		{"too many", 429, ``, connectors.Limited, 3, "429"},
		{"elsewhere", 307, ``, connectors.Refused, 1, ""},
	} {
		i := &issuer{status: tt.status, body: tt.body}
		apis := 0
		var clock clockwork
		inner := i.around(0)
		c := made(t, clock.in(Options{Auth: ClientCredentials{Endpoint: Endpoint{URL: tokenURL, ID: "me"}}, Retry: Retry{Attempts: 3}, Record: network(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path != "/token" {
				apis++
			}
			resp, err := inner(req)
			if tt.status == 307 {
				resp.Header.Set("Location", "https://api.example.com/v1/token")
			}
			return resp, err
		})}))
		for range 2 {
			_, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST"})
			if connectors.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.says) || !strings.HasPrefix(fmt.Sprint(err), "log in POST https://login.example.com/token: ") {
				t.Errorf("%s: %v (kind %d)", tt.name, err, connectors.KindOf(err))
			}
			if tt.kind != connectors.Denied {
				break
			}
		}
		if apis > 0 || len(i.forms) != tt.asked {
			t.Errorf("%s: asked %d times for a token, and the API %d times", tt.name, len(i.forms), apis)
		}
	}
}

// TestADeniedCredentialIsTriedAgainLater: not at once, since endpoints lock
// out who keeps trying.
func TestADeniedCredentialIsTriedAgainLater(t *testing.T) {
	i := &issuer{status: 400, body: `{"error":"invalid_client"}`, life: 60}
	var clock clockwork
	c := made(t, clock.in(Options{Auth: ClientCredentials{Endpoint: Endpoint{URL: tokenURL, ID: "me"}}, Record: i.around(0)}))
	for range 5 {
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); connectors.KindOf(err) != connectors.Denied {
			t.Fatal(err)
		}
	}
	i.status = 0
	clock.at = clock.at.Add(denial)
	if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil || len(i.forms) != 2 {
		t.Errorf("asked %d times: %v", len(i.forms), err)
	}
}

// TestWaitersOfAFailedRenewal: they fail with it, and do not each try again;
// one who gave up fails nobody else.
func TestWaitersOfAFailedRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{status: 500, life: 60}
		c := made(t, Options{Auth: ClientCredentials{Endpoint: Endpoint{URL: tokenURL, ID: "me"}}, Record: i.around(time.Second), Retry: Retry{Attempts: 1}})
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Path: "x"}); connectors.KindOf(err) != connectors.Unavailable {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(i.forms) != 1 {
			t.Errorf("asked %d times", len(i.forms))
		}
		i.status = 0
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		all.Go(func() {
			if _, err := c.Do(ctx, &Request{Path: "x"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		})
		synctest.Wait()
		for range 5 {
			all.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}
