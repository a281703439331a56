// Package pipelines loads a folder of pipeline files into a typed
// configuration and every problem of every file at once.
//
// It holds one file per kind of block, and the list of them in load.go. It
// compiles no expression (pipelines/expr does), knows no connector by name
// (Options bring their definitions) and runs nothing (engine does). Enter at
// Load.
//
// Why: a problem in one block never hides those of another, so every step
// gathers problems and goes on with what is sound; a name that is already
// known to be wrong is not reported a second time by what refers to it.
package pipelines
