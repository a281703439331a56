package formats

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"syncline/schema"
)

// split cuts a whole text into rows.
func split(t testing.TB, text []byte, format Format, r io.Reader) ([]Row, *Layout) {
	t.Helper()
	l, err := Inspect(text, format, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rowsOf(t, r, l), l
}

func rowsOf(t testing.TB, r io.Reader, l *Layout) []Row {
	s := NewSplitter(r, l)
	var rows []Row
	for {
		err := s.Fill()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		var row Row
		for s.Next(&row) {
			row.Raw = slices.Clone(row.Raw)
			rows = append(rows, row)
		}
	}
}

// TestSplitterAgreesWithCSV holds the splitter to encoding/csv on texts that
// are csv by its rules.
func TestSplitterAgreesWithCSV(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n\r ;é")))
		width := rapid.IntRange(2, 4).Draw(rt, "width")
		table := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 0, 6).Draw(rt, "table")
		var text bytes.Buffer
		header := []string{"c1", "c2", "c3", "c4"}[:width]
		newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "newline")
		for i, row := range append([][]string{header}, table...) {
			if i > 0 {
				text.WriteString(newline)
			}
			for k, c := range row {
				if k > 0 {
					text.WriteByte(',')
				}
				text.Write(appendCell(nil, c, ',', c == "" || rapid.Bool().Draw(rt, "always")))
			}
		}
		l, err := Inspect(text.Bytes(), CSV, ',')
		if err != nil {
			rt.Fatal(err)
		}
		rows := rowsOf(t, iotest.OneByteReader(bytes.NewReader(text.Bytes()[l.Start:])), l)
		if len(rows) != len(table) {
			rt.Fatalf("%d rows of %d in %q", len(rows), len(table), text.String())
		}
		for i, row := range rows {
			if row.Err != nil {
				rt.Fatal(row.Err)
			}
			if got := texts(row.Raw, ','); !slices.Equal(got, table[i]) {
				rt.Fatalf("row %d: %q, want %q", i, got, table[i])
			}
			if at := int(row.Offset); string(text.Bytes()[at:at+len(row.Raw)]) != string(row.Raw) {
				rt.Fatalf("row %d does not stand where it says", i)
			}
		}
	})
}

func texts(raw []byte, delimiter byte) []string {
	var out []string
	for _, c := range appendCells(nil, raw, delimiter) {
		out = append(out, c.text(string(raw)))
	}
	return out
}

// FuzzSplitter cuts any text: rows lie in order and apart, everything between
// them is line ends, and a text encoding/csv reads is read alike.
func FuzzSplitter(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a,b\r\n\"1\n\",2\r\n", "a,b\n\"1,2\n3,4\n", "a,b\n\"x\"y,2\n3,4", "a;b\n5\" pipe;x\n", "a,b\n\n\n1,2\n", "a\rb\rc", "a,b\n\"\"\"\",\"\"\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Inspect(text, CSV, 0)
		if err != nil || l.Header == nil {
			return
		}
		rows := rowsOf(t, bytes.NewReader(text[l.Start:]), l)
		at := l.Start
		for _, row := range rows {
			if row.Offset < at || strings.Trim(string(text[at:row.Offset]), "\r\n") != "" {
				t.Fatalf("between two rows lies %q", text[at:row.Offset])
			}
			at = row.Offset + int64(len(row.Raw))
		}
		if strings.Trim(string(text[at:]), "\r\n") != "" {
			t.Fatalf("after the last row lies %q", text[at:])
		}
		r := csv.NewReader(bytes.NewReader(text[l.Start:]))
		r.Comma, r.FieldsPerRecord = rune(l.Delimiter), -1
		want, err := r.ReadAll()
		if err != nil || strings.ContainsRune(string(text), '\r') {
			return
		}
		if len(rows) != len(want) {
			t.Fatalf("%d rows, encoding/csv reads %d", len(rows), len(want))
		}
		for i := range rows {
			if got := texts(rows[i].Raw, l.Delimiter); !slices.Equal(got, want[i]) {
				t.Fatalf("row %d is %q, encoding/csv reads %q", i, got, want[i])
			}
		}
	})
}

func TestBadRowsLeaveTheOthers(t *testing.T) {
	text := "id,name\n1,\"never closed\n2,b\n3,\"x\"y\n4,d\n5,5\" pipe\n6,\"last"
	rows, _ := split(t, []byte(text), CSV, strings.NewReader(text[len("id,name\n"):]))
	var good, bad []int
	for _, r := range rows {
		if r.Err == nil {
			good = append(good, r.Number)
		} else {
			bad = append(bad, r.Number)
		}
	}
	if !slices.Equal(good, []int{3, 5, 6}) || !slices.Equal(bad, []int{2, 4, 7}) {
		t.Errorf("good rows %v, bad rows %v", good, bad)
	}
}

func TestRowsLargerThanABlock(t *testing.T) {
	big := strings.Repeat("x", 3*blockSize)
	text := "id,name\n1,\"" + big + "\"\n2,b\n"
	rows, _ := split(t, []byte(text), CSV, strings.NewReader(text[len("id,name\n"):]))
	if len(rows) != 2 || len(rows[0].Raw) != len(big)+4 || string(rows[1].Raw) != "2,b" {
		t.Errorf("%d rows", len(rows))
	}
}

func TestRowLongerThanAllowed(t *testing.T) {
	l, _ := Inspect(nil, JSONL, 0)
	s := NewSplitter(io.MultiReader(strings.NewReader("{}\n"), strings.NewReader(strings.Repeat("x", MaxRow+blockSize))), l)
	rows, err := 0, error(nil)
	for err == nil {
		err = s.Fill()
		var row Row
		for s.Next(&row) {
			rows++
		}
	}
	if rows != 1 || err != errTooLong {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestUnclosedQuoteInALongText(t *testing.T) {
	text := "id,name\n1,\"never closed\n" + strings.Repeat("2,b\n", MaxRow/4+blockSize)
	l, _ := Inspect([]byte(text[:100]), CSV, ',')
	rows := 0
	s := NewSplitter(strings.NewReader(text[l.Start:]), l)
	for s.Fill() == nil {
		var row Row
		for s.Next(&row) {
			if rows++; (row.Err != nil) != (rows == 1) {
				t.Fatalf("row %d: %v", row.Number, row.Err)
			}
		}
	}
	if want := MaxRow/4 + blockSize + 1; rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}

func TestEncodingsLoseNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(rt, "raw")
		for _, c := range []Charset{UTF8, UTF16LE, UTF16BE, Windows1252} {
			in := raw
			if c == UTF16LE || c == UTF16BE {
				in = raw[:len(raw)/2*2]
			}
			e := c.Mark(in)
			text, err := e.Decode(in)
			if err != nil {
				rt.Fatal(err)
			}
			out, err := e.Append(slices.Clone(e.Mark()), text)
			if err != nil || !bytes.Equal(out, in) {
				rt.Fatalf("%v: % x became % x, %v", e, in, out, err)
			}
		}
	})
}

func TestDetect(t *testing.T) {
	utf16 := Encoding{Charset: UTF16BE}
	be, _ := utf16.Append(nil, []byte("id,name\n1,Zoë\n"))
	for _, c := range []struct {
		name string
		head []byte
		want Encoding
	}{
		{"ascii", []byte("id,name"), Encoding{}},
		{"utf-8", []byte("id,Zoë"), Encoding{}},
		{"utf-8 with a mark", []byte("\xEF\xBB\xBFid"), Encoding{UTF8, true}},
		{"utf-16 with a mark", []byte("\xFF\xFEi\x00"), Encoding{UTF16LE, true}},
		{"utf-16 without", be, utf16},
		{"cp1252", []byte("id,Zo\xEB"), Encoding{Charset: Windows1252}},
		{"utf-8 with one bad row", []byte("Zoë, José, M\xFCller, Łukasz"), Encoding{}},
		{"empty", nil, Encoding{}},
	} {
		if got := Detect(c.head); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ text, want, fault string }{
		{"id,name\n", "id|name", ""},
		{"id;name;a,b\n", "id|name|a,b", ""},
		{"\n\"id\"\t\"na\"\"me\"\n", "id|na\"me", ""},
		{"id,,name", "id||name", ""},
		{"id,name,id\n", "", "column 1 and 3"},
		{"id,\"name\n", "", "the header"},
		{"", "", ""},
	} {
		l, err := Inspect([]byte(c.text), CSV, 0)
		if err != nil {
			if c.fault == "" || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		if got := strings.Join(l.Header, "|"); got != c.want || c.fault != "" {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestHeadersBelowNotes holds that the header is the first row that has the column,
// whatever stands above it, and that rows are told by their place in the file.
func TestHeadersBelowNotes(t *testing.T) {
	const notes = "Notes:\n\"Some, they say; \"\"are\"\"\nmissing.\"\n\n"
	for _, c := range []struct{ text, want, row, fault string }{
		{notes + "First Name,URL\nAda,u\n", "First Name|URL", "5 Ada,u", ""},
		{notes + "First Name;URL;a,b\nAda;u;x\n", "First Name|URL|a,b", "5 Ada;u;x", ""},
		{"First Name,URL\nAda,u\n", "First Name|URL", "2 Ada,u", ""},
		{"a,b\n\"First Name\",URL\nAda,u\n", "First Name|URL", "3 Ada,u", ""},
		{"My First Name\nFirst Name\nAda\n", "First Name", "3 Ada", ""},
		{notes + "Name,URL\nAda,u\n", "", "", `no row has a column "First Name"`},
		{"\"open\nFirst Name,URL\n", "", "", "the header"},
		{"", "", "", ""},
	} {
		l, err := InspectBelow([]byte(c.text), CSV, 0, "First Name")
		if err != nil || c.fault != "" {
			if err == nil || c.fault == "" || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		row := ""
		for _, r := range rowsOf(t, strings.NewReader(c.text[l.Start:]), l) {
			row += fmt.Sprintf("%d %s", r.Number, r.Raw)
		}
		if got := strings.Join(l.Header, "|"); got != c.want || row != c.row {
			t.Errorf("%q: %q %q, want %q %q", c.text, got, row, c.want, c.row)
		}
	}
}

// TestElements cuts the array of a json text wherever it stands.
func TestElements(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                           "",
		` [ {"a":1} , {"b":"]}\""} ] `: `{"a":1}|{"b":"]}\""}`,
		`{"count":2,"x":{"y":[0]},"rows":[{"a":[1,2]},7]}`: `{"a":[1,2]}|7`,
	} {
		l, err := Inspect([]byte(text), JSON, 0)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for _, r := range rowsOf(t, iotest.OneByteReader(strings.NewReader(text[l.Start:])), l) {
			got = append(got, string(r.Raw))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q", text, got)
		}
	}
	for _, text := range []string{"", "{}", "7", `{"a":1}`, `{"a"`} {
		if _, err := Inspect([]byte(text), JSON, 0); err == nil {
			t.Errorf("%q is taken for an array", text)
		}
	}
}

func TestEditsChangeNothingElse(t *testing.T) {
	set := func(path string, v schema.Value) Edit {
		p, err := schema.ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		return Edit{p, v}
	}
	for _, c := range []struct {
		name, head string
		format     Format
		raw, want  string
		edits      []Edit
	}{
		{"cell", "id,name,x\n", CSV, `"1",a,"q"`, `"1",b,"q"`, []Edit{set("name", schema.String("b"))}},
		{"quoted cell stays quoted", "id,name\n", CSV, `1,"a"`, `1,"b"`, []Edit{set("name", schema.String("b"))}},
		{"cell that needs quotes", "id,name\n", CSV, `1,a`, `1,"x ""y"", z"`, []Edit{set("name", schema.String(`x "y", z`))}},
		{"null", "id,name\n", CSV, `1,a`, `1,`, []Edit{set("name", schema.NullValue())}},
		{"absent", "id,name\n", CSV, `1,a`, `1,a`, []Edit{set("name", schema.Value{})}},
		{"types", "id,a,b,c\n", CSV, `1,,,`, `1,7,true,12.50 EUR`, []Edit{set("a", schema.Int(7)), set("b", schema.Bool(true)), set("c", schema.Money("12.50", "EUR"))}},
		{"list", "id,a\n", CSV, `1,`, `1,"[""x""]"`, []Edit{set("a", schema.List(schema.String("x")))}},
		{"member", "", JSONL, `{"id" : 1,  "a":1.00 , "z":null}`, `{"id" : 1,  "a":2 , "z":null}`, []Edit{set("a", schema.Int(2))}},
		{"new member", "", JSONL, `{"id": 1, "a": 2}`, `{"id": 1, "a": 2, "b": "x"}`, []Edit{set("b", schema.String("x"))}},
		{"nested", "", JSONL, `{"id":1,"a":{"u":1e2,"b":1}}`, ``, []Edit{set("a.b", schema.Int(2))}},
		{"first member", "", JSONL, `{ }`, `{"b":"x" }`, []Edit{set("b", schema.String("x"))}},
	} {
		l, err := Inspect([]byte(c.head), c.format, 0)
		if err != nil {
			t.Fatal(err)
		}
		b, err := l.Bind(Wanted{Shape: schema.NewShape(), ID: "id"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Append(nil, []byte(c.raw), c.edits)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.want != "" && string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestFieldsOfJSON(t *testing.T) {
	text := `{"id":1,"a":"x","b":null,"l":["x"]}
{"id":2,"a":7,"n":1}
not json
{"id":3,"a":"","n":1.5,"l":[]}`
	l, _ := Inspect([]byte(text), JSONL, 0)
	fields, err := l.Fields(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range fields {
		got = append(got, f.Name+" "+f.Type.String())
	}
	want := "id int, a any, b any?, l list(string)?, n decimal?"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `{"a":"\\\"","b":[{}]}`, `{`, `{"a`, `{"a":`, `{"a":1,}`, `[]`, ``, `{"a":}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		members, err := appendMembers(nil, raw)
		_, strict := schema.FromJSON(raw)
		if strict == nil && err != nil && len(bytes.TrimSpace(raw)) > 0 && bytes.TrimSpace(raw)[0] == '{' {
			t.Fatalf("%q is an object and is refused: %v", raw, err)
		}
		for _, m := range members {
			if m.start >= m.end || m.name >= m.nameEnd || m.end > len(raw) {
				t.Fatalf("%q: member %+v", raw, m)
			}
		}
	})
}
