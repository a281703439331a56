package httpclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// guard holds requests to the declared hosts, and connections to addresses
// that a declared host may have.
type guard struct {
	scheme   string // Base's
	hosts    map[string]trust
	tokens   string // the host of the token endpoint, which gets requests for tokens and no others
	networks []netip.Prefix
	proxies  map[string]bool // names of hosts that are proxies
}

// trust is what a declared host gets.
type trust uint8

const (
	stranger trust = iota
	bare           // requests without the credential
	full           // the credential
)

// errGuard is a refusal: nothing was sent, and nothing changes that.
type errGuard struct{ text, hint string }

func (e errGuard) Error() string { return e.text }

func newGuard(o Options) (*guard, error) {
	g := &guard{scheme: o.Base.Scheme, hosts: map[string]trust{}, proxies: map[string]bool{}}
	for _, h := range o.Bare {
		g.hosts[g.hostPort(h)] = bare
	}
	for _, h := range append([]string{o.Base.Host}, o.Hosts...) {
		g.hosts[g.hostPort(h)] = full
	}
	if a, ok := o.Auth.(renewing); ok && a.endpoint() != "" {
		u, err := url.Parse(a.endpoint())
		if err != nil {
			return nil, err
		}
		g.tokens = g.hostPort(u.Host)
		if u.Port() == "" {
			g.tokens = net.JoinHostPort(u.Hostname(), portOf(u.Scheme))
		}
	}
	for h := range g.hosts {
		if strings.ContainsAny(h, "/@*?# ") || strings.HasPrefix(h, ":") {
			return nil, fmt.Errorf("%q is not the name of a host", h)
		}
	}
	for _, n := range o.Networks {
		p, err := netip.ParsePrefix(n)
		if addr, errAddr := netip.ParseAddr(n); errAddr == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("network %q: is neither an address nor a network such as 10.1.0.0/16", n)
		}
		g.networks = append(g.networks, p.Masked())
	}
	return g, nil
}

// hostPort completes a host with the port of Base's scheme.
func (g *guard) hostPort(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), portOf(g.scheme))
}

func portOf(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

// trusts says what a URL may get.
func (g *guard) trusts(u *url.URL, token bool) (trust, error) {
	if u.Scheme != "https" && (u.Scheme != "http" || g.scheme != "http") {
		return stranger, errGuard{"the address leads from https to " + quoted(u.Scheme), "nothing is sent in the clear: correct the address"}
	}
	if u.User != nil {
		return stranger, errGuard{"the address holds a user", "a credential belongs to the settings"}
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), portOf(u.Scheme))
	}
	host = strings.ToLower(strings.Replace(host, ".:", ":", 1))
	t := g.hosts[host]
	if token && t == stranger && host == g.tokens {
		return bare, nil
	}
	if t == stranger {
		return stranger, errGuard{"the address leads to " + quoted(u.Host) + ", which is not declared", "declare the host if it is the system's own"}
	}
	return t, nil
}

func quoted(s string) string { return fmt.Sprintf("%.80q", s) }

// dial connects to hosts whose address is allowed. It is asked after the name
// was resolved, for each address and right before it is used: a name that
// changes its address in between gains nothing.
func (g *guard) dial(d net.Dialer) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		d := d
		d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return g.allows(host, at.Addr())
		}
		return d.DialContext(ctx, network, addr)
	}
}

// allows says whether a host may have an address.
func (g *guard) allows(host string, ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if inner, ok := embedded(ip); ok {
		if err := g.allows(host, inner); err != nil {
			return err
		}
	}
	if meta, ok := covers(metadata, ip); ok {
		for _, n := range g.networks {
			if n.Contains(ip) && n.Bits() >= meta.Bits() {
				return nil
			}
		}
		return refusal(host, ip, "is where machines keep their own credentials")
	}
	if _, ok := covers(g.networks, ip); ok {
		return nil
	}
	if _, ok := covers(closed, ip); !ok && ip.IsValid() {
		return nil
	}
	if ip.IsPrivate() || ip.IsLoopback() || shared.Contains(ip) {
		literal, err := netip.ParseAddr(host)
		local := ip.IsLoopback() && (strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost"))
		if local || g.proxies[host] || err == nil && literal.Unmap() == ip {
			return nil
		}
	}
	return refusal(host, ip, "is not public")
}

// Here reports whether a host is this machine: localhost, or an address of the
// loopback.
func Here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func refusal(host string, ip netip.Addr, why string) error {
	return errGuard{fmt.Sprintf("%s has the address %s, which %s", quoted(host), ip, why), "declare the network if the system lies in it"}
}

func covers(networks []netip.Prefix, ip netip.Addr) (netip.Prefix, bool) {
	for _, n := range networks {
		if n.Contains(ip) {
			return n, true
		}
	}
	return netip.Prefix{}, false
}

// metadata are the addresses at which clouds give a machine its credentials,
// and all that is local to a link: only a network that lies within one of
// these opens it.
var metadata = prefixes("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32")

// closed are the addresses that are not public.
var closed = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "100::/64", "2001:db8::/32", "fc00::/7", "fec0::/10", "ff00::/8")

// shared is what carriers and clouds use as private (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, t := range texts {
		all = append(all, netip.MustParsePrefix(t))
	}
	return all
}

// embedded finds the IPv4 address that NAT64 and 6to4 carry inside an IPv6 one.
func embedded(ip netip.Addr) (netip.Addr, bool) {
	b := ip.As16()
	switch {
	case ip.Is4():
		return netip.Addr{}, false
	case nat64.Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}

var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)

// resolve makes the URL of a request: below Base, or a whole one.
func (g *guard) resolve(base *url.URL, r *Request) (*url.URL, error) {
	ref, err := url.Parse(r.Path)
	if err != nil {
		return nil, errGuard{"the path is none", ""}
	}
	if ref.Opaque != "" {
		return nil, errGuard{"the address is none", ""}
	}
	for part := range strings.SplitSeq(ref.Path, "/") {
		if part == "." || part == ".." {
			return nil, errGuard{"the path has a part " + quoted(part) + ", which leads elsewhere", ""}
		}
	}
	u := *ref
	if ref.Scheme == "" && ref.Host == "" {
		u = *base
		joined, err := url.Parse(strings.TrimSuffix(base.EscapedPath(), "/") + "/" + strings.TrimPrefix(ref.EscapedPath(), "/"))
		if err != nil {
			return nil, errGuard{"the path is none", ""}
		}
		if ref.Path != "" {
			u.Path, u.RawPath = joined.Path, joined.RawPath
		}
		u.RawQuery = joinQuery(base.RawQuery, ref.RawQuery)
	} else if ref.Scheme == "" {
		u.Scheme = base.Scheme
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = joinQuery(u.RawQuery, r.Query.Encode())
	return &u, nil
}

func joinQuery(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "&" + b
}

// guarded finds a refusal in a chain.
func guarded(err error) (errGuard, bool) {
	var g errGuard
	ok := errors.As(err, &g)
	return g, ok
}
