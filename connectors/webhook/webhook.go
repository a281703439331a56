// Package webhook is the connector that tells programs, and people behind them,
// by a POST to an address of theirs. Enter at Definition.
//
// It sends and never reads: its one ability is connectors.Notifier, for the
// block notify. How a delivery is signed is connectors/signature's, and how it
// is sent, and sent again, connectors/httpclient's.
//
// Why errors say so little: the address is a secret, for who knows it may post
// there, and what a stranger's server answers is not told to people.
package webhook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/signature"
	"syncline/schema"
)

const (
	// patience is how long one attempt may take, and all of them together begin.
	patience, altogether = 10 * time.Second, 20 * time.Second
	attempts             = 3
	// answer is how much of an answer is read.
	answer = 64 << 10
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "webhook",
		Doc: "Posts what people are told, as JSON, to an address, for notify.\n\n" +
			"A delivery is signed as Standard Webhooks has it (standardwebhooks.com): webhook-id, webhook-timestamp and, with a secret, webhook-signature. " +
			"What cannot be delivered is sent again, three times at most, with the same webhook-id; what is told again after a crash has it too, so that a receiver that knows the id may let it go. " +
			"It is sent to the address and nowhere else, whatever that answers.",
		Notifies: true,
		Example:  example,
		Settings: []schema.Field{
			{Name: "url", Type: schema.Type{Kind: schema.KindURL}, Required: true, Secret: true, Doc: "The address, as in secret(\"env:HOOK\")."},
			{Name: "secret", Type: schema.Type{Kind: schema.KindString}, Secret: true,
				Doc: "What it is signed with: 24 to 64 random bytes in base64, also behind whsec_. Without it nothing is signed, and the receiver cannot tell who sent it."},
			{Name: "networks", Type: schema.ListOf(schema.Type{Kind: schema.KindString}),
				Doc: "Networks that are not public and that the address may lie in, as in [\"10.1.0.0/16\"]. An address that is written as a number may lie anywhere but where a cloud keeps its credentials."},
		},
		Open: open,
	}
}

const example = `notify "ops" {
  connector = "webhook"
  url       = secret("env:HOOK_URL")
  secret    = secret("env:HOOK_SECRET") # echo whsec_$(openssl rand -base64 32)
}
`

// Conn is an address that takes deliveries.
type Conn struct {
	client  *httpclient.Client
	address string
	secret  string
	clock   func() time.Time
}

var _ connectors.Notifier = (*Conn)(nil)

func open(_ context.Context, s connectors.Settings) (connectors.Conn, error) {
	address, err := s.Secret("url")
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return nil, wrong("url", "it is not the address of a web server")
	}
	c := &Conn{address: address, clock: s.Now}
	if c.secret, err = s.Secret("secret"); err != nil && !errors.Is(err, connectors.ErrNoSecret) {
		return nil, err
	}
	if c.secret != "" {
		if _, err := (signature.Standard{}).Sign(c.secret, "", time.Time{}, nil); err != nil {
			return nil, wrong("secret", "it is not base64, alone or behind whsec_")
		}
	}
	o := httpclient.Options{
		Base: u, Redact: []string{address, u.Path, u.RawQuery, c.secret}, MaxResponse: answer,
		Retry: httpclient.Retry{Attempts: attempts, First: time.Second, Total: altogether, Patience: patience}, Timeouts: httpclient.Timeouts{Whole: patience},
	}
	for _, n := range s.Values["networks"].Items() {
		o.Networks = append(o.Networks, n.Text())
	}
	if c.client, err = httpclient.New(o.For(s)); err != nil {
		return nil, wrong("networks", err.Error())
	}
	return c, nil
}

func wrong(name, why string) error {
	return &connectors.Error{Kind: connectors.Failed, Op: "open", Where: name, Err: errors.New(why)}
}

// Close gives up idle connections.
func (c *Conn) Close() error { return c.client.Close() }

// Notify posts a notice. The error names neither the address nor anything that
// was answered but the number of the status.
func (c *Conn) Notify(ctx context.Context, n connectors.Notice) error {
	id := "msg_" + cmp.Or(n.Key, fmt.Sprintf("%x", sha256.Sum256(n.JSON))[:32])
	header := http.Header{"Webhook-Id": {id}}
	if c.secret != "" {
		var err error
		if header, err = (signature.Standard{}).Sign(c.secret, id, c.clock(), n.JSON); err != nil {
			return wrong("secret", err.Error())
		}
	}
	header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(ctx, &httpclient.Request{
		Op: "notify", Method: http.MethodPost, Path: c.address, Header: header, Body: n.JSON, Key: cmp.Or(n.Key, id), Tells: true, Classify: verdict,
	})
	if err == nil {
		return nil
	}
	why := errors.New("it does not answer")
	if resp != nil {
		why = errors.New(strings.TrimSpace(fmt.Sprintf("it answered %d %s", resp.Status, http.StatusText(resp.Status))))
	}
	hint := ""
	if resp != nil && resp.Status >= 300 && resp.Status < 400 {
		why, hint = fmt.Errorf("it answered %d and sends elsewhere, where nothing is sent", resp.Status), "correct its url"
	}
	return &connectors.Error{Kind: connectors.KindOf(err), Op: "notify", Err: why, Hint: hint}
}

// verdict takes 2xx for a delivery; what may pass is sent again, all else is
// the address's last word.
func verdict(r *httpclient.Response) httpclient.Verdict {
	if r.Status >= 300 && r.Status < 400 {
		return httpclient.Verdict{Action: httpclient.Fail, Kind: connectors.Refused}
	}
	return httpclient.Standard(r)
}
