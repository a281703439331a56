package sftp_test

import (
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/sftp"
	"syncline/schema"
)

// file makes a file on the server's disk.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	laid(t, path, text)
	return path
}

func laid(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func content(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestHostKeys holds that no server is believed that does not show the key that
// is known, and that the message says which key it shows.
func TestHostKeys(t *testing.T) {
	server := serve(t, "")
	path := file(t, "a.csv", "id,name\n1,Ada\n")
	_, other := newKey(t)
	host, port, _ := net.SplitHostPort(server.address)
	pattern := "[" + host + "]:" + port + " "
	for _, tt := range []struct{ known, kind, words string }{
		{"", "denied", `known_hosts = "` + line(server.host) + `"`},
		{line(other), "denied", "is not known: known_hosts has ssh-ed25519 SHA256:"},
		{file(t, "known", pattern+line(other)+"\n"), "denied", "known_hosts has another"},
		{file(t, "known", "[127.0.0.2]:22 "+line(server.host)+"\n"), "denied", "is not in known_hosts"},
		{file(t, "known", "@revoked "+pattern+line(server.host)+"\n"), "denied", "not known"},
		{file(t, "known", "nonsense\n"), "refused", "known_hosts"},
		{"no such file", "refused", "known_hosts"},
		{"ssh-ed25519 AAAA", "refused", "not one host key"},
		{line(server.host), "", ""},
		{file(t, "known", pattern+line(server.host)+"\n"), "", ""},
	} {
		set := server.settings(path)
		set.Values["known_hosts"] = schema.String(tt.known)
		conn, err := sftp.Definition().Open(t.Context(), set)
		if err == nil {
			conn.Close()
		}
		if tt.kind == "" {
			if err != nil {
				t.Errorf("%q: %v", tt.known, err)
			}
			continue
		}
		var e *connectors.Error
		if !errors.As(err, &e) || e.Kind.String() != tt.kind || !strings.Contains(e.Error()+" "+e.Hint, tt.words) {
			t.Errorf("%q: %v, want %s: %s", tt.known, err, tt.kind, tt.words)
		}
	}
}

// TestLogins holds what is said of keys and settings that do not fit, and that
// none of it tells the key.
func TestLogins(t *testing.T) {
	server := serve(t, "")
	wrong, _ := newKey(t)
	for _, tt := range []struct {
		name, value string
		kind        connectors.ErrorKind
		words       string
	}{
		{"private_key", wrong, connectors.Denied, "does not let"},
		{"private_key", "", connectors.Refused, "nothing says how to log in"},
		{"private_key", server.key[:len(server.key)/2], connectors.Refused, "cannot be read"},
		{"url", "https://example.com/a.csv", connectors.Refused, "no SFTP server"},
		{"url", "sftp://host/a.csv", connectors.Refused, "names no user"},
		{"url", "sftp://u@host/", connectors.Refused, "names no file"},
		{"url", "sftp://u@host/a?.csv", connectors.Refused, "has a ?"},
		{"url", "sftp://u@host/*/a.csv", connectors.Refused, "only the last part"},
		{"url", "sftp://u:hunter2@host/a.csv", connectors.Refused, "holds a password"},
		{"url", "sftp://u@host:x/a.csv", connectors.Refused, "cannot be read"},
		{"silence", "soon", connectors.Refused, "not a duration"},
		{"encoding", "klingon", connectors.Refused, "no encoding"},
	} {
		set := server.settings("/a.csv")
		set.Values[tt.name] = schema.String(tt.value)
		if tt.name == "private_key" && tt.value == "" {
			delete(set.Values, tt.name)
			set.Secret = func(string) (string, error) { return "", connectors.ErrNoSecret }
		}
		_, err := sftp.Definition().Open(t.Context(), set)
		connectortest.Says(t, err, tt.kind, tt.words)
		if e := (*connectors.Error)(nil); errors.As(err, &e) && (strings.Contains(e.Error()+e.Hint, "hunter2") || strings.Contains(e.Error(), "PRIVATE")) {
			t.Errorf("the secret is told: %v", err)
		}
	}
}

// TestHostileFolder holds what is read of a folder with links, pipes and names
// that mean harm.
func TestHostileFolder(t *testing.T) {
	server := serve(t, "")
	dir := t.TempDir()
	for _, name := range []string{"a.csv", "b;rm -rf x.csv", "..csv", ".hidden.csv", "new\nline.csv", "\x1b[31mred.csv", "c $(id) `id`.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("id,name\n1,Ada\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "folder.csv"), 0o700), os.Symlink("a.csv", filepath.Join(dir, "link.csv"))); err != nil {
		t.Fatal(err)
	}
	conn := connectortest.Opened(t, sftp.Definition(), server.settings(dir+"/*.csv"))
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range objects {
		names = append(names, o.Name)
		if !o.ReadOnly {
			t.Errorf("%s of a glob can be written", o.Name)
		}
	}
	if got, want := strings.Join(names, "|"), "a.csv|b;rm -rf x.csv|c $(id) `id`.csv|link.csv"; got != want {
		t.Errorf("the objects are %q, want %q", got, want)
	}
	for path, kind := range map[string]connectors.ErrorKind{
		dir + "/folder.csv": connectors.Unreadable, dir + "/nobody.csv": connectors.NotFound, "/dev/zero": connectors.Unreadable, dir + "/x*": connectors.NotFound,
	} {
		set := server.settings(path)
		set.Values["format"] = schema.String("csv")
		_, err := connectortest.Count(t.Context(), connectortest.Opened(t, sftp.Definition(), set))
		connectortest.Says(t, err, kind, "")
	}
	set := server.settings(dir + "/a.csv")
	set.Values["largest"] = schema.Int(1)
	if err := os.Truncate(filepath.Join(dir, "a.csv"), 2<<20); err != nil {
		t.Fatal(err)
	}
	_, err = connectortest.Count(t.Context(), connectortest.Opened(t, sftp.Definition(), set))
	connectortest.Says(t, err, connectors.Unreadable, "larger than 1 MiB")
}

// TestLinkStays holds that the file behind a link is replaced, with its mode,
// and nothing is left beside it; and that an upload nobody finished goes.
func TestLinkStays(t *testing.T) {
	server := serve(t, "")
	path := file(t, "real.csv", "id,name\n1,Ada\n")
	link := filepath.Join(t.TempDir(), "link.csv")
	dead, young := filepath.Join(filepath.Dir(path), ".real.csv.syncline-A.tmp"), filepath.Join(filepath.Dir(path), ".real.csv.syncline-B.tmp")
	old := time.Now().Add(-48 * time.Hour)
	if err := errors.Join(os.Symlink(path, link), os.WriteFile(dead, nil, 0o600), os.WriteFile(young, nil, 0o600), os.Chtimes(dead, old, old)); err != nil {
		t.Fatal(err)
	}
	s, err := connectortest.Rename(t, connectortest.Opened(t, sftp.Definition(), server.settings(link)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 || content(t, path) != "id,name\n1,Augusta\n" {
		t.Errorf("%v %v %q", info.Mode(), err, content(t, path))
	}
	if to, err := os.Readlink(link); err != nil || to != path {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 2 {
		t.Errorf("beside the file lie %v", left)
	}
}

// TestDiskFull holds that a file stays as it is when there is no room for the
// new one.
func TestDiskFull(t *testing.T) {
	server := serve(t, "trap '' XFSZ; ulimit -f 64;")
	text := "id,name\n1,Ada\n" + strings.Repeat("2,"+strings.Repeat("x", 97)+"\n", 2000)
	path := file(t, "a.csv", text)
	s, err := connectortest.Rename(t, connectortest.Opened(t, sftp.Definition(), server.settings(path)))
	if err != nil {
		t.Fatal(err)
	}
	connectortest.Says(t, s.Commit(t.Context()), connectors.Failed, "disk full")
	if content(t, path) != text {
		t.Error("the file is another")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside the file lie %v", left)
	}
}

// TestReadOnlyServer holds what is said where nothing may be written.
func TestReadOnlyServer(t *testing.T) {
	server := serve(t, "", "Subsystem sftp internal-sftp -R")
	path := file(t, "a.csv", "id,name\n1,Ada\n")
	conn := connectortest.Opened(t, sftp.Definition(), server.settings(path))
	if n, err := connectortest.Count(t.Context(), conn); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	s, err := connectortest.Rename(t, conn)
	if err == nil {
		err = s.Commit(t.Context())
	}
	if kind := connectors.KindOf(err); kind != connectors.Denied && kind != connectors.Unsupported {
		t.Errorf("%v: %v", kind, err)
	}
}

// TestConnectionIsCut cuts the connection at random places of a session: the
// file is the old one or the new one, never a half, and only an error of kind
// uncertain leaves open which.
func TestConnectionIsCut(t *testing.T) {
	server := serve(t, "")
	before := "id,name\n1,Ada\n" + strings.Repeat("2,somebody else\n", 20_000)
	after := strings.Replace(before, "Ada", "Augusta", 1)
	rng := rand.New(rand.NewPCG(1, 2))
	cut := 0
	for i := range 24 {
		path := file(t, "a.csv", before)
		proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "sea", "127.0.0.1:0", server.address)
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		stream := []string{"upstream", "downstream"}[i%2]
		toxic, _ := json.Marshal(map[string]any{"type": "limit_data", "stream": stream, "attributes": map[string]int{"bytes": 1000 + rng.IntN(1_200_000)}})
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(string(toxic))); err != nil {
			t.Fatal(err)
		}
		err := session(t, server.at(proxy.Listen, path))
		proxy.Stop()
		got := content(t, path)
		switch {
		case got != before && got != after:
			t.Fatalf("%s: the file is neither the old one nor the new one: %d bytes", toxic, len(got))
		case err == nil && got != after:
			t.Errorf("%s: it was written, and the file is the old one", toxic)
		case err != nil && connectors.KindOf(err) != connectors.Uncertain && got != before:
			t.Errorf("%s: %v, and the file is the new one", toxic, err)
		}
		if err != nil {
			cut++
		}
	}
	if cut < 6 || cut == 24 {
		t.Errorf("of 24 sessions %d were cut: the places say too little", cut)
	}
}

func session(t *testing.T, set connectors.Settings) error {
	set.Values["silence"] = schema.String("2s")
	conn, err := sftp.Definition().Open(t.Context(), set)
	if err != nil {
		return err
	}
	defer conn.Close()
	s, err := connectortest.Rename(t, conn)
	if err != nil {
		return err
	}
	return s.Commit(t.Context())
}

// TestAnswerToTheRenameIsLost holds that a rename whose answer never came is
// uncertain, and that the stamp tells afterwards what happened.
func TestAnswerToTheRenameIsLost(t *testing.T) {
	server := serve(t, "")
	path := file(t, "a.csv", "id,name\n1,Ada\n")
	was := content(t, path)
	address := between(t, server.address, func() bool {
		text, err := os.ReadFile(path)
		return err == nil && string(text) != was
	})
	s, err := connectortest.Rename(t, connectortest.Opened(t, sftp.Definition(), server.at(address, path)))
	if err != nil {
		t.Fatal(err)
	}
	stamp, err := s.(connectors.Sealer).Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	connectortest.Says(t, s.Commit(t.Context()), connectors.Uncertain, "may have been replaced")
	now, err := connectortest.Opened(t, sftp.Definition(), server.settings(path)).(connectors.Stamper).Stamp(t.Context(), connectortest.People())
	if err != nil || now != stamp || content(t, path) != "id,name\n1,Augusta\n" {
		t.Errorf("the stamp is %s, want %s; %v", now, stamp, err)
	}
}

// between passes bytes on until it is enough: then nothing comes back any more.
func between(t *testing.T, to string, enough func() bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			go func() { io.Copy(far, near); far.Close() }()
			go func() {
				defer near.Close()
				b := make([]byte, 32<<10)
				for {
					n, err := far.Read(b)
					if err != nil || enough() {
						return
					}
					near.Write(b[:n])
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestServerSaysNothing holds that a server that is there and does not answer
// keeps nobody for long, nor does one that nobody waits for.
func TestServerSaysNothing(t *testing.T) {
	server := serve(t, "")
	path := file(t, "a.csv", "id,name\n1,Ada\n")
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "sea", "127.0.0.1:0", server.address)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	defer proxy.Stop()
	set := server.at(proxy.Listen, path)
	set.Values["silence"] = schema.String("500ms")
	conn := connectortest.Opened(t, sftp.Definition(), set)
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(`{"name":"mute","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`)); err != nil {
		t.Fatal(err)
	}
	_, err := connectortest.Count(t.Context(), conn)
	connectortest.Says(t, err, connectors.Unavailable, "said nothing for 500ms")
	if err := proxy.Toxics.RemoveToxic(t.Context(), "mute"); err != nil {
		t.Fatal(err)
	}
	if n, err := connectortest.Count(t.Context(), conn); err != nil || n != 1 {
		t.Errorf("when it speaks again: %d, %v", n, err)
	}
}
