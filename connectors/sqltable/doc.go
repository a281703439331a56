// Package sqltable is what the connectors of relational databases share: a
// table as an object, a row as a record. It plans the statements of a
// selection, reads pages by key, gets and finds rows, and writes pages of
// changes in one transaction each.
//
// It does not know a database: what differs (quoting, parameters, the
// catalogue, the meaning of errors) is a Dialect, made by connectors/sqlite,
// connectors/postgres and connectors/mysql. It keeps nothing between runs.
//
// Enter at Open, which gives a Conn with every ability. A Table is what a
// dialect found in the catalogue, a plan the statements of one Selection.
//
// Why writes lock, read and compare before they write: the value last seen is
// known in the form of the record, not in the database's own spelling (a time
// with a T or a blank, a collation that calls 'ana' and 'ANA' equal). Reading
// the rows of a page under a lock and comparing them here is exact in every
// spelling, and tells a row that moved from one that is gone. The revision
// stands in the WHERE of the update all the same.
package sqltable
