package file_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"syncline/connectors"
	"syncline/connectors/file"
	"syncline/schema"
)

// lines writes n records of about 750 bytes and returns the file and its size.
func lines(b testing.TB, name string, n int) (string, int64) {
	var text bytes.Buffer
	pad := bytes.Repeat([]byte("lorem ipsum "), 50)
	if filepath.Ext(name) == ".csv" {
		text.WriteString("id,name,email,note\n")
	}
	for i := range n {
		if filepath.Ext(name) == ".csv" {
			fmt.Fprintf(&text, "%d,\"Name, %d\",person%d@example.org,%s\n", i, i, i, pad)
		} else {
			fmt.Fprintf(&text, `{"id":"%d","name":"Name %d","email":"person%d@example.org","note":"%s"}`+"\n", i, i, i, pad)
		}
	}
	path := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	return path, int64(text.Len())
}

func benchmarkListing(b *testing.B, name string, decode bool) {
	path, size := lines(b, name, 100_000)
	conn, err := file.Definition().Open(b.Context(), settings(map[string]string{"path": path}))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	text := schema.Type{Kind: schema.KindString}
	sel := &connectors.Selection{ID: "id", Shape: schema.NewShape(
		schema.Field{Name: "id", Type: text}, schema.Field{Name: "name", Type: text}, schema.Field{Name: "email", Type: text})}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		stream, err := conn.(connectors.Reader).Read(b.Context(), sel, nil, true)
		if err != nil {
			b.Fatal(err)
		}
		var batch connectors.Batch
		rec := schema.NewRecord(sel.Shape)
		for {
			if err := stream.Next(b.Context(), &batch); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			for i := range batch.Items {
				if !decode {
					continue
				}
				if err := stream.Decode(&batch.Items[i], rec); err != nil {
					b.Fatal(err)
				}
			}
		}
		stream.Close()
	}
}

// BenchmarkListing lists 100,000 records that nobody changed: they are hashed
// and not decoded.
func BenchmarkListing(b *testing.B) {
	b.Run("jsonl", func(b *testing.B) { benchmarkListing(b, "a.jsonl", false) })
	b.Run("csv", func(b *testing.B) { benchmarkListing(b, "a.csv", false) })
}

// BenchmarkDecoding lists 100,000 records and decodes three fields of each.
func BenchmarkDecoding(b *testing.B) {
	b.Run("jsonl", func(b *testing.B) { benchmarkListing(b, "a.jsonl", true) })
	b.Run("csv", func(b *testing.B) { benchmarkListing(b, "a.csv", true) })
}

// BenchmarkSession makes 100,000 records in an empty file.
func BenchmarkSession(b *testing.B) {
	text := schema.Type{Kind: schema.KindString}
	sel := &connectors.Selection{ID: "id", Shape: schema.NewShape(schema.Field{Name: "name", Type: text}, schema.Field{Name: "email", Type: text})}
	b.ReportAllocs()
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "a.jsonl")
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			b.Fatal(err)
		}
		conn, err := file.Definition().Open(b.Context(), settings(map[string]string{"path": path}))
		if err != nil {
			b.Fatal(err)
		}
		create(b, conn, sel, 100_000)
		conn.Close()
	}
}

func create(b testing.TB, conn connectors.Conn, sel *connectors.Selection, n int) {
	s, err := conn.(connectors.SessionWriter).Begin(b.Context(), sel)
	if err != nil {
		b.Fatal(err)
	}
	name, email := schema.PathTo("name"), schema.PathTo("email")
	for i := 0; i < n; i += 1000 {
		var page []connectors.Change
		for k := range min(1000, n-i) {
			id := fmt.Sprint(i + k)
			page = append(page, connectors.Change{Verb: "create", NewID: id, Set: []connectors.Assignment{
				{Path: name, Value: schema.String("name " + id)}, {Path: email, Value: schema.String(id + "@example.org")},
			}})
		}
		if _, err := s.Write(b.Context(), page); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Commit(b.Context()); err != nil {
		b.Fatal(err)
	}
}
