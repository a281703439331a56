// Package connectors is the contract between Syncline and the systems it
// keeps in agreement: what a connector says about itself, what it can do, and
// how its failures are told.
//
// A connector is a [Definition], a plain value. [Definition].Open gives a
// [Conn] whose abilities are one-method interfaces found by assertion: [Lister],
// [Reader], [Getter], [Finder], [Writer] or [SessionWriter], [Stamper],
// [Checker], [Receiver] and [Stater]. What a connector cannot do it does not implement, and what it
// states in [Facts] the suite in connectors/connectortest holds it to.
//
// The package holds no connector and no list of them: each connector is one
// folder below this one, and connectors/all lists them. It decides nothing
// either; when and what to read and write is the engine's business.
//
// Start at [Definition], then [Reader] and [Change].
//
// Why raw first: a listing gives items with a hash of what was read, and a
// record is decoded only when its hash is new. Most records of most passes
// have not changed, and cost a hash and nothing else.
package connectors
