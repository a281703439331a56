package connectortest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"testing"
)

// Server is a database server for a test: one that the environment names, or
// one of the test's own on a Unix socket, which ends with the test.
type Server struct {
	URL  string // of a database that is there from the start
	proc *os.Process
	done chan struct{}
}

// Own reports whether the server was started by the test, so that it may be
// killed.
func (s *Server) Own() bool { return s.proc != nil }

// Kill ends the test's own server at once, as a crash would, and waits until
// it is gone.
func (s *Server) Kill() {
	if s.proc != nil {
		s.proc.Kill()
		<-s.done
	}
}

// Postgres returns a PostgreSQL server: the one SYNCLINE_TEST_POSTGRES names,
// else one started from the installed programs. Without either the test fails
// where SYNCLINE_REQUIRE_SERVERS is 1, and is skipped elsewhere.
func Postgres(t testing.TB) *Server {
	t.Helper()
	if url := os.Getenv("SYNCLINE_TEST_POSTGRES"); url != "" {
		return &Server{URL: url}
	}
	postgres, initdb := program("postgres"), program("initdb")
	if postgres == "" || initdb == "" {
		lacking(t, "PostgreSQL", "postgresql", "SYNCLINE_TEST_POSTGRES")
	}
	h := newHouse(t, "postgres")
	data := filepath.Join(h.dir, "data")
	h.run(initdb, "-D", data, "-U", "syncline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s := h.start("ready to accept connections", postgres, "-D", data, "-k", h.dir, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=50")
	s.URL = "postgres://syncline@/postgres?host=" + h.dir
	return s
}

// MariaDB returns a MariaDB server, as Postgres does with
// SYNCLINE_TEST_MARIADB, whose form is user:password@tcp(host:3306)/database.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	if url := os.Getenv("SYNCLINE_TEST_MARIADB"); url != "" {
		return &Server{URL: url}
	}
	server, install := program("mariadbd"), program("mariadb-install-db")
	if server == "" || install == "" {
		lacking(t, "MariaDB", "mariadb-server", "SYNCLINE_TEST_MARIADB")
	}
	h := newHouse(t, "mysql")
	data, socket := filepath.Join(h.dir, "data"), filepath.Join(h.dir, "socket")
	h.run(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	s := h.start("ready for connections", server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking",
		"--pid-file="+filepath.Join(h.dir, "pid"), "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--skip-grant-tables",
		"--character-set-server=utf8mb4", "--innodb-buffer-pool-size=64M")
	s.URL = "root@unix(" + socket + ")/mysql"
	return s
}

// lacking ends a test whose server is nowhere.
func lacking(t testing.TB, name, pkg, variable string) {
	t.Helper()
	Demanded(t, fmt.Sprintf("no %s server: install it (apt-get install %s) or name one in %s", name, pkg, variable))
}

// Demanded ends a test whose server is not there: as skipped, or as failed where
// SYNCLINE_REQUIRE_SERVERS is 1.
func Demanded(t testing.TB, message string) {
	t.Helper()
	if os.Getenv("SYNCLINE_REQUIRE_SERVERS") == "1" {
		t.Fatal(message)
	}
	t.Skip(message)
}

// Program returns the path of a program that a test needs, which Debian's
// package of that name has. Without it the test fails where
// SYNCLINE_REQUIRE_SERVERS is 1, and is skipped elsewhere.
func Program(t testing.TB, name string) string {
	t.Helper()
	return ProgramOf(t, name, name)
}

// ProgramOf is Program for one that is in another package of Debian.
func ProgramOf(t testing.TB, name, pkg string) string {
	t.Helper()
	path := program(name)
	if path == "" {
		Demanded(t, fmt.Sprintf("no %s: install it (apt-get install %s)", name, pkg))
	}
	return path
}

// program finds a server's program, also where Debian hides it; "" when it is
// not installed.
func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	found = append(found, existing("/usr/sbin/"+name, "/usr/local/sbin/"+name)...)
	if len(found) == 0 {
		return ""
	}
	sort.Strings(found)
	return found[len(found)-1]
}

func existing(paths ...string) (found []string) {
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			found = append(found, p)
		}
	}
	return found
}

// house is where a private server lives: a folder, and the user it runs as,
// since servers refuse root.
type house struct {
	t     testing.TB
	dir   string
	owner *owner
	env   []string // of its programs, beside the usual
}

func newHouse(t testing.TB, name string) *house {
	t.Helper()
	parent := ""
	if os.Getuid() == 0 {
		parent = "/tmp" // other users may not enter root's own
	}
	dir, err := os.MkdirTemp(parent, "syncline-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &house{t: t, dir: dir, owner: newOwner(t, name, dir)}
}

// command is a program run as the server's user, which ends when the test
// process does.
func (h *house) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = h.dir
	c.Env = append(append(os.Environ(), "HOME="+h.dir, "LC_ALL=C", "TMPDIR="+h.dir), h.env...)
	h.owner.runs(c)
	return c
}

// run runs a program to its end.
func (h *house) run(name string, args ...string) {
	h.t.Helper()
	if out, err := h.command(name, args...).CombinedOutput(); err != nil {
		h.t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
}

// start starts a server, waits until it says that it is ready, and ends it
// with the test.
func (h *house) start(ready, name string, args ...string) *Server {
	h.t.Helper()
	c := h.command(name, args...)
	stderr, err := c.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		h.t.Fatal(err)
	}
	s := &Server{proc: c.Process, done: make(chan struct{})}
	var said strings.Builder
	lines := bufio.NewScanner(stderr)
	up := false
	for !up && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		up = strings.Contains(lines.Text(), ready)
	}
	go func() {
		defer close(s.done)
		io.Copy(io.Discard, stderr)
		c.Wait()
	}()
	h.t.Cleanup(func() {
		c.Process.Signal(syscall.SIGQUIT)
		s.Kill()
	})
	if !up {
		h.t.Fatalf("%s did not start:\n%s", filepath.Base(name), said.String())
	}
	return s
}
