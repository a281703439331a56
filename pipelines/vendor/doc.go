// Package vendor compiles a vendor's file, HCL with CEL in it, into the
// description of an HTTP API that connectors/rest interprets.
//
// It holds the grammar of such files, their decoder and their checks. It talks
// to no API (connectors/rest does), and knows no vendor: the files that come
// with the binary are in connectors/vendors. Enter at [Compile], or at [Find]
// for one that is embedded.
//
// Why a file of its own and not a block of a configuration: a description says
// nothing about anybody's data, so it is written once, tested against what the
// vendor documents, and shared.
package vendor
