package httpclient

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"syncline/connectors"
)

// canaries finds a canary in a text, in any form that can be turned back:
// plain, escaped, in base64 at any offset.
func canaries(text string) bool {
	for _, plain := range []string{text, unescaped(text)} {
		low := strings.ToLower(plain)
		if strings.Contains(low, "canary") {
			return true
		}
		for skip := range 3 {
			code := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + "canary"))
			first := []int{0, 2, 3}[skip]
			if strings.Contains(plain, code[first:len(code)-4]) {
				return true
			}
		}
	}
	return false
}

func unescaped(text string) string {
	for range 3 {
		if plain, err := url.QueryUnescape(text); err == nil {
			text = plain
		}
	}
	return text
}

func TestCanariesAreFound(t *testing.T) {
	for _, text := range []string{"a canary", "can%61ry", base64.StdEncoding.EncodeToString([]byte("canary-1")), base64.StdEncoding.EncodeToString([]byte("u:canary-1")), base64.StdEncoding.EncodeToString([]byte("us:canary-1"))} {
		if !canaries(text) {
			t.Errorf("%q hides one", text)
		}
	}
	if canaries("a sparrow") {
		t.Error("a sparrow is none")
	}
}

// parrot is a hostile system: it says back whatever it was sent, in every
// place an answer has.
type parrot struct {
	mu        sync.Mutex // a handler whose connection it took may outlive the call
	mode      string
	tokenMode string
	n         int
}

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	heard := r.URL.RequestURI() + "\n" + string(body)
	for name, values := range r.Header {
		for _, v := range values {
			heard += "\n" + name + ": " + v
			if code, ok := strings.CutPrefix(v, "Basic "); ok {
				plain, _ := base64.StdEncoding.DecodeString(code)
				heard += "\n" + string(plain)
			}
		}
	}
	if form, err := url.ParseQuery(string(body)); err == nil && strings.Contains(r.Header.Get("Content-Type"), "form") {
		heard += fmt.Sprint(form)
	}
	p.mu.Lock()
	p.n++
	n, mode, tokenMode := p.n, p.mode, p.tokenMode
	p.mu.Unlock()
	if r.URL.Path == "/token" {
		mode = tokenMode
		w.Header().Set("Content-Type", "application/json")
	}
	quoted, _ := json.Marshal(heard)
	switch mode {
	case "token":
		fmt.Fprintf(w, `{"access_token":"new-canary-token/+1","refresh_token":"new-canary-refresh-%d","expires_in":3600}`, n)
	case "400", "401", "403", "500", "503":
		w.WriteHeader(map[string]int{"400": 400, "401": 401, "403": 403, "500": 500, "503": 503}[mode])
		fmt.Fprintf(w, `{"error":"invalid_request","error_description":%s}`, quoted)
	case "named":
		fmt.Fprintf(w, `{"error":%s}`, quoted)
	case "html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<html>%s</html>", heard)
	case "charset":
		w.Header().Set("Content-Type", "application/json; charset=\""+strings.NewReplacer("\n", " ", `"`, `\"`).Replace(heard)+"\"")
		fmt.Fprint(w, "{}")
	case "redirect":
		w.Header().Set("Location", "https://evil.example/?q="+url.QueryEscape(heard))
		w.WriteHeader(302)
	case "redirect host":
		w.Header().Set("Location", "https://"+r.Header.Get("X-Api-Key")+".example/") // the rest of a secret is no name of a host
		w.WriteHeader(307)
	case "malformed", "reset":
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		if mode == "malformed" {
			fmt.Fprintf(c, "%s\r\n\r\n", heard)
		}
		c.Close()
	}
}

// spoken is everything of an error that somebody may read.
func spoken(err error) string {
	text := ""
	for ; err != nil; err = errors.Unwrap(err) {
		text += fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err)
		var e *connectors.Error
		if errors.As(err, &e) {
			text += e.Hint + "\n" + e.Where + "\n"
		}
	}
	return text
}

// TestNoCanaryIsSeen holds that no secret of any kind of credential is in an
// error, a statistic or a recording, whatever the system answers.
func TestNoCanaryIsSeen(t *testing.T) {
	p := &parrot{}
	s := httptest.NewServer(p)
	defer s.Close()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	e := Endpoint{URL: s.URL + "/token", ID: "me", Secret: "canary-client/+ ä\"&=", Params: url.Values{"security_token": {"canary-param"}}}
	inHeader := e
	inHeader.InHeader = true
	auths := map[string]Auth{
		"basic":       Basic{User: "ada", Password: "canary-password/+ ä\"&="},
		"basic key":   Basic{User: "canary-key-as-user", Password: "x"},
		"bearer":      Bearer{"canary-bearer"},
		"header":      Key{"canary-header", Place{Header: "X-Api-Key"}},
		"query":       Key{"canary query/+ä\"&=%", Place{Query: "api_key"}},
		"credentials": ClientCredentials{Endpoint: e},
		"in header":   ClientCredentials{Endpoint: inHeader},
		"refresh":     RefreshToken{Endpoint: e, Token: "canary-refresh"},
		"jwt":         JWT{Endpoint: e, Key: pemKey(t, key), Claims: map[string]any{"iss": "me"}},
		"session": Session{Login: Request{Method: "POST", Path: "/token", Body: []byte(`{"pw":"canary-session\/+"}`)}, Secrets: []string{"canary-session/+"},
			Token: func(r *Response) (Token, error) {
				var a struct {
					Token string `json:"access_token"`
				}
				err := json.Unmarshal(r.Body, &a)
				return Token{Value: a.Token}, errors.Join(err, r.jsonFault())
			}},
	}
	modes := []string{"400", "401", "403", "500", "503", "html", "charset", "redirect", "redirect host", "malformed", "reset"}
	for name, auth := range auths {
		runs := make([][2]string, 0, 2*len(modes))
		for _, m := range modes {
			runs = append(runs, [2]string{m, "token"})
			if _, ok := auth.(renewing); ok {
				runs = append(runs, [2]string{"400", m}, [2]string{"400", "named"})
			}
		}
		for _, run := range runs {
			p.mu.Lock()
			p.mode, p.tokenMode = run[0], run[1]
			p.mu.Unlock()
			cassette := NewCassette()
			var clock clockwork
			o := clock.in(Options{Base: address(t, s.URL), Auth: auth, Record: cassette, Redact: []string{"canary-own"}, Retry: Retry{Attempts: 2},
				Headers: http.Header{"X-Tenant-Token": {"canary-tenant"}}})
			c := made(t, o)
			text := ""
			for _, method := range []string{"GET", "POST"} {
				r := &Request{Op: "read", Method: method, Path: "x/canary-own", Query: url.Values{"q": {"canary-own"}}}
				resp, err := c.Do(t.Context(), r)
				if err == nil {
					_, err = resp.JSON()
				}
				if err == nil {
					t.Errorf("%s, %v: no error", name, run)
				}
				text += spoken(err)
			}
			text += fmt.Sprintf("%+v", c.o.Pool.Stats())
			file := filepath.Join(t.TempDir(), "cassette.json")
			if err := cassette.Save(file); err != nil {
				t.Fatal(err)
			}
			recorded, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(text + string(recorded)) {
				if canaries(line) {
					t.Errorf("%s, API answers %s, token endpoint %s:\n%s", name, run[0], run[1], line)
				}
			}
		}
	}
}

func (r *Response) jsonFault() error {
	_, err := r.JSON()
	return err
}

func TestNewShowsNoSecret(t *testing.T) {
	base := address(t, "https://api.example.com")
	for _, o := range []Options{
		{Base: address(t, "https://ada:canary@api.example.com")},
		{Base: base, Proxy: "ftp://ada:canary@proxy"},
		{Base: base, Proxy: "http://ada:canary@pro xy:1"},
		{Base: base, Headers: http.Header{"X-Key": {"canary\n"}}},
		{Base: base, Auth: ClientCredentials{Endpoint: Endpoint{URL: "https://ada:canary@login.example.com/"}}},
		{Base: base, Auth: JWT{Key: "canary"}},
	} {
		if _, err := New(o); err == nil || canaries(spoken(err)) {
			t.Errorf("%v", err)
		}
	}
}

// TestEveryFormOfASecretGoes is the law of the redactor.
func TestEveryFormOfASecretGoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		secret := rapid.StringN(8, 40, -1).Draw(rt, "secret")
		if len(strings.TrimSpace(secret)) < 8 {
			return
		}
		secret = strings.TrimSpace(secret)
		var r redactor
		r.add(secret)
		asJSON, _ := json.Marshal(secret)
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ToLower(url.QueryEscape(secret)), base64.StdEncoding.EncodeToString([]byte(secret)), string(asJSON)} {
			if form == strings.ToLower(url.QueryEscape(secret)) && form != lowerEscapes(url.QueryEscape(secret)) {
				continue
			}
			if got := r.text("before " + form + " after"); strings.Contains(got, strings.Trim(form, `"`)) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				rt.Fatalf("%q is in %q", form, got)
			}
		}
	})
}
