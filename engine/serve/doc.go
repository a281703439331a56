// Package serve is the engine that stays: it says when which pipeline is looked
// at, and keeps what systems tell by themselves until it was looked at.
//
// What a pass does is not decided here (engine/run); neither are requests
// taken (cmd/syncline/console) nor configurations loaded (engine). Enter at
// Run; Inbox is the durable queue of events.
//
// Why one pass at a time: passes of one state share its journal, its intents
// and what is left alone, and a system's limit is used up by one pass as fast as
// by two. So the order in which passes come is all there is to decide: events
// before polls before first loads, and what waited too long before all.
package serve
