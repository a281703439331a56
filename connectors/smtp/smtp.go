// Package smtp is the connector that tells people by e-mail. Enter at
// Definition.
//
// It sends and never reads: its one ability is connectors.Notifier, for the
// block notify. What the message says is in message.go.
//
// Why each recipient gets a message of their own: a server that refuses one
// recipient would else keep the message from the others.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	driver "github.com/wneessen/go-mail"

	"syncline/connectors"
	"syncline/schema"
)

const (
	// patience is how long one message may take.
	patience = 20 * time.Second
	// mostTold bounds the recipients of a notice.
	mostTold = 50
)

// Definition returns the connector.
func Definition() connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	return connectors.Definition{
		Name: "email",
		Doc: "E-mails to people, for notify.\n\n" +
			"Each recipient gets a message of their own, in plain text. A message that is told again, as after a crash, has the same Message-ID. " +
			"smtp:// turns to TLS before anything is said, but for a server on this machine, which may go without. " +
			"A server that says nothing for twenty seconds is given up.",
		Notifies: true,
		Example:  example,
		Settings: []schema.Field{
			{Name: "url", Type: schema.Type{Kind: schema.KindURL}, Required: true, Secret: true,
				Doc: "The server that takes the messages: smtp://USER:PASSWORD@HOST:587, or smtps://HOST where TLS speaks from the first byte."},
			{Name: "to", Type: text, Required: true, Doc: "Who is told: addresses, separated by commas."},
			{Name: "from", Type: text, Doc: "The sender's address; by default syncline at the domain of the first recipient."},
			{Name: "ca_file", Type: text, Doc: "A PEM file of the authorities that the server's certificate may come from; by default the machine's."},
		},
		Open: open,
	}
}

const example = `notify "recruiting" {
  connector = "email"
  url       = secret("env:MAIL") # smtp://USER:PASSWORD@mail.example.org:587
  to        = "ann@example.org, bob@example.org"
  from      = "Syncline <syncline@example.org>"
}
`

// Conn is a server that takes messages. It holds no connection between them.
type Conn struct {
	host, port, user, secret string
	secure                   bool // TLS from the first byte
	tls                      *tls.Config
	from                     *mail.Address
	to                       []*mail.Address
	patience                 time.Duration
	dial                     func(ctx context.Context, network, address string) (net.Conn, error)
}

var _ connectors.Notifier = (*Conn)(nil)

func open(_ context.Context, s connectors.Settings) (connectors.Conn, error) {
	c := &Conn{patience: patience, dial: new(net.Dialer).DialContext}
	address, err := s.Secret("url")
	if err != nil {
		return nil, err
	}
	if err := c.locate(address); err != nil {
		return nil, err
	}
	if c.to, err = mail.ParseAddressList(s.Text("to")); err != nil || len(c.to) > mostTold {
		return nil, wrong("to", "it is no list of addresses", fmt.Sprintf("write at most %d addresses, separated by commas", mostTold))
	}
	_, domain, _ := strings.Cut(c.to[0].Address, "@")
	from := s.Text("from")
	if from == "" {
		from = "Syncline <syncline@" + domain + ">"
	}
	if c.from, err = mail.ParseAddress(from); err != nil {
		return nil, wrong("from", "it is no address", "write one such as Syncline <syncline@example.org>")
	}
	c.tls = &tls.Config{ServerName: c.host, MinVersion: tls.VersionTLS12}
	if c.tls.RootCAs, err = authorities(s.Path("ca_file")); err != nil {
		return nil, err
	}
	return c, nil
}

func wrong(name, why, hint string) error {
	return &connectors.Error{Kind: connectors.Failed, Op: "open", Where: name, Err: errors.New(why), Hint: hint}
}

// locate reads the address of a server, which may hold a password and is not
// told.
func (c *Conn) locate(address string) error {
	u, err := url.Parse(address)
	if err == nil {
		c.host, c.port = u.Hostname(), map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	if err != nil || c.host == "" || c.port == "" || u.RawQuery != "" || len(u.Path) > 1 {
		return wrong("url", "it is not the address of a mail server", "write smtp://USER:PASSWORD@HOST:587 or smtps://HOST")
	}
	c.secure = u.Scheme == "smtps"
	if u.Port() != "" {
		c.port = u.Port()
	}
	c.user = u.User.Username()
	c.secret, _ = u.User.Password()
	return nil
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

// Close does nothing: nothing is open.
func (c *Conn) Close() error { return nil }

// Notify sends a notice to each recipient. Those that can be told are told,
// whoever else cannot.
func (c *Conn) Notify(ctx context.Context, n connectors.Notice) error {
	var untold []string
	var worst *connectors.Error
	for _, to := range c.to {
		if err := ctx.Err(); err != nil {
			return &connectors.Error{Kind: connectors.Unavailable, Op: "notify", Err: err}
		}
		if e := c.send(ctx, n, to); e != nil {
			untold = append(untold, to.Address+" ("+e.Error()+")")
			if worst == nil || e.Kind == connectors.Uncertain {
				worst = e
			}
		}
	}
	if worst == nil {
		return nil
	}
	return &connectors.Error{
		Kind: worst.Kind, Op: "notify", Hint: worst.Hint,
		Err: fmt.Errorf("%d of %d were not told: %s", len(untold), len(c.to), strings.Join(untold, ", ")),
	}
}

// send sends a notice to one recipient. The error says nothing of the server's
// words but their number.
func (c *Conn) send(ctx context.Context, n connectors.Notice, to *mail.Address) *connectors.Error {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return said(err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return said(err)
	}
	m := c.message(n, to)
	err = client.Send(m)
	_ = client.Close() // what it says of the end says nothing of the message
	if m.IsDelivered() {
		return nil
	}
	return said(err)
}

// client is what speaks to the server: with TLS or not at all, unless the
// server is on this machine.
func (c *Conn) client(ctx context.Context) (*driver.Client, error) {
	port, err := strconv.Atoi(c.port)
	if err != nil {
		return nil, err
	}
	options := []driver.Option{driver.WithPort(port), driver.WithTLSConfig(c.tls), driver.WithTimeout(c.patience), driver.WithoutNoop()}
	policy, auth := driver.TLSMandatory, driver.WithSMTPAuth(driver.SMTPAuthAutoDiscover)
	if c.secure {
		options = append(options, driver.WithSSL())
	} else {
		conn, err := c.dial(ctx, "tcp", net.JoinHostPort(c.host, c.port))
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { conn.Close() })
		if here(conn) {
			policy, auth = driver.TLSOpportunistic, driver.WithOpportunisticSMTPAuth(driver.SMTPAuthPlainNoEnc, driver.SMTPAuthLoginNoEnc)
		}
		options = append(options, driver.WithTLSPolicy(policy), driver.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }))
	}
	if c.user != "" {
		options = append(options, driver.WithUsername(c.user), driver.WithPassword(c.secret), auth)
	}
	return driver.NewClient(c.host, options...)
}

// here reports whether a server is on this machine.
func here(c net.Conn) bool {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// said is what became of a message, in our own words.
func said(err error) *connectors.Error {
	tell := func(kind connectors.ErrorKind, why, hint string) *connectors.Error {
		return &connectors.Error{Kind: kind, Op: why, Hint: hint}
	}
	code := 0
	var sent *driver.SendError
	var answer *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &sent):
		code = sent.ErrorCode()
		if code == 0 && (sent.Reason == driver.ErrSMTPDataClose || sent.Reason == driver.ErrWriteContent) {
			return tell(connectors.Uncertain, "the connection ended before the server said whether it took the message", "a message that comes twice has the same Message-ID")
		}
	case errors.As(err, &answer):
		code = answer.Code
	}
	switch {
	case code == 530 || code == 534 || code == 535 || code == 538:
		return tell(connectors.Denied, "the server answered "+strconv.Itoa(code)+" to the user and password", "correct the user and password in url")
	case code >= 500:
		return tell(connectors.Refused, "the server answered "+strconv.Itoa(code), "see the address, and whether the server takes mail from this sender")
	case code >= 400:
		return tell(connectors.Limited, "the server answered "+strconv.Itoa(code)+", which means later", "")
	case errors.As(err, &certificate):
		return tell(connectors.Unavailable, "the server's certificate is not to be trusted", "name the authority's file in ca_file, and the certificate's name in url")
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return tell(connectors.Unavailable, "the server does not answer", "see that the mail server runs and can be reached")
	}
	return tell(connectors.Unavailable, "the server does not speak as it should, with TLS and a way to log in", "use smtps://, or see that the server offers STARTTLS")
}
