//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reached are the calls of a trace that reach out of the process.
var reached = regexp.MustCompile(`(?m)^(?:\[pid +\d+\] |\d+ +)?(?:connect|sendto|sendmsg|bind|listen)\(.*$`)

// TestNothingIsReachedUndeclared traces every command and sees that none
// reaches the network, but a run that has something to tell, and that only the
// address that is declared.
func TestNothingIsReachedUndeclared(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		if os.Getenv("SYNCLINE_REQUIRE_SERVERS") == "1" {
			t.Fatal("no strace: install it (apt-get install strace)")
		}
		t.Log("no strace: nothing is proven here")
		return
	}
	heard := 0
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard++ }))
	defer hook.Close()
	d := newDesk(t, "unlink")
	traced := func(args ...string) string {
		t.Helper()
		trace := filepath.Join(t.TempDir(), "trace")
		cmd := exec.Command(strace, append([]string{"-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", trace, "syncline"}, args...)...)
		cmd.Env = append(os.Environ(), "HTTP_PROXY=", "HTTPS_PROXY=", "http_proxy=", "https_proxy=")
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState == nil {
			t.Fatalf("%v: %s", err, out)
		}
		b, err := os.ReadFile(trace)
		if err != nil {
			t.Fatal(err)
		}
		var calls []string
		for _, call := range reached.FindAllString(string(b), -1) {
			if !strings.Contains(call, "sa_family=AF_UNIX") { // the machine's own list of users
				calls = append(calls, call)
			}
		}
		return strings.Join(calls, "\n")
	}
	for _, cmd := range commands() {
		for _, c := range append(cmd.Sub, cmd) {
			if c.Bind == nil || cmd.Name == "init" || cmd.Name == "serve" { // which listens, and stays
				continue
			}
			args := []string{cmd.Name}
			if c != cmd {
				args = append(args, c.Name)
			}
			if c.Most > 0 {
				args = append(args, d.folder)
			}
			if calls := traced(args...); calls != "" {
				t.Errorf("%v reaches out:\n%s", args, calls)
			}
		}
	}
	d.write("main.hcl", strings.Replace(d.read("main.hcl"), "connector = \"log\"", fmt.Sprintf("connector = \"webhook\"\n  url = %q", hook.URL), 1))
	d.write("export.csv", deskExport+"4,Kay,,,\n")
	_, port, _ := strings.Cut(strings.TrimPrefix(hook.URL, "http://"), ":")
	calls := traced("run", d.folder)
	for line := range strings.SplitSeq(calls, "\n") {
		if !strings.Contains(line, "connect(") || !strings.Contains(line, "htons("+port+")") {
			t.Errorf("a run reaches out: %s", line)
		}
	}
	if heard != 1 || calls == "" {
		t.Errorf("the webhook heard %d notices; traced: %q: the test proves nothing", heard, calls)
	}
}
