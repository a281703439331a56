package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
)

const (
	// dialing is how long it may take until a connection may be used.
	dialing = 30 * time.Second
	// silence is how long an answer may take.
	silence = 2 * time.Minute
	// mostPage bounds page_size: a page is held in memory.
	mostPage = 10_000
)

// target is where a directory is, and who asks.
type target struct {
	address string // host:port
	secure  bool   // TLS from the first byte
	start   bool   // StartTLS, whatever the address
	plain   bool   // never StartTLS
	tls     *tls.Config
	user    string
	secret  string
	silence time.Duration
}

func open(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
	t, err := targetOf(s)
	if err != nil {
		return nil, err
	}
	objects, err := objectsOf(s)
	if err != nil {
		return nil, err
	}
	return connect(ctx, t, objects, s.Now)
}

// wrong is a setting that cannot be used.
func wrong(name, why, hint string) error {
	return &connectors.Error{Kind: connectors.Failed, Op: "open", Where: name, Err: plain(why), Hint: hint}
}

func targetOf(s connectors.Settings) (*target, error) {
	t := &target{user: s.Text("bind_dn"), silence: silence}
	host, err := t.locate(s.Text("url"))
	if err != nil {
		return nil, err
	}
	if v, ok := s.Values["start_tls"]; ok && v.Is() {
		t.start, t.plain = v.Bool() && !t.secure, !v.Bool()
	}
	t.tls = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if t.tls.RootCAs, err = authorities(s.Path("ca_file")); err != nil {
		return nil, err
	}
	if t.user == "" {
		return t, nil
	}
	if t.secret, err = s.Secret("password"); err != nil {
		return nil, err
	}
	if t.secret == "" {
		// A bind without a password succeeds as nobody.
		return nil, wrong("password", "it is empty", "give bind_dn its password, or leave both out")
	}
	return t, nil
}

// locate reads the address of a server. What the setting says is not told: it
// may hold a password.
func (t *target) locate(text string) (host string, err error) {
	const hint = "write ldaps://HOST or ldap://HOST:PORT; who asks stands in bind_dn and password, and where in base"
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(u.Path) > 1 {
		return "", wrong("url", "it is not the address of a directory", hint)
	}
	port := map[string]string{"ldap": "389", "ldaps": "636"}[u.Scheme]
	if port == "" {
		return "", wrong("url", "it is not the address of a directory", hint)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	t.secure, t.address = u.Scheme == "ldaps", net.JoinHostPort(u.Hostname(), port)
	return u.Hostname(), nil
}

func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "open", Where: "ca_file", Err: err}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, wrong("ca_file", "it has no certificate", "give a PEM file of certificates")
	}
	return pool, nil
}

// line is one connection, used by one request at a time.
type line struct {
	*driver.Conn
	raw net.Conn
}

// cut ends the connection at once, whatever it waits for.
func (l *line) cut() {
	l.raw.Close()
	l.Conn.Close()
}

// dial makes a connection that speaks as the user of the settings.
func (t *target) dial(ctx context.Context) (*line, error) {
	ctx, cancel := context.WithTimeout(ctx, dialing)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", t.address)
	if err != nil {
		return nil, fault("open", t.address, err)
	}
	l, err := t.greet(ctx, raw)
	if err != nil {
		raw.Close()
		return nil, fault("open", t.address, err)
	}
	return l, nil
}

// greet turns a connection to TLS where it has to be, and binds.
func (t *target) greet(ctx context.Context, raw net.Conn) (*line, error) {
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	var wire net.Conn = raw
	if t.secure {
		c := tls.Client(raw, t.tls)
		if err := c.HandshakeContext(ctx); err != nil {
			return nil, untrusted(ctx, err)
		}
		wire = c
	}
	l := &line{Conn: driver.NewConn(wire, t.secure), raw: raw}
	l.SetTimeout(min(t.silence, dialing))
	l.Start()
	if !t.secure && (t.start || !here(raw)) {
		if t.plain {
			return nil, l.gone(wrong("start_tls", "passwords and records would go unencrypted to another machine", "leave start_tls out, or use ldaps://"))
		}
		if err := l.StartTLS(t.tls); err != nil {
			return nil, l.gone(untrusted(ctx, err))
		}
	}
	if t.user != "" {
		if err := l.Bind(t.user, t.secret); err != nil {
			return nil, l.gone(over(ctx, err))
		}
	}
	if !stop() {
		return nil, l.gone(context.Cause(ctx))
	}
	l.SetTimeout(t.silence)
	return l, nil
}

// gone ends a connection that did not come to be.
func (l *line) gone(err error) error {
	l.cut()
	return err
}

// here reports whether a server is on this machine.
func here(c net.Conn) bool {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// over returns the context's error in place of what its end caused.
func over(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// untrusted says why TLS did not come about.
func untrusted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	why, hint := "the server does not speak TLS as it should", "use ldaps://, or see that the server has a certificate and knows StartTLS"
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		why, hint = "the server's certificate is signed by nobody known", "name the authority's file in ca_file"
	case errors.As(err, &name):
		why, hint = "the server's certificate is for another name", "write the name that the certificate has in url"
	case errors.As(err, &invalid):
		why, hint = "the server's certificate is not valid", "renew the server's certificate"
	}
	return &connectors.Error{Kind: connectors.Unavailable, Op: "open", Err: plain(why), Hint: hint}
}

// pool keeps connections that nobody uses now.
func (c *Conn) lease(ctx context.Context) (*line, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault("open", c.to.address, err)
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "open", Where: c.to.address, Err: plain("the system is closed")}
	}
	for len(c.idle) > 0 {
		l := c.idle[len(c.idle)-1]
		c.idle = c.idle[:len(c.idle)-1]
		if !l.IsClosing() {
			c.mu.Unlock()
			return l, nil
		}
	}
	c.mu.Unlock()
	return c.to.dial(ctx)
}

// mostIdle bounds the connections kept.
const mostIdle = 4

// free gives a connection back.
func (c *Conn) free(l *line) {
	c.mu.Lock()
	keep := !c.closed && len(c.idle) < mostIdle && !l.IsClosing()
	if keep {
		c.idle = append(c.idle, l)
	}
	c.mu.Unlock()
	if !keep {
		l.cut()
	}
}

// on runs a request on a connection, which is cut when the context ends. The
// error says nothing yet of what it means.
func (l *line) on(ctx context.Context, request func(*driver.Conn) error) error {
	stop := context.AfterFunc(ctx, func() { l.raw.Close() })
	err := request(l.Conn)
	if !stop() && err != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), errSent)
	}
	return err
}

// errSent says that a request had left when the context ended.
var errSent = errors.New("the request may have been carried out")
