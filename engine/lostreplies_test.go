package engine_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors/connectortest"
	"syncline/engine"
)

// swallow is a proxy before a server: of half the connections that write, it
// brings the request and loses the reply; of some others it loses the request.
type swallow struct {
	server string

	mu    sync.Mutex
	rng   *rand.Rand
	sent  int // requests that write
	lost  int // whose reply was lost
	never int // that did not arrive
}

func (s *swallow) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go s.carry(c)
	}
}

// carry brings one request, which the server answers and ends the connection.
func (s *swallow) carry(c net.Conn) {
	defer c.Close()
	request, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	arrives, heard := s.fate(request.Method != http.MethodGet)
	if !arrives {
		return
	}
	server, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer server.Close()
	request.Close = true
	if request.Write(server) != nil {
		return
	}
	reply, err := io.ReadAll(server)
	if err == nil && heard {
		c.Write(reply)
	}
}

// fate draws what becomes of a request, and of its reply.
func (s *swallow) fate(writes bool) (arrives, heard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !writes {
		return true, true
	}
	s.sent++
	switch s.rng.IntN(8) {
	case 0, 1, 2, 3:
		s.lost++
		return true, false
	case 4:
		s.never++
		return false, false
	}
	return true, true
}

const lostPipeline = `
system "hr" {
  connector = "sqlite"
  path      = "hr.db"
}
system "helpdesk" {
  connector = "rt"
  url       = "URL"
  token     = secret("env:TOKEN")
}
notify "ops" { connector = "log" }
entity "task" {
  attribute "subject" {
    type = "string"
  }
  attribute "queue" {
    type = "string"
  }
}
pipeline "tasks" {
  entity = "task"
  alert  = notify.ops
  source "hr" {
    object = "tasks"
  }
  source "helpdesk" {
    object = "tickets"
    allow  = ["read", "create", "update"]
  }
  match {
    key "subject" { field = "subject" }
  }
  fields "hr -> helpdesk" {
    field "subject" {
      hr       = "subject"
      helpdesk = "Subject"
    }
    field "queue" {
      hr       = "queue"
      helpdesk = "Queue"
    }
  }
}
`

// TestLostReplies makes tickets at a real Request Tracker over a network that
// loses the replies of half the requests that write: every task has exactly one
// ticket in the end, as Request Tracker's own count says.
func TestLostReplies(t *testing.T) {
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	free := listen()
	free.Close()
	rt := connectortest.RequestTracker(t, free.Addr().String())
	l := listen()
	defer l.Close()
	proxy := &swallow{server: strings.TrimPrefix(rt.URL, "http://"), rng: rand.New(rand.NewPCG(1, 2))}
	go proxy.serve(l)

	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(strings.Replace(lostPipeline, "URL", "http://"+l.Addr().String(), 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "hr.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const tasks = 12
	if _, err := db.Exec("CREATE TABLE tasks (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, queue TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	for i := range tasks {
		if _, err := db.Exec("INSERT INTO tasks (subject, queue) VALUES (?, 'Onboarding')", fmt.Sprintf(`A laptop for "No %d"`, i)); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	e, c := opened(t, folder, engine.Options{
		Clock: func() time.Time { return now },
		Env:   func(name string) (string, bool) { return rt.Token, name == "TOKEN" },
	})
	runs := 0
	for done := false; !done; runs++ {
		if runs == 20 {
			t.Fatal("it has not come to rest after 20 runs")
		}
		s, err := e.Run(t.Context(), c, engine.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		p := s.Pipelines[0]
		t.Logf("run %d: %s %+v", runs, p.Failed, p.Ends[1])
		done = p.Failed == "" && p.Linked == tasks && p.Ends[1].Created == 0 && p.Ends[1].InFlight == 0
		now = now.Add(time.Minute)
	}
	for i := range tasks {
		subject := fmt.Sprintf(`A laptop for "No %d"`, i)
		if n := rt.Count(t, subject); n != 1 {
			t.Errorf("%s: %d tickets", subject, n)
		}
	}
	if proxy.lost < tasks/3 {
		t.Errorf("only %d replies were lost", proxy.lost)
	}
	t.Logf("%d tasks, %d runs; of %d requests that write %d replies were lost and %d did not arrive", tasks, runs, proxy.sent, proxy.lost, proxy.never)
}
