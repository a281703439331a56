package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/engine"
)

// simulating runs `syncline simulate -json` until the test ends, and returns
// what it said first and what it says then.
func simulating(t *testing.T, args ...string) (first map[string]any, then chan []byte) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- execute(ctx, append([]string{"simulate", "-json"}, args...), newSession(strings.NewReader(""), w, io.Discard, os.LookupEnv))
		_ = w.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("simulate %v: exit code %d", args, code)
		}
	})
	then = make(chan []byte, 100)
	go func() {
		for s := bufio.NewScanner(r); s.Scan(); {
			then <- bytes.Clone(s.Bytes())
		}
	}()
	return line(t, then)["simulator"].(map[string]any), then
}

func line(t *testing.T, from chan []byte) (out map[string]any) {
	t.Helper()
	text := <-from
	err := json.Unmarshal(text, &out)
	if err != nil || out["format_version"] == nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

// TestSimulate: each vendor listens, its block compiles as it stands, its
// requests are told without what was in them, and recorded with it.
func TestSimulate(t *testing.T) {
	for _, name := range vendorNames() {
		record := filepath.Join(t.TempDir(), "requests.jsonl")
		first, then := simulating(t, name, "-record", record)
		address := first["address"].(string)
		config := first["system"].(string) + "\nnotify \"ops\" { connector = \"log\" }\n"
		path := filepath.Join(t.TempDir(), "main.hcl")
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		e := engine.New(engine.Options{Connectors: definitions()})
		if _, problems := e.Load(t.Context(), engine.Source{Path: path}); len(problems) > 0 {
			t.Errorf("the block of %s does not compile: %v\n%s", name, problems, config)
		}
		resp, err := http.Post(address+"/nowhere?who=ada", "text/plain", strings.NewReader("a body"))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		told := line(t, then)["request"].(map[string]any)
		if told["path"] != "/nowhere" || told["body"] != nil || told["status"] == 0.0 {
			t.Errorf("%s tells of %v", name, told)
		}
		if text, err := os.ReadFile(record); err != nil || !bytes.Contains(text, []byte(`"body":"a body"`)) {
			t.Errorf("%s records %s, %v", name, text, err)
		}
	}
}

// TestSimulateRefuses: what cannot be simulated, and what would leave this
// machine.
func TestSimulateRefuses(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"greenhous", `no vendor "greenhous" can be simulated`}, {"greenhous", "Did you mean greenhouse?"},
		{"greenhouse -faults limits", `there is no fault "limits"`}, {"greenhouse -faults limit=7", "no number from 0 to 1"},
		{"greenhouse -listen 0.0.0.0:0", "that is not only this machine"}, {"greenhouse -listen :0", "that is not only this machine"}, {"greenhouse -listen nowhere", "listen on"},
		{"greenhouse -webhook https://example.com/hook", "which is another machine"}, {"greenhouse -webhook localhost", "is no address"},
		{"greenhouse -record nowhere/requests.jsonl", "cannot write nowhere/requests.jsonl"},
	} {
		var out bytes.Buffer
		code := execute(t.Context(), append([]string{"simulate"}, strings.Fields(tt.args)...), newSession(strings.NewReader(""), &out, &out, os.LookupEnv))
		if code != codeFailed || !strings.Contains(out.String(), tt.want) {
			t.Errorf("simulate %s: exit code %d, %s; want %q", tt.args, code, &out, tt.want)
		}
	}
}

// TestSimulateNamesItsFaults: the help lists every fault.
func TestSimulateNamesItsFaults(t *testing.T) {
	for _, f := range simulators.AllFaults() {
		if long := simulateCommand().Long; !strings.Contains(long, "  "+f.Name+" ") {
			t.Errorf("the help does not name %s", f.Name)
		}
	}
}
