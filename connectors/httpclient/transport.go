package httpclient

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// newTransport makes what carries requests: bounded in time, held to the
// guard, and without any habit of its own (it unpacks nothing and follows
// nothing).
func newTransport(o Options, g *guard) (*http.Transport, error) {
	trust, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	proxy, err := o.proxy(g)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            g.dial(net.Dialer{Timeout: o.Timeouts.Connect, KeepAlive: 30 * time.Second}),
		TLSClientConfig:        trust,
		TLSHandshakeTimeout:    o.Timeouts.Connect,
		ResponseHeaderTimeout:  o.Timeouts.Header,
		ExpectContinueTimeout:  time.Second, // of a request that has Expect
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
	}, nil
}

// proxy says through which proxy a request goes. A proxy is named by who runs
// Syncline, so that it may lie in a private network.
func (o Options) proxy(g *guard) (func(*http.Request) (*url.URL, error), error) {
	switch o.Proxy {
	case "direct":
		return nil, nil
	case "":
		env := httpproxy.FromEnvironment()
		for _, text := range []string{env.HTTPProxy, env.HTTPSProxy} {
			if u, err := url.Parse(text); err == nil && u.Host != "" {
				g.proxies[u.Hostname()] = true
			} else if host, _, err := net.SplitHostPort(text); err == nil {
				g.proxies[host] = true
			}
		}
		choose := env.ProxyFunc()
		return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }, nil
	}
	u, err := url.Parse(o.Proxy)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, errors.New("the proxy is not the URL of one: http://, https:// or socks5://, a host and a port")
	}
	g.proxies[u.Hostname()] = true
	return http.ProxyURL(u), nil
}

// config reads the files.
func (t TLS) config() (*tls.Config, error) {
	versions := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	c := &tls.Config{MinVersion: versions[cmp.Or(t.Minimum, "1.2")]}
	if c.MinVersion == 0 {
		return nil, fmt.Errorf("TLS version %q: only 1.2 and 1.3 are there", t.Minimum)
	}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("the authorities to trust cannot be read: %w", err)
		}
		if c.RootCAs, err = x509.SystemCertPool(); err != nil {
			c.RootCAs = x509.NewCertPool()
		}
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", t.CA)
		}
	}
	if (t.Certificate == "") != (t.Key == "") {
		return nil, errors.New("a client certificate needs its file and its key's")
	}
	if t.Certificate != "" {
		load := func() (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
			return &pair, err
		}
		if _, err := load(); err != nil {
			return nil, fmt.Errorf("the client certificate cannot be used: %w", err)
		}
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return load() }
	}
	return c, nil
}
