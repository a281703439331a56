package view

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"syncline/engine/graph"
	"syncline/engine/run"
	"syncline/schema"
)

// evil is a text of a record that means to write what the reader takes for
// something else: it moves the cursor, sets the title and the clipboard, hides
// a link, turns the writing round, begins a line of its own, and means to be
// code where it is drawn.
const evil = "a\x1b[2J\x1b[1A\r\x1b]0;title\x07\x1b]52;c;ZWNobw==\x07\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\\u009b31m\u202egpj\u2066\x00\x7f\b\xff\u2028\ufeff\nforged: line\"]\n%%{init}%%\n<script>alert(1)</script>&amp;`x`\\\"; }"

// filled makes a value of a type whose every text is evil.
func filled(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	switch t {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
		return v
	case reflect.TypeFor[schema.Value]():
		v.Set(reflect.ValueOf(schema.String(evil)))
		return v
	case reflect.TypeFor[error]():
		v.Set(reflect.ValueOf(errors.Join(errors.New(evil), errors.New("two"))))
		return v
	case reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(`"x"`))
		return v
	}
	switch t.Kind() {
	case reflect.String:
		v.SetString(evil)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint64:
		v.SetUint(1)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(evil))
			return v
		}
		v.Set(reflect.MakeSlice(t, 2, 2))
		for i := range 2 {
			v.Index(i).Set(filled(t.Elem(), depth+1))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(filled(t.Key(), depth+1), filled(t.Elem(), depth+1))
	case reflect.Pointer:
		if depth < 9 { // a pointer leads no deeper than what it points to
			p := reflect.New(t.Elem())
			p.Elem().Set(filled(t.Elem(), depth))
			v.Set(p)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() && depth < 9 {
				v.Field(i).Set(filled(t.Field(i).Type, depth+1))
			}
		}
	}
	return v
}

// unsafe names what in a text a terminal would obey.
func unsafe(text string) string {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") || r != '\n' && dangerous(r) {
			return strings.ToValidUTF8(text[max(0, i-40):min(len(text), i+20)], "?")
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "forged:") || strings.HasPrefix(line, "%%{") {
			return "a line of its own: " + line
		}
	}
	return ""
}

// TestNoTextIsObeyed calls everything that prints with texts that mean to be
// more than texts, on a wide page and on a narrow one. It finds what prints by
// itself: a rendering that is added is held to it as well.
func TestNoTextIsObeyed(t *testing.T) {
	page := reflect.TypeFor[*Page]()
	for i := range page.NumMethod() {
		m := page.Method(i)
		for _, width := range []int{0, 50} {
			var out bytes.Buffer
			args := []reflect.Value{reflect.ValueOf(New(&out, width, false))}
			for n := 1; n < m.Type.NumIn(); n++ {
				arg := filled(m.Type.In(n), 0)
				if n == 1 && m.Name == "Line" {
					arg = reflect.ValueOf("said: %s, %v")
				}
				args = append(args, arg)
			}
			switch {
			case m.Name == "Diff": // every line has a sign
				m.Func.Call(append(args[:1], reflect.ValueOf("+"+strings.ReplaceAll(evil, "\n", "\n+"))))
			case m.Name == "Simulator": // the block is of its own words
				m.Func.Call([]reflect.Value{args[0], reflect.ValueOf("system \"a\" {\n}\n"), args[2]})
			case m.Name == "Line": // of its own words, and those of others
				args = append(args[:2], reflect.ValueOf([]any{evil, errors.New(evil)}))
				m.Func.CallSlice(args)
			case m.Type.IsVariadic():
				m.Func.CallSlice(args)
			default:
				m.Func.Call(args)
			}
			if found := unsafe(out.String()); found != "" {
				t.Errorf("%s, %d columns wide, prints %q", m.Name, width, found)
			}
		}
	}
	for name, text := range map[string]string{"List": List([]string{evil}), "Columns": clean(evil)} {
		if found := unsafe(text); found != "" {
			t.Errorf("%s gives %q", name, found)
		}
	}
}

// TestProgressIsNotObeyed is TestNoTextIsObeyed for a run's events.
func TestProgressIsNotObeyed(t *testing.T) {
	for kind := range run.EventKind(20) {
		var out bytes.Buffer
		p := NewProgress(&out, 0, false, false)
		e := filled(reflect.TypeFor[run.Event](), 0).Interface().(run.Event)
		e.Kind = kind
		p.Listen(e)
		p.Clear()
		if found := unsafe(out.String()); found != "" {
			t.Errorf("event %d prints %q", kind, found)
		}
	}
}

// TestMachinesGetValidJSON holds that whatever a record holds, the answer is
// JSON that says the same, and that a terminal obeys none of it.
func TestMachinesGetValidJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, "answer", []string{evil}); err != nil {
		t.Fatal(err)
	}
	var back struct{ Answer []string }
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back.Answer[0] != strings.ToValidUTF8(evil, "\ufffd") {
		t.Errorf("%v: %q", err, back.Answer)
	}
	if found := unsafe(out.String()); found != "" {
		t.Errorf("the JSON holds %q", found)
	}
}

// TestPicturesHoldNoCode draws a graph of evil names.
func TestPicturesHoldNoCode(t *testing.T) {
	g := graph.New()
	g.Add(graph.Node{ID: evil, Title: evil, Lines: []string{evil}, Kind: evil})
	g.Add(graph.Node{ID: "b", Title: evil, Kind: KindSystem})
	g.Connect(graph.Edge{From: evil, To: "b", Label: evil, Kind: KindReference})
	for name, draw := range map[string]func(io.Writer, *graph.Graph) error{"svg": SVG, "dot": DOT, "mermaid": Mermaid} {
		var out bytes.Buffer
		if err := draw(&out, g); err != nil {
			t.Fatal(err)
		}
		if found := unsafe(out.String()); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
		if name != "dot" && strings.Contains(out.String(), "<script") {
			t.Errorf("%s holds a script:\n%s", name, out.String())
		}
		if name == "svg" {
			checkXML(t, out.Bytes())
		}
	}
}

// checkXML holds a picture to be well formed, with nothing in it that acts.
func checkXML(t *testing.T, picture []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if strings.EqualFold(e.Name.Local, "script") || strings.EqualFold(e.Name.Local, "a") {
				t.Errorf("the picture has an element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.Contains(a.Value, "javascript:") {
					t.Errorf("the picture has the attribute %s", a.Name.Local)
				}
			}
		}
	}
}
