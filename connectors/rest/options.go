package rest

import (
	"context"
	"net/http"

	"syncline/connectors"
)

// Options are what a connection needs from outside its description.
type Options struct {
	// Transport carries requests; nil: the network.
	Transport http.RoundTripper
}

func (d *Description) opener(o Options) func(context.Context, connectors.Settings) (connectors.Conn, error) {
	return func(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
		return Open(ctx, d, s, o)
	}
}

// Open returns a connection to the system of the settings. It has exactly the
// abilities that the description gives: Lister always, Reader where an object
// has a List, Getter where one has a Get, and so on. It sends nothing yet.
func Open(ctx context.Context, d *Description, s connectors.Settings, o Options) (connectors.Conn, error) {
	return nil, nil
}
