package httpclient

import (
	"net/http"
	"time"

	"syncline/connectors"
)

// Action is what becomes of an answer.
type Action uint8

const (
	// Return hands the answer to the caller.
	Return Action = iota
	// Fail ends the call with an error of the verdict's kind.
	Fail
	// Repeat sends the request again if it may be sent again, and ends with
	// an error of the verdict's kind if it may not or goes on failing.
	Repeat
	// Renew gets a new token and sends once more, since nothing was carried
	// out; it fails as Denied if that does not help or there is no token.
	Renew
)

// Verdict says what an answer means.
type Verdict struct {
	Action Action
	Kind   connectors.ErrorKind // of the error, where there is one
	After  time.Duration        // the system asks to wait so long; what Retry-After says is added by itself
	Undone bool                 // the request was certainly not carried out: it may be repeated although it is not safe
	Text   string               // what happened, for the error; "": the status. It must not quote records
	Hint   string               // what the user can do now
}

// Standard is the verdict about an answer by its status alone; a classifier
// ends with it. Below 400 it returns the answer; 401 renews the token; 403 is
// Denied; 404 and 410 NotFound; 409 and 412 Moved; 405 and 501 Unsupported;
// 429 waits and is repeated, since nothing was carried out; 408, 425 and 5xx
// are repeated if they may be; all else is Refused.
func Standard(r *Response) Verdict {
	switch s := r.Status; {
	case s < 400:
		return Verdict{}
	case s == http.StatusUnauthorized:
		return Verdict{Action: Renew, Kind: connectors.Denied, Hint: "see that the credential is right and still valid"}
	case s == http.StatusForbidden:
		return Verdict{Action: Fail, Kind: connectors.Denied, Hint: "give the credential the permission"}
	case s == http.StatusNotFound, s == http.StatusGone:
		return Verdict{Action: Fail, Kind: connectors.NotFound}
	case s == http.StatusConflict, s == http.StatusPreconditionFailed:
		return Verdict{Action: Fail, Kind: connectors.Moved}
	case s == http.StatusMethodNotAllowed, s == http.StatusNotImplemented:
		return Verdict{Action: Fail, Kind: connectors.Unsupported}
	case s == http.StatusProxyAuthRequired:
		return Verdict{Action: Fail, Kind: connectors.Denied, Hint: "see that the proxy's user and password are right"}
	case s == http.StatusTooManyRequests:
		return Verdict{Action: Repeat, Kind: connectors.Limited, Undone: true}
	case s == http.StatusTooEarly:
		return Verdict{Action: Repeat, Kind: connectors.Unavailable, Undone: true}
	case s == http.StatusRequestTimeout, s >= 500:
		return Verdict{Action: Repeat, Kind: connectors.Unavailable}
	}
	return Verdict{Action: Fail, Kind: connectors.Refused}
}
