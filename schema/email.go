package schema

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// hosts turns host names into their lower-case ASCII form.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(),
	idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// normalEmail returns a bare address: local part in lower case, host as
// lower-case ASCII. Dots and plus tags are part of the address.
func normalEmail(s string) (normal, reason string) {
	if plainEmail(s) {
		return s, ""
	}
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return "", "expected something before and after an @"
	}
	local, reason := normalLocal(s[:at])
	if reason != "" {
		return "", reason
	}
	host, reason := normalHost(s[at+1:])
	if reason != "" {
		return "", reason
	}
	if len(local)+1+len(host) > 254 {
		return "", "the address is longer than 254 bytes"
	}
	return local + "@" + host, ""
}

// plainEmail reports whether an address is in normal form without doubt:
// dotted lower-case words before the @, and an ordinary host behind it.
func plainEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at <= 64 && len(s) <= 254 && plainLocal(s[:at]) && plainHost(s[at+1:])
}

func plainLocal(s string) bool {
	before := byte('.')
	for i := range len(s) {
		c := s[i]
		if c == '.' && before == '.' || c != '.' && !localByte(c) {
			return false
		}
		before = c
	}
	return before != '.'
}

func localByte(c byte) bool {
	return c-'a' < 26 || c-'0' < 10 || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

// plainHost leaves to idna what has an xn-- label or ends in a number.
func plainHost(s string) bool {
	label, before := 0, byte('.')
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.':
			if before == '.' || before == '-' {
				return false
			}
			label = -1
		case c == '-':
			if before == '.' || before == '-' {
				return false
			}
		case c-'a' >= 26 && c-'0' >= 10:
			return false
		}
		if label++; label > 63 {
			return false
		}
		before = c
	}
	return before-'a' < 26 && len(s) <= 253
}

func normalLocal(s string) (normal, reason string) {
	if s[0] == '"' || strings.IndexByte(s, '\\') >= 0 {
		return quotedLocal(s)
	}
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
	if len(s) > 64 {
		return "", "the part before the @ is longer than 64 bytes"
	}
	before := byte('.')
	for i := range len(s) {
		c := s[i]
		if c == '.' && before == '.' || c < 0x80 && c != '.' && !localByte(c) {
			return "", "a character that cannot stand before the @"
		}
		before = c
	}
	if before == '.' || dropInvisible(s) != s || strings.ContainsFunc(s, neverInLocal) {
		return "", "a character that cannot stand before the @"
	}
	return s, ""
}

// neverInLocal tells blanks, and the mark of a character lost in conversion.
func neverInLocal(r rune) bool { return unicode.IsSpace(r) || r == unicode.ReplacementChar }

// quotedLocal reads "a b" as net/mail does; without need of its quotes it
// loses them.
func quotedLocal(s string) (normal, reason string) {
	address, err := mail.ParseAddress(s + "@a.a")
	if err != nil || address.Name != "" || len(s) > 64 {
		return "", "a malformed quotation before the @"
	}
	address.Address = strings.ToLower(address.Address)
	local := strings.TrimSuffix(address.Address, "@a.a")
	if plainLocal(local) {
		return local, ""
	}
	quoted := strings.TrimSuffix(strings.TrimPrefix(address.String(), "<"), "@a.a>")
	if local == "" || len(quoted) > 64 || dropInvisible(local) != local || !printableASCII(local) {
		return "", "a malformed quotation before the @"
	}
	return quoted, ""
}

// normalHost returns a host name as lower-case ASCII.
func normalHost(s string) (normal, reason string) {
	if plainHost(s) {
		return s, ""
	}
	host, err := hosts.ToASCII(s)
	if err != nil || strings.HasSuffix(host, ".") {
		return "", "the host is no valid domain name"
	}
	if last := host[strings.LastIndexByte(host, '.')+1:]; countDigits(last) == len(last) {
		return "", "the host ends in a number"
	}
	return host, ""
}
