//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// serveProcess is `syncline serve` in a process of its own.
type serveProcess struct {
	*testing.T
	cmd   *exec.Cmd
	lines chan string
	url   string
	told  *net.UnixConn // what systemd would hear
}

func startServe(t *testing.T, folder string) *serveProcess {
	t.Helper()
	notify, err := os.MkdirTemp("", "n")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(notify) })
	p := &serveProcess{T: t, lines: make(chan string, 1000)}
	if p.told, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(notify, "s"), Net: "unixgram"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.told.Close() })
	p.cmd = exec.Command("syncline", "serve", "-listen", "127.0.0.1:0", folder)
	p.cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+filepath.Join(notify, "s"))
	r, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			p.lines <- s.Text()
		}
		_, _ = io.Copy(io.Discard, r)
	}()
	_, rest, _ := strings.Cut(p.until("listening on "), "listening on ")
	p.url, _, _ = strings.Cut(rest, ";")
	p.hears("READY=1")
	return p
}

// until returns the next line that holds a text.
func (p *serveProcess) until(text string) string {
	p.Helper()
	var seen []string
	for late := time.After(30 * time.Second); ; {
		select {
		case line, ok := <-p.lines:
			if strings.Contains(line, text) {
				return line
			}
			if seen = append(seen, line); ok {
				continue
			}
		case <-late:
		}
		p.Fatalf("it does not say %q, but:\n%s", text, strings.Join(seen, "\n"))
	}
}

// hears reads what the supervisor is told until it is a text.
func (p *serveProcess) hears(text string) {
	p.Helper()
	b := make([]byte, 1000)
	_ = p.told.SetReadDeadline(time.Now().Add(30 * time.Second))
	for {
		n, err := p.told.Read(b)
		if err != nil {
			p.Fatalf("the supervisor does not hear %s: %v", text, err)
		}
		if strings.Contains(string(b[:n]), text) {
			return
		}
	}
}

// TestServe serves a folder as a service manager would: it tells that it is
// ready, other commands are answered by it, a broken configuration leaves the
// old in force, and it ends when it is told to.
func TestServe(t *testing.T) {
	d := newDesk(t, "unlink")
	p := startServe(t, d.folder)
	p.until("(load): ")
	command := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("syncline", args...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	for _, args := range [][]string{{"queue", "list"}, {"conflicts", "list"}, {"state", "show"}, {"audit", "verify"}, {"plan"}} {
		command(append(args, d.folder)...)
	}
	if out := command("explain", "1", d.folder); !strings.Contains(out, "crm/1") {
		t.Errorf("explain says:\n%s", out)
	}
	refused, err := exec.Command("syncline", "run", d.folder).CombinedOutput()
	if err == nil || !bytes.Contains(refused, []byte(`is in use by "serve"`)) {
		t.Errorf("a run beside it: %v\n%s", err, refused)
	}
	if resp, err := http.Get(p.url + "/readyz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("/readyz: %v, %v", resp, err)
	} else {
		_ = resp.Body.Close()
	}
	config := d.read("main.hcl")
	d.write("main.hcl", "pipeline {")
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.until("the configuration was not loaded: what was loaded before is served")
	p.hears("RELOADING=1")
	p.hears("READY=1")
	d.write("main.hcl", config)
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.until("the configuration was loaded again")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.hears("STOPPING=1")
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if out := command("state", "check", d.folder); !strings.Contains(out, "Everything fits") {
		t.Errorf("afterwards the state is not sound:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(d.folder, ".syncline", "serve.sock")); err == nil {
		t.Error("the socket is still there")
	}
}

// TestServeNowhere ends with what to do where it cannot listen.
func TestServeNowhere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := newDesk(t, "unlink")
	out, err := exec.Command("syncline", "serve", "-listen", l.Addr().String(), d.folder).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("address already in use")) || !bytes.Contains(out, []byte("-listen HOST:PORT")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestServePage holds docs/serve.md to what is there: its metrics are those
// that can be read, and the options of its unit and its container are serve's.
func TestServePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("console/metrics.go")
	if err != nil {
		t.Fatal(err)
	}
	listed, there := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `syncline_(\\w+)` \\|").FindAllSubmatch(page, -1) {
		listed[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`describe\("(\w+)"|Name: "syncline_(\w+)"`).FindAllSubmatch(source, -1) {
		there[string(m[1])+string(m[2])] = true
	}
	if diff := cmp.Diff(there, listed); diff != "" {
		t.Errorf("docs/serve.md does not list the metrics that are there (-there +page):\n%s", diff)
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	serveCommand().Bind(flags)
	used := 0
	for _, line := range regexp.MustCompile(`(?m)^(?:ExecStart|CMD).*$`).FindAllString(string(page), -1) {
		for _, option := range regexp.MustCompile(`[ "]-(\w+)`).FindAllStringSubmatch(line, -1) {
			used++
			if flags.Lookup(option[1]) == nil {
				t.Errorf("%s: serve has no -%s", line, option[1])
			}
		}
	}
	if used != 3 || len(there) < 15 {
		t.Errorf("%d options, %d metrics: the test proves nothing", used, len(there))
	}
}
