package caldav_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var moments = regexp.MustCompile(`^(LAST-MODIFIED|DTSTAMP):2\d{3}(0[2-9]|1\d|01[1-3]\d|010[2-9])\d*T\d{6}Z$`)

// sorted are the content lines of an object, unfolded and in order of bytes;
// a moment of today is NOW.
func sorted(text string) []string {
	text = strings.NewReplacer("\r\n ", "", "\n ", "", "\r", "").Replace(text)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		if moments.MatchString(l) {
			lines[i] = strings.SplitN(l, ":", 2)[0] + ":NOW"
		}
	}
	slices.Sort(lines)
	return lines
}

// difference are the lines that are only in the one, and only in the other.
func difference(a, b []string) (gone, come []string) {
	count := map[string]int{}
	for _, l := range b {
		count[l]++
	}
	for _, l := range a {
		if count[l]--; count[l] < 0 {
			gone = append(gone, l)
		}
	}
	for _, l := range slices.Compact(b) {
		for range max(count[l], 0) {
			come = append(come, l)
		}
	}
	return gone, come
}

// standIn is a server with one event, which keeps whatever it is.
func standIn(t testing.TB, text string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			w.Header().Set("ETag", `"1"`)
			fmt.Fprint(w, text)
		case http.MethodPut:
			t.Errorf("it was written to")
		default:
			w.WriteHeader(http.StatusMultiStatus)
			escape := strings.NewReplacer("&", "&amp;", "<", "&lt;")
			fmt.Fprintf(w, `<?xml version="1.0"?><multistatus xmlns="DAV:"><response><href>/cal/x.ics</href><propstat><prop><getetag>"1"</getetag><c:calendar-data xmlns:c="urn:ietf:params:xml:ns:caldav">%s</c:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`, escape.Replace(text))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/cal/"
}
