//go:build unix

package exec

import (
	"os"
	osexec "os/exec"
	"syscall"
)

// apart makes a program the first of a group of its own, which ends together.
func apart(c *osexec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a program and what it started: by force, or as they are asked.
func killGroup(p *os.Process, force bool) {
	signal := syscall.SIGTERM
	if force {
		signal = syscall.SIGKILL
	}
	syscall.Kill(-p.Pid, signal)
}

// alive reports whether there is a process of that number.
func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }
