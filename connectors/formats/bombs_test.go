package formats

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"syncline/schema"
)

// part is one part of a workbook; says is the size it claims, 0 for its own.
type part struct {
	name, text string
	says       uint64
}

// bomb packs a workbook whose parts are replaced, or added.
func bomb(t *testing.T, parts ...part) []byte {
	t.Helper()
	plain := workbook(t, map[string]any{"A1": "id", "A2": "x"})
	from, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range from.File {
		replaced := false
		for _, p := range parts {
			replaced = replaced || p.name == f.Name
		}
		if !replaced {
			if err := z.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, p := range parts {
		var packed bytes.Buffer
		w, _ := flate.NewWriter(&packed, flate.BestSpeed)
		io.WriteString(w, p.text)
		w.Close()
		says := p.says
		if says == 0 {
			says = uint64(len(p.text))
		}
		raw, err := z.CreateRaw(&zip.FileHeader{Name: p.name, Method: zip.Deflate, UncompressedSize64: says, CompressedSize64: uint64(packed.Len())})
		if err != nil {
			t.Fatal(err)
		}
		raw.Write(packed.Bytes())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	sheetPart = "xl/worksheets/sheet1.xml"
	textsOf   = "xl/sharedStrings.xml"
	sheetHead = `<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetTail = `</sheetData></worksheet>`
)

func sheetOf(doctype, rows string) part {
	return part{name: sheetPart, text: fmt.Sprintf(sheetHead, doctype) + rows + sheetTail}
}

// TestWorkbookBombs opens workbooks that mean to fill the memory or to reach
// out: each ends with an error or with what it holds, within a bounded amount
// of memory, and none leaves a file.
func TestWorkbookBombs(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	laughs := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	outside := `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`
	cell := func(v string) string { return `<row r="1"><c r="A1" t="inlineStr"><is><t>` + v + `</t></is></c></row>` }
	for name, c := range map[string]struct {
		file []byte
		want string // in the error, or in the text
		most uint64 // MiB that are allocated, all together
	}{
		"a part of a terabyte":         {bomb(t, part{name: sheetPart, text: "x", says: 1 << 40}), "larger than 256 MiB", 64},
		"a part that lies":             {bomb(t, part{name: sheetPart, text: strings.Repeat("\x00", 64<<20), says: 100}), "", 300},
		"many parts of much":           {bomb(t, many(40, 16<<20)...), "larger than 256 MiB", 64},
		"many parts":                   {bomb(t, many(6000, 0)...), "more than 5000 parts", 64},
		"a style sheet of much":        {bomb(t, part{name: "xl/styles.xml", text: "x", says: 17 << 20}), "larger", 64},
		"texts of much":                {bomb(t, part{name: textsOf, text: "x", says: 49 << 20}), "larger", 64},
		"many empty texts":             {bomb(t, part{name: textsOf, text: "<sst>" + strings.Repeat("<si><t/></si>", 300_000) + "</sst>"}, sheetOf("", `<row r="1"><c r="A1" t="s"><v>3</v></c></row>`)), "", 400},
		"a billion laughs":             {bomb(t, sheetOf(laughs, cell("&c;"))), "", 64},
		"a file of the machine":        {bomb(t, sheetOf(outside, cell("&e;"))), "", 64},
		"a name that leads out":        {bomb(t, part{name: "../../../evil.xml", text: "x"}, part{name: `..\..\evil`, text: "x"}), "id", 64},
		"deep":                         {bomb(t, sheetOf("", strings.Repeat("<row>", 50_000))), "", 600},
		"a row far away":               {bomb(t, sheetOf("", `<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>`)), "", 600},
		"many empty cells":             {bomb(t, sheetOf("", strings.Repeat(`<row>`+strings.Repeat(`<c/>`, 1000)+`</row>`, 200))), "", 900},
		"a number that is no index":    {bomb(t, sheetOf("", `<row r="1"><c r="A1" t="s"><v>pr0tected</v></c></row>`)), "", 64},
		"a cell beyond the last":       {bomb(t, sheetOf("", `<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>`)), "cannot be read", 64},
		"no XML":                       {bomb(t, part{name: sheetPart, text: strings.Repeat("\xff\x00", 1000)}), "", 64},
		"texts that are no XML at all": {bomb(t, part{name: textsOf, text: "<sst><si><t>"}), "", 64},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			text, err := Sheet(bytes.NewReader(c.file), "")
			runtime.ReadMemStats(&after)
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > c.most {
				t.Errorf("%d MiB are allocated, want %d at most", made, c.most)
			}
			said := string(text)
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("%.200q, want %q", said, c.want)
			}
			for _, foreign := range []string{"hahaha", "root:", "pr0tected"} {
				if err != nil && strings.Contains(said, foreign) || foreign != "pr0tected" && strings.Contains(said, foreign) {
					t.Errorf("it gives %q: %.200q", foreign, said)
				}
			}
		})
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func many(n int, size uint64) []part {
	parts := make([]part, n)
	for i := range parts {
		parts[i] = part{name: fmt.Sprintf("xl/worksheets/sheet%d.xml", i+10), text: "x", says: size}
	}
	return parts
}

// TestTextBombs cuts and decodes texts that mean to fill the memory or the
// stack.
func TestTextBombs(t *testing.T) {
	endless := func(text string, n int64) io.Reader { return io.LimitReader(repeated(text), n) }
	for name, c := range map[string]struct {
		format Format
		head   string
		rest   io.Reader
		want   string
	}{
		"a line of a gigabyte":      {CSV, "id,name\n", endless("xxxxxxxx", 1<<30), "longer than 16 MiB"},
		"a quote of a gigabyte":     {CSV, "id,name\n1,\"", endless("xxxxxxxx", 1<<30), "longer than 16 MiB"},
		"a JSON line of a gigabyte": {JSONL, "", endless("{\"a\":", 1<<30), "longer than 16 MiB"},
		"a JSON element of much":    {JSON, "[", endless("[", 1<<30), "longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Inspect([]byte(c.head), c.format, 0)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s := NewSplitter(io.MultiReader(strings.NewReader(c.head[l.Start:]), c.rest), l)
			var row Row
			for err = s.Fill(); err == nil; err = s.Fill() {
				for s.Next(&row) {
				}
			}
			runtime.ReadMemStats(&after)
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 128 {
				t.Errorf("%d MiB are allocated", made)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("it ends with %v, want %q", err, c.want)
			}
		})
	}
	shape := schema.NewShape(schema.Field{Name: "id"}, schema.Field{Name: "a"})
	l, err := Inspect(nil, JSONL, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Bind(Wanted{Shape: shape, ID: "id"})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"deep lists":                 `{"id":1,"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		"deep objects":               `{"id":1,"a":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + `}`,
		"unclosed":                   `{"id":1,"a":` + strings.Repeat("[", 1_000_000),
		"an exponent":                `{"id":1,"a":1e1000000000}`,
		"a fraction":                 `{"id":1,"a":1e-1000000000}`,
		"digits":                     `{"id":1,"a":` + strings.Repeat("9", 1_000_000) + `}`,
		"an exponent of an exponent": `{"id":1,"a":1e` + strings.Repeat("9", 100_000) + `}`,
	} {
		rec := schema.NewRecord(shape)
		if err := b.Decode([]byte(text), rec); err == nil || len(err.Error()) > 300 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

// cycle reads a text again and again.
type cycle struct {
	text string
	at   int
}

func repeated(text string) io.Reader { return &cycle{text: text} }

// Read implements io.Reader.
func (c *cycle) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.text[c.at]
		c.at = (c.at + 1) % len(c.text)
	}
	return len(p), nil
}
