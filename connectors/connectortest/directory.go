package connectortest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Directory is what a directory server for a test is made of.
type Directory struct {
	Schema []string          // packaged schemas, such as core
	Files  map[string]string // files in the server's folder, whose path {dir} stands for
	Config string            // further lines of slapd.conf, before the database
	Limits string            // further lines of its database
	LDIF   string            // what it holds from the start
	Plain  string            // the loopback address it listens on
	Secure string            // one where it speaks TLS from the first byte; "": none
}

// Slapd is a running OpenLDAP server: its database is dc=test, its manager
// cn=manager,dc=test with the password "secret".
type Slapd struct {
	*Server
	Dir string
}

// OpenLDAP starts a server of the test's own, on addresses that are free. Without the
// program the test fails where SYNCLINE_REQUIRE_SERVERS is 1, and is skipped
// elsewhere.
func OpenLDAP(t testing.TB, d Directory) *Slapd {
	t.Helper()
	installed := program("slapd")
	if installed == "" {
		Demanded(t, "no OpenLDAP server: install it (apt-get install slapd)")
	}
	h := newHouse(t, "openldap")
	// A copy: where AppArmor confines the packaged program, it may read its
	// own folders only.
	slapd := filepath.Join(h.dir, "slapd")
	duplicate(t, installed, slapd)
	conf := filepath.Join(h.dir, "slapd.conf")
	h.write("slapd.conf", d.conf())
	for name, text := range d.Files {
		h.write(name, text)
	}
	data := filepath.Join(h.dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	h.owner.gives(t, data)
	h.write("start.ldif", "dn: dc=test\nobjectClass: domain\ndc: test\n\n"+d.LDIF)
	h.run(slapd, "-T", "add", "-q", "-f", conf, "-l", filepath.Join(h.dir, "start.ldif"))
	listen := "ldap://" + d.Plain + "/"
	if d.Secure != "" {
		listen += " ldaps://" + d.Secure + "/"
	}
	s := &Slapd{Dir: h.dir, Server: h.start("slapd starting", slapd, "-d", "none", "-f", conf, "-h", listen)}
	s.URL = "ldap://" + d.Plain
	listening(t, d.Plain)
	return s
}

// listening waits until a server that says it starts has started.
func listening(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s does not listen: %v", address, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (d Directory) conf() string {
	var b strings.Builder
	for _, s := range d.Schema {
		fmt.Fprintf(&b, "include /etc/ldap/schema/%s.schema\n", s)
	}
	b.WriteString("modulepath /usr/lib/ldap\nmoduleload back_mdb\n" + d.Config + `
database mdb
suffix dc=test
rootdn cn=manager,dc=test
rootpw secret
directory {dir}/data
maxsize 268435456
dbnosync
index objectClass,entryUUID,uid eq
`)
	b.WriteString(d.Limits)
	return b.String()
}

// write makes a file of the server's.
func (h *house) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "{dir}", h.dir)), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.owner.gives(h.t, path)
}

func duplicate(t testing.TB, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
