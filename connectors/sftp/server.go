package sftp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

// server is where the files are, and the connection to it.
type server struct {
	address, user, shown string
	silence              time.Duration
	login                []ssh.AuthMethod
	known                ssh.HostKeyCallback
	algorithms           []string // of the host keys that are known; nil: any

	mu   sync.Mutex
	live *live
}

// live is a connection that was not seen to end.
type live struct {
	*sftp.Client
	conn *ssh.Client
}

func (l *live) close() {
	l.conn.Close()
	l.Client.Close()
}

// trust reads which host keys are known.
func (s *server) trust(set connectors.Settings) error {
	text := strings.TrimSpace(set.Text("known_hosts"))
	if text == "" {
		s.known = func(string, net.Addr, ssh.PublicKey) error { return errors.New("known_hosts has none") }
		return nil
	}
	if fields := strings.Fields(text); len(fields) > 1 && !strings.ContainsAny(fields[0], "/\\.") {
		key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(text))
		if err != nil || len(bytes.TrimSpace(rest)) > 0 {
			return rowfile.Refuse("open", s.shown, "known_hosts is not one host key", `write it as in known_hosts = "ssh-ed25519 AAAA…"`)
		}
		s.known = func(_ string, _ net.Addr, shown ssh.PublicKey) error {
			if !bytes.Equal(shown.Marshal(), key.Marshal()) {
				return fmt.Errorf("known_hosts has %s %s", key.Type(), ssh.FingerprintSHA256(key))
			}
			return nil
		}
		s.algorithms = algorithmsOf(key.Type())
		return nil
	}
	known, err := knownhosts.New(set.Path("known_hosts"))
	if err != nil {
		return &connectors.Error{Kind: connectors.Refused, Op: "open", Where: s.shown, Hint: "name a file of known hosts, or write the host key itself", Err: fmt.Errorf("known_hosts: %w", err)}
	}
	s.known = known
	// The server is asked for a key of a kind that is known of it.
	var lacks *knownhosts.KeyError
	if errors.As(known(s.address, &net.TCPAddr{IP: net.IPv4zero}, nobody{}), &lacks) {
		for _, k := range lacks.Want {
			s.algorithms = append(s.algorithms, algorithmsOf(k.Key.Type())...)
		}
	}
	return nil
}

// nobody is the key of no server.
type nobody struct{}

// Type implements ssh.PublicKey.
func (nobody) Type() string { return "none" }

// Marshal implements ssh.PublicKey.
func (nobody) Marshal() []byte { return []byte("none") }

// Verify implements ssh.PublicKey.
func (nobody) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }

func algorithmsOf(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{keyType}
}

// client returns a connection: the one there is, or a new one.
func (s *server) client(ctx context.Context) (*live, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live != nil {
		return s.live, nil
	}
	l, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.live = l
	return l, nil
}

// lose forgets a connection that has ended.
func (s *server) lose(l *live) {
	s.mu.Lock()
	if s.live == l {
		s.live = nil
	}
	s.mu.Unlock()
	if l != nil {
		l.close()
	}
}

func (s *server) dial(ctx context.Context) (*live, error) {
	dialer := net.Dialer{Timeout: s.silence}
	plain, err := dialer.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, s.unavailable(ctx, err)
	}
	defer context.AfterFunc(ctx, func() { plain.Close() })()
	plain.SetDeadline(time.Now().Add(s.silence))
	var refused error
	config := &ssh.ClientConfig{
		User: s.user, Auth: s.login, HostKeyAlgorithms: s.algorithms, Timeout: s.silence,
		HostKeyCallback: func(host string, remote net.Addr, key ssh.PublicKey) error {
			if err := s.known(host, remote, key); err != nil {
				refused = s.stranger(key, err)
			}
			return refused
		},
	}
	conn, channels, requests, err := ssh.NewClientConn(plain, s.address, config)
	if err != nil {
		plain.Close()
		if refused != nil {
			return nil, refused
		}
		return nil, s.handshake(ctx, err)
	}
	client := ssh.NewClient(conn, channels, requests)
	files, err := sftp.NewClient(client)
	if err != nil {
		client.Close()
		return nil, &connectors.Error{Kind: connectors.Unavailable, Op: "open", Where: s.shown, Hint: "does the server offer SFTP to this user?", Err: err}
	}
	plain.SetDeadline(time.Time{})
	return &live{files, client}, nil
}

// stranger is the failure of a server whose host key is not the known one: it
// says what to check, and what to write once that was done.
func (s *server) stranger(key ssh.PublicKey, err error) error {
	line := key.Type() + " " + base64.StdEncoding.EncodeToString(key.Marshal())
	e := &connectors.Error{
		Kind: connectors.Denied, Op: "open", Where: s.shown,
		Hint: "ask whoever runs the server for the fingerprint of its host key; only if it is this one, write known_hosts = \"" + line + "\"",
		Err:  fmt.Errorf("its host key %s %s is not known: %w", key.Type(), ssh.FingerprintSHA256(key), err),
	}
	var other *knownhosts.KeyError
	if errors.As(err, &other) && len(other.Want) > 0 {
		e.Err = fmt.Errorf("its host key is %s %s, and known_hosts has another: the server was set up anew, or somebody stands between", key.Type(), ssh.FingerprintSHA256(key))
	} else if errors.As(err, &other) {
		e.Err = fmt.Errorf("its host key %s %s is not in known_hosts", key.Type(), ssh.FingerprintSHA256(key))
	}
	return e
}

// handshake is the failure of logging in.
func (s *server) handshake(ctx context.Context, err error) error {
	text := err.Error()
	switch {
	case ctx.Err() != nil:
		return s.unavailable(ctx, err)
	case strings.Contains(text, "unable to authenticate"):
		return &connectors.Error{Kind: connectors.Denied, Op: "open", Where: s.shown, Hint: "is the key among the user's authorized_keys, or the password right?", Err: fmt.Errorf("the server does not let %q in", s.user)}
	case strings.Contains(text, "no common algorithm for host key"):
		return &connectors.Error{Kind: connectors.Denied, Op: "open", Where: s.shown, Hint: "take known_hosts away once: the message then says what the server shows", Err: errors.New("the server has no host key of the kind that known_hosts has")}
	}
	return s.unavailable(ctx, err)
}

func (s *server) unavailable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("it said nothing for %s", s.silence)
	}
	return &connectors.Error{Kind: connectors.Unavailable, Op: "open", Where: s.shown, Err: err}
}

// watch ends a connection whose server says nothing, or that nobody waits for
// any more.
type watch struct {
	server *server
	live   *live
	timer  *time.Timer
	stop   func() bool
	ctx    context.Context
}

// watch begins an operation.
func (s *server) watch(ctx context.Context) (*watch, error) {
	l, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	w := &watch{server: s, live: l, ctx: ctx}
	w.timer = time.AfterFunc(s.silence, func() { l.conn.Close() })
	w.stop = context.AfterFunc(ctx, func() { l.conn.Close() })
	return w, nil
}

// alive notes that the server said something.
func (w *watch) alive() { w.timer.Reset(w.server.silence) }

// over ends the operation, and says what its failure means.
func (w *watch) over(op, where string, err error) error {
	silent := !w.timer.Stop()
	gone := !w.stop()
	if err == nil {
		if silent || gone {
			w.server.lose(w.live)
		}
		return nil
	}
	var known *connectors.Error
	if errors.As(err, &known) {
		return err
	}
	e := &connectors.Error{Op: op, Where: where, Err: rowfile.Bare(err)}
	var status *sftp.StatusError
	switch {
	case gone:
		e.Kind, e.Err = connectors.Unavailable, w.ctx.Err()
	case silent:
		e.Kind, e.Err = connectors.Unavailable, fmt.Errorf("the server said nothing for %s", w.server.silence)
	case errors.Is(err, fs.ErrNotExist):
		e.Kind, e.Hint = connectors.NotFound, "is the path of url right?"
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Hint = connectors.Denied, "may this user read and write the file, and its folder?"
	case errors.As(err, &status):
		e.Kind, e.Hint = connectors.Failed, "the server says no more than that; is its disk full, or a quota used up?"
		return e
	case local(err):
		return rowfile.Problem(op, where, err)
	default:
		e.Kind, e.Err = connectors.Unavailable, fmt.Errorf("the connection was lost: %w", err)
	}
	if gone || silent || e.Kind == connectors.Unavailable {
		w.server.lose(w.live)
	}
	return e
}

// local reports whether a failure is of this machine's disk.
func local(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p)
}
