package rest

import "time"

// Limits is what the API allows. The zero Limits sets only bounds that keep
// this end safe.
type Limits struct {
	// Budgets all hold at once.
	Budgets []Budget

	// Headers say how the API tells what is left of a budget; nil: it does not.
	Headers *BudgetHeaders

	// Parallel is how many requests are under way at once; 0: 4.
	Parallel int

	// Payload is the greatest body sent, in bytes; 0: unknown. A batch is cut
	// to it, and a single change that is larger is Refused.
	Payload int64

	// Address is the longest address, in bytes; 0: 8,000. Requests for many
	// ids are cut to it.
	Address int

	// Answer is the greatest body read, in bytes; 0: 32 MiB. A larger one is
	// Unreadable.
	Answer int64

	// Timeout is how long one request may take; 0: 3 minutes.
	Timeout time.Duration
}

// Budget is a number of requests in a span of time. No span of that length
// sees more, whether the API's own windows slide or begin one after the other.
type Budget struct {
	Requests int
	Per      time.Duration
}

// BudgetHeaders are the names of an API's own headers that tell a budget,
// beside the usual families, which are always understood. A name that is empty
// is not there. A moment may be seconds from now, seconds or milliseconds since
// 1970, or a date.
type BudgetHeaders struct {
	Remaining string        // how many requests are left
	Usage     string        // instead: "used/limit", also behind a name
	Limit     string        // how many there are
	Reset     string        // when they are back
	Per       time.Duration // when they are back where Reset does not tell
}
