package connectortest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// People is a selection of the names in a file with an id, of tests of what goes
// wrong.
func People() *connectors.Selection {
	return &connectors.Selection{ID: "id", Shape: schema.NewShape(schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString}})}
}

// Opened opens a system, which is closed with the test.
func Opened(t testing.TB, d connectors.Definition, set connectors.Settings) connectors.Conn {
	t.Helper()
	conn, err := d.Open(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// Count reads a listing of people to its end.
func Count(ctx context.Context, conn connectors.Conn) (int, error) {
	s, err := conn.(connectors.Reader).Read(ctx, People(), nil, true)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	var b connectors.Batch
	for n := 0; ; n += len(b.Items) {
		if err := s.Next(ctx, &b); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

// Rename begins a session over people that calls the one with the id 1 Augusta.
func Rename(t testing.TB, conn connectors.Conn) (connectors.Session, error) {
	t.Helper()
	s, err := conn.(connectors.SessionWriter).Begin(t.Context(), People())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { s.Abort() })
	set := []connectors.Assignment{{Path: schema.PathTo("name"), Value: schema.String("Augusta")}}
	results, err := s.Write(t.Context(), []connectors.Change{{Verb: "update", ID: "1", Set: set}})
	if err == nil {
		err = results[0].Err
	}
	return s, err
}

// Says holds an error to its kind, and to words of it or of its hint.
func Says(t testing.TB, err error, kind connectors.ErrorKind, words string) {
	t.Helper()
	var e *connectors.Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Error()+" "+e.Hint, words) {
		t.Errorf("%v: %v; want %v: %s", connectors.KindOf(err), err, kind, words)
	}
}
