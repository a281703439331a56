package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine/scenario"
)

func chaosCommand() *command {
	return &command{
		Name: "chaos", Args: "[PATH]", Most: 1,
		Doc: "Prove the pipelines against simulated systems that fail in every way.",
		Long: "Stands simulated systems behind your configuration, lets people edit at random, lets\n" +
			"requests fail, answers get lost and the engine be killed between any two effects, and\n" +
			"holds the laws of docs/engine.md after every step. Nothing of yours is touched: no\n" +
			"secret is resolved, no system is asked, and the state lies in a temporary folder.\n\n" +
			"A law that breaks is printed with the shortest story that breaks it, which -out saves\n" +
			"and -replay plays again.",
		Examples: []string{"syncline chaos examples/quickstart", "syncline chaos -seeds 10000 -out broken.json", "syncline chaos -replay broken.json"},
		Bind:     bindChaos,
	}
}

func bindChaos(f *pflag.FlagSet) action {
	seeds := f.Int("seeds", 200, "play the stories of so many `SEEDS`")
	seed := f.Uint64("seed", 1, "begin with this `SEED`")
	workers := f.Int("workers", 0, "play so many stories at a time; 0: one per core")
	replay := f.String("replay", "", "play the story of a `FILE` that -out saved")
	out := f.String("out", "", "save the story that breaks a law in a `FILE`")
	steps := f.Bool("steps", false, "print every step of the story, also where every law holds: of -replay, or of the one -seed")
	return func(ctx context.Context, s *session, args []string) error {
		if *seeds < 1 || *workers < 0 {
			return failed("Leave -workers out for one story per core.", "-seeds is at least 1, -workers at least 0")
		}
		teller := &chaosTeller{session: s}
		o := scenario.Options{
			Source: s.source(at(args, 0)), Connectors: definitions(), Env: s.env, First: *seed, Seeds: *seeds, Workers: *workers,
			Clock: s.now, Progress: teller.listen,
		}
		m, err := scenario.Compile(ctx, o)
		var bad *scenario.BadConfig
		switch {
		case errors.As(err, &bad):
			return s.refuse(bad.Problems, bad.Config.Files)
		case err != nil:
			return err
		}
		report, err := chaos(ctx, m, o, *replay, *steps)
		teller.clear()
		if err != nil && report == nil {
			return err
		}
		if err := s.showChaos(report, *out); err != nil {
			return err
		}
		if report.Failure != nil {
			return exit(codeFailed)
		}
		return err
	}
}

// chaos plays one story, or many.
func chaos(ctx context.Context, m *scenario.Model, o scenario.Options, replay string, steps bool) (*scenario.Report, error) {
	switch {
	case replay != "":
		f, err := os.Open(replay)
		if err != nil {
			return nil, failed("-out saves a story.", "cannot read %s: %w", replay, cause(err))
		}
		defer f.Close()
		story, err := scenario.Load(f)
		if err != nil {
			return nil, failed("-out saves a story.", "%s: %w", replay, err)
		}
		return m.Replay(ctx, story)
	case steps:
		return m.Replay(ctx, m.Draw(o.First))
	}
	return m.Chaos(ctx, o)
}

func (s *session) showChaos(r *scenario.Report, out string) error {
	if r.Failure != nil && out != "" {
		var b bytes.Buffer
		if err := r.Failure.Scenario.Save(&b); err != nil {
			return err
		}
		if err := replace(out, b.Bytes()); err != nil {
			return err
		}
	}
	if s.json {
		return view.Document(s.out, r)
	}
	s.page().Chaos(r, out)
	return nil
}

// chaosTeller tells how far it is. It is called by one goroutine at a time.
type chaosTeller struct {
	session *session
	mu      sync.Mutex
	to      *view.ChaosProgress
	began   time.Time
}

func (t *chaosTeller) listen(p scenario.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.session
	if s.quiet {
		return
	}
	now := s.now()
	if t.to == nil {
		_, live := terminal(s.err)
		t.to, t.began = view.NewChaosProgress(s.err, s.width(s.err), s.colorful(s.err), live), now
	}
	t.to.Show(p, now.Sub(t.began))
}

func (t *chaosTeller) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil {
		t.to.Clear()
	}
}
