package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"syncline/engine/state"
)

// longestSocket is how long the path of a socket may be.
const longestSocket = 100

// Request is a command line of another process, about the state that is served.
type Request struct {
	Args    []string `json:"args"`
	Folder  string   `json:"folder"` // where it was given: relative paths start there
	Columns int      `json:"columns"`
	Color   bool     `json:"color"`
	User    string   `json:"user"`
}

// Command carries out a request and returns the exit code.
type Command func(ctx context.Context, r Request, out, err io.Writer) int

// frame is a piece of what a command prints, or its end.
type frame struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Code *int   `json:"code,omitempty"`
}

// openSocket listens for the other commands. Who may open the state's folder
// may reach it, and nobody else.
func (c *Console) openSocket() error {
	if len(c.o.Socket) > longestSocket {
		return fmt.Errorf("the path of the socket %s is longer than %d bytes: give the state a shorter folder", c.o.Socket, longestSocket)
	}
	if err := os.Remove(c.o.Socket); err != nil && !os.IsNotExist(err) { // of a process that was killed: whoever serves holds the state
		return err
	}
	l, err := net.Listen("unix", c.o.Socket)
	if err != nil {
		return err
	}
	if err := os.Chmod(c.o.Socket, 0o600); err != nil {
		return errors.Join(err, l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /command", c.command)
	c.serve(l, mux)
	return nil
}

func (c *Console) command(w http.ResponseWriter, r *http.Request) {
	var req Request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit)).Decode(&req); err != nil {
		http.Error(w, "no command", http.StatusBadRequest)
		return
	}
	f := &frames{to: json.NewEncoder(w), flush: http.NewResponseController(w).Flush}
	code := c.o.Command(r.Context(), req, writer(func(b []byte) error { return f.send(frame{Out: b}) }), writer(func(b []byte) error { return f.send(frame{Err: b}) }))
	_ = f.send(frame{Code: &code}) // whoever asked is gone
}

// frames sends pieces, one at a time.
type frames struct {
	mu    sync.Mutex
	to    *json.Encoder
	flush func() error
}

func (f *frames) send(x frame) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.to.Encode(x), f.flush())
}

type writer func([]byte) error

// Write implements io.Writer.
func (w writer) Write(b []byte) (int, error) { return len(b), w(b) }

// Ask has the process that serves the state of a folder carry out a command,
// and returns its exit code.
func Ask(ctx context.Context, folder string, r Request, out, errs io.Writer) (int, error) {
	path := filepath.Join(folder, state.SocketName)
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	defer client.CloseIdleConnections()
	body, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://serve/command", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the process that serves answered %s", resp.Status)
	}
	for d := json.NewDecoder(resp.Body); ; {
		var f frame
		if err := d.Decode(&f); err != nil {
			return 0, fmt.Errorf("the process that serves broke off: %w", err)
		}
		_, err := out.Write(f.Out)
		_, other := errs.Write(f.Err)
		if err = errors.Join(err, other); err != nil {
			return 0, err
		}
		if f.Code != nil {
			return *f.Code, nil
		}
	}
}
