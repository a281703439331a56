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
// Why some of an entry stands beside the chain: it chains a salted digest of
// its values and a sum of what is sealed. What may say who it was (the record,
// the values, the rule, the operation, the trace) follows, sealed with a key
// made of the master key and the entity's salt. Who drops the salt has
// forgotten the person; the chain still verifies.
//
// Why the beginning may be cut off: history is kept for a time. A journal that
// was cut says which chain its first entry follows on, so that what is left
// verifies, and its head is the one that it had.
//
// # The file
//
// audit.log begins with "SYNAUD1\n"; when entries were cut off, with
// "SYNAUD2\n", the length of what is gone (8), its chain (32) and the number of
// its entries (8). An entry is
//
//	length of the open part (4)   big-endian
//	length of the sealed part (4)
//	open part                     format 2, number, time, then what says what was
//	                              done; a digest (32) where it has values, a sum
//	                              (32) where it has a sealed part
//	sealed part                   nonce (12), AES-256-GCM of who and the values
//	chain (32)                    SHA-256 of the chain before it and the open part
//	length of all of it (4)       so that the last entry is found from the end
//
// In entries of format 1, which are still read, only the values were sealed.
// A journal that is written anew stands beside the old one as audit.log.new
// until the store knows its head.
//
// audit.key is the master key, 32 bytes, made once; where the state is
// encrypted, "SYNKEY1\n", a nonce (12) and the key, AES-256-GCM. All files are
// 0600.
package audit
