package httpclient

import "net/http"

// errElsewhere is a write that is answered with 301 or 302: said of one that was
// carried out, of an address that has moved, and of a log-in. What is read there
// does not tell which.
var errElsewhere = errGuard{"the answer to a write leads elsewhere, and never to an answer that says whether it was carried out",
	"see that the address is right to the letter: its scheme, its host, a slash at its end"}

var errCircle = errGuard{"the address leads from one to the next and never to an answer", ""}

// redirected returns the request that an answer asks for, nil when it asks for
// none.
func (l leg) redirected(resp *Response) (*leg, error) {
	next := l
	switch resp.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		if l.method != http.MethodHead {
			next.method, next.body, next.from = http.MethodGet, nil, nil
		}
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to := resp.Header.Get("Location")
	if to == "" {
		return nil, nil
	}
	u, err := l.u.Parse(to)
	if err != nil || u.Host == "" {
		return nil, errGuard{"the answer leads to an address that is none", ""}
	}
	next.u, next.after = u, true
	return &next, nil
}
