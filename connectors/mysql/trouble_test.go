package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

func set(name string, v schema.Value) connectors.Assignment {
	return connectors.Assignment{Path: schema.PathTo(name), Value: v}
}

func create(name string, more ...connectors.Assignment) connectors.Change {
	return connectors.Change{Verb: "create", Set: append([]connectors.Assignment{set("name", schema.String(name))}, more...)}
}

func opened(t *testing.T, s connectors.Settings) *sqltable.Conn {
	t.Helper()
	c, err := Definition().Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*sqltable.Conn)
}

// selection is everything in the table people.
func selection(t *testing.T, c *sqltable.Conn, revision string) *connectors.Selection {
	t.Helper()
	objects, err := c.Objects(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.Name == "people" {
			return &connectors.Selection{Object: "people", Revision: revision, Shape: schema.NewShape(o.Fields...)}
		}
	}
	t.Fatal("there is no table people")
	return nil
}

func testRefusalsNameTheColumn(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+`.people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL UNIQUE,
		age tinyint, stage ENUM('new', 'it''s'), born date, loud varchar(20) AS (upper(name)) STORED) ENGINE=InnoDB`)
	c := opened(t, s)
	sel := selection(t, c, "")
	if stage := sel.Shape.Field(sel.Shape.Slot("stage")).Type; strings.Join(stage.Words, " ") != "new it's" {
		t.Errorf("stage is %+v", stage)
	}
	r, err := c.Write(context.Background(), sel, []connectors.Change{
		create("a", set("stage", schema.Text(schema.KindEnum, "it's"))),
		create("a"),
		create("b", set("age", schema.Int(1000))),
		create("a secret that is too long for it"),
		create("c", set("stage", schema.Text(schema.KindEnum, "fired"))),
		create("d", set("loud", schema.String("D"))),
		create("e", set("born", schema.String("soon"))),
		create("f"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "", "age", "name", "stage", "loud", "born", ""} {
		if refused := i != 0 && i != 7; refused != (r[i].Err != nil) || refused && connectors.KindOf(r[i].Err) != connectors.Refused {
			t.Errorf("change %d: %v", i, r[i].Err)
			continue
		}
		var e *connectors.Error
		if errors.As(r[i].Err, &e) && e.Field != want || r[i].Err != nil && strings.Contains(r[i].Err.Error(), "secret") {
			t.Errorf("change %d: %v, want field %q", i, r[i].Err, want)
		}
	}
}

// testWithoutReturning writes as to MySQL, which tells new ids one by one.
func testWithoutReturning(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+".people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20) UNIQUE, rev int NOT NULL DEFAULT 1)")
	url, _ := s.Secret("url")
	db, err := sql.Open("mysql", url)
	if err != nil {
		t.Fatal(err)
	}
	c := sqltable.Open(db, dialect(false), time.Now)
	defer c.Close()
	sel := selection(t, c, "rev")
	r, err := c.Write(context.Background(), sel, []connectors.Change{create("a"), create("b"), create("A"), create("c")})
	if err != nil || r[0].Err != nil || r[1].Err != nil || connectors.KindOf(r[2].Err) != connectors.Refused || r[3].Err != nil {
		t.Fatalf("%+v %v", r, err)
	}
	got, err := c.Get(context.Background(), sel, []string{r[3].ID, r[0].ID})
	if err != nil || got[0].Record.Get("name").Text() != "c" || got[0].Hash != r[3].Hash || got[1].Hash != r[0].Hash {
		t.Fatalf("%+v %v", got, err)
	}
}

func testRenewedRevision(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+`.people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20),
		at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp())`)
	c := opened(t, s)
	sel := selection(t, c, "at")
	r, err := c.Write(context.Background(), sel, []connectors.Change{create("a")})
	if err != nil || r[0].Err != nil {
		t.Fatalf("%+v %v", r, err)
	}
	// Within one second the column alone would stay as it is.
	for range 3 {
		before := r[0].Revision
		up := connectors.Change{Verb: "update", ID: r[0].ID, Revision: before, Set: []connectors.Assignment{set("name", schema.String("b"+before))}}
		if r, err = c.Write(context.Background(), sel, []connectors.Change{up}); err != nil || r[0].Err != nil || r[0].Revision <= before {
			t.Fatalf("after %s: %+v %v", before, r, err)
		}
	}
}

func testEngineWithoutTransactions(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+".people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20)) ENGINE=MyISAM")
	c := opened(t, s)
	_, err := c.Write(context.Background(), selection(t, c, ""), []connectors.Change{create("a")})
	if err == nil || connectors.KindOf(err) != connectors.Unsupported || !strings.Contains(err.Error(), "MyISAM") {
		t.Errorf("%v", err)
	}
}

func testServerThatDies(t *testing.T, p *place) {
	name, s := p.database(t)
	p.exec(t, "CREATE TABLE "+name+".people (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(20))")
	c := opened(t, s)
	sel := selection(t, c, "")
	if _, err := c.Write(context.Background(), sel, []connectors.Change{create("a")}); err != nil {
		t.Fatal(err)
	}
	p.server.Kill()
	if _, err := c.Write(context.Background(), sel, []connectors.Change{create("b")}); err == nil || connectors.KindOf(err) != connectors.Unavailable {
		t.Errorf("writing: %v is %v", err, connectors.KindOf(err))
	}
	if _, err := c.Get(context.Background(), sel, []string{"1"}); err == nil || connectors.KindOf(err) != connectors.Unavailable {
		t.Errorf("getting: %v is %v", err, connectors.KindOf(err))
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"mysql://me:p%40ss@db.example/crm":   "me:p@ss@tcp(db.example:3306)/crm",
		"mariadb://me@db.example:3307/crm":   "me@tcp(db.example:3307)/crm",
		"me:pass@unix(/run/mysqld.sock)/crm": "me:pass@unix(/run/mysqld.sock)/crm",
	} {
		config, err := parse(text)
		if err != nil || config.FormatDSN() != want {
			t.Errorf("%s: %v %v", text, config, err)
		}
	}
	for _, text := range []string{"", "hunter2", "mysql://me:hunter2@host", "mysql://%zz:hunter2@x/y"} {
		s := connectors.Settings{Secret: func(string) (string, error) { return text, nil }}
		if _, err := Definition().Open(context.Background(), s); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}
