package vendor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/schema"
)

const anyKind = schema.KindAny

// reserved are the attributes that every `system` block has.
func reserved() []string {
	return []string{"connector", "rate", "concurrency", "timeout", "reserve", "retry", "networks"}
}

func (b *block) declaredSettings() []schema.Field {
	var out []schema.Field
	seen := map[string]bool{}
	for _, s := range b.blocks("setting") {
		if !s.unique(seen) {
			continue
		}
		if slices.Contains(reserved(), s.label) || !nameForm.MatchString(s.label) {
			s.fail(codeBadName, s.header, fmt.Sprintf("%q cannot be the name of a setting", s.label), "every system has "+strings.Join(reserved(), ", "))
		}
		f := schema.Field{Name: s.label, Doc: s.text("doc"), Type: s.typ("type"), Required: s.truth("required"), Secret: s.truth("secret")}
		if s.has("default") {
			f.Default = s.constantOf("default")
			if f.Secret {
				s.fail(codeStaticSecret, s.at("default"), "a secret has no default", "who uses the connector gives it: secret(\"env:NAME\")")
			}
		}
		out = append(out, f)
	}
	return out
}

// credentials are headers that hold one, wherever they are written.
func credentials() []string { return []string{"authorization", "x-api-key", "api-key", "cookie"} }

// openPairs reads headers that go with every request: a credential among them
// would be one that stands in the file, or that the log shows.
func (b *block) openPairs(name string, s *scope) []rest.Pair {
	out := b.pairs(name, s)
	for _, p := range out {
		if slices.Contains(credentials(), strings.ToLower(p.Name)) {
			b.fail(codeStaticSecret, b.at(name), fmt.Sprintf("%s is a credential among open headers", p.Name), `write auth "NAME" { header { … } }`)
		}
	}
	return out
}

// hosts reads a list of CEL.
func (b *block) hosts(s *scope) []rest.Program {
	a, ok := b.hcl.Attributes["hosts"]
	if !ok {
		return nil
	}
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		b.fail(codeWrongValue, b.at("hosts"), `"hosts" must be a list of CEL`, "")
		return nil
	}
	var out []rest.Program
	for _, e := range list.Exprs {
		if p := b.celOf(e, s, anyKind); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// ways reads the ways to log in.
func (b *block) ways() []rest.Auth {
	var out []rest.Auth
	seen := map[string]bool{}
	for _, a := range b.blocks("auth") {
		if !a.unique(seen) {
			continue
		}
		way := rest.Auth{Name: a.label, Doc: a.text("doc"), Needs: a.texts("needs")}
		for _, n := range way.Needs {
			a.known("needs", n, b.settingNames(), "there is no setting %q")
		}
		way.Scheme = a.scheme()
		out = append(out, way)
	}
	return out
}

// known reports a name that is not among those there are.
func (b *block) known(attribute, name string, names []string, say string) {
	if !slices.Contains(names, name) {
		b.fail(codeUnknownName, b.at(attribute), fmt.Sprintf(say, name), didYouMean(name, names))
	}
}

func (c *compiler) settingNames() []string {
	names := make([]string, len(c.settings))
	for i, s := range c.settings {
		names[i] = s.Name
	}
	return names
}

func (b *block) scheme() rest.Scheme {
	in := b.one("basic", "bearer", "header", "query", "client_credentials", "refresh_token", "jwt_bearer", "session")
	if in == nil {
		_, kinds := b.g.names()
		b.fail(codeMissing, b.header, fmt.Sprintf("auth %q does not say how", b.label), "one of: "+strings.Join(kinds, ", "))
		return nil
	}
	s := b.compiler.scope("secrets")
	open := func(name string) rest.Program { return in.cel(name, s, anyKind) }
	switch in.g.Name {
	case "basic":
		return rest.Basic{User: in.secret("user", s), Password: in.secret("password", s)}
	case "bearer":
		return rest.Bearer{Token: in.secret("token", s)}
	case "header":
		return rest.HeaderKey{Name: in.text("name"), Prefix: in.text("prefix"), Key: in.secret("key", s)}
	case "query":
		return rest.QueryKey{Name: in.text("name"), Key: in.secret("key", s)}
	case "client_credentials":
		return rest.ClientCredentials{
			TokenURL: open("token_url"), ID: open("id"), Secret: in.secret("secret", s),
			Scopes: in.texts("scopes"), Params: in.pairs("params", s), InBody: in.truth("in_body"),
		}
	case "refresh_token":
		return rest.RefreshToken{
			TokenURL: open("token_url"), ID: open("id"), Secret: in.secret("secret", s),
			Token: in.secret("token", s), Params: in.pairs("params", s), InBody: in.truth("in_body"),
		}
	case "jwt_bearer":
		return rest.JWTBearer{
			TokenURL: open("token_url"), Issuer: open("issuer"), Subject: open("subject"), Audience: open("audience"),
			Key: in.secret("key", s), KeyID: open("key_id"), Scopes: in.texts("scopes"), Life: in.duration("life"),
		}
	}
	return in.session(s)
}

func (b *block) session(s *scope) rest.Scheme {
	out := rest.Session{Token: b.cel("token", b.compiler.scope("answer"), anyKind), Life: b.duration("life"), Into: b.place("into"), Prefix: b.text("prefix")}
	login := b.block("login")
	if login == nil {
		b.fail(codeMissing, b.header, "session has no request that logs in", "write login { … }")
		return out
	}
	out.Login = login.request(s)
	return out
}

func (b *block) limits() rest.Limits {
	l := b.block("limits")
	if l == nil {
		return rest.Limits{}
	}
	out := rest.Limits{
		Parallel: int(l.number("parallel", 0)), Payload: l.number("payload", 0), Address: int(l.number("address", 0)),
		Answer: l.number("answer", 0), Timeout: l.duration("timeout"),
	}
	for _, text := range l.texts("budgets") {
		budget, ok := budgetOf(text)
		if !ok {
			l.fail(codeDuration, l.at("budgets"), fmt.Sprintf("%q is not a rate", text), `write "50/10s": so many per duration`)
			continue
		}
		out.Budgets = append(out.Budgets, budget)
	}
	if h := l.block("headers"); h != nil {
		out.Headers = &rest.BudgetHeaders{
			Remaining: h.text("remaining"), Usage: h.text("usage"), Limit: h.text("limit"), Reset: h.text("reset"), Per: h.duration("per"),
		}
	}
	return out
}

func budgetOf(text string) (rest.Budget, bool) {
	count, per, ok := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	if per != "" && (per[0] < '0' || per[0] > '9') {
		per = "1" + per
	}
	d, err2 := parseDuration(per)
	return rest.Budget{Requests: n, Per: d}, ok && err == nil && err2 == nil && n > 0 && d > 0
}

// rules reads what answers mean.
func (b *block) rules() []rest.Rule {
	var out []rest.Rule
	s := b.compiler.scope("settings answer")
	for _, e := range b.blocks("error") {
		r := rest.Rule{
			Status: e.numbers("status"), Header: e.text("header"), When: e.cel("when", s, schema.KindBool), Undone: e.truth("undone"),
			After: e.cel("after", s, anyKind), Code: e.cel("code", s, anyKind), Field: e.cel("field", s, anyKind), Hint: e.text("hint"),
		}
		if n, ok := e.value("status", cty.List(cty.Number)); ok && n.LengthInt() == 0 {
			e.fail(codeWrongValue, e.at("status"), "it fits no status", "leave it out to fit any")
		}
		r.Does = rest.Reaction(e.choice("does", "fail", "retry", "wait", "ignore", "refresh", "restart", "end"))
		switch r.Does {
		case rest.Wait:
			r.Kind = connectors.Limited
		case rest.Retry:
			r.Kind = connectors.Unavailable
		case rest.Refresh:
			r.Kind = connectors.Denied
		default:
			r.Kind = connectors.Refused
		}
		if e.has("kind") {
			r.Kind = connectors.ErrorKind(e.choice("kind", errorWords()...))
		}
		if !e.has("status") && !e.has("header") && !e.has("when") {
			e.fail(codeMissing, e.header, "it fits every answer, the good ones too", "give status, header or when")
		}
		out = append(out, r)
	}
	return out
}

// errorWords are the kinds of errors in the order of connectors.ErrorKind.
func errorWords() []string {
	return []string{"failed", "unavailable", "uncertain", "moved", "not_found", "refused", "denied", "limited", "unsupported", "unreadable"}
}

func (b *block) moment(name string) time.Time {
	text := b.text(name)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q is not a moment", text), "write 2015-01-01T00:00:00Z")
	}
	return t
}
