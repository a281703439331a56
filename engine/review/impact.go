package review

// Scale is what a state says about the size of the changes.
type Scale struct{}

// Impact is how many values a change may move.
type Impact struct{}
