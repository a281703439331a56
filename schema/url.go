package schema

import (
	"net/netip"
	"net/url"
	"strings"
)

// normalURL returns a web address: scheme and host in lower case, the host as
// ASCII, no default port, no lone slash behind it. One without a scheme, such
// as www.example.com/x, gets https. Path, query and fragment stay as they are.
func normalURL(s string) (normal, reason string) {
	s = strings.TrimSpace(s)
	if !hasScheme(s) {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return "", "expected an address such as https://example.com/page"
	}
	host, reason := normalURLHost(u.Hostname())
	if reason != "" {
		return "", reason
	}
	if port := u.Port(); port != "" && port != defaultPort(u.Scheme) {
		host += ":" + port
	}
	u.Host = host
	if u.Path == "/" && u.RawQuery == "" && u.Fragment == "" {
		u.Path, u.RawPath = "", ""
	}
	if normal = u.String(); normal == s {
		return s, ""
	}
	return normal, ""
}

// hasScheme reports whether a text starts like https: or mailto:, and not
// like a host with a port.
func hasScheme(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon <= 0 || colon+1 < len(s) && s[colon+1]-'0' < 10 {
		return false
	}
	for i := range colon {
		c := s[i]
		letter := (c|0x20)-'a' < 26
		if !letter && (i == 0 || c-'0' >= 10 && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

func normalURLHost(host string) (normal, reason string) {
	if address, err := netip.ParseAddr(host); err == nil {
		if address.Zone() != "" {
			return "", "the host is no valid domain name"
		}
		if address.Is6() {
			return "[" + address.String() + "]", ""
		}
		return address.String(), ""
	}
	return normalHost(host)
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}
