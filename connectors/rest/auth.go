package rest

import "time"

// Auth is one way to prove who asks. A description lists the ways of an API;
// a system uses the one that its setting `auth` names, else the first whose
// Needs were all given.
type Auth struct {
	Name   string   // as the setting `auth` names it
	Doc    string   // one sentence
	Needs  []string // settings without which this way is not taken
	Scheme Scheme
}

// Scheme is how a way to log in works: Basic, Bearer, HeaderKey, QueryKey,
// ClientCredentials, RefreshToken, JWTBearer or Session. Its programs see the
// settings, the secret ones too, and nothing else. They are called once, before
// the first request.
type Scheme interface{ scheme() }

type (
	// Basic is a user and a password; many APIs take a key as the user.
	Basic struct {
		User     Program
		Password Program // nil: empty
	}

	// Bearer is a token in the header Authorization.
	Bearer struct{ Token Program }

	// HeaderKey is a key in a header of the API's own.
	HeaderKey struct {
		Name   string
		Prefix string // before the key, with its blank: "Token "
		Key    Program
	}

	// QueryKey is a key in the address. It reaches no log and no error.
	QueryKey struct {
		Name string
		Key  Program
	}

	// ClientCredentials is OAuth 2 with a client's id and secret.
	ClientCredentials struct {
		TokenURL Program
		ID       Program
		Secret   Program
		Scopes   []string
		Params   []Pair // further fields of the token request
		InBody   bool   // id and secret as fields; false: as Basic
	}

	// RefreshToken is OAuth 2 with a token that a person's consent gave.
	RefreshToken struct {
		TokenURL Program
		ID       Program
		Secret   Program // nil: a public client
		Token    Program
		Params   []Pair
		InBody   bool
	}

	// JWTBearer is OAuth 2 with a signed assertion (RFC 7523).
	JWTBearer struct {
		TokenURL Program
		Issuer   Program
		Subject  Program // nil: none
		Audience Program // nil: the token's address
		Key      Program // PEM of an RSA or EC key
		KeyID    Program // nil: none
		Scopes   []string
		Life     time.Duration // of the assertion; 0: 3 minutes
	}

	// Session is a log-in that gives a token: Login's programs see the secret
	// settings, Token looks at the answer.
	Session struct {
		Login  Request
		Token  Program
		Life   time.Duration // of a session; 0: until it is refused
		Into   Place         // InHeader or InQuery
		Prefix string        // before the token, with its blank
	}
)

func (Basic) scheme()             {}
func (Bearer) scheme()            {}
func (HeaderKey) scheme()         {}
func (QueryKey) scheme()          {}
func (ClientCredentials) scheme() {}
func (RefreshToken) scheme()      {}
func (JWTBearer) scheme()         {}
func (Session) scheme()           {}

// rotates reports whether the API may replace what one logs in with.
func rotates(a Auth) bool {
	_, ok := a.Scheme.(RefreshToken)
	return ok
}
