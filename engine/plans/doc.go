// Package plans turns a configuration into a run graph, and holds the types of
// what a run would do and did.
package plans
