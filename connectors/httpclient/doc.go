// Package httpclient is the one HTTP client: every system that is reached over
// HTTP, and every message that is sent over it, goes through here.
//
// A [Client] sends to the hosts that its [Options] declare and nowhere else. It
// puts the credential on a request ([Auth]), keeps within what the system
// allows ([Limit]), repeats what may be repeated ([Retry]), waits as it is told
// (Retry-After, budget headers), stops asking what is down ([Breaker]), bounds
// what an answer may cost in time and memory, and tells failures as
// [connectors.Error] with a kind that says whether anything may have been
// written. No secret is in an error, a statistic or a [Cassette].
//
// Clients that use one credential share a [Pool]: its budgets, its tokens and
// what is known of a system's health belong to the credential, not to a client.
//
// The package knows no vendor and reads no answer but that of a token
// endpoint: paths, pages, records and the meaning of a vendor's errors are
// connectors/rest's, which says by a [Request]'s Classify what an answer means.
//
// Start at [New], then [Client.Do], [Request] and [Verdict].
//
// Why windows count from the answer and not from the sending: a request that
// was delayed on its way arrives late, and the next window's first arrive on
// time; counted where they arrive, both are in one window. A request has
// arrived when it is answered, so its place is free one window after that, and
// no window at the server ever sees more than the limit.
package httpclient
