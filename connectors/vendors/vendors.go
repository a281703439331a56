// Package vendors holds the descriptions of vendors' APIs that come with the
// binary, one HCL file each, named as the connector is.
//
// It holds no code: pipelines/vendor compiles the files and connectors/rest
// interprets what comes out. What a vendor is held to is in testdata/NAME: its
// README.md says, and replay.json has the documented requests and answers that
// the tests of pipelines/vendor play. Enter at [Files].
package vendors

import "embed"

// Files are the descriptions, NAME.hcl each.
//
//go:embed *.hcl
var Files embed.FS
