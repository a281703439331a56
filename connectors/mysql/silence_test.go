package mysql

import (
	"bytes"
	"context"
	"database/sql"
	"net"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

// held is a connection whose commit waits on its way to the server.
type held struct {
	net.Conn
	waits, goes chan struct{}
}

func (w *held) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("COMMIT")) {
		close(w.waits)
		<-w.goes
	}
	return w.Conn.Write(b)
}

// testCommitOnItsWay holds that nobody is said to be missing while a commit
// that would bring them is still on its way.
func testCommitOnItsWay(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+".people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20))")
	url, _ := s.Secret("url")
	config, err := configOf(url)
	if err != nil {
		t.Fatal(err)
	}
	waits, goes := make(chan struct{}), make(chan struct{})
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &held{Conn: c, waits: waits, goes: goes}, err
	}
	connector, err := driver.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	opening, err := connect(context.Background(), sql.OpenDB(connector), name, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer opening.Close()
	c := opening.(*sqltable.Conn)
	sel := selection(t, c, "")
	written := make(chan error, 1)
	go func() {
		_, err := c.Write(context.Background(), sel, []connectors.Change{create("a")})
		written <- err
	}()
	<-waits
	other := opened(t, s)
	query := []connectors.Query{{Paths: []string{"name"}, Values: [][]schema.Value{{schema.String("A")}}}}
	looking, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if found, err := other.Find(looking, selection(t, other, ""), query); err == nil {
		t.Errorf("it says that %d are there, while a commit is on its way", len(found[0]))
	}
	close(goes)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if found, err := other.Find(context.Background(), selection(t, other, ""), query); err != nil || len(found[0]) != 1 {
		t.Errorf("%+v %v", found, err)
	}
}

// testServerThatSaysNothing holds that a server that is there and does not
// answer ends a question.
func testServerThatSaysNothing(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+".people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20))")
	url, _ := s.Secret("url")
	patient, err := configOf(url)
	if err != nil || patient.Timeout != dialing || patient.ReadTimeout != silence {
		t.Fatalf("%v %v: %v", patient.Timeout, patient.ReadTimeout, err)
	}
	patient.Timeout, patient.ReadTimeout = dialing, 300*time.Millisecond
	hasty := patient.FormatDSN()
	s.Secret = func(string) (string, error) { return hasty, nil }
	c := opened(t, s)
	sel := selection(t, c, "")
	ctx := context.Background()
	conn, err := p.db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "LOCK TABLES "+name+".people WRITE"); err != nil {
		t.Fatal(err)
	}
	defer conn.ExecContext(ctx, "UNLOCK TABLES")
	if _, err := c.Get(ctx, sel, []string{"1"}); err == nil || connectors.KindOf(err) != connectors.Unavailable {
		t.Errorf("%v is %v", err, connectors.KindOf(err))
	}
}
