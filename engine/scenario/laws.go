package scenario

// Law is one thing that holds whatever happens.
type Law struct {
	Name string
	Doc  string
}

// The laws, by the numbers of docs/engine.md. One more is held of the store,
// one of the engine itself.
var (
	Unseen     = Law{"LAW1", "No edit is overwritten unseen: what a write replaces was shown to the engine in the same run, as far as the end can hold a condition."}
	Evidence   = Law{"LAW2", "A base moves on evidence only: what the state remembers as agreed was once held by an end."}
	Converge   = Law{"LAW3", "When edits stop the ends agree on every field, or something open, waiting or declared says why not."}
	LoneEditor = Law{"LAW4", "What only one side edited stands on all sides and raises no conflict."}
	Quiet      = Law{"LAW5", "A plan made after the last run has nothing to write, and planning changes nothing."}
	Counts     = Law{"LAW6", "Every record read is counted once."}
	OneCreate  = Law{"LAW7", "An entity is created at most once at an end."}
	Undeclared = Law{"LAW8", "What no direction lets through is in no request, and what nobody asked for is nowhere: not in the journal, the state, a message or an error."}
	Order      = Law{"LAW9", "The order in which records come, and that they come twice, changes nothing."}
	Kill       = Law{"LAW10", "However often the engine is killed, its state is sound, its journal verifies, and no record is lost: each is linked, open, waiting, or set aside with a reason."}
	NoPanic    = Law{"LAW0", "The engine does not panic, and a run in a healthy world does not fail."}
)

// Laws returns every law, in order.
func Laws() []Law {
	return []Law{NoPanic, Unseen, Evidence, Converge, LoneEditor, Quiet, Counts, OneCreate, Undeclared, Order, Kill}
}
