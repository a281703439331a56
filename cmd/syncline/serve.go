package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/console"
	"syncline/engine"
	"syncline/engine/serve"
	"syncline/engine/state"
	"syncline/pipelines"
)

func serveCommand() *command {
	return &command{
		Name: "serve", Args: "[PATH]", Most: 1,
		Doc: "Stay, and keep the ends in agreement: by schedule, and by what systems tell.",
		Long: "Makes passes as `every`, `cron` and `sweep` say, and looks at once at the records that a\n" +
			"system with `webhook = true` tells of, by POST to /hooks/SYSTEM. What it is told is stored\n" +
			"before it is answered; the record is read by its id before anything is decided.\n\n" +
			"/livez, /readyz and /metrics say how it stands. SIGHUP loads the configuration again: a\n" +
			"broken one leaves the old in force. SIGTERM ends it when the pass under way is done, a\n" +
			"second one at once. While it runs, conflicts, queue, explain, plan, audit and state show\n" +
			"are answered by it.",
		Examples: []string{"syncline serve", "syncline serve -listen 127.0.0.1:9000 -drain 2m /etc/syncline"},
		Bind:     bindServe,
	}
}

func bindServe(f *pflag.FlagSet) action {
	listen := f.String("listen", "", "listen on `HOST:PORT` (default: what `engine { listen }` says, 127.0.0.1:8686)")
	drain := f.Duration("drain", 30*time.Second, "how long the pass under way may go on when the end is asked for")
	limit := f.Int64("body", 1<<20, "how many `BYTES` a request of a system may have")
	return func(ctx context.Context, s *session, args []string) error {
		t, err := tracesTo(ctx, s.env)
		if err != nil {
			return failed("OTEL_EXPORTER_OTLP_ENDPOINT names a collector.", "traces: %w", err)
		}
		defer t.close()
		e := s.engine(nil)
		if t != nil {
			e = s.engineTo(nil, t.listen)
		}
		c, err := s.loadSeeded(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		if *listen == "" {
			*listen = c.Engine.Listen
		}
		d := &serving{session: s, engine: e, traces: t, listen: *listen, limit: *limit, drain: *drain, by: console.Supervised(s.env)}
		return d.serve(ctx, c)
	}
}

// serving is a service with its console.
type serving struct {
	*session
	engine  *engine.Engine
	traces  *traces // nil: nobody collects them
	listen  string
	limit   int64
	drain   time.Duration
	by      *console.Supervisor
	console *console.Console
	failed  error // why there is no console
}

func (d *serving) serve(ctx context.Context, c *pipelines.Config) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hangups, reload := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
			}
			_ = d.by.Tell("RELOADING=1")
			select {
			case <-ctx.Done():
				return
			case reload <- struct{}{}:
			}
		}
	}()
	stopping := make(chan struct{})
	context.AfterFunc(ctx, func() {
		_ = d.by.Tell("STOPPING=1")
		close(stopping)
	})
	defer func() { stop(); <-stopping }()
	err := d.engine.Serve(ctx, c, engine.ServeOptions{
		Drain: d.drain, Reload: reload, Done: d.done, Loaded: d.loaded,
		Ready: func(v *engine.Service) {
			if d.failed = d.open(ctx, c, v); d.failed != nil {
				stop()
			}
		},
		Ended: d.close,
	})
	return errors.Join(d.failed, err)
}

// open listens, and tells that it does.
func (d *serving) open(ctx context.Context, c *pipelines.Config, v *engine.Service) (err error) {
	d.console, err = console.Open(console.Options{
		Service: v, Listen: d.listen, Limit: d.limit, Socket: filepath.Join(c.Engine.State, state.SocketName), Command: d.command(v),
	})
	if err != nil {
		return failed("`-listen HOST:PORT` names another place.", "%w", err)
	}
	context.AfterFunc(ctx, d.console.Drain)
	if !d.quiet {
		d.notes().Line("listening on http://%s; %d pipelines", d.console.Addr(), len(c.Pipelines))
		for _, deaf := range v.Deaf() {
			d.notes().Warning(deaf + ": webhook = true, and its connector takes no events: it is polled only")
		}
	}
	go d.by.Watch(ctx, func() bool { return true })
	return d.by.Tell("READY=1", "STATUS=listening on "+d.console.Addr())
}

// close answers what is under way; nothing is served any more.
func (d *serving) close() {
	if d.console == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = d.console.Close(ctx) // what is not answered by then comes again
}

// done tells of a pass that did something, or that could not go on.
func (d *serving) done(r serve.Report) {
	if d.quiet {
		return
	}
	if err := d.traces.trouble(); err != nil {
		d.notes().Warning("no traces arrive, and everything else goes on: " + err.Error())
	}
	wrote := 0
	for _, e := range r.Summary.Ends {
		wrote += e.Created + e.Updated + e.Archived + e.Deleted
	}
	switch {
	case r.Err != nil:
		d.notes().Line("%s %s (%s): %v", r.Began.UTC().Format(time.DateTime), r.Order.Pipeline.Name, r.Order.Kind, r.Err)
	case wrote > 0:
		d.notes().Line("%s %s (%s): %d written in %s", r.Began.UTC().Format(time.DateTime), r.Order.Pipeline.Name, r.Order.Kind, wrote, r.Took.Round(time.Millisecond))
	}
}

// loaded tells what came of a reload.
func (d *serving) loaded(err error) {
	_ = d.by.Tell("READY=1")
	var unfit *engine.ConfigError
	switch {
	case err == nil:
		if !d.quiet {
			d.notes().Line("the configuration was loaded again")
		}
	case errors.As(err, &unfit):
		d.notes().Problems(unfit.Problems, unfit.Config.Files)
		d.notes().Line("the configuration was not loaded: what was loaded before is served")
	default:
		d.notes().Error(err, "What was loaded before is served.")
	}
}

// answered are the commands that a service answers for other processes, by
// their own and their sub-commands' names.
var answered = map[string][]string{
	"conflicts": {"list", "show", "resolve"},
	"queue":     {"list", "show", "retry", "drop"},
	"state":     {"show"},
	"audit":     nil,
	"explain":   nil,
	"plan":      nil,
}

// words are the command's names in a command line.
func words(args []string) (name, sub string) {
	at := slices.IndexFunc(args, func(a string) bool { _, ok := answered[a]; return ok })
	if at < 0 {
		return "", ""
	}
	if at+1 < len(args) {
		sub = args[at+1]
	}
	return args[at], sub
}

// mayForward reports whether a command line is one that a service answers.
func mayForward(args []string) bool {
	name, sub := words(args)
	subs, ok := answered[name]
	return ok && (subs == nil || slices.Contains(subs, sub)) && !slices.ContainsFunc(args, writesFile)
}

// writesFile reports whether an argument has a command write a file: where
// that is, only its own process knows.
func writesFile(arg string) bool {
	return arg == "-out" || arg == "--out" || len(arg) > 5 && (arg[:5] == "-out=" || arg[:5] == "--out")
}
