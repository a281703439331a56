// Package state is the store: what is remembered between runs. One bbolt file
// in the state folder, and nothing else in the program knows that it is bbolt.
//
// Enter at Open, which gives a Store. Read through Store.View, a snapshot;
// write by filling a Batch and giving it to Store.Commit: what changes together
// is one Batch and is true at once or not at all. Every value has a type of its
// own here (Link, Intent, Conflict, Wait …); what they mean is not decided here
// but in engine/decide and engine/run. The audit journal is engine/audit; its
// length and head are kept here, in the transaction they belong to.
//
// Why an index log: record ids and key digests come in random order, and a
// large unsorted batch dirties a page of the file per entry. So the entries of
// a large batch are appended to a log within its transaction, kept in memory to
// be looked up, and folded into their buckets sorted when the log is 24 MiB
// long, at Close, or when the next start has opened it and grown it that far.
//
// Why values of open conflicts are plain in a state without a key: the file is
// readable for its owner only (0600, in a folder 0700), and a conflict is shown
// to people and dropped when it is decided. What the journal keeps for good is
// encrypted there.
//
// Why an encrypted state keeps its order: values are sealed, and record ids in
// keys have a form that is always the same for the same id, behind the numbers
// that stay open. So every look-up costs one more step and the file is laid out
// as it is without a key; see vault. Rewrite changes from one to the other.
//
// # The file
//
// Numbers are big-endian in keys. "number" is 2 bytes and stands for a name;
// "entity" is 8 bytes. Strings and byte strings in values have a varint length
// before them; times are a flag and varint microseconds. Every value except
// those of fixed size begins with a format byte, 1.
//
//	bucket    key                                    value
//	meta      f                                      format of the state, 4 bytes: 2
//	          e                                      name of the engine
//	          i                                      the state's random number, 8 bytes
//	          s                                      the last sequence number given, 8 bytes
//	          x                                      index log: generation, length, 8 bytes each
//	          a                                      journal: length (8), head (32)
//	          n KIND 0 NAME                          number
//	          c pipeline end                         checkpoint, the connector's own bytes
//	          p pipeline end                         time of the last complete pass, first pass done
//	          h NAME                                 a hash: of the configuration, of a plan
//	          o NAME                                 what a connector keeps: a token
//	          k                                      the keys of an encrypted state, wrapped
//	          t pipeline s|c|a WHICH                 totals, 8 bytes: links by state, by class; added
//	link      entity                                 see below
//	id        pipeline end RECORD                    entity
//	key       pipeline key digest(8)                 the holders, 8 bytes each, at most 64
//	index     offset(8)                              a commit's part of the index log
//	intent    page(8) chunk(4)                       intents, at most about 1 MiB a value
//	listing   pipeline end 0                         directory: per page its id, entries, hash
//	          pipeline end 1 id(8)                   entries: raw hash (8), mark (1), entity (7)
//	conflict  pipeline entity unit SUBJECT           Conflict
//	wait      pipeline entity end unit               Wait
//	dead      pipeline end RECORD                    Dead
//	tomb      pipeline end RECORD                    Tomb
//	apart     pipeline end end RECORD RECORD         Apart
//	fact      pipeline entity unit time(8)           Fact
//	breaker   pipeline end unit                      Breaker
//	inbox     sequence                               Event
//	seen      pipeline end EVENT                     Seen
//	outbox    sequence                               Action
//	due       time(8) pipeline entity unit SUBJECT KIND  Due
//	stray     entity                                 Stray
//	block     digest(32)                             Block
//
// A link is: format, state, class (1 byte each), pipeline (2), generation
// (varint), salt (16), hash of the mapping (8), number of ends; per end: end
// (varint), evidence (1), record, revision, raw hash (8), time (varint); then
// runs of units that have one form and consecutive numbers: flags (1), first
// number, how many; per unit: its base (8), or one per end, the engine's own
// (bytes), the owner, the kept value, each only where the flags say so.
//
// Format 1 had neither stray nor block, and nothing in the values of apart.
//
// A listing's pages end where an entry's hash says so (between 1,024 and 8,192
// entries), so that a record inserted or removed changes one page; a page that
// is as it was is not written again.
package state
