package rest

import "syncline/connectors/httpclient"

// Options are what a connection needs beside its description.
type Options struct {
	// HTTP is what the client is made of: the pool, the clock, the networks,
	// how often is repeated. Base, Hosts, Auth, Limits, Budgets, MaxResponse
	// and Timeouts.Whole come from the description, and what a system's author
	// limits from its settings.
	HTTP httpclient.Options
}
