package s3_test

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// gateway is an S3 server of the test's own: Versity's, over a folder.
type gateway struct {
	address string
	folder  string // each bucket is a folder in it
	id, key string
	made    atomic.Int32
}

func serve(t testing.TB) *gateway {
	t.Helper()
	const program = "testdata/server/versitygw"
	if _, err := os.Stat(program); err != nil {
		connectortest.Demanded(t, "no S3 server: run go build -o versitygw github.com/versity/versitygw/cmd/versitygw in connectors/s3/testdata/server")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{address: free.Addr().String(), folder: t.TempDir(), id: "AKIA" + rand.Text(), key: rand.Text() + "/+" + rand.Text()}
	free.Close()
	c := exec.Command(program, "--port", g.address, "posix", g.folder)
	c.Env = append(os.Environ(), "ROOT_ACCESS_KEY_ID="+g.id, "ROOT_SECRET_ACCESS_KEY="+g.key)
	stdout, err := c.StdoutPipe()
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
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.Contains(lines.Text(), "http://"+g.address) {
			go io.Copy(io.Discard, stdout)
			g.await(t)
			return g
		}
	}
	t.Fatal("the server did not start")
	return nil
}

// await waits until the server takes connections, which it says just before.
func (g *gateway) await(t testing.TB) {
	t.Helper()
	for range 2000 {
		if conn, err := net.Dial("tcp", g.address); err == nil {
			conn.Close()
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatal("the server takes no connections")
}

// bucket is a bucket of the server's, and somebody else who uses it.
type bucket struct {
	testing.TB
	g    *gateway
	name string
}

func (g *gateway) bucket(t testing.TB) *bucket {
	t.Helper()
	b := &bucket{t, g, fmt.Sprintf("hr.bucket-%d", g.made.Add(1))}
	b.do("PUT", "", nil, "")
	return b
}

// do sends a request of the other program's; target is a key and a query, escaped.
func (b *bucket) do(method, target string, header http.Header, body string) (string, http.Header) {
	b.Helper()
	req, err := http.NewRequest(method, "http://"+b.g.address+"/"+b.name+"/"+target, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	b.g.sign(b, req, body)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode >= 300 {
		b.Fatalf("%s %s: %s %s", method, target, resp.Status, text)
	}
	return string(text), resp.Header
}

// sign signs a request as the holder of the key does.
func (g *gateway) sign(t testing.TB, req *http.Request, body string) {
	sum := sha256.Sum256([]byte(body))
	req.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	s := signer.NewSigner(func(o *signer.SignerOptions) { o.DisableURIPathEscaping = true })
	credential := aws.Credentials{AccessKeyID: g.id, SecretAccessKey: g.key}
	if err := s.SignHTTP(req.Context(), credential, req, hex.EncodeToString(sum[:]), "s3", "us-east-1", time.Now()); err != nil {
		t.Error(err)
	}
}

func (b *bucket) put(key, text string) { b.Helper(); b.do("PUT", key, nil, text) }

func (b *bucket) get(key string) string {
	b.Helper()
	text, _ := b.do("GET", key, nil, "")
	return text
}

// lay puts a file of a size where the server finds it as an object.
func (b *bucket) lay(key string, size int64) {
	b.Helper()
	at := filepath.Join(b.g.folder, b.name, key)
	if err := os.WriteFile(at, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.Truncate(at, size); err != nil {
		b.Fatal(err)
	}
}

func (b *bucket) settings(path string) connectors.Settings { return b.at(b.g.address, path) }

// at are the settings for a server that is reached elsewhere.
func (b *bucket) at(address, path string) connectors.Settings {
	secrets := map[string]string{"access_key": b.g.id, "secret_key": b.g.key}
	return connectors.Settings{
		System: "export",
		Values: map[string]schema.Value{
			"url": schema.String("http://" + address), "bucket": schema.String(b.name), "path": schema.String(path),
		},
		Secret: func(name string) (string, error) {
			if text, ok := secrets[name]; ok {
				return text, nil
			}
			return "", fmt.Errorf("setting %q: %w", name, connectors.ErrNoSecret)
		},
	}
}
