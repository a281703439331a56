//go:build !unix

package connectortest

import (
	"os/exec"
	"testing"
)

// owner is the user a private server runs as: here the test's own.
type owner struct{}

func newOwner(testing.TB, string, string) *owner { return nil }

func (*owner) runs(*exec.Cmd) {}

func (*owner) gives(testing.TB, string) {}
