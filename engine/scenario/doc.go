// Package scenario proves a configuration: it runs the engine's real code, in
// simulated time, against simulated systems that fail in every way systems
// fail, with people who edit at random and an engine that is killed between any
// two effects, and holds the laws of docs/engine.md after every step.
//
// A [Model] is a configuration compiled once, with doubles in place of its
// connectors: same name, settings, facts and verbs, records in memory. A
// [Scenario] is data: the steps of one simulated story, drawn from a seed and
// readable as JSON. [Model.Play] lives through one and returns the law it
// broke, if it did; [Chaos] does so for many seeds, makes the first that fails
// as short as it can, and says what was exercised.
//
// The package decides nothing about records: what is decided is the engine's.
// It never resolves a secret, and touches neither the network nor a file of the
// user's beyond what compiling reads.
//
// Start at [Chaos].
//
// Why the laws are checked from outside: a law that looked into the engine
// would share its mistakes. What is compared is what the systems hold, what
// arrived there, and what people did; the state is only asked what it promises.
package scenario
