//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// asNobody takes root's rights from a program; those of others it keeps.
func asNobody(cmd *exec.Cmd) {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}
