package rest

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

const defaultParallel = 4

// client returns the HTTP client, made before the first request: opening a
// connection needs no secret.
func (c *conn) client() (*httpclient.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.http != nil {
		return c.http, nil
	}
	o := c.options.HTTP
	o.Base = c.base
	for _, host := range c.d.Hosts {
		v, err := host(c.input(""))
		if err != nil {
			return nil, c.misset("hosts", err)
		}
		o.Hosts = append(o.Hosts, texts(v)...)
	}
	limits := &c.d.Limits
	o.Limits = []httpclient.Limit{{Requests: cmp.Or(limits.Parallel, c.set.Limits.Parallel, defaultParallel)}}
	for _, b := range limits.Budgets {
		o.Limits = append(o.Limits, httpclient.Limit{Requests: b.Requests, Per: b.Per})
	}
	if h := limits.Headers; h != nil {
		o.Budgets = append(o.Budgets, httpclient.Budget(*h))
	}
	o.MaxResponse, o.Timeouts.Whole = limits.Answer, cmp.Or(limits.Timeout, o.Timeouts.Whole)
	auth, err := c.auth()
	if err != nil {
		return nil, err
	}
	o.Auth = auth
	if c.http, err = httpclient.New(o.For(c.set)); err != nil {
		return nil, c.misset("base or credential", err)
	}
	return c.http, nil
}

func (c *conn) misset(what string, err error) error {
	return &connectors.Error{
		Kind: connectors.Refused, Op: "open", Where: c.set.System, Field: what, Err: err,
		Hint: "see the settings of the system",
	}
}

// base returns the address that paths stand below.
func (c *conn) address() (*url.URL, error) {
	v, err := c.d.Base(c.input(""))
	if err != nil {
		return nil, c.misset("base", err)
	}
	u, err := url.Parse(v.Plain())
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return nil, c.misset("base", errors.New("what the settings make of it is no address that begins with https:// and ends before a question mark"))
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// auth chooses a way to log in and resolves its secrets.
func (c *conn) auth() (httpclient.Auth, error) {
	if len(c.d.Auth) == 0 {
		return nil, nil
	}
	way, err := c.way()
	if err != nil {
		return nil, err
	}
	in := c.input("")
	if in.Settings, err = c.secrets(); err != nil {
		return nil, c.misset("auth", err)
	}
	s := scheming{c: c, in: in}
	auth := s.auth(way.Scheme)
	if s.err != nil {
		return nil, c.misset("auth "+way.Name, s.err)
	}
	return auth, nil
}

// way chooses among the ways to log in.
func (c *conn) way() (*Auth, error) {
	wanted := c.set.Text("auth")
	var lacks []string
	for i := range c.d.Auth {
		a := &c.d.Auth[i]
		if wanted != "" && a.Name != wanted {
			continue
		}
		missing := c.missing(a.Needs)
		if len(missing) == 0 {
			return a, nil
		}
		lacks = append(lacks, fmt.Sprintf("%s lacks %s", a.Name, strings.Join(missing, ", ")))
	}
	if len(lacks) == 0 {
		return nil, c.misset("auth", fmt.Errorf("there is no way to log in that is called %q", wanted))
	}
	return nil, &connectors.Error{
		Kind: connectors.Denied, Op: "open", Where: c.set.System, Err: errors.New("no credential: " + strings.Join(lacks, "; ")),
		Hint: "give the settings of one way to log in",
	}
}

// missing returns the settings that were not given, with the reason where a
// secret cannot be resolved.
func (c *conn) missing(names []string) (out []string) {
	for _, n := range names {
		if c.set.Values[n].Is() {
			continue
		}
		if c.set.Secret == nil {
			out = append(out, n)
		} else if _, err := c.set.Secret(n); err != nil {
			out = append(out, n+" ("+err.Error()+")")
		}
	}
	return out
}

// secrets returns the settings, the secret ones too.
func (c *conn) secrets() (schema.Value, error) {
	all := c.settings
	for _, f := range c.d.Settings {
		if !f.Secret || c.set.Secret == nil || c.set.Values[f.Name].Is() {
			continue
		}
		text, err := c.set.Secret(f.Name)
		if err != nil {
			continue // whether it is needed is known: see way
		}
		if all, err = schema.PathTo(f.Name).Set(all, schema.String(text)); err != nil {
			return schema.Value{}, err
		}
	}
	for _, f := range c.d.Settings {
		if v := c.set.Values[f.Name]; f.Secret && v.Is() {
			var err error
			if all, err = schema.PathTo(f.Name).Set(all, v); err != nil {
				return schema.Value{}, err
			}
		}
	}
	return all, nil
}

// scheming turns a scheme into the client's form of it. The first error stays.
type scheming struct {
	c   *conn
	in  *Input
	err error
}

func (s *scheming) text(p Program) string {
	if p == nil || s.err != nil {
		return ""
	}
	v, err := p(s.in)
	s.err = err
	return v.Plain()
}

func (s *scheming) params(pairs []Pair) url.Values {
	out := url.Values{}
	if err := fill(out, verbatim, pairs, s.in); err != nil && s.err == nil {
		s.err = err
	}
	return out
}

func (s *scheming) auth(scheme Scheme) httpclient.Auth {
	switch a := scheme.(type) {
	case Basic:
		return httpclient.Basic{User: s.text(a.User), Password: s.text(a.Password)}
	case Bearer:
		return httpclient.Bearer{Token: s.text(a.Token)}
	case HeaderKey:
		return httpclient.Key{Value: s.text(a.Key), Place: httpclient.Place{Header: a.Name, Prefix: a.Prefix}}
	case QueryKey:
		return httpclient.Key{Value: s.text(a.Key), Place: httpclient.Place{Query: a.Name}}
	case ClientCredentials:
		return httpclient.ClientCredentials{Endpoint: s.endpoint(a.TokenURL, a.ID, a.Secret, !a.InBody, a.Params), Scopes: a.Scopes}
	case RefreshToken:
		return httpclient.RefreshToken{Endpoint: s.endpoint(a.TokenURL, a.ID, a.Secret, !a.InBody, a.Params), Token: s.text(a.Token), Keeper: s.c.set.Keeper}
	case JWTBearer:
		return s.jwt(a)
	case Session:
		return s.session(a)
	}
	return nil
}

func (s *scheming) endpoint(address, id, secret Program, inHeader bool, params []Pair) httpclient.Endpoint {
	return httpclient.Endpoint{URL: s.text(address), ID: s.text(id), Secret: s.text(secret), InHeader: inHeader && secret != nil, Params: s.params(params)}
}

func (s *scheming) jwt(a JWTBearer) httpclient.Auth {
	claims := map[string]any{"iss": s.text(a.Issuer)}
	for name, p := range map[string]Program{"sub": a.Subject, "aud": a.Audience} {
		if text := s.text(p); text != "" {
			claims[name] = text
		}
	}
	if len(a.Scopes) > 0 {
		claims["scope"] = strings.Join(a.Scopes, " ")
	}
	return httpclient.JWT{
		Endpoint: httpclient.Endpoint{URL: s.text(a.TokenURL)}, Key: s.text(a.Key), KeyID: s.text(a.KeyID), Claims: claims, Lifetime: a.Life,
	}
}

func (s *scheming) session(a Session) httpclient.Auth {
	out, err := s.c.outgoing(&a.Login, s.in)
	var login *httpclient.Request
	if err == nil {
		login, err = out.request("log in")
	}
	if err != nil {
		s.err = cmp.Or(s.err, err)
		return nil
	}
	return httpclient.Session{
		Login: *login, Secrets: s.secretTexts(), Place: placeOf(a.Into, a.Prefix),
		Token: func(r *httpclient.Response) (httpclient.Token, error) {
			in := *s.in
			body, err := r.JSON()
			if err != nil {
				return httpclient.Token{}, err
			}
			in.Status, in.Header = r.Status, r.Header
			if in.Body, err = schema.FromJSON(body); err != nil {
				return httpclient.Token{}, err
			}
			v, err := a.Token(&in)
			if err != nil || !v.Is() {
				return httpclient.Token{}, errors.New("the answer to the log-in holds no token")
			}
			t := httpclient.Token{Value: v.Plain()}
			if a.Life > 0 {
				t.Expires = s.c.now().Add(a.Life)
			}
			return t, nil
		},
	}
}

func placeOf(p Place, prefix string) httpclient.Place {
	if p.In == InQuery {
		return httpclient.Place{Query: p.Name, Prefix: prefix}
	}
	return httpclient.Place{Header: p.Name, Prefix: prefix}
}

// secretTexts returns the values of secret settings.
func (s *scheming) secretTexts() (out []string) {
	for _, f := range s.c.d.Settings {
		if v := s.in.Settings.Field(f.Name); f.Secret && v.Is() {
			out = append(out, v.Plain())
		}
	}
	return out
}
