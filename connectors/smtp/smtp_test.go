package smtp

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	server "github.com/emersion/go-smtp"

	"syncline/connectors"
	"syncline/schema"
)

// post is a mail server that remembers what it took.
type post struct {
	mu     sync.Mutex
	taken  []letter
	logins []string
	rcpt   func(to string) error // what it says of a recipient; nil: it takes all
	data   func() error          // what it says of a message it has read
	at     string                // host:port
	server *server.Server
}

type letter struct{ from, to, text string }

// session is one connection to the server.
type session struct {
	p        *post
	conn     *server.Conn
	from, to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *server.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *server.RcptOptions) error {
	s.to = to
	if s.p.rcpt != nil {
		return s.p.rcpt(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.taken = append(s.p.taken, letter{s.from, s.to, string(text)})
	if s.p.data != nil {
		if err := s.p.data(); err != nil {
			s.conn.Close()
			return err
		}
	}
	return nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.p.mu.Lock()
		defer s.p.mu.Unlock()
		s.p.logins = append(s.p.logins, user)
		if password != "s e/cret" {
			return server.ErrAuthFailed
		}
		return nil
	}), nil
}

// newPost starts a server on a loopback port; with a certificate it offers
// STARTTLS, or with secure speaks TLS from the first byte.
func newPost(t *testing.T, config *tls.Config, secure bool) *post {
	t.Helper()
	p := &post{}
	p.server = server.NewServer(server.BackendFunc(func(c *server.Conn) (server.Session, error) { return &session{p: p, conn: c}, nil }))
	p.server.Domain, p.server.AllowInsecureAuth, p.server.TLSConfig = "post.test", true, config
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.at = l.Addr().String()
	if secure {
		l = tls.NewListener(l, config)
	}
	var group sync.WaitGroup
	group.Go(func() { p.server.Serve(l) })
	t.Cleanup(func() {
		p.server.Close()
		group.Wait()
	})
	return p
}

func (p *post) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.taken)
}

func (p *post) users() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.logins)
}

// opened opens the connector with an address and recipients.
func opened(t *testing.T, url, to string, more map[string]string) *Conn {
	t.Helper()
	c, err := Definition().Open(t.Context(), settings(url, to, more))
	if err != nil {
		t.Fatal(err)
	}
	return c.(*Conn)
}

func settings(url, to string, more map[string]string) connectors.Settings {
	s := connectors.Settings{
		System: "ops", Values: map[string]schema.Value{"to": schema.String(to)}, Secret: func(string) (string, error) { return url, nil },
	}
	for name, v := range more {
		s.Values[name] = schema.String(v)
	}
	return s
}

func notice() connectors.Notice {
	return connectors.Notice{
		Key: "00ff", At: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), Title: `pipeline "people": 2 reviews`,
		Lines: []string{"review crm/1: the name is not said: Zoë", "failed: …"},
	}
}

func read(t *testing.T, l letter) (*mail.Message, string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(l.text))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(decoded(m))
	if err != nil {
		t.Fatal(err)
	}
	return m, strings.ReplaceAll(string(text), "\r\n", "\n")
}

func decoded(m *mail.Message) io.Reader {
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		return quotedprintable.NewReader(m.Body)
	}
	return m.Body
}

// TestNotice tells a notice and reads what arrived.
func TestNotice(t *testing.T) {
	p := newPost(t, nil, false)
	c := opened(t, "smtp://"+p.at, "Ann <ann@example.test>, bob@example.test", nil)
	for range 2 {
		if err := c.Notify(t.Context(), notice()); err != nil {
			t.Fatal(err)
		}
	}
	got := p.letters()
	if len(got) != 4 || got[0].to != "ann@example.test" || got[1].to != "bob@example.test" || got[0].from != "syncline@example.test" {
		t.Fatalf("%+v", got)
	}
	m, text := read(t, got[0])
	want := "pipeline \"people\": 2 reviews\n\nreview crm/1: the name is not said: Zoë\nfailed: …\n\nat 2024-02-29T12:00:00Z\nkey 00ff, equal when the same is told again\n"
	if strings.TrimSpace(text) != strings.TrimSpace(want) {
		t.Errorf("it says %q", text)
	}
	for name, value := range map[string]string{
		"Subject": `Syncline: pipeline "people": 2 reviews`, "From": `"Syncline" <syncline@example.test>`, "To": `"Ann" <ann@example.test>`,
		"Date": "Thu, 29 Feb 2024 12:00:00 +0000", "Auto-Submitted": "auto-generated",
	} {
		if got := m.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	again, _ := read(t, got[2])
	other := notice()
	other.Key = "00fe"
	if id := m.Header.Get("Message-ID"); id == "" || id != again.Header.Get("Message-ID") || id == "<"+c.name(other)+">" {
		t.Errorf("the same told again is %s and %s", id, again.Header.Get("Message-ID"))
	}
}

// TestNothingIsInjected gives texts that mean to be headers, lines or turned
// writing.
func TestNothingIsInjected(t *testing.T) {
	p := newPost(t, nil, false)
	c := opened(t, "smtp://"+p.at, "ann@example.test", nil)
	hostile := "x\r\nBcc: eve@example.test\r\n\r\n.\r\nMAIL FROM:<eve@example.test>\u202e\u2028\x00\xff" + strings.Repeat("long ", 5000)
	n := connectors.Notice{Key: hostile, At: notice().At, Title: hostile, Lines: []string{hostile, ".", "..", "From x"}}
	if err := c.Notify(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	got := p.letters()
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	m, text := read(t, got[0])
	if m.Header.Get("Bcc") != "" || strings.Count(text, "\n") > 10 || !strings.Contains(text, "\n.\n..\nFrom x\n") || strings.ContainsAny(text, "\u202e\u2028\x00") {
		t.Errorf("%v\n%.300q", m.Header, text)
	}
	for name, value := range map[string]string{
		"to": "ann@example.test\r\nBcc: eve@example.test", "from": "x <a@b>\r\nBcc: eve@example.test",
	} {
		s := settings("smtp://"+p.at, "ann@example.test", map[string]string{name: value})
		var e *connectors.Error
		if _, err := Definition().Open(t.Context(), s); !errors.As(err, &e) || e.Where != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefusals holds what is said of a server that does not take a message, and
// that others are told all the same.
func TestRefusals(t *testing.T) {
	refuse := func(code int) func(string) error {
		return func(to string) error {
			if strings.HasPrefix(to, "bob@") {
				return &server.SMTPError{Code: code, EnhancedCode: server.NoEnhancedCode, Message: "C4NARY"}
			}
			return nil
		}
	}
	for name, x := range map[string]struct {
		rcpt func(string) error
		data func() error
		kind connectors.ErrorKind
		says string
		told int
	}{
		"one recipient": {rcpt: refuse(550), kind: connectors.Refused, says: "1 of 3 were not told: bob@example.test (the server answered 550)", told: 2},
		"greylisted":    {rcpt: refuse(451), kind: connectors.Limited, says: "answered 451", told: 2},
		"in the middle": {data: func() error { return io.ErrUnexpectedEOF }, kind: connectors.Uncertain, says: "3 of 3", told: 3},
	} {
		p := newPost(t, nil, false)
		p.rcpt, p.data = x.rcpt, x.data
		err := opened(t, "smtp://"+p.at, "ann@example.test, bob@example.test, cid@example.test", nil).Notify(t.Context(), notice())
		if connectors.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.says) || strings.Contains(err.Error(), "C4NARY") {
			t.Errorf("%s: %v is %v", name, err, connectors.KindOf(err))
		}
		if got := p.letters(); len(got) != x.told {
			t.Errorf("%s: %d letters", name, len(got))
		}
	}
}

// TestServerThatSaysNothing holds that a notice ends, whatever the server does.
func TestServerThatSaysNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, scheme := range []string{"smtp", "smtps"} {
		c := opened(t, scheme+"://"+l.Addr().String(), "ann@example.test", nil)
		c.patience = 50 * time.Millisecond
		if err := c.Notify(t.Context(), notice()); connectors.KindOf(err) != connectors.Unavailable || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("%s: %v", scheme, err)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Notify(over, notice()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v does not wrap context.Canceled", scheme, err)
		}
	}
}

// TestLogin gives the user and password of the address, and tells neither.
func TestLogin(t *testing.T) {
	p := newPost(t, nil, false)
	if err := opened(t, "smtp://me:s%20e%2Fcret@"+p.at, "ann@example.test", nil).Notify(t.Context(), notice()); err != nil || !slices.Equal(p.users(), []string{"me"}) {
		t.Errorf("%v, %q", err, p.users())
	}
	err := opened(t, "smtp://me:hunter2@"+p.at, "ann@example.test", nil).Notify(t.Context(), notice())
	if connectors.KindOf(err) != connectors.Denied || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a wrong password: %v is %v", err, connectors.KindOf(err))
	}
	for _, url := range []string{"", "hunter2", "http://me:hunter2@x", "smtp://me:hunter2@", "smtp://%zz:hunter2@x", "smtp://me:hunter2@x/path"} {
		if _, err := Definition().Open(t.Context(), settings(url, "ann@example.test", nil)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, to := range []string{"", "ann", "@", strings.Repeat("a@b.test,", mostTold) + "a@b.test"} {
		if _, err := Definition().Open(t.Context(), settings("smtp://x", to, nil)); err == nil {
			t.Errorf("to %.20q is taken", to)
		}
	}
}

// TestTLS speaks to servers with a certificate of their own, and to those that
// hide that they can.
func TestTLS(t *testing.T) {
	config, ca := certificate(t)
	start, first, plain := newPost(t, config, false), newPost(t, config, true), newPost(t, nil, false)
	at := func(p *post) string { return "localhost" + p.at[strings.LastIndex(p.at, ":"):] }
	for name, x := range map[string]struct{ url, ca, says string }{
		"starttls":     {"smtp://" + at(start), ca, ""},
		"smtps":        {"smtps://" + at(first), ca, ""},
		"unknown":      {"smtps://" + at(first), "", "certificate"},
		"another name": {"smtps://" + first.at, ca, "certificate"},
		"start other":  {"smtp://" + start.at, ca, "certificate"},
		"no TLS":       {"smtps://" + at(plain), ca, "does not speak"},
	} {
		err := opened(t, x.url, "ann@example.test", map[string]string{"ca_file": x.ca}).Notify(t.Context(), notice())
		if (x.says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// far is a connection to another machine.
type far struct{ net.Conn }

func (far) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

// TestStartTLSIsNotStripped holds that a server on another machine, which does
// not offer TLS, hears neither a password nor a message.
func TestStartTLSIsNotStripped(t *testing.T) {
	p := newPost(t, nil, false)
	var heard bytes.Buffer
	p.server.Debug = &heard
	for _, who := range []string{"", "me:hunter2@"} {
		c := opened(t, "smtp://"+who+p.at, "ann@example.test", nil)
		c.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			return far{conn}, err
		}
		if err := c.Notify(t.Context(), notice()); connectors.KindOf(err) != connectors.Unavailable || !strings.Contains(err.Error(), "TLS") {
			t.Errorf("%v", err)
		}
	}
	p.server.Close()
	if len(p.letters()) != 0 || len(p.users()) != 0 {
		t.Errorf("it heard %q", heard.String())
	}
}

// certificate makes a certificate for localhost that is its own authority.
func certificate(t *testing.T) (config *tls.Config, file string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}, file
}
