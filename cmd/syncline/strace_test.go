package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wholeCalls are the calls of a trace in the order in which they ended, each on
// a line of its own: strace cuts a call in two where another thread's comes
// between its begin and its end.
func wholeCalls(trace string) []string {
	const cut, rest = " <unfinished ...>", " resumed>"
	var calls []string
	begun := map[string]string{} // by thread
	for line := range strings.Lines(trace) {
		line = strings.TrimSuffix(line, "\n")
		thread, call, _ := strings.Cut(line, " ")
		call = strings.TrimLeft(call, " ")
		if before, ok := strings.CutSuffix(line, cut); ok {
			begun[thread] = before
			continue
		}
		if strings.HasPrefix(call, "<... ") {
			_, after, _ := strings.Cut(call, rest)
			line = begun[thread] + after
			delete(begun, thread)
		}
		calls = append(calls, line)
	}
	for _, before := range begun { // the process ended in the middle of it
		calls = append(calls, before)
	}
	return calls
}

// TestWholeCalls holds that a call is one line wherever strace cut it, also
// where it was made to fail in the middle of another thread's.
func TestWholeCalls(t *testing.T) {
	const trace = `71  pwrite64(6</w/state.db>, "a", 1, 0) = 1
71  pwrite64(6</w/state.db>, "b"..., 4096, 8192 <unfinished ...>
72  write(4</w/holder>, "c", 1) = 1
73  fsync(7</w/audit.log> <unfinished ...>
71  <... pwrite64 resumed>)             = -1 EIO (Input/output error) (INJECTED)
74  fsync(8</w> <unfinished ...>
73  <... fsync resumed>)                = 0
`
	calls := wholeCalls(trace)
	want := []string{
		`71  pwrite64(6</w/state.db>, "a", 1, 0) = 1`,
		`72  write(4</w/holder>, "c", 1) = 1`,
		`71  pwrite64(6</w/state.db>, "b"..., 4096, 8192)             = -1 EIO (Input/output error) (INJECTED)`,
		`73  fsync(7</w/audit.log>)                = 0`,
		`74  fsync(8</w>`,
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("the calls of a trace (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(calls, injected.MatchString) {
		t.Error("the call that was made to fail is not seen")
	}
}
