// Package pipelines loads a folder of pipeline files into a typed
// configuration and every problem of every file at once.
package pipelines
