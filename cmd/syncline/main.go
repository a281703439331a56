// Command syncline keeps recruiting systems in agreement: it compiles pipeline
// files, plans and runs them, and answers what was done and why.
//
// This package holds the commands, one file each, and nothing they decide:
// that is engine's. What they print is view's. It is the only place that reads
// the command line and the only one that exits. Enter at commands.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"syncline/engine"
)

// commands is the list of what syncline does.
func commands() []*command {
	return []*command{
		initCommand(),
		validateCommand(),
		fmtCommand(),
		evalCommand(),
		planCommand(),
		diffCommand(),
		docsCommand(),
		permissionsCommand(),
		runCommand(),
		serveCommand(),
		chaosCommand(),
		simulateCommand(),
		graphCommand(),
		conflictsCommand(),
		queueCommand(),
		explainCommand(),
		auditCommand(),
		rollbackCommand(),
		stateCommand(),
		connectorsCommand(),
		completionCommand(),
		versionCommand(),
	}
}

func main() { os.Exit(process()) }

// process runs the process' command line and returns its exit code. The first
// interrupt lets what is under way finish, the second ends the process.
func process() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	unwatch := context.AfterFunc(ctx, func() {
		stop()
		fmt.Fprintln(os.Stderr, "\nstopping when what is under way is done; interrupt again to stop at once")
	})
	defer unwatch()
	defer engine.HoldMemory()()
	return execute(ctx, os.Args[1:], newSession(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}
