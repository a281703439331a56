//go:build unix

package main

import (
	"bytes"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector takes spans as a collector does.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracepb.Span
	raw   []byte
}

func newCollector(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var got coltrace.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &got)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw = append(c.raw, body...)
		for _, of := range got.ResourceSpans {
			for _, scope := range of.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// TestServeTraces: a collector hears of passes, reads and writes, under the
// ids of the journal, and of nobody.
func TestServeTraces(t *testing.T) {
	c, d := newCollector(t), newDesk(t, "unlink")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	p := startServe(t, d.folder)
	p.until("(load): ")
	p.ends(10 * time.Second)
	found, err := exec.Command("syncline", "audit", "search", "-json", d.folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, found)
	}
	passes, names := map[string]string{}, map[string]int{} // the span of each trace's pass
	for _, s := range c.spans {
		if names[s.Name]++; s.Name == "pass" {
			passes[string(s.TraceId)] = string(s.SpanId)
			id := hex.EncodeToString(s.TraceId)
			run := strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-")
			if len(s.ParentSpanId) > 0 || s.EndTimeUnixNano < s.StartTimeUnixNano {
				t.Errorf("a pass stands under %x, and goes from %d to %d", s.ParentSpanId, s.StartTimeUnixNano, s.EndTimeUnixNano)
			}
			if names["pass"] == 1 && !bytes.Contains(found, []byte(run)) {
				t.Errorf("the journal knows no run %s", run)
			}
		}
	}
	if names["pass"] < 1 || names["reading"] < 2 || names["writing"] < 1 {
		t.Errorf("the collector heard of %v", names)
	}
	for _, s := range c.spans {
		if s.Name != "pass" && passes[string(s.TraceId)] != string(s.ParentSpanId) {
			t.Errorf("%s stands under %x", s.Name, s.ParentSpanId)
		}
	}
	for _, canary := range []string{"ada@", "Grace", "example.com", "51001", "1985-12", d.folder} {
		if bytes.Contains(c.raw, []byte(canary)) {
			t.Errorf("the collector heard of %s", canary)
		}
	}
}

// ends tells the process to end, and holds it to a time.
func (p *serveProcess) ends(within time.Duration) {
	p.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.Errorf("it ended with %v", err)
	}
	if took := time.Since(began); took > within {
		p.Errorf("it ended after %v", took)
	}
}

// TestServeDeafCollector: a collector that takes the connection and says
// nothing holds up neither a pass nor the end.
func TestServeDeafCollector(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := newDesk(t, "unlink")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+l.Addr().String())
	p := startServe(t, d.folder)
	p.until("(load): ")
	p.ends(30 * time.Second)
}
