// Package audit is the journal of what was done and why: append-only, every
// entry chained to the one before it, so that a change of any byte shows.
//
// Enter at Open, which gives a Journal. A run appends entries in batches and
// puts the Head it gets into the batch it commits to the store; Search and
// Verify read. What is done with entries (who is told, what is undone) is not
// decided here.
//
// The order of a commit: entries are appended and on disk, then the store's
// transaction keeps the journal's head. So a head the store knows is always
// there, and what lies beyond it was never committed: Open cuts it off.
//
// Why values stand beside the chain: an entry chains a salted digest of its
// values and a sum of their sealed form. The values themselves follow, sealed
// with a key made of the master key and the entity's salt. Who drops the salt
// has forgotten the person; the chain still verifies.
//
// # The file
//
// audit.log begins with "SYNAUD1\n". An entry is
//
//	length of the open part (4)   big-endian
//	length of the sealed part (4)
//	open part                     format 1, then the entry's fields; digest and
//	                              sum (32 each) where it has values
//	sealed part                   nonce (12), AES-256-GCM of the values
//	chain (32)                    SHA-256 of the chain before it and the open part
//	length of all of it (4)       so that the last entry is found from the end
//
// audit.key is the master key, 32 bytes, made once. Both files are 0600.
package audit
