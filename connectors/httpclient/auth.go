package httpclient

import (
	"context"
	"net/url"
	"time"
)

// Auth is a way to show a credential: [Basic], [Bearer], [Key],
// [ClientCredentials], [RefreshToken], [JWT] or [Session].
type Auth interface {
	// secrets lists what must not be shown.
	secrets() []string
	// addresses lists the URLs that tokens come from.
	addresses() []string
}

// Place is where a token goes in a request. The zero is
// "Authorization: Bearer TOKEN".
type Place struct {
	Header string // "": Authorization, unless Query is set
	Prefix string // before the token, its space included; "": "Bearer " in Authorization, nothing elsewhere
	Query  string // a query parameter instead of a header
}

// Basic is a user and a password (RFC 7617). Where an API takes its key as the
// user, Password is empty or a filler; a User whose password is shorter than
// eight bytes counts as a secret.
type Basic struct {
	User, Password string
}

// Bearer is a token that does not expire.
type Bearer struct {
	Token string
}

// Key is an API key in a header or the query.
type Key struct {
	Value string
	Place Place
}

// ClientCredentials is OAuth 2 with client credentials.
type ClientCredentials struct {
	Endpoint Endpoint
	Scopes   []string
	Place    Place
}

// RefreshToken is OAuth 2 with a refresh token. A token endpoint that rotates
// gives a new refresh token with each access token; Keep stores it and is
// called before the access token is first used. While Keep fails, requests
// fail, the new refresh token is held, and Keep is called again. Keep may be
// nil where the endpoint does not rotate. Clients that use one refresh token
// must share a Pool.
type RefreshToken struct {
	Endpoint Endpoint
	Token    string
	Keep     func(ctx context.Context, token string) error
	Place    Place
}

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

// Session is a log-in: a request whose answer gives a token.
type Session struct {
	Login   Request                        // sent without a credential, to a declared host
	Secrets []string                       // what of Login must not be shown
	Token   func(*Response) (Token, error) // reads the answer
	Place   Place                          // where the token goes
}

// Token is what a log-in gave.
type Token struct {
	Value   string
	Expires time.Time // zero: unknown; then it is used until it is refused
}

// Endpoint is an OAuth 2 token endpoint and who asks there. Its host need not
// be declared, and gets nothing but token requests.
type Endpoint struct {
	URL      string
	ID       string     // client_id; "": none
	Secret   string     // client_secret; "": none
	InHeader bool       // whether ID and Secret go as basic auth; else in the form
	Params   url.Values // further parameters of the form
}

var (
	_ Auth = Basic{}
	_ Auth = Bearer{}
	_ Auth = Key{}
	_ Auth = ClientCredentials{}
	_ Auth = RefreshToken{}
	_ Auth = JWT{}
	_ Auth = Session{}
)

func (a Basic) secrets() []string               { return nil }
func (a Basic) addresses() []string             { return nil }
func (a Bearer) secrets() []string              { return nil }
func (a Bearer) addresses() []string            { return nil }
func (a Key) secrets() []string                 { return nil }
func (a Key) addresses() []string               { return nil }
func (a ClientCredentials) secrets() []string   { return nil }
func (a ClientCredentials) addresses() []string { return nil }
func (a RefreshToken) secrets() []string        { return nil }
func (a RefreshToken) addresses() []string      { return nil }
func (a JWT) secrets() []string                 { return nil }
func (a JWT) addresses() []string               { return nil }
func (a Session) secrets() []string             { return nil }
func (a Session) addresses() []string           { return nil }
