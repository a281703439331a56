// Package inspect says what the data of a system is like before anybody
// connects it: how full each field is, what types and words it holds, which
// values no list has, which records are probably one, which jobs are stale or
// open twice, which fields nothing maps, and what each could be.
//
// It reads and never writes, and opens no system. Enter at Object, which looks
// at one object; ObjectReport is what it says.
//
// Why memory stays the same for a thousand records and for a million: each
// field has counters of a fixed size. How many values differ is exact for the
// first 1,024 and a HyperLogLog beyond (Flajolet, Fusy, Gandouet, Meunier
// 2007); the most frequent are those of Misra and Gries (1982); what texts look
// like is read off a reservoir sample (Vitter 1985, algorithm R); what shares a
// key is found by sorting digests outside of memory (Knuth, The Art of Computer
// Programming, volume 3, 5.4). What of a report is an estimate says so. The one
// thing that grows is four bytes a record, which say what it is a duplicate of.
//
// Why a value about a person is not in a report: it lies about longer, and is
// sent further, than the record itself. What a label calls personal is shown
// masked, what it calls pay or protected not at all.
package inspect
