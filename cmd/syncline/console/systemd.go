package console

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"
)

// Supervisor is the service manager that started the process, as systemd tells
// by its environment. Where there is none, nothing is told.
type Supervisor struct {
	socket   string
	watchdog time.Duration
}

// Supervised reads who started the process.
func Supervised(env func(string) (string, bool)) *Supervisor {
	s := &Supervisor{}
	s.socket, _ = env("NOTIFY_SOCKET")
	if text, ok := env("WATCHDOG_USEC"); ok {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			s.watchdog = time.Duration(n) * time.Microsecond
		}
	}
	return s
}

// Tell says how the process stands: READY=1, RELOADING=1, STOPPING=1, STATUS=….
func (s *Supervisor) Tell(lines ...string) error {
	if s.socket == "" {
		return nil
	}
	name := s.socket
	if strings.HasPrefix(name, "@") {
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte(strings.Join(lines, "\n")))
	return err
}

// Watch tells, twice in the time that the supervisor waits, that alive still
// says so, until the context ends.
func (s *Supervisor) Watch(ctx context.Context, alive func() bool) {
	if s.socket == "" || s.watchdog <= 0 {
		return
	}
	tick := time.NewTicker(s.watchdog / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if alive() {
				_ = s.Tell("WATCHDOG=1") // whoever does not hear it starts us anew
			}
		}
	}
}
