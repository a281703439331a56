package httpclient

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"syncline/connectors"
)

func TestAddressesAHostMayHave(t *testing.T) {
	open := []string{"10.1.0.0/16", "fd00::/8", "169.254.169.254/32", "0.0.0.0/0"}
	for _, tt := range []struct {
		host, ip string
		networks []string
		ok       bool
	}{
		{"api.example.com", "93.184.216.34", nil, true},
		{"api.example.com", "2606:2800:220:1:248:1893:25c8:1946", nil, true},
		{"api.example.com", "127.0.0.1", nil, false},
		{"api.example.com", "10.1.2.3", nil, false},
		{"api.example.com", "10.1.2.3", open[:1], true},
		{"api.example.com", "10.2.2.3", open[:1], false},
		{"api.example.com", "192.168.1.1", nil, false},
		{"api.example.com", "172.31.255.255", nil, false},
		{"api.example.com", "100.64.0.1", nil, false},
		{"api.example.com", "0.0.0.0", nil, false},
		{"api.example.com", "255.255.255.255", nil, false},
		{"api.example.com", "224.0.0.1", nil, false},
		{"api.example.com", "::1", nil, false},
		{"api.example.com", "::", nil, false},
		{"api.example.com", "fc00::1", nil, false},
		{"api.example.com", "::ffff:127.0.0.1", nil, false},
		{"api.example.com", "::ffff:169.254.169.254", nil, false},
		{"api.example.com", "64:ff9b::a9fe:a9fe", nil, false},
		{"api.example.com", "2002:7f00:1::", nil, false},
		{"api.example.com", "fe80::1%eth0", nil, false},
		{"api.example.com", "169.254.169.254", nil, false},
		{"api.example.com", "169.254.169.254", open[3:], false},
		{"api.example.com", "169.254.169.254", open[2:3], true},
		{"api.example.com", "169.254.170.2", open[2:3], false},
		{"api.example.com", "fd00:ec2::254", open[1:2], false},
		{"api.example.com", "fd00:1::1", open[1:2], true},
		{"api.example.com", "100.100.100.200", nil, false},
		{"api.example.com", "168.63.129.16", nil, false},
		{"169.254.169.254", "169.254.169.254", nil, false},
		{"127.0.0.1", "127.0.0.1", nil, true},
		{"127.0.0.1", "127.0.0.2", nil, false},
		{"10.1.2.3", "10.1.2.3", nil, true},
		{"localhost", "127.0.0.1", nil, true},
		{"localhost", "::1", nil, true},
		{"ats.localhost", "::1", nil, true},
		{"localhost", "10.1.2.3", nil, false},
		{"0.0.0.0", "0.0.0.0", nil, false},
	} {
		g, err := newGuard(Options{Base: address(t, "https://api.example.com"), Networks: tt.networks})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.allows(tt.host, netip.MustParseAddr(tt.ip)); (err == nil) != tt.ok {
			t.Errorf("%s as %s with %v: %v", tt.host, tt.ip, tt.networks, err)
		}
	}
	for _, bad := range []Options{{Networks: []string{"10.1"}}, {Hosts: []string{"https://x.example"}}, {Bare: []string{"a b"}}, {Hosts: []string{"*.example.com"}}} {
		bad.Base = address(t, "https://api.example.com")
		if _, err := newGuard(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// names is a name server that answers each question with the next address.
func names(ips ...string) *net.Resolver {
	n := 0
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() {
			defer there.Close()
			size := make([]byte, 2)
			if _, err := io.ReadFull(there, size); err != nil {
				return
			}
			text := make([]byte, binary.BigEndian.Uint16(size))
			if _, err := io.ReadFull(there, text); err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(text) != nil {
				return
			}
			m.Response = true
			m.Additionals = nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				ip := netip.MustParseAddr(ips[min(n, len(ips)-1)]).As4()
				n++
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: ip}}}
			}
			out, _ := m.Pack()
			there.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
		}()
		return here, nil
	}}
}

// TestRebinding: a name that is public when it is looked up first and is the
// machine's own or the cloud's a moment later gains nothing, since what is
// checked is the address that is dialled.
func TestRebinding(t *testing.T) {
	reached := false
	s := served(t, func(http.ResponseWriter, *http.Request) { reached = true })
	port := address(t, s.URL).Port()
	g, err := newGuard(Options{Base: address(t, "http://rebind.example.com:"+port)})
	if err != nil {
		t.Fatal(err)
	}
	for _, ip := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1"} {
		conn, err := g.dial(net.Dialer{Resolver: names(ip)})(t.Context(), "tcp", "rebind.example.com:"+port)
		if _, refused := guarded(err); !refused || conn != nil {
			t.Errorf("%s: %v", ip, err)
		}
	}
	g.networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	conn, err := g.dial(net.Dialer{Resolver: names("127.0.0.1")})(t.Context(), "tcp", "rebind.example.com:"+port)
	if err != nil {
		t.Fatal(err) // the name server works, so that the refusals above were the guard's
	}
	conn.Close()
	if reached {
		t.Error("the server was reached")
	}
}

func TestWhereARequestGoes(t *testing.T) {
	for _, tt := range []struct {
		base, path string
		query      url.Values
		want       string
	}{
		{"https://api.example.com/v1/", "people", nil, "https://api.example.com/v1/people"},
		{"https://api.example.com/v1", "/people", nil, "https://api.example.com/v1/people"},
		{"https://api.example.com", "", nil, "https://api.example.com"},
		{"https://api.example.com/v1", "people?a=1", url.Values{"b": {"2 3"}}, "https://api.example.com/v1/people?a=1&b=2+3"},
		{"https://api.example.com/v1?tenant=t", "people", url.Values{"b": {"2"}}, "https://api.example.com/v1/people?tenant=t&b=2"},
		{"https://api.example.com/v1", "people/a%2Fb%20c", nil, "https://api.example.com/v1/people/a%2Fb%20c"},
		{"https://api.example.com/v1", "https://api.example.com/v2/x?page=2", nil, "https://api.example.com/v2/x?page=2"},
		{"https://api.example.com/v1", "https://api.example.com:443/x", nil, "https://api.example.com:443/x"},
		{"https://api.example.com/v1", "https://API.example.com./x", nil, "https://API.example.com./x"},
		{"https://api.example.com/v1", "https://files.example.com/x", nil, "https://files.example.com/x"},
		{"https://api.example.com/v1", "https://store.example.com/x", nil, "https://store.example.com/x"},
		{"https://api.example.com/v1", "//evil.example/x", nil, ""},
		{"https://api.example.com/v1", "https://evil.example/x", nil, ""},
		{"https://api.example.com/v1", "https://api.example.com.evil.example/x", nil, ""},
		{"https://api.example.com/v1", "https://api.example.com@evil.example/x", nil, ""},
		{"https://api.example.com/v1", "https://api.example.com:8443/x", nil, ""},
		{"https://api.example.com/v1", "http://api.example.com/x", nil, ""},
		{"https://api.example.com/v1", "file:///etc/passwd", nil, ""},
		{"https://api.example.com/v1", "javascript:1", nil, ""},
		{"https://api.example.com/v1", "people/../../admin", nil, ""},
		{"https://api.example.com/v1", "people/%2e%2e/admin", nil, ""},
		{"https://api.example.com/v1", "https://login.example.com/token", nil, ""},
		{"https://api.example.com/v1", "a\x00b", nil, ""},
		{"https://api.example.com/v1", "%zz", nil, ""},
	} {
		got := ""
		o := Options{Base: address(t, tt.base), Hosts: []string{"files.example.com"}, Bare: []string{"store.example.com"}, Record: network(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/token" {
				return reply(req, 200, nil, `{"access_token":"abcdefgh"}`), nil
			}
			got = req.URL.String()
			if shown := req.Header.Get("Authorization") != ""; shown != !strings.Contains(got, "store.") {
				t.Errorf("%s: the credential is shown: %v", got, shown)
			}
			return reply(req, 200, nil, ""), nil
		}), Auth: ClientCredentials{Endpoint: Endpoint{URL: "https://login.example.com/token", ID: "me"}}}
		_, err := made(t, o).Do(t.Context(), &Request{Path: tt.path, Query: tt.query})
		if got != tt.want || (err == nil) != (tt.want != "") || err != nil && connectors.KindOf(err) != connectors.Refused {
			t.Errorf("%s + %s: %q, %v", tt.base, tt.path, got, err)
		}
	}
}

// TestRedirects follows where hosts are declared, with the credential only
// where it belongs, and each leg counts against the budget.
func TestRedirects(t *testing.T) {
	for _, tt := range []struct {
		name, method string
		status       int
		to           string
		want         []string
		kind         connectors.ErrorKind
	}{
		{"below", "GET", 302, "/v2/x", []string{"GET /v1/x true body", "GET /v2/x true "}, 0},
		{"to a declared host", "GET", 301, "https://files.example.com/y", []string{"GET /v1/x true body", "GET /y true "}, 0},
		{"to a bare host", "GET", 302, "https://store.example.com/y", []string{"GET /v1/x true body", "GET /y false "}, 0},
		{"of a write that stays one", "POST", 307, "/v2/x", []string{"POST /v1/x true body", "POST /v2/x true body"}, 0},
		{"of a write to its result", "POST", 303, "/v2/x", []string{"POST /v1/x true body", "GET /v2/x true "}, 0},
		{"of a write that may have been carried out", "POST", 302, "/v2/x", []string{"POST /v1/x true body"}, connectors.Uncertain},
		{"of a write to where it should have gone", "PATCH", 301, "/v2/x", []string{"PATCH /v1/x true body"}, connectors.Uncertain},
		{"to the clear", "GET", 302, "http://api.example.com/x", []string{"GET /v1/x true body"}, connectors.Refused},
		{"to a stranger", "GET", 302, "https://evil.example/x", []string{"GET /v1/x true body"}, connectors.Refused},
		{"of a write to a stranger", "POST", 307, "https://evil.example/x", []string{"POST /v1/x true body"}, connectors.Refused},
		{"of a write that was carried out, to a stranger", "POST", 303, "https://evil.example/x", []string{"POST /v1/x true body"}, connectors.Uncertain},
	} {
		var got []string
		o := Options{Hosts: []string{"files.example.com"}, Bare: []string{"store.example.com"}, Auth: Bearer{"token-1234"}, Headers: http.Header{"X-Tenant": {"7"}},
			Record: network(func(req *http.Request) (*http.Response, error) {
				body := ""
				if req.Body != nil {
					text, _ := io.ReadAll(req.Body)
					body = string(text)
				}
				shown := req.Header.Get("Authorization") != ""
				if (req.Header.Get("X-Tenant") != "") != shown || (req.Header.Get("X-Own") != "") != shown {
					t.Errorf("%s: headers %v", tt.name, req.Header)
				}
				got = append(got, fmt.Sprintf("%s %s %v %s", req.Method, req.URL.Path, shown, body))
				if len(got) == 1 {
					return reply(req, tt.status, map[string]string{"Location": tt.to}, ""), nil
				}
				return reply(req, 200, nil, ""), nil
			})}
		c := made(t, o)
		_, err := c.Do(t.Context(), &Request{Method: tt.method, Path: "x", Body: []byte("body"), Header: http.Header{"X-Own": {"1"}}})
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.kind == 0) || err != nil && connectors.KindOf(err) != tt.kind {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
		sent := int64(0)
		for _, s := range c.o.Pool.Stats() {
			sent += s.Requests
		}
		if sent != int64(len(got)) {
			t.Errorf("%s: %d requests are counted", tt.name, sent)
		}
	}
}

func TestHeadersThatAreNone(t *testing.T) {
	c := made(t, Options{Record: network(func(req *http.Request) (*http.Response, error) {
		t.Error("was sent")
		return reply(req, 200, nil, ""), nil
	})})
	for _, r := range []Request{
		{Header: http.Header{"X-A": {"secret\r\nX-B: 1"}}},
		{Header: http.Header{"X A": {"1"}}},
		{Key: "secret\n"},
		{Method: "GE T"},
	} {
		if _, err := c.Do(t.Context(), &r); connectors.KindOf(err) != connectors.Refused || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// TestDialRefusesWhatADeclaredNameHides goes through the whole client.
func TestDialRefusesWhatADeclaredNameHides(t *testing.T) {
	c := made(t, Options{Base: address(t, "http://169.254.169.254/latest/")})
	_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "meta-data"})
	if connectors.KindOf(err) != connectors.Refused || !strings.Contains(fmt.Sprint(err), "where machines keep their own credentials") {
		t.Errorf("%v", err)
	}
	if s := c.o.Pool.Stats(); s[0].Requests != 1 || s[0].Open {
		t.Errorf("%+v", s)
	}
}
