package engine_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestADoubtIsNotSettledBlindly: somebody was created, the answer is lost, and
// whom the search then finds cannot be read. As long as that lasts, nobody is
// created; once it can be read, it is the one. R2.1
func TestADoubtIsNotSettledBlindly(t *testing.T) {
	x := newTroubled(t, false)
	x.hire(6)
	x.hire(7) // who is there already
	x.crm.wrong(func(at *exchange) {
		switch at.what {
		case atCreate:
			at.answer()
			at.hang("", false)
		case atFind:
			_, body := at.answer()
			at.say(200, "application/json", []byte(strings.ReplaceAll(string(body), `"id":`, `"was":`)))
		default:
			at.sound()
		}
	}, nil)
	for range 3 {
		s, _ := x.attempt()
		if p := s.Pipelines[0]; !p.Short() && p.Waiting+p.Reviews == 0 {
			t.Errorf("nothing is said of it: %+v", p)
		}
		if now := x.crm.names(); len(now["6@x.test"]) > 1 || len(now["7@x.test"]) != 1 {
			t.Fatalf("somebody was created twice: %q", now)
		}
	}
	x.crm.wrong(nil, nil)
	x.recovers(map[string]string{
		"1@x.test": "name 1", "2@x.test": "name 2", "3@x.test": "name 3", "4@x.test": "name 4", "5@x.test": "name 5", "6@x.test": "name 6", "7@x.test": "name 7",
	})
}

const nowhereHead = `## Where nobody answers

The same people, and the address of the API leads, in two runs, to what the row says. Nothing is sent there that another
could read, and everything below *Bad answers* holds here too (` + "`TestNobodyAnswers`" + `).

| the address leads to | comes to | says |
| --- | --- | --- |
`

// TestNobodyAnswers holds what becomes of an API that is not reached, or is not
// who it should be.
func TestNobodyAnswers(t *testing.T) {
	local := []net.IP{net.IPv4(127, 0, 0, 1)}
	rows := []struct {
		what    string
		address func(t *testing.T, sound string) string
	}{
		{"a name that nobody has", func(*testing.T, string) string { return "http://no-such-host.invalid" }},
		{"a port where nobody listens", closedPort},
		{"a server that speaks no TLS", func(_ *testing.T, sound string) string { return "https://" + sound }},
		{"a certificate that nobody vouches for", certified(x509.Certificate{IPAddresses: local, NotAfter: time.Now().Add(time.Hour)})},
		{"a certificate that has expired", certified(x509.Certificate{IPAddresses: local, NotAfter: time.Now().Add(-time.Hour)})},
		{"another host's certificate", certified(x509.Certificate{DNSNames: []string{"example.com"}, NotAfter: time.Now().Add(time.Hour)})},
		{"a handshake that never ends", silent},
	}
	lines := make([]string, len(rows))
	t.Run("rows", func(t *testing.T) {
		for i, r := range rows {
			t.Run(r.what, func(t *testing.T) {
				t.Parallel()
				lines[i] = "| " + r.what + " | " + nowhere(t, r.address) + " |\n"
			})
		}
	})
	if !t.Failed() {
		holdsTable(t, "Where nobody answers", nowhereHead+strings.Join(lines, ""))
	}
}

func nowhere(t *testing.T, address func(*testing.T, string) string) string {
	x := newTroubled(t, false)
	sound := x.host
	x.rename(1, "one edited")
	x.crm.edit("2@x.test", "two edited")
	x.hire(7)
	x.logged = nil
	x.use(address(t, sound))
	asked := x.crm.requests()
	c := x.outcome(x.attempt())
	x.attempt()
	if n := x.crm.requests() - asked; n != 0 || c.outcome != stops {
		t.Errorf("%s, and %d requests came through", c.outcome, n)
	}
	x.use("http://" + sound)
	x.recovers(map[string]string{
		"1@x.test": "one edited", "2@x.test": "two edited", "3@x.test": "name 3", "4@x.test": "name 4", "5@x.test": "name 5", "7@x.test": "name 7",
	})
	says := c.says
	for _, known := range []string{"the host's name has no address", "connection refused", "speaks no TLS", "unknown authority", "expired", "not accepted", "did not answer in time"} {
		if strings.Contains(says, known) {
			return c.outcome + " | " + known
		}
	}
	t.Errorf("it says %q", says)
	return c.outcome + " | " + says
}

// closedPort is an address that was a server's.
func closedPort(t *testing.T, _ string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// silent is a server that takes connections and says nothing.
func silent(t *testing.T, _ string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
		}
	}()
	t.Cleanup(func() { l.Close() })
	return "https://" + l.Addr().String()
}

// certified is a server with a certificate that it signed itself.
func certified(c x509.Certificate) func(*testing.T, string) string {
	return func(t *testing.T, _ string) string {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c.SerialNumber, c.NotBefore = big.NewInt(1), c.NotAfter.Add(-2*time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, &c, &c, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came through") }))
		s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		return s.URL
	}
}
