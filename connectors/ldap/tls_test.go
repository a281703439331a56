package ldap

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// certificate makes a certificate that is its own authority.
func certificate(t *testing.T, names ...string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, DNSNames: names,
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", secret)
}

// TestTLS speaks to a server with a certificate of its own.
func TestTLS(t *testing.T) {
	cert, key := certificate(t, "localhost")
	secure := free(t)
	p := newPlace(t, connectortest.Directory{
		Secure: secure, Files: map[string]string{"cert.pem": cert, "key.pem": key},
		Config: "TLSCertificateFile {dir}/cert.pem\nTLSCertificateKeyFile {dir}/key.pem\nTLSCACertificateFile {dir}/cert.pem\n",
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte(cert), 0o600); err != nil {
		t.Fatal(err)
	}
	_, plainPort, _ := net.SplitHostPort(strings.TrimPrefix(p.server.URL, "ldap://"))
	_, securePort, _ := net.SplitHostPort(secure)
	for name, x := range map[string]struct {
		url, ca, says string
		start         schema.Value
	}{
		"ldaps":           {url: "ldaps://localhost:" + securePort, ca: ca},
		"start_tls":       {url: "ldap://localhost:" + plainPort, ca: ca, start: schema.Bool(true)},
		"unknown":         {url: "ldaps://localhost:" + securePort, says: "signed by nobody known"},
		"start unknown":   {url: "ldap://localhost:" + plainPort, start: schema.Bool(true), says: "TLS"},
		"another name":    {url: "ldaps://127.0.0.1:" + securePort, ca: ca, says: "another name"},
		"no certificate":  {url: "ldaps://localhost:" + securePort, ca: filepath.Join(p.server.Dir, "key.pem"), says: "no certificate"},
		"no file":         {url: "ldaps://localhost:" + securePort, ca: "nowhere.pem", says: "nowhere.pem"},
		"a plain server":  {url: "ldaps://localhost:" + plainPort, ca: ca, says: "TLS"},
		"plain, loopback": {url: "ldap://localhost:" + plainPort},
	} {
		s := settings(x.url, "dc=test")
		s.Values["ca_file"] = schema.String(x.ca)
		if x.start.Is() {
			s.Values["start_tls"] = x.start
		}
		c, err := Definition().Open(t.Context(), s)
		switch {
		case x.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)):
			t.Errorf("%s: %v, want it to say %q", name, err, x.says)
		}
		if err == nil {
			c.Close()
		}
	}
}

// TestStartTLSIsNotStripped holds that a server which does not turn to TLS
// hears no password.
func TestStartTLSIsNotStripped(t *testing.T) {
	p := newPlace(t, connectortest.Directory{}) // without a certificate
	s := settings(p.server.URL, "dc=test")
	s.Values["start_tls"] = schema.Bool(true)
	heard := 0
	g := newGate(t, strings.TrimPrefix(p.server.URL, "ldap://"), bindOp)
	g.set(func() bool { heard++; return true }, nil)
	s.Values["url"] = schema.String(g.url)
	if _, err := Definition().Open(t.Context(), s); connectors.KindOf(err) != connectors.Unavailable || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("%v", err)
	}
	if heard != 0 {
		t.Error("the server heard a bind")
	}
}

// far is a connection to another machine.
type far struct{ net.Conn }

func (far) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 389} }

// TestNothingGoesUnencryptedElsewhere holds that the first word to another
// machine is StartTLS, and that there is none where that is refused.
func TestNothingGoesUnencryptedElsewhere(t *testing.T) {
	for _, refuses := range []bool{false, true} {
		ours, theirs := net.Pipe()
		first := make(chan *ber.Packet, 1)
		go func() {
			packet, _ := ber.ReadPacket(theirs)
			theirs.Close()
			first <- packet
		}()
		s := settings("ldap://directory.example", "dc=test")
		if refuses {
			s.Values["start_tls"] = schema.Bool(false)
		}
		to, err := targetOf(s)
		if err != nil {
			t.Fatal(err)
		}
		_, err = to.greet(context.Background(), far{ours})
		packet := <-first
		if err == nil || refuses != strings.Contains(err.Error(), "unencrypted") {
			t.Errorf("refused %v: %v", refuses, err)
		}
		if refuses != (packet == nil) || packet != nil && !bytes.Contains(packet.Bytes(), []byte("1.3.6.1.4.1.1466.20037")) {
			t.Errorf("refused %v: it says %v", refuses, packet)
		}
	}
}

// TestServerThatSaysNothing holds that opening ends.
func TestServerThatSaysNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, scheme := range []string{"ldap", "ldaps"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = Definition().Open(ctx, settings(scheme+"://"+l.Addr().String(), "dc=test"))
		cancel()
		if connectors.KindOf(err) != connectors.Unavailable {
			t.Errorf("%s: %v is %v", scheme, err, connectors.KindOf(err))
		}
	}
	l.Close()
	if _, err = Definition().Open(t.Context(), settings("ldap://"+l.Addr().String(), "dc=test")); connectors.KindOf(err) != connectors.Unavailable {
		t.Errorf("nobody listens: %v is %v", err, connectors.KindOf(err))
	}
}
