package console

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are made in the process, so that their
// time can be simulated.
type pipes struct {
	made  chan net.Conn
	ended chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.made:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.ended)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestASlowDelivery holds that who sends the head or the body of a request a byte
// at a time is cut off, and keeps no place.
func TestASlowDelivery(t *testing.T) {
	const head = "POST /hooks/ats HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
	for what, sent := range map[string]string{"a head": "", "a body": head} {
		synctest.Test(t, func(t *testing.T) {
			l := &pipes{make(chan net.Conn), make(chan struct{})}
			c := &Console{}
			c.serve(l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err == nil {
					t.Error("a body that never came to its end was taken")
				}
			}))
			ours, theirs := net.Pipe()
			l.made <- theirs
			go func() { _, _ = io.Copy(io.Discard, ours) }() // what is answered
			began := time.Now()
			_, err := io.WriteString(ours, sent)
			for i := 0; err == nil; i++ {
				if time.Since(began) > time.Minute {
					t.Fatalf("%s was still waited for after a minute", what)
				}
				time.Sleep(time.Second)
				_, err = fmt.Fprint(ours, (head + "x")[i%len(head):][:1])
			}
			if took := time.Since(began); took > 25*time.Second {
				t.Errorf("%s was cut off after %v", what, took)
			}
			if err := c.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
