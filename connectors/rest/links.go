package rest

import (
	"net/http"
	"slices"
	"strings"
)

// linkOf returns the address of a relation in the Link headers (RFC 8288); ""
// where there is none.
func linkOf(h http.Header, rel string) string {
	for _, line := range h.Values("Link") {
		for line != "" {
			open := strings.IndexByte(line, '<')
			if open < 0 {
				break
			}
			address, rest, ok := strings.Cut(line[open+1:], ">")
			if !ok {
				break
			}
			params := rest
			if next := strings.Index(rest, ",<"); next >= 0 {
				params = rest[:next]
			} else if next := strings.Index(rest, ", <"); next >= 0 {
				params = rest[:next]
			}
			if slices.Contains(relations(params), rel) {
				return address
			}
			line = rest[len(params):]
		}
	}
	return ""
}

// relations returns the words of the parameter rel.
func relations(params string) []string {
	for _, p := range strings.Split(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return nil
}
