package httpclient

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Auth is a way to show a credential: [Basic], [Bearer], [Key], [Signing],
// [ClientCredentials], [RefreshToken], [JWT] or [Session].
type Auth interface {
	// check finds the author's mistakes.
	check() error
	// secrets lists what must not be shown.
	secrets() []string
}

// fixed is an Auth that needs to ask nobody.
type fixed interface {
	Auth
	put(*http.Request)
}

// renewing is an Auth whose token has to be asked for.
type renewing interface {
	Auth
	place() Place
	// identity tells credentials apart whose tokens must not be mixed.
	identity() string
	// endpoint is the URL of a token endpoint, "" when there is none.
	endpoint() string
	// fetch asks for a token. held keeps what the next fetch needs.
	fetch(ctx context.Context, c *Client, held *tokens) (Token, error)
}

var (
	_ fixed    = Basic{}
	_ fixed    = Bearer{}
	_ fixed    = Key{}
	_ fixed    = Signing{}
	_ renewing = ClientCredentials{}
	_ renewing = RefreshToken{}
	_ renewing = JWT{}
	_ renewing = Session{}
)

// Place is where a token goes in a request. The zero is
// "Authorization: Bearer TOKEN".
type Place struct {
	Header string // "": Authorization, unless Query is set
	Prefix string // before the token, its space included; "": "Bearer " in Authorization, nothing elsewhere
	Query  string // a query parameter instead of a header
}

func (p Place) put(req *http.Request, token string) {
	switch {
	case p.Query != "":
		req.URL.RawQuery = joinQuery(req.URL.RawQuery, url.QueryEscape(p.Query)+"="+url.QueryEscape(p.Prefix+token))
	case p.Header == "" || strings.EqualFold(p.Header, "Authorization"):
		prefix := p.Prefix
		if prefix == "" {
			prefix = "Bearer "
		}
		req.Header.Set("Authorization", prefix+token)
	default:
		req.Header.Set(p.Header, p.Prefix+token)
	}
}

// Basic is a user and a password (RFC 7617). Where an API takes its key as the
// user, Password is empty or a filler; a User whose password is shorter than
// eight bytes counts as a secret.
type Basic struct {
	User, Password string
}

func (a Basic) check() error {
	if strings.Contains(a.User, ":") {
		return errors.New("a user of basic authentication may not hold a colon")
	}
	return given("user", a.User)
}

func (a Basic) secrets() []string {
	all := []string{base64.StdEncoding.EncodeToString([]byte(a.User + ":" + a.Password))}
	if len(a.Password) < 8 {
		all = append(all, a.User)
	}
	if len(a.Password) >= 8 || len(a.User) < 8 {
		all = append(all, a.Password)
	}
	return all
}

func (a Basic) put(req *http.Request) { req.SetBasicAuth(a.User, a.Password) }

// Bearer is a token that does not expire.
type Bearer struct {
	Token string
}

func (a Bearer) check() error          { return given("token", a.Token) }
func (a Bearer) secrets() []string     { return []string{a.Token} }
func (a Bearer) put(req *http.Request) { Place{}.put(req, a.Token) }

// Key is an API key in a header or the query.
type Key struct {
	Value string
	Place Place
}

func (a Key) check() error          { return given("key", a.Value) }
func (a Key) secrets() []string     { return []string{a.Value} }
func (a Key) put(req *http.Request) { a.Place.put(req, a.Value) }

// Signing is a credential that is not sent: each request is signed with it,
// each attempt anew.
type Signing struct {
	// Sign signs a request that has all its headers. What it signs it may change:
	// headers and the query. It may be called concurrently.
	Sign    func(*http.Request)
	Secrets []string // what must not be shown, and tells credentials apart
}

func (a Signing) check() error {
	if a.Sign == nil {
		return errors.New("nothing signs the requests")
	}
	return nil
}

func (a Signing) secrets() []string     { return a.Secrets }
func (a Signing) put(req *http.Request) { a.Sign(req) }

// Session is a log-in: a request whose answer gives a token.
type Session struct {
	Login   Request                        // sent without a credential; safe, since it changes nothing
	Secrets []string                       // what of Login must not be shown
	Token   func(*Response) (Token, error) // reads the answer
	Place   Place                          // where the token goes
}

// Token is what a log-in gave.
type Token struct {
	Value   string
	Expires time.Time // zero: unknown; then it is used until it is refused
}

func (a Session) check() error {
	if a.Token == nil {
		return errors.New("nothing reads the token of the log-in")
	}
	return nil
}

func (a Session) secrets() []string { return a.Secrets }
func (a Session) place() Place      { return a.Place }
func (a Session) endpoint() string  { return "" }
func (a Session) identity() string {
	return fmt.Sprintf("session %q %q %q %q", a.Login.Path, a.Login.Query.Encode(), a.Login.Body, a.Secrets)
}

func (a Session) fetch(ctx context.Context, c *Client, _ *tokens) (Token, error) {
	login := a.Login
	login.Op, login.Bare, login.Safe = logIn, true, true
	if login.Classify == nil {
		login.Classify = tokenVerdict
	}
	resp, err := c.ask(ctx, &login, false)
	if err != nil {
		return Token{}, err
	}
	t, err := a.Token(resp)
	if err != nil {
		return Token{}, c.failure(&login, resp.URL, tokenless, err)
	}
	return t, nil
}

// given refuses an empty secret: it is a setting that was forgotten.
func given(what, value string) error {
	if strings.TrimSpace(value) == "" {
		return fmt.Errorf("the %s is empty", what)
	}
	return nil
}
