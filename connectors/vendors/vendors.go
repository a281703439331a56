// Package vendors holds the descriptions of vendors' APIs that come with the
// binary, one HCL file each, named as the connector is.
//
// It holds no code: pipelines/vendor compiles the files and connectors/rest
// interprets what comes out. Enter at [Files].
package vendors

import "embed"

// Files are the descriptions, NAME.hcl each.
//
//go:embed *.hcl
var Files embed.FS
