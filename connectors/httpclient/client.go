package httpclient

import (
	"context"
	"errors"

	"syncline/connectors"
)

// Client sends requests to one system. It may be used concurrently.
type Client struct {
	o Options
}

// New returns a client. An error is the author's mistake or a file that cannot
// be read; nothing is sent.
func New(o Options) (*Client, error) {
	if o.Base == nil {
		return nil, errors.New("no base URL")
	}
	return &Client{o: o}, nil
}

// Do sends a request, as often as it takes and may, and returns the answer that
// its classifier lets through. Every error is a *connectors.Error:
//
//   - Unavailable: the system could not be reached or is down. Nothing was
//     carried out, or the request was safe.
//   - Uncertain: the request left, was not safe, and nothing says whether it
//     was carried out.
//   - Limited: the system or a budget asks to wait for longer than
//     Retry.Patience, or goes on refusing; After says how long.
//   - Denied: the credential is not accepted, also after one new token.
//   - Refused: the request cannot be sent: its URL leads to a host that is not
//     declared, its header is none.
//   - Unreadable: the answer is too large, or is not what it says.
//   - what the classifier's verdict says.
//
// Where an error comes from an answer, the answer is returned with it.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	return nil, &connectors.Error{Kind: connectors.Unsupported, Op: r.Op, Err: errors.New("is not built yet")}
}

// Close gives up idle connections.
func (c *Client) Close() error { return nil }

// Standard is the verdict about an answer by its status alone; a classifier
// ends with it. Below 400 it returns the answer; 401 renews the token; 403 is
// Denied; 404 and 410 NotFound; 409 and 412 Moved; 405 and 501 Unsupported;
// 408, 425 and 5xx are repeated; 429 waits and is repeated; else it is Refused.
func Standard(r *Response) Verdict { return Verdict{} }
