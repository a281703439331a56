//go:build !unix

package engine_test

import "testing"

// cpuSeconds is nothing where the system has no such figure.
func cpuSeconds(*testing.B) float64 { return 0 }
