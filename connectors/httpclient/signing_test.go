package httpclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
)

// TestEachAttemptIsSigned holds that a request is signed with all it has, once for
// each attempt, and not where it gets no credential.
func TestEachAttemptIsSigned(t *testing.T) {
	var seen []string
	c := made(t, Options{
		Bare: []string{"store.example.com"},
		Auth: Signing{Sign: func(req *http.Request) {
			req.Header.Set("Authorization", fmt.Sprintf("%s %s %d", req.Header.Get("If-Match"), req.Header.Get("User-Agent"), req.ContentLength))
		}, Secrets: []string{"hunter2222"}},
		Sleep: func(context.Context, time.Duration) error { return nil },
		Record: network(func(req *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(req.Body)
			seen = append(seen, req.Method+" "+req.URL.Host+" "+req.Header.Get("Authorization")+" "+string(body))
			switch len(seen) {
			case 1:
				return reply(req, 429, nil, ""), nil
			case 2:
				return reply(req, 307, map[string]string{"Location": "https://store.example.com/x"}, ""), nil
			}
			return reply(req, 200, nil, ""), nil
		}),
	})
	whole := strings.NewReader("-a body-")
	r := &Request{Method: "PUT", Path: "x", Header: http.Header{"If-Match": {`"1"`}}, From: io.NewSectionReader(whole, 1, 6)}
	if _, err := c.Do(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want := []string{`PUT api.example.com "1" syncline 6 a body`, `PUT api.example.com "1" syncline 6 a body`, `PUT store.example.com  a body`}
	if !slices.Equal(seen, want) {
		t.Errorf("%q, want %q", seen, want)
	}
	if _, err := New(Options{Base: address(t, "https://a.example.com"), Auth: Signing{}}); err == nil {
		t.Error("what signs nothing is taken")
	}
}

// TestABodyThatIsNotWanted holds that a server which refuses a request by its
// header alone is not sent the body, where it is asked first.
func TestABodyThatIsNotWanted(t *testing.T) {
	server := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPreconditionFailed) })
	c := made(t, Options{Base: address(t, server.URL)})
	whole := &counted{strings.NewReader(strings.Repeat("x", 8<<20)), 0}
	_, err := c.Do(t.Context(), &Request{Method: "PUT", Path: "x", Header: http.Header{"Expect": {"100-continue"}}, From: io.NewSectionReader(whole, 0, 8<<20)})
	if connectors.KindOf(err) != connectors.Moved || whole.read > 0 {
		t.Errorf("%v, and %d bytes were read", err, whole.read)
	}
}

// TestAServerThatHangsUp holds that an answer arrives which a server gives before
// it has read the body that it asked for, and that is lost where the body is on
// its way; some read the beginning of it first.
func TestAServerThatHangsUp(t *testing.T) {
	for _, taken := range []int64{0, 8 << 10} {
		server := served(t, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
			_, _ = io.CopyN(io.Discard, conn, taken)
			_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
			most := int64(0)
			if taken > 0 {
				most = little
			}
			if n, _ := io.CopyN(io.Discard, conn, most+1); n <= most {
				_, _ = io.WriteString(conn, "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n")
			}
		})
		c := made(t, Options{Base: address(t, server.URL)})
		whole := io.NewSectionReader(strings.NewReader(strings.Repeat("x", 8<<20)), 0, 8<<20)
		resp, err := c.Do(t.Context(), &Request{Method: "PUT", Path: "x", Header: http.Header{"Expect": {"100-continue"}}, From: whole, Safe: true})
		if connectors.KindOf(err) != connectors.Moved || resp == nil || resp.Attempts != 2 {
			t.Errorf("one that takes %d bytes: %v", taken, err)
		}
	}
}

// counted counts how often it is read.
type counted struct {
	io.ReaderAt
	read int
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	c.read++
	return c.ReaderAt.ReadAt(b, at)
}
