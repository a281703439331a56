package httpclient

import (
	"time"

	"syncline/connectors"
)

// pooled is the key of the pool that the systems of a process share.
type pooled struct{}

// For returns the options with what a system's settings say of any HTTP
// client: the pool that all systems of the process share, the clock, and the
// limits and networks that its author set. A rate and a concurrency stand beside what the
// system allows, so that they only ever tighten it; a timeout and a retry are
// used instead of the options' own.
func (o Options) For(s connectors.Settings) Options {
	if o.Pool == nil {
		o.Pool = s.Shared.Get(pooled{}, func() any { return NewPool() }).(*Pool)
	}
	if o.Clock == nil {
		o.Clock = s.Now
	}
	l := s.Limits
	o.Limits = append([]Limit(nil), o.Limits...)
	if l.Requests > 0 {
		o.Limits = append(o.Limits, Limit{Requests: l.Requests, Per: l.Per})
	}
	if l.Parallel > 0 {
		o.Limits = append(o.Limits, Limit{Requests: l.Parallel})
	}
	o.Reserve = max(o.Reserve, l.Reserve)
	o.Networks = append(append([]string(nil), o.Networks...), l.Networks...)
	if l.Timeout > 0 {
		o.Timeouts.Whole = l.Timeout
	}
	if l.Attempts > 0 {
		o.Retry.Attempts = l.Attempts
	}
	if l.Longest > 0 {
		o.Retry.First, o.Retry.Cap = l.First, l.Longest
		o.Retry.Total = max(o.Retry.Total, 5*time.Minute, time.Duration(max(o.Retry.Attempts, 5))*l.Longest)
	}
	return o
}
