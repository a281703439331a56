package httpclient

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncline/connectors"
)

// logIn is what a request for a token is for, in errors.
const logIn = "log in"

// asking is how long a refresh token's exchange may take when nobody waits for
// it any more.
const asking = time.Minute

// Endpoint is an OAuth 2 token endpoint and who asks there. Its host need not
// be declared, and gets nothing but token requests.
type Endpoint struct {
	URL      string
	ID       string     // client_id; "": none
	Secret   string     // client_secret; "": none
	InHeader bool       // whether ID and Secret go as basic auth; else in the form
	Params   url.Values // further parameters of the form
}

func (e Endpoint) check() error {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return errors.New("the token endpoint is not the URL of a web server, without a user in it")
	}
	return nil
}

func (e Endpoint) secrets() []string {
	all := []string{e.Secret}
	if e.Secret != "" {
		all = append(all, base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(e.ID)+":"+url.QueryEscape(e.Secret))))
	}
	for name, values := range e.Params {
		if secretName(name) {
			all = append(all, values...)
		}
	}
	return all
}

func (e Endpoint) identity() string {
	return fmt.Sprintf("%q %q %q %q", e.URL, e.ID, e.Secret, e.Params.Encode())
}

// ClientCredentials is OAuth 2 with client credentials.
type ClientCredentials struct {
	Endpoint Endpoint
	Scopes   []string
	Place    Place
}

func (a ClientCredentials) check() error {
	return errors.Join(a.Endpoint.check(), given("client id", a.Endpoint.ID))
}
func (a ClientCredentials) secrets() []string { return a.Endpoint.secrets() }
func (a ClientCredentials) place() Place      { return a.Place }
func (a ClientCredentials) endpoint() string  { return a.Endpoint.URL }
func (a ClientCredentials) identity() string {
	return fmt.Sprintf("client credentials %s %q", a.Endpoint.identity(), a.Scopes)
}

func (a ClientCredentials) fetch(ctx context.Context, c *Client, _ *tokens) (Token, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(a.Scopes) > 0 {
		form.Set("scope", strings.Join(a.Scopes, " "))
	}
	g, err := c.grant(ctx, a.Endpoint, form)
	return g.token, err
}

// RefreshToken is OAuth 2 with a refresh token: the one that a person's consent
// gave. A token endpoint that rotates gives a new refresh token with each
// access token; the Keeper keeps it before the access token is first used, and
// the next start begins with it. While the Keeper fails, requests fail, the new
// refresh token is held, and is given to it again. It may be nil where the
// endpoint does not rotate. Clients that use one refresh token must share a
// Pool and a Keeper, and name one Credential.
type RefreshToken struct {
	Endpoint Endpoint
	Token    string
	Keeper   connectors.Keeper
	Place    Place
}

func (a RefreshToken) check() error {
	return errors.Join(a.Endpoint.check(), given("refresh token", a.Token))
}
func (a RefreshToken) secrets() []string { return append(a.Endpoint.secrets(), a.Token) }
func (a RefreshToken) place() Place      { return a.Place }
func (a RefreshToken) endpoint() string  { return a.Endpoint.URL }

// identity is that of the consent: two people's differ at one endpoint, and
// the token that is held now is neither's name.
func (a RefreshToken) identity() string {
	return fmt.Sprintf("refresh token %s %q", a.Endpoint.identity(), a.Token)
}

// kept is the name that what replaced the token is kept under. Another client
// secret changes nothing of the consent, and not the name.
func (a RefreshToken) kept() string {
	return "refresh token " + digest(fmt.Sprintf("%q %q %q", a.Endpoint.URL, a.Endpoint.ID, a.Token))
}

// recall begins with what was kept before the start.
func (a RefreshToken) recall(c *Client, held *tokens) error {
	if held.refresh != "" || a.Keeper == nil {
		return nil
	}
	token, err := a.Keeper.Kept(a.kept())
	if err != nil {
		v := Verdict{Kind: connectors.Failed, Hint: "see that the state can be read: the token of the settings may be worth nothing any more"}
		return c.failure(&Request{Op: logIn}, nil, v, fmt.Errorf("the refresh token that was kept cannot be read: %w", err))
	}
	held.refresh = token
	c.account.secrets.renew(token)
	return nil
}

func (a RefreshToken) fetch(ctx context.Context, c *Client, held *tokens) (Token, error) {
	// An answer that nobody reads may hold the only refresh token that is
	// still good: once asked, the question is not taken back.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), asking)
	defer cancel()
	if err := a.recall(c, held); err != nil {
		return Token{}, err
	}
	g, err := a.exchange(ctx, c, held.refresh)
	if err != nil && connectors.KindOf(err) == connectors.Denied && held.refresh != "" && held.refresh != a.Token {
		g, err = a.exchange(ctx, c, a.Token) // somebody renewed the consent
	}
	if err != nil {
		return Token{}, err
	}
	if g.refresh != "" {
		held.refresh, held.unkept = g.refresh, true
	}
	return g.token, nil
}

func (a RefreshToken) exchange(ctx context.Context, c *Client, token string) (grant, error) {
	if token == "" {
		token = a.Token
	}
	g, err := c.grant(ctx, a.Endpoint, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	if g.refresh == token {
		g.refresh = ""
	}
	return g, err
}

// grant is what a token endpoint gave.
type grant struct {
	token   Token
	refresh string
}

// grant asks a token endpoint.
func (c *Client) grant(ctx context.Context, e Endpoint, form url.Values) (grant, error) {
	r := &Request{Op: logIn, Method: http.MethodPost, Path: e.URL, Header: http.Header{}, Safe: true, Classify: tokenVerdict}
	for name, values := range e.Params {
		form[name] = values
	}
	if e.InHeader {
		pair := url.QueryEscape(e.ID) + ":" + url.QueryEscape(e.Secret)
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	} else {
		for name, value := range map[string]string{"client_id": e.ID, "client_secret": e.Secret} {
			if value != "" {
				form.Set(name, value)
			}
		}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Body = []byte(form.Encode())
	resp, err := c.ask(ctx, r, true)
	if err != nil {
		return grant{}, err
	}
	g, err := readGrant(resp, c.o.Clock())
	c.account.secrets.renew(g.token.Value, g.refresh)
	if err != nil {
		return grant{}, c.failure(r, resp.URL, tokenless, err)
	}
	return g, nil
}

// tokenless is the verdict about an answer that was to hold a token.
var tokenless = Verdict{Action: Fail, Kind: connectors.Unreadable, Hint: "see that the address is the token endpoint's"}

// answered is what a token endpoint says. expires_in is a number by the
// standard, and a text at some.
type answered struct {
	AccessToken  string      `json:"access_token"`
	RefreshToken string      `json:"refresh_token"`
	ExpiresIn    json.Number `json:"expires_in"`
	Error        string      `json:"error"`
	Description  string      `json:"error_description"`
}

func readAnswered(resp *Response) (a answered, err error) {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(resp.Body))
		return answered{form.Get("access_token"), form.Get("refresh_token"), json.Number(form.Get("expires_in")), form.Get("error"), form.Get("error_description")}, err
	}
	text, err := resp.JSON()
	if err != nil {
		return a, err
	}
	if json.Unmarshal(text, &a) != nil {
		return a, errors.New("the answer is JSON of another form than a token endpoint's")
	}
	return a, nil
}

func readGrant(resp *Response, now time.Time) (grant, error) {
	a, err := readAnswered(resp)
	g := grant{token: Token{Value: a.AccessToken}, refresh: a.RefreshToken}
	switch {
	case err != nil:
		return g, err
	case a.AccessToken == "":
		return g, errors.New("the answer holds no access_token")
	case a.ExpiresIn == "":
		return g, nil
	}
	seconds, err := a.ExpiresIn.Float64()
	if err != nil {
		return g, errors.New("the answer's expires_in is no number")
	}
	if seconds <= 0 {
		return g, errors.New("the answer holds a token that has expired")
	}
	g.token.Expires = now.Add(within(time.Duration(min(seconds, longest.Seconds()) * float64(time.Second))))
	return g, nil
}

// tokenVerdict reads the answers of a token endpoint (RFC 6749, 5.2), also of
// those that say 200 with an error.
func tokenVerdict(r *Response) Verdict {
	v := Standard(r)
	a, err := readAnswered(r)
	coded := err == nil && a.Error != ""
	switch {
	case coded && (r.Status < 300 || r.Status == http.StatusBadRequest || r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden):
		v = Verdict{Action: Fail, Kind: connectors.Denied, Text: "the token endpoint says " + said(r, a)}
	case r.Status == http.StatusBadRequest || r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden:
		v = Verdict{Action: Fail, Kind: connectors.Denied}
	}
	if v.Kind == connectors.Denied {
		v.Hint = "see that the credential is right and still valid"
	}
	return v
}

// said is an error of a token endpoint, its description cut to what a line
// holds.
func said(r *Response, a answered) string {
	text := a.Error
	if a.Description != "" {
		text += ": " + a.Description
	}
	return r.excerpt([]byte(text))
}
