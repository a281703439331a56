// Package simulators holds what simulated vendors share: an HTTP handler with a
// small store behind it that answers as a vendor's documentation says, and on
// request as badly as the original does on its worst day.
//
// It holds no vendor: those are its rooms, one each, and what they give is a
// [Server]. It opens no socket, which is the console's to do, and starts no
// goroutine but under [Server.Run]. Enter at [New].
//
// Everything follows from the seed and the requests: the data that a simulated
// vendor holds at first, and which request meets which fault. That depends on
// the request and on how often it came, not on what came between, so that two
// requests at once meet the same faults in either order.
package simulators
