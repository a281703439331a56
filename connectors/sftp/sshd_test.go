package sftp_test

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// sshd is OpenSSH's server, of the test's own, with keys made for it.
type sshd struct {
	address string
	user    string
	host    ssh.PublicKey
	key     string // the user's private key
}

// newKey makes a key: as a file has it, and its public half.
func newKey(t testing.TB) (string, ssh.PublicKey) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block)), signer.PublicKey()
}

func line(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }

// serve starts a server; before is what a shell does first, and more are lines of
// its configuration.
func serve(t testing.TB, before string, more ...string) *sshd {
	t.Helper()
	program := connectortest.ProgramOf(t, "sshd", "openssh-server")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := &sshd{user: me.Username}
	dir := t.TempDir()
	hostKey, host := newKey(t)
	userKey, public := newKey(t)
	s.host, s.key = host, userKey
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if len(more) == 0 {
		more = []string{"Subsystem sftp internal-sftp"}
	}
	if os.Getuid() == 0 {
		os.MkdirAll("/run/sshd", 0o755) // where the server puts itself aside
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = free.Addr().String()
	free.Close()
	config := write("config", fmt.Sprintf("ListenAddress %s\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nStrictModes no\nUsePAM no\n"+
		"PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n%s\nMaxStartups 100\nPerSourcePenalties no\n",
		s.address, write("host", hostKey), write("authorized", line(public)+"\n"), strings.Join(more, "\n")))
	if err := exec.Command(program, "-t", "-f", config).Run(); err != nil { // an older server has no penalties
		text, _ := os.ReadFile(config)
		config = write("config", strings.Replace(string(text), "PerSourcePenalties no\n", "", 1))
	}
	s.start(t, exec.Command("/bin/sh", "-c", before+` exec "$0" "$@"`, program, "-D", "-e", "-f", config))
	return s
}

func (s *sshd) start(t testing.TB, c *exec.Cmd) {
	t.Helper()
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	lines := bufio.NewScanner(stderr)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Server listening on") {
			go io.Copy(io.Discard, stderr)
			return
		}
	}
	t.Fatalf("the server did not start:\n%s", said.String())
}

// settings are those of a file on the server.
func (s *sshd) settings(path string) connectors.Settings {
	return s.at(s.address, path)
}

// at are the settings for a server that is reached elsewhere.
func (s *sshd) at(address, path string) connectors.Settings {
	return connectors.Settings{
		System: "export",
		Values: map[string]schema.Value{
			"url":         schema.String("sftp://" + s.user + "@" + address + strings.ReplaceAll(strings.ReplaceAll(path, "%", "%25"), "?", "%3F")),
			"known_hosts": schema.String(line(s.host)),
		},
		Secret: func(name string) (string, error) {
			if name == "private_key" {
				return s.key, nil
			}
			return "", fmt.Errorf("setting %q: %w", name, connectors.ErrNoSecret)
		},
	}
}
