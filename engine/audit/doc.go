// Package audit is the journal.
package audit
