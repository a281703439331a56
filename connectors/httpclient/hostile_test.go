package httpclient

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"syncline/connectors"
)

// raw answers with bytes of its own.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(c, text)
		c.Close()
	}
}

// TestHostileAnswers sends a read and a write to servers that answer in every
// wrong way: each is an error that says so, in time, and a write whose answer
// is lost is Uncertain.
func TestHostileAnswers(t *testing.T) {
	wait := make(chan struct{})
	defer close(wait)
	bombs := map[string][]byte{"gzip": bomb(t, "gzip"), "deflate": bomb(t, "deflate")}
	for _, tt := range []struct {
		name        string
		h           http.HandlerFunc
		read, write connectors.ErrorKind
		says        string
	}{
		{"slow headers", func(http.ResponseWriter, *http.Request) { <-wait }, connectors.Unavailable, connectors.Uncertain, "did not answer in time"},
		{"a slow body", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-wait
		}, connectors.Unavailable, connectors.Uncertain, "did not answer in time"},
		{"a body that is cut off", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1"), connectors.Unavailable, connectors.Uncertain, "cut off"},
		{"a chunk that is cut off", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"a\":1"), connectors.Unavailable, connectors.Uncertain, "cut off"},
		{"a body that is too large", func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), 2<<20)) }, connectors.Unreadable, connectors.Uncertain, "larger than it may be"},
		{"a length that is too large", raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}"), connectors.Unreadable, connectors.Uncertain, "larger than it may be"},
		{"a header without end", raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 1<<20)), connectors.Unavailable, connectors.Uncertain, "header"},
		{"no HTTP", raw("220 mail.example.com ESMTP\r\n"), connectors.Unavailable, connectors.Uncertain, "not HTTP"},
		{"nothing", raw(""), connectors.Unavailable, connectors.Uncertain, "connection broke"},
		{"a packing it does not say", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Write([]byte("xxxx"))
		}, connectors.Unreadable, connectors.Uncertain, "packed"},
		{"a packing that is damaged", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte("no gzip at all"))
		}, connectors.Unreadable, connectors.Uncertain, "packed"},
		{"a packing that is cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(packed(t, "gzip", bytes.Repeat([]byte("abcdefg"), 1000))[:60])
		}, connectors.Unavailable, connectors.Uncertain, "cut off"},
		{"a bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bombs["gzip"])
		}, connectors.Unreadable, connectors.Uncertain, "larger than it may be"},
		{"a bomb of the other kind", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			w.Write(bombs["deflate"])
		}, connectors.Unreadable, connectors.Uncertain, "larger than it may be"},
		{"a redirect to another host", redirect("https://evil.example/"), connectors.Refused, connectors.Uncertain, `"evil.example", which is not declared`},
		{"a redirect to a metadata address", redirect("http://169.254.169.254/latest/meta-data"), connectors.Refused, connectors.Uncertain, "not declared"},
		{"a redirect to another port", redirect("http://127.0.0.1:1/"), connectors.Refused, connectors.Uncertain, "not declared"},
		{"a redirect to a file", redirect("file:///etc/passwd"), connectors.Refused, connectors.Uncertain, ""},
		{"a redirect with a user", redirect("http://ada:pw@127.0.0.1/"), connectors.Refused, connectors.Uncertain, "holds a user"},
		{"a redirect to itself", redirect("/x"), connectors.Refused, connectors.Uncertain, "never to an answer"},
		{"a redirect to nowhere", redirect("http://%zz"), connectors.Refused, connectors.Uncertain, "is none"},
	} {
		s := served(t, tt.h)
		o := Options{Base: address(t, s.URL), MaxResponse: 1 << 20, Retry: Retry{Attempts: 2, First: time.Millisecond}}
		if strings.HasPrefix(tt.name, "slow") || strings.HasPrefix(tt.name, "a slow") {
			o.Timeouts = Timeouts{Header: 100 * time.Millisecond, Whole: 200 * time.Millisecond}
		}
		c := made(t, o)
		for method, kind := range map[string]connectors.ErrorKind{"GET": tt.read, "POST": tt.write} {
			_, err := c.Do(t.Context(), &Request{Op: "read", Method: method, Path: "x", Body: []byte("{}")})
			if err == nil || connectors.KindOf(err) != kind || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s, %s: %v (kind %d, want %d)", tt.name, method, err, connectors.KindOf(err), kind)
			}
		}
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(302)
	}
}

func packed(t testing.TB, by string, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch by {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 6)
	}
	w.Write(text)
	w.Close()
	return b.Bytes()
}

// bomb is 32 MiB of zeros in a few kilobytes.
func bomb(t testing.TB, by string) []byte { return packed(t, by, make([]byte, 32<<20)) }

func TestPackedAnswers(t *testing.T) {
	text := []byte(strings.Repeat(`{"name":"Ada"}`, 100))
	for by, says := range map[string]string{"gzip": "gzip", "deflate": "deflate", "raw": "deflate"} {
		s := served(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), says) {
				t.Errorf("accepts %q", r.Header.Get("Accept-Encoding"))
			}
			w.Header().Set("Content-Encoding", says)
			if r.URL.Path == "/empty" {
				w.WriteHeader(204)
				return
			}
			w.Write(packed(t, by, text))
		})
		c := made(t, Options{Base: address(t, s.URL), MaxResponse: int64(len(text))})
		for path, want := range map[string]string{"x": string(text), "empty": ""} {
			resp, err := c.Do(t.Context(), &Request{Path: path})
			if err != nil || string(resp.Body) != want || resp.Header.Get("Content-Encoding") != "" && path == "x" {
				t.Errorf("%s, %s: %v", by, path, err)
			}
		}
	}
}

// FuzzUnpack: whatever is sent, no more comes out than may be, and no panic.
func FuzzUnpack(f *testing.F) {
	for _, by := range []string{"gzip", "deflate", "raw"} {
		f.Add(by, packed(f, by, []byte("hello hello hello")))
	}
	f.Fuzz(func(t *testing.T, by string, body []byte) {
		next := network(func(req *http.Request) (*http.Response, error) {
			return reply(req, 200, map[string]string{"Content-Encoding": by}, string(body)), nil
		})
		req, _ := http.NewRequest("GET", "https://api.example.com", nil)
		resp, err := unpack{next, 100}.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if out, _ := io.ReadAll(resp.Body); len(out) > 100 {
			t.Errorf("%d bytes", len(out))
		}
	})
}

// TestNothingLeft: where nothing can have arrived, a write is Unavailable and
// not Uncertain.
func TestNothingLeft(t *testing.T) {
	gone := served(t, func(http.ResponseWriter, *http.Request) {})
	refusing := gone.URL
	gone.Close()
	closing := httptest.NewUnstartedServer(nil)
	closing.Config.ErrorLog = quiet()
	closing.Config.ConnState = func(c net.Conn, s http.ConnState) { c.Close() }
	closing.StartTLS()
	defer closing.Close()
	plain := served(t, func(http.ResponseWriter, *http.Request) {})
	says := map[string]string{"a server that speaks no TLS": "speaks no TLS at this port", "a name without address": "has no address"}
	for name, base := range map[string]string{
		"connection refused":           refusing,
		"a name without address":       "https://no-such-host.invalid",
		"closed in the TLS handshake":  closing.URL,
		"a server that speaks no TLS":  "https" + strings.TrimPrefix(plain.URL, "http"),
		"a proxy that is not there":    "proxy",
		"an address that is not meant": "https://localtest.invalid",
	} {
		o := Options{Base: nil, Retry: Retry{Attempts: 2, First: time.Millisecond}, Timeouts: Timeouts{Connect: 2 * time.Second}}
		if base == "proxy" {
			o.Proxy, base = refusing, "https://api.example.com"
		}
		o.Base = address(t, base)
		_, err := made(t, o).Do(t.Context(), &Request{Op: "write", Method: "POST", Path: "x", Body: []byte("{}")})
		if connectors.KindOf(err) != connectors.Unavailable || !strings.Contains(err.Error(), says[name]) {
			t.Errorf("%s: %v (kind %d)", name, err, connectors.KindOf(err))
		}
	}
}

// TestAConnectionThatBreaks: before the request was read it cannot be told
// from after, so that a write is Uncertain in both, and sent once.
func TestAConnectionThatBreaks(t *testing.T) {
	for _, reads := range []bool{false, true} {
		var connections atomic.Int32
		s := served(t, func(w http.ResponseWriter, r *http.Request) {
			connections.Add(1)
			if reads {
				io.Copy(io.Discard, r.Body)
			}
			c, _, _ := w.(http.Hijacker).Hijack()
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		})
		c := made(t, Options{Base: address(t, s.URL), Retry: Retry{First: time.Millisecond}})
		_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "x", Body: []byte("{}")})
		if connectors.KindOf(err) != connectors.Uncertain || connections.Load() != 1 {
			t.Errorf("reads %v: %v after %d", reads, err, connections.Load())
		}
	}
}

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	pair := a.issue(t, &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	a.cert, _ = x509.ParseCertificate(pair.Certificate[0])
	a.key = pair.PrivateKey.(*ecdsa.PrivateKey)
	a.file = filepath.Join(t.TempDir(), "ca.pem")
	write(t, a.file, "CERTIFICATE", pair.Certificate[0])
	return a
}

func write(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (a *authority) issue(t *testing.T, c *x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: "test"}
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	c.NotBefore = c.NotAfter.Add(-2 * time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestTLS(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	local := []net.IP{net.IPv4(127, 0, 0, 1)}
	good := &x509.Certificate{IPAddresses: local}
	ours := a.issue(t, &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	certFile, keyFile := filepath.Join(t.TempDir(), "c.pem"), filepath.Join(t.TempDir(), "k.pem")
	write(t, certFile, "CERTIFICATE", ours.Certificate[0])
	der, _ := x509.MarshalPKCS8PrivateKey(ours.PrivateKey)
	write(t, keyFile, "PRIVATE KEY", der)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	for _, tt := range []struct {
		name   string
		server *tls.Config
		client TLS
		ok     bool
		says   string
	}{
		{"trusted by its authority", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}}, TLS{CA: a.file}, true, ""},
		{"an unknown authority", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}}, TLS{}, false, "certificate is not accepted"},
		{"another authority", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}}, TLS{CA: other.file}, false, "certificate is not accepted"},
		{"expired", &tls.Config{Certificates: []tls.Certificate{a.issue(t, &x509.Certificate{IPAddresses: local, NotAfter: time.Now().Add(-time.Minute)})}}, TLS{CA: a.file}, false, "expired"},
		{"another host's", &tls.Config{Certificates: []tls.Certificate{a.issue(t, &x509.Certificate{DNSNames: []string{"example.com"}})}}, TLS{CA: a.file}, false, "certificate is not accepted"},
		{"too old a TLS", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}, MaxVersion: tls.VersionTLS12}, TLS{CA: a.file, Minimum: "1.3"}, false, "TLS"},
		{"our certificate is asked for", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}, TLS{CA: a.file, Certificate: certFile, Key: keyFile}, true, ""},
		{"and we have none", &tls.Config{Certificates: []tls.Certificate{a.issue(t, good)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}, TLS{CA: a.file}, false, "handshake"},
	} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		s.TLS = tt.server
		s.Config.ErrorLog = quiet()
		s.StartTLS()
		c := made(t, Options{Base: address(t, s.URL), TLS: tt.client, Retry: Retry{First: time.Millisecond}})
		_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "x"})
		if (err == nil) != tt.ok || err != nil && (connectors.KindOf(err) != connectors.Unavailable || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v (kind %d)", tt.name, err, connectors.KindOf(err))
		}
		c.Close()
		s.Close()
	}
	for _, bad := range []TLS{{Minimum: "1.1"}, {CA: "nowhere.pem"}, {CA: keyFile}, {Certificate: certFile}, {Certificate: keyFile, Key: certFile}} {
		if _, err := New(Options{Base: address(t, "https://api.example.com"), TLS: bad}); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// TestGoAway: a server that says goodbye before it looked at a request has not
// carried it out, and it is sent again over a new connection.
func TestGoAway(t *testing.T) {
	var connections, carried atomic.Int32
	s := httptest.NewUnstartedServer(nil)
	s.TLS = &tls.Config{NextProtos: []string{"h2"}}
	s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		defer conn.Close()
		first := connections.Add(1) == 1
		preface := make([]byte, len(http2.ClientPreface))
		if _, err := io.ReadFull(conn, preface); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		f.WriteSettings()
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			h, ok := frame.(*http2.HeadersFrame)
			switch {
			case ok && first:
				f.WriteGoAway(0, http2.ErrCodeNo, nil)
				return
			case ok:
				carried.Add(1)
				f.WriteHeaders(http2.HeadersFrameParam{StreamID: h.StreamID, BlockFragment: []byte{0x88}, EndHeaders: true, EndStream: true}) // :status 200
			}
		}
	}}
	s.StartTLS()
	defer s.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	write(t, file, "CERTIFICATE", s.Certificate().Raw)
	c := made(t, Options{Base: address(t, s.URL), TLS: TLS{CA: file}, Retry: Retry{First: time.Millisecond}})
	resp, err := c.Do(t.Context(), &Request{Method: "POST", Path: "x", Body: []byte("{}")})
	if err != nil || resp.Status != 200 || carried.Load() != 1 || connections.Load() != 2 {
		t.Errorf("%v: %d connections, carried out %d times", err, connections.Load(), carried.Load())
	}
}

func TestProxy(t *testing.T) {
	var asked string
	proxy := served(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.URL.String() + " " + r.Header.Get("Proxy-Authorization")
		fmt.Fprint(w, "{}")
	})
	u := address(t, proxy.URL)
	u.User = url.UserPassword("ada", "pw-1234567")
	c := made(t, Options{Base: address(t, "http://api.example.com"), Proxy: u.String()})
	if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil || asked != "GET http://api.example.com/x Basic YWRhOnB3LTEyMzQ1Njc=" {
		t.Errorf("%q %v", asked, err)
	}
	t.Setenv("HTTP_PROXY", proxy.URL)
	c = made(t, Options{Base: address(t, "http://api.example.com")})
	if _, err := c.Do(t.Context(), &Request{Path: "y"}); err != nil || asked != "GET http://api.example.com/y " {
		t.Errorf("%q %v", asked, err)
	}
	// A tunnel that the proxy does not make.
	c = made(t, Options{Base: address(t, "https://api.example.com"), Proxy: u.String(), Retry: Retry{Attempts: 1}})
	_, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST"})
	if connectors.KindOf(err) != connectors.Unavailable || strings.Contains(fmt.Sprint(err), "pw-1234567") {
		t.Errorf("%v", err)
	}
}

// quiet is where servers say what the tests provoke.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
