//go:build unix

package file_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"syncline/connectors"
	"syncline/connectors/file"
)

// TestPipe holds that what is no file is refused and never waited for.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "a.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, map[string]string{"path": pipe})
	if err := list(t.Context(), conn, selection("name")); connectors.KindOf(err) != connectors.Unreadable {
		t.Errorf("a list gives %v", err)
	}
	if _, err := conn.(connectors.Stamper).Stamp(t.Context(), selection("name")); connectors.KindOf(err) != connectors.Unreadable {
		t.Errorf("a stamp gives %v", err)
	}
	set := settings(map[string]string{"path": filepath.Join(t.TempDir(), "b.csv"), "init": pipe})
	set.Seed = true
	if _, err := file.Definition().Open(t.Context(), set); connectors.KindOf(err) != connectors.Unreadable {
		t.Errorf("a pipe to start from gives %v", err)
	}
}
