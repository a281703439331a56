package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/console"
	"syncline/cmd/syncline/view"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/ashby"
	"syncline/connectors/simulators/bamboohr"
	"syncline/connectors/simulators/greenhouse"
	"syncline/connectors/simulators/salesforce"
	"syncline/connectors/simulators/scim"
	"syncline/connectors/simulators/servicenow"
	"syncline/pipelines/diag"
)

// simulated are the vendors that can be simulated.
func simulated() map[string]func(simulators.Options) *simulators.Server {
	return map[string]func(simulators.Options) *simulators.Server{
		"ashby":      ashby.New,
		"bamboohr":   bamboohr.New,
		"greenhouse": greenhouse.New,
		"salesforce": salesforce.New,
		"scim":       scim.New,
		"servicenow": servicenow.New,
	}
}

func vendorNames() []string { return slices.Sorted(maps.Keys(simulated())) }

func simulateCommand() *command {
	return &command{
		Name: "simulate", Args: "VENDOR", Least: 1, Most: 1,
		Doc: "Be a vendor: an API on this machine that behaves as the original does, also badly.",
		Long: "Answers as the vendor's documentation says, out of a small organization that the seed\n" +
			"makes, on this machine only. It prints where it listens and the system block to paste;\n" +
			"its key is made up and opens nothing else. Each request is told in a line.\n\n" +
			"-faults has it behave as originals do on their worst days. A name may have a share of\n" +
			"the requests behind it, lost=0.5; a fifth unless it is given:\n\n" + faultLines() +
			"\nWhich requests are hit follows from -seed. An interrupt ends it; what it held is gone.",
		Examples: []string{
			"syncline simulate greenhouse",
			"syncline simulate greenhouse -listen 127.0.0.1:9100 -seed 7 -faults limit,lost=0.1",
			"syncline simulate greenhouse -webhook http://127.0.0.1:8686/hooks/greenhouse -faults twice=1,disorder",
		},
		Bind: bindSimulate,
		Complete: func(*session, []string) []string {
			return vendorNames()
		},
	}
}

func faultLines() string {
	var b strings.Builder
	for _, f := range simulators.AllFaults() {
		b.WriteString("  " + f.Name + strings.Repeat(" ", 9-len(f.Name)) + f.Doc + "\n")
	}
	return b.String()
}

func bindSimulate(f *pflag.FlagSet) action {
	listen := f.String("listen", "127.0.0.1:0", "listen on `HOST:PORT` of this machine; port 0: one that is free")
	seed := f.Uint64("seed", 1, "what it holds, and which requests the faults hit, follow from the `SEED`")
	faults := f.String("faults", "", "a `LIST` of what goes wrong, as below; all is all")
	page := f.Int("page", 0, "give `N` records a page at most; 0: as many as the original")
	offers := f.Bool("offers", false, "of Greenhouse: some of the people it begins with were made an offer")
	webhook := f.String("webhook", "", "tell a `URL` of this machine of changes, signed as the original does")
	record := f.String("record", "", "append every request, with its body, to a `FILE` of JSON lines")
	return func(ctx context.Context, s *session, args []string) error {
		o := simulators.Options{Seed: *seed, Page: *page, Offers: *offers, Now: s.now, Webhook: *webhook}
		make, ok := simulated()[args[0]]
		if !ok {
			return unknownVendor(args[0])
		}
		var err error
		if o.Faults, err = simulators.ParseFaults(*faults); err != nil {
			return failed("`syncline simulate -help` lists them.", "-faults: %w", err)
		}
		if err := local(*webhook); err != nil {
			return err
		}
		v := &simulation{session: s, listen: *listen}
		if *record != "" {
			file, err := os.OpenFile(s.from(*record), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			if err != nil {
				return failed("", "cannot write %s: %w", *record, cause(err))
			}
			defer file.Close()
			v.record = json.NewEncoder(file)
		}
		o.Log = v.log
		return v.run(ctx, make(o))
	}
}

func unknownVendor(name string) error {
	hint := "These can be: " + strings.Join(vendorNames(), ", ") + "."
	if near := diag.Nearest(name, vendorNames()); near != "" {
		hint = "Did you mean " + near + "? " + hint
	}
	return failed(hint, "no vendor %q can be simulated", name)
}

// local refuses an address that is not on this machine: what is simulated stays
// here.
func local(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return failed("`-webhook http://127.0.0.1:8686/hooks/SYSTEM` tells a service.", "-webhook is no address")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return failed("What is simulated stays on this machine.", "-webhook leads to %s, which is another machine", u.Hostname())
	}
	return nil
}

// simulation is a simulated vendor that listens.
type simulation struct {
	*session
	listen string
	record *json.Encoder // nil: nobody asked
	broken error         // why the record could not be written
	stop   context.CancelFunc
}

func (v *simulation) run(ctx context.Context, server *simulators.Server) error {
	ctx, v.stop = context.WithCancel(ctx)
	defer v.stop()
	open, err := console.OpenLoopback(v.listen, server)
	if err != nil {
		return failed("`-listen 127.0.0.1:PORT` names another place.", "%w", err)
	}
	var telling sync.WaitGroup
	telling.Go(func() { server.Run(ctx) })
	if err = v.welcome(server.Vendor(), "http://"+open.Addr()); err == nil {
		<-ctx.Done()
	}
	v.stop()
	telling.Wait()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = open.Close(closing) // whoever still waits is not answered
	return errors.Join(err, v.broken)
}

// welcome says where it listens, and how it is used.
func (v *simulation) welcome(vendor simulators.Vendor, address string) error {
	block := strings.ReplaceAll(vendor.Block, "ADDRESS", address)
	if v.json {
		return view.Line(v.out, "simulator", map[string]any{"vendor": vendor.Name, "address": address, "system": block, "environment": vendor.Env})
	}
	v.notes().Line("simulating %s on %s; interrupt to end it", vendor.Name, address)
	v.page().Simulator(block, vendor.Env)
	return nil
}

// log tells of a request; one at a time.
func (v *simulation) log(r simulators.Request) {
	if v.record != nil && v.broken == nil {
		if v.broken = v.record.Encode(r); v.broken != nil {
			v.stop()
		}
	}
	switch {
	case v.json:
		_ = view.Line(v.out, "request", view.MachineRequest(r)) // whoever read it is gone
	case !v.quiet:
		v.notes().Request(r)
	}
}
