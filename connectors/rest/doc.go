// Package rest is the interpreter of HTTP APIs that are described as data: a
// [Description] says how an API is spoken to, and [Open] makes a connection of
// it that can do exactly what the description says.
//
// It holds the description, its checks, the interpreter, and the verification
// of webhooks. It reads no files: pipelines/vendor compiles a vendor's HCL into
// a Description. It sends nothing itself either: connectors/httpclient waits,
// repeats, keeps budgets and logs in.
//
// Start at [Description], then [Object]; [Input] is what its programs see.
//
// Why data with programs in it, and not an interface to implement: what an API
// can do is then known before anything is sent, so that a connection has only
// the abilities that are described, docs and permissions are printed from the
// same values, and a test makes a server out of the description.
package rest
