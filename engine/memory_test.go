package engine_test

import (
	"runtime"
	"runtime/debug"
	"testing"

	"syncline/engine"
)

// TestHoldMemory proves that the heap's room follows what is in use, and that
// the former setting comes back.
func TestHoldMemory(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	stop := engine.HoldMemory()
	big := make([]byte, 200<<20)
	for range 100 {
		runtime.GC()
		percent := debug.SetGCPercent(100)
		debug.SetGCPercent(percent)
		if percent < 30 {
			break
		}
		runtime.Gosched()
	}
	percent := debug.SetGCPercent(100)
	if percent >= 30 {
		t.Errorf("with 200 MiB in use the heap may grow by %d %%", percent)
	}
	runtime.KeepAlive(big)
	stop()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("the former setting did not come back: %d", got)
	}
	t.Setenv("GOGC", "50")
	engine.HoldMemory()()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("GOGC was not left alone: %d", got)
	}
}
