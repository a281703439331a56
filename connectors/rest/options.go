package rest

import (
	"context"

	"syncline/connectors/httpclient"
)

// Options are what a connection needs beside its description.
type Options struct {
	// HTTP is what the client is made of: the pool, the clock, the networks,
	// how often is repeated. Base, Hosts, Auth, Limits, Budgets, MaxResponse
	// and Timeouts.Whole come from the description, and what a system's author
	// limits from its settings.
	HTTP httpclient.Options

	// Keep stores a refresh token that the API gave instead of the one in the
	// settings, before it is used; nil: one that changes is an error at the
	// next start.
	Keep func(ctx context.Context, system, token string) error
}
